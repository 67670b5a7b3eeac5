// SPDX-License-Identifier: BSD-3-Clause
//
// Real spherical harmonics on the unit sphere, as polynomials of the Cartesian components.
//
//   Y_l0  = N_l0 Q_l0(z)
//   Y_lm  = √2 N_lm Q_lm(z) Re (x + iy)^m          m > 0
//   Y_l-m = √2 N_lm Q_lm(z) Im (x + iy)^m
//
// with N_lm = √[(2l+1)/4π · (l−m)!/(l+m)!] and Q_lm(z) = P_lm(z)/(1−z²)^{m/2}, the associated
// Legendre function without its sine and without the Condon–Shortley phase. No angle is ever
// formed, so nothing is singular at the poles. Rank 1 is √(3/4π)·(y, z, x). The derivatives of the
// polynomials follow from
//
//   d(x + iy)^m = m (x + iy)^{m−1} (dx + i dy) ,     dQ_lm/dz = Q_l,m+1 .
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace keesom {

/// Number of (l, m) pairs up to and including l = max_angular.
constexpr Eigen::Index harmonics_count(int max_angular) {
    return static_cast<Eigen::Index>(max_angular + 1) * (max_angular + 1);
}

/// Position of (l, m) in an array of harmonics.
constexpr Eigen::Index harmonics_index(int l, int m) {
    return static_cast<Eigen::Index>(l) * l + l + m;
}

/// Evaluates all Y_lm, l ≤ max_angular, orthonormal over the sphere.
class SphericalHarmonics {
public:
    /// @throws InputError if max_angular is negative
    explicit SphericalHarmonics(int max_angular);

    [[nodiscard]] int max_angular() const { return max_angular_; }

    /// Y_lm of a unit vector, at harmonics_index(l, m) of `values`, which has
    /// harmonics_count(max_angular) elements.
    template <class Scalar>
    void evaluate(const Scalar& x, const Scalar& y, const Scalar& z, Scalar* values) const {
        Scalar cosine(1.0);    // Re (x + iy)^m
        Scalar sine(0.0);      // Im (x + iy)^m
        Scalar diagonal(1.0);  // Q_mm = (2m−1)!!
        for (int m = 0; m <= max_angular_; ++m) {
            if (m > 0) {
                const Scalar next_cosine = x * cosine - y * sine;
                sine = x * sine + y * cosine;
                cosine = next_cosine;
                diagonal = diagonal * static_cast<double>(2 * m - 1);
            }
            Scalar before(0.0);
            Scalar here = diagonal;
            for (int l = m; l <= max_angular_; ++l) {
                if (l > m) {
                    const Scalar next = (z * here * static_cast<double>(2 * l - 1) -
                                         before * static_cast<double>(l + m - 1)) /
                                        static_cast<double>(l - m);
                    before = here;
                    here = next;
                }
                const double norm = norms_[static_cast<std::size_t>(harmonics_index(l, m))];
                values[harmonics_index(l, m)] = here * cosine * norm;
                if (m > 0) {
                    values[harmonics_index(l, -m)] = here * sine * norm;
                }
            }
        }
    }

    /// Derivatives by x, y and z of Σ w_lm Y_lm, taken as the polynomial above.
    /// @param direction a unit vector
    /// @param weights w, in the order of evaluate()
    [[nodiscard]] Eigen::Vector3d gradient(const Eigen::Vector3d& direction,
                                           const double* weights) const;

private:
    int max_angular_;
    std::vector<double> norms_;  // at harmonics_index(l, m), m ≥ 0, with the √2 of m > 0
};

}  // namespace keesom

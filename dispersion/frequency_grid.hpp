// SPDX-License-Identifier: BSD-3-Clause
//
// Quadrature on the imaginary frequency axis, ∫₀^∞ g(u) du ≈ Σ_k w_k g(u_k).
//
// Gauss–Legendre points x on (−1, 1) are carried to (0, ∞) by u = L(1 + x)/(1 − x), with
// L = 0.6 hartree, about the mean excitation energy of light atoms. A product of two oscillator
// polarizabilities is a smooth function of x, so that the error falls exponentially with the number
// of points: 15 of them give C6 to 2e-9 for the nonmetals up to Kr, to 1e-6 for the metals, but to
// 5e-5 only for potassium and lithium, which respond at a tenth of L.
#pragma once

#include <Eigen/Core>

namespace keesom {

/// Points and weights, ascending in frequency.
struct FrequencyGrid {
    Eigen::VectorXd frequencies;  ///< (n), hartree
    Eigen::VectorXd weights;      ///< (n), hartree

    [[nodiscard]] Eigen::Index size() const { return frequencies.size(); }
};

/// More points than this add nothing but rounding errors.
inline constexpr int max_frequencies = 200;

/// @param n_points number of points, 1 to max_frequencies
/// @param scale L, hartree: half of the points lie below
/// @throws InputError if n_points is out of range or scale not positive
FrequencyGrid gauss_legendre_frequencies(int n_points, double scale = 0.6);

}  // namespace keesom

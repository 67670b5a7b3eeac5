// SPDX-License-Identifier: BSD-3-Clause
//
// How alike two points are: covariances k(x, x') of functions of vectors.
//
//   Gaussian      exp(−r²/2ℓ²)                        functions have all derivatives
//   Matérn-5/2    (1 + s + s²/3) e^{−s}, s = √5 r/ℓ   two derivatives
//   Laplacian     exp(−‖x − x'‖₁/ℓ)                   none, and axes are special
//   polynomial    (x·x' + c)^p                        polynomials of degree p
//
// with r = |x − x'|. Each is positive semidefinite, as sums and products of such functions are. The
// first two depend on r alone. Covariances of derivatives follow from their radial factors
//
//   f_k = (−(1/r) d/dr)ᵏ φ(r),   ∇φ = −f_1 r,   −∇∇ᵀφ = f_1 1 − f_2 rrᵀ
//
// (conservative_kernel.hpp). Points are the columns of a matrix.
//
// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapter 4.
#pragma once

#include <Eigen/Core>

#include <array>
#include <cmath>

namespace keesom {

/// f_0, f_1 and f_2 of a kernel that depends on the distance alone.
using KernelFactors = std::array<double, 3>;

struct GaussianKernel {
    double length_scale = 1.0;  ///< ℓ, in units of x

    /// f_k = ℓ^{−2k} exp(−r²/2ℓ²)
    [[nodiscard]] KernelFactors factors(double squared_distance) const {
        const double inverse = 1.0 / (length_scale * length_scale);
        const double value = std::exp(-0.5 * squared_distance * inverse);
        return {value, value * inverse, value * inverse * inverse};
    }

    [[nodiscard]] double operator()(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const {
        return factors((x - y).squaredNorm())[0];
    }
};

struct Matern52Kernel {
    double length_scale = 1.0;  ///< ℓ, in units of x

    /// f_1 = (5/3ℓ²) (1 + s) e^{−s},  f_2 = (25/3ℓ⁴) e^{−s}
    [[nodiscard]] KernelFactors factors(double squared_distance) const {
        const double c = 5.0 / (length_scale * length_scale);
        const double s = std::sqrt(c * squared_distance);
        const double decayed = std::exp(-s);
        return {(1.0 + s + s * s / 3.0) * decayed,
                c / 3.0 * (1.0 + s) * decayed,
                c * c / 3.0 * decayed};
    }

    [[nodiscard]] double operator()(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const {
        return factors((x - y).squaredNorm())[0];
    }
};

struct LaplacianKernel {
    double length_scale = 1.0;  ///< ℓ, in units of x

    [[nodiscard]] double operator()(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const {
        return std::exp(-(x - y).lpNorm<1>() / length_scale);
    }
};

struct PolynomialKernel {
    int degree = 2;       ///< p
    double offset = 1.0;  ///< c ≥ 0

    [[nodiscard]] double operator()(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const {
        return std::pow(x.dot(y) + offset, degree);
    }
};

/// k of all pairs of points of two lists; (N, M).
/// @param x (D, N)
/// @param y (D, M)
template <class Kernel>
Eigen::MatrixXd covariance_matrix(const Kernel& kernel,
                                  const Eigen::MatrixXd& x,
                                  const Eigen::MatrixXd& y) {
    Eigen::MatrixXd covariance(x.cols(), y.cols());
    for (Eigen::Index j = 0; j < y.cols(); ++j) {
        for (Eigen::Index i = 0; i < x.cols(); ++i) {
            covariance(i, j) = kernel(x.col(i), y.col(j));
        }
    }
    return covariance;
}

}  // namespace keesom

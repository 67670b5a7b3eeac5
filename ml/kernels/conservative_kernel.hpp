// SPDX-License-Identifier: BSD-3-Clause
//
// How gradients of an unknown function vary together: kernels whose every prediction is a field
// without curl, or without divergence.
//
// If V is a Gaussian process of covariance φ(|q − q'|) in collective coordinates q(x), then so is
// its gradient, for a derivative is linear. With Δ = q − q', J = dq/dx, J' = dq'/dx' and the
// radial factors of scalar_kernels.hpp,
//
//   cov(∂V/∂x, ∂V/∂x') = Jᵀ (f_1 1 − f_2 ΔΔᵀ) J' = f_1 JᵀJ' − f_2 (JᵀΔ)(J'ᵀΔ)ᵀ
//   cov(V, ∂V/∂x')     = f_1 J'ᵀΔ
//
// A force F = −∂V/∂x has the first covariance too, and the second with the other sign: one set of
// dual coefficients α gives forces Σ_i cov(F, F_i) α_i and the energy Σ_i cov(V, F_i) α_i whose
// slope they are. Forces know nothing of one constant. With q = x predictions are free of curl;
// with q = 1/r_ij they are forces of molecules that conserve energy, momentum and angular momentum.
//
// In Cartesian coordinates of n dimensions, Δ = x − x', the fields without curl and those without
// divergence add up to what has neither restriction:
//
//   −∇∇ᵀφ         = f_1 1 − f_2 ΔΔᵀ                        curl-free
//   ∇∇ᵀφ − ∇²φ 1  = [(n − 1) f_1 − r² f_2] 1 + f_2 ΔΔᵀ    divergence-free
//   −∇²φ 1        = (n f_1 − r² f_2) 1                     their sum
//
// A number in place of the matrices, such as f_1 − r² f_2, is right in one dimension only.
//
// Macêdo and Castro, IMPA (2010), Learning divergence-free and curl-free vector fields with
// matrix-valued kernels. Chmiela et al., Sci. Adv. 3, e1603015 (2017).
#pragma once

#include <keesom/ml/kernels/scalar_kernels.hpp>

#include <Eigen/Core>

namespace keesom {

/// A point as a function of collective coordinates sees it.
struct CollectivePoint {
    Eigen::VectorXd coordinates;  ///< q; (D)
    Eigen::MatrixXd jacobian;     ///< dq/dx; (D, n)
};

/// cov(∂V/∂x, ∂V/∂x') = f_1 JᵀJ' − f_2 (JᵀΔ)(J'ᵀΔ)ᵀ; (n, n'), in units of 1/(x x').
/// @throws InputError if the points have different coordinates, or Jacobians of others
Eigen::MatrixXd gradient_covariance(const KernelFactors& factors,
                                    const CollectivePoint& point,
                                    const CollectivePoint& other);

/// cov(V, ∂V/∂x') = f_1 J'ᵀΔ, a row; (1, n'), in units of 1/x'.
/// @param coordinates q, where the value is; (D)
/// @param other where the gradient is
/// @throws InputError if the points have different coordinates, or the Jacobian has others
Eigen::RowVectorXd value_gradient_covariance(const KernelFactors& factors,
                                             const Eigen::VectorXd& coordinates,
                                             const CollectivePoint& other);

/// f_1 1 − f_2 ΔΔᵀ; (n, n), in units of 1/x².
/// @param separation Δ = x − x'; (n)
Eigen::MatrixXd curl_free_covariance(const KernelFactors& factors,
                                     const Eigen::VectorXd& separation);

/// [(n − 1) f_1 − r² f_2] 1 + f_2 ΔΔᵀ; (n, n), in units of 1/x². Nothing in one dimension.
/// @param separation Δ = x − x'; (n)
Eigen::MatrixXd divergence_free_covariance(const KernelFactors& factors,
                                           const Eigen::VectorXd& separation);

namespace detail {

double squared_distance(const Eigen::VectorXd& coordinates, const Eigen::VectorXd& other);
void require_blocks(Eigen::Index count, Eigen::Index other_count);
void require_block_size(const Eigen::MatrixXd& block, Eigen::Index rows, Eigen::Index cols);

}  // namespace detail

/// The same for a kernel, which is asked for its factors at |q − q'|.
template <class Kernel>
Eigen::MatrixXd gradient_covariance(const Kernel& kernel,
                                    const CollectivePoint& point,
                                    const CollectivePoint& other) {
    return gradient_covariance(
        kernel.factors(detail::squared_distance(point.coordinates, other.coordinates)),
        point,
        other);
}

template <class Kernel>
Eigen::RowVectorXd value_gradient_covariance(const Kernel& kernel,
                                             const Eigen::VectorXd& coordinates,
                                             const CollectivePoint& other) {
    return value_gradient_covariance(
        kernel.factors(detail::squared_distance(coordinates, other.coordinates)),
        coordinates,
        other);
}

template <class Kernel>
Eigen::MatrixXd curl_free_covariance(const Kernel& kernel, const Eigen::VectorXd& separation) {
    return curl_free_covariance(kernel.factors(separation.squaredNorm()), separation);
}

template <class Kernel>
Eigen::MatrixXd divergence_free_covariance(const Kernel& kernel,
                                           const Eigen::VectorXd& separation) {
    return divergence_free_covariance(kernel.factors(separation.squaredNorm()), separation);
}

/// All pairs of N and M observations of several components each; (N rows, M columns) of blocks.
/// @param block block(i, j), the covariance of observations i and j; all of one size
/// @throws InputError if there are no blocks, whose size nobody then knows, or one has another size
template <class Block>
Eigen::MatrixXd block_covariance_matrix(Eigen::Index count,
                                        Eigen::Index other_count,
                                        const Block& block) {
    detail::require_blocks(count, other_count);
    const Eigen::MatrixXd first = block(0, 0);
    Eigen::MatrixXd covariance(count * first.rows(), other_count * first.cols());
    for (Eigen::Index j = 0; j < other_count; ++j) {
        for (Eigen::Index i = 0; i < count; ++i) {
            const Eigen::MatrixXd here = block(i, j);
            detail::require_block_size(here, first.rows(), first.cols());
            covariance.block(i * here.rows(), j * here.cols(), here.rows(), here.cols()) = here;
        }
    }
    return covariance;
}

}  // namespace keesom

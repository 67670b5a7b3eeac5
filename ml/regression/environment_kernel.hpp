// SPDX-License-Identifier: BSD-3-Clause
//
// Similarity of two atoms of one element, for everything about them that is a scalar.
//
//   k(x, z; x', z') = [(x·x')² + c] (1 + z z')
//
// x are the invariant features of the environments, z scaled charges of the molecules. The constant
// c lets the mean of the element be learned with the rest. The factor of the charges lets the same
// environment have other properties in an ion: f(x, z) = f₀(x) + z f₁(x). Without it ions spoil
// what is learned of neutral molecules; with it they add to it.
//
// A function of such a process, f = Σ_i α_i k(x, z; x_i, z_i), needs no training atoms to be
// evaluated, because it is a quadratic form: f₀ = xᵀWx + b with W = Σ α_i x_i x_iᵀ
// (quadratic_form).
#pragma once

#include <Eigen/Core>

namespace keesom {

inline constexpr double kernel_constant = 3.0;  ///< c

/// k between two lists of environments; (N, M).
/// @param x (features, N)
/// @param charges (N), z
inline Eigen::MatrixXd environment_kernel(const Eigen::Ref<const Eigen::MatrixXd>& x,
                                          const Eigen::Ref<const Eigen::VectorXd>& charges,
                                          const Eigen::Ref<const Eigen::MatrixXd>& other_x,
                                          const Eigen::Ref<const Eigen::VectorXd>& other_charges) {
    Eigen::MatrixXd kernel = x.transpose() * other_x;
    kernel.array() = (kernel.array().square() + kernel_constant) *
                     (1.0 + (charges * other_charges.transpose()).array());
    return kernel;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Not a public header.
#pragma once

#include <keesom/ml/force_field/permutations.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>

#include <Eigen/Core>

#include <span>

namespace keesom {

/// Columns followed by their images under each permutation of the atoms, times `factor`: images of
/// column i stand at i |P| … (i+1) |P| − 1.
/// @param columns (D, M)
Eigen::MatrixXd permuted_columns(const Eigen::MatrixXd& columns,
                                 std::span<const Permutation> permutations,
                                 double factor);

/// A value and its derivatives by the coordinates.
struct ValueAndSlopes {
    double value = 0.0;
    Eigen::VectorXd slopes;  ///< (D)
};

/// Σ_m f_1 Δ_m·A_m and its derivatives, Δ_m = q − q_m (force_field.hpp).
/// @param coordinates q; (D)
/// @param points q_m; (D, M)
/// @param dual A_m; (D, M)
ValueAndSlopes gradient_sum(const Matern52Kernel& kernel,
                            const Eigen::VectorXd& coordinates,
                            const Eigen::MatrixXd& points,
                            const Eigen::MatrixXd& dual);

}  // namespace keesom

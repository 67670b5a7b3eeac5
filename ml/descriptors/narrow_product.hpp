// SPDX-License-Identifier: BSD-3-Clause
//
// Products of a large matrix, by rows, with the few columns that one molecule has.
#pragma once

#include <Eigen/Core>

namespace keesom {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// a x. A general product first copies all of `a` into an order in which many columns are fast; for
/// a few, that copy takes longer than the product.
/// @param a (R, K)
/// @param x (K, N)
/// @returns (R, N)
Eigen::MatrixXd narrow_product(const RowMatrix& a, const Eigen::Ref<const Eigen::MatrixXd>& x);

/// aᵀ y, in the same way.
/// @param y (R, N)
/// @returns (K, N)
Eigen::MatrixXd narrow_transposed_product(const RowMatrix& a,
                                          const Eigen::Ref<const Eigen::MatrixXd>& y);

}  // namespace keesom

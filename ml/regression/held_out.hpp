// SPDX-License-Identifier: BSD-3-Clause
//
// Cross-validation without training again.
//
// With α = A⁻¹ y and the rows of one group g left out, a Gaussian process (A the covariance of the
// observations, noise included) misses their values by
//
//   y_g − ŷ_g = ([A⁻¹]_gg)⁻¹ α_g ,   of covariance ([A⁻¹]_gg)⁻¹ ,
//
// exactly (the inverse of a matrix in blocks; Rasmussen and Williams, Gaussian Processes for
// Machine Learning, section 5.4.2, for groups of one). Not a public header.
#pragma once

#include <keesom/ml/regression/cholesky.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <span>

namespace keesom {

/// First row after group g of n rows in all.
/// @param group_starts first row of each group, ascending from 0; groups are contiguous
inline Eigen::Index group_end(std::span<const Eigen::Index> group_starts,
                              std::size_t g,
                              Eigen::Index n) {
    return g + 1 < group_starts.size() ? group_starts[g + 1] : n;
}

/// Errors ŷ − y of each value, from the regression on all groups but its own; (N, outputs).
/// @param dual A⁻¹ y; (N, outputs)
/// @param group_starts as in group_end()
Eigen::MatrixXd leave_groups_out(const CholeskyFactor& covariance,
                                 const Eigen::MatrixXd& dual,
                                 std::span<const Eigen::Index> group_starts);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

namespace keesom {

/// Eigenvectors of the largest eigenvalues of a second-moment matrix, as rows, largest first;
/// (kept, n). The projection of the data on them loses the least of their sum of squares. The
/// largest component of each row is positive, so that the same data always give the same rows.
/// @param moments symmetric; (n, n)
/// @param kept at most n
Eigen::MatrixXd principal_directions(const Eigen::MatrixXd& moments, Eigen::Index kept);

/// The same for the second moments data·dataᵀ of fewer samples than features, from dataᵀ·data.
/// @param data (n, samples), samples < n
/// @param kept at most the number of samples
Eigen::MatrixXd principal_directions_of_data(const Eigen::MatrixXd& data, Eigen::Index kept);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Not a public header.
#pragma once

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// The assignment of rows to columns, one to one, of least total cost: column of each row.
///
/// Shortest augmenting paths with potentials of rows and columns (Kuhn, Nav. Res. Logist. Q. 2, 83
/// (1955); Jonker and Volgenant, Computing 38, 325 (1987)); n³ operations.
/// @param costs (n, n), finite
std::vector<Eigen::Index> least_cost_assignment(const Eigen::MatrixXd& costs);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Pairs of points that are near each other, in time proportional to their number: many points are
// sorted into cubes as wide as the cutoff, and partners looked for in a cube and its neighbors.
#pragma once

#include <Eigen/Core>

#include <functional>

namespace keesom {

/// Called with i < j; ends the search by throwing.
using PairVisitor = std::function<void(Eigen::Index i, Eigen::Index j)>;

/// Visits every pair of points at most `cutoff` apart, once, in the order of a double loop over j
/// and then i < j.
/// @param positions (3, N), finite, bohr
/// @param cutoff positive, bohr
void visit_close_pairs(const Eigen::Matrix3Xd& positions,
                       double cutoff,
                       const PairVisitor& visitor);

}  // namespace keesom

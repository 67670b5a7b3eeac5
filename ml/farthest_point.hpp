// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// Farthest-point sampling: representatives that cover a set evenly.
///
/// The first one is the point farthest from the mean, each further one the point whose distance to
/// the nearest one chosen so far is largest; the lowest index wins a tie. Stops early when all
/// points are closer than `smallest_distance` to one that was chosen.
///
/// @param points (features, N)
/// @return at most `count` column indices, in the order in which they were chosen
std::vector<Eigen::Index> select_farthest(const Eigen::MatrixXd& points,
                                          Eigen::Index count,
                                          double smallest_distance);

}  // namespace keesom

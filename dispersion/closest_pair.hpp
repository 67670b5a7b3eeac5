// SPDX-License-Identifier: BSD-3-Clause
//
// Internal: what to tell somebody whose atoms are too close for coupled dipoles.
#pragma once

#include <Eigen/Core>

#include <string>

namespace keesom::detail {

/// "closest atoms 3 and 7 are 1.2 bohr apart"; two atoms or more.
std::string closest_pair(const Eigen::Matrix3Xd& positions);

}  // namespace keesom::detail

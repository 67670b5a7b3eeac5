// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/dispersion/closest_pair.hpp>

#include <fmt/format.h>

#include <limits>

namespace keesom::detail {

std::string closest_pair(const Eigen::Matrix3Xd& positions) {
    Eigen::Index first = 0;
    Eigen::Index second = 0;
    double shortest = std::numeric_limits<double>::infinity();
    for (Eigen::Index j = 0; j < positions.cols(); ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            const double distance = (positions.col(i) - positions.col(j)).norm();
            if (distance < shortest) {
                shortest = distance;
                first = i;
                second = j;
            }
        }
    }
    return fmt::format(
        "closest atoms {} and {} are {:.4g} bohr apart", first + 1, second + 1, shortest);
}

}  // namespace keesom::detail

// SPDX-License-Identifier: BSD-3-Clause
//
// Comparison of what was read with what is read after it was written.
#pragma once

#include "target.hpp"

#include <Eigen/Core>

#include <cmath>

namespace keesom::fuzz {

/// Same bits, except that one NaN is as good as another.
inline bool same_numbers(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           ((a.array() == b.array()) || (a.array().isNaN() && b.array().isNaN())).all();
}

/// Coordinates are written to 10⁻¹⁰ Å, and converted twice.
inline bool same_positions(const Eigen::Matrix3Xd& a, const Eigen::Matrix3Xd& b) {
    constexpr double printed = 2e-10;
    constexpr double rounded = 1e-15;
    return a.cols() == b.cols() &&
           ((a - b).array().abs() <= printed + rounded * a.array().abs()).all();
}

}  // namespace keesom::fuzz

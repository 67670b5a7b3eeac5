// SPDX-License-Identifier: BSD-3-Clause
//
// Model files keep arrays in single precision. What training finds is rounded to it at once, so
// that a saved and loaded model predicts the same bits. Not a public header.
#pragma once

#include <Eigen/Core>

namespace keesom {

/// `matrix` as it is read back from a file.
inline Eigen::MatrixXd rounded_to_float(const Eigen::MatrixXd& matrix) {
    return matrix.cast<float>().cast<double>();
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Derivatives by central differences, (f(x+h) − f(x−h))/2h for h, h/2 and h/4, extrapolated to
// h = 0 (Richardson): what is left is of order h⁶.
#pragma once

#include <Eigen/Core>

namespace keesom::testing {

/// f'(x) of a number or a vector.
template <class Function>
auto derivative(const Function& f, double x, double step = 0.02) {
    using Value = decltype(f(x));
    const auto difference = [&](double h) -> Value { return (f(x + h) - f(x - h)) / (2.0 * h); };
    const Value coarse = difference(step);
    const Value middle = difference(0.5 * step);
    const Value fine = difference(0.25 * step);
    const Value better = (4.0 * middle - coarse) / 3.0;
    const Value best = (4.0 * fine - middle) / 3.0;
    return Value((16.0 * best - better) / 15.0);
}

/// Derivatives of f(x) by each element of a matrix.
template <class Function>
Eigen::MatrixXd derivatives(const Function& f, const Eigen::MatrixXd& x, double step = 0.02) {
    Eigen::MatrixXd moved = x;
    Eigen::MatrixXd result(x.rows(), x.cols());
    for (Eigen::Index k = 0; k < x.size(); ++k) {
        result(k) = derivative(
            [&](double value) {
                moved(k) = value;
                return f(moved);
            },
            x(k),
            step);
        moved(k) = x(k);
    }
    return result;
}

/// Largest difference of two matrices, over the largest element of the second.
inline double relative_deviation(const Eigen::MatrixXd& found, const Eigen::MatrixXd& expected) {
    return (found - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/kernels/spherical_bessel.hpp>

#include <cmath>
#include <limits>

namespace keesom {

namespace {

/// Where the recurrence starts: i_λ is about i_0 exp(−λ²/2c) and has the absolute error of i_0.
double recurrence_limit(int max_order) {
    return 4.0 + 0.5 * max_order * max_order;
}

double series(int order, double c) {
    double leading = std::exp(-c);
    for (int k = 1; k <= order; ++k) {
        leading *= c / (2 * k + 1);
    }
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; term > 0.1 * std::numeric_limits<double>::epsilon() * sum; ++k) {
        term *= 0.5 * c * c / (k * (2.0 * order + 2.0 * k + 1.0));
        sum += term;
    }
    return leading * sum;
}

}  // namespace

Eigen::VectorXd scaled_spherical_bessel(int max_order, double c) {
    Eigen::VectorXd values(max_order + 1);
    if (c < recurrence_limit(max_order)) {
        for (int order = 0; order <= max_order; ++order) {
            values[order] = series(order, c);
        }
        return values;
    }
    const double decayed = std::exp(-2.0 * c);
    values[0] = (1.0 - decayed) / (2.0 * c);
    if (max_order > 0) {
        values[1] = (0.5 * (1.0 + decayed) - values[0]) / c;
    }
    for (int order = 1; order < max_order; ++order) {
        values[order + 1] = values[order - 1] - (2 * order + 1) / c * values[order];
    }
    return values;
}

}  // namespace keesom

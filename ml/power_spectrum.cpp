// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/power_spectrum.hpp>

#include <cmath>
#include <numbers>

namespace keesom {

Eigen::VectorXd power_spectrum(const Eigen::MatrixXd& coefficients) {
    const Eigen::Index channels = coefficients.rows();
    const int max_angular =
        static_cast<int>(std::lround(std::sqrt(static_cast<double>(coefficients.cols())))) - 1;
    Eigen::VectorXd invariants(power_spectrum_size(channels, max_angular));
    Eigen::MatrixXd products(channels, channels);
    Eigen::Index next = 0;
    for (int l = 0; l <= max_angular; ++l) {
        const auto part = coefficients.middleCols(static_cast<Eigen::Index>(l) * l, 2 * l + 1);
        products.noalias() = part * part.transpose();
        products /= std::sqrt(2.0 * l + 1.0);
        for (Eigen::Index q = 0; q < channels; ++q) {
            invariants.segment(next, q) = std::numbers::sqrt2 * products.col(q).head(q);
            invariants[next + q] = products(q, q);
            next += q + 1;
        }
    }
    return invariants / invariants.norm();
}

}  // namespace keesom

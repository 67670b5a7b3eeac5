// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/frequency_grid.hpp>

#include <boost/math/special_functions/legendre.hpp>
#include <fmt/format.h>

#include <vector>

namespace keesom {

FrequencyGrid gauss_legendre_frequencies(int n_points, double scale) {
    if (n_points < 1 || n_points > max_frequencies) {
        throw InputError(
            fmt::format("expected 1 to {} frequencies, got {}", max_frequencies, n_points));
    }
    if (!(scale > 0.0)) {
        throw InputError(fmt::format("expected a positive frequency scale, got {}", scale));
    }
    FrequencyGrid grid{Eigen::VectorXd(n_points), Eigen::VectorXd(n_points)};
    const auto set = [&](Eigen::Index k, double x, double weight) {
        grid.frequencies[k] = scale * (1.0 + x) / (1.0 - x);
        grid.weights[k] = 2.0 * scale / ((1.0 - x) * (1.0 - x)) * weight;
    };
    // The zeros x ≥ 0, ascending; the others are their mirror images.
    const std::vector<double> zeros = boost::math::legendre_p_zeros<double>(n_points);
    const Eigen::Index middle = n_points / 2;
    Eigen::Index above = middle;
    Eigen::Index below = n_points - 1 - middle;
    for (const double x : zeros) {
        const double slope = boost::math::legendre_p_prime(n_points, x);
        const double weight = 2.0 / ((1.0 - x * x) * slope * slope);
        set(above++, x, weight);
        set(below--, -x, weight);
    }
    return grid;
}

}  // namespace keesom

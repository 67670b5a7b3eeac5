// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace keesom {

SphericalHarmonics::SphericalHarmonics(int max_angular) : max_angular_(max_angular) {
    if (max_angular < 0) {
        throw InputError(fmt::format("expected a non-negative max_angular, got {}", max_angular));
    }
    norms_.resize(static_cast<std::size_t>(harmonics_count(max_angular)), 0.0);
    for (int l = 0; l <= max_angular; ++l) {
        double factorials = 1.0;  // (l−m)!/(l+m)!
        for (int m = 0; m <= l; ++m) {
            if (m > 0) {
                factorials /= static_cast<double>(l + m) * (l - m + 1);
            }
            const double norm = std::sqrt((2 * l + 1) / (4.0 * std::numbers::pi) * factorials);
            norms_[static_cast<std::size_t>(harmonics_index(l, m))] =
                m == 0 ? norm : std::numbers::sqrt2 * norm;
        }
    }
}

Eigen::Vector3d SphericalHarmonics::gradient(const Eigen::Vector3d& direction,
                                             const double* weights) const {
    const double x = direction.x();
    const double y = direction.y();
    const double z = direction.z();
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    double cosine = 1.0;  // Re (x + iy)^m
    double sine = 0.0;    // Im (x + iy)^m
    double cosine_before = 0.0;
    double sine_before = 0.0;
    double diagonal = 1.0;  // Q_mm
    for (int m = 0; m <= max_angular_; ++m) {
        if (m > 0) {
            cosine_before = cosine;
            sine_before = sine;
            cosine = x * cosine_before - y * sine_before;
            sine = x * sine_before + y * cosine_before;
            diagonal *= 2 * m - 1;
        }
        // Both recurrences in l at once: Q_lm and its derivative. What multiplies Re and Im
        // (x + iy)^m, and the two for the slope in z, are summed over l first.
        double of_cosine = 0.0;
        double of_sine = 0.0;
        double slope_of_cosine = 0.0;
        double slope_of_sine = 0.0;
        double before = 0.0;
        double here = diagonal;
        double slope_before = 0.0;
        double slope = 0.0;
        for (int l = m; l <= max_angular_; ++l) {
            if (l > m) {
                const double next =
                    ((2 * l - 1) * z * here - (l + m - 1) * before) / static_cast<double>(l - m);
                const double next_slope =
                    ((2 * l - 1) * (here + z * slope) - (l + m - 1) * slope_before) /
                    static_cast<double>(l - m);
                before = here;
                here = next;
                slope_before = slope;
                slope = next_slope;
            }
            const double norm = norms_[static_cast<std::size_t>(harmonics_index(l, m))];
            const double cosine_weight = norm * weights[harmonics_index(l, m)];
            of_cosine += here * cosine_weight;
            slope_of_cosine += slope * cosine_weight;
            if (m > 0) {
                const double sine_weight = norm * weights[harmonics_index(l, -m)];
                of_sine += here * sine_weight;
                slope_of_sine += slope * sine_weight;
            }
        }
        sum.x() += m * (of_cosine * cosine_before + of_sine * sine_before);
        sum.y() += m * (of_sine * cosine_before - of_cosine * sine_before);
        sum.z() += slope_of_cosine * cosine + slope_of_sine * sine;
    }
    return sum;
}

}  // namespace keesom

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

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/mbd_options.hpp>

#include <fmt/format.h>

#include <cmath>

namespace keesom {

void MbdOptions::validate() const {
    if (!(beta > 0.0 && std::isfinite(beta))) {
        throw InputError(fmt::format("expected positive beta, got {}", beta));
    }
    if (!(steepness > 0.0 && std::isfinite(steepness))) {
        throw InputError(fmt::format("expected positive steepness, got {}", steepness));
    }
    if (n_frequencies < 1 || n_frequencies > max_frequencies) {
        throw InputError(
            fmt::format("expected 1 to {} frequencies, got {}", max_frequencies, n_frequencies));
    }
}

}  // namespace keesom

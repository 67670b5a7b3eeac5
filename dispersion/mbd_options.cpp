// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/element_constants.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/mbd_options.hpp>

#include <fmt/format.h>

namespace keesom {

void MbdOptions::validate() const {
    require_constant("beta", beta, ConstantRange::positive);
    require_constant("steepness", steepness, ConstantRange::positive);
    if (n_frequencies < 1 || n_frequencies > max_frequencies) {
        throw InputError(
            fmt::format("expected 1 to {} frequencies, got {}", max_frequencies, n_frequencies));
    }
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>

namespace keesom {

/// Constants of many-body dispersion. There is no default for β: it belongs to the method whose
/// short-range correlation the dispersion is added to.
struct MbdOptions {
    double beta = std::numeric_limits<double>::quiet_NaN();  ///< scale of the van der Waals radii
                                                             ///< in the range separation
    double steepness = 6.0;  ///< a of the Fermi function, dimensionless
    int n_frequencies = 15;  ///< points of the imaginary-frequency quadrature

    /// @throws ModelError naming the constant that is out of range or was never given
    /// @throws InputError for a number of frequencies out of range
    void validate() const;

    bool operator==(const MbdOptions&) const = default;
};

}  // namespace keesom

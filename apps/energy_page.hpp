// SPDX-License-Identifier: BSD-3-Clause
//
// The energy of one complex as a page that explains it: in numbers, in bars, by pairs of atoms, and
// on the molecules in 3-D.
#pragma once

#include "energy_report.hpp"

#include <string>

namespace keesom::apps {

/// @param report with pairs
std::string energy_page(const ComplexReport& report,
                        const Session& session,
                        const EnergyUnit& unit);

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
//
// The energies of many complexes, with the warnings of each.
#pragma once

#include "energy_report.hpp"
#include "force_fields.hpp"
#include "session.hpp"

#include <vector>

namespace keesom::apps {

/// Adds one warning if a contact is so close that a bond would be drawn.
void append_bond_warning(const Contact& contact,
                         const std::vector<Molecule>& molecules,
                         std::vector<std::string>& warnings);

/// Gives a row what came out for its complex, and the warnings that follow from it. A complex that
/// could not be used keeps its error.
void set_result(SystemEnergy result, const Session& session, EnergyRow& row);

/// A row for each complex, with a progress bar; those that cannot be computed have an error.
/// @throws InputError if none can be computed
std::vector<EnergyRow> compute_rows(const std::vector<InputComplex>& complexes,
                                    const Session& session,
                                    const EnergyDetails& details);

/// Adds what deforming the molecules costs, also to the derivatives of an energy, where there is
/// one and that is known of one molecule at least.
void add_deformation(EnergyRow& row, const ForceFields& force_fields);

}  // namespace keesom::apps

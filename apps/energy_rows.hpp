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

/// A row for each complex; those that cannot be computed have an error.
/// @param progress called after each complex
std::vector<EnergyRow> evaluated_rows(const std::vector<InputComplex>& complexes,
                                      const Session& session,
                                      const EnergyDetails& details,
                                      const ProgressCallback& progress = {});

/// The same with a progress bar.
/// @throws InputError if none can be computed
std::vector<EnergyRow> compute_rows(const std::vector<InputComplex>& complexes,
                                    const Session& session,
                                    const EnergyDetails& details);

/// Adds what deforming the molecules costs, also to the derivatives of an energy, where there is
/// one and that is known of one molecule at least.
void add_deformation(EnergyRow& row, const ForceFields& force_fields);

}  // namespace keesom::apps

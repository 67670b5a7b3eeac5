// SPDX-License-Identifier: BSD-3-Clause
#include "energy_rows.hpp"

#include "perception.hpp"
#include "progress.hpp"

#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

/// Rows without energies: those of complexes that cannot be used have an error.
std::vector<EnergyRow> checked_rows(const std::vector<InputComplex>& complexes,
                                    const Session& session) {
    std::vector<EnergyRow> rows;
    for (const InputComplex& complex : complexes) {
        EnergyRow& row = rows.emplace_back();
        row.complex = complex;
        try {
            append_perception_warnings(complex.monomers, session, row.warnings);
        } catch (const InputError& error) {
            row.complex.monomers.clear();
            row.complex.error = error.what();
        }
    }
    return rows;
}

}  // namespace

void append_bond_warning(const Contact& contact,
                         const std::vector<Molecule>& molecules,
                         std::vector<std::string>& warnings) {
    const auto radius = [&](std::size_t monomer, Eigen::Index atom) {
        return covalent_radius(molecules[monomer].atomic_numbers[static_cast<std::size_t>(atom)]);
    };
    if (contact.distance < bond_tolerance * (radius(contact.monomer_a, contact.atom_a) +
                                             radius(contact.monomer_b, contact.atom_b))) {
        warnings.push_back(
            fmt::format("{}, are as close as bonded atoms", describe(contact, molecules)));
    }
}

void set_result(SystemEnergy result, const Session& session, EnergyRow& row) {
    row.result = std::move(result);
    if (!row.complex.error.empty()) {
        row.result.error = row.complex.error;
    }
    if (!row.result.energy) {
        return;
    }
    const std::vector<Molecule> molecules = molecules_of(row.complex);
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        append_familiarity_warnings(fmt::format("molecule {}", m + 1),
                                    molecules[m],
                                    row.result.unfamiliar[m],
                                    row.warnings);
    }
    append_bond_warning(*row.result.contact, molecules, row.warnings);
    append_contact_warning(*row.result.contact, molecules, session.parameters, row.warnings);
}

std::vector<EnergyRow> compute_rows(const std::vector<InputComplex>& complexes,
                                    const Session& session,
                                    const EnergyDetails& details) {
    std::vector<EnergyRow> rows = checked_rows(complexes, session);
    std::vector<ReferenceSystem> systems;
    for (const EnergyRow& row : rows) {
        ReferenceSystem& system = systems.emplace_back();
        system.name = row.complex.name;
        system.monomers = molecules_of(row.complex);
    }
    ProgressBar bar("energies", complexes.size());
    std::vector<SystemEnergy> results = system_energies(
        systems, session.model, [&bar](std::size_t done) { bar.show(done); }, details);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        set_result(std::move(results[i]), session, rows[i]);
    }
    const bool none = std::none_of(rows.begin(), rows.end(), [](const EnergyRow& row) {
        return row.result.energy.has_value();
    });
    if (none) {
        throw InputError(fmt::format("none of {} complexes has an energy, the first: {}",
                                     rows.size(),
                                     rows.front().result.error));
    }
    return rows;
}

void add_deformation(EnergyRow& row, const ForceFields& force_fields) {
    if (!row.result.energy) {
        return;
    }
    Deformation shape = deformation(molecules_of(row.complex), force_fields);
    const bool is_known = std::any_of(shape.energies.begin(),
                                      shape.energies.end(),
                                      [](const auto& energy) { return energy.has_value(); });
    if (!is_known) {
        return;
    }
    row.deformation = std::move(shape);
    for (std::size_t m = 0; m < row.result.gradients.size(); ++m) {
        row.result.gradients[m] += row.deformation->gradients[m];
    }
    for (std::size_t m = 0; m < row.complex.monomers.size(); ++m) {
        if (row.deformation->unfamiliar[m]) {
            row.warnings.push_back(fmt::format(
                "molecule {}: its shape is unlike all that its force field was trained on, its "
                "deformation energy may be far off",
                m + 1));
        }
    }
}

}  // namespace keesom::apps

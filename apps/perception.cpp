// SPDX-License-Identifier: BSD-3-Clause
#include "perception.hpp"

#include <keesom/core/charge_check.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace keesom::apps {

namespace {

/// "C1, C2", of a longer list its beginning.
std::string atom_list(const std::vector<Eigen::Index>& atoms, const Molecule& molecule) {
    constexpr std::size_t most = 8;
    std::vector<std::string> names;
    for (const Eigen::Index atom : atoms) {
        if (names.size() == most) {
            names.emplace_back("…");
            break;
        }
        const int element = molecule.atomic_numbers[static_cast<std::size_t>(atom)];
        names.push_back(fmt::format("{}{}", element_symbol(element), atom + 1));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

void append_bond_warning(const InputMonomer& input, std::vector<std::string>& warnings) {
    const Molecule& molecule = input.molecule;
    const ChargeCheck check = check_charge(molecule);
    const std::string atoms = atom_list(check.atoms, molecule);
    switch (check.verdict) {
        case ChargeVerdict::plausible:
            return;
        case ChargeVerdict::missing_hydrogens:
            throw InputError(fmt::format(
                "{}: {} hydrogen atoms are missing ({}), add them first, e.g. with obabel -h",
                input.source,
                check.missing_hydrogens,
                atoms));
        case ChargeVerdict::other_charge:
            break;
    }
    const bool lacks_bonds = check.charge < molecule.charge;
    warnings.push_back(fmt::format(
        "{}: bonds suggest the charge {} ({} {} {}), {} is used; --charges gives another",
        input.source,
        check.charge,
        atoms,
        check.atoms.size() == 1 ? "has" : "have",
        lacks_bonds ? "a bond too few" : "a bond too many",
        molecule.charge));
}

}  // namespace

void append_perception_warnings(const std::vector<InputMonomer>& inputs,
                                const Session& session,
                                std::vector<std::string>& warnings,
                                std::size_t first) {
    for (const InputMonomer& input : inputs) {
        append_bond_warning(input, warnings);
    }
    const std::vector<int>& known = session.property_model->data().training_charges;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const int charge = inputs[i].molecule.charge;
        if (std::find(known.begin(), known.end(), charge) == known.end()) {
            warnings.push_back(
                fmt::format("molecule {}: charge {} is beyond those of the training set ({})",
                            first + i + 1,
                            charge,
                            fmt::join(known, ", ")));
        }
    }
}

}  // namespace keesom::apps

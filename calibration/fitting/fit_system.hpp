// SPDX-License-Identifier: BSD-3-Clause
//
// What a fit of the physical constants works on.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/core/monomer.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace keesom {

/// A complex, with what is known about its energy and with the energies that no constant changes.
/// All energies in hartree.
struct FitSystem {
    std::string name;
    std::vector<Monomer> monomers;
    std::set<int> elements;
    std::optional<EnergyComponents> reference;
    std::optional<double> reference_total;
    double polarization = 0.0;
    double many_body = 0.0;
};

inline std::set<int> elements_of(const std::vector<Monomer>& monomers) {
    std::set<int> elements;
    for (const Monomer& monomer : monomers) {
        elements.insert(monomer.molecule().atomic_numbers.begin(),
                        monomer.molecule().atomic_numbers.end());
    }
    return elements;
}

}  // namespace keesom

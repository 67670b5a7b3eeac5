// SPDX-License-Identifier: BSD-3-Clause
//
// Not a public header.
#pragma once

#include <keesom/core/pair_packs.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>

namespace keesom {

/// gathered() of the multipoles that get(i) gives.
template <class Get>
Multipole<Lanes> gathered_multipole(const AtomRange& atoms, const Get& get) {
    Multipole<Lanes> result;
    result.charge = gathered(atoms, [&](Eigen::Index i) { return get(i).charge; });
    for (Eigen::Index x = 0; x < 3; ++x) {
        result.dipole[x] = gathered(atoms, [&](Eigen::Index i) { return get(i).dipole[x]; });
        for (Eigen::Index y = 0; y < 3; ++y) {
            result.quadrupole(x, y) =
                gathered(atoms, [&](Eigen::Index i) { return get(i).quadrupole(x, y); });
        }
    }
    return result;
}

}  // namespace keesom

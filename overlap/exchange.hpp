// SPDX-License-Identifier: BSD-3-Clause
//
// Exchange-repulsion: electrons of like spin keep out of each other's way.
//
// Taken proportional to the overlap of the anisotropic valence densities, see
// multipole_overlap.hpp; the overlap of true densities follows first-order exchange to within some
// 15 % for organic molecules in contact. Positive, pairwise.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/overlap/multipole_overlap.hpp>

namespace keesom {

/// Exchange-repulsion energy, + multipole_overlap().
class Exchange : public EnergyTerm {
public:
    /// @throws ModelError if a constant is out of range
    explicit Exchange(OverlapParameters parameters);

    void add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const override;

private:
    EnergyComponents evaluate(const Sites& sites, const WeightedGradient* gradient) const override;

    OverlapParameters parameters_;
};

}  // namespace keesom

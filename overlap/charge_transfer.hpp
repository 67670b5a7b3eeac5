// SPDX-License-Identifier: BSD-3-Clause
//
// Charge transfer, and what else induction does at short range.
//
// Electrons of one molecule delocalize into the other; with the exchange part of induction and δHF
// it is what induced point dipoles miss where densities overlap. Taken proportional to the overlap
// of the anisotropic valence densities, see multipole_overlap.hpp. Negative, pairwise; donor and
// acceptor are not told apart.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/overlap/multipole_overlap.hpp>

namespace keesom {

/// Charge-transfer energy, − multipole_overlap(); part of induction.
class ChargeTransfer : public EnergyTerm {
public:
    /// @throws ModelError if a constant is out of range
    explicit ChargeTransfer(OverlapParameters parameters);

    void add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const override;

private:
    EnergyComponents evaluate(const Sites& sites, const WeightedGradient* gradient) const override;

    OverlapParameters parameters_;
};

}  // namespace keesom

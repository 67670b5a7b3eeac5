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

    [[nodiscard]] EnergyComponents energy(std::span<const Monomer> monomers) const override;

private:
    OverlapParameters parameters_;
};

}  // namespace keesom

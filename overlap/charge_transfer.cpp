// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/overlap/charge_transfer.hpp>

#include <utility>

namespace keesom {

ChargeTransfer::ChargeTransfer(OverlapParameters parameters) : parameters_(std::move(parameters)) {
    parameters_.validate("charge_transfer");
}

EnergyComponents ChargeTransfer::energy(std::span<const Monomer> monomers) const {
    EnergyComponents energy;
    energy.induction = -multipole_overlap(monomers, parameters_);
    return energy;
}

}  // namespace keesom

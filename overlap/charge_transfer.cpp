// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/overlap/charge_transfer.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace keesom {

ChargeTransfer::ChargeTransfer(OverlapParameters parameters) : parameters_(std::move(parameters)) {
    parameters_.validate("charge_transfer");
}

EnergyComponents ChargeTransfer::evaluate(const Sites& sites,
                                          const WeightedGradient* gradient) const {
    EnergyComponents energy;
    energy.induction = -multipole_overlap(sites, parameters_);
    if (gradient != nullptr) {
        add_overlap_gradient(sites, parameters_, -gradient->seed.induction, gradient->sum);
    }
    return energy;
}

void ChargeTransfer::add_pair_energies(const Sites& sites,
                                       std::span<EnergyComponents> energies) const {
    const std::vector<double> overlaps = pair_overlaps(sites, parameters_);
    for (std::size_t k = 0; k < overlaps.size(); ++k) {
        energies[k].induction -= overlaps[k];
    }
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/overlap/exchange.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace keesom {

Exchange::Exchange(OverlapParameters parameters) : parameters_(std::move(parameters)) {
    parameters_.validate();
}

EnergyComponents Exchange::evaluate(const Sites& sites, const WeightedGradient* gradient) const {
    EnergyComponents energy;
    energy.exchange = multipole_overlap(sites, parameters_);
    if (gradient != nullptr) {
        const std::vector<double> seeds(sites.pairs().size(), gradient->seed.exchange);
        add_overlap_gradient(sites, parameters_, seeds, gradient->sum);
    }
    return energy;
}

void Exchange::add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const {
    const std::vector<double> overlaps = pair_overlaps(sites, parameters_);
    for (std::size_t k = 0; k < overlaps.size(); ++k) {
        energies[k].exchange += overlaps[k];
    }
}

}  // namespace keesom

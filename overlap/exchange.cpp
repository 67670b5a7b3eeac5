// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/overlap/exchange.hpp>

#include <utility>

namespace keesom {

Exchange::Exchange(OverlapParameters parameters) : parameters_(std::move(parameters)) {
    parameters_.validate("exchange");
}

EnergyComponents Exchange::energy(std::span<const Monomer> monomers) const {
    EnergyComponents energy;
    energy.exchange = multipole_overlap(monomers, parameters_);
    return energy;
}

}  // namespace keesom

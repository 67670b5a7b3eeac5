// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/benchmark.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

void require_finite(const EnergyComponents& energy) {
    for (const ComponentName& component : component_names) {
        if (!std::isfinite(energy.*component.value)) {
            throw NumericalError(fmt::format(
                "{} is {}, not a finite energy", component.name, energy.*component.value));
        }
    }
    if (!std::isfinite(energy.total())) {
        throw NumericalError(fmt::format("total is {}, not a finite energy", energy.total()));
    }
}

}  // namespace

void require_computable(Eigen::Index n_atoms) {
    if (n_atoms > largest_system) {
        throw InputError(
            fmt::format("{} atoms are more than keesom computes together, {}; cut out what is near "
                        "the molecule of interest",
                        n_atoms,
                        largest_system));
    }
}

Physics::Physics(const ParameterSet& parameters) {
    terms_.push_back(std::make_unique<Electrostatics>(parameters.electrostatics));
    terms_.push_back(std::make_unique<Exchange>(parameters.exchange));
    terms_.push_back(std::make_unique<Polarization>(parameters.polarization));
    terms_.push_back(std::make_unique<ChargeTransfer>(parameters.charge_transfer));
    terms_.push_back(std::make_unique<Dispersion>(parameters.dispersion));
}

EnergyComponents Physics::interaction_energy(std::span<const Monomer> monomers) const {
    if (monomers.size() < 2) {
        throw InputError(
            fmt::format("an interaction needs at least 2 monomers, got {}", monomers.size()));
    }
    Eigen::Index n_atoms = 0;
    for (const Monomer& monomer : monomers) {
        n_atoms += monomer.size();
    }
    require_computable(n_atoms);
    require_separate(monomers);
    EnergyComponents energy;
    for (const auto& term : terms_) {
        const EnergyComponents part = term->energy(monomers);
        require_finite(part);
        energy += part;
    }
    require_finite(energy);  // a sum may overflow where its parts do not
    return energy;
}

EnergyComponents Physics::non_additive_energy(std::span<const Monomer> monomers) const {
    EnergyComponents energy = interaction_energy(monomers);
    for (std::size_t b = 1; b < monomers.size(); ++b) {
        for (std::size_t a = 0; a < b; ++a) {
            const std::array<Monomer, 2> pair = {monomers[a], monomers[b]};
            energy -= interaction_energy(pair);
        }
    }
    return energy;
}

InteractionModel::InteractionModel(std::shared_ptr<const PropertyModel> properties,
                                   const ParameterSet& parameters)
    : properties_(std::move(properties)), physics_(parameters) {}

Monomer InteractionModel::monomer(const Molecule& molecule) const {
    return {molecule, properties_->predict(molecule).properties};
}

EnergyComponents InteractionModel::interaction_energy(std::span<const Molecule> molecules) const {
    std::vector<Monomer> monomers;
    monomers.reserve(molecules.size());
    for (const Molecule& molecule : molecules) {
        monomers.push_back(monomer(molecule));
    }
    return physics_.interaction_energy(monomers);
}

}  // namespace keesom

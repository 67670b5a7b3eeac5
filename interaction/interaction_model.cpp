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

Physics::Physics(const ParameterSet& parameters) : dispersion_(parameters.dispersion) {
    terms_.push_back(std::make_unique<Electrostatics>(parameters.electrostatics));
    terms_.push_back(std::make_unique<Exchange>(parameters.exchange));
    terms_.push_back(std::make_unique<Polarization>(parameters.polarization));
    terms_.push_back(std::make_unique<ChargeTransfer>(parameters.charge_transfer));
}

EnergyComponents Physics::interaction_energy(std::span<const Monomer> monomers) const {
    return evaluate(monomers, {}, {}, nullptr);
}

EnergyWithGradient Physics::energy_and_gradient(std::span<const Monomer> monomers,
                                                const EnergyComponents& seed) const {
    EnergyGradient all;
    EnergyWithGradient result;
    result.energy = evaluate(monomers, {}, seed, &all);
    Eigen::Index first = 0;
    for (const Monomer& monomer : monomers) {
        result.gradients.push_back(all.segment(first, monomer.size()));
        first += monomer.size();
    }
    return result;
}

PreparedMonomer Physics::prepare(Monomer monomer) const {
    const double many_body_energy = dispersion_.many_body_energy(monomer);
    return {std::move(monomer), many_body_energy, dispersion_.parameters().mbd};
}

Physics::Prepared Physics::unpack(std::span<const PreparedMonomer> monomers) const {
    Prepared result;
    for (const PreparedMonomer& prepared : monomers) {
        if (prepared.mbd_options() != dispersion_.parameters().mbd) {
            throw InputError(fmt::format("monomer {} was prepared with other constants",
                                         result.monomers.size() + 1));
        }
        result.monomers.push_back(prepared.monomer());
        result.many_body_energies.push_back(prepared.many_body_energy());
    }
    return result;
}

EnergyComponents Physics::interaction_energy(std::span<const PreparedMonomer> monomers) const {
    const Prepared prepared = unpack(monomers);
    return evaluate(prepared.monomers, prepared.many_body_energies, {}, nullptr);
}

EnergyWithRigidForces Physics::energy_and_rigid_forces(
    std::span<const PreparedMonomer> monomers) const {
    const Prepared prepared = unpack(monomers);
    EnergyGradient all;
    EnergyWithRigidForces result;
    result.energy = evaluate(prepared.monomers, prepared.many_body_energies, total_seed, &all);
    Eigen::Index first = 0;
    for (const PreparedMonomer& monomer : monomers) {
        const Eigen::Index count = monomer.monomer().size();
        result.forces.push_back(
            rigid_force(monomer.monomer(), all.segment(first, count), monomer.center()));
        first += count;
    }
    return result;
}

EnergyComponents Physics::evaluate(std::span<const Monomer> monomers,
                                   std::span<const double> many_body_energies,
                                   const EnergyComponents& seed,
                                   EnergyGradient* gradient) const {
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
    const Sites sites(monomers);
    if (gradient != nullptr) {
        *gradient = EnergyGradient(n_atoms);
    }
    EnergyComponents energy;
    const auto add = [&](const EnergyComponents& part) {
        require_finite(part);
        energy += part;
    };
    const auto add_term = [&](const EnergyTerm& term) {
        add(gradient == nullptr ? term.energy(sites)
                                : term.energy_and_gradient(sites, seed, *gradient));
    };
    for (const auto& term : terms_) {
        add_term(*term);
    }
    if (many_body_energies.empty()) {
        add_term(dispersion_);
    } else {
        add(dispersion_.rigid_energy(sites, many_body_energies, seed, gradient));
    }
    require_finite(energy);  // a sum may overflow where its parts do not
    return energy;
}

std::vector<EnergyComponents> Physics::pair_energies(const Sites& sites) const {
    std::vector<EnergyComponents> energies(sites.pairs().size());
    for (const auto& term : terms_) {
        term->add_pair_energies(sites, energies);
    }
    dispersion_.add_pair_energies(sites, energies);
    return energies;
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

EnergyWithForces InteractionModel::energy_and_gradient(std::span<const Molecule> molecules,
                                                       const EnergyComponents& seed) const {
    std::vector<std::unique_ptr<const PropertyLinearization>> linearizations;
    std::vector<Monomer> monomers;
    for (const Molecule& molecule : molecules) {
        linearizations.push_back(properties_->linearize(molecule));
        monomers.emplace_back(molecule, linearizations.back()->prediction().properties);
    }
    EnergyWithGradient partial = physics_.energy_and_gradient(monomers, seed);
    EnergyWithForces result;
    result.energy = partial.energy;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        result.gradients.push_back(
            partial.gradients[m].positions +
            linearizations[m]->pullback_to_positions(partial.gradients[m].properties));
        result.predictions.push_back(linearizations[m]->prediction());
    }
    return result;
}

}  // namespace keesom

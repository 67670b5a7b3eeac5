// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

// Of ComponentGradients::gradients.
constexpr std::size_t of_dispersion = 3;

// Of the terms that Physics makes.
constexpr std::size_t of_polarization = 2;

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

/// @throws InputError unless there are several monomers that do not coincide
void require_interacting(std::span<const Monomer* const> monomers) {
    if (monomers.size() < 2) {
        throw InputError(
            fmt::format("an interaction needs at least 2 monomers, got {}", monomers.size()));
    }
    require_separate(monomers);
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

namespace {

Eigen::Index number_of_atoms(std::span<const Monomer* const> monomers) {
    Eigen::Index n_atoms = 0;
    for (const Monomer* monomer : monomers) {
        n_atoms += monomer->size();
    }
    return n_atoms;
}

/// The part of each monomer in gradients of all sites.
std::array<std::vector<EnergyGradient>, 4> by_monomer(const std::array<EnergyGradient, 4>& all,
                                                      const Sites& sites) {
    std::array<std::vector<EnergyGradient>, 4> gradients;
    for (std::size_t c = 0; c < all.size(); ++c) {
        for (const AtomRange& monomer : sites.monomers()) {
            gradients[c].push_back(all[c].segment(monomer.first, monomer.count));
        }
    }
    return gradients;
}

/// The sites of monomers that all respond, if that can be computed.
Sites responding_sites(std::span<const Monomer* const> monomers, std::size_t n_hosts = 0) {
    require_computable(number_of_atoms(monomers));
    return Sites(monomers, n_hosts);
}

}  // namespace

Physics::Physics(const ParameterSet& parameters) : dispersion_(parameters.dispersion) {
    terms_.push_back({std::make_unique<Electrostatics>(parameters.electrostatics), 0});
    terms_.push_back({std::make_unique<Exchange>(parameters.exchange), 1});
    terms_.push_back({std::make_unique<Polarization>(parameters.polarization), 2});
    terms_.push_back(
        {std::make_unique<ChargeTransfer>(parameters.charge_transfer, parameters.exchange), 2});
}

EnergyComponents Physics::interaction_energy(std::span<const Monomer> monomers) const {
    const std::vector<const Monomer*> all = pointers_to(monomers);
    require_interacting(all);
    const Sites sites = responding_sites(all);
    return evaluate(sites, plain_dispersion(sites), nullptr);
}

ComponentGradients Physics::component_gradients(std::span<const Monomer> monomers) const {
    const std::vector<const Monomer*> pointers = pointers_to(monomers);
    require_interacting(pointers);
    const Sites sites = responding_sites(pointers);
    SiteGradients all;
    const EnergyComponents energy = evaluate(sites, plain_dispersion(sites), &all);
    return {energy, by_monomer(all, sites)};
}

PreparedMonomer Physics::prepare(Monomer monomer) const {
    require_computable(monomer.size());
    MonomerDispersion dispersion = dispersion_.of_monomer(monomer);
    return {std::move(monomer), std::move(dispersion), dispersion_.parameters().mbd};
}

Physics::Prepared Physics::unpack(std::span<const PreparedMonomer> monomers) const {
    Prepared result;
    for (const PreparedMonomer& prepared : monomers) {
        if (prepared.mbd_options() != dispersion_.parameters().mbd) {
            throw InputError(fmt::format("monomer {} was prepared with other constants",
                                         result.monomers.size() + 1));
        }
        result.monomers.push_back(&prepared.monomer());
        result.dispersion.push_back(&prepared.dispersion());
    }
    require_interacting(result.monomers);
    return result;
}

EnergyComponents Physics::interaction_energy(std::span<const PreparedMonomer> monomers) const {
    const Prepared prepared = unpack(monomers);
    const Sites sites = responding_sites(prepared.monomers);
    return evaluate(sites, rigid_dispersion(sites, prepared), nullptr);
}

Physics::DispersionEnergy Physics::plain_dispersion(const Sites& sites) const {
    return [&](EnergyGradient* gradient) {
        return gradient == nullptr ? dispersion_.energy(sites)
                                   : dispersion_.energy_and_gradient(sites, total_seed, *gradient);
    };
}

Physics::DispersionEnergy Physics::rigid_dispersion(const Sites& sites,
                                                    const Prepared& prepared) const {
    return [&](EnergyGradient* gradient) {
        return dispersion_.rigid_energy(sites, prepared.dispersion, total_seed, gradient);
    };
}

double Physics::polarization_of_hosts(std::span<const Monomer* const> monomers,
                                      std::size_t n_hosts,
                                      std::span<const Eigen::Index> responding,
                                      EnergyGradient* gradient) const {
    if (n_hosts < 2) {
        return 0.0;
    }
    const auto end = std::lower_bound(
        responding.begin(), responding.end(), number_of_atoms(monomers.first(n_hosts)));
    const Sites hosts(monomers.first(n_hosts), {responding.begin(), end}, n_hosts);
    const EnergyTerm& polarization = *terms_[of_polarization].term;
    if (gradient == nullptr) {
        return polarization.energy(hosts).induction;
    }
    EnergyGradient of_hosts(hosts.size());
    const double energy = polarization.energy_and_gradient(hosts, total_seed, of_hosts).induction;
    gradient->add(-1.0, of_hosts);
    return energy;
}

Physics::HostEnergies Physics::host_energies(std::span<const PreparedMonomer> hosts) const {
    if (hosts.size() < 2) {
        return {0.0, hosts.empty() ? 0.0 : hosts.front().dispersion().many_body_energy};
    }
    const Prepared prepared = unpack(hosts);
    const Sites sites = responding_sites(prepared.monomers, hosts.size());
    return {polarization_of_hosts(prepared.monomers, hosts.size(), sites.responding()),
            dispersion_.many_body_energy_of_hosts(sites)};
}

EnergyComponents Physics::energy_with_hosts(std::span<const PreparedMonomer> monomers,
                                            std::size_t n_hosts,
                                            const HostEnergies& of_hosts) const {
    const Prepared prepared = unpack(monomers);
    const Sites sites = responding_sites(prepared.monomers, n_hosts);
    EnergyComponents energy = evaluate(
        sites,
        [&](EnergyGradient* /*gradient*/) {
            return dispersion_.rigid_energy(sites, prepared.dispersion, of_hosts.many_body);
        },
        nullptr);
    energy.induction -= of_hosts.polarization;
    return energy;
}

EnergyComponents Physics::energy_with_hosts(std::span<const PreparedMonomer> monomers,
                                            std::size_t n_hosts,
                                            std::vector<Eigen::Index> responding) const {
    require_computable(static_cast<Eigen::Index>(responding.size()));
    const Prepared prepared = unpack(monomers);
    const Sites sites(prepared.monomers, std::move(responding), n_hosts);
    EnergyComponents energy = evaluate(sites, rigid_dispersion(sites, prepared), nullptr);
    energy.induction -= polarization_of_hosts(prepared.monomers, n_hosts, sites.responding());
    return energy;
}

ComponentGradients Physics::gradients_with_hosts(std::span<const PreparedMonomer> monomers,
                                                 std::size_t n_hosts,
                                                 std::vector<Eigen::Index> responding) const {
    require_computable(static_cast<Eigen::Index>(responding.size()));
    const Prepared prepared = unpack(monomers);
    const Sites sites(prepared.monomers, std::move(responding), n_hosts);
    SiteGradients all;
    EnergyComponents energy = evaluate(sites, plain_dispersion(sites), &all);
    const auto& [term, component] = terms_[of_polarization];
    energy.induction -=
        polarization_of_hosts(prepared.monomers, n_hosts, sites.responding(), &all[component]);
    return {energy, by_monomer(all, sites)};
}

EnergyWithRigidForces Physics::energy_and_rigid_forces(
    std::span<const PreparedMonomer> monomers) const {
    const Prepared prepared = unpack(monomers);
    SiteGradients by_component;
    EnergyWithRigidForces result;
    const Sites sites = responding_sites(prepared.monomers);
    result.energy = evaluate(sites, rigid_dispersion(sites, prepared), &by_component);
    EnergyGradient all = by_component.front();
    for (std::size_t c = 1; c < by_component.size(); ++c) {
        all.add(1.0, by_component[c]);
    }
    Eigen::Index first = 0;
    for (const PreparedMonomer& monomer : monomers) {
        const Eigen::Index count = monomer.monomer().size();
        result.forces.push_back(
            rigid_force(monomer.monomer(), all.segment(first, count), monomer.center()));
        first += count;
    }
    return result;
}

EnergyComponents Physics::evaluate(const Sites& sites,
                                   const DispersionEnergy& dispersion,
                                   SiteGradients* gradients) const {
    if (gradients != nullptr) {
        gradients->fill(EnergyGradient(sites.size()));
    }
    EnergyComponents energy;
    const auto add = [&](const EnergyComponents& part) {
        require_finite(part);
        energy += part;
    };
    for (const auto& [term, component] : terms_) {
        add(gradients == nullptr
                ? term->energy(sites)
                : term->energy_and_gradient(sites, total_seed, (*gradients)[component]));
    }
    add(dispersion(gradients == nullptr ? nullptr : &(*gradients)[of_dispersion]));
    require_finite(energy);  // a sum may overflow where its parts do not
    return energy;
}

std::vector<EnergyComponents> Physics::pair_energies(const Sites& sites) const {
    std::vector<EnergyComponents> energies(sites.pairs().size());
    for (const auto& [term, component] : terms_) {
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

EnergyLinearization InteractionModel::linearize(std::span<const Molecule> molecules) const {
    std::vector<std::shared_ptr<const PropertyLinearization>> predictions;
    for (const Molecule& molecule : molecules) {
        predictions.push_back(properties_->linearize(molecule));
    }
    return linearize(molecules, std::move(predictions));
}

EnergyLinearization InteractionModel::linearize(
    std::span<const Molecule> molecules,
    std::vector<std::shared_ptr<const PropertyLinearization>> predictions) const {
    std::vector<Monomer> monomers;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        monomers.emplace_back(molecules[m], predictions[m]->prediction().properties);
    }
    return {physics_.component_gradients(monomers), std::move(predictions)};
}

}  // namespace keesom

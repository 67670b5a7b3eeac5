// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/pair_packs.hpp>
#include <keesom/multipoles/electrostatic_pair.hpp>
#include <keesom/multipoles/electrostatics.hpp>
#include <keesom/multipoles/gathered_multipole.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace keesom {

namespace {

using Site = ElectrostaticSite<double>;

constexpr DecayProperty penetration_decays = &AtomProperties::penetration_decays;

std::vector<Site> electrostatic_sites(const Sites& sites, const ElementConstants& decay_scale) {
    const AtomProperties& properties = sites.properties();
    const Eigen::VectorXd decay_rates = valence_decay_rates(sites, decay_scale, penetration_decays);
    std::vector<Site> result;
    result.reserve(static_cast<std::size_t>(sites.size()));
    for (Eigen::Index i = 0; i < sites.size(); ++i) {
        const Multipole<double> net = atomic_multipole(properties, i);
        const Multipole<double> outer = {
            -properties.valence_populations[i],
            net.dipole + properties.penetration_dipoles.col(i),
            net.quadrupole + symmetric_matrix(properties.penetration_quadrupoles.col(i))};
        result.push_back({net, outer, decay_rates[i]});
    }
    return result;
}

/// Adds the seed times derivatives by a site to those by the properties of its atom.
void add_site_gradient(const Site& by_site,
                       double seed,
                       double decay_rate,
                       const Sites& sites,
                       Eigen::Index i,
                       AtomPropertyGradient& gradient) {
    add_multipole_gradient(by_site.net, seed, i, gradient);
    gradient.valence_populations[i] -= seed * by_site.outer.charge;
    const Eigen::Vector3d by_dipole = seed * by_site.outer.dipole;
    gradient.dipoles.col(i) += by_dipole;
    gradient.penetration_dipoles.col(i) += by_dipole;
    const Eigen::Matrix<double, 6, 1> by_quadrupole =
        seed * by_quadrupole_components(by_site.outer.quadrupole);
    gradient.quadrupoles.col(i) += by_quadrupole;
    gradient.penetration_quadrupoles.col(i) += by_quadrupole;
    add_decay_gradient(
        seed * by_site.decay_rate, decay_rate, sites, i, penetration_decays, gradient);
}

/// Of each pair, in the order of Sites::pairs().
std::vector<double> pair_energies(const Sites& sites, const std::vector<Site>& atoms) {
    const auto packed = [&](const AtomRange& range) {
        const auto of = [&](auto member) {
            return gathered_multipole(range, [&](Eigen::Index i) -> const Multipole<double>& {
                return atoms[static_cast<std::size_t>(i)].*member;
            });
        };
        return ElectrostaticSite<Lanes>{
            of(&Site::net), of(&Site::outer), gathered(range, [&](Eigen::Index i) {
                return atoms[static_cast<std::size_t>(i)].decay_rate;
            })};
    };
    return pair_values(sites, packed, &electrostatic_pair_energy<Lanes>);
}

}  // namespace

void ElectrostaticsParameters::validate() const {
    require_constant("electrostatics decay_scale", decay_scale, ConstantRange::positive);
}

Electrostatics::Electrostatics(ElectrostaticsParameters parameters)
    : parameters_(std::move(parameters)) {
    parameters_.validate();
}

EnergyComponents Electrostatics::evaluate(const Sites& sites,
                                          const WeightedGradient* gradient) const {
    const std::vector<Site> atoms = electrostatic_sites(sites, parameters_.decay_scale);
    const auto atom = [&](Eigen::Index i) -> const Site& {
        return atoms[static_cast<std::size_t>(i)];
    };
    EnergyComponents energy;
    for (const double pair_energy : pair_energies(sites, atoms)) {
        energy.electrostatics += pair_energy;
    }
    if (gradient != nullptr) {
        const double seed = gradient->seed.electrostatics;
        EnergyGradient& sum = gradient->sum;
        const auto add = [&](Eigen::Index i, const Site& by_site) {
            add_site_gradient(by_site, seed, atom(i).decay_rate, sites, i, sum.properties);
        };
        for (const SitePair& pair : sites.pairs()) {
            const PairGradient<Site> by =
                electrostatic_pair_gradient(atom(pair.i), atom(pair.j), pair.R);
            add(pair.i, by.a);
            add(pair.j, by.b);
            add_pair_gradient(seed * by.R, pair, sum);
        }
    }
    return energy;
}

void Electrostatics::add_pair_energies(const Sites& sites,
                                       std::span<EnergyComponents> energies) const {
    const std::vector<double> own =
        pair_energies(sites, electrostatic_sites(sites, parameters_.decay_scale));
    for (std::size_t k = 0; k < own.size(); ++k) {
        energies[k].electrostatics += own[k];
    }
}

}  // namespace keesom

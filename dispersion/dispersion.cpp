// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <cassert>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace keesom {

namespace {

/// E_MBD of some of the atoms. Adds `weight` times its derivatives to `gradient` if there is one.
double many_body_energy_of(const Sites& sites,
                           const AtomRange& atoms,
                           const MbdOptions& options,
                           double weight,
                           EnergyGradient* gradient) {
    const auto [first, count] = atoms;
    const std::span<const int> elements = sites.atomic_numbers();
    const Eigen::VectorXd ratios = sites.properties().hirshfeld_ratios.segment(first, count);
    const Oscillators oscillators = scaled_oscillators(
        elements.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)), ratios);
    OscillatorGradient by_oscillators;
    const double energy = mbd_rsscs_energy(sites.positions().middleCols(first, count),
                                           oscillators,
                                           options,
                                           gradient == nullptr ? nullptr : &by_oscillators);
    if (gradient != nullptr) {
        gradient->positions.middleCols(first, count) += weight * by_oscillators.positions;
        gradient->properties.hirshfeld_ratios.segment(first, count) +=
            weight * by_oscillators.by_hirshfeld_ratios(oscillators, ratios);
    }
    return energy;
}

/// E_MBD(all) − Σ E_MBD(each), and `weight` times its derivatives.
/// @param known E_MBD(each), which has no derivatives then, or empty
double many_body_difference(const Sites& sites,
                            std::span<const double> known,
                            const MbdOptions& options,
                            double weight,
                            EnergyGradient* gradient) {
    double energy = many_body_energy_of(sites, {0, sites.size()}, options, weight, gradient);
    for (const double of_monomer : known) {
        energy -= of_monomer;
    }
    if (known.empty()) {
        for (const AtomRange& monomer : sites.monomers()) {
            energy -= many_body_energy_of(sites, monomer, options, -weight, gradient);
        }
    }
    return energy;
}

}  // namespace

void DispersionParameters::validate() const {
    mbd.validate();
    require_constant("c8_scale", c8_scale, ConstantRange::not_negative);
    require_constant("c10_scale", c10_scale, ConstantRange::not_negative);
    require_constant("tang_toennies_scale", tang_toennies_scale, ConstantRange::positive);
    require_constant("quadrupole_factor", quadrupole_factor, ConstantRange::positive);
}

Dispersion::Dispersion(DispersionParameters parameters) : parameters_(std::move(parameters)) {
    parameters_.validate();
}

EnergyComponents Dispersion::evaluate(const Sites& sites, const WeightedGradient* gradient) const {
    return gradient == nullptr ? evaluate(sites, {}, 0.0, nullptr)
                               : evaluate(sites, {}, gradient->seed.dispersion, &gradient->sum);
}

EnergyComponents Dispersion::rigid_energy(const Sites& sites,
                                          std::span<const double> many_body_energies,
                                          const EnergyComponents& seed,
                                          EnergyGradient* gradient) const {
    assert(many_body_energies.size() == sites.monomers().size());
    return evaluate(sites, many_body_energies, seed.dispersion, gradient);
}

EnergyComponents Dispersion::evaluate(const Sites& sites,
                                      std::span<const double> many_body_energies,
                                      double seed,
                                      EnergyGradient* gradient) const {
    if (seed == 0.0) {
        gradient = nullptr;
    }
    EnergyComponents components;
    components.dispersion =
        many_body_difference(sites, many_body_energies, parameters_.mbd, seed, gradient) +
        pairwise_energy(sites);
    if (gradient == nullptr) {
        return components;
    }
    add_higher_order_gradient(sites,
                              parameters_.quadrupole_factor,
                              parameters_.tang_toennies_scale,
                              {seed * parameters_.c8_scale, seed * parameters_.c10_scale},
                              *gradient);
    return components;
}

double Dispersion::many_body_energy(const Sites& sites) const {
    return many_body_difference(sites, {}, parameters_.mbd, 0.0, nullptr);
}

double Dispersion::many_body_energy(const Monomer& monomer) const {
    const Sites sites({&monomer, 1});
    return many_body_energy_of(sites, sites.monomers().front(), parameters_.mbd, 0.0, nullptr);
}

double Dispersion::pairwise_energy(const Sites& sites) const {
    const HigherOrderDispersion unscaled = higher_order_dispersion(
        sites, parameters_.quadrupole_factor, parameters_.tang_toennies_scale);
    return parameters_.c8_scale * unscaled.c8 + parameters_.c10_scale * unscaled.c10;
}

void Dispersion::add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const {
    const std::vector<HigherOrderDispersion> pairs =
        higher_order_pairs(sites, parameters_.quadrupole_factor, parameters_.tang_toennies_scale);
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        energies[k].dispersion +=
            parameters_.c8_scale * pairs[k].c8 + parameters_.c10_scale * pairs[k].c10;
    }
}

}  // namespace keesom

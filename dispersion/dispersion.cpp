// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

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
double many_body_difference(const Sites& sites,
                            const MbdOptions& options,
                            double weight,
                            EnergyGradient* gradient) {
    double energy = many_body_energy_of(sites, {0, sites.size()}, options, weight, gradient);
    for (const AtomRange& monomer : sites.monomers()) {
        energy -= many_body_energy_of(sites, monomer, options, -weight, gradient);
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
    EnergyComponents components;
    const double weight = gradient == nullptr ? 0.0 : gradient->seed.dispersion;
    if (weight == 0.0) {
        components.dispersion = many_body_energy(sites) + pairwise_energy(sites);
        return components;
    }
    components.dispersion = many_body_difference(sites, parameters_.mbd, weight, &gradient->sum) +
                            pairwise_energy(sites);
    add_higher_order_gradient(sites,
                              parameters_.quadrupole_factor,
                              parameters_.tang_toennies_scale,
                              {weight * parameters_.c8_scale, weight * parameters_.c10_scale},
                              gradient->sum);
    return components;
}

double Dispersion::many_body_energy(const Sites& sites) const {
    return many_body_difference(sites, parameters_.mbd, 0.0, nullptr);
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

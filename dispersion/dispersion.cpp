// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <utility>
#include <vector>

namespace keesom {

namespace {

double many_body_energy_of(std::span<const Monomer> monomers, const MbdOptions& options) {
    Eigen::Index n_atoms = 0;
    for (const Monomer& monomer : monomers) {
        n_atoms += monomer.size();
    }
    std::vector<int> atomic_numbers;
    atomic_numbers.reserve(static_cast<std::size_t>(n_atoms));
    Eigen::Matrix3Xd positions(3, n_atoms);
    Eigen::VectorXd hirshfeld_ratios(n_atoms);
    Eigen::Index offset = 0;
    for (const Monomer& monomer : monomers) {
        const Molecule& molecule = monomer.molecule();
        atomic_numbers.insert(
            atomic_numbers.end(), molecule.atomic_numbers.begin(), molecule.atomic_numbers.end());
        positions.middleCols(offset, monomer.size()) = molecule.positions;
        hirshfeld_ratios.segment(offset, monomer.size()) = monomer.properties().hirshfeld_ratios;
        offset += monomer.size();
    }
    return mbd_rsscs_energy(
        positions, scaled_oscillators(atomic_numbers, hirshfeld_ratios), options);
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

EnergyComponents Dispersion::energy(std::span<const Monomer> monomers) const {
    EnergyComponents components;
    components.dispersion = many_body_energy(monomers) + pairwise_energy(monomers);
    return components;
}

double Dispersion::many_body_energy(std::span<const Monomer> monomers) const {
    double energy = many_body_energy_of(monomers, parameters_.mbd);
    for (const Monomer& monomer : monomers) {
        energy -= many_body_energy_of({&monomer, 1}, parameters_.mbd);
    }
    return energy;
}

double Dispersion::pairwise_energy(std::span<const Monomer> monomers) const {
    const HigherOrderDispersion unscaled = higher_order_dispersion(
        monomers, parameters_.quadrupole_factor, parameters_.tang_toennies_scale);
    return parameters_.c8_scale * unscaled.c8 + parameters_.c10_scale * unscaled.c10;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/multipoles/multipole_interaction.hpp>
#include <keesom/multipoles/valence_density.hpp>
#include <keesom/overlap/multipole_overlap.hpp>
#include <keesom/overlap/slater_overlap.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace keesom {

namespace {

struct Atom {
    Eigen::Vector3d position;
    double decay_rate;
    Multipole<double> electrons;  // times the amplitude K
};

std::vector<Atom> atoms_of(const Monomer& monomer, const OverlapParameters& parameters) {
    const std::vector<int>& elements = monomer.molecule().atomic_numbers;
    const Eigen::VectorXd decay_rates = valence_decay_rates(monomer, parameters.decay_scale);
    const Eigen::VectorXd amplitudes = parameters.amplitude.of(elements);
    const Eigen::VectorXd dipole_scales = parameters.dipole_scale.of(elements);
    const Eigen::VectorXd quadrupole_scales = parameters.quadrupole_scale.of(elements);
    std::vector<Atom> atoms;
    atoms.reserve(elements.size());
    for (Eigen::Index i = 0; i < monomer.size(); ++i) {
        const double K = amplitudes[i];
        const double population = monomer.properties().valence_populations[i];
        Multipole<double> electrons = atomic_multipole(monomer, i);
        electrons.charge = K * std::pow(population, parameters.population_exponent);
        electrons.dipole *= -K * dipole_scales[i];
        electrons.quadrupole *= -K * quadrupole_scales[i];
        atoms.push_back({monomer.molecule().positions.col(i), decay_rates[i], electrons});
    }
    return atoms;
}

double pair_overlap(const Atom& a, const Atom& b) {
    const Eigen::Vector3d R = b.position - a.position;
    return interact(
        a.electrons, b.electrons, R, slater_overlap_factors(a.decay_rate, b.decay_rate, R.norm()));
}

}  // namespace

void OverlapParameters::validate(std::string_view term) const {
    const auto require = [&](std::string_view key, const auto& value, ConstantRange range) {
        require_constant(fmt::format("{} {}", term, key), value, range);
    };
    require("amplitude", amplitude, ConstantRange::finite);
    require("decay_scale", decay_scale, ConstantRange::positive);
    require("dipole_scale", dipole_scale, ConstantRange::finite);
    require("quadrupole_scale", quadrupole_scale, ConstantRange::finite);
    require("population_exponent", population_exponent, ConstantRange::finite);
}

double multipole_overlap(std::span<const Monomer> monomers, const OverlapParameters& parameters) {
    std::vector<std::vector<Atom>> molecules;
    molecules.reserve(monomers.size());
    for (const Monomer& monomer : monomers) {
        molecules.push_back(atoms_of(monomer, parameters));
    }
    double overlap = 0.0;
    for (std::size_t n = 1; n < molecules.size(); ++n) {
        for (std::size_t m = 0; m < n; ++m) {
            for (const Atom& a : molecules[m]) {
                for (const Atom& b : molecules[n]) {
                    overlap += pair_overlap(a, b);
                }
            }
        }
    }
    return overlap;
}

}  // namespace keesom

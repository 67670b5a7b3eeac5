// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/multipoles/damping.hpp>
#include <keesom/multipoles/electrostatics.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace keesom {

namespace {

struct Atom {
    Eigen::Vector3d position;
    double decay_rate;
    double core_charge;
    Multipole<double> net;
    Multipole<double> valence;  // as net, but with the charge of the valence electrons alone
};

std::vector<Atom> atoms_of(const Monomer& monomer, const ElementConstants& decay_scale) {
    const Eigen::VectorXd decay_rates = valence_decay_rates(monomer, decay_scale);
    const Eigen::VectorXd core_charges = monomer.properties().core_charges();
    std::vector<Atom> atoms;
    atoms.reserve(static_cast<std::size_t>(monomer.size()));
    for (Eigen::Index i = 0; i < monomer.size(); ++i) {
        const Multipole<double> net = atomic_multipole(monomer, i);
        Multipole<double> valence = net;
        valence.charge = -monomer.properties().valence_populations[i];
        atoms.push_back(
            {monomer.molecule().positions.col(i), decay_rates[i], core_charges[i], net, valence});
    }
    return atoms;
}

double pair_energy(const Atom& a, const Atom& b) {
    const Eigen::Vector3d R = b.position - a.position;
    const double r = R.norm();
    const double points = interact(a.net, b.net, R, point_factors(r));
    const double core_valence =
        a.core_charge * potential(b.valence, R, slater_penetration_factors(b.decay_rate, r)) +
        b.core_charge *
            potential<double>(a.valence, -R, slater_penetration_factors(a.decay_rate, r));
    const double valence_valence = interact(
        a.valence, b.valence, R, slater_penetration_factors(a.decay_rate, b.decay_rate, r));
    return points - core_valence - valence_valence;
}

}  // namespace

void ElectrostaticsParameters::validate() const {
    require_constant("electrostatics decay_scale", decay_scale, ConstantRange::positive);
}

Electrostatics::Electrostatics(ElectrostaticsParameters parameters)
    : parameters_(std::move(parameters)) {
    parameters_.validate();
}

EnergyComponents Electrostatics::energy(std::span<const Monomer> monomers) const {
    std::vector<std::vector<Atom>> molecules;
    molecules.reserve(monomers.size());
    for (const Monomer& monomer : monomers) {
        molecules.push_back(atoms_of(monomer, parameters_.decay_scale));
    }
    EnergyComponents energy;
    for (std::size_t n = 1; n < molecules.size(); ++n) {
        for (std::size_t m = 0; m < n; ++m) {
            for (const Atom& a : molecules[m]) {
                for (const Atom& b : molecules[n]) {
                    energy.electrostatics += pair_energy(a, b);
                }
            }
        }
    }
    return energy;
}

}  // namespace keesom

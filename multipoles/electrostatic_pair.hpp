// SPDX-License-Identifier: BSD-3-Clause
//
// The Coulomb energy of one pair of atoms, see electrostatics.hpp, and its derivatives. Not a
// public header.
#pragma once

#include <keesom/multipoles/damping.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>
#include <keesom/multipoles/pair_gradient.hpp>

#include <cmath>

namespace keesom {

/// An atom as electrostatics sees it.
template <class Scalar>
struct ElectrostaticSite {
    Multipole<Scalar> net;
    Scalar population;  ///< valence electrons N
    Scalar decay_rate;  ///< of their density, bohr⁻¹

    /// Z* = q + N, what is left without the valence electrons.
    [[nodiscard]] Scalar core_charge() const { return net.charge + population; }

    [[nodiscard]] Multipole<Scalar> valence() const {
        return {-population, net.dipole, net.quadrupole};
    }
};

/// Points − core with valence, both ways − valence with valence; the latter penetrations.
template <class Scalar>
Scalar electrostatic_pair_energy(const ElectrostaticSite<Scalar>& a,
                                 const ElectrostaticSite<Scalar>& b,
                                 const Vector3<Scalar>& R) {
    using std::sqrt;
    const Scalar r = sqrt(R.squaredNorm());
    const Multipole<Scalar> valence_a = a.valence();
    const Multipole<Scalar> valence_b = b.valence();
    const Scalar points = interact(a.net, b.net, R, point_factors(r));
    const Scalar core_valence =
        a.core_charge() * potential(valence_b, R, slater_penetration_factors(b.decay_rate, r)) +
        b.core_charge() *
            potential(valence_a, Vector3<Scalar>(-R), slater_penetration_factors(a.decay_rate, r));
    const Scalar valence_valence = interact(
        valence_a, valence_b, R, slater_penetration_factors(a.decay_rate, b.decay_rate, r));
    return points - core_valence - valence_valence;
}

/// Derivatives of electrostatic_pair_energy(). The core charge is q + N and the charge of the
/// valence density −N, so that
///
///     ∂E/∂q = ∂E_points/∂q + ∂E/∂Z*,     ∂E/∂N = ∂E/∂Z* − ∂E/∂q_valence.
inline PairGradient<ElectrostaticSite<double>> electrostatic_pair_gradient(
    const ElectrostaticSite<double>& a,
    const ElectrostaticSite<double>& b,
    const Eigen::Vector3d& R) {
    const double r = R.norm();
    const Multipole<double> valence_a = a.valence();
    const Multipole<double> valence_b = b.valence();
    const Eigen::Vector3d minus_R = -R;

    const InteractionGradient<double> points =
        interaction_gradient(a.net, b.net, R, point_factors(r));
    PairGradient<ElectrostaticSite<double>> gradient{
        {points.a, 0.0, 0.0}, {points.b, 0.0, 0.0}, points.R};

    const auto add_core_valence = [&](const ElectrostaticSite<double>& core,
                                      const ElectrostaticSite<double>& density,
                                      const Multipole<double>& valence,
                                      const Eigen::Vector3d& from_core,
                                      ElectrostaticSite<double>& by_core,
                                      ElectrostaticSite<double>& by_density,
                                      double sign) {
        const double charge = core.core_charge();
        const RadialFactors<double> g = slater_penetration_factors(density.decay_rate, r);
        const RadialFactors<double> by_decay =
            slater_penetration_factors_by_decay(density.decay_rate, r);
        const PotentialGradient<double> potential = potential_gradient(valence, from_core, g);
        const double value = combined(potential.potentials, g);
        by_core.net.charge -= value;
        by_core.population -= value;
        by_density.population += charge * potential.b.charge;
        by_density.net.dipole -= charge * potential.b.dipole;
        by_density.net.quadrupole -= charge * potential.b.quadrupole;
        by_density.decay_rate -= charge * combined(potential.potentials, by_decay);
        gradient.R -= sign * charge * potential.R;
    };
    add_core_valence(a, b, valence_b, R, gradient.a, gradient.b, 1.0);
    add_core_valence(b, a, valence_a, minus_R, gradient.b, gradient.a, -1.0);

    const RadialFactorsGradient<double> g =
        slater_penetration_factors_gradient(a.decay_rate, b.decay_rate, r);
    const InteractionGradient<double> densities =
        interaction_gradient(valence_a, valence_b, R, g.f);
    const auto subtract = [](const Multipole<double>& by_valence, ElectrostaticSite<double>& by) {
        by.population += by_valence.charge;
        by.net.dipole -= by_valence.dipole;
        by.net.quadrupole -= by_valence.quadrupole;
    };
    subtract(densities.a, gradient.a);
    subtract(densities.b, gradient.b);
    gradient.R -= densities.R;
    gradient.a.decay_rate -= combined(densities.energies, g.by_decay_a);
    gradient.b.decay_rate -= combined(densities.energies, g.by_decay_b);
    return gradient;
}

}  // namespace keesom

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
    Multipole<Scalar> net;      ///< as points
    Multipole<Scalar> valence;  ///< as what penetrates; its charge is −N
    Scalar decay_rate;          ///< of the valence density, bohr⁻¹

    /// Z* = q + N, what is left without the valence electrons.
    [[nodiscard]] Scalar core_charge() const { return net.charge - valence.charge; }
};

/// Points − core with valence, both ways − valence with valence; the latter penetrations.
template <class Scalar>
Scalar electrostatic_pair_energy(const ElectrostaticSite<Scalar>& a,
                                 const ElectrostaticSite<Scalar>& b,
                                 const Vector3<Scalar>& R) {
    using std::sqrt;
    const Scalar r = sqrt(R.squaredNorm());
    const Scalar points = interact(a.net, b.net, R, point_factors(r));
    const Scalar core_valence =
        a.core_charge() * potential(b.valence, R, slater_penetration_factors(b.decay_rate, r)) +
        b.core_charge() *
            potential(a.valence, Vector3<Scalar>(-R), slater_penetration_factors(a.decay_rate, r));
    const Scalar valence_valence = interact(
        a.valence, b.valence, R, slater_penetration_factors(a.decay_rate, b.decay_rate, r));
    return points - core_valence - valence_valence;
}

/// Derivatives of electrostatic_pair_energy(). Those by the charges q of the points and −N of the
/// valence density include what the core charge Z* = q − (−N) brings,
///
///     dE/dq = ∂E_points/∂q + ∂E/∂Z*,     dE/d(−N) = ∂E/∂(−N) − ∂E/∂Z*.
inline PairGradient<ElectrostaticSite<double>> electrostatic_pair_gradient(
    const ElectrostaticSite<double>& a,
    const ElectrostaticSite<double>& b,
    const Eigen::Vector3d& R) {
    const double r = R.norm();
    const Multipole<double> nothing = {0.0, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};

    const InteractionGradient<double> points =
        interaction_gradient(a.net, b.net, R, point_factors(r));
    PairGradient<ElectrostaticSite<double>> gradient{
        {points.a, nothing, 0.0}, {points.b, nothing, 0.0}, points.R};

    const auto subtract = [](double factor, const Multipole<double>& by, Multipole<double>& from) {
        from.charge -= factor * by.charge;
        from.dipole -= factor * by.dipole;
        from.quadrupole -= factor * by.quadrupole;
    };

    const auto add_core_valence = [&](const ElectrostaticSite<double>& core,
                                      const ElectrostaticSite<double>& density,
                                      const Eigen::Vector3d& from_core,
                                      ElectrostaticSite<double>& by_core,
                                      ElectrostaticSite<double>& by_density,
                                      double sign) {
        const double charge = core.core_charge();
        const RadialFactors<double> g = slater_penetration_factors(density.decay_rate, r);
        const RadialFactors<double> by_decay =
            slater_penetration_factors_by_decay(density.decay_rate, r);
        const PotentialGradient<double> potential =
            potential_gradient(density.valence, from_core, g);
        const double value = combined(potential.potentials, g);
        by_core.net.charge -= value;
        by_core.valence.charge += value;
        subtract(charge, potential.b, by_density.valence);
        by_density.decay_rate -= charge * combined(potential.potentials, by_decay);
        gradient.R -= sign * charge * potential.R;
    };
    add_core_valence(a, b, R, gradient.a, gradient.b, 1.0);
    add_core_valence(b, a, -R, gradient.b, gradient.a, -1.0);

    const RadialFactorsGradient<double> g =
        slater_penetration_factors_gradient(a.decay_rate, b.decay_rate, r);
    const InteractionGradient<double> densities =
        interaction_gradient(a.valence, b.valence, R, g.f);
    subtract(1.0, densities.a, gradient.a.valence);
    subtract(1.0, densities.b, gradient.b.valence);
    gradient.R -= densities.R;
    gradient.a.decay_rate -= combined(densities.energies, g.by_decay_a);
    gradient.b.decay_rate -= combined(densities.energies, g.by_decay_b);
    return gradient;
}

}  // namespace keesom

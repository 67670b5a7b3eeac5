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
    Multipole<Scalar> net;    ///< as points
    Multipole<Scalar> outer;  ///< of the outer electrons; its charge is −N
    Scalar decay_rate;        ///< of the valence density, bohr⁻¹

    /// Z* = q + N, what is left without the valence electrons.
    [[nodiscard]] Scalar core_charge() const { return net.charge - outer.charge; }

    /// Multipoles of the valence density, of which another atom meets the share s of what sets the
    /// outer electrons apart.
    [[nodiscard]] Multipole<Scalar> valence(const Scalar& share) const {
        return {outer.charge,
                net.dipole + share * (outer.dipole - net.dipole),
                net.quadrupole + share * (outer.quadrupole - net.quadrupole)};
    }
};

/// s(r) and its slope.
template <class Scalar>
struct OuterShare {
    Scalar value;
    Scalar slope;
};

/// Share of the penetration dipole and quadrupole that an atom at distance r meets,
///
///     s(r) = 1 − e^{−x} Σ_{k=0}^{5} x^k/k!,   ds/dr = b e^{−x} x⁵/5!,   x = br,   b = 4 bohr⁻¹.
///
/// They are differences between the outer electrons and the whole atom, made up for within the
/// atom. Made up for by points they would attract as r⁻⁵ once another atom is there. So they fade
/// out as r⁶, from 0.99 at the length of a hydrogen bond to a tenth at coincidence_distance.
template <class Scalar>
OuterShare<Scalar> outer_share(const Scalar& r) {
    using std::exp;
    constexpr double rate = 4.0;
    constexpr int order = 5;
    const Scalar x = rate * r;
    const Scalar exponential = exp(-x);
    Scalar term(1);
    Scalar sum(1);
    for (int k = 1; k <= order; ++k) {
        term *= x / k;
        sum += term;
    }
    return {1 - exponential * sum, rate * exponential * term};
}

/// Points − core with valence, both ways − valence with valence; the latter penetrations.
template <class Scalar>
Scalar electrostatic_pair_energy(const ElectrostaticSite<Scalar>& a,
                                 const ElectrostaticSite<Scalar>& b,
                                 const Vector3<Scalar>& R) {
    using std::sqrt;
    const Scalar r = sqrt(R.squaredNorm());
    const Scalar share = outer_share(r).value;
    const Multipole<Scalar> valence_a = a.valence(share);
    const Multipole<Scalar> valence_b = b.valence(share);
    const Scalar points = interact(a.net, b.net, R, point_factors(r));
    const Scalar core_valence =
        a.core_charge() * potential(valence_b, R, slater_penetration_factors(b.decay_rate, r)) +
        b.core_charge() *
            potential(valence_a, Vector3<Scalar>(-R), slater_penetration_factors(a.decay_rate, r));
    const Scalar valence_valence = interact(
        valence_a, valence_b, R, slater_penetration_factors(a.decay_rate, b.decay_rate, r));
    return points - core_valence - valence_valence;
}

/// Derivatives of electrostatic_pair_energy(). Those by the charges q of the points and −N of the
/// valence density include what the core charge Z* = q − (−N) brings, those by dipoles (and
/// likewise quadrupoles) the share s of the outer ones in μ_valence = (1 − s) μ + s μ_outer:
///
///     dE/dq = ∂E_points/∂q + ∂E/∂Z*,     dE/d(−N) = ∂E/∂(−N) − ∂E/∂Z*,
///     dE/dμ = ∂E_points/∂μ + (1 − s) ∂E/∂μ_valence,     dE/dμ_outer = s ∂E/∂μ_valence.
inline PairGradient<ElectrostaticSite<double>> electrostatic_pair_gradient(
    const ElectrostaticSite<double>& a,
    const ElectrostaticSite<double>& b,
    const Eigen::Vector3d& R) {
    const double r = R.norm();
    const OuterShare<double> share = outer_share(r);
    const Multipole<double> valence_a = a.valence(share.value);
    const Multipole<double> valence_b = b.valence(share.value);
    const Multipole<double> nothing = {0.0, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};

    const InteractionGradient<double> points =
        interaction_gradient(a.net, b.net, R, point_factors(r));
    PairGradient<ElectrostaticSite<double>> gradient{
        {points.a, nothing, 0.0}, {points.b, nothing, 0.0}, points.R};
    Multipole<double> by_valence_a = nothing;
    Multipole<double> by_valence_b = nothing;

    const auto subtract = [](double factor, const Multipole<double>& by, Multipole<double>& from) {
        from.charge -= factor * by.charge;
        from.dipole -= factor * by.dipole;
        from.quadrupole -= factor * by.quadrupole;
    };

    const auto add_core_valence = [&](double core_charge,
                                      const Multipole<double>& valence,
                                      double decay_rate,
                                      const Eigen::Vector3d& from_core,
                                      ElectrostaticSite<double>& by_core,
                                      Multipole<double>& by_valence,
                                      double& by_decay_rate,
                                      double sign) {
        const RadialFactors<double> g = slater_penetration_factors(decay_rate, r);
        const RadialFactors<double> by_decay = slater_penetration_factors_by_decay(decay_rate, r);
        const PotentialGradient<double> potential = potential_gradient(valence, from_core, g);
        const double value = combined(potential.potentials, g);
        by_core.net.charge -= value;
        by_core.outer.charge += value;
        subtract(core_charge, potential.b, by_valence);
        by_decay_rate -= core_charge * combined(potential.potentials, by_decay);
        gradient.R -= sign * core_charge * potential.R;
    };
    add_core_valence(a.core_charge(),
                     valence_b,
                     b.decay_rate,
                     R,
                     gradient.a,
                     by_valence_b,
                     gradient.b.decay_rate,
                     1.0);
    add_core_valence(b.core_charge(),
                     valence_a,
                     a.decay_rate,
                     -R,
                     gradient.b,
                     by_valence_a,
                     gradient.a.decay_rate,
                     -1.0);

    const RadialFactorsGradient<double> g =
        slater_penetration_factors_gradient(a.decay_rate, b.decay_rate, r);
    const InteractionGradient<double> densities =
        interaction_gradient(valence_a, valence_b, R, g.f);
    subtract(1.0, densities.a, by_valence_a);
    subtract(1.0, densities.b, by_valence_b);
    gradient.R -= densities.R;
    gradient.a.decay_rate -= combined(densities.energies, g.by_decay_a);
    gradient.b.decay_rate -= combined(densities.energies, g.by_decay_b);

    double by_share = 0.0;
    const auto add_valence = [&](const ElectrostaticSite<double>& site,
                                 const Multipole<double>& by_valence,
                                 ElectrostaticSite<double>& by_site) {
        by_site.outer.charge += by_valence.charge;
        by_site.outer.dipole += share.value * by_valence.dipole;
        by_site.outer.quadrupole += share.value * by_valence.quadrupole;
        by_site.net.dipole += (1.0 - share.value) * by_valence.dipole;
        by_site.net.quadrupole += (1.0 - share.value) * by_valence.quadrupole;
        by_share +=
            by_valence.dipole.dot(site.outer.dipole - site.net.dipole) +
            by_valence.quadrupole.cwiseProduct(site.outer.quadrupole - site.net.quadrupole).sum();
    };
    add_valence(a, by_valence_a, gradient.a);
    add_valence(b, by_valence_b, gradient.b);
    gradient.R += by_share * share.slope / r * R;
    return gradient;
}

}  // namespace keesom

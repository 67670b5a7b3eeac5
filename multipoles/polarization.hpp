// SPDX-License-Identifier: BSD-3-Clause
//
// Polarization by mutually induced dipoles.
//
// Every atom of every monomer has the isotropic polarizability α = α_free hᵖ (h the Hirshfeld
// ratio) and responds to the field F of the permanent charges, dipoles and quadrupoles of the atoms
// of all *other* monomers, and to the induced dipoles of all other atoms, those of its own monomer
// included. The dipoles minimize
//
//     E(μ) = ½ μᵀ(α⁻¹ + C) μ − Fᵀμ,   so (α⁻¹ + C) μ = F and E = −½ Fᵀμ,
//
// with C_ij = f_1 1 − f_2 RR the interaction of two dipoles. Charges and dipoles are smeared after
// Thole: λ_3 for the field of a charge, λ_3 and λ_5 for that of a dipole, λ_5 and λ_7 for that of a
// quadrupole, at the scaled distance u = r/(α_iα_j)^{1/6}. Permanent and induced moments feel the
// same damping, and the energy has the field that determined the dipoles.
//
// The energy is stationary in the dipoles, so its derivatives need no second solution: by anything
// that α, C and F depend on,
//
//     dE = ½ μᵀ d(α⁻¹ + C) μ − μᵀ dF .
//
// Not additive over pairs of monomers. Induced quadrupoles are left out, and the permanent
// multipoles of an isolated monomer are taken to hold its own polarization already. Where α⁻¹ + C
// is not positive definite the dipoles would grow without bound, the polarization catastrophe; this
// is an error.
//
// Thole, Chem. Phys. 59, 341 (1981); Stone, The Theory of Intermolecular Forces, 2nd ed. (2013).
#pragma once

#include <keesom/core/energy_term.hpp>

#include <limits>

namespace keesom {

struct PolarizationParameters {
    /// a of the damping exp(−a u³), dimensionless
    double thole_a = std::numeric_limits<double>::quiet_NaN();
    /// p of α = α_free hᵖ, dimensionless
    double polarizability_exponent = std::numeric_limits<double>::quiet_NaN();

    /// @throws ModelError unless thole_a is positive and the exponent finite
    void validate() const;
};

/// Response of the atoms of all monomers, in their order, one monomer after the other. Atoms that
/// do not respond have neither a field nor a dipole.
struct InducedDipoles {
    Eigen::VectorXd polarizabilities;  ///< (N), bohr³
    Eigen::Matrix3Xd fields;   ///< (3, N), damped field of the other monomers, hartree/(e·bohr)
    Eigen::Matrix3Xd dipoles;  ///< (3, N), e·bohr
    double energy = 0.0;       ///< −½ Σ μ·F, hartree
};

/// Dipoles that the monomers induce in each other.
/// @throws NumericalError in a polarization catastrophe; names the two atoms closest on the scale
/// of u
/// @throws ModelError for an element without free-atom polarizability, or invalid parameters
InducedDipoles solve_induced_dipoles(const Sites& sites, const PolarizationParameters& parameters);

/// Polarization energy, part of induction.
class Polarization : public EnergyTerm {
public:
    /// @throws ModelError unless thole_a is positive and the exponent finite
    explicit Polarization(PolarizationParameters parameters);

private:
    EnergyComponents evaluate(const Sites& sites, const WeightedGradient* gradient) const override;

    PolarizationParameters parameters_;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// First-order Coulomb energy of molecules whose charge densities overlap.
//
// An atom is a core, the point charge Z* = q + N at the nucleus, and N valence electrons, a Slater
// density of decay rate (c_element/σ)·eˣ, x the penetration decay of the atom. The atomic dipole μ
// and quadrupole Θ belong to the valence density: they interact as derivatives of its monopole. For
// a pair of atoms, R = r_B − r_A,
//
//     E = Z*_A Z*_B/R + Z*_A·(valence multipoles of B) + (valence multipoles of A)·Z*_B
//       + (valence multipoles of A)·(valence multipoles of B),
//
// the second and third damped by one Slater density, the last by two. It is evaluated as the point
// interaction of the net multipoles (q, μ, Θ) less the penetration of each of the three, which
// decays exponentially; so nothing large cancels at long range.
//
// In the penetration, and there only, the valence multipoles are those of the outer electrons,
//
//     charge −N,  dipole μ + s(R) μ_el,  quadrupole Θ + s(R) Θ_el,
//
// with the penetration dipole and quadrupole of the atom. They are 0 unless something was learned,
// and whatever they are, the energy at long range is that of the net multipoles. As they are made
// up for by points at the nucleus, they would attract without limit where atoms coincide; s, which
// is 1 at the distances of molecules in contact, vanishes there as R⁶.
//
// A sum over pairs of atoms of different molecules: strictly pairwise, unlike induction. Multipoles
// end at the quadrupole, and the anisotropic part of the density has the decay rate of the
// isotropic one.
//
// Vandenbrande, Waroquier, Van Speybroeck, Verstraelen, J. Chem. Theory Comput. 13, 161 (2017);
// Rackers et al., J. Chem. Theory Comput. 17, 7056 (2021).
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_term.hpp>

namespace keesom {

struct ElectrostaticsParameters {
    ElementConstants
        decay_scale;  ///< c of the decay rate c/σ of the valence density, dimensionless

    /// @throws ModelError naming the constant that is out of range or was never given
    void validate() const;
};

/// Electrostatic energy with charge penetration.
class Electrostatics : public EnergyTerm {
public:
    /// @throws ModelError if a constant is out of range
    explicit Electrostatics(ElectrostaticsParameters parameters);

    void add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const override;

private:
    EnergyComponents evaluate(const Sites& sites, const WeightedGradient* gradient) const override;

    ElectrostaticsParameters parameters_;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Dispersion beyond dipoles: the C8 and C10 terms of atom pairs, which coupled dipole oscillators
// do not hold.
//
//   C6_ij = 2 C6_i C6_j / (α_j/α_i C6_i + α_i/α_j C6_j)   (Tkatchenko, Scheffler, Phys. Rev. Lett.
//                                                          102, 073005 (2009)), unscreened atoms
//   C8_ij = 3 C6_ij √(Q_i Q_j)
//   C10_ij = (49/40) C8_ij²/C6_ij
//
// Q is an element's measure of how far its density reaches (½√Z⟨r⁴⟩/⟨r²⟩ in the convention of
// Grimme, Antony, Ehrlich, Krieg, J. Chem. Phys. 132, 154104 (2010), where tables often hold √Q).
// Each term is damped by its Tang–Toennies function f_n(bR), b = c/√(σ_iσ_j) with the valence
// widths σ, c a fitted constant. The energy is negative. Pairs only, isotropic atoms: there is no
// non-additivity in it, and no dependence of Q on the environment.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/monomer.hpp>

#include <Eigen/Core>

#include <span>

namespace keesom {

/// C6 of unlike atoms from C6 and α of each; hartree·bohr⁶.
double combine_c6(double c6_i, double polarizability_i, double c6_j, double polarizability_j);

/// C8 and C10 energies of a set of monomers, hartree, both ≤ 0.
struct HigherOrderDispersion {
    double c8 = 0.0;   ///< −Σ f₈(bR) C8/R⁸
    double c10 = 0.0;  ///< −Σ f₁₀(bR) C10/R¹⁰
};

/// Sum over pairs of atoms of different monomers.
/// @param quadrupole_factor Q of each element, bohr²
/// @param tang_toennies_scale c, dimensionless
/// @throws ModelError for an element without a quadrupole factor or a free-atom reference
HigherOrderDispersion higher_order_dispersion(std::span<const Monomer> monomers,
                                              const ElementConstants& quadrupole_factor,
                                              double tang_toennies_scale);

}  // namespace keesom

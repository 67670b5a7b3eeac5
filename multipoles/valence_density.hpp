// SPDX-License-Identifier: BSD-3-Clause
//
// The valence electrons of an atom as a Slater density, the common ground of everything that
// happens where molecules overlap.
//
// The density of an atom's valence electrons is N/(8πσ³) exp(−r/σ), with N and σ from the minimal
// basis iterative stockholder partitioning (Verstraelen et al., J. Chem. Theory Comput. 12, 3894
// (2016)). Its decay rate is c/σ. One number c for each element, near 1, mends that the true
// density has not one exponential tail; each term has its own.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/monomer.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>

namespace keesom {

/// Decay rates c_element/σ of the atoms of a monomer; (N), bohr⁻¹.
/// @throws ModelError if an element has no scale or one that is not positive
Eigen::VectorXd valence_decay_rates(const Monomer& monomer, const ElementConstants& decay_scale);

/// Net charge, dipole and quadrupole of an atom of a monomer.
Multipole<double> atomic_multipole(const Monomer& monomer, Eigen::Index atom);

}  // namespace keesom

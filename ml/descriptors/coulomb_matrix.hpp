// SPDX-License-Identifier: BSD-3-Clause
//
// A whole molecule as the repulsion of its nuclei: the Coulomb matrix of Rupp, Tkatchenko, Müller,
// von Lilienfeld, Phys. Rev. Lett. 108, 058301 (2012).
//
//   M_ii = ½ Z_i^2.4 ,   M_ij = Z_i Z_j/R_ij
//
// The diagonal is a fit to energies of free atoms; distances are in bohr. M determines the molecule
// up to a rigid motion or reflection, but its rows come in the order of the atoms. There are two
// ways to get rid of that order, and each has its price.
//
// Rows and columns sorted by the norms of rows, largest first. Where the norms of two rows cross,
// they change places. If they belong to atoms that are images of each other, the sorted matrix has
// a kink there; in general it jumps, since rows of equal norm are not equal rows. And where atoms
// are equivalent by symmetry their order is arbitrary, so that two orders of the atoms of one
// symmetric molecule can give two results.
//
// Eigenvalues sorted by absolute value, largest first. They do not depend on the order of the
// atoms, and jump only where two of opposite sign have equal absolute values. But N numbers, whose
// sum is that of the diagonal, cannot tell apart all molecules that have 3N − 6 internal
// coordinates (Moussa, Phys. Rev. Lett. 109, 059801 (2012)).
//
// Smaller molecules are padded with zeros: equivalent to atoms without charge.
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

namespace keesom {

/// M, in the order of the atoms; (N, N), hartree. Atoms are at different places.
Eigen::MatrixXd coulomb_matrix(const Molecule& molecule);

/// Lower triangle of M with sorted rows and columns, row after row, M_11, M_21, M_22, M_31 …, and
/// zeros; (n (n + 1)/2) for n = largest_size, hartree.
/// @throws InputError if the molecule has more than `largest_size` atoms
Eigen::VectorXd sorted_coulomb_matrix(const Molecule& molecule, Eigen::Index largest_size);

/// Eigenvalues of M and zeros; (largest_size), hartree.
/// @throws InputError if the molecule has more than `largest_size` atoms
Eigen::VectorXd coulomb_eigenvalues(const Molecule& molecule, Eigen::Index largest_size);

}  // namespace keesom

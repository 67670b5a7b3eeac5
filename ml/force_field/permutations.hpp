// SPDX-License-Identifier: BSD-3-Clause
//
// Which exchanges of equal atoms a molecule makes, found from geometries along a trajectory.
//
// Atoms of one element are alike to physics, but a molecule exchanges only some of them: ethanol
// turns its methyl group and goes over into its mirror image, it does not trade hydrogens between
// its carbons. Those exchanges are symmetries of its energy, and a model should have them.
//
// Between two geometries with matrices A and B of distances between atoms the permutation P of
// least |P A Pᵀ − B| is looked for: first by the assignment of least |U_A|−|U_B| of the absolute
// values of their eigenvectors (Umeyama, IEEE Trans. Pattern Anal. Mach. Intell. 10, 695 (1988)),
// then by exchanges of two and cycles of three atoms while the misfit falls. A single match may be
// wrong; matches along the tree of least misfits through all geometries agree with each other
// (Pachauri, Kondor, Singh, Adv. Neural Inf. Process. Syst. 26 (2013)). Those that several
// geometries have in common generate the group (Chmiela, Sauceda, Müller, Tkatchenko, Nat. Commun.
// 9, 3887 (2018)).
#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// A geometry x becomes x' with x'_a = x_p(a).
using Permutation = std::vector<Eigen::Index>;

/// The group of exchanges that geometries of one molecule show, the identity first.
/// @param atomic_numbers of the molecule; (N)
/// @param geometries positions; (3, N) each, at least one. Some hundred are enough; of more, as
///        many are looked at, evenly spread
/// @throws InputError if a geometry has another number of atoms
/// @throws NumericalError if the matches generate more than 1000 permutations, and so are no
///         symmetries of one molecule
std::vector<Permutation> recovered_permutations(std::span<const int> atomic_numbers,
                                                std::span<const Eigen::Matrix3Xd> geometries);

/// @throws ModelError unless there is a permutation, each of all atoms, and none exchanges atoms of
///         different elements
void require_exchanges_of_equal_atoms(std::span<const Permutation> permutations,
                                      std::span<const int> atomic_numbers);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Which atoms belong to which molecule. A fragment is a connected set of bonded atoms; where the
// measure of bonds.hpp bonds atoms of different molecules, the fragments have to be given by hand.
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <span>
#include <string_view>
#include <vector>

namespace keesom {

/// Indices of the atoms of one fragment, from 0.
using Fragment = std::vector<Eigen::Index>;

/// Connected sets of bonded atoms, ordered by their first atom, each ascending.
/// @param atomic_numbers (N)
/// @param positions (3, N), bohr
/// @throws InputError if the sizes differ, or for an element without covalent radius
std::vector<Fragment> connected_fragments(std::span<const int> atomic_numbers,
                                          const Eigen::Matrix3Xd& positions);

/// Fragments of the given sizes, one after the other.
std::vector<Fragment> contiguous_fragments(std::span<const Eigen::Index> sizes);

/// Fragments as a user writes them: atoms are counted from 1, ',' separates fragments, '-' makes a
/// range and '+' joins ranges, "1-5+9-12,6-8".
/// @throws InputError that quotes what cannot be understood
std::vector<Fragment> parse_fragments(std::string_view text);

/// Charges as a user writes them, "0,-1".
/// @throws InputError that quotes what cannot be understood
std::vector<int> parse_charges(std::string_view text);

/// The molecules that a complex is made of, named "NAME monomer 1", ….
/// @param charges of the fragments, e; the charge of the complex is not looked at
/// @throws InputError unless every atom is in exactly one fragment, no fragment is empty, and there
///         are as many charges as fragments
std::vector<Molecule> split_molecule(const Molecule& molecule,
                                     std::span<const Fragment> fragments,
                                     std::span<const int> charges);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Which atoms are bonded, from where they are: two atoms are when they are closer than 1.3 times
// the sum of their covalent radii. Covalent bonds and hydrogen bonds are far from this limit (O–H:
// 1.26 Å, against 0.96 Å and 1.7 Å), but a proton shared by two molecules, a metal ion with its
// ligands, or molecules squeezed into each other are bonded by this measure.
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// Atoms are bonded below this multiple of the sum of their covalent radii.
inline constexpr double bond_tolerance = 1.3;

/// Two bonded atoms, counted from 0.
struct Bond {
    Eigen::Index first = 0;
    Eigen::Index second = 0;  ///< the larger of the two
};

/// All bonds, ordered by their second and then by their first atom.
/// @param atomic_numbers (N)
/// @param positions (3, N), bohr
/// @throws InputError if the sizes differ, or for an element without covalent radius
std::vector<Bond> bonds(std::span<const int> atomic_numbers, const Eigen::Matrix3Xd& positions);

}  // namespace keesom

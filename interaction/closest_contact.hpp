// SPDX-License-Identifier: BSD-3-Clause
//
// How close molecules are, measured by their van der Waals radii,
//
//     ratio = R_ij/(R_vdw,i + R_vdw,j)
//
// with the radii of free atoms (core/elements.hpp). Molecules at rest have contacts of about 0.55
// (hydrogen bonds) to 1; no fit saw any closer than the `closest_contact` of its parameter set.
#pragma once

#include <keesom/core/monomer.hpp>

#include <cstddef>
#include <span>

namespace keesom {

/// Two atoms of different monomers; indices count from 0.
struct Contact {
    std::size_t monomer_a = 0;
    Eigen::Index atom_a = 0;
    std::size_t monomer_b = 0;
    Eigen::Index atom_b = 0;
    double distance = 0.0;  ///< R, bohr
    double ratio = 0.0;     ///< R/(sum of van der Waals radii), dimensionless
};

/// The contact of smallest ratio between atoms of different monomers.
/// @param n_hosts of the first monomers, whose contacts with each other do not count
/// @throws InputError for fewer than two monomers, and for none behind the hosts
/// @throws ModelError for an element without a free-atom radius
Contact closest_contact(std::span<const Monomer> monomers, std::size_t n_hosts = 0);
Contact closest_contact(std::span<const Monomer* const> monomers, std::size_t n_hosts = 0);

}  // namespace keesom

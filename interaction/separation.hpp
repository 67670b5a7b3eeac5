// SPDX-License-Identifier: BSD-3-Clause
//
// How two molecules come apart: along the direction in which repulsion between their atoms pushes
// the second,
//
//   n ∝ Σ_ij r̂_ij [(R_vdw,i + R_vdw,j)/R_ij]¹² ,
//
// for two stacked rings the normal of their planes, for a hydrogen bond its axis. The line of their
// centers would be neither for a small molecule at the side of a large one.
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

namespace keesom {

struct Separation {
    Eigen::Vector3d direction;  ///< n, a unit vector from the first molecule to the second
    double distance = 0.0;      ///< of the closest contact by van der Waals radii, bohr
};

/// @throws InputError if atoms coincide, or the first molecule surrounds the second so that no
///         direction is left
/// @throws ModelError for an element without a free-atom radius
Separation separation(const Molecule& first, const Molecule& second);

/// The second molecule, so far that the closest contact is `scale` times as long; so it is exactly
/// where that lies along the direction.
Molecule moved(const Molecule& second, const Separation& separation, double scale);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// An atom and its neighbors within a cutoff: all that a prediction for the atom depends on.
struct AtomicEnvironment {
    int element = 0;                      ///< atomic number of the central atom
    std::vector<int> neighbor_elements;   ///< (n), atomic numbers
    Eigen::Matrix3Xd displacements;       ///< (3, n), neighbor minus center, bohr
    std::vector<Eigen::Index> neighbors;  ///< (n), which atoms of the molecule they are, if any
};

/// Neighbors of `atom` closer than `cutoff_radius` (bohr), in the order of the molecule.
AtomicEnvironment atomic_environment(const Molecule& molecule,
                                     Eigen::Index atom,
                                     double cutoff_radius);

/// Adds derivatives of an energy by the displacements of the environment of `atom`, (3, n), to
/// those by the positions of the molecule, (3, N). The center moves against its neighbors.
void add_displacement_gradient(const AtomicEnvironment& environment,
                               Eigen::Index atom,
                               const Eigen::Matrix3Xd& displacement_gradient,
                               Eigen::Matrix3Xd& position_gradient);

}  // namespace keesom

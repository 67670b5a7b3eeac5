// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// An atom and its neighbors within a cutoff: all that a prediction for the atom depends on.
struct AtomicEnvironment {
    int element = 0;                     ///< atomic number of the central atom
    std::vector<int> neighbor_elements;  ///< (n), atomic numbers
    Eigen::Matrix3Xd displacements;      ///< (3, n), neighbor minus center, bohr
};

/// Neighbors of `atom` closer than `cutoff_radius` (bohr), in the order of the molecule.
AtomicEnvironment atomic_environment(const Molecule& molecule,
                                     Eigen::Index atom,
                                     double cutoff_radius);

}  // namespace keesom

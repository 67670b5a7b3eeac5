// SPDX-License-Identifier: BSD-3-Clause
//
// Energies and forces of one molecule at many geometries, a frame of extended XYZ each, as ASE
// writes them: the key `energy` in eV, the column `forces` (or `force`) in eV/Å. All frames have
// the same atoms in the same order, and the same `charge`, 0 where it is not stated.
#pragma once

#include <Eigen/Core>

#include <filesystem>
#include <vector>

namespace keesom {

/// A geometry of a molecule, and what pulls at its atoms there.
struct ForceRecord {
    Eigen::Matrix3Xd positions;  ///< (3, N), bohr
    double energy = 0.0;         ///< hartree
    Eigen::Matrix3Xd forces;     ///< (3, N), hartree/bohr
};

struct ForceSet {
    std::vector<int> atomic_numbers;  ///< (N)
    int charge = 0;
    std::vector<ForceRecord> records;
};

/// @throws InputError "file:line: reason" if a key or column is missing, or a frame has other atoms
///         than the first one
ForceSet read_force_set(const std::filesystem::path& path);

}  // namespace keesom

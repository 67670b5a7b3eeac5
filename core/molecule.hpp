// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Atoms in space with a total charge: all that keesom has to know about a molecule.
struct Molecule {
    std::string name;                 ///< for messages and tables
    std::vector<int> atomic_numbers;  ///< (N)
    Eigen::Matrix3Xd positions;       ///< (3, N), bohr
    int charge = 0;                   ///< e

    [[nodiscard]] Eigen::Index size() const { return positions.cols(); }

    /// Whether this is a molecule that energies can be computed for: at least one atom, known
    /// elements, finite positions, no two atoms closer than `coincidence_distance`, a charge of no
    /// more than its protons, and an even number of electrons (a closed shell, as in the reference
    /// data).
    /// @throws InputError that says which atom is at fault
    void validate() const;
};

/// Atoms closer than this, bohr, are an error in the input. The shortest bond, in H₂, has 1.4.
inline constexpr double coincidence_distance = 0.8;

/// "C2H6O", in Hill's order: C, H, then alphabetically; without carbon all alphabetically.
std::string chemical_formula(std::span<const int> atomic_numbers);

/// Σ Z r / Σ Z, bohr.
Eigen::Vector3d center_of_nuclear_charge(const Molecule& molecule);

/// @throws InputError naming the first pair of atoms of different molecules that coincide
void require_separate(std::span<const Molecule* const> molecules);

}  // namespace keesom

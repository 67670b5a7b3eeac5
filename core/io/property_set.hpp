// SPDX-License-Identifier: BSD-3-Clause
//
// Reference properties of atoms in molecules, one molecule in each frame of extended XYZ, with a
// column for each of density_properties(), in the units and the order of components of
// AtomProperties, and the keys `charge` (required), `name`, `source`, `split` and
// `molecular_dipole`.
#pragma once

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keesom {

/// A molecule whose atoms are known from quantum mechanics.
struct PropertyRecord {
    Molecule molecule;
    AtomProperties properties;
    std::string source;  ///< where the geometry is from, "SMILES/CCO"
    std::string split;   ///< "train", "test"

    /// From the wave function, e·bohr: an independent check of charges and dipoles.
    std::optional<Eigen::Vector3d> molecular_dipole;

    std::string where;  ///< "file:line", for messages
};

/// Charges of a record may miss the charge of the molecule by this much, e: integration grids and
/// printed digits, but not a wrong `charge`.
inline constexpr double charge_sum_tolerance = 0.01;

/// All records of a file; molecules and properties are validated.
/// @throws InputError "file:line: reason", which names a missing column or key
std::vector<PropertyRecord> read_property_set(const std::filesystem::path& path);

/// The frame that read_property_set() reads as this molecule with these properties.
/// @throws InputError if they do not belong together
XyzFrame property_frame(const Molecule& molecule, const AtomProperties& properties);

}  // namespace keesom

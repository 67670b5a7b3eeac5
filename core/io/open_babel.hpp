// SPDX-License-Identifier: BSD-3-Clause
//
// Molecule files of every format that Open Babel reads (O'Boyle et al., J. Cheminf. 3, 33 (2011)).
// This is the library keesom::openbabel, apart from keesom::core because Open Babel is under the
// GPL.
//
// Elements and coordinates are taken as they are: no hydrogen atoms are added, bonds are not looked
// at. The total charge is that which the file states:
//
// | format          | charge |
// |-----------------|------------------------------------------------------------------------------|
// | mol, sdf        | formal charges (M  CHG, or the column of the atom block); no entry means 0 |
// | mol2            | formal charges, else the sum of partial charges if it is close to an integer
// | | pdb             | columns 79-80, if any atom has an entry | | cml             | formalCharge
// of the molecule or of its atoms, if there is any                | | pqr, hin        | the sum of
// partial charges if it is close to an integer                      | | others          | the total
// charge, where the reader of the format reports one                 |
//
// In every other case the record says that no charge is stated.
#pragma once

#include <keesom/core/io/molecule_file.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace keesom {

/// All molecules of a file, which may be compressed by gzip; the format follows from the extension.
/// Calls are made one after the other, since Open Babel is not thread-safe, and what its readers
/// write to the standard error stream meanwhile is discarded.
/// @throws InputError "NAME: reason" if the format is unknown, the file cannot be read, or a record
/// has
///         no three-dimensional coordinates: a depiction, a SMILES string, atoms all in one place.
///         A flat molecule in MDL format has to be marked "3D" in the second line.
MoleculeFile read_open_babel(const std::filesystem::path& path);

/// Extensions of the formats that can be read, in alphabetical order.
std::vector<std::string> open_babel_formats();

}  // namespace keesom

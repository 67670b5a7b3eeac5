// SPDX-License-Identifier: BSD-3-Clause
//
// Molecule files of every format that Open Babel reads (O'Boyle et al., J. Cheminf. 3, 33 (2011)).
// The reading is done by the program keesom-open-babel, once for each file: its readers crash or
// hang on damaged files, and Open Babel is under the GPL. Where that program is not installed there
// is no reader for these formats. It is looked for
// - at KEESOM_OPEN_BABEL, if this environment variable is set;
// - in ../libexec/keesom, seen from the folder of the running program;
// - where it was to be installed, and where it was built.
//
// Elements and coordinates are taken as they are: no hydrogen atoms are added, bonds are not looked
// at, isotopes are noted. Files with a unit cell are refused, except those of the PDB (pdb, pdbqt,
// mcif), which give molecules in full, whatever crystal they come from. The total charge is that
// which the file states:
// - mol, sdf, mae: formal charges (M  CHG, or the column of the atom block); no entry means 0;
// - mol2: formal charges, else the sum of partial charges if it is close to an integer;
// - pdb: columns 79-80, if any atom has an entry;
// - cml: formalCharge of the molecule or of its atoms, if there is any;
// - pqr, hin: the sum of partial charges if it is close to an integer;
// - others: the total charge, where the reader of the format reports one.
//
// In every other case the record says that no charge is stated. The same charges are given for each
// atom, for files of several molecules.
#pragma once

#include <keesom/core/io/molecule_file.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace keesom {

/// What the reading of one file may take.
struct ReaderLimits {
    std::chrono::milliseconds time{60'000};
    std::size_t memory_mib = 4096;              ///< MiB of the program
    std::size_t output = std::size_t{1} << 30;  ///< bytes that it may answer with
};

/// All molecules of a file, which may be compressed by gzip. May be called by several threads at
/// once.
/// @param format a name that Open Babel has for it; empty: the extension
/// @throws InputError "NAME: reason" if there is no reader, the format is unknown, the file cannot
///         be read or not within the limits, or a record has no three-dimensional coordinates: a
///         depiction, a SMILES string, atoms all in one place. A flat molecule in MDL format has to
///         be marked "3D" in the second line.
MoleculeFile read_open_babel(const std::filesystem::path& path,
                             const std::string& format = {},
                             const ReaderLimits& limits = {});

/// The same of a text.
/// @param format a name that Open Babel has for it
/// @throws likewise, "reason" without the place
MoleculeFile read_open_babel_text(const std::string& text,
                                  const std::string& format,
                                  const ReaderLimits& limits = {});

/// Extensions of the formats that can be read, in alphabetical order.
/// @throws InputError if there is no reader
std::vector<std::string> open_babel_formats();

}  // namespace keesom

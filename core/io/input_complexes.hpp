// SPDX-License-Identifier: BSD-3-Clause
//
// From files to monomers: reading, splitting, charges. Messages name what a user can give as the
// command does: --fragments, --charges, --format.
#pragma once

#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/molecule.hpp>

#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Where a charge comes from.
enum class ChargeOrigin { file, option, assumed };

std::string to_string(ChargeOrigin origin);

/// A molecule of the input and what is known about how it got there.
struct InputMonomer {
    Molecule molecule;
    std::string source;  ///< file, and the atoms of it where it holds several molecules
    ChargeOrigin charge_origin = ChargeOrigin::assumed;
};

/// How the files are to be understood.
struct InputOptions {
    std::vector<std::string> files;
    std::string fragments;  ///< "1-12,13-20", over the atoms of all files; empty: by connectivity
    std::string charges;    ///< "0,-1", one for each monomer; empty: from the file, else 0
    std::string format;     ///< of standard input, "sdf"
};

/// Monomers that are together, one energy.
struct InputComplex {
    std::string name;
    std::vector<InputMonomer> monomers;
    std::string error;  ///< why there are none
};

std::vector<Molecule> molecules_of(std::span<const InputMonomer> monomers);
std::vector<Molecule> molecules_of(const InputComplex& complex);

/// Reads all files and splits what they hold into molecules. The file "-" is standard input.
/// @param warnings takes what the files state and keesom passes over
/// @throws InputError naming the file and the reason
std::vector<InputMonomer> read_monomers(const InputOptions& options,
                                        std::vector<std::string>& warnings);

/// The molecules of one record of a file, by its own fragments or by connectivity, checked.
/// @param source how messages call the record
/// @param warnings takes what the record states and keesom passes over
/// @throws InputError naming the record and the reason
std::vector<InputMonomer> monomers_of_record(const MoleculeRecord& record,
                                             const std::string& source,
                                             std::vector<std::string>& warnings);

/// @throws InputError if there is one molecule only
void require_two(const std::vector<InputMonomer>& monomers, const std::string& source);

/// As read_monomers(), but a single file may hold many complexes: it does if two or more of its
/// records hold several molecules each or, with --fragments, if every record has the atoms of the
/// fragments. A record that cannot be used has an error instead of monomers; all other files
/// together are one complex.
std::vector<InputComplex> read_complexes(const InputOptions& options,
                                         std::vector<std::string>& warnings);

}  // namespace keesom

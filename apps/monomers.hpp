// SPDX-License-Identifier: BSD-3-Clause
//
// From files to monomers: reading, splitting, charges.
#pragma once

#include <keesom/core/molecule.hpp>

#include <string>
#include <vector>

namespace keesom::apps {

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
};

/// Reads all files and splits what they hold into molecules.
/// @param warnings takes what the files state and keesom passes over
/// @throws InputError naming the file and the reason
std::vector<InputMonomer> read_monomers(const InputOptions& options,
                                        std::vector<std::string>& warnings);

}  // namespace keesom::apps

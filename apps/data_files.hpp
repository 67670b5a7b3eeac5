// SPDX-License-Identifier: BSD-3-Clause
//
// Where the shipped data are: in the folder named by the environment variable KEESOM_DATA, else in
// share/keesom beside the installed program, else in the source tree that the program was built
// from.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace keesom::apps {

/// @throws InputError if KEESOM_DATA is set but is not a folder
std::filesystem::path data_folder();

std::filesystem::path default_model();
std::filesystem::path default_parameters();

/// A set that the command knows by name.
struct ShippedSet {
    std::string file;           ///< in the folder `benchmarks`
    std::string reference_key;  ///< of the best reference energies
};

const std::map<std::string, ShippedSet>& shipped_sets();

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
//
// The force fields that make molecules of the input flexible.
#pragma once

#include <keesom/core/io/input_complexes.hpp>
#include <keesom/core/monomer_potential.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keesom::apps {

using ForceFields = std::vector<std::shared_ptr<const MonomerPotential>>;

void add_force_field_option(CLI::App& verb, std::vector<std::string>& folders);

/// @throws InputError if one is of no use for the complexes, or two are of one molecule
ForceFields load_force_fields(const std::vector<std::string>& folders,
                              const std::vector<InputComplex>& complexes);

}  // namespace keesom::apps

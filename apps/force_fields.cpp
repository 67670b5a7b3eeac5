// SPDX-License-Identifier: BSD-3-Clause
#include "force_fields.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace keesom::apps {

void add_force_field_option(CLI::App& verb, std::vector<std::string>& folders) {
    verb.add_option("--force-field",
                    folders,
                    "Folder of the force field of a flexible molecule; more of them for more")
        ->take_all()
        ->expected(1);
}

ForceFields load_force_fields(const std::vector<std::string>& folders,
                              const std::vector<InputComplex>& complexes) {
    ForceFields force_fields;
    for (const std::string& folder : folders) {
        const auto force_field = std::make_shared<const ForceField>(load_force_field(folder));
        const ForceField::Parameters& parameters = force_field->parameters();
        const auto is_described = [&](const InputMonomer& monomer) {
            return force_field->describes(monomer.molecule);
        };
        const bool is_used =
            std::any_of(complexes.begin(), complexes.end(), [&](const InputComplex& complex) {
                return std::any_of(complex.monomers.begin(), complex.monomers.end(), is_described);
            });
        if (!is_used) {
            std::string order;
            for (const int z : parameters.atomic_numbers) {
                order += " " + element_symbol(z);
            }
            throw InputError(
                fmt::format("{}: no molecule is {}, charge {:+d}, with its atoms in the order{}",
                            folder,
                            chemical_formula(parameters.atomic_numbers),
                            parameters.charge,
                            order));
        }
        for (std::size_t k = 0; k < force_fields.size(); ++k) {
            if (force_fields[k]->describes({.name = {},
                                            .atomic_numbers = parameters.atomic_numbers,
                                            .positions = {},
                                            .charge = parameters.charge})) {
                throw InputError(fmt::format(
                    "{} and {} are force fields of the same molecule", folders[k], folder));
            }
        }
        force_fields.push_back(force_field);
    }
    return force_fields;
}

}  // namespace keesom::apps

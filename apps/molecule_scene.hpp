// SPDX-License-Identifier: BSD-3-Clause
//
// Molecules as page/viewer.js draws them.
#pragma once

#include <keesom/core/molecule.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace keesom::apps {

/// "O1 of molecule 2"
std::string atom_of_molecule(const std::vector<Molecule>& molecules,
                             std::size_t monomer,
                             Eigen::Index atom);

/// Atoms, molecule by molecule, with names, elements, radii and positions; bonds; the contact.
nlohmann::ordered_json molecule_scene(const std::vector<Molecule>& molecules,
                                      const Contact& contact);

}  // namespace keesom::apps

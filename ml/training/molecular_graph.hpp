// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/core/molecule.hpp>

#include <cstdint>

namespace keesom {

/// Name of a species: equal for all geometries of one molecule, whatever the order of its atoms.
///
/// A Weisfeiler–Lehman hash of the graph whose nodes are the elements and whose edges are the
/// bonds found from the distances, together with the charge. Bond orders and stereochemistry are
/// not told apart; two molecules that the refinement cannot distinguish (some regular graphs
/// of equal size) get the same key. For grouping the data of a cross-validation both err on the
/// safe side.
/// @throws InputError for elements without a covalent radius
std::uint64_t species_key(const Molecule& molecule);

}  // namespace keesom

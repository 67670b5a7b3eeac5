// SPDX-License-Identifier: BSD-3-Clause
//
// What molecule files say about total charge, read from their text. A format library perceives
// bonds and then formal charges, and what it reports cannot be told apart from what the file
// states: of a MOL2 file of nitrobenzene Open Babel 3.1 makes an anion, and it does not see the
// charge of a CML molecule at all. Internal to keesom.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace keesom {

/// Charges of the records of a file, one after the other; nullopt where none is stated.
using StatedCharges = std::vector<std::optional<int>>;

/// Columns 79-80 of ATOM and HETATM ("2+", "1-") added up for each model. Stated if any is filled.
StatedCharges pdb_charges(std::string_view text);

/// Formal charges (@<TRIPOS>UNITY_ATOM_ATTR) added up; without any, partial charges, if their sum
/// is within 0.1 of an integer, they are not all zero, and the type of charges is not NO_CHARGES.
StatedCharges mol2_charges(std::string_view text);

/// The formalCharge of each molecule; where it has none, those of its atoms added up.
StatedCharges cml_charges(std::string_view text);

/// Partial charges that add up to an integer, within 0.1, and are not all zero.
std::optional<int> sum_of_partial_charges(const std::vector<double>& charges);

}  // namespace keesom

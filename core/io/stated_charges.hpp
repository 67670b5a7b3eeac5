// SPDX-License-Identifier: BSD-3-Clause
//
// What molecule files say about charge, read from their text. A format library perceives bonds and
// then formal charges, and what it reports cannot be told apart from what the file states: of a
// MOL2 file of nitrobenzene Open Babel 3.1 makes an anion, and it does not see the charge of a CML
// molecule at all. Internal to keesom.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace keesom {

/// What one record states.
struct StatedCharge {
    std::optional<int> total;      ///< e; nullopt if not stated
    std::vector<double> of_atoms;  ///< (N), e, formal or partial; empty if not stated
};

/// The records of a file, one after the other.
using StatedCharges = std::vector<StatedCharge>;

/// Columns 79-80 of ATOM and HETATM ("2+", "1-"), added up for each model. Stated if any is filled;
/// the other atoms are neutral then.
StatedCharges pdb_charges(std::string_view text);

/// Formal charges (@<TRIPOS>UNITY_ATOM_ATTR), else partial charges, if they are not all zero and
/// the type of charges is not NO_CHARGES. The total of partial charges is stated if their sum is
/// within 0.1 of an integer.
/// @throws InputError without the place for a formal charge that is no integer, or of no atom
StatedCharges mol2_charges(std::string_view text);

/// The formalCharge of each molecule; where it has none, those of its atoms added up. Atoms have
/// charges of their own unless the molecule contradicts them.
/// @throws InputError without the place for a formal charge that is no integer
StatedCharges cml_charges(std::string_view text);

/// Partial charges that add up to an integer, within 0.1, and are not all zero.
/// @throws InputError for a sum that no molecule has
std::optional<int> sum_of_partial_charges(const std::vector<double>& charges);

/// Formal charges added up.
/// @throws InputError for a sum that no molecule has
int sum_of_formal_charges(const std::vector<double>& charges);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// What can be asked for besides an energy, as text and as JSON: forces, and the pairs of atoms that
// the energy comes from.
#pragma once

#include "report.hpp"

#include <keesom/interaction/pair_decomposition.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace keesom::apps {

/// "kcal/mol/Å"
std::string force_unit(const EnergyUnit& unit);

/// Forces on the atoms of a molecule, in force_unit().
/// @param gradient dE/dr; (3, N), hartree/bohr
Eigen::Matrix3Xd forces_in(const EnergyUnit& unit, const Eigen::Matrix3Xd& gradient);

/// An atom in JSON; indices count from 0.
nlohmann::ordered_json atom_json(const std::vector<Molecule>& molecules,
                                 std::size_t monomer,
                                 Eigen::Index atom);

/// Force, torque and the forces on the atoms of one molecule.
nlohmann::ordered_json forces_json(const Molecule& molecule,
                                   const Eigen::Matrix3Xd& gradient,
                                   const EnergyUnit& unit);

/// The same of all molecules, rigid ones first.
std::string force_tables(const std::vector<Molecule>& molecules,
                         const std::vector<Eigen::Matrix3Xd>& gradients,
                         const EnergyUnit& unit);

nlohmann::ordered_json pairs_json(const PairDecomposition& decomposition,
                                  const std::vector<Molecule>& molecules,
                                  const EnergyUnit& unit);

/// The strongest pairs, the sum of all, and what belongs to no pair.
std::string pair_table(const PairDecomposition& decomposition,
                       const std::vector<Molecule>& molecules,
                       const EnergyUnit& unit);

}  // namespace keesom::apps

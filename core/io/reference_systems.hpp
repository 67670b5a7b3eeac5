// SPDX-License-Identifier: BSD-3-Clause
//
// Benchmark sets: complexes with reference interaction energies, one frame of extended XYZ each,
// with the keys of molecule_record() and energies in kcal/mol. Usual names are `e_ref` for the
// total and `elst exch ind dhf disp` for the components of symmetry-adapted perturbation theory,
// where `dhf` is the part of induction beyond second order. `e_type=three_body` says that the
// reference is the non-additive part of a trimer's energy.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/core/molecule.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keesom {

/// N ≥ 2 monomers with what is known about their interaction.
struct ReferenceSystem {
    std::string name;
    std::string where;                        ///< "file:line", for messages
    std::vector<Molecule> monomers;           ///< not validated: radicals may be among them
    std::map<std::string, std::string> info;  ///< all keys of the frame
    bool three_body = false;                  ///< the reference is the non-additive energy only

    /// The value of a key in hartree, nullopt if there is no such key.
    /// @throws InputError "file:line: reason" if the value is not a finite number, or more than 10⁶
    ///         kcal/mol
    [[nodiscard]] std::optional<double> reference_energy(const std::string& key) const;

    /// elst, exch, ind + dhf (where there is a dhf) and disp, hartree; nullopt unless elst, exch,
    /// ind and disp are all there.
    /// @throws InputError "file:line: reason" if a value is not a finite number
    [[nodiscard]] std::optional<EnergyComponents> reference_components() const;
};

/// All systems of a file. Where a frame does not state its monomers they are found from
/// connectivity; charges that are not stated are 0.
/// @throws InputError "file:line: reason", also for a frame of a single molecule and for monomers
/// whose
///         charges do not add up to that of the frame
std::vector<ReferenceSystem> read_reference_systems(const std::filesystem::path& path);

}  // namespace keesom

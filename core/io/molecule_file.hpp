// SPDX-License-Identifier: BSD-3-Clause
//
// Molecules as a file states them. What a file does not state, the total charge above all, is not
// guessed: the record says so, and whoever uses it has to ask or to tell what was assumed.
#pragma once

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// One molecule, or one complex of molecules, of a file. The molecule is not validated.
struct MoleculeRecord {
    Molecule molecule;              ///< its charge is 0 if none is stated
    bool charge_is_stated = false;  ///< whether the charge is that of the file

    /// Numbers of atoms of the monomers, which follow one another; empty if not stated.
    std::vector<Eigen::Index> fragment_sizes;

    /// Charges of the monomers; empty if not stated.
    std::vector<int> fragment_charges;

    /// (N) What the file states for each atom, e: formal or partial charges; empty if it does not.
    std::vector<double> atom_charges;

    /// What of the file was read as something else, "atom 3 is deuterium, read as H".
    std::vector<std::string> notes;
};

struct MoleculeFile {
    std::filesystem::path path;
    std::string format;  ///< "xyz", or the name Open Babel has for it
    std::vector<MoleculeRecord> records;
};

/// Whether the extension is .xyz or .extxyz, with or without .gz after it.
bool has_xyz_extension(const std::filesystem::path& path);

/// What a frame of extended XYZ states with the keys
/// - `name`, otherwise the molecule has no name;
/// - `charge`, of the whole frame;
/// - `natoms_a` (two monomers; `natoms_b` may be given) or `natoms_list="3,3,6"`;
/// - `charge_a` and `charge_b` (if one is missing it is 0), or `charge_list="0,0,1"`.
/// Lists win over single keys.
/// @throws InputError "file:line: reason" for values that are no integers or contradict one
/// another,
///         and for periodic frames (pbc with a T, or Lattice without pbc)
MoleculeRecord molecule_record(const XyzFrame& frame);

/// Molecules that are together as one frame, which states where each of them ends and its charge:
/// molecule_record() finds them again.
XyzFrame frame_of(std::span<const Molecule> molecules);

/// The molecules of a plain or extended XYZ file, which may be compressed by gzip. A molecule
/// without a name is called after the file.
/// @throws InputError "file:line: reason"
MoleculeFile read_xyz_molecules(const std::filesystem::path& path);

/// Notes of a record that isotopes are read as their elements: one if there are any.
/// @param isotopes mass numbers of atoms, by their indices
/// @param atomic_numbers (N)
std::vector<std::string> isotope_notes(const std::map<Eigen::Index, int>& isotopes,
                                       const std::vector<int>& atomic_numbers);

/// Name of record `index` (from 0) of `n_records` in a file that gives none: "dimers", "dimers #3".
std::string record_name(const std::filesystem::path& path,
                        std::size_t index,
                        std::size_t n_records);

}  // namespace keesom

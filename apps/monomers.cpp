// SPDX-License-Identifier: BSD-3-Clause
#include "monomers.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/open_babel.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace keesom::apps {

namespace {

using Fragments = std::vector<Fragment>;

MoleculeFile read_file(const std::string& path) {
    return has_xyz_extension(path) ? read_xyz_molecules(path) : read_open_babel(path);
}

/// "atoms 1-12" for a run of neighbors, else "atoms 1 … 14".
std::string atom_range(const Fragment& atoms) {
    const auto length = static_cast<Eigen::Index>(atoms.size());
    const bool run = atoms.back() - atoms.front() + 1 == length;
    return fmt::format("atoms {}{}{}", atoms.front() + 1, run ? "-" : " … ", atoms.back() + 1);
}

std::vector<InputMonomer> split(const Molecule& molecule,
                                const Fragments& fragments,
                                const std::vector<int>& charges,
                                const std::string& source,
                                ChargeOrigin origin) {
    std::vector<InputMonomer> monomers;
    const std::vector<Molecule> parts = split_molecule(molecule, fragments, charges);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string where =
            parts.size() == 1 ? source : fmt::format("{}, {}", source, atom_range(fragments[i]));
        monomers.push_back({parts[i], where, origin});
        monomers.back().molecule.name = where;
    }
    return monomers;
}

/// A stated charge of several molecules together cannot be divided among them by guessing.
void require_divided_charge(int charge,
                            std::size_t n_molecules,
                            const std::string& source,
                            bool charges_are_given) {
    if (charge != 0 && n_molecules > 1 && !charges_are_given) {
        throw InputError(
            fmt::format("{}: total charge {} belongs to {} molecules together, give each its own "
                        "with --charges",
                        source,
                        charge,
                        n_molecules));
    }
}

/// Splits one record as its file says, else by connectivity.
std::vector<InputMonomer> split_record(const MoleculeRecord& record,
                                       const std::string& source,
                                       bool charges_are_given) {
    const Molecule& molecule = record.molecule;
    if (!record.fragment_sizes.empty()) {
        const bool stated = !record.fragment_charges.empty();
        if (!stated) {
            require_divided_charge(
                molecule.charge, record.fragment_sizes.size(), source, charges_are_given);
        }
        return split(
            molecule,
            contiguous_fragments(record.fragment_sizes),
            stated ? record.fragment_charges : std::vector<int>(record.fragment_sizes.size(), 0),
            source,
            stated ? ChargeOrigin::file : ChargeOrigin::assumed);
    }
    const Fragments fragments = connected_fragments(molecule.atomic_numbers, molecule.positions);
    if (fragments.size() == 1) {
        return split(molecule,
                     fragments,
                     {molecule.charge},
                     source,
                     record.charge_is_stated ? ChargeOrigin::file : ChargeOrigin::assumed);
    }
    require_divided_charge(molecule.charge, fragments.size(), source, charges_are_given);
    return split(
        molecule, fragments, std::vector<int>(fragments.size(), 0), source, ChargeOrigin::assumed);
}

Molecule concatenated(const std::vector<MoleculeFile>& files) {
    Molecule all;
    for (const MoleculeFile& file : files) {
        for (const MoleculeRecord& record : file.records) {
            const Molecule& part = record.molecule;
            all.atomic_numbers.insert(
                all.atomic_numbers.end(), part.atomic_numbers.begin(), part.atomic_numbers.end());
            Eigen::Matrix3Xd positions(3, all.size() + part.size());
            positions << all.positions, part.positions;
            all.positions = std::move(positions);
            all.charge += part.charge;
        }
    }
    return all;
}

void apply_charges(const std::string& option, std::vector<InputMonomer>& monomers) {
    const std::vector<int> charges = parse_charges(option);
    if (charges.size() != monomers.size()) {
        throw InputError(fmt::format("--charges {} gives {} charges for {} molecules",
                                     option,
                                     charges.size(),
                                     monomers.size()));
    }
    for (std::size_t i = 0; i < monomers.size(); ++i) {
        monomers[i].molecule.charge = charges[i];
        monomers[i].charge_origin = ChargeOrigin::option;
    }
}

}  // namespace

std::string to_string(ChargeOrigin origin) {
    switch (origin) {
        case ChargeOrigin::file:
            return "file";
        case ChargeOrigin::option:
            return "given";
        case ChargeOrigin::assumed:
            break;
    }
    return "assumed";
}

std::vector<InputMonomer> read_monomers(const InputOptions& options) {
    std::vector<MoleculeFile> files;
    for (const std::string& path : options.files) {
        files.push_back(read_file(path));
    }
    std::vector<InputMonomer> monomers;
    if (!options.fragments.empty()) {
        const Molecule all = concatenated(files);
        const Fragments fragments = parse_fragments(options.fragments);
        const std::string source =
            files.size() == 1 ? files.front().path.string() : std::string("all files");
        require_divided_charge(all.charge, fragments.size(), source, !options.charges.empty());
        std::vector<int> charges(fragments.size(), 0);
        charges.front() = all.charge;  // 0 unless there is one fragment only, or --charges follows
        monomers = split(all, fragments, charges, source, ChargeOrigin::assumed);
    } else {
        for (const MoleculeFile& file : files) {
            for (std::size_t i = 0; i < file.records.size(); ++i) {
                const std::string source =
                    file.records.size() == 1
                        ? file.path.string()
                        : fmt::format("{}, record {}", file.path.string(), i + 1);
                for (InputMonomer& monomer :
                     split_record(file.records[i], source, !options.charges.empty())) {
                    monomers.push_back(std::move(monomer));
                }
            }
        }
    }
    if (!options.charges.empty()) {
        apply_charges(options.charges, monomers);
    }
    for (const InputMonomer& monomer : monomers) {
        monomer.molecule.validate();
    }
    return monomers;
}

}  // namespace keesom::apps

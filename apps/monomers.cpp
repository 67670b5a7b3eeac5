// SPDX-License-Identifier: BSD-3-Clause
#include "monomers.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/open_babel.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace keesom::apps {

namespace {

using Fragments = std::vector<Fragment>;

MoleculeFile read_file(const std::string& path) {
    return has_xyz_extension(path) ? read_xyz_molecules(path) : read_open_babel(path);
}

/// How a record is called in messages.
std::string source_of(const MoleculeFile& file, std::size_t record) {
    return file.records.size() == 1 ? file.path.string()
                                    : fmt::format("{}, record {}", file.path.string(), record + 1);
}

/// "atoms 1-12" for a run of neighbors, else "atoms 1 … 14".
std::string atom_range(const Fragment& atoms) {
    const auto length = static_cast<Eigen::Index>(atoms.size());
    const bool run = atoms.back() - atoms.front() + 1 == length;
    return fmt::format("atoms {}{}{}", atoms.front() + 1, run ? "-" : " … ", atoms.back() + 1);
}

/// Atoms of which only the charge of all together is known.
struct ChargedGroup {
    Fragment atoms;
    double charge = 0.0;
    bool is_stated = false;
};

Fragment consecutive_atoms(Eigen::Index first, Eigen::Index count) {
    Fragment atoms(static_cast<std::size_t>(count));
    std::iota(atoms.begin(), atoms.end(), first);
    return atoms;
}

/// The smallest groups that a record has charges for.
/// @param first index of its first atom
void append_groups(const MoleculeRecord& record,
                   Eigen::Index first,
                   std::vector<ChargedGroup>& groups) {
    if (!record.atom_charges.empty()) {
        for (const double charge : record.atom_charges) {
            groups.push_back({{first++}, charge, true});
        }
        return;
    }
    if (!record.fragment_sizes.empty() && !record.fragment_charges.empty()) {
        for (std::size_t i = 0; i < record.fragment_sizes.size(); ++i) {
            groups.push_back({consecutive_atoms(first, record.fragment_sizes[i]),
                              static_cast<double>(record.fragment_charges[i]),
                              true});
            first += record.fragment_sizes[i];
        }
        return;
    }
    groups.push_back({consecutive_atoms(first, record.molecule.size()),
                      static_cast<double>(record.molecule.charge),
                      record.charge_is_stated});
}

/// Gives every molecule the charges of its groups. A charge of several molecules together cannot be
/// divided among them by guessing.
/// @param fragments of all atoms, those of `monomers`
/// @throws InputError if a charge has to be divided, or charges do not add up to an integer
void assign_charges(const std::vector<ChargedGroup>& groups,
                    const Fragments& fragments,
                    const std::string& source,
                    std::vector<InputMonomer>& monomers) {
    std::map<Eigen::Index, std::size_t> fragment_of;
    for (std::size_t i = 0; i < fragments.size(); ++i) {
        for (const Eigen::Index atom : fragments[i]) {
            fragment_of[atom] = i;
        }
        monomers[i].charge_origin = ChargeOrigin::file;
    }
    std::vector<double> sums(fragments.size(), 0.0);
    for (const ChargedGroup& group : groups) {
        std::set<std::size_t> owners;
        for (const Eigen::Index atom : group.atoms) {
            owners.insert(fragment_of.at(atom));
        }
        if (owners.size() > 1 && group.charge != 0.0) {
            throw InputError(
                fmt::format("{}: total charge {} belongs to {} molecules together, give each its "
                            "own with --charges",
                            source,
                            group.charge,
                            owners.size()));
        }
        if (owners.size() > 1 || !group.is_stated) {
            for (const std::size_t owner : owners) {
                monomers[owner].charge_origin = ChargeOrigin::assumed;
            }
        }
        sums[*owners.begin()] += group.charge;
    }
    constexpr double tolerance = 0.1;
    constexpr double largest = 1e6;
    for (std::size_t i = 0; i < fragments.size(); ++i) {
        const double whole = std::round(sums[i]);
        if (!(std::abs(sums[i] - whole) <= tolerance && std::abs(whole) <= largest)) {
            throw InputError(
                fmt::format("{}: the charges of molecule {} ({}) add up to {:.3f}, give "
                            "each molecule its own with --charges",
                            source,
                            i + 1,
                            atom_range(fragments[i]),
                            sums[i]));
        }
        monomers[i].molecule.charge = static_cast<int>(whole);
    }
}

/// The molecules of a complex, without charges.
std::vector<InputMonomer> split(const Molecule& molecule,
                                const Fragments& fragments,
                                const std::string& source) {
    std::vector<InputMonomer> monomers;
    const std::vector<Molecule> parts =
        split_molecule(molecule, fragments, std::vector<int>(fragments.size(), 0));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string where =
            parts.size() == 1 ? source : fmt::format("{}, {}", source, atom_range(fragments[i]));
        monomers.push_back({parts[i], where, ChargeOrigin::assumed});
        monomers.back().molecule.name = where;
    }
    return monomers;
}

/// Splits one record as its file says, else by connectivity.
std::vector<InputMonomer> split_record(const MoleculeRecord& record,
                                       const std::string& source,
                                       bool charges_are_given) {
    const Molecule& molecule = record.molecule;
    const Fragments fragments =
        record.fragment_sizes.empty()
            ? connected_fragments(molecule.atomic_numbers, molecule.positions)
            : contiguous_fragments(record.fragment_sizes);
    std::vector<InputMonomer> monomers = split(molecule, fragments, source);
    if (monomers.size() == 1) {
        monomers[0].molecule.charge = molecule.charge;
        monomers[0].charge_origin =
            record.charge_is_stated ? ChargeOrigin::file : ChargeOrigin::assumed;
    } else if (!charges_are_given) {
        std::vector<ChargedGroup> groups;
        append_groups(record, 0, groups);
        assign_charges(groups, fragments, source, monomers);
    }
    return monomers;
}

/// Splits the atoms of all files together.
std::vector<InputMonomer> split_files(const std::vector<MoleculeFile>& files,
                                      const InputOptions& options) {
    Molecule all;
    std::vector<ChargedGroup> groups;
    for (const MoleculeFile& file : files) {
        for (const MoleculeRecord& record : file.records) {
            const Molecule& part = record.molecule;
            append_groups(record, all.size(), groups);
            all.atomic_numbers.insert(
                all.atomic_numbers.end(), part.atomic_numbers.begin(), part.atomic_numbers.end());
            Eigen::Matrix3Xd positions(3, all.size() + part.size());
            positions << all.positions, part.positions;
            all.positions = std::move(positions);
        }
    }
    const std::string source =
        files.size() == 1 ? files.front().path.string() : std::string("all files");
    const Fragments fragments = parse_fragments(options.fragments);
    std::vector<InputMonomer> monomers = split(all, fragments, source);
    if (options.charges.empty()) {
        assign_charges(groups, fragments, source, monomers);
    }
    return monomers;
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

bool has_odd_electrons(const Molecule& molecule) {
    const std::int64_t protons = std::accumulate(
        molecule.atomic_numbers.begin(), molecule.atomic_numbers.end(), std::int64_t{0});
    return (protons - molecule.charge) % 2 != 0;
}

/// Charges that the option --charges could have: those of the molecules, and ±1 in turn for
/// molecules that cannot be neutral.
std::string suggested_charges(const std::vector<InputMonomer>& monomers) {
    constexpr std::size_t most = 6;
    if (monomers.size() > most) {
        return fmt::format("--charges with the charges of all {} molecules", monomers.size());
    }
    std::vector<int> charges;
    int next = 1;
    for (const InputMonomer& monomer : monomers) {
        const bool odd = has_odd_electrons(monomer.molecule);
        charges.push_back(odd ? next : monomer.molecule.charge);
        next = odd ? -next : next;
    }
    return fmt::format("--charges, e.g. --charges {}", fmt::join(charges, ","));
}

/// @throws InputError that says what to do where an assumed charge is at fault
void validate(const std::vector<InputMonomer>& monomers) {
    for (const InputMonomer& monomer : monomers) {
        try {
            monomer.molecule.validate();
        } catch (const InputError& error) {
            Molecule ion = monomer.molecule;
            ion.charge += 1;  // the charge is one that we assumed: 0
            if (monomer.charge_origin != ChargeOrigin::assumed ||
                !has_odd_electrons(monomer.molecule)) {
                throw;
            }
            ion.validate();  // whatever else is wrong comes first
            throw InputError(fmt::format(
                "{}; if it is an ion give {}", error.what(), suggested_charges(monomers)));
        }
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

std::vector<InputMonomer> read_monomers(const InputOptions& options,
                                        std::vector<std::string>& warnings) {
    std::vector<MoleculeFile> files;
    for (const std::string& path : options.files) {
        files.push_back(read_file(path));
    }
    std::vector<InputMonomer> monomers;
    for (const MoleculeFile& file : files) {
        for (std::size_t i = 0; i < file.records.size(); ++i) {
            const std::string source = source_of(file, i);
            for (const std::string& note : file.records[i].notes) {
                warnings.push_back(fmt::format("{}: {}", source, note));
            }
            if (options.fragments.empty()) {
                std::vector<InputMonomer> parts =
                    split_record(file.records[i], source, !options.charges.empty());
                std::move(parts.begin(), parts.end(), std::back_inserter(monomers));
            }
        }
    }
    if (!options.fragments.empty()) {
        monomers = split_files(files, options);
    }
    if (!options.charges.empty()) {
        apply_charges(options.charges, monomers);
    }
    validate(monomers);
    return monomers;
}

}  // namespace keesom::apps

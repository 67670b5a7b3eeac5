// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/input_complexes.hpp>
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

namespace keesom {

namespace {

using Fragments = std::vector<Fragment>;

MoleculeFile read_file(const std::string& path, const std::string& format) {
    const bool is_input = path == "-";
    if (is_input && format.empty()) {
        throw InputError("-: standard input needs --format");
    }
    const std::filesystem::path file = is_input ? "/dev/stdin" : path;
    const bool is_xyz =
        format.empty() ? has_xyz_extension(path) : has_xyz_extension("any." + format);
    return is_xyz ? read_xyz_molecules(file) : read_open_babel(file, format);
}

std::vector<MoleculeFile> read_files(const InputOptions& options) {
    if (std::count(options.files.begin(), options.files.end(), "-") > 1) {
        throw InputError("-: standard input can be read once only");
    }
    std::vector<MoleculeFile> files;
    for (const std::string& path : options.files) {
        files.push_back(read_file(path, options.format));
    }
    return files;
}

/// A record of a file and how it is called in messages.
struct SourceRecord {
    const MoleculeRecord* record;
    std::string source;
};

std::vector<SourceRecord> records_of(const std::vector<MoleculeFile>& files) {
    std::vector<SourceRecord> records;
    for (const MoleculeFile& file : files) {
        for (std::size_t i = 0; i < file.records.size(); ++i) {
            records.push_back({&file.records[i],
                               file.records.size() == 1
                                   ? file.path.string()
                                   : fmt::format("{}, record {}", file.path.string(), i + 1)});
        }
    }
    return records;
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

/// The molecules of a record as its file says, else by connectivity.
Fragments fragments_of(const MoleculeRecord& record) {
    return record.fragment_sizes.empty()
               ? connected_fragments(record.molecule.atomic_numbers, record.molecule.positions)
               : contiguous_fragments(record.fragment_sizes);
}

/// Splits one record as its file says, else by connectivity.
std::vector<InputMonomer> split_record(const MoleculeRecord& record,
                                       const std::string& source,
                                       bool charges_are_given) {
    const Molecule& molecule = record.molecule;
    const Fragments fragments = fragments_of(record);
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

/// Splits the atoms of all records together.
std::vector<InputMonomer> split_together(const std::vector<SourceRecord>& records,
                                         const std::string& source,
                                         const InputOptions& options) {
    Eigen::Index n_atoms = 0;
    for (const SourceRecord& entry : records) {
        n_atoms += entry.record->molecule.size();
    }
    Molecule all;
    all.positions.resize(3, n_atoms);
    std::vector<ChargedGroup> groups;
    Eigen::Index first = 0;
    for (const SourceRecord& entry : records) {
        const Molecule& part = entry.record->molecule;
        append_groups(*entry.record, first, groups);
        all.atomic_numbers.insert(
            all.atomic_numbers.end(), part.atomic_numbers.begin(), part.atomic_numbers.end());
        all.positions.middleCols(first, part.size()) = part.positions;
        first += part.size();
    }
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

/// What the records hold together, as molecules that have been checked.
/// @param source how all of them together are called
std::vector<InputMonomer> monomers_of(const std::vector<SourceRecord>& records,
                                      const std::string& source,
                                      const InputOptions& options,
                                      std::vector<std::string>& warnings) {
    std::vector<InputMonomer> monomers;
    for (const SourceRecord& entry : records) {
        for (const std::string& note : entry.record->notes) {
            warnings.push_back(fmt::format("{}: {}", entry.source, note));
        }
        if (options.fragments.empty()) {
            std::vector<InputMonomer> parts =
                split_record(*entry.record, entry.source, !options.charges.empty());
            std::move(parts.begin(), parts.end(), std::back_inserter(monomers));
        }
    }
    if (!options.fragments.empty()) {
        monomers = split_together(records, source, options);
    }
    if (!options.charges.empty()) {
        apply_charges(options.charges, monomers);
    }
    validate(monomers);
    return monomers;
}

/// Whether each record of a file is a complex for itself.
bool are_complexes(const std::vector<SourceRecord>& records, const InputOptions& options) {
    if (records.size() < 2) {
        return false;
    }
    if (!options.fragments.empty()) {
        std::size_t n_atoms = 0;
        for (const Fragment& fragment : parse_fragments(options.fragments)) {
            n_atoms += fragment.size();
        }
        return std::all_of(records.begin(), records.end(), [&](const SourceRecord& entry) {
            return entry.record->molecule.atomic_numbers.size() == n_atoms;
        });
    }
    return std::count_if(records.begin(), records.end(), [](const SourceRecord& entry) {
               return fragments_of(*entry.record).size() > 1;
           }) > 1;
}

}  // namespace

std::vector<Molecule> molecules_of(std::span<const InputMonomer> monomers) {
    std::vector<Molecule> molecules;
    molecules.reserve(monomers.size());
    for (const InputMonomer& monomer : monomers) {
        molecules.push_back(monomer.molecule);
    }
    return molecules;
}

std::vector<Molecule> molecules_of(const InputComplex& complex) {
    return molecules_of(complex.monomers);
}

std::vector<InputMonomer> monomers_of_record(const MoleculeRecord& record,
                                             const std::string& source,
                                             std::vector<std::string>& warnings) {
    return monomers_of({{&record, source}}, source, {}, warnings);
}

void require_two(const std::vector<InputMonomer>& monomers, const std::string& source) {
    if (monomers.size() < 2) {
        throw InputError(
            fmt::format("{}: one molecule ({}) found, an interaction energy needs two; "
                        "--fragments splits one by atoms",
                        source,
                        chemical_formula(monomers.front().molecule.atomic_numbers)));
    }
}

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
    const std::vector<MoleculeFile> files = read_files(options);
    return monomers_of(records_of(files),
                       files.size() == 1 ? files.front().path.string() : std::string("all files"),
                       options,
                       warnings);
}

std::vector<InputComplex> read_complexes(const InputOptions& options,
                                         std::vector<std::string>& warnings) {
    const std::vector<MoleculeFile> files = read_files(options);
    const std::vector<SourceRecord> records = records_of(files);
    std::vector<InputComplex> complexes;
    if (files.size() > 1 || !are_complexes(records, options)) {
        InputComplex& complex = complexes.emplace_back();
        complex.name = records.size() == 1 ? records.front().record->molecule.name : "";
        complex.monomers =
            monomers_of(records,
                        files.size() == 1 ? files.front().path.string() : std::string("all files"),
                        options,
                        warnings);
        return complexes;
    }
    for (const SourceRecord& entry : records) {
        InputComplex& complex = complexes.emplace_back();
        complex.name = entry.record->molecule.name;
        try {
            complex.monomers = monomers_of({entry}, entry.source, options, warnings);
            require_two(complex.monomers, entry.source);
        } catch (const InputError& error) {
            complex.monomers.clear();
            complex.error = error.what();
        }
    }
    return complexes;
}

}  // namespace keesom

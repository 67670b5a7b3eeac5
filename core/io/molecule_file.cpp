// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/file_name.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/stated_charges.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>

namespace keesom {

namespace {

template <class Integer>
std::optional<Integer> integer_key(const XyzFrame& frame, const std::string& key) {
    const std::string* text = frame.find(key);
    if (text == nullptr) {
        return std::nullopt;
    }
    const auto value = parse::number<Integer>(parse::trimmed(*text));
    if (!value) {
        throw InputError(fmt::format("{}: {}='{}' is not an integer", frame.where, key, *text));
    }
    return value;
}

template <class Integer>
std::vector<Integer> integer_list_key(const XyzFrame& frame, const std::string& key) {
    std::vector<Integer> values;
    if (const std::string* text = frame.find(key)) {
        for (const std::string_view part : parse::split(*text, ',')) {
            const auto value = parse::number<Integer>(part);
            if (!value) {
                throw InputError(
                    fmt::format("{}: {}='{}' is not a list of integers", frame.where, key, *text));
            }
            values.push_back(*value);
        }
    }
    return values;
}

std::vector<Eigen::Index> stated_sizes(const XyzFrame& frame) {
    const Eigen::Index n_atoms = frame.size();
    auto sizes = integer_list_key<Eigen::Index>(frame, "natoms_list");
    const auto of_a = integer_key<Eigen::Index>(frame, "natoms_a");
    if (sizes.empty() && of_a) {
        const Eigen::Index rest = *of_a < 0 ? n_atoms : n_atoms - *of_a;
        sizes = {*of_a, integer_key<Eigen::Index>(frame, "natoms_b").value_or(rest)};
    }
    Eigen::Index left = n_atoms;
    for (const Eigen::Index size : sizes) {
        if (size < 1 || size > left) {
            left = -1;
            break;
        }
        left -= size;
    }
    if (!sizes.empty() && left != 0) {
        throw InputError(fmt::format("{}: monomers of {} atoms do not make up the {} of the frame",
                                     frame.where,
                                     fmt::join(sizes, ", "),
                                     n_atoms));
    }
    return sizes;
}

std::vector<int> stated_charges(const XyzFrame& frame) {
    auto charges = integer_list_key<int>(frame, "charge_list");
    const auto of_a = integer_key<int>(frame, "charge_a");
    const auto of_b = integer_key<int>(frame, "charge_b");
    if (charges.empty() && (of_a || of_b)) {
        charges = {of_a.value_or(0), of_b.value_or(0)};
    }
    return charges;
}

void require_isolated(const XyzFrame& frame) {
    const std::string* pbc = frame.find("pbc");
    const bool periodic = pbc != nullptr ? pbc->find_first_of("Tt1") != std::string::npos
                                         : frame.find("Lattice") != nullptr;
    if (periodic) {
        throw InputError(fmt::format(
            "{}: the frame is periodic, only molecules in free space (pbc=\"F F F\") are supported",
            frame.where));
    }
}

/// "deuterium", "13C".
std::string isotope_name(const std::string& element, int mass_number) {
    if (element == "H" && (mass_number == 2 || mass_number == 3)) {
        return mass_number == 2 ? "deuterium" : "tritium";
    }
    return fmt::format("{}{}", mass_number, element);
}

}  // namespace

bool has_xyz_extension(const std::filesystem::path& path) {
    const std::string extension =
        file_name::lower_case(file_name::plain(path).extension().string());
    return extension == ".xyz" || extension == ".extxyz";
}

MoleculeRecord molecule_record(const XyzFrame& frame) {
    require_isolated(frame);
    MoleculeRecord record;
    record.molecule.atomic_numbers = frame.atomic_numbers;
    record.molecule.positions = frame.positions;
    record.notes = isotope_notes(frame.isotopes, frame.atomic_numbers);
    if (const std::string* name = frame.find("name")) {
        record.molecule.name = *name;
    }
    record.fragment_sizes = stated_sizes(frame);
    record.fragment_charges = stated_charges(frame);
    const std::size_t n_sizes = record.fragment_sizes.size();
    const std::size_t n_charges = record.fragment_charges.size();
    if (n_sizes != 0 && n_charges != 0 && n_sizes != n_charges) {
        throw InputError(
            fmt::format("{}: got {} charges for {} monomers", frame.where, n_charges, n_sizes));
    }
    const auto charge = integer_key<int>(frame, "charge");
    int sum = 0;
    try {
        sum =
            sum_of_formal_charges({record.fragment_charges.begin(), record.fragment_charges.end()});
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", frame.where, error.what()));
    }
    if (charge && n_charges != 0 && *charge != sum) {
        throw InputError(fmt::format("{}: charge={}, but the charges of the monomers add up to {}",
                                     frame.where,
                                     *charge,
                                     sum));
    }
    record.charge_is_stated = charge || n_charges != 0;
    record.molecule.charge = charge.value_or(sum);
    return record;
}

XyzFrame frame_of(std::span<const Molecule> molecules) {
    XyzFrame frame;
    std::vector<Eigen::Index> sizes;
    std::vector<int> charges;
    for (const Molecule& molecule : molecules) {
        frame.atomic_numbers.insert(frame.atomic_numbers.end(),
                                    molecule.atomic_numbers.begin(),
                                    molecule.atomic_numbers.end());
        sizes.push_back(molecule.size());
        charges.push_back(molecule.charge);
    }
    frame.positions.resize(3, static_cast<Eigen::Index>(frame.atomic_numbers.size()));
    Eigen::Index first = 0;
    for (const Molecule& molecule : molecules) {
        frame.positions.middleCols(first, molecule.size()) = molecule.positions;
        first += molecule.size();
    }
    frame.info["natoms_list"] = fmt::format("{}", fmt::join(sizes, ","));
    frame.info["charge_list"] = fmt::format("{}", fmt::join(charges, ","));
    return frame;
}

MoleculeFile read_xyz_molecules(const std::filesystem::path& path) {
    MoleculeFile file{path, "xyz", {}};
    for (const XyzFrame& frame : read_extended_xyz(path)) {
        file.records.push_back(molecule_record(frame));
    }
    for (std::size_t i = 0; i < file.records.size(); ++i) {
        std::string& name = file.records[i].molecule.name;
        if (name.empty()) {
            name = record_name(path, i, file.records.size());
        }
    }
    return file;
}

std::vector<std::string> isotope_notes(const std::map<Eigen::Index, int>& isotopes,
                                       const std::vector<int>& atomic_numbers) {
    std::set<std::string> names;
    std::string element;
    for (const auto& [atom, mass_number] : isotopes) {
        element = element_symbol(atomic_numbers.at(static_cast<std::size_t>(atom)));
        names.insert(isotope_name(element, mass_number));
    }
    if (isotopes.empty()) {
        return {};
    }
    if (isotopes.size() == 1) {
        return {fmt::format(
            "atom {} is {}, read as {}", isotopes.begin()->first + 1, *names.begin(), element)};
    }
    return {fmt::format(
        "{} isotopes ({}) are read as their elements", isotopes.size(), fmt::join(names, ", "))};
}

std::string record_name(const std::filesystem::path& path,
                        std::size_t index,
                        std::size_t n_records) {
    const std::string stem = file_name::plain(path).stem().string();
    return n_records == 1 ? stem : fmt::format("{} #{}", stem, index + 1);
}

}  // namespace keesom

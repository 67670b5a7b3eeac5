// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/io/stated_charges.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

ReferenceSystem reference_system(XyzFrame frame, const std::string& fallback_name) {
    MoleculeRecord record = molecule_record(frame);
    if (record.molecule.name.empty()) {
        record.molecule.name = fallback_name;
    }
    const bool stated = !record.fragment_sizes.empty();
    std::vector<Fragment> fragments;
    try {
        fragments = stated ? contiguous_fragments(record.fragment_sizes)
                           : connected_fragments(frame.atomic_numbers, frame.positions);
    } catch (const InputError& error) {  // of an element without a radius
        throw InputError(fmt::format("{}: {}", frame.where, error.what()));
    }
    if (fragments.size() < 2) {
        throw InputError(
            fmt::format("{}: {}, expected at least two monomers",
                        frame.where,
                        stated ? "natoms_list gives a single monomer"
                               : "all atoms are connected and natoms_a or natoms_list is missing"));
    }
    std::vector<int> charges = record.fragment_charges;
    if (charges.empty()) {
        charges.assign(fragments.size(), 0);
    }
    const int sum = sum_of_formal_charges({charges.begin(), charges.end()});
    if (record.charge_is_stated && record.molecule.charge != sum) {
        throw InputError(fmt::format("{}: charge={}, but the charges of the monomers add up to {}",
                                     frame.where,
                                     record.molecule.charge,
                                     sum));
    }
    ReferenceSystem system;
    try {
        system.monomers = split_molecule(record.molecule, fragments, charges);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", frame.where, error.what()));
    }
    system.name = std::move(record.molecule.name);
    const std::string* type = frame.find("e_type");
    system.three_body = type != nullptr && *type == "three_body";
    system.where = std::move(frame.where);
    system.info = std::move(frame.info);
    return system;
}

}  // namespace

std::optional<double> ReferenceSystem::reference_energy(const std::string& key) const {
    const auto found = info.find(key);
    if (found == info.end()) {
        return std::nullopt;
    }
    const auto energy_kcal_mol = parse::number<double>(parse::trimmed(found->second));
    if (!energy_kcal_mol || !std::isfinite(*energy_kcal_mol)) {
        throw InputError(
            fmt::format("{}: {}='{}' is not a finite number", where, key, found->second));
    }
    constexpr double largest = 1e6;  // no molecules interact more strongly
    if (std::abs(*energy_kcal_mol) > largest) {
        throw InputError(
            fmt::format("{}: {}='{}' is no interaction energy", where, key, found->second));
    }
    return *energy_kcal_mol * units::kcal_per_mol;
}

std::optional<EnergyComponents> ReferenceSystem::reference_components() const {
    const auto electrostatics = reference_energy("elst");
    const auto exchange = reference_energy("exch");
    const auto induction = reference_energy("ind");
    const auto dispersion = reference_energy("disp");
    if (!electrostatics || !exchange || !induction || !dispersion) {
        return std::nullopt;
    }
    return EnergyComponents{
        .electrostatics = *electrostatics,
        .exchange = *exchange,
        .induction = *induction + reference_energy("dhf").value_or(0.0),
        .dispersion = *dispersion,
    };
}

std::vector<ReferenceSystem> read_reference_systems(const std::filesystem::path& path) {
    std::vector<XyzFrame> frames = read_extended_xyz(path);
    std::vector<ReferenceSystem> systems;
    systems.reserve(frames.size());
    for (XyzFrame& frame : frames) {
        systems.push_back(
            reference_system(std::move(frame), record_name(path, systems.size(), frames.size())));
    }
    return systems;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/force_set.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>

namespace keesom {

namespace {

double energy_of(const XyzFrame& frame) {
    const std::string* text = frame.find("energy");
    if (text == nullptr) {
        throw InputError(fmt::format("{}: key 'energy' is missing", frame.where));
    }
    const std::optional<double> value = parse::number<double>(*text);
    if (!value || !std::isfinite(*value)) {
        throw InputError(fmt::format("{}: energy='{}' is not a number", frame.where, *text));
    }
    return *value * units::electronvolt;
}

Eigen::Matrix3Xd forces_of(const XyzFrame& frame) {
    for (const char* name : {"forces", "force"}) {
        const auto found = frame.columns.find(name);
        if (found == frame.columns.end()) {
            continue;
        }
        if (found->second.rows() != 3 || !found->second.allFinite()) {
            throw InputError(
                fmt::format("{}: column '{}' has no three numbers an atom", frame.where, name));
        }
        return found->second * (units::electronvolt / units::angstrom);
    }
    throw InputError(fmt::format("{}: column 'forces' is missing", frame.where));
}

}  // namespace

ForceSet read_force_set(const std::filesystem::path& path) {
    ForceSet set;
    for (const XyzFrame& frame : read_extended_xyz(path)) {
        const int charge = molecule_record(frame).molecule.charge;
        if (set.records.empty()) {
            set.atomic_numbers = frame.atomic_numbers;
            set.charge = charge;
        }
        if (frame.atomic_numbers != set.atomic_numbers || charge != set.charge) {
            throw InputError(fmt::format(
                "{}: other atoms, another order of them or another charge than in the first frame",
                frame.where));
        }
        set.records.push_back({frame.positions, energy_of(frame), forces_of(frame)});
    }
    if (set.records.empty()) {
        throw InputError(fmt::format("{}: there is no geometry", path.string()));
    }
    return set;
}

}  // namespace keesom

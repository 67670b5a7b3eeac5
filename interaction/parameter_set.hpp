// SPDX-License-Identifier: BSD-3-Clause
//
// All physical constants of keesom in one place, and the file they are kept in.
//
// A parameter file is JSON: a header (schema, version, name, origin) and one section for each
// energy term. A constant is an object with its `unit`, its `origin`, and a `value` or, by element
// symbol, `values`. `short_range` in the header says whether atoms had short-range properties of
// their own in the fit of the constants. Unknown and missing keys are errors.
#pragma once

#include <keesom/dispersion/dispersion.hpp>
#include <keesom/interaction/physics_spread.hpp>
#include <keesom/multipoles/electrostatics.hpp>
#include <keesom/multipoles/polarization.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/multipole_overlap.hpp>

#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace keesom {

/// Constants of every energy term, the same for all molecules.
struct ParameterSet {
    std::string name;                            ///< for reports
    std::string origin;                          ///< how the set came about
    std::map<std::string, std::string> origins;  ///< of single constants, by "section.key"

    /// Whether the constants were fitted together with short-range properties of atoms: energies
    /// then need a property model that has learned them in the same fit.
    bool short_range = false;

    ElectrostaticsParameters electrostatics;
    OverlapParameters exchange;
    PolarizationParameters polarization;
    ChargeTransferParameters charge_transfer;
    DispersionParameters dispersion;

    /// Smallest ratio of contacts (closest_contact.hpp) that the fit saw; energies of closer ones
    /// are extrapolated.
    double closest_contact = std::numeric_limits<double>::quiet_NaN();

    /// Of the residuals of the fit.
    PhysicsSpread spread;

    /// @throws ModelError naming the first constant that is out of range or was never given
    void validate() const;
};

/// A constant within a ParameterSet: where it stands in the file, its unit, and the value itself.
struct ConstantReference {
    std::string section;
    std::string key;
    std::string unit;
    std::variant<double*, ElementConstants*> value;

    [[nodiscard]] std::string path() const { return section + "." + key; }
};

/// Every constant of a set, in the order of the file. Reading, writing and fitting go through this
/// list, so that a constant is described once.
std::vector<ConstantReference> constants_of(ParameterSet& parameters);

/// A set to start a fit from: published or free-atom values where there are any, else plain
/// guesses.
/// @throws ModelError for an element that lacks a published value
ParameterSet initial_parameters(std::span<const int> elements);

/// The name of the parameter file in the folder of a property model that it belongs to.
inline constexpr const char* parameter_file = "parameters.json";

/// @throws ModelError naming the file and the key for anything missing, unknown or not a number
ParameterSet load_parameters(const std::filesystem::path& path);

/// Writes the file whole or not at all; an existing one is replaced.
/// @throws InputError if the file cannot be written
void save_parameters(const std::filesystem::path& path, const ParameterSet& parameters);

}  // namespace keesom

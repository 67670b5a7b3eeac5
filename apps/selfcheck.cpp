// SPDX-License-Identifier: BSD-3-Clause
//
// Expected and calculated, side by side. The expectations are in data/selfcheck.json: numbers that
// do not depend on this program where there are any, and the energies of the shipped model and
// parameters, which change only when these change.
#include "data_files.hpp"
#include "help.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/energy_components.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/units.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace keesom::apps {

namespace {

nlohmann::json read_expectations() {
    return nlohmann::json::parse(read_json_text(data_folder() / "selfcheck.json"));
}

/// Prints a line and tells whether the two agree; a difference in either direction fails.
bool report(const std::string& what, double expected, double calculated, double tolerance) {
    const bool agree = std::abs(calculated - expected) <= tolerance;
    fmt::print(
        "  {:<44}{:>22.15g}{:>22.15g}   {}\n", what, expected, calculated, agree ? "ok" : "FAILED");
    return agree;
}

bool check_argon_dimer(const nlohmann::json& expected) {
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 2);
    positions(2, 1) = expected.at("distance_bohr").get<double>();
    const Oscillators argon = scaled_oscillators(std::array{18, 18}, Eigen::Vector2d::Ones());
    const double energy =
        mbd_rsscs_energy(positions, argon, {.beta = expected.at("beta").get<double>()});
    return report("argon dimer, MBD@rsSCS / hartree",
                  expected.at("energy_hartree").get<double>(),
                  energy,
                  expected.at("tolerance_hartree").get<double>());
}

bool check_water_dimer(const nlohmann::json& expected, const InteractionModel& model) {
    const std::string file = expected.at("file").get<std::string>();
    const std::string name = expected.at("name").get<std::string>();
    for (const ReferenceSystem& system : read_reference_systems(data_folder() / file)) {
        if (system.name != name) {
            continue;
        }
        const EnergyComponents energy = model.interaction_energy(system.monomers);
        const double tolerance = expected.at("tolerance_kcal_mol").get<double>();
        const nlohmann::json& values = expected.at("energy_kcal_mol");
        bool agree = report("water dimer, total / kcal/mol",
                            values.at("total").get<double>(),
                            energy.total() / units::kcal_per_mol,
                            tolerance);
        for (const ComponentName& component : component_names) {
            agree &= report(fmt::format("water dimer, {} / kcal/mol", component.name),
                            values.at(component.name).get<double>(),
                            energy.*component.value / units::kcal_per_mol,
                            tolerance);
        }
        return agree;
    }
    throw InputError(fmt::format("{}: no system '{}'", file, name));
}

bool check_checksum(const std::string& what,
                    const std::string& expected,
                    const std::filesystem::path& file) {
    const std::string calculated = sha256_of_file(file);
    const bool agree = calculated == expected;
    fmt::print("  {:<44}{:>22}{:>22}   {}\n",
               what + ", SHA-256",
               expected.substr(0, 16) + "…",
               calculated.substr(0, 16) + "…",
               agree ? "ok" : "FAILED");
    return agree;
}

void run_selfcheck() {
    const nlohmann::json expected = read_expectations();
    const Session session(ModelOptions{});
    fmt::print("{}\n\n  {:<44}{:>22}{:>22}\n", session.headline(), "", "expected", "calculated");
    bool agree = false;
    try {
        agree = check_argon_dimer(expected.at("argon_dimer"));
        agree &= check_water_dimer(expected.at("water_dimer"), session.model);
        agree &= check_checksum("property model",
                                expected.at("model_manifest_sha256").get<std::string>(),
                                default_model() / "manifest.json");
        agree &= check_checksum("parameters",
                                expected.at("parameters_sha256").get<std::string>(),
                                default_parameters());
    } catch (const nlohmann::json::exception& error) {
        throw InputError(fmt::format("selfcheck.json: {}", error.what()));
    }
    fmt::print("\n{}\n", agree ? "All checks passed." : "Some checks FAILED.");
    if (!agree) {
        throw CLI::RuntimeError(1);
    }
}

}  // namespace

void add_selfcheck(CLI::App& app) {
    CLI::App* verb = app.add_subcommand(
        "selfcheck", "Compare known energies and checksums with what this program gives");
    add_help(*verb, "", "keesom selfcheck");
    verb->callback([] { run_selfcheck(); });
}

}  // namespace keesom::apps

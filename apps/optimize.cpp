// SPDX-License-Identifier: BSD-3-Clause
#include "energy_report.hpp"
#include "help.hpp"
#include "motion_setup.hpp"
#include "trajectory.hpp"
#include "verbs.hpp"

#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/units.hpp>
#include <keesom/motion/optimization.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

constexpr double force_unit_value = units::kcal_per_mol / units::angstrom;

struct OptimizeOptions {
    MotionOptions motion;
    std::optional<double> force;         // kcal/mol/Å
    std::optional<double> displacement;  // Å
    std::optional<double> energy;        // kcal/mol
    int most_steps = 1000;
    EnergyUnit unit;
    bool json = false;
    bool resume = false;
    OutputOptions trajectory;
    OutputOptions xyz;
    OutputOptions csv;
};

/// Steps, the first one of those that were made before.
struct Optimization {
    std::vector<OptimizationStep> steps;
    OptimizationResult result;
    int made_before = 0;
};

Optimization run_steps(const OptimizeOptions& options, const MotionSetup& setup) {
    Optimization optimization;
    std::optional<GrowingFile> trajectory;
    if (!options.trajectory.path.empty()) {
        std::uint64_t kept = 0;
        if (options.resume) {
            const WholeFrames before =
                whole_frames(options.trajectory.path, frame_of(molecules_of(setup.start())));
            kept = before.bytes;
            optimization.made_before = static_cast<int>(before.count) - 1;
        }
        trajectory.emplace(options.trajectory.path, kept);
    }
    const auto visit = [&](const OptimizationStep& step) {
        optimization.steps.push_back(step);
        const bool is_there_already = options.resume && step.number == 0;
        if (trajectory && !is_there_already) {
            XyzFrame frame = frame_of(setup.complex().molecules(step.placements));
            frame.info["step"] = fmt::format("{}", optimization.made_before + step.number);
            frame.info["unit"] = options.unit.name;
            frame.info["energy"] = fmt::format("{}", step.energy / options.unit.value());
            trajectory->append(frame_text(frame));
        }
    };
    OptimizationOptions limits = setup.relaxation();
    limits.most_steps = options.most_steps;
    if (options.force) {
        limits.force = *options.force * force_unit_value;
    }
    if (options.displacement) {
        limits.displacement = *options.displacement * units::angstrom;
    }
    if (options.energy) {
        limits.energy = *options.energy * units::kcal_per_mol;
    }
    const MovingComplex& complex = setup.complex();
    optimization.result = naming(options.motion.files(), [&] {
        return optimize(complex.bodies(), complex, complex.start(), limits, visit);
    });
    return optimization;
}

std::string end_text(OptimizationEnd end) {
    switch (end) {
        case OptimizationEnd::relaxed:
            return "relaxed";
        case OptimizationEnd::too_many_steps:
            return "not relaxed: too many steps";
        case OptimizationEnd::no_descent:
            return "not relaxed: no step is lower in energy";
    }
    return {};
}

std::string steps_text(const Optimization& optimization, const EnergyUnit& unit) {
    std::string text = fmt::format("{:>6}{:>14}{:>14}{:>16}\n{:>6}{:>14}{:>14}{:>16}\n",
                                   "step",
                                   "energy",
                                   "force",
                                   "displacement",
                                   "",
                                   unit.name,
                                   "kcal/mol/Å",
                                   "Å");
    for (const OptimizationStep& step : optimization.steps) {
        text += fmt::format("{:>6}{:>14.{}f}{:>14.4f}{:>16.5f}\n",
                            optimization.made_before + step.number,
                            step.energy / unit.value(),
                            unit.digits() + 2,
                            step.force / force_unit_value,
                            step.displacement / units::angstrom);
    }
    return text + end_text(optimization.result.end) + "\n";
}

Json optimization_json(const Optimization& optimization,
                       const EnergyRow& row,
                       const MotionSetup& setup,
                       const EnergyUnit& unit) {
    Json json = setup.session().description();
    json.update(row_json(row, setup.session(), unit));
    json["relaxed"] = optimization.result.end == OptimizationEnd::relaxed;
    json["steps"] = Json::array();
    for (const OptimizationStep& step : optimization.steps) {
        json["steps"].push_back({{"step", optimization.made_before + step.number},
                                 {"energy", step.energy / unit.value()},
                                 {"force_kcal_mol_angstrom", step.force / force_unit_value},
                                 {"displacement_angstrom", step.displacement / units::angstrom}});
    }
    json["positions_angstrom"] = Json::array();
    for (const InputMonomer& monomer : row.complex.monomers) {
        json["positions_angstrom"].push_back(
            columns(Eigen::Matrix3Xd(monomer.molecule.positions / units::angstrom)));
    }
    return json;
}

void run_optimize(const OptimizeOptions& options) {
    OutputOptions trajectory = options.trajectory;
    if (options.resume) {
        if (trajectory.path.empty()) {
            throw InputError(
                "--resume goes on with the trajectory of --trajectory, which is missing");
        }
        trajectory.replace = true;
    }
    require_outputs({trajectory, options.xyz, options.csv}, options.motion.inputs());
    const MotionSetup setup(options.motion, options.resume ? trajectory.path : std::string());
    const Optimization optimization = run_steps(options, setup);
    std::vector<std::string> warnings = setup.warnings();
    if (optimization.result.end != OptimizationEnd::relaxed) {
        warnings.push_back(fmt::format("the complex is {}", end_text(optimization.result.end)));
    }
    EnergyRow row = setup.energy_of(optimization.result.last.placements);
    if (options.json) {
        row.warnings.insert(row.warnings.begin(), warnings.begin(), warnings.end());
        print_json(optimization_json(optimization, row, setup, options.unit));
    } else {
        fmt::print("{}\n\n{}\n{}",
                   setup.session().headline(),
                   steps_text(optimization, options.unit),
                   rows_text({row}, options.unit));
    }
    if (!options.xyz.path.empty()) {
        write_file(options.xyz.path, rows_xyz({row}, options.unit));
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, rows_csv({row}, options.unit));
    }
    if (!options.json) {
        warnings.insert(warnings.end(), row.warnings.begin(), row.warnings.end());
        print_warnings(warnings);
    }
}

}  // namespace

void add_optimize(CLI::App& app) {
    auto options = std::make_shared<OptimizeOptions>();
    CLI::App* verb =
        app.add_subcommand("optimize", "Relax a complex of rigid or flexible molecules");
    add_motion_options(*verb, options->motion);
    verb->add_option("--max-force",
                     options->force,
                     "Largest force on a molecule, or on an atom of a flexible one, kcal/mol/Å\n"
                     "[0.0012, with flexible molecules 0.012]")
        ->check(CLI::PositiveNumber);
    verb->add_option("--max-displacement", options->displacement, "Of the last step, Å [0.00053]")
        ->check(CLI::PositiveNumber);
    verb->add_option("--max-change", options->energy, "Of energy in the last step, kcal/mol [6e-7]")
        ->check(CLI::PositiveNumber);
    verb->add_option("--max-steps", options->most_steps, "Steps that are made at most")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add_unit_option(*verb, options->unit);
    verb->add_flag("--json", options->json, "Print JSON");
    add_output_options(*verb,
                       "--trajectory",
                       "Write the geometry of each step to this extended XYZ file",
                       options->trajectory);
    verb->add_flag(
        "--resume", options->resume, "Go on from the end of the trajectory, and add to it");
    add_output_options(*verb,
                       "--xyz",
                       "Write the relaxed complex, its energies and forces as extended XYZ",
                       options->xyz);
    add_output_options(
        *verb, "--csv", "Write the energies of the relaxed complex to this file", options->csv);
    add_help(
        *verb,
        "Molecules, charges and formats are those of keesom energy. A molecule keeps its shape "
        "unless\nits force field is given. It is relaxed when force, displacement and change of "
        "energy are\nall below their limits; the force of a torque is that at the farthest "
        "atom.\n",
        "keesom optimize dimer.xyz --trajectory steps.xyz --xyz relaxed.xyz");
    verb->callback([options] { run_optimize(*options); });
}

}  // namespace keesom::apps

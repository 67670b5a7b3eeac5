// SPDX-License-Identifier: BSD-3-Clause
#include "energy_rows.hpp"
#include "help.hpp"
#include "motion_setup.hpp"
#include "progress.hpp"
#include "verbs.hpp"

#include <keesom/core/io/output.hpp>
#include <keesom/core/units.hpp>
#include <keesom/motion/docking.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

struct DockOptions {
    MotionOptions motion;  ///< without force fields
    DockingOptions docking;
    int most_poses = 10;
    EnergyUnit unit;
    bool json = false;
    OutputOptions csv;
    OutputOptions xyz;
};

/// A pose that is reported; the name of its row is the rank.
struct PoseRow {
    EnergyRow row;
    int starts = 0;
};

double pose_contact_angstrom(const PoseRow& pose) {
    return pose.row.result.contact.value().distance / units::angstrom;
}

std::vector<PoseRow> pose_rows(std::span<const Pose> poses, const MotionSetup& setup) {
    std::vector<InputComplex> complexes;
    for (const Pose& pose : poses) {
        complexes.push_back(setup.moved(pose.placements));
        complexes.back().name = fmt::format("{}", complexes.size());
    }
    std::vector<EnergyRow> rows =
        compute_rows(complexes, setup.session(), {.gradients = true, .pairs = false});
    std::vector<PoseRow> result;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        result.push_back({std::move(rows[i]), poses[i].starts});
    }
    return result;
}

std::string search_text(const DockingResult& result, const DockOptions& options) {
    std::string text = fmt::format("{} starts (seed {}), distinct poses: {}",
                                   options.docking.starts,
                                   options.docking.seed,
                                   result.poses.size());
    if (result.failed > 0) {
        text += fmt::format(", starts that came to none: {}", result.failed);
    }
    return text;
}

std::string poses_text(const std::vector<PoseRow>& poses, const EnergyUnit& unit) {
    std::string text = fmt::format("{:>5}{:>12}", "rank", "total");
    text += component_heading();
    text += fmt::format("{:>8}{:>11}  {}\n", "starts", "contact/Å", unit.name);
    for (const PoseRow& pose : poses) {
        const EnergyComponents& energy = pose.row.result.energy.value();
        text += fmt::format(
            "{:>5}{:>12.{}f}", pose.row.complex.name, energy.total() / unit.value(), unit.digits());
        text += component_columns(energy, unit);
        text += fmt::format("{:>8}{:>10.2f}\n", pose.starts, pose_contact_angstrom(pose));
    }
    return text;
}

std::string poses_csv(const std::vector<PoseRow>& poses, const EnergyUnit& unit) {
    std::string csv = "rank,total";
    csv += component_csv_heading();
    csv += ",starts,closest_contact_angstrom,warnings\n";
    for (const PoseRow& pose : poses) {
        const EnergyComponents& energy = pose.row.result.energy.value();
        csv += fmt::format("{},{}", pose.row.complex.name, energy.total() / unit.value());
        csv += component_csv(energy, unit);
        csv += fmt::format(",{},{},{}\n",
                           pose.starts,
                           pose_contact_angstrom(pose),
                           csv_text(fmt::format("{}", fmt::join(pose.row.warnings, "; "))));
    }
    return csv;
}

Json poses_json(const std::vector<PoseRow>& poses,
                const DockingResult& result,
                const Session& session,
                const DockOptions& options) {
    Json json = session.description();
    json["unit"] = options.unit.name;
    json["seed"] = options.docking.seed;
    json["starts"] = options.docking.starts;
    json["failed_starts"] = result.failed;
    json["distinct_poses"] = result.poses.size();
    json["poses"] = Json::array();
    for (std::size_t i = 0; i < poses.size(); ++i) {
        const EnergyRow& row = poses[i].row;
        json["poses"].push_back(
            {{"rank", i + 1},
             {"starts", poses[i].starts},
             {"closest_contact_angstrom", pose_contact_angstrom(poses[i])},
             {"energy", to_json(row.result.energy.value(), options.unit)},
             {"uncertainty", to_json(row.result.uncertainty.value(), options.unit)},
             {"physics_spread",
              to_json(session.parameters.spread.of(*row.result.energy), options.unit)},
             {"warnings", row.warnings}});
    }
    return json;
}

void run_dock(const DockOptions& options) {
    require_outputs({options.csv, options.xyz}, options.motion.inputs());
    const MotionSetup setup(options.motion);
    const MovingComplex& complex = setup.complex();
    const DockingResult result = naming(options.motion.files(), [&] {
        ProgressBar bar("starts", static_cast<std::size_t>(options.docking.starts));
        return dock(complex, options.docking, [&bar](std::size_t done) { bar.show(done); });
    });
    const std::size_t n_reported =
        std::min(result.poses.size(), static_cast<std::size_t>(options.most_poses));
    const std::vector<PoseRow> poses = pose_rows(std::span(result.poses).first(n_reported), setup);
    if (options.json) {
        print_json(poses_json(poses, result, setup.session(), options));
    } else {
        fmt::print("{}\n\n{}\n\n{}",
                   setup.session().headline(),
                   search_text(result, options),
                   poses_text(poses, options.unit));
    }
    std::vector<EnergyRow> rows;
    rows.reserve(poses.size());
    for (const PoseRow& pose : poses) {
        rows.push_back(pose.row);
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, poses_csv(poses, options.unit));
    }
    if (!options.xyz.path.empty()) {
        write_file(options.xyz.path, rows_xyz(rows, options.unit));
    }
    std::vector<std::string> warnings = setup.warnings();
    append_row_warnings(rows, warnings);
    print_warnings(warnings);
}

}  // namespace

void add_dock(CLI::App& app) {
    auto options = std::make_shared<DockOptions>();
    CLI::App* verb =
        app.add_subcommand("dock", "Best poses of rigid molecules, from random starts");
    add_input_options(*verb, options->motion.input);
    verb->get_option("FILE")->description(
        "Molecule files as of keesom energy; a file given twice is two molecules");
    constexpr int most_starts = 1000000;
    verb->add_option("--starts", options->docking.starts, "Random starts that are relaxed")
        ->check(CLI::Range(1, most_starts))
        ->capture_default_str();
    verb->add_option("--seed", options->docking.seed, "Other random starts for another number")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    verb->add_option("--poses", options->most_poses, "Most poses that are reported, the best first")
        ->check(CLI::Range(1, most_starts))
        ->capture_default_str();
    add_model_options(*verb, options->motion.model);
    add_unit_option(*verb, options->unit);
    verb->add_flag("--json", options->json, "Print JSON");
    add_output_options(*verb, "--csv", "Write one line for each pose to this file", options->csv);
    add_output_options(
        *verb, "--xyz", "Write poses, energies and forces as extended XYZ", options->xyz);
    add_help(
        *verb,
        "Where molecules are in the files does not matter. Each is moved as a rigid body, with\n"
        "the shape that it has there. Poses that differ by exchange of equal atoms or molecules,\n"
        "or as mirror images, count as one; starts says how many came to it.\n"
        "Molecules, charges and formats are those of keesom energy.\n",
        "keesom dock water.xyz water.xyz --xyz poses.xyz");
    verb->callback([options] { run_dock(*options); });
}

}  // namespace keesom::apps

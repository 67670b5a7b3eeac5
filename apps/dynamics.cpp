// SPDX-License-Identifier: BSD-3-Clause
//
// A run is a trajectory and, beside it, a state: everything that the next step depends on, to the
// last bit, and how far the trajectory was when it was written. The state is replaced as a whole
// after each frame, so that a run that is stopped at any moment goes on from the last one.
#include "help.hpp"
#include "motion_setup.hpp"
#include "progress.hpp"
#include "run_state.hpp"
#include "trajectory.hpp"
#include "verbs.hpp"

#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/motion/dynamics.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

constexpr double picosecond = 1000.0 * units::femtosecond;
const StateFormat dynamics_state{"keesom dynamics"};

struct DynamicsRun {
    MotionOptions motion;
    double time = 1.0;           // ps
    double time_step = 1.0;      // fs
    double temperature = 300.0;  // K
    double friction = 0.0;       // 1/ps
    std::uint64_t seed = 1;
    std::uint64_t every = 10;
    EnergyUnit unit;
    bool json = false;
    bool resume = false;
    OutputOptions trajectory;

    [[nodiscard]] std::filesystem::path state_path() const { return trajectory.path + ".state"; }

    [[nodiscard]] std::uint64_t steps() const {
        return static_cast<std::uint64_t>(std::llround(time * 1000.0 / time_step));
    }
};

/// What is kept of the frames that were written.
struct Averages {
    std::uint64_t frames = 0;
    double temperature = 0.0;              ///< sum, K
    double potential_energy = 0.0;         ///< sum, hartree
    double first_energy = 0.0;             ///< kinetic and potential, of the first frame; hartree
    double largest_change = 0.0;           ///< from that, hartree
    double largest_momentum_change = 0.0;  ///< ħ/bohr
    double largest_angular_momentum_change = 0.0;  ///< ħ
};

struct NamedSum {
    const char* name;
    double Averages::*value;
};

constexpr std::array named_sums = {
    NamedSum{"temperature", &Averages::temperature},
    NamedSum{"potential_energy", &Averages::potential_energy},
    NamedSum{"first_energy", &Averages::first_energy},
    NamedSum{"largest_change", &Averages::largest_change},
    NamedSum{"largest_momentum_change", &Averages::largest_momentum_change},
    NamedSum{"largest_angular_momentum_change", &Averages::largest_angular_momentum_change}};

/// Where a run is.
struct RunState {
    std::uint64_t step = 0;
    std::uint64_t trajectory_bytes = 0;
    MotionState motion;
    Eigen::Vector3d momentum = Eigen::Vector3d::Zero();          ///< of the start
    Eigen::Vector3d angular_momentum = Eigen::Vector3d::Zero();  ///< of the start
    Averages averages;
};

template <class Vector>
void read_list(const Json& json, Vector& values) {
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        values[i] = json.at(static_cast<std::size_t>(i)).get<double>();
    }
}

/// What a run depends on besides its state: a run goes on with the same only.
Json conditions_of(const DynamicsRun& run, const MotionSetup& setup) {
    Json conditions = {
        {"keesom", KEESOM_VERSION},
        {"model",
         sha256_of_file(std::filesystem::path(setup.session().model_path) / model_manifest)},
        {"parameters", sha256_of_file(setup.session().parameters_path)},
        {"time_step_fs", run.time_step},
        {"temperature_kelvin", run.temperature},
        {"friction_per_ps", run.friction},
        {"seed", run.seed},
        {"every", run.every}};
    for (const std::string& folder : run.motion.force_fields) {
        conditions["force_fields"].push_back(
            sha256_of_file(std::filesystem::path(folder) / force_field_manifest));
    }
    conditions["molecules"] = sha256(frame_text(frame_of(molecules_of(setup.start()))));
    return conditions;
}

Json state_json(const RunState& state) {
    Json json = {{"step", state.step},
                 {"trajectory_bytes", state.trajectory_bytes},
                 {"momentum", listed(state.momentum)},
                 {"angular_momentum", listed(state.angular_momentum)},
                 {"averages", {{"frames", state.averages.frames}}},
                 {"bodies", Json::array()}};
    for (const NamedSum& sum : named_sums) {
        json["averages"][sum.name] = state.averages.*sum.value;
    }
    for (std::size_t b = 0; b < state.motion.placements.size(); ++b) {
        const Placement& placement = state.motion.placements[b];
        const Momentum& momentum = state.motion.momenta[b];
        json["bodies"].push_back({{"center", listed(placement.center)},
                                  {"orientation", listed(placement.orientation.coeffs())},
                                  {"momentum", listed(momentum.linear)},
                                  {"angular_momentum", listed(momentum.angular)}});
    }
    return json;
}

/// @throws InputError as read_state(), or for a state of other bodies
RunState read_run_state(const std::filesystem::path& path,
                        const Json& conditions,
                        std::size_t n_bodies) {
    RunState state;
    read_state(path, dynamics_state, conditions, [&](const Json& json) {
        state.step = json.at("step").get<std::uint64_t>();
        state.trajectory_bytes = json.at("trajectory_bytes").get<std::uint64_t>();
        read_list(json.at("momentum"), state.momentum);
        read_list(json.at("angular_momentum"), state.angular_momentum);
        const Json& averages = json.at("averages");
        state.averages.frames = averages.at("frames").get<std::uint64_t>();
        for (const NamedSum& sum : named_sums) {
            state.averages.*sum.value = averages.at(sum.name).get<double>();
        }
        if (json.at("bodies").size() != n_bodies) {
            throw InputError(fmt::format(
                "{}: {} bodies, expected {}", path.string(), json.at("bodies").size(), n_bodies));
        }
        for (const Json& body : json.at("bodies")) {
            Placement& placement = state.motion.placements.emplace_back();
            Momentum& momentum = state.motion.momenta.emplace_back();
            read_list(body.at("center"), placement.center);
            read_list(body.at("orientation"), placement.orientation.coeffs());
            read_list(body.at("momentum"), momentum.linear);
            read_list(body.at("angular_momentum"), momentum.angular);
        }
    });
    return state;
}

/// Degrees of freedom that have kinetic energy: without a thermostat the complex neither moves nor
/// turns as a whole.
int degrees_of_freedom(std::span<const Body> bodies, bool has_thermostat) {
    int count = 0;
    for (const Body& body : bodies) {
        count += body.degrees_of_freedom();
    }
    const bool is_on_a_line = bodies.size() == 2 && !bodies[0].turns() && !bodies[1].turns();
    const int of_the_whole = is_on_a_line ? 5 : 6;
    return has_thermostat ? count : count - of_the_whole;
}

double temperature_of(const Dynamics& dynamics, int degrees) {
    return degrees > 0 ? 2.0 * dynamics.kinetic_energy() / (degrees * units::kelvin) : 0.0;
}

void add_frame_to(Averages& averages,
                  const Dynamics& dynamics,
                  const RunState& state,
                  int degrees) {
    const double energy = dynamics.kinetic_energy() + dynamics.potential_energy();
    if (averages.frames == 0) {
        averages.first_energy = energy;
    }
    ++averages.frames;
    averages.temperature += temperature_of(dynamics, degrees);
    averages.potential_energy += dynamics.potential_energy();
    averages.largest_change =
        std::max(averages.largest_change, std::abs(energy - averages.first_energy));
    const MotionState& motion = dynamics.state();
    averages.largest_momentum_change = std::max(
        averages.largest_momentum_change, (total_momentum(motion.momenta) - state.momentum).norm());
    averages.largest_angular_momentum_change =
        std::max(averages.largest_angular_momentum_change,
                 (total_angular_momentum(motion) - state.angular_momentum).norm());
}

XyzFrame frame_at(const Dynamics& dynamics,
                  const DynamicsRun& run,
                  const MovingComplex& complex,
                  int degrees) {
    XyzFrame frame = frame_of(complex.molecules(dynamics.state().placements));
    const double unit = run.unit.value();
    frame.info["step"] = fmt::format("{}", dynamics.step());
    frame.info["time_fs"] = fmt::format("{}", static_cast<double>(dynamics.step()) * run.time_step);
    frame.info["unit"] = run.unit.name;
    frame.info["energy"] = fmt::format("{}", dynamics.potential_energy() / unit);
    frame.info["kinetic_energy"] = fmt::format("{}", dynamics.kinetic_energy() / unit);
    frame.info["temperature"] = fmt::format("{}", temperature_of(dynamics, degrees));
    return frame;
}

RunState start_of(const DynamicsRun& run, const MovingComplex& complex) {
    RunState state;
    state.motion.placements = complex.start();
    state.motion.momenta =
        thermal_momenta(complex.bodies(), run.temperature * units::kelvin, run.seed);
    stop_as_a_whole(complex.bodies(), state.motion);
    state.momentum = total_momentum(state.motion.momenta);
    state.angular_momentum = total_angular_momentum(state.motion);
    return state;
}

RunState carry_on(const DynamicsRun& run,
                  const MotionSetup& setup,
                  RunState state,
                  const Json& conditions) {
    const MovingComplex& complex = setup.complex();
    const EnergySurface surface = std::cref(complex);
    const int degrees = degrees_of_freedom(complex.bodies(), run.friction > 0.0);
    const DynamicsOptions options{.time_step = run.time_step * units::femtosecond,
                                  .friction = run.friction / picosecond,
                                  .thermal_energy = run.temperature * units::kelvin,
                                  .seed = run.seed};
    GrowingFile trajectory(run.trajectory.path, state.trajectory_bytes);
    Dynamics dynamics(complex.bodies(), surface, state.motion, options, state.step);
    const auto keep = [&] {
        add_frame_to(state.averages, dynamics, state, degrees);
        trajectory.append(frame_text(frame_at(dynamics, run, complex, degrees)));
        state.step = dynamics.step();
        state.trajectory_bytes = trajectory.size();
        state.motion = dynamics.state();
        write_state(run.state_path(), dynamics_state, conditions, state_json(state));
    };
    if (state.averages.frames == 0) {
        keep();
    }
    const std::uint64_t steps = run.steps();
    ProgressBar bar("steps", steps);
    while (dynamics.step() < steps) {
        dynamics.advance();
        if (dynamics.step() % run.every == 0) {
            keep();
        }
        bar.show(dynamics.step());
    }
    return state;
}

Json summary_json(const RunState& state,
                  const DynamicsRun& run,
                  const Session& session,
                  const std::vector<std::string>& warnings) {
    const Averages& averages = state.averages;
    const auto frames = static_cast<double>(averages.frames);
    const double unit = run.unit.value();
    Json json = session.description();
    json["unit"] = run.unit.name;
    json["steps"] = state.step;
    json["time_ps"] = static_cast<double>(state.step) * run.time_step / 1000.0;
    json["frames"] = averages.frames;
    json["mean_temperature_kelvin"] = averages.temperature / frames;
    json["mean_potential_energy"] = averages.potential_energy / frames / unit;
    json["first_energy"] = averages.first_energy / unit;
    json["largest_energy_change"] = averages.largest_change / unit;
    json["largest_momentum_change"] = averages.largest_momentum_change;
    json["largest_angular_momentum_change"] = averages.largest_angular_momentum_change;
    json["warnings"] = warnings;
    return json;
}

std::string summary_text(const RunState& state, const DynamicsRun& run, const MotionSetup& setup) {
    const Averages& averages = state.averages;
    const auto frames = static_cast<double>(averages.frames);
    const int digits = run.unit.digits();
    const double unit = run.unit.value();
    std::string text = fmt::format("{}\n\n{:.3f} ps in {} steps, {} frames\n",
                                   setup.session().headline(),
                                   static_cast<double>(state.step) * run.time_step / 1000.0,
                                   state.step,
                                   averages.frames);
    text += fmt::format("  mean temperature       {:>10.1f} K\n", averages.temperature / frames);
    text += fmt::format("  mean potential energy  {:>10.{}f} {}\n",
                        averages.potential_energy / frames / unit,
                        digits,
                        run.unit.name);
    if (run.friction == 0.0) {
        text += fmt::format("  energy conserved to    {:>10.{}f} {}\n",
                            averages.largest_change / unit,
                            digits + 2,
                            run.unit.name);
        text += fmt::format("  momentum to            {:>10.1e} hbar/bohr\n",
                            averages.largest_momentum_change);
        text += fmt::format("  angular momentum to    {:>10.1e} hbar\n",
                            averages.largest_angular_momentum_change);
    }
    return text;
}

void run_dynamics(const DynamicsRun& run) {
    OutputOptions trajectory = run.trajectory;
    trajectory.replace = trajectory.replace || run.resume;
    OutputOptions state = trajectory;
    state.path = run.state_path().string();
    require_outputs({trajectory, state}, run.motion.inputs());
    if (run.steps() < 1) {
        throw InputError(fmt::format("a time of {} ps is less than a step", run.time));
    }
    const MotionSetup setup(run.motion);
    const Json conditions = conditions_of(run, setup);
    RunState start =
        run.resume ? read_run_state(run.state_path(), conditions, setup.complex().bodies().size())
                   : start_of(run, setup.complex());
    std::vector<std::string> warnings = setup.warnings();
    const EnergyRow first = setup.energy_of(setup.complex().start());
    warnings.insert(warnings.end(), first.warnings.begin(), first.warnings.end());
    const RunState end = naming(run.motion.files(),
                                [&] { return carry_on(run, setup, std::move(start), conditions); });
    if (run.json) {
        print_json(summary_json(end, run, setup.session(), warnings));
    } else {
        fmt::print("{}", summary_text(end, run, setup));
        print_warnings(warnings);
    }
}

}  // namespace

void add_dynamics(CLI::App& app) {
    auto run = std::make_shared<DynamicsRun>();
    CLI::App* verb = app.add_subcommand(
        "dynamics", "Molecules in motion, of constant energy or with a thermostat");
    add_motion_options(*verb, run->motion);
    add_output_options(
        *verb, "--trajectory", "Write the frames to this extended XYZ file", run->trajectory)
        ->required();
    verb->add_option("--time", run->time, "Time to reach, ps")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->add_option("--time-step", run->time_step, "fs")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->add_option(
            "--temperature", run->temperature, "Of the first momenta, and of --friction, K")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    verb->add_option("--friction", run->friction, "Langevin's thermostat, 1/ps; 0: none")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    verb->add_option("--seed", run->seed, "Of random numbers")->capture_default_str();
    verb->add_option("--every", run->every, "Write a frame every so many steps")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add_unit_option(*verb, run->unit);
    verb->add_flag("--json", run->json, "Print JSON");
    verb->add_flag("--resume", run->resume, "Go on with the run of the trajectory");
    add_help(
        *verb,
        "Molecules, charges and formats are those of keesom energy. A molecule keeps its shape "
        "unless\nits force field is given. Momenta are drawn from Maxwell's distribution, and "
        "the complex does\nnot move or turn as a whole. Beside the trajectory, FILE.state holds "
        "what --resume goes on\nfrom: a run that was stopped, or is to be longer, ends with the "
        "same bits as one in one piece.\n",
        "keesom dynamics hexamer.xyz --trajectory run.xyz --time 10 --friction 1");
    verb->callback([run] { run_dynamics(*run); });
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "motion_setup.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/units.hpp>
#include <keesom/motion/harmonic.hpp>
#include <keesom/motion/optimization.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

struct HessianOptions {
    MotionOptions motion;
    EnergyUnit unit;
    bool relax = false;
    bool json = false;
    OutputOptions csv;
    OutputOptions xyz;
};

/// What there is to say of the vibrations of a complex.
struct HessianReport {
    std::vector<Molecule> molecules;  ///< where they vibrate
    std::vector<Placement> placements;
    std::optional<int> relaxation_steps;  ///< of --relax
    double energy = 0.0;                  ///< of interaction and deformation, hartree
    HarmonicVibrations vibrations;

    /// Of each molecule by itself, relaxed; none of rigid ones. hartree
    std::vector<std::optional<double>> zero_point_energies;
    std::vector<std::string> warnings;

    /// Of the zero-point energy, by binding. Vibrations within rigid molecules are taken to stay.
    [[nodiscard]] double change_by_binding() const {
        double change = vibrations.zero_point_energy;
        for (const std::optional<double>& alone : zero_point_energies) {
            change -= alone.value_or(0.0);
        }
        return change;
    }
};

/// Frequencies are told as wavenumbers.
double per_cm(const NormalMode& mode) {
    return mode.frequency / units::wavenumber;
}

/// "123.4", imaginary "123.4i".
std::string wavenumber_text(const NormalMode& mode) {
    return fmt::format("{:.1f}{}", std::abs(per_cm(mode)), mode.frequency < 0.0 ? "i" : "");
}

/// hartree/bohr. Errors of frequencies at such forces are some cm⁻¹.
constexpr double largest_force_at_rest = 1e-4;

void append_rest_warnings(const std::string& what,
                          const HarmonicVibrations& vibrations,
                          const std::string& advice,
                          std::vector<std::string>& warnings) {
    if (vibrations.force > largest_force_at_rest) {
        warnings.push_back(fmt::format(
            "{} is not relaxed: the largest force is {:.1e} hartree/bohr, and frequencies mean "
            "little{}",
            what,
            vibrations.force,
            advice));
    }
    const auto n_imaginary =
        std::count_if(vibrations.modes.begin(), vibrations.modes.end(), [](const NormalMode& mode) {
            return mode.frequency < 0.0;
        });
    if (n_imaginary > 0) {
        warnings.push_back(fmt::format(
            "{} is at no minimum: frequencies that are imaginary: {}; the zero-point energy leaves "
            "them out",
            what,
            n_imaginary));
    }
}

/// Zero-point energy of a flexible molecule by itself, from the shape that it has in the complex
/// relaxed in its force field.
double energy_alone(const Molecule& molecule,
                    const MonomerPotential& potential,
                    const OptimizationOptions& relaxation,
                    const std::string& label,
                    std::vector<std::string>& warnings) {
    const FlexibleMolecule flexible(molecule);
    const EnergySurface surface = [&](std::span<const Placement> placements) {
        const EnergyAndGradient shape = potential.deformation(centers_of(placements));
        return BodyEnergy{shape.energy, forces_on_atoms(shape.gradient)};
    };
    const OptimizationResult rest =
        optimize(flexible.atoms, surface, flexible.placements, relaxation);
    const HarmonicVibrations vibrations =
        harmonic_vibrations(flexible.atoms, surface, rest.last.placements);
    append_rest_warnings(label + " by itself", vibrations, "", warnings);
    return vibrations.zero_point_energy;
}

HessianReport computed_report(const MotionSetup& setup, bool relax) {
    const MovingComplex& complex = setup.complex();
    HessianReport report;
    report.placements = complex.start();
    if (relax) {
        const OptimizationResult rest =
            optimize(complex.bodies(), complex, report.placements, setup.relaxation());
        report.relaxation_steps = rest.last.number;
        report.placements = rest.last.placements;
        if (rest.end != OptimizationEnd::relaxed) {
            report.warnings.push_back(fmt::format(
                "the relaxation ended before it was done, after {} steps", rest.last.number));
        }
    }
    report.molecules = complex.molecules(report.placements);
    report.vibrations = harmonic_vibrations(complex.bodies(), complex, report.placements);
    append_rest_warnings("the complex",
                         report.vibrations,
                         relax ? "" : "; --relax relaxes it first",
                         report.warnings);
    for (std::size_t m = 0; m < report.molecules.size(); ++m) {
        std::optional<double>& alone = report.zero_point_energies.emplace_back();
        for (const auto& potential : setup.force_fields()) {
            if (!alone && potential->describes(report.molecules[m])) {
                alone = energy_alone(report.molecules[m],
                                     *potential,
                                     setup.relaxation(),
                                     fmt::format("molecule {}", m + 1),
                                     report.warnings);
            }
        }
    }
    const EnergyRow row = setup.energy_of(report.placements);
    report.energy = whole_energy(row);
    report.warnings.insert(report.warnings.end(), row.warnings.begin(), row.warnings.end());
    return report;
}

std::string report_text(const HessianReport& report, const EnergyUnit& unit) {
    std::string text;
    for (std::size_t m = 0; m < report.molecules.size(); ++m) {
        const Molecule& molecule = report.molecules[m];
        text += fmt::format("molecule {}: {}, charge {:+d}, {}\n",
                            m + 1,
                            chemical_formula(molecule.atomic_numbers),
                            molecule.charge,
                            report.zero_point_energies[m] ? "flexible" : "rigid");
    }
    text += report.relaxation_steps ? fmt::format("relaxed in {} steps", *report.relaxation_steps)
                                    : std::string("as given");
    text += fmt::format(", largest force {:.1e} hartree/bohr\n\n{:>6}{:>12}\n",
                        report.vibrations.force,
                        "mode",
                        "cm⁻¹");
    for (std::size_t i = 0; i < report.vibrations.modes.size(); ++i) {
        const std::string wavenumber = wavenumber_text(report.vibrations.modes[i]);
        // The decimals of imaginary ones stand below those of the others.
        text += fmt::format("{:>6}{:>{}}\n", i + 1, wavenumber, wavenumber.back() == 'i' ? 13 : 12);
    }
    const auto append = [&](const std::string& name, double energy) {
        text += fmt::format("{:<32}{:>12.{}f}\n", name, energy / unit.value(), unit.digits());
    };
    text += fmt::format("\n{:<32}{:>12}\n", "", unit.name);
    append("zero-point energy", report.vibrations.zero_point_energy);
    for (std::size_t m = 0; m < report.molecules.size(); ++m) {
        if (report.zero_point_energies[m]) {
            append(fmt::format("  of molecule {} by itself", m + 1),
                   *report.zero_point_energies[m]);
        }
    }
    append("  change by binding", report.change_by_binding());
    append("energy", report.energy);
    append("  with the change", report.energy + report.change_by_binding());
    return text;
}

Json report_json(const HessianReport& report,
                 const std::vector<std::string>& warnings,
                 const Session& session,
                 const EnergyUnit& unit) {
    Json json = session.description();
    json["unit"] = unit.name;
    json["molecules"] = Json::array();
    for (std::size_t m = 0; m < report.molecules.size(); ++m) {
        const std::optional<double>& alone = report.zero_point_energies[m];
        json["molecules"].push_back(
            {{"formula", chemical_formula(report.molecules[m].atomic_numbers)},
             {"flexible", alone.has_value()},
             {"zero_point_energy", alone ? Json(*alone / unit.value()) : Json()}});
    }
    json["relaxation_steps"] = report.relaxation_steps ? Json(*report.relaxation_steps) : Json();
    json["largest_force_hartree_per_bohr"] = report.vibrations.force;
    json["hessian_asymmetry"] = report.vibrations.asymmetry;
    json["wavenumbers_per_cm"] = Json::array();
    for (const NormalMode& mode : report.vibrations.modes) {
        json["wavenumbers_per_cm"].push_back(per_cm(mode));
    }
    json["zero_point_energy"] = report.vibrations.zero_point_energy / unit.value();
    json["change_by_binding"] = report.change_by_binding() / unit.value();
    json["energy"] = report.energy / unit.value();
    json["warnings"] = warnings;
    return json;
}

std::string modes_csv(const std::vector<NormalMode>& modes, const EnergyUnit& unit) {
    std::string csv = "mode,wavenumber_per_cm,energy\n";
    for (std::size_t i = 0; i < modes.size(); ++i) {
        csv +=
            fmt::format("{},{},{}\n", i + 1, per_cm(modes[i]), modes[i].frequency / unit.value());
    }
    return csv;
}

/// Displacements of all atoms along a mode, the sum of their squares one.
Eigen::MatrixXd atom_displacements(const MovingComplex& complex,
                                   std::span<const Placement> placements,
                                   const NormalMode& mode) {
    constexpr double amount = 1e-3;
    const auto positions_at = [&](double along) {
        return frame_of(complex.molecules(displaced(placements, mode, along))).positions;
    };
    return (positions_at(amount) - positions_at(-amount)).normalized();
}

std::string modes_xyz(const HessianReport& report, const MovingComplex& complex) {
    std::ostringstream stream;
    XyzFrame frame = frame_of(report.molecules);
    for (std::size_t i = 0; i < report.vibrations.modes.size(); ++i) {
        const NormalMode& mode = report.vibrations.modes[i];
        frame.info["mode"] = fmt::format("{}", i + 1);
        frame.info["wavenumber_per_cm"] = fmt::format("{}", per_cm(mode));
        frame.columns["displacement"] = atom_displacements(complex, report.placements, mode);
        write_extended_xyz(stream, frame);
    }
    return stream.str();
}

void run_hessian(const HessianOptions& options) {
    const std::vector<std::filesystem::path> inputs = options.motion.inputs();
    require_outputs({options.csv, options.xyz}, inputs);
    const MotionSetup setup(options.motion);
    const HessianReport report =
        naming(options.motion.files(), [&] { return computed_report(setup, options.relax); });
    std::vector<std::string> warnings = setup.warnings();
    warnings.insert(warnings.end(), report.warnings.begin(), report.warnings.end());
    if (options.json) {
        print_json(report_json(report, warnings, setup.session(), options.unit));
    } else {
        fmt::print("{}\n\n{}", setup.session().headline(), report_text(report, options.unit));
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, modes_csv(report.vibrations.modes, options.unit));
    }
    if (!options.xyz.path.empty()) {
        write_file(options.xyz.path, modes_xyz(report, setup.complex()));
    }
    print_warnings(warnings);
}

}  // namespace

void add_hessian(CLI::App& app) {
    auto options = std::make_shared<HessianOptions>();
    CLI::App* verb =
        app.add_subcommand("hessian", "Harmonic frequencies and zero-point energy of a complex");
    add_motion_options(*verb, options->motion);
    add_unit_option(*verb, options->unit);
    verb->add_flag("--relax", options->relax, "Relax the complex before");
    verb->add_flag("--json", options->json, "Print JSON");
    add_output_options(*verb, "--csv", "Write one line for each mode to this file", options->csv);
    add_output_options(*verb,
                       "--xyz",
                       "Write a frame of extended XYZ for each mode, with the\n"
                       "displacements of atoms along it",
                       options->xyz);
    add_help(*verb,
             "Molecules are rigid, or flexible with --force-field. Frequencies are those of the\n"
             "geometry as it is given, which must be relaxed in this energy; --relax sees to it.\n"
             "Molecules, charges and formats are those of keesom energy.\n",
             "keesom hessian dimer.xyz --relax --xyz modes.xyz");
    verb->callback([options] { run_hessian(*options); });
}

}  // namespace keesom::apps

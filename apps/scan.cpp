// SPDX-License-Identifier: BSD-3-Clause
#include "energy_report.hpp"
#include "energy_rows.hpp"
#include "help.hpp"
#include "plot.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/separation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

struct ScanOptions {
    InputOptions input;
    std::string range;
    ModelOptions model;
    EnergyUnit unit;
    bool json = false;
    OutputOptions csv;
    OutputOptions xyz;
    OutputOptions plot;
};

constexpr double most_points = 10000.0;

/// The scales START, START + STEP, … up to STOP of "START:STOP:STEP".
std::vector<double> scales_of(const std::string& range) {
    std::istringstream stream(range);
    std::array<double, 3> parts{};
    bool is_valid = true;
    for (double& part : parts) {
        std::string text;
        std::getline(stream, text, ':');
        char* end = nullptr;
        part = std::strtod(text.c_str(), &end);
        is_valid = is_valid && !text.empty() && *end == '\0' && std::isfinite(part);
    }
    const auto [start, stop, step] = parts;
    if (!is_valid || !stream.eof() || !(start > 0.0 && stop > start && step > 0.0)) {
        throw InputError(fmt::format(
            "scales '{}': expected START:STOP:STEP, 0 < START < STOP, as in 0.8:3.0:0.05", range));
    }
    if ((stop - start) / step > most_points) {
        throw InputError(fmt::format("scales '{}': more than {} points", range, most_points));
    }
    constexpr double rounding = 1e-9;
    std::vector<double> scales;
    for (double i = 0.0; start + i * step <= stop + rounding * step; ++i) {
        scales.push_back(start + i * step);
    }
    if (scales.size() < 2) {
        throw InputError(fmt::format("scales '{}': the step is beyond the end", range));
    }
    return scales;
}

/// A point of the curve; the name of its row is the scale.
struct ScanPoint {
    double scale = 0.0;
    EnergyRow row;
    double deviation = std::numeric_limits<double>::quiet_NaN();  ///< of the total, hartree
};

std::vector<ScanPoint> computed_points(const InputComplex& complex,
                                       const std::vector<double>& scales,
                                       const Session& session) {
    const std::vector<Molecule> molecules = molecules_of(complex);
    const Separation apart = separation(molecules[0], molecules[1]);
    std::vector<InputComplex> complexes;
    for (const double scale : scales) {
        InputComplex& point = complexes.emplace_back(complex);
        point.name = fmt::format("{:.6g}", scale);
        point.monomers[1].molecule = moved(molecules[1], apart, scale);
    }
    std::vector<EnergyRow> rows =
        compute_rows(complexes, session, {.gradients = true, .pairs = false});
    std::vector<ScanPoint> points;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ScanPoint& point = points.emplace_back();
        point.scale = scales[i];
        point.row = std::move(rows[i]);
        if (const SystemEnergy& result = point.row.result; result.energy) {
            point.deviation = std::hypot(result.uncertainty->total,
                                         session.parameters.spread.of(*result.energy).total);
        }
    }
    return points;
}

double contact_angstrom(const ScanPoint& point) {
    return point.row.result.contact->distance / units::angstrom;
}

std::string points_text(const std::vector<ScanPoint>& points, const EnergyUnit& unit) {
    const int digits = unit.digits();
    std::string text = fmt::format("{:>9}{:>11}{:>12}{:>10}", "scale", "contact/Å", "total", "±");
    text += component_heading();
    text += fmt::format("  {}\n", unit.name);
    for (const ScanPoint& point : points) {
        text += fmt::format("{:>9}", point.row.complex.name);
        if (!point.row.result.energy) {
            text += fmt::format("{:>11}{:>12}  {}\n", "-", "-", point.row.result.error);
            continue;
        }
        const EnergyComponents& energy = *point.row.result.energy;
        text += fmt::format("{:>10.2f}{:>12.{}f}{:>10.{}f}",
                            contact_angstrom(point),
                            energy.total() / unit.value(),
                            digits,
                            point.deviation / unit.value(),
                            digits);
        text += component_columns(energy, unit);
        text += '\n';
    }
    return text;
}

std::string points_csv(const std::vector<ScanPoint>& points, const EnergyUnit& unit) {
    std::string csv = "scale,closest_contact_angstrom,total,deviation";
    csv += component_csv_heading();
    csv += ",warnings,error\n";
    for (const ScanPoint& point : points) {
        csv += point.row.complex.name;
        if (point.row.result.energy) {
            const EnergyComponents& energy = *point.row.result.energy;
            csv += fmt::format(",{},{},{}",
                               contact_angstrom(point),
                               energy.total() / unit.value(),
                               point.deviation / unit.value());
            csv += component_csv(energy, unit);
        } else {
            csv += ",,,,,,,";
        }
        csv += fmt::format(",{},{}\n",
                           csv_text(fmt::format("{}", fmt::join(point.row.warnings, "; "))),
                           csv_text(point.row.result.error));
    }
    return csv;
}

Json points_json(const std::vector<ScanPoint>& points,
                 const Session& session,
                 const EnergyUnit& unit) {
    Json json = session.description();
    json["unit"] = unit.name;
    json["points"] = Json::array();
    for (const ScanPoint& point : points) {
        Json entry = {{"scale", point.scale}};
        if (const SystemEnergy& result = point.row.result; result.energy) {
            entry["closest_contact_angstrom"] = contact_angstrom(point);
            entry["energy"] = to_json(*result.energy, unit);
            entry["uncertainty"] = to_json(*result.uncertainty, unit);
            entry["physics_spread"] = to_json(session.parameters.spread.of(*result.energy), unit);
        } else {
            entry["error"] = result.error;
        }
        entry["warnings"] = point.row.warnings;
        json["points"].push_back(std::move(entry));
    }
    return json;
}

/// Total with its deviation, and components. Where the molecules repel each other, energies are
/// many times as large as the well is deep: the frame ends at three times its depth.
LinePlot plot_of(const InputComplex& complex,
                 const std::vector<ScanPoint>& points,
                 const EnergyUnit& unit) {
    constexpr double depths = 3.0;
    const auto values_of = [&](const auto& value) {
        std::vector<double> values;
        values.reserve(points.size());
        for (const ScanPoint& point : points) {
            values.push_back(point.row.result.energy
                                 ? value(*point.row.result.energy) / unit.value()
                                 : std::numeric_limits<double>::quiet_NaN());
        }
        return values;
    };
    LinePlot plot;
    plot.title = fmt::format("{} and {}: interaction energy",
                             chemical_formula(complex.monomers[0].molecule.atomic_numbers),
                             chemical_formula(complex.monomers[1].molecule.atomic_numbers));
    plot.x_label = "closest contact over that of the given geometry";
    plot.y_label = unit.name;
    plot.x.reserve(points.size());
    for (const ScanPoint& point : points) {
        plot.x.push_back(point.scale);
    }
    for (std::size_t c = 0; c < component_names.size(); ++c) {
        const auto component = component_names[c].value;
        plot.curves.push_back({component_names[c].name,
                               component_colors.at(c),
                               values_of([&](const EnergyComponents& e) { return e.*component; }),
                               {}});
    }
    Curve& total = plot.curves.emplace_back();
    total.name = "total ± 1 sd";
    total.color = "currentColor";
    total.values = values_of([](const EnergyComponents& e) { return e.total(); });
    for (const ScanPoint& point : points) {
        total.spreads.push_back(point.deviation / unit.value());
    }
    double lowest_total = 0.0;
    double lowest = 0.0;
    double highest = 0.0;
    for (const Curve& curve : plot.curves) {
        for (const double value : curve.values) {
            if (std::isfinite(value)) {
                lowest_total = &curve == &total ? std::min(lowest_total, value) : lowest_total;
                lowest = std::min(lowest, value);
                highest = std::max(highest, value);
            }
        }
    }
    const double limit = lowest_total < 0.0 ? -depths * lowest_total : highest - lowest;
    plot.y_low = std::max(lowest, -limit);
    plot.y_high = std::min(highest, limit);
    const double range = plot.y_high - plot.y_low;
    const double margin = range > 0.0 ? 0.05 * range : 1.0;
    plot.y_low -= margin;
    plot.y_high += margin;
    return plot;
}

void run_scan(const ScanOptions& options) {
    const std::vector<double> scales = scales_of(options.range);
    std::vector<std::filesystem::path> inputs = files_of(options.model);
    inputs.insert(inputs.end(), options.input.files.begin(), options.input.files.end());
    require_outputs({options.csv, options.xyz, options.plot}, inputs);
    std::vector<std::string> warnings;
    InputComplex complex;
    complex.monomers = read_monomers(options.input, warnings);
    const std::string files = fmt::format("{}", fmt::join(options.input.files, ", "));
    if (complex.monomers.size() != 2) {
        throw InputError(
            fmt::format("{}: {} molecules, a scan pulls two apart (--fragments joins "
                        "what belongs together)",
                        files,
                        complex.monomers.size()));
    }
    const Session session(options.model);
    append_model_warning(session, warnings);
    const std::vector<ScanPoint> points = [&] {
        try {
            return computed_points(complex, scales, session);
        } catch (const InputError& error) {
            throw InputError(fmt::format("{}: {}", files, error.what()));
        }
    }();
    if (options.json) {
        print_json(points_json(points, session, options.unit));
    } else {
        fmt::print("{}\n\n{}", session.headline(), points_text(points, options.unit));
        fmt::print(
            "± is the standard deviation of the total, from the atoms and from the physics\n");
    }
    std::vector<EnergyRow> rows;
    rows.reserve(points.size());
    for (const ScanPoint& point : points) {
        rows.push_back(point.row);
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, points_csv(points, options.unit));
    }
    if (!options.xyz.path.empty()) {
        write_file(options.xyz.path, rows_xyz(rows, options.unit));
    }
    if (!options.plot.path.empty()) {
        write_file(options.plot.path, svg(plot_of(complex, points, options.unit)));
    }
    append_row_warnings(rows, warnings);
    print_warnings(warnings);
}

}  // namespace

void add_scan(CLI::App& app) {
    auto options = std::make_shared<ScanOptions>();
    CLI::App* verb = app.add_subcommand("scan", "Energies of two molecules pulled apart");
    add_input_options(*verb, options->input);
    // A list takes all that is left, so that the scales come with the files.
    verb->get_option("FILE")->expected(2, CLI::detail::expected_max_vector_size);
    verb->get_option("FILE")->description(
        "Molecule files as of keesom energy, and behind them\n"
        "lengths of the closest contact, START:STOP:STEP");
    add_model_options(*verb, options->model);
    add_unit_option(*verb, options->unit);
    verb->add_flag("--json", options->json, "Print JSON");
    add_output_options(*verb, "--plot", "Draw the curves into this SVG file", options->plot);
    add_output_options(*verb, "--csv", "Write one line for each point to this file", options->csv);
    add_output_options(
        *verb, "--xyz", "Write geometries, energies and forces as extended XYZ", options->xyz);
    add_help(
        *verb,
        "The second molecule is moved, rigid, in the direction in which repulsion between the\n"
        "atoms pushes it, until the closest contact is so many times as long as in the file.\n"
        "Molecules, charges and formats are those of keesom energy.\n",
        "keesom scan dimer.xyz 0.8:3.0:0.05 --plot scan.svg");
    verb->callback([options] {
        options->range = options->input.files.back();
        options->input.files.pop_back();
        run_scan(*options);
    });
}

}  // namespace keesom::apps

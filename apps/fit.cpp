// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "report.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/calibration/fit.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

// Of the expansion of an environment, for short-range dipoles and quadrupoles.
constexpr Eigen::Index tensor_channels = 10;

struct FitVerbOptions {
    std::vector<std::string> sets;
    OutputOptions output;
    ModelOptions model;
    std::string name = "fitted";
    std::vector<std::string> weights;
    FitOptions fit;
    int points = 256;
    int tensor_points = 48;
};

/// "SAPT10K=0.5,0.15": factors on the losses of total and components of a set.
void add_weights(const std::string& text, FitOptions& options) {
    const std::size_t equals = text.find('=');
    const std::size_t comma = text.find(',', equals == std::string::npos ? 0 : equals);
    std::optional<double> total;
    std::optional<double> components;
    if (equals != std::string::npos && comma != std::string::npos) {
        const std::string_view numbers = text;
        total = parse::number<double>(numbers.substr(equals + 1, comma - equals - 1));
        components = parse::number<double>(numbers.substr(comma + 1));
    }
    if (equals == 0 || !total || !components || !(*total >= 0.0) || !(*components >= 0.0)) {
        throw InputError(fmt::format(
            "--weights '{}': expected SET=TOTAL,COMPONENTS with factors that are not negative",
            text));
    }
    options.weights[text.substr(0, equals)] = {.components = *components, .total = *total};
}

/// Beside the output, of which there is nothing before the end.
std::filesystem::path checkpoint_beside(const std::string& output) {
    std::filesystem::path path(output);
    if (!path.has_filename()) {
        path = path.parent_path();
    }
    path += ".checkpoint";
    return path;
}

std::string error_tables(const std::string& title, const std::vector<SetErrors>& sets) {
    std::string text;
    for (const SetErrors& set : sets) {
        text += fmt::format(
            "\n{}, {}\n{}", set.set, title, to_table(set.total, set.components, EnergyUnit{}));
    }
    return text;
}

/// What the card of the model says of its energies.
std::string card_section(const FitReport& report) {
    std::string text = fmt::format(
        "\n## Energies\n\n{}.\n{} constants and weights of short-range properties, {} systems.\n",
        report.parameters.origin,
        report.n_unknowns,
        report.n_systems);
    text += "\n```" + error_tables("fitted", report.fitted) +
            error_tables("left out", report.left_out) + "```\n";
    return text;
}

void run_fit(FitVerbOptions options) {
    std::vector<std::filesystem::path> inputs(options.sets.begin(), options.sets.end());
    inputs.push_back(model_path(options.model));
    require_output_folder(options.output.path, model_manifest, inputs, options.output.replace);
    for (const std::string& weights : options.weights) {
        add_weights(weights, options.fit);
    }
    options.fit.checkpoint = checkpoint_beside(options.output.path);
    std::vector<ReferenceSystem> systems;
    std::vector<std::string> names;
    for (const std::string& path : options.sets) {
        const std::vector<ReferenceSystem> set = read_reference_systems(path);
        names.push_back(
            fmt::format("{} ({})", std::filesystem::path(path).filename().string(), set.size()));
        systems.insert(systems.end(), set.begin(), set.end());
    }
    const KernelPropertyModel model = load_model(model_path(options.model));
    const FitLog log = [](const std::string& line) { fmt::print("{}\n", line); };
    ShortRangeSizes sizes;
    sizes.invariants = std::numeric_limits<Eigen::Index>::max();  // all that there are
    sizes.channels = tensor_channels;
    const int tensor_points = std::min(options.points, options.tensor_points);
    sizes.points = {options.points, tensor_points, tensor_points};
    FitReport report = options.points == 0
                           ? fit_constants(systems, model, options.fit, log)
                           : fit_short_range(systems, model, sizes, options.fit, log);
    report.parameters.name = options.name;
    report.parameters.origin = fmt::format(
        "keesom fit to the reference components and total energies of {} systems out of {}; "
        "predicted properties",
        report.n_systems,
        fmt::join(names, ", "));
    KernelModelData data = report.model.value_or(model.data());
    if (!report.model) {
        for (ElementModel& element : data.elements) {
            element.short_range.reset();
        }
    }
    data.card += card_section(report);
    const KernelPropertyModel fitted(std::move(data));
    write_folder(options.output.path, model_manifest, [&](const std::filesystem::path& partial) {
        write_model(fitted, partial);
        save_parameters(partial / parameter_file, report.parameters);
    });
    std::filesystem::remove(options.fit.checkpoint);

    fmt::print("\n{} systems fitted\n", report.n_systems);
    fmt::print("{}", skipped_lines(report.skipped, false));
    fmt::print(
        "{}{}", error_tables("fitted", report.fitted), error_tables("left out", report.left_out));
    fmt::print("{}", error_tables("fitted", {report.all}));
    if (!report.undetermined.empty()) {
        report.warnings.push_back(
            fmt::format("the systems say little about {}", fmt::join(report.undetermined, ", ")));
    }
    print_warnings(report.warnings);
    fmt::print("\nwritten to {}\n", options.output.path);
}

}  // namespace

void add_fit(CLI::App& app) {
    auto options = std::make_shared<FitVerbOptions>();
    CLI::App* verb = app.add_subcommand(
        "fit", "Fit physical constants and the short range of atoms to reference energies");
    verb->add_option("SET", options->sets, "Extended-XYZ files with elst, exch, ind, disp or e_ref")
        ->required();
    add_output_options(
        *verb, "--output", "Folder for the model with what was fitted", options->output)
        ->required();
    verb->add_option("--model", options->model.model, "Folder of a trained property model");
    verb->add_option("--name", options->name, "Name of the constants")->capture_default_str();
    verb->add_option(
            "--points",
            options->points,
            "Environments of each element that short-range scalars are learned from; 0: none, fit "
            "constants alone")
        ->check(CLI::Range(0, 2000))
        ->capture_default_str();
    verb->add_option(
            "--tensor-points", options->tensor_points, "Likewise, of dipoles and quadrupoles")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    verb->add_option("--folds",
                     options->fit.folds,
                     "Parts to leave out in turn, whole systems together, to see how well they are "
                     "predicted")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    verb->add_option("--weights",
                     options->weights,
                     "SET=TOTAL,COMPONENTS: factors on the losses of a set, by its key `set`");
    verb->add_option("--smallest-scale",
                     options->fit.smallest_scale,
                     "Leave out systems at a smaller fraction of the equilibrium distance")
        ->capture_default_str();
    add_help(*verb,
             "Sets are extended XYZ with the reference components elst, exch, ind, dhf, disp and "
             "the\n"
             "total e_ref in kcal/mol, as far as they are known; see docs/data-formats.md.\n"
             "Each step is kept in OUTPUT.checkpoint: a fit that was stopped goes on where it was\n"
             "when the same command is given again.\n",
             "keesom fit dimers.xyz.gz --output my-model");
    verb->callback([options] { run_fit(*options); });
}

}  // namespace keesom::apps

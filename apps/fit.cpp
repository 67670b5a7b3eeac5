// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "report.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/calibration/fit.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace keesom::apps {

namespace {

struct FitVerbOptions {
    std::vector<std::string> sets;
    OutputOptions output;
    ModelOptions model;
    std::string name = "fitted";
    FitOptions fit;
};

void run_fit(const FitVerbOptions& options) {
    std::vector<std::filesystem::path> inputs(options.sets.begin(), options.sets.end());
    inputs.push_back(model_path(options.model));
    require_output(options.output, inputs);
    std::vector<ReferenceSystem> systems;
    std::vector<std::string> names;
    for (const std::string& path : options.sets) {
        const std::vector<ReferenceSystem> set = read_reference_systems(path);
        names.push_back(
            fmt::format("{} ({})", std::filesystem::path(path).filename().string(), set.size()));
        systems.insert(systems.end(), set.begin(), set.end());
    }
    const KernelPropertyModel model = load_model(model_path(options.model));
    FitReport report = fit_components(
        systems, model, options.fit, [](const std::string& line) { fmt::print("{}\n", line); });
    report.parameters.name = options.name;
    report.parameters.origin = fmt::format(
        "keesom fit to the reference components of {} and the total energies of {} systems out of "
        "{}; predicted properties",
        report.n_systems,
        report.total.n,
        fmt::join(names, ", "));
    save_parameters(options.output.path, report.parameters);

    fmt::print("\n{} systems fitted\n", report.n_systems);
    fmt::print("{}", skipped_lines(report.skipped, false));
    fmt::print("\n{}", to_table(report.total, report.components, EnergyUnit{}));
    print_warnings(report.warnings);
    fmt::print("\nwritten to {}\n", options.output.path);
}

}  // namespace

void add_fit(CLI::App& app) {
    auto options = std::make_shared<FitVerbOptions>();
    CLI::App* verb =
        app.add_subcommand("fit", "Fit the physical constants to reference energy components");
    verb->add_option("SET", options->sets, "Extended-XYZ files with elst, exch, ind, disp")
        ->required();
    add_output_options(*verb, "--output", "Parameter file to write", options->output)->required();
    verb->add_option("--model", options->model.model, "Folder of a trained property model");
    verb->add_option("--name", options->name, "Name of the parameter set")->capture_default_str();
    verb->add_option("--smallest-scale",
                     options->fit.smallest_scale,
                     "Leave out systems at a smaller fraction of the equilibrium distance")
        ->capture_default_str();
    add_help(*verb,
             "Sets are extended XYZ with the reference components elst, exch, ind, dhf, disp in\n"
             "kcal/mol; see docs/data-formats.md.\n",
             "keesom fit dimers.xyz.gz --output my-parameters.json");
    verb->callback([options] { run_fit(*options); });
}

}  // namespace keesom::apps

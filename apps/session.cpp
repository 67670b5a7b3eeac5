// SPDX-License-Identifier: BSD-3-Clause
#include "session.hpp"

#include "data_files.hpp"
#include "printable.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/ml/model_file.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <memory>

namespace keesom::apps {

namespace {

/// Last part of a path, also of one that ends in a slash.
std::string folder_name(const std::filesystem::path& path) {
    return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

std::filesystem::path parameter_path(const ModelOptions& options) {
    return options.parameters.empty() ? default_parameters()
                                      : std::filesystem::path(options.parameters);
}

}  // namespace

std::filesystem::path model_path(const ModelOptions& options) {
    return options.model.empty() ? default_model() : std::filesystem::path(options.model);
}

std::vector<std::filesystem::path> files_of(const ModelOptions& options) {
    return {model_path(options), parameter_path(options)};
}

Session::Session(const ModelOptions& options)
    : model_path(apps::model_path(options).string()),
      parameters(load_parameters(parameter_path(options))),
      property_model(std::make_shared<KernelPropertyModel>(load_model(model_path))),
      model(property_model, parameters) {}

std::string Session::headline() const {
    return fmt::format("keesom {}, model {}, parameters {}",
                       KEESOM_VERSION,
                       folder_name(model_path),
                       parameters.name);
}

nlohmann::ordered_json Session::description() const {
    return {{"keesom", KEESOM_VERSION},
            {"model", folder_name(model_path)},
            {"parameters", parameters.name}};
}

void add_input_options(CLI::App& verb, InputOptions& options) {
    verb.add_option(
            "FILE", options.files, "Molecule files; each may hold one molecule or a complex")
        ->required();
    verb.add_option("--fragments",
                    options.fragments,
                    "Atoms of each molecule, \"1-12,13-20\" (\"1-5+9-12,6-8\" joins ranges)");
    verb.add_option("--charges", options.charges, "Charge of each molecule, \"0,-1\"");
}

void add_model_options(CLI::App& verb, ModelOptions& options) {
    verb.add_option("--model", options.model, "Folder of a trained property model");
    verb.add_option("--parameters", options.parameters, "File of physical constants");
}

CLI::Option* add_output_options(CLI::App& verb,
                                const std::string& name,
                                const std::string& description,
                                OutputOptions& options) {
    CLI::Option* path = verb.add_option(name, options.path, description);
    verb.add_flag("--force", options.replace, "Replace what exists already under that name");
    return path;
}

void require_output(const OutputOptions& output, std::span<const std::filesystem::path> inputs) {
    if (!output.path.empty()) {
        require_output_file(output.path, inputs, output.replace);
    }
}

void append_familiarity_warnings(const std::string& label,
                                 const Molecule& molecule,
                                 const PropertyPrediction& prediction,
                                 std::vector<std::string>& warnings) {
    std::vector<std::string> atoms;
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        if (prediction.unfamiliar[i]) {
            atoms.push_back(
                fmt::format("{}{} (charge ±{:.3f} e)",
                            element_symbol(molecule.atomic_numbers[static_cast<std::size_t>(i)]),
                            i + 1,
                            prediction.uncertainty.charges[i]));
        }
    }
    if (!atoms.empty()) {
        warnings.push_back(fmt::format(
            "{}: atoms unlike any the model was trained on: {}", label, fmt::join(atoms, ", ")));
    }
}

void print_json(const nlohmann::ordered_json& json) {
    constexpr auto on_bad_text = nlohmann::ordered_json::error_handler_t::replace;
    fmt::print("{}\n", json.dump(4, ' ', false, on_bad_text));
}

void print_warnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
        fmt::print(stderr, "keesom: warning: {}\n", printable(warning));
    }
}

}  // namespace keesom::apps

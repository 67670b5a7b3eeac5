// SPDX-License-Identifier: BSD-3-Clause
#include "session.hpp"

#include "data_files.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/printable.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <system_error>

namespace keesom::apps {

namespace {

/// Last part of a path, also of one that ends in a slash.
std::string folder_name(const std::filesystem::path& path) {
    return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

/// The constants that were fitted with the atoms of a model are in its folder.
std::filesystem::path parameters_path(const ModelOptions& options) {
    if (!options.parameters.empty()) {
        return options.parameters;
    }
    const std::filesystem::path beside = model_path(options) / parameter_file;
    return std::filesystem::exists(beside) ? beside : default_parameters();
}

/// One name for each place, without a slash at the end.
std::filesystem::path canonical_place(const std::filesystem::path& path) {
    std::filesystem::path place =
        std::filesystem::weakly_canonical(std::filesystem::absolute(path));
    return place.has_filename() ? place : place.parent_path();
}

/// Whether a path is in a folder or in one of its folders; both as canonical_place() has them.
bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder) {
    return path != folder &&
           std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
               folder.end();
}

constexpr auto on_bad_text = nlohmann::ordered_json::error_handler_t::replace;

}  // namespace

std::filesystem::path model_path(const ModelOptions& options) {
    return options.model.empty() ? default_model() : std::filesystem::path(options.model);
}

std::vector<std::filesystem::path> files_of(const ModelOptions& options) {
    return {model_path(options), parameters_path(options)};
}

Session::Session(const ModelOptions& options)
    : model_path(apps::model_path(options).string()),
      parameters_path(apps::parameters_path(options).string()),
      parameters(load_parameters(parameters_path)),
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

std::string version_text() {
    std::string text = fmt::format("keesom {}", KEESOM_VERSION);
    try {
        // The manifest has the checksums of all that belongs to a model.
        const std::filesystem::path model = default_model();
        text += fmt::format(
            "\nmodel {}, sha256 {}", folder_name(model), sha256_of_file(model / model_manifest));
        const std::filesystem::path parameters = default_parameters();
        text += fmt::format("\nparameters {}, sha256 {}",
                            load_parameters(parameters).name,
                            sha256_of_file(parameters));
    } catch (const Error& error) {
        text += fmt::format("\n{}", error.what());
    }
    return text;
}

void append_model_warning(const Session& session, std::vector<std::string>& warnings) {
    const bool learned = session.property_model->data().has_short_range();
    std::error_code none;  // a path that leads nowhere is not the same file
    if (session.parameters.short_range && !learned) {
        warnings.push_back(
            fmt::format("the constants of {} belong to learned short-range properties, which the "
                        "model {} lacks: its energies are wrong before 'keesom fit --model {}'",
                        session.parameters_path,
                        session.model_path,
                        session.model_path));
    } else if (learned && !std::filesystem::equivalent(
                              session.parameters_path,
                              std::filesystem::path(session.model_path) / parameter_file,
                              none)) {
        warnings.push_back(
            fmt::format("the short-range properties of the model {} were learned "
                        "together with other constants than those of {}",
                        session.model_path,
                        session.parameters_path));
    }
}

PropertyPrediction predict(const Session& session, const InputMonomer& input) {
    return naming(input.source,
                  [&] { return session.model.property_model().predict(input.molecule); });
}

void add_input_options(CLI::App& verb, InputOptions& options) {
    verb.add_option(
            "FILE", options.files, "Molecule files; each may hold one molecule or a complex")
        ->required();
    verb.add_option("--fragments",
                    options.fragments,
                    "Atoms of each molecule, \"1-12,13-20\" (\"1-5+9-12,6-8\" joins ranges)");
    verb.add_option("--charges", options.charges, "Charge of each molecule, \"0,-1\"");
    verb.add_option("--format", options.format, "Format of standard input, the file -");
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
    CLI::Option* force = verb.get_option_no_throw("--force");
    if (force == nullptr) {
        force =
            verb.add_flag("--force")->description("Replace what exists already under that name");
    }
    force->each([&options](const std::string&) { options.replace = true; });
    return path;
}

void require_outputs(const std::vector<OutputOptions>& outputs,
                     std::span<const std::filesystem::path> inputs) {
    std::vector<std::filesystem::path> places;
    for (const OutputOptions& output : outputs) {
        if (output.path.empty()) {
            continue;
        }
        const std::filesystem::path place = canonical_place(output.path);
        if (output.marker.empty()) {
            require_output_file(output.path, inputs, output.replace);
        } else {
            require_output_folder(output.path, output.marker, inputs, output.replace);
            for (const std::filesystem::path& input : inputs) {
                if (is_within(canonical_place(input), place)) {
                    throw InputError(fmt::format("{}: holds an input ({}), which would be lost",
                                                 output.path,
                                                 input.string()));
                }
            }
        }
        for (const std::filesystem::path& other : places) {
            if (place == other) {
                throw InputError(fmt::format("{}: two outputs name the same file", output.path));
            }
            if (is_within(place, other) || is_within(other, place)) {
                throw InputError(fmt::format("{}: one output is within another", output.path));
            }
        }
        places.push_back(place);
    }
}

std::string atom_label(const Molecule& molecule, Eigen::Index atom) {
    return fmt::format(
        "{}{}", element_symbol(molecule.atomic_numbers[static_cast<std::size_t>(atom)]), atom + 1);
}

void append_familiarity_warnings(const std::string& label,
                                 const Molecule& molecule,
                                 const Eigen::VectorX<bool>& unfamiliar,
                                 std::vector<std::string>& warnings) {
    std::vector<std::string> atoms;
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        if (unfamiliar[i]) {
            atoms.push_back(atom_label(molecule, i));
        }
    }
    if (!atoms.empty()) {
        warnings.push_back(fmt::format(
            "{}: atoms unlike any the model was trained on: {}", label, fmt::join(atoms, ", ")));
    }
}

void append_contact_warning(const Contact& contact,
                            const std::vector<Molecule>& molecules,
                            const ParameterSet& parameters,
                            std::vector<std::string>& warnings) {
    if (contact.ratio < parameters.closest_contact) {
        warnings.push_back(
            fmt::format("{}, are closer than any in the fit of the constants ({:.2f} of the sum of "
                        "their van der Waals radii, {:.2f} in the fit): the energy is extrapolated",
                        describe(contact, molecules),
                        contact.ratio,
                        parameters.closest_contact));
    }
}

std::string describe(const Contact& contact, const std::vector<Molecule>& molecules) {
    return fmt::format("{} of molecule {} and {} of molecule {}, {:.2f} Å apart",
                       atom_label(molecules[contact.monomer_a], contact.atom_a),
                       contact.monomer_a + 1,
                       atom_label(molecules[contact.monomer_b], contact.atom_b),
                       contact.monomer_b + 1,
                       contact.distance / units::angstrom);
}

std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(4, ' ', false, on_bad_text) + "\n";
}

void print_json(const nlohmann::ordered_json& json) {
    fmt::print("{}", json_text(json));
}

void print_json_line(const nlohmann::ordered_json& json) {
    fmt::print("{}\n", json.dump(-1, ' ', false, on_bad_text));
}

void print_warnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
        fmt::print(stderr, "keesom: warning: {}\n", printable(warning));
    }
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
//
// What the verbs share: the model they work with, options, warnings.
#pragma once

#include <keesom/core/errors.hpp>
#include <keesom/core/io/input_complexes.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/model/property_model.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace keesom::apps {

/// Where model and parameters come from; empty: the shipped ones.
struct ModelOptions {
    std::string model;
    std::string parameters;
};

std::filesystem::path model_path(const ModelOptions& options);

/// The model folder and the parameter file that these options mean.
std::vector<std::filesystem::path> files_of(const ModelOptions& options);

/// A loaded property model and the physics.
struct Session {
    explicit Session(const ModelOptions& options);

    std::string model_path;
    std::string parameters_path;
    ParameterSet parameters;
    std::shared_ptr<const KernelPropertyModel> property_model;
    InteractionModel model;

    /// "keesom 0.1.0, model …, parameters …"
    [[nodiscard]] std::string headline() const;
    [[nodiscard]] nlohmann::ordered_json description() const;
};

/// Versions of the program and of the shipped model and constants, with their SHA-256, a line each.
std::string version_text();

/// Where a result is written besides standard output.
struct OutputOptions {
    std::string path;      ///< empty: nowhere
    bool replace = false;  ///< whether what exists there may be replaced
    /// For a folder: name of the file in it by which it is known as one that may be replaced.
    std::string marker;
};

/// Adds `name` and --force, which is one for all outputs of a verb.
/// @returns the option of the path
CLI::Option* add_output_options(CLI::App& verb,
                                const std::string& name,
                                const std::string& description,
                                OutputOptions& options);

/// Checks files and folders before the work begins; those with an empty path are none.
/// @throws InputError as require_output_file() and require_output_folder(), if two outputs are in
///         one place, and if an input is in a folder that is to be replaced
void require_outputs(const std::vector<OutputOptions>& outputs,
                     std::span<const std::filesystem::path> inputs);

/// What `calculate` returns. Model and physics know no files: their errors get the place in front.
template <class Function>
auto naming(const std::string& place, const Function& calculate) {
    try {
        return calculate();
    } catch (const ModelError& error) {
        throw ModelError(place + ": " + error.what());
    } catch (const NumericalError& error) {
        throw NumericalError(place + ": " + error.what());
    }
}

/// One warning if model and constants of a session were not made for each other, so that energies
/// have little meaning.
void append_model_warning(const Session& session, std::vector<std::string>& warnings);

/// The atoms of a molecule.
/// @throws ModelError that names the molecule
PropertyPrediction predict(const Session& session, const InputMonomer& input);

void add_input_options(CLI::App& verb, InputOptions& options);
void add_model_options(CLI::App& verb, ModelOptions& options);

/// "H3"; atoms count from 0.
std::string atom_label(const Molecule& molecule, Eigen::Index atom);

/// One warning if atoms of the molecule are unlike any that the model was trained on.
/// @param unfamiliar (N), which they are
void append_familiarity_warnings(const std::string& label,
                                 const Molecule& molecule,
                                 const Eigen::VectorX<bool>& unfamiliar,
                                 std::vector<std::string>& warnings);

/// One warning if the closest contact of the molecules is beyond what the constants were fitted to.
void append_contact_warning(const Contact& contact,
                            const std::vector<Molecule>& molecules,
                            const ParameterSet& parameters,
                            std::vector<std::string>& warnings);

/// "H3 of molecule 1 and O1 of molecule 2, 1.83 Å apart".
std::string describe(const Contact& contact, const std::vector<Molecule>& molecules);

/// JSON as it is printed; text that is not UTF-8, as file names may be, gets replacement
/// characters.
std::string json_text(const nlohmann::ordered_json& json);

/// Prints JSON.
void print_json(const nlohmann::ordered_json& json);

/// The same on one line.
void print_json_line(const nlohmann::ordered_json& json);

/// Warnings go to standard error, a line each.
void print_warnings(const std::vector<std::string>& warnings);

}  // namespace keesom::apps

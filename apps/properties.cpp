// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "perception.hpp"
#include "report.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/input_complexes.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/parallel.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

/// The property whose standard deviations the table shows; JSON has them all.
constexpr std::string_view with_deviation = "charge";

struct PropertiesOptions {
    InputOptions input;
    ModelOptions model;
    bool json = false;
    bool xyz = false;
};

Json molecule_json(const InputMonomer& input, const PropertyPrediction& prediction) {
    std::vector<std::string> elements;
    for (const int element : input.molecule.atomic_numbers) {
        elements.push_back(element_symbol(element));
    }
    Json json = {{"source", input.source},
                 {"formula", chemical_formula(input.molecule.atomic_numbers)},
                 {"charge", input.molecule.charge},
                 {"charge_origin", to_string(input.charge_origin)},
                 {"elements", elements},
                 {"positions_bohr", columns(input.molecule.positions)}};
    Json deviations = Json::object();
    for (const AtomProperty& property : density_properties()) {
        const std::string key(property.output_key);
        const auto values = property.values(prediction.properties);
        if (property.is_scalar()) {
            json[key] = listed(values.row(0));
        } else {
            json[key] = columns(values);
        }
        const Eigen::VectorXd& known = property.deviations(prediction.uncertainty);
        if (known.size() > 0) {
            deviations[key] = listed(known);
        }
    }
    json["standard_deviations"] = std::move(deviations);
    json["novelty"] = listed(prediction.uncertainty.novelty);
    return json;
}

/// A scalar, or the size of a vector or tensor.
double shown_value(const AtomProperty& property, const AtomProperties& properties, Eigen::Index i) {
    const auto values = property.values(properties);
    switch (property.rank()) {
        case 0:
            return values(0, i);
        case 1:
            return values.col(i).norm();
        default:
            return symmetric_matrix(values.col(i)).norm();
    }
}

/// Symbols, and below them units.
void print_heading() {
    std::string symbols = fmt::format("  {:<8}", "atom");
    std::string units = fmt::format("  {:<8}", "");
    for (const AtomProperty& property : density_properties()) {
        const std::string size = fmt::format("|{}|", property.symbol);
        symbols += fmt::format("{:>9}", property.is_scalar() ? property.symbol : size);
        units += fmt::format("{:>9}", property.unit == "1" ? "" : property.unit);
        if (property.key == with_deviation) {
            symbols += fmt::format("{:>7}", "sd");
            units += fmt::format("{:>7}", "");
        }
    }
    units.erase(units.find_last_not_of(' ') + 1);
    fmt::print("{}  novelty\n{}\n", symbols, units);
}

void print_table(const InputMonomer& input, const PropertyPrediction& prediction) {
    const PropertyUncertainty& uncertainty = prediction.uncertainty;
    fmt::print("{}: {}, charge {:+d} ({})\n",
               input.source,
               chemical_formula(input.molecule.atomic_numbers),
               input.molecule.charge,
               to_string(input.charge_origin));
    print_heading();
    for (Eigen::Index i = 0; i < input.molecule.size(); ++i) {
        std::string row =
            fmt::format("  {:<4}{:>4}",
                        element_symbol(input.molecule.atomic_numbers[static_cast<std::size_t>(i)]),
                        i + 1);
        for (const AtomProperty& property : density_properties()) {
            const double value = shown_value(property, prediction.properties, i);
            row += property.is_scalar() && !property.is_positive ? fmt::format("{:>+9.4f}", value)
                                                                 : fmt::format("{:>9.4f}", value);
            if (property.key == with_deviation) {
                const Eigen::VectorXd& known = property.deviations(uncertainty);
                row +=
                    known.size() > 0 ? fmt::format("{:>7.4f}", known[i]) : fmt::format("{:>7}", "");
            }
        }
        fmt::print("{}{:>9.3f}{}\n",
                   row,
                   uncertainty.novelty[i],
                   prediction.unfamiliar[i] ? "  unfamiliar" : "");
    }
}

void run_properties(const PropertiesOptions& options) {
    std::vector<std::string> warnings;
    const std::vector<InputMonomer> inputs = read_monomers(options.input, warnings);
    const Session session(options.model);
    append_perception_warnings(inputs, session, warnings);
    // All of them before the first is printed: one that fails must not leave half an answer.
    std::vector<PropertyPrediction> predictions(inputs.size());
    parallel_for(inputs.size(),
                 [&](std::size_t i) { predictions[i] = predict(session, inputs[i]); });
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        append_familiarity_warnings(fmt::format("molecule {}", i + 1),
                                    inputs[i].molecule,
                                    predictions[i].unfamiliar,
                                    warnings);
    }
    if (options.json) {
        Json json = session.description();
        json["molecules"] = Json::array();
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            json["molecules"].push_back(molecule_json(inputs[i], predictions[i]));
        }
        json["warnings"] = warnings;
        print_json(json);
        return;
    }
    if (!options.xyz) {
        fmt::print("{}\n", session.headline());
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (options.xyz) {
            write_extended_xyz(std::cout,
                               property_frame(inputs[i].molecule, predictions[i].properties));
        } else {
            fmt::print("\n");
            print_table(inputs[i], predictions[i]);
        }
    }
    print_warnings(warnings);
}

}  // namespace

void add_properties(CLI::App& app) {
    auto options = std::make_shared<PropertiesOptions>();
    CLI::App* verb = app.add_subcommand("properties", "Predicted properties of each atom");
    add_input_options(*verb, options->input);
    add_model_options(*verb, options->model);
    auto* json = verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--xyz", options->xyz, "Print extended XYZ with property columns")
        ->excludes(json);
    add_help(*verb,
             "Molecule files: extended XYZ (Å), or what Open Babel reads (sdf, mol2, pdb, cml, …), "
             "plain\n"
             "or gzip. Printed in atomic units: e, e·bohr, e·bohr², bohr.\n",
             "keesom properties aspirin.sdf --json");
    verb->callback([options] { run_properties(*options); });
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "monomers.hpp"
#include "perception.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/parallel.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

struct PropertiesOptions {
    InputOptions input;
    ModelOptions model;
    bool json = false;
    bool xyz = false;
};

template <class Vector>
std::vector<double> listed(const Vector& values) {
    return {values.begin(), values.end()};
}

template <class Matrix>
std::vector<std::vector<double>> columns(const Matrix& values) {
    std::vector<std::vector<double>> list;
    for (Eigen::Index i = 0; i < values.cols(); ++i) {
        list.push_back(listed(values.col(i)));
    }
    return list;
}

Json molecule_json(const InputMonomer& input, const PropertyPrediction& prediction) {
    const AtomProperties& p = prediction.properties;
    const PropertyUncertainty& u = prediction.uncertainty;
    std::vector<std::string> elements;
    for (const int element : input.molecule.atomic_numbers) {
        elements.push_back(element_symbol(element));
    }
    return {{"source", input.source},
            {"formula", chemical_formula(input.molecule.atomic_numbers)},
            {"charge", input.molecule.charge},
            {"charge_origin", to_string(input.charge_origin)},
            {"elements", elements},
            {"positions_bohr", columns(input.molecule.positions)},
            {"charges_e", listed(p.charges)},
            {"dipoles_e_bohr", columns(p.dipoles)},
            {"quadrupoles_e_bohr2", columns(p.quadrupoles)},
            {"valence_populations", listed(p.valence_populations)},
            {"valence_widths_bohr", listed(p.valence_widths)},
            {"hirshfeld_ratios", listed(p.hirshfeld_ratios)},
            {"standard_deviations",
             {{"charges_e", listed(u.charges)},
              {"valence_populations", listed(u.valence_populations)},
              {"valence_widths_bohr", listed(u.valence_widths)},
              {"hirshfeld_ratios", listed(u.hirshfeld_ratios)}}},
            {"novelty", listed(u.novelty)}};
}

void print_table(const InputMonomer& input, const PropertyPrediction& prediction) {
    const AtomProperties& p = prediction.properties;
    const PropertyUncertainty& u = prediction.uncertainty;
    fmt::print("{}: {}, charge {:+d} ({})\n",
               input.source,
               chemical_formula(input.molecule.atomic_numbers),
               input.molecule.charge,
               to_string(input.charge_origin));
    fmt::print(
        "  atom      charge/e    sd   |dipole|  |quadrup.|   N_val     σ/bohr      h  novelty\n");
    for (Eigen::Index i = 0; i < input.molecule.size(); ++i) {
        fmt::print(
            "  {:<4}{:>4}{:>+10.4f}{:>7.4f}{:>10.4f}{:>11.4f}{:>9.4f}{:>10.4f}{:>8.4f}{:>8.3f}{}\n",
            element_symbol(input.molecule.atomic_numbers[static_cast<std::size_t>(i)]),
            i + 1,
            p.charges[i],
            u.charges[i],
            p.dipoles.col(i).norm(),
            symmetric_matrix(p.quadrupoles.col(i)).norm(),
            p.valence_populations[i],
            p.valence_widths[i],
            p.hirshfeld_ratios[i],
            u.novelty[i],
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

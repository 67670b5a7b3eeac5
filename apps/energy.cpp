// SPDX-License-Identifier: BSD-3-Clause
#include "data_files.hpp"
#include "help.hpp"
#include "monomers.hpp"
#include "perception.hpp"
#include "report.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

struct EnergyOptions {
    InputOptions input;
    ModelOptions model;
    EnergyUnit unit;
    bool json = false;
};

/// Everything that is printed about one monomer.
struct MonomerSummary {
    std::string source;
    std::string formula;
    Eigen::Index n_atoms = 0;
    int charge = 0;
    std::string charge_origin;
    double dipole_debye = 0.0;      ///< about the center of nuclear charge
    double charge_deviation = 0.0;  ///< largest standard deviation of an atomic charge, e
};

Eigen::Vector3d center_of_nuclear_charge(const Molecule& molecule) {
    const Eigen::VectorXd z =
        Eigen::Map<const Eigen::VectorXi>(molecule.atomic_numbers.data(), molecule.size())
            .cast<double>();
    return molecule.positions * z / z.sum();
}

MonomerSummary summarize(const InputMonomer& input, const PropertyPrediction& prediction) {
    const Molecule& molecule = input.molecule;
    MonomerSummary summary;
    summary.source = input.source;
    summary.formula = chemical_formula(molecule.atomic_numbers);
    summary.n_atoms = molecule.size();
    summary.charge = molecule.charge;
    summary.charge_origin = to_string(input.charge_origin);
    const Eigen::Vector3d center = center_of_nuclear_charge(molecule);
    summary.dipole_debye =
        molecular_dipole(molecule.positions.colwise() - center, prediction.properties).norm() /
        units::debye;
    summary.charge_deviation = prediction.uncertainty.charges.maxCoeff();
    return summary;
}

/// Pairs of monomers so close that a bond between them would be drawn.
void append_contact_warnings(const std::vector<InputMonomer>& monomers,
                             std::vector<std::string>& warnings) {
    for (std::size_t b = 1; b < monomers.size(); ++b) {
        for (std::size_t a = 0; a < b; ++a) {
            const Molecule& first = monomers[a].molecule;
            const Molecule& second = monomers[b].molecule;
            std::vector<int> elements = first.atomic_numbers;
            elements.insert(
                elements.end(), second.atomic_numbers.begin(), second.atomic_numbers.end());
            Eigen::Matrix3Xd positions(3, first.size() + second.size());
            positions << first.positions, second.positions;
            const std::size_t apart =
                connected_fragments(first.atomic_numbers, first.positions).size() +
                connected_fragments(second.atomic_numbers, second.positions).size();
            if (connected_fragments(elements, positions).size() < apart) {
                warnings.push_back(
                    fmt::format("molecules {} and {} are as close as bonded atoms", a + 1, b + 1));
            }
        }
    }
}

Json summary_json(const MonomerSummary& summary) {
    return {{"source", summary.source},
            {"formula", summary.formula},
            {"atoms", summary.n_atoms},
            {"charge", summary.charge},
            {"charge_origin", summary.charge_origin},
            {"dipole_debye", summary.dipole_debye},
            {"charge_deviation_e", summary.charge_deviation}};
}

void print_summaries(const std::vector<MonomerSummary>& summaries) {
    fmt::print("Molecules found: {}\n", summaries.size());
    fmt::print("  {:>2}  {:<14}{:>6}  {:<13}{:>10}  {:>9}  {}\n",
               "#",
               "formula",
               "atoms",
               "charge",
               "dipole/D",
               "max sd(q)",
               "from");
    for (std::size_t i = 0; i < summaries.size(); ++i) {
        const MonomerSummary& s = summaries[i];
        fmt::print("  {:>2}  {:<14}{:>6}  {:<13}{:>10.3f}  {:>9.3f}  {}\n",
                   i + 1,
                   s.formula,
                   s.n_atoms,
                   fmt::format("{:+d} ({})", s.charge, s.charge_origin),
                   s.dipole_debye,
                   s.charge_deviation,
                   s.source);
    }
}

void run_energy(const EnergyOptions& options) {
    std::vector<std::string> warnings;
    const std::vector<InputMonomer> inputs = read_monomers(options.input, warnings);
    if (inputs.size() < 2) {
        throw InputError(
            fmt::format("{}: one molecule ({}) found, an interaction energy needs two; "
                        "--fragments splits one by atoms",
                        options.input.files.front(),
                        chemical_formula(inputs.front().molecule.atomic_numbers)));
    }
    const Session session(options.model);
    append_perception_warnings(inputs, session, warnings);
    std::vector<Monomer> monomers;
    std::vector<MonomerSummary> summaries;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Molecule& molecule = inputs[i].molecule;
        const PropertyPrediction prediction = session.model.property_model().predict(molecule);
        monomers.emplace_back(molecule, prediction.properties);
        summaries.push_back(summarize(inputs[i], prediction));
        append_familiarity_warnings(
            fmt::format("molecule {}", i + 1), molecule, prediction, warnings);
    }
    append_contact_warnings(inputs, warnings);
    const EnergyComponents energy = session.model.physics().interaction_energy(monomers);

    if (options.json) {
        Json list = Json::array();
        for (const MonomerSummary& summary : summaries) {
            list.push_back(summary_json(summary));
        }
        Json json = session.description();
        json["unit"] = options.unit.name;
        json["monomers"] = std::move(list);
        json["energy"] = to_json(energy, options.unit);
        json["warnings"] = warnings;
        print_json(json);
        return;
    }
    fmt::print("{}\n\n", session.headline());
    print_summaries(summaries);
    fmt::print("\nInteraction energy, {}\n{}", options.unit.name, to_table(energy, options.unit));
    print_warnings(warnings);
}

}  // namespace

void add_energy(CLI::App& app) {
    auto options = std::make_shared<EnergyOptions>();
    CLI::App* verb = app.add_subcommand(
        "energy", "Interaction energy and its components of two or more molecules");
    add_input_options(*verb, options->input);
    add_model_options(*verb, options->model);
    add_unit_option(*verb, options->unit);
    verb->add_flag("--json", options->json, "Print JSON");
    add_help(
        *verb,
        "Molecule files: extended XYZ (Å), or what Open Babel reads (sdf, mol2, pdb, cml, …), "
        "plain\n"
        "or gzip. Molecules are found by their bonds; charges come from the file, from --charges,\n"
        "or are assumed to be 0. Negative energies are attractive.\n",
        "keesom energy benzene.sdf water.xyz --unit kJ/mol");
    verb->callback([options] { run_energy(*options); });
}

}  // namespace keesom::apps

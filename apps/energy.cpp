// SPDX-License-Identifier: BSD-3-Clause
#include "energy_details.hpp"
#include "energy_page.hpp"
#include "energy_report.hpp"
#include "energy_rows.hpp"
#include "force_fields.hpp"
#include "help.hpp"
#include "perception.hpp"
#include "progress.hpp"
#include "verbs.hpp"

#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/monomer_potential.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

struct EnergyOptions {
    InputOptions input;
    ModelOptions model;
    std::vector<std::string> force_fields;
    EnergyUnit unit;
    bool forces = false;
    bool pairs = false;
    bool json = false;
    OutputOptions csv;
    OutputOptions xyz;
    OutputOptions html;
};

PredictionSummary summarize(const Molecule& molecule, const PropertyPrediction& prediction) {
    const Eigen::Vector3d center = center_of_nuclear_charge(molecule);
    PredictionSummary summary;
    summary.dipole_debye =
        molecular_dipole(molecule.positions.colwise() - center, prediction.properties).norm() /
        units::debye;
    summary.charge_deviation = prediction.uncertainty.charges.maxCoeff();
    summary.charges = prediction.properties.charges;
    return summary;
}

/// Where the ± of the total says that its sign or its first digit is open.
void append_uncertainty_warning(const SystemEnergy& result,
                                const std::vector<Molecule>& molecules,
                                const EnergyUnit& unit,
                                std::vector<std::string>& warnings) {
    constexpr double least = 1.0 * units::kcal_per_mol;
    constexpr double least_fraction = 0.3;
    const EnergyUncertainty& uncertainty = *result.uncertainty;
    if (uncertainty.total < std::max(least, least_fraction * std::abs(result.energy->total()))) {
        return;
    }
    const Molecule& molecule = molecules[uncertainty.molecule];
    const int z = molecule.atomic_numbers[static_cast<std::size_t>(uncertainty.atom)];
    warnings.push_back(
        fmt::format("the total energy is uncertain by ±{:.{}f} {}, {:.0f} % of the variance from "
                    "{}{} of molecule {}",
                    uncertainty.total / unit.value(),
                    unit.digits(),
                    unit.name,
                    100.0 * uncertainty.share,
                    element_symbol(z),
                    uncertainty.atom + 1,
                    uncertainty.molecule + 1));
}

Eigen::Index number_of_atoms(const InputComplex& complex) {
    Eigen::Index n = 0;
    for (const InputMonomer& monomer : complex.monomers) {
        n += monomer.molecule.size();
    }
    return n;
}

/// Atoms of a complex whose uncertainty is computed unasked: it takes derivatives, hence three
/// times as long as the energy.
constexpr Eigen::Index most_for_uncertainty = 500;

/// A complex that is alone, with all there is to say about it. What it cannot be computed for ends
/// the program.
ComplexReport compute_complex(const InputComplex& complex,
                              const EnergyOptions& options,
                              const Session& session,
                              const ForceFields& force_fields,
                              std::vector<std::string> warnings) {
    const std::vector<InputMonomer>& inputs = complex.monomers;
    const std::vector<Molecule> molecules = molecules_of(complex);
    const std::string files = fmt::format("{}", fmt::join(options.input.files, ", "));
    const Physics& physics = session.model.physics();
    append_perception_warnings(inputs, session, warnings);

    ComplexReport report;
    SystemEnergy& result = report.row.result;
    std::vector<Monomer> monomers;
    const auto add_monomer = [&](const PropertyPrediction& prediction) {
        const std::size_t m = monomers.size();
        monomers.emplace_back(molecules[m], prediction.properties);
        report.predictions.push_back(summarize(molecules[m], prediction));
        append_familiarity_warnings(
            fmt::format("molecule {}", m + 1), molecules[m], prediction.unfamiliar, warnings);
    };
    if (options.forces || number_of_atoms(complex) <= most_for_uncertainty) {
        std::vector<std::shared_ptr<const PropertyLinearization>> predictions;
        predictions.reserve(inputs.size());
        for (const InputMonomer& input : inputs) {
            predictions.push_back(naming(input.source, [&] {
                return session.model.property_model().linearize(input.molecule);
            }));
        }
        const EnergyLinearization linearization = naming(
            files, [&] { return session.model.linearize(molecules, std::move(predictions)); });
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            add_monomer(linearization.prediction(m));
        }
        result.energy = linearization.energy();
        result.uncertainty = linearization.uncertainty();
        append_uncertainty_warning(result, molecules, options.unit, warnings);
        if (options.forces) {
            result.gradients = linearization.gradients();
        }
    } else {
        for (const InputMonomer& input : inputs) {
            add_monomer(predict(session, input));
        }
        result.energy = naming(files, [&] { return physics.interaction_energy(monomers); });
    }
    result.contact = closest_contact(monomers);
    append_bond_warning(*result.contact, molecules, warnings);
    append_contact_warning(*result.contact, molecules, session.parameters, warnings);
    if (options.pairs || !options.html.path.empty()) {
        result.pairs = pair_decomposition(monomers, physics, *result.energy);
    }
    // The energies of all pairs, of which there are many in a large cluster.
    constexpr std::size_t most_for_pairs = 50;
    if (monomers.size() > 2 && monomers.size() <= most_for_pairs) {
        report.non_additive = naming(files, [&] { return physics.non_additive_energy(monomers); });
    }
    report.row.complex = complex;
    report.row.warnings = std::move(warnings);
    add_deformation(report.row, force_fields);
    return report;
}

void report_complex(const InputComplex& complex,
                    const EnergyOptions& options,
                    std::vector<std::string> warnings) {
    require_two(complex.monomers, options.input.files.front());
    require_computable(number_of_atoms(complex));
    const ForceFields force_fields = load_force_fields(options.force_fields, {complex});
    const Session session(options.model);
    append_model_warning(session, warnings);
    ComplexReport report =
        compute_complex(complex, options, session, force_fields, std::move(warnings));
    if (!options.html.path.empty()) {
        write_file(options.html.path, energy_page(report, session, options.unit));
    }
    if (!options.pairs) {
        report.row.result.pairs.reset();  // were for the page
    }
    if (options.json) {
        print_json(complex_json(report, session, options.unit));
    } else {
        fmt::print("{}", complex_text(report, session, options.unit));
        print_warnings(report.row.warnings);
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, rows_csv({report.row}, options.unit));
    }
    if (!options.xyz.path.empty()) {
        write_file(options.xyz.path, rows_xyz({report.row}, options.unit));
    }
}

/// What is computed of many complexes: what some output shows.
EnergyDetails details_of_many(const EnergyOptions& options, std::vector<std::string>& warnings) {
    EnergyDetails details;
    details.gradients = options.forces && (options.json || !options.xyz.path.empty());
    details.pairs = options.pairs && options.json;
    if (options.forces && !details.gradients) {
        warnings.emplace_back("rows of complexes have no forces: --json and --xyz show them");
    }
    if (options.pairs && !details.pairs) {
        warnings.emplace_back("rows of complexes have no pairs: --json shows them");
    }
    return details;
}

/// Many complexes, a row each.
void report_complexes(const std::vector<InputComplex>& complexes,
                      const EnergyOptions& options,
                      std::vector<std::string> warnings) {
    const ForceFields force_fields = load_force_fields(options.force_fields, complexes);
    const Session session(options.model);
    append_model_warning(session, warnings);
    std::vector<EnergyRow> rows =
        compute_rows(complexes, session, details_of_many(options, warnings));
    for (EnergyRow& row : rows) {
        add_deformation(row, force_fields);
    }
    if (options.json) {
        for (const EnergyRow& row : rows) {
            print_json_line(row_json(row, session, options.unit));
        }
    } else {
        fmt::print("{}\n\n{}", session.headline(), rows_text(rows, options.unit));
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, rows_csv(rows, options.unit));
    }
    if (!options.xyz.path.empty()) {
        write_file(options.xyz.path, rows_xyz(rows, options.unit));
    }
    append_row_warnings(rows, warnings);
    print_warnings(warnings);
}

void run_energy(const EnergyOptions& options) {
    std::vector<std::filesystem::path> inputs = files_of(options.model);
    inputs.insert(inputs.end(), options.force_fields.begin(), options.force_fields.end());
    inputs.insert(inputs.end(), options.input.files.begin(), options.input.files.end());
    require_outputs({options.csv, options.xyz, options.html}, inputs);
    std::vector<std::string> warnings;
    const std::vector<InputComplex> complexes = read_complexes(options.input, warnings);
    const bool has_page = !options.html.path.empty();
    if (has_page && complexes.size() != 1) {
        throw InputError(fmt::format("{}: {} complexes, a page (--html) is of one complex",
                                     options.input.files.front(),
                                     complexes.size()));
    }
    if (complexes.size() == 1 && (has_page || options.csv.path.empty())) {
        report_complex(complexes.front(), options, std::move(warnings));
    } else {
        report_complexes(complexes, options, std::move(warnings));
    }
}

}  // namespace

void add_energy(CLI::App& app) {
    auto options = std::make_shared<EnergyOptions>();
    CLI::App* verb = app.add_subcommand(
        "energy", "Interaction energy and its components of two or more molecules");
    add_input_options(*verb, options->input);
    add_model_options(*verb, options->model);
    add_force_field_option(*verb, options->force_fields);
    add_unit_option(*verb, options->unit);
    verb->add_flag("--forces", options->forces, "Forces on molecules and atoms too");
    verb->add_flag("--pairs", options->pairs, "Energies of the pairs of atoms too");
    verb->add_flag("--json", options->json, "Print JSON, of many complexes a line for each");
    add_output_options(
        *verb, "--csv", "Write one line for each complex to this file", options->csv);
    add_output_options(
        *verb, "--xyz", "Write complexes, energies and forces as extended XYZ", options->xyz);
    add_output_options(*verb,
                       "--html",
                       "Write a page that explains the energy of one complex to this file",
                       options->html);
    add_help(
        *verb,
        "Molecule files: extended XYZ (Å), or what Open Babel reads (sdf, mol2, pdb, cml, …), "
        "plain\n"
        "or gzip. Molecules are found by their bonds; charges come from the file, from --charges,\n"
        "or are assumed to be 0. Negative energies are attractive. Forces are those of the\n"
        "interaction: what it costs to deform a molecule is in them only if its force field is\n"
        "given (keesom train-monomer makes one). Of many complexes --json shows forces and pairs,\n"
        "--xyz forces; text and CSV have energies only.\n",
        "keesom energy benzene.sdf water.xyz --unit kJ/mol");
    verb->callback([options] { run_energy(*options); });
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include "data_files.hpp"
#include "help.hpp"
#include "monomers.hpp"
#include "perception.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/benchmark.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

struct EnergyOptions {
    InputOptions input;
    ModelOptions model;
    EnergyUnit unit;
    bool json = false;
    OutputOptions csv;
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

/// Contacts so close that a bond would be drawn.
void append_bond_warning(const Contact& contact,
                         const std::vector<Molecule>& molecules,
                         std::vector<std::string>& warnings) {
    const auto radius = [&](std::size_t monomer, Eigen::Index atom) {
        return covalent_radius(molecules[monomer].atomic_numbers[static_cast<std::size_t>(atom)]);
    };
    if (contact.distance < bond_tolerance * (radius(contact.monomer_a, contact.atom_a) +
                                             radius(contact.monomer_b, contact.atom_b))) {
        warnings.push_back(
            fmt::format("{}, are as close as bonded atoms", describe(contact, molecules)));
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

Json contact_json(const Contact& contact, const std::vector<Molecule>& molecules) {
    const auto atom = [&](std::size_t monomer, Eigen::Index index) -> Json {
        const int element = molecules[monomer].atomic_numbers[static_cast<std::size_t>(index)];
        return {
            {"monomer", monomer + 1}, {"atom", index + 1}, {"element", element_symbol(element)}};
    };
    return {{"atoms",
             {atom(contact.monomer_a, contact.atom_a), atom(contact.monomer_b, contact.atom_b)}},
            {"distance_angstrom", contact.distance / units::angstrom},
            {"ratio", contact.ratio}};
}

std::vector<Molecule> molecules_of(const InputComplex& complex) {
    std::vector<Molecule> molecules;
    for (const InputMonomer& monomer : complex.monomers) {
        molecules.push_back(monomer.molecule);
    }
    return molecules;
}

/// One complex, with all there is to say about it.
void report_complex(const InputComplex& complex,
                    const EnergyOptions& options,
                    std::vector<std::string> warnings) {
    const std::vector<InputMonomer>& inputs = complex.monomers;
    require_two(inputs, options.input.files.front());
    const std::vector<Molecule> molecules = molecules_of(complex);
    require_computable(
        std::accumulate(molecules.begin(),
                        molecules.end(),
                        Eigen::Index{0},
                        [](Eigen::Index sum, const Molecule& m) { return sum + m.size(); }));
    const Session session(options.model);
    append_perception_warnings(inputs, session, warnings);
    std::vector<Monomer> monomers;
    std::vector<MonomerSummary> summaries;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const PropertyPrediction prediction = predict(session, inputs[i]);
        monomers.emplace_back(molecules[i], prediction.properties);
        summaries.push_back(summarize(inputs[i], prediction));
        append_familiarity_warnings(
            fmt::format("molecule {}", i + 1), molecules[i], prediction.unfamiliar, warnings);
    }
    const Physics& physics = session.model.physics();
    const EnergyComponents energy = physics.interaction_energy(monomers);
    const Contact contact = closest_contact(monomers);
    append_bond_warning(contact, molecules, warnings);
    append_contact_warning(contact, molecules, session.parameters, warnings);
    // The energies of all pairs, of which there are many in a large cluster.
    constexpr std::size_t most_for_pairs = 50;
    std::optional<EnergyComponents> non_additive;
    if (monomers.size() > 2 && monomers.size() <= most_for_pairs) {
        non_additive = physics.non_additive_energy(monomers);
    }

    if (options.json) {
        Json list = Json::array();
        for (const MonomerSummary& summary : summaries) {
            list.push_back(summary_json(summary));
        }
        Json json = session.description();
        json["unit"] = options.unit.name;
        json["monomers"] = std::move(list);
        json["energy"] = to_json(energy, options.unit);
        if (non_additive) {
            json["non_additive"] = to_json(*non_additive, options.unit);
        }
        json["closest_contact"] = contact_json(contact, molecules);
        json["warnings"] = warnings;
        print_json(json);
        return;
    }
    fmt::print("{}\n\n", session.headline());
    print_summaries(summaries);
    fmt::print("\nInteraction energy, {}\n{}", options.unit.name, to_table(energy, options.unit));
    if (non_additive) {
        fmt::print("\nof which not the sum of pairs\n{}", to_table(*non_additive, options.unit));
    }
    fmt::print("\nClosest contact: {}\n", describe(contact, molecules));
    print_warnings(warnings);
}

/// A complex among many.
struct EnergyRow {
    const InputComplex* complex;
    SystemEnergy result;
    std::vector<std::string> warnings;
};

std::vector<EnergyRow> compute_rows(const std::vector<InputComplex>& complexes,
                                    const Session& session) {
    std::vector<ReferenceSystem> systems;
    for (const InputComplex& complex : complexes) {
        ReferenceSystem& system = systems.emplace_back();
        system.name = complex.name;
        system.monomers = molecules_of(complex);
    }
    ProgressBar bar("energies", systems.size());
    std::vector<SystemEnergy> results =
        system_energies(systems, session.model, [&bar](std::size_t done) { bar.show(done); });
    std::vector<EnergyRow> rows;
    for (std::size_t i = 0; i < complexes.size(); ++i) {
        EnergyRow& row = rows.emplace_back(EnergyRow{&complexes[i], std::move(results[i]), {}});
        if (!complexes[i].error.empty()) {
            row.result.error = complexes[i].error;
        }
        if (!row.result.energy) {
            continue;
        }
        try {
            append_perception_warnings(complexes[i].monomers, session, row.warnings);
        } catch (const InputError& error) {
            row.warnings.clear();
            row.result.energy.reset();
            row.result.error = error.what();
            continue;
        }
        const std::vector<Molecule>& molecules = systems[i].monomers;
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            append_familiarity_warnings(fmt::format("molecule {}", m + 1),
                                        molecules[m],
                                        row.result.unfamiliar[m],
                                        row.warnings);
        }
        append_bond_warning(*row.result.contact, molecules, row.warnings);
        append_contact_warning(*row.result.contact, molecules, session.parameters, row.warnings);
    }
    return rows;
}

Json row_json(const EnergyRow& row, const EnergyUnit& unit) {
    Json monomers = Json::array();
    for (const InputMonomer& input : row.complex->monomers) {
        monomers.push_back({{"source", input.source},
                            {"formula", chemical_formula(input.molecule.atomic_numbers)},
                            {"atoms", input.molecule.size()},
                            {"charge", input.molecule.charge},
                            {"charge_origin", to_string(input.charge_origin)}});
    }
    Json json = {
        {"name", row.complex->name}, {"unit", unit.name}, {"monomers", std::move(monomers)}};
    if (row.result.energy) {
        json["energy"] = to_json(*row.result.energy, unit);
        json["closest_contact"] = contact_json(*row.result.contact, molecules_of(*row.complex));
    } else {
        json["error"] = row.result.error;
    }
    json["warnings"] = row.warnings;
    return json;
}

std::string rows_csv(const std::vector<EnergyRow>& rows, const EnergyUnit& unit) {
    std::string csv = "name,total";
    for (const ComponentName& component : component_names) {
        csv += fmt::format(",{}", component.name);
    }
    csv += ",closest_contact_angstrom,warnings,error\n";
    for (const EnergyRow& row : rows) {
        csv += csv_text(row.complex->name);
        if (row.result.energy) {
            csv += fmt::format(",{}", row.result.energy->total() / unit.value());
            for (const ComponentName& component : component_names) {
                csv += fmt::format(",{}", (*row.result.energy).*component.value / unit.value());
            }
            csv += fmt::format(",{}", row.result.contact->distance / units::angstrom);
        } else {
            csv += ",,,,,,";
        }
        csv += fmt::format(",{},{}\n",
                           csv_text(fmt::format("{}", fmt::join(row.warnings, "; "))),
                           csv_text(row.result.error));
    }
    return csv;
}

void print_rows(const std::vector<EnergyRow>& rows, const EnergyUnit& unit) {
    fmt::print("{:>12}", "total");
    for (const ComponentName& component : component_names) {
        fmt::print("{:>16}", component.name);
    }
    fmt::print("{:>11}  {}, {}\n", "contact/Å", "name", unit.name);
    for (const EnergyRow& row : rows) {
        if (!row.result.energy) {
            fmt::print("{:>12}{:>75}  {}\n", "-", "", row.complex->name);
            continue;
        }
        const EnergyComponents& energy = *row.result.energy;
        fmt::print("{:>12.{}f}", energy.total() / unit.value(), unit.digits());
        for (const ComponentName& component : component_names) {
            fmt::print("{:>16.{}f}", energy.*component.value / unit.value(), unit.digits());
        }
        fmt::print(
            "{:>11.2f}  {}\n", row.result.contact->distance / units::angstrom, row.complex->name);
    }
}

/// What is said of many rows together on standard error: each row has its own in JSON and CSV.
void append_row_warnings(const std::vector<EnergyRow>& rows, std::vector<std::string>& warnings) {
    std::size_t warned = 0;
    std::size_t failed = 0;
    std::string first_warning;
    std::string first_error;
    for (const EnergyRow& row : rows) {
        if (!row.result.energy && failed++ == 0) {
            first_error = fmt::format("{}: {}", row.complex->name, row.result.error);
        }
        if (!row.warnings.empty() && warned++ == 0) {
            first_warning = fmt::format("{}: {}", row.complex->name, row.warnings.front());
        }
    }
    if (warned > 0) {
        warnings.push_back(
            fmt::format("{} of {} complexes have warnings (--json and --csv show "
                        "them), the first: {}",
                        warned,
                        rows.size(),
                        first_warning));
    }
    if (failed > 0) {
        warnings.push_back(fmt::format(
            "{} of {} complexes have no energy, the first: {}", failed, rows.size(), first_error));
    }
}

/// Many complexes, a row each.
void report_complexes(const std::vector<InputComplex>& complexes,
                      const EnergyOptions& options,
                      std::vector<std::string> warnings) {
    const Session session(options.model);
    const std::vector<EnergyRow> rows = compute_rows(complexes, session);
    const bool none = std::none_of(rows.begin(), rows.end(), [](const EnergyRow& row) {
        return row.result.energy.has_value();
    });
    if (none) {
        throw InputError(fmt::format("none of {} complexes has an energy, the first: {}",
                                     rows.size(),
                                     rows.front().result.error));
    }
    if (options.json) {
        for (const EnergyRow& row : rows) {
            print_json_line(row_json(row, options.unit));
        }
    } else {
        fmt::print("{}\n\n", session.headline());
        print_rows(rows, options.unit);
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, rows_csv(rows, options.unit));
    }
    append_row_warnings(rows, warnings);
    print_warnings(warnings);
}

void run_energy(const EnergyOptions& options) {
    std::vector<std::filesystem::path> inputs = files_of(options.model);
    inputs.insert(inputs.end(), options.input.files.begin(), options.input.files.end());
    require_output(options.csv, inputs);
    std::vector<std::string> warnings;
    const std::vector<InputComplex> complexes = read_complexes(options.input, warnings);
    if (complexes.size() == 1 && options.csv.path.empty()) {
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
    add_unit_option(*verb, options->unit);
    verb->add_flag("--json", options->json, "Print JSON, of many complexes a line for each");
    add_output_options(
        *verb, "--csv", "Write one line for each complex to this file", options->csv);
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

// SPDX-License-Identifier: BSD-3-Clause
#include "energy_report.hpp"

#include "energy_details.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <utility>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

/// @param predictions of the molecules; may be empty
Json monomers_json(const EnergyRow& row,
                   const std::vector<PredictionSummary>& predictions,
                   const EnergyUnit& unit) {
    Json monomers = Json::array();
    for (std::size_t m = 0; m < row.complex.monomers.size(); ++m) {
        const InputMonomer& input = row.complex.monomers[m];
        Json monomer = {{"source", input.source},
                        {"formula", chemical_formula(input.molecule.atomic_numbers)},
                        {"atoms", input.molecule.size()},
                        {"charge", input.molecule.charge},
                        {"charge_origin", to_string(input.charge_origin)}};
        if (!predictions.empty()) {
            monomer["dipole_debye"] = predictions[m].dipole_debye;
            monomer["charge_deviation_e"] = predictions[m].charge_deviation;
        }
        if (!row.result.gradients.empty()) {
            monomer.update(forces_json(input.molecule, row.result.gradients[m], unit));
        }
        monomers.push_back(std::move(monomer));
    }
    return monomers;
}

Json contact_json(const Contact& contact, const std::vector<Molecule>& molecules) {
    return {{"atoms",
             {atom_json(molecules, contact.monomer_a, contact.atom_a),
              atom_json(molecules, contact.monomer_b, contact.atom_b)}},
            {"distance_angstrom", contact.distance / units::angstrom},
            {"ratio", contact.ratio}};
}

std::string molecule_table(const ComplexReport& report) {
    const std::vector<InputMonomer>& monomers = report.row.complex.monomers;
    std::string table = fmt::format("Molecules found: {}\n", monomers.size());
    table += fmt::format("  {:>2}  {:<14}{:>6}  {:<13}{:>10}  {:>9}  {}\n",
                         "#",
                         "formula",
                         "atoms",
                         "charge",
                         "dipole/D",
                         "max sd(q)",
                         "from");
    for (std::size_t m = 0; m < monomers.size(); ++m) {
        const Molecule& molecule = monomers[m].molecule;
        table += fmt::format(
            "  {:>2}  {:<14}{:>6}  {:<13}{:>10.3f}  {:>9.3f}  {}\n",
            m + 1,
            chemical_formula(molecule.atomic_numbers),
            molecule.size(),
            fmt::format("{:+d} ({})", molecule.charge, to_string(monomers[m].charge_origin)),
            report.predictions[m].dipole_debye,
            report.predictions[m].charge_deviation,
            monomers[m].source);
    }
    return table;
}

Json deformation_json(const EnergyRow& row, const EnergyUnit& unit) {
    Json molecules = Json::array();
    for (const std::optional<double>& energy : row.deformation->energies) {
        molecules.push_back(energy ? Json(*energy / unit.value()) : Json());
    }
    return {{"molecules", std::move(molecules)},
            {"sum", row.deformation->total() / unit.value()},
            {"with_interaction", whole_energy(row) / unit.value()}};
}

std::string deformation_table(const EnergyRow& row, const EnergyUnit& unit) {
    std::string table = fmt::format("Deformation, {} above the relaxed molecule\n", unit.name);
    const std::vector<std::optional<double>>& energies = row.deformation->energies;
    const auto line = [&](const std::string& name, double energy) {
        return fmt::format("  {:<17}{:>9.{}f}\n", name, energy / unit.value(), unit.digits());
    };
    for (std::size_t m = 0; m < energies.size(); ++m) {
        const std::string name = fmt::format("molecule {}", m + 1);
        table += energies[m] ? line(name, *energies[m])
                             : fmt::format("  {:<17}{:>9}  no force field\n", name, "-");
    }
    return table + line("with interaction", whole_energy(row));
}

bool any_deformation(const std::vector<EnergyRow>& rows) {
    return std::any_of(
        rows.begin(), rows.end(), [](const EnergyRow& row) { return row.deformation.has_value(); });
}

/// The complex as it was understood, so that it is read back as the same.
XyzFrame row_frame(const EnergyRow& row, const EnergyUnit& unit) {
    XyzFrame frame = frame_of(molecules_of(row.complex));
    if (!row.result.gradients.empty()) {
        Eigen::MatrixXd& forces = frame.columns["forces"];
        forces.resize(3, frame.size());
        Eigen::Index first = 0;
        for (const Eigen::Matrix3Xd& gradient : row.result.gradients) {
            forces.middleCols(first, gradient.cols()) = forces_in(unit, gradient);
            first += gradient.cols();
        }
    }
    if (!row.complex.name.empty()) {
        frame.info["name"] = row.complex.name;
    }
    frame.info["unit"] = unit.name;
    frame.info["energy"] = fmt::format("{}", whole_energy(row) / unit.value());
    for (const ComponentName& component : component_names) {
        frame.info[component.name] =
            fmt::format("{}", (*row.result.energy).*component.value / unit.value());
    }
    if (row.deformation) {
        frame.info["deformation"] = fmt::format("{}", row.deformation->total() / unit.value());
    }
    return frame;
}

}  // namespace

double whole_energy(const EnergyRow& row) {
    return row.result.energy->total() + (row.deformation ? row.deformation->total() : 0.0);
}

Json complex_json(const ComplexReport& report, const Session& session, const EnergyUnit& unit) {
    const SystemEnergy& result = report.row.result;
    const std::vector<Molecule> molecules = molecules_of(report.row.complex);
    Json json = session.description();
    json["unit"] = unit.name;
    if (!result.gradients.empty()) {
        json["force_unit"] = force_unit(unit);
    }
    json["monomers"] = monomers_json(report.row, report.predictions, unit);
    json["energy"] = to_json(*result.energy, unit);
    if (result.uncertainty) {
        json["uncertainty"] = to_json(*result.uncertainty, unit);
    }
    json["physics_spread"] = to_json(session.parameters.spread.of(*result.energy), unit);
    if (report.non_additive) {
        json["non_additive"] = to_json(*report.non_additive, unit);
    }
    if (report.row.deformation) {
        json["deformation"] = deformation_json(report.row, unit);
    }
    json["closest_contact"] = contact_json(*result.contact, molecules);
    if (result.pairs) {
        json["pairs"] = pairs_json(*result.pairs, molecules, unit);
    }
    json["warnings"] = report.row.warnings;
    return json;
}

std::string complex_text(const ComplexReport& report,
                         const Session& session,
                         const EnergyUnit& unit) {
    const SystemEnergy& result = report.row.result;
    const std::vector<Molecule> molecules = molecules_of(report.row.complex);
    std::vector<DeviationColumn> deviations;
    if (result.uncertainty) {
        deviations.push_back({"atoms", *result.uncertainty});
    }
    deviations.push_back({"physics", session.parameters.spread.of(*result.energy)});
    std::string text = fmt::format("{}\n\n{}\nInteraction energy\n{}",
                                   session.headline(),
                                   molecule_table(report),
                                   to_table(*result.energy, unit, deviations));
    text += fmt::format("± are standard deviations: {}physics, of residuals of its fit\n",
                        result.uncertainty ? "atoms, from errors of their prediction; " : "");
    if (report.non_additive) {
        text += fmt::format("\nof which not the sum of pairs\n{}",
                            to_table(*report.non_additive, unit));
    }
    if (report.row.deformation) {
        text += "\n" + deformation_table(report.row, unit);
    }
    if (!result.gradients.empty()) {
        text += report.row.deformation
                    ? "\nForces of the interaction, and of deforming the molecules with a force "
                      "field\n"
                    : "\nForces of the interaction; the energy of deforming a molecule is not in "
                      "them\n";
        text += force_tables(molecules, result.gradients, unit);
    }
    if (result.pairs) {
        text += "\n" + pair_table(*result.pairs, molecules, unit);
    }
    return text + fmt::format("\nClosest contact: {}\n", describe(*result.contact, molecules));
}

Json row_json(const EnergyRow& row, const Session& session, const EnergyUnit& unit) {
    const SystemEnergy& result = row.result;
    const std::vector<Molecule> molecules = molecules_of(row.complex);
    Json json = {{"name", row.complex.name}, {"unit", unit.name}};
    if (!result.gradients.empty()) {
        json["force_unit"] = force_unit(unit);
    }
    json["monomers"] = monomers_json(row, {}, unit);
    if (result.energy) {
        json["energy"] = to_json(*result.energy, unit);
        if (result.uncertainty) {
            json["uncertainty"] = to_json(*result.uncertainty, unit);
        }
        json["physics_spread"] = to_json(session.parameters.spread.of(*result.energy), unit);
        if (row.deformation) {
            json["deformation"] = deformation_json(row, unit);
        }
        json["closest_contact"] = contact_json(*result.contact, molecules);
    } else {
        json["error"] = result.error;
    }
    if (result.pairs) {
        json["pairs"] = pairs_json(*result.pairs, molecules, unit);
    }
    json["warnings"] = row.warnings;
    return json;
}

std::vector<TableColumn> csv_columns(bool has_deformation) {
    std::vector<TableColumn> columns = {{"total", ColumnType::number}};
    for (const ComponentName& component : component_names) {
        columns.push_back({component.name, ColumnType::number});
    }
    if (has_deformation) {
        columns.push_back({"deformation", ColumnType::number});
    }
    columns.push_back({"closest_contact_angstrom", ColumnType::number});
    columns.push_back({"warnings", ColumnType::text});
    columns.push_back({"error", ColumnType::text});
    return columns;
}

std::string csv_cells(const EnergyRow& row, const EnergyUnit& unit, bool has_deformation) {
    std::string csv;
    if (row.result.energy) {
        csv += fmt::format("{}", row.result.energy->total() / unit.value());
        csv += component_csv(*row.result.energy, unit);
        if (has_deformation) {
            csv +=
                row.deformation ? fmt::format(",{}", row.deformation->total() / unit.value()) : ",";
        }
        csv += fmt::format(",{}", row.result.contact->distance / units::angstrom);
    } else {
        csv += has_deformation ? ",,,,,," : ",,,,,";
    }
    return csv + fmt::format(",{},{}",
                             csv_text(fmt::format("{}", fmt::join(row.warnings, "; "))),
                             csv_text(row.result.error));
}

std::string rows_csv(const std::vector<EnergyRow>& rows, const EnergyUnit& unit) {
    const bool has_deformation = any_deformation(rows);
    std::string csv = "name," + csv_heading(csv_columns(has_deformation)) + '\n';
    for (const EnergyRow& row : rows) {
        csv += csv_text(row.complex.name) + ',' + csv_cells(row, unit, has_deformation) + '\n';
    }
    return csv;
}

std::string rows_text(const std::vector<EnergyRow>& rows, const EnergyUnit& unit) {
    std::string text = fmt::format("{:>12}", "total");
    text += component_heading();
    const bool has_deformation = any_deformation(rows);
    if (has_deformation) {
        text += fmt::format("{:>13}", "deformation");
    }
    text += fmt::format("{:>11}  {}, {}\n", "contact/Å", "name", unit.name);
    for (const EnergyRow& row : rows) {
        if (!row.result.energy) {
            const int width = has_deformation ? 88 : 75;
            text += fmt::format("{:>12}{:>{}}  {}\n", "-", "", width, row.complex.name);
            continue;
        }
        const EnergyComponents& energy = *row.result.energy;
        text += fmt::format("{:>12.{}f}", energy.total() / unit.value(), unit.digits());
        text += component_columns(energy, unit);
        if (row.deformation) {
            text +=
                fmt::format("{:>13.{}f}", row.deformation->total() / unit.value(), unit.digits());
        } else if (has_deformation) {
            text += fmt::format("{:>13}", "-");
        }
        text += fmt::format(
            "{:>11.2f}  {}\n", row.result.contact->distance / units::angstrom, row.complex.name);
    }
    return text;
}

std::string rows_xyz(const std::vector<EnergyRow>& rows, const EnergyUnit& unit) {
    std::ostringstream stream;
    for (const EnergyRow& row : rows) {
        if (row.result.energy) {
            write_extended_xyz(stream, row_frame(row, unit));
        }
    }
    return stream.str();
}

void append_row_warnings(const std::vector<EnergyRow>& rows, std::vector<std::string>& warnings) {
    std::size_t warned = 0;
    std::size_t failed = 0;
    std::string first_warning;
    std::string first_error;
    for (const EnergyRow& row : rows) {
        if (!row.result.energy && failed++ == 0) {
            first_error = fmt::format("{}: {}", row.complex.name, row.result.error);
        }
        if (!row.warnings.empty() && warned++ == 0) {
            first_warning = fmt::format("{}: {}", row.complex.name, row.warnings.front());
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

}  // namespace keesom::apps

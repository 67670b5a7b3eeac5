// SPDX-License-Identifier: BSD-3-Clause
//
// What `keesom energy` says: of a complex that is alone all there is to say, of each among many a
// row.
#pragma once

#include "report.hpp"
#include "session.hpp"

#include <keesom/core/io/input_complexes.hpp>
#include <keesom/core/io/parquet_table.hpp>
#include <keesom/core/monomer_potential.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keesom::apps {

/// A complex and what came out for it.
struct EnergyRow {
    InputComplex complex;
    SystemEnergy result;  ///< gradients are those of the deformation too, where it is known
    std::optional<Deformation> deformation;  ///< with --force-field
    std::vector<std::string> warnings;
};

/// What is said of the predicted atoms of one molecule.
struct PredictionSummary {
    double dipole_debye = 0.0;      ///< about the center of nuclear charge
    double charge_deviation = 0.0;  ///< largest standard deviation of an atomic charge, e
    Eigen::VectorXd charges;        ///< (N), e
};

/// A complex that is alone.
struct ComplexReport {
    EnergyRow row;  ///< with an energy
    std::vector<PredictionSummary> predictions;
    std::optional<EnergyComponents> non_additive;
};

/// Interaction, and deformation where it is known; hartree.
double whole_energy(const EnergyRow& row);

nlohmann::ordered_json complex_json(const ComplexReport& report,
                                    const Session& session,
                                    const EnergyUnit& unit);
std::string complex_text(const ComplexReport& report,
                         const Session& session,
                         const EnergyUnit& unit);

nlohmann::ordered_json row_json(const EnergyRow& row,
                                const Session& session,
                                const EnergyUnit& unit);
/// The columns of csv_cells().
std::vector<TableColumn> csv_columns(bool has_deformation);

/// The energies of a row, its warnings and its error, without a name.
std::string csv_cells(const EnergyRow& row, const EnergyUnit& unit, bool has_deformation);

std::string rows_csv(const std::vector<EnergyRow>& rows, const EnergyUnit& unit);
std::string rows_text(const std::vector<EnergyRow>& rows, const EnergyUnit& unit);

/// Extended XYZ, a frame for each row that has an energy: the complex as it was understood, with
/// its energies, and with forces where they were computed.
std::string rows_xyz(const std::vector<EnergyRow>& rows, const EnergyUnit& unit);

/// What is said of many rows together on standard error: each row has its own in JSON and CSV.
void append_row_warnings(const std::vector<EnergyRow>& rows, std::vector<std::string>& warnings);

}  // namespace keesom::apps

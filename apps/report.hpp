// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers for people and for programs: the same in both.
#pragma once

#include <keesom/calibration/benchmark.hpp>
#include <keesom/core/io/parquet_table.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keesom::apps {

/// What energies are printed in.
struct EnergyUnit {
    std::string name = "kcal/mol";

    /// One of it in hartree.
    [[nodiscard]] double value() const;

    /// Decimals that show a thousandth of a kcal/mol.
    [[nodiscard]] int digits() const;
};

void add_unit_option(CLI::App& verb, EnergyUnit& unit);

/// A set that was evaluated, with what the report says about its origin.
struct EvaluatedSet {
    std::string set;
    std::string file;
    std::string reference_key;
    std::vector<ReferenceSystem> systems;
    BenchmarkResult result;

    /// With predicted properties, where `result` is with given ones.
    std::optional<BenchmarkResult> predicted;

    /// How far an atom is from the geometry that its properties were given for, at most, bohr.
    double given_distance = 0.0;
};

/// A vector as a list, for JSON.
template <class Vector>
std::vector<double> listed(const Vector& values) {
    return {values.begin(), values.end()};
}

/// The columns of a matrix, each as a list.
template <class Matrix>
std::vector<std::vector<double>> columns(const Matrix& values) {
    std::vector<std::vector<double>> list;
    for (Eigen::Index i = 0; i < values.cols(); ++i) {
        list.push_back(listed(values.col(i)));
    }
    return list;
}

nlohmann::ordered_json to_json(const EnergyComponents& energy, const EnergyUnit& unit);
nlohmann::ordered_json to_json(const std::vector<EvaluatedSet>& sets, const EnergyUnit& unit);

/// Standard deviations of the components and the total.
nlohmann::ordered_json to_json(const EnergyDeviations& deviations, const EnergyUnit& unit);

/// The same, and whose atom contributes most.
nlohmann::ordered_json to_json(const EnergyUncertainty& uncertainty, const EnergyUnit& unit);

/// Names of the components, and an energy's, each 16 wide, in tables of text.
std::string component_heading();
std::string component_columns(const EnergyComponents& energy, const EnergyUnit& unit);

/// The same in CSV, each behind a comma, numbers with all digits.
std::string component_csv_heading();
std::string component_csv(const EnergyComponents& energy, const EnergyUnit& unit);

/// Standard deviations of an energy from one source, with the name of the source.
struct DeviationColumn {
    std::string source;
    EnergyDeviations deviations;
};

/// @param columns of standard deviations beside the energy
std::string to_table(const EnergyComponents& energy,
                     const EnergyUnit& unit,
                     const std::vector<DeviationColumn>& columns = {});
/// Statistics of the total, if any system has one, and of each component, in the order of
/// component_names.
std::string to_table(const ErrorStatistics& total,
                     const std::vector<ErrorStatistics>& components,
                     const EnergyUnit& unit);
/// @param all_skipped whether to name every system that was skipped, and why
std::string to_table(const EvaluatedSet& set, const EnergyUnit& unit, bool all_skipped);

/// Reasons for which systems were skipped, each with their number: reasons that differ in names and
/// numbers only stand once.
/// @param all whether to name every system
std::string skipped_lines(const std::vector<SkippedSystem>& skipped, bool all);

/// The names of columns as the first line of CSV, without its end.
std::string csv_heading(const std::vector<TableColumn>& columns);

/// Text in quotation marks, as a field of CSV.
std::string csv_text(const std::string& text);

/// One line for each system of all sets, with a header.
std::string to_csv(const std::vector<EvaluatedSet>& sets, const EnergyUnit& unit);

}  // namespace keesom::apps

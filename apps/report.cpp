// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

namespace keesom::apps {

namespace {

/// hartree in one of each.
const std::map<std::string, double> energy_units = {{"eV", units::electronvolt},
                                                    {"hartree", units::hartree},
                                                    {"kJ/mol", units::kj_per_mol},
                                                    {"kcal/mol", units::kcal_per_mol}};

using Json = nlohmann::ordered_json;

Json statistics_json(const ErrorStatistics& statistics, const EnergyUnit& unit) {
    return {{"n", statistics.n},
            {"mae", statistics.mae / unit.value()},
            {"rmse", statistics.rmse / unit.value()},
            {"mean_error", statistics.mean_error / unit.value()},
            {"max_abs_error", statistics.max_abs_error / unit.value()},
            {"worst", statistics.worst}};
}

Json set_json(const EvaluatedSet& set, const EnergyUnit& unit) {
    Json skipped = Json::array();
    for (const SkippedSystem& system : set.result.skipped) {
        skipped.push_back({{"name", system.name}, {"reason", system.reason}});
    }
    std::map<std::size_t, EnergyComponents> predicted;
    if (set.predicted) {
        for (const BenchmarkEntry& entry : set.predicted->entries) {
            predicted[entry.index] = entry.energy;
        }
    }
    Json dimers = Json::array();
    for (const BenchmarkEntry& entry : set.result.entries) {
        Json dimer = {{"name", entry.name}, {"reference", nullptr}};
        if (entry.reference) {
            dimer["reference"] = *entry.reference / unit.value();
        }
        dimer.update(apps::to_json(entry.energy, unit));
        if (predicted.contains(entry.index)) {
            dimer["predicted"] = apps::to_json(predicted.at(entry.index), unit);
        }
        dimers.push_back(std::move(dimer));
    }
    Json json = {{"set", set.set},
                 {"file", set.file},
                 {"reference_key", set.reference_key},
                 {"evaluated", set.result.entries.size()},
                 {"skipped", std::move(skipped)}};
    if (set.result.total.n > 0) {
        json["total"] = statistics_json(set.result.total, unit);
    }
    for (std::size_t i = 0; i < set.result.components.size(); ++i) {
        json["components"][component_names[i].name] =
            statistics_json(set.result.components[i], unit);
    }
    if (set.predicted) {
        json["given_geometries_within_angstrom"] = set.given_distance / units::angstrom;
        const EnergyDifferences differences = energy_differences(set.result, *set.predicted);
        if (differences.total.n > 0) {
            json["given_minus_predicted"] = {
                {"electrostatics_and_exchange", statistics_json(differences.first_order, unit)},
                {"total", statistics_json(differences.total, unit)}};
        }
    }
    json["dimers"] = std::move(dimers);
    return json;
}

std::string statistics_row(const std::string& label,
                           const ErrorStatistics& statistics,
                           const EnergyUnit& unit) {
    return fmt::format("  {:<16}{:>6}{:>9.3f}{:>9.3f}{:>9.3f}{:>9.3f}   {}\n",
                       label,
                       statistics.n,
                       statistics.mae / unit.value(),
                       statistics.rmse / unit.value(),
                       statistics.mean_error / unit.value(),
                       statistics.max_abs_error / unit.value(),
                       statistics.worst);
}

std::string statistics_header(const EnergyUnit& unit) {
    return fmt::format("  {:<16}{:>6}{:>9}{:>9}{:>9}{:>9}   {}\n",
                       unit.name,
                       "n",
                       "MAE",
                       "RMSE",
                       "mean",
                       "max",
                       "worst");
}

std::string component_rows(const std::vector<ErrorStatistics>& components, const EnergyUnit& unit) {
    std::string rows;
    for (std::size_t i = 0; i < components.size(); ++i) {
        rows += statistics_row(component_names[i].name, components[i], unit);
    }
    return rows;
}

/// What the given properties make of the energies.
std::string difference_rows(const EvaluatedSet& set, const EnergyUnit& unit) {
    std::string rows =
        fmt::format("  given properties are of geometries that differ by {:.3f} Å at most\n",
                    set.given_distance / units::angstrom);
    const EnergyDifferences differences = energy_differences(set.result, *set.predicted);
    if (differences.total.n == 0) {
        return rows + "  no system could be evaluated with predicted properties\n";
    }
    return rows + "  energies with given properties minus energies with predicted ones\n" +
           statistics_row("elst. + exchange", differences.first_order, unit) +
           statistics_row("total", differences.total, unit);
}

/// Length of what is particular to one system at the beginning of the text: a quoted name, a
/// formula or element in parentheses, a number; 0 if there is none.
std::size_t particular_length(std::string_view text) {
    constexpr std::string_view alphanumeric =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (text[0] == '\'') {
        const std::size_t end = text.find('\'', 1);
        return end == std::string_view::npos ? 0 : end + 1;
    }
    if (text[0] == '(') {
        const std::size_t end = text.find_first_not_of(alphanumeric, 1);
        return end == std::string_view::npos || text[end] != ')' ? 0 : end + 1;
    }
    return std::min(text.find_first_not_of("0123456789."), text.size());
}

/// A reason without what is particular to one system.
std::string without_particulars(std::string_view reason) {
    std::string result;
    while (!reason.empty()) {
        const std::size_t length = particular_length(reason);
        result += length > 0 ? '*' : reason[0];
        reason.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

}  // namespace

double EnergyUnit::value() const {
    return energy_units.at(name);
}

int EnergyUnit::digits() const {
    return value() > 10.0 * units::kcal_per_mol ? 6 : 3;
}

void add_unit_option(CLI::App& verb, EnergyUnit& unit) {
    std::vector<std::string> names;
    for (const auto& [name, value] : energy_units) {
        names.push_back(name);
    }
    verb.add_option("--unit", unit.name, "Unit of the energies that are printed")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
}

std::string component_heading() {
    std::string text;
    for (const ComponentName& component : component_names) {
        text += fmt::format("{:>16}", component.name);
    }
    return text;
}

std::string component_columns(const EnergyComponents& energy, const EnergyUnit& unit) {
    std::string text;
    for (const ComponentName& component : component_names) {
        text += fmt::format("{:>16.{}f}", energy.*component.value / unit.value(), unit.digits());
    }
    return text;
}

std::string component_csv_heading() {
    std::string csv;
    for (const ComponentName& component : component_names) {
        csv += fmt::format(",{}", component.name);
    }
    return csv;
}

std::string component_csv(const EnergyComponents& energy, const EnergyUnit& unit) {
    std::string csv;
    for (const ComponentName& component : component_names) {
        csv += fmt::format(",{}", energy.*component.value / unit.value());
    }
    return csv;
}

Json to_json(const EnergyComponents& energy, const EnergyUnit& unit) {
    Json json = {{"total", energy.total() / unit.value()}};
    for (const ComponentName& component : component_names) {
        json[component.name] = energy.*component.value / unit.value();
    }
    return json;
}

Json to_json(const EnergyDeviations& deviations, const EnergyUnit& unit) {
    Json json = {{"total", deviations.total / unit.value()}};
    for (const ComponentName& component : component_names) {
        json[component.name] = deviations.components.*component.value / unit.value();
    }
    return json;
}

Json to_json(const EnergyUncertainty& uncertainty, const EnergyUnit& unit) {
    const EnergyDeviations& deviations = uncertainty;
    Json json = to_json(deviations, unit);
    json["largest_source"] = {{"monomer", uncertainty.molecule + 1},
                              {"atom", uncertainty.atom + 1},
                              {"share", uncertainty.share}};
    return json;
}

Json to_json(const std::vector<EvaluatedSet>& sets, const EnergyUnit& unit) {
    Json list = Json::array();
    for (const EvaluatedSet& set : sets) {
        list.push_back(set_json(set, unit));
    }
    return {{"unit", unit.name}, {"sets", std::move(list)}};
}

std::string to_table(const EnergyComponents& energy,
                     const EnergyUnit& unit,
                     const std::vector<DeviationColumn>& columns) {
    std::string table;
    if (!columns.empty()) {
        table = fmt::format("  {:<26}", unit.name);
        for (const DeviationColumn& column : columns) {
            table += fmt::format("{:>12}", "± " + column.source);
        }
        table += "\n";
    }
    const auto add = [&](const char* name, double value, const auto& deviation_of) {
        table += fmt::format("  {:<16}{:>10.{}f}", name, value / unit.value(), unit.digits());
        for (const DeviationColumn& column : columns) {
            table += fmt::format(
                "{:>12.{}f}", deviation_of(column.deviations) / unit.value(), unit.digits());
        }
        table += "\n";
    };
    for (const ComponentName& component : component_names) {
        add(component.name, energy.*component.value, [&](const EnergyDeviations& deviations) {
            return deviations.components.*component.value;
        });
    }
    add("total", energy.total(), [](const EnergyDeviations& deviations) {
        return deviations.total;
    });
    return table;
}

std::string to_table(const ErrorStatistics& total,
                     const std::vector<ErrorStatistics>& components,
                     const EnergyUnit& unit) {
    std::string table = statistics_header(unit);
    if (total.n > 0) {
        table += statistics_row("total", total, unit);
    }
    return table + component_rows(components, unit);
}

std::string to_table(const EvaluatedSet& set, const EnergyUnit& unit, bool all_skipped) {
    const BenchmarkResult& result = set.result;
    std::string table = fmt::format("{}: {} evaluated{}, {} skipped ({}, reference {})\n",
                                    set.set,
                                    result.entries.size(),
                                    set.predicted ? " with given properties" : "",
                                    result.skipped.size(),
                                    set.file,
                                    set.reference_key);
    table += to_table(result.total, result.components, unit);
    if (set.predicted) {
        table += difference_rows(set, unit);
    }
    return table + skipped_lines(result.skipped, all_skipped);
}

std::string skipped_lines(const std::vector<SkippedSystem>& skipped, bool all) {
    std::string lines;
    if (all) {
        for (const SkippedSystem& system : skipped) {
            lines += fmt::format("  skipped {}: {}\n", system.name, system.reason);
        }
        return lines;
    }
    std::map<std::string, std::vector<const SkippedSystem*>> alike;
    for (const SkippedSystem& system : skipped) {
        alike[without_particulars(system.reason)].push_back(&system);
    }
    for (const auto& [unused, systems] : alike) {
        const SkippedSystem& first = *systems.front();
        lines += systems.size() == 1
                     ? fmt::format("  skipped {}: {}\n", first.name, first.reason)
                     : fmt::format("  skipped {}, the first {}: {} (--verbose names all)\n",
                                   systems.size(),
                                   first.name,
                                   first.reason);
    }
    return lines;
}

std::string csv_heading(const std::vector<TableColumn>& columns) {
    std::string csv;
    for (const TableColumn& column : columns) {
        csv += (csv.empty() ? "" : ",") + column.name;
    }
    return csv;
}

std::string csv_text(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        escaped += c;
        if (c == '"') {
            escaped += c;
        }
    }
    return '"' + escaped + '"';
}

std::string to_csv(const std::vector<EvaluatedSet>& sets, const EnergyUnit& unit) {
    std::string csv = "set,name,reference,total";
    for (const ComponentName& component : component_names) {
        csv += fmt::format(",{0}", component.name);
    }
    csv += ",skipped\n";
    for (const EvaluatedSet& set : sets) {
        for (const BenchmarkEntry& entry : set.result.entries) {
            csv += fmt::format("{},{},{},{}",
                               csv_text(set.set),
                               csv_text(entry.name),
                               entry.reference ? fmt::format("{}", *entry.reference / unit.value())
                                               : std::string(),
                               entry.energy.total() / unit.value());
            csv += component_csv(entry.energy, unit);
            csv += ",\n";
        }
        for (const SkippedSystem& system : set.result.skipped) {
            csv += fmt::format("{},{},,,,,,,{}\n",
                               csv_text(set.set),
                               csv_text(system.name),
                               csv_text(system.reason));
        }
    }
    return csv;
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;
using units::kcal_per_mol;

Json statistics_json(const ErrorStatistics& statistics) {
    return {{"n", statistics.n},
            {"mae", statistics.mae / kcal_per_mol},
            {"rmse", statistics.rmse / kcal_per_mol},
            {"mean_error", statistics.mean_error / kcal_per_mol},
            {"max_abs_error", statistics.max_abs_error / kcal_per_mol},
            {"worst", statistics.worst}};
}

Json set_json(const EvaluatedSet& set) {
    Json skipped = Json::array();
    for (const SkippedSystem& system : set.result.skipped) {
        skipped.push_back({{"name", system.name}, {"reason", system.reason}});
    }
    Json dimers = Json::array();
    for (const BenchmarkEntry& entry : set.result.entries) {
        Json dimer = {{"name", entry.name}, {"reference", entry.reference / kcal_per_mol}};
        dimer.update(apps::to_json(entry.energy));
        dimers.push_back(std::move(dimer));
    }
    Json json = {{"set", set.set},
                 {"file", set.file},
                 {"reference_key", set.reference_key},
                 {"evaluated", set.result.entries.size()},
                 {"skipped", std::move(skipped)},
                 {"total", statistics_json(set.result.total)}};
    for (std::size_t i = 0; i < set.result.components.size(); ++i) {
        json["components"][component_names[i].name] = statistics_json(set.result.components[i]);
    }
    json["dimers"] = std::move(dimers);
    return json;
}

std::string statistics_row(const std::string& label, const ErrorStatistics& statistics) {
    return fmt::format("  {:<16}{:>6}{:>9.3f}{:>9.3f}{:>9.3f}{:>9.3f}   {}\n",
                       label,
                       statistics.n,
                       statistics.mae / kcal_per_mol,
                       statistics.rmse / kcal_per_mol,
                       statistics.mean_error / kcal_per_mol,
                       statistics.max_abs_error / kcal_per_mol,
                       statistics.worst);
}

std::string statistics_header() {
    return fmt::format("  {:<16}{:>6}{:>9}{:>9}{:>9}{:>9}   {}\n",
                       "kcal/mol",
                       "n",
                       "MAE",
                       "RMSE",
                       "mean",
                       "max",
                       "worst");
}

std::string component_rows(const std::vector<ErrorStatistics>& components) {
    std::string rows;
    for (std::size_t i = 0; i < components.size(); ++i) {
        rows += statistics_row(component_names[i].name, components[i]);
    }
    return rows;
}

std::string skipped_lines(const std::vector<SkippedSystem>& skipped) {
    constexpr std::size_t shown = 6;
    std::map<std::string, std::vector<std::string>> by_reason;
    for (const SkippedSystem& system : skipped) {
        by_reason[system.reason].push_back(system.name);
    }
    std::string lines;
    for (const auto& [reason, names] : by_reason) {
        const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size()));
        lines += fmt::format(
            "  skipped {}, {}: {}", names.size(), reason, fmt::join(names.begin(), end, ", "));
        if (names.size() > shown) {
            lines += fmt::format(", and {} more (--json and --csv name all)", names.size() - shown);
        }
        lines += '\n';
    }
    return lines;
}

std::string quoted(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        escaped += c;
        if (c == '"') {
            escaped += c;
        }
    }
    return '"' + escaped + '"';
}

}  // namespace

Json to_json(const EnergyComponents& energy) {
    Json json = {{"total", energy.total() / kcal_per_mol}};
    for (const ComponentName& component : component_names) {
        json[component.name] = energy.*component.value / kcal_per_mol;
    }
    return json;
}

Json to_json(const std::vector<EvaluatedSet>& sets) {
    Json list = Json::array();
    for (const EvaluatedSet& set : sets) {
        list.push_back(set_json(set));
    }
    return {{"sets", std::move(list)}};
}

std::string to_table(const EnergyComponents& energy) {
    std::string table = "Interaction energy, kcal/mol\n";
    for (const ComponentName& component : component_names) {
        table += fmt::format(
            "  {:<16}{:>10.3f}\n", component.name, energy.*component.value / kcal_per_mol);
    }
    return table + fmt::format("  {:<16}{:>10.3f}\n", "total", energy.total() / kcal_per_mol);
}

std::string to_table(const std::vector<ErrorStatistics>& components) {
    return statistics_header() + component_rows(components);
}

std::string to_table(const EvaluatedSet& set) {
    const BenchmarkResult& result = set.result;
    const std::string table = fmt::format("{}: {} evaluated, {} skipped ({}, reference {})\n",
                                          set.set,
                                          result.entries.size(),
                                          result.skipped.size(),
                                          set.file,
                                          set.reference_key);
    return table + statistics_header() + statistics_row("total", result.total) +
           component_rows(result.components) + skipped_lines(result.skipped);
}

std::string to_csv(const std::vector<EvaluatedSet>& sets) {
    std::string csv = "set,name,reference,total";
    for (const ComponentName& component : component_names) {
        csv += fmt::format(",{0}", component.name);
    }
    csv += ",skipped\n";
    for (const EvaluatedSet& set : sets) {
        for (const BenchmarkEntry& entry : set.result.entries) {
            csv += fmt::format("{},{},{},{}",
                               quoted(set.set),
                               quoted(entry.name),
                               entry.reference / kcal_per_mol,
                               entry.energy.total() / kcal_per_mol);
            for (const ComponentName& component : component_names) {
                csv += fmt::format(",{}", entry.energy.*component.value / kcal_per_mol);
            }
            csv += ",\n";
        }
        for (const SkippedSystem& system : set.result.skipped) {
            csv += fmt::format(
                "{},{},,,,,,,{}\n", quoted(set.set), quoted(system.name), quoted(system.reason));
        }
    }
    return csv;
}

}  // namespace keesom::apps

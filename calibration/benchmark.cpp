// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/benchmark.hpp>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

namespace keesom {

namespace {

/// A system with its references and no energy yet.
BenchmarkEntry entry_of(std::size_t index,
                        const ReferenceSystem& system,
                        const std::string& reference_key) {
    BenchmarkEntry entry;
    entry.index = index;
    entry.name = system.name;
    entry.reference = system.reference_energy(reference_key);
    if (!system.three_body) {
        entry.reference_components = system.reference_components();
    }
    return entry;
}

/// Statistics of one number of each entry that has it.
template <class Error>
ErrorStatistics statistics_of(const std::vector<BenchmarkEntry>& entries, Error&& error_of) {
    std::vector<double> errors;
    std::vector<std::string> names;
    for (const BenchmarkEntry& entry : entries) {
        if (const std::optional<double> error = error_of(entry)) {
            errors.push_back(*error);
            names.push_back(entry.name);
        }
    }
    return error_statistics(errors, names);
}

}  // namespace

ErrorStatistics error_statistics(std::span<const double> errors,
                                 std::span<const std::string> names) {
    ErrorStatistics statistics;
    statistics.n = errors.size();
    if (errors.empty()) {
        return statistics;
    }
    double absolute = 0.0;
    double squared = 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const double magnitude = std::abs(errors[i]);
        absolute += magnitude;
        squared += errors[i] * errors[i];
        sum += errors[i];
        if (i == 0 || magnitude > statistics.max_abs_error) {
            statistics.max_abs_error = magnitude;
            statistics.worst = names[i];
        }
    }
    const auto n = static_cast<double>(errors.size());
    statistics.mae = absolute / n;
    statistics.rmse = std::sqrt(squared / n);
    statistics.mean_error = sum / n;
    return statistics;
}

BenchmarkResult run_benchmark(std::span<const ReferenceSystem> systems,
                              const InteractionModel& model,
                              const std::string& reference_key,
                              const ProgressCallback& progress) {
    // References first: a damaged number is an error of the file, and not worth the work.
    std::vector<BenchmarkEntry> entries;
    for (const ReferenceSystem& system : systems) {
        entries.push_back(entry_of(entries.size(), system, reference_key));
    }
    const std::vector<SystemEnergy> energies = system_energies(systems, model, progress);

    BenchmarkResult result;
    for (std::size_t i = 0; i < systems.size(); ++i) {
        if (!entries[i].reference && !entries[i].reference_components) {
            result.skipped.push_back(
                {systems[i].name, fmt::format("no reference energy '{}'", reference_key)});
        } else if (!energies[i].energy) {
            result.skipped.push_back({systems[i].name, energies[i].error});
        } else {
            entries[i].energy = *energies[i].energy;
            entries[i].contact = *energies[i].contact;
            result.entries.push_back(std::move(entries[i]));
        }
    }
    result.total =
        statistics_of(result.entries, [](const BenchmarkEntry& entry) -> std::optional<double> {
            if (!entry.reference) {
                return std::nullopt;
            }
            return entry.energy.total() - *entry.reference;
        });
    for (const ComponentName& component : component_names) {
        const ErrorStatistics statistics = statistics_of(
            result.entries, [&](const BenchmarkEntry& entry) -> std::optional<double> {
                if (!entry.reference_components) {
                    return std::nullopt;
                }
                return entry.energy.*component.value -
                       (*entry.reference_components).*component.value;
            });
        if (statistics.n > 0) {
            result.components.push_back(statistics);
        }
    }
    return result;
}

EnergyDifferences energy_differences(const BenchmarkResult& result, const BenchmarkResult& from) {
    std::map<std::size_t, EnergyComponents> others;
    for (const BenchmarkEntry& entry : from.entries) {
        others[entry.index] = entry.energy;
    }
    const auto statistics = [&](const auto& value) {
        return statistics_of(result.entries,
                             [&](const BenchmarkEntry& entry) -> std::optional<double> {
                                 const auto other = others.find(entry.index);
                                 if (other == others.end()) {
                                     return std::nullopt;
                                 }
                                 return value(entry.energy) - value(other->second);
                             });
    };
    EnergyDifferences differences;
    differences.first_order = statistics(
        [](const EnergyComponents& energy) { return energy.electrostatics + energy.exchange; });
    differences.total = statistics([](const EnergyComponents& energy) { return energy.total(); });
    return differences;
}

}  // namespace keesom

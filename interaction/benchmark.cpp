// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/benchmark.hpp>
#include <keesom/interaction/monomer_library.hpp>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <mutex>
#include <utility>

namespace keesom {

namespace {

/// Positions of the monomers of each system in one long list of molecules.
std::vector<std::size_t> first_monomers(std::span<const ReferenceSystem> systems) {
    std::vector<std::size_t> first = {0};
    for (const ReferenceSystem& system : systems) {
        first.push_back(first.back() + system.monomers.size());
    }
    return first;
}

MonomerLibrary make_library(std::span<const ReferenceSystem> systems) {
    std::vector<Molecule> molecules;
    for (const ReferenceSystem& system : systems) {
        molecules.insert(molecules.end(), system.monomers.begin(), system.monomers.end());
    }
    return MonomerLibrary(molecules);
}

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

EnergyComponents energy_of(const ReferenceSystem& system,
                           std::span<const Monomer> monomers,
                           const Physics& physics) {
    return system.three_body ? physics.non_additive_energy(monomers)
                             : physics.interaction_energy(monomers);
}

/// @throws InputError for a system of which only energies are known, if details are asked for
void require_additive(const ReferenceSystem& system, const EnergyDetails& details) {
    if (system.three_body && (details.gradients || details.pairs)) {
        throw InputError("non-additive energies have neither gradients nor pairs");
    }
}

/// What follows from the energy of a system.
void add_details(std::span<const Monomer> monomers,
                 const Physics& physics,
                 const EnergyDetails& details,
                 SystemEnergy& result) {
    result.contact = closest_contact(monomers);
    if (details.pairs) {
        result.pairs = pair_decomposition(monomers, physics, *result.energy);
    }
}

SystemEnergy with_gradients(const ReferenceSystem& system,
                            const InteractionModel& model,
                            const EnergyDetails& details) {
    const EnergyLinearization linearization = model.linearize(system.monomers);
    SystemEnergy result;
    std::vector<Monomer> monomers;
    for (std::size_t m = 0; m < system.monomers.size(); ++m) {
        const PropertyPrediction& prediction = linearization.prediction(m);
        monomers.emplace_back(system.monomers[m], prediction.properties);
        result.unfamiliar.push_back(prediction.unfamiliar);
    }
    result.energy = linearization.energy();
    result.gradients = linearization.gradients();
    result.uncertainty = linearization.uncertainty();
    add_details(monomers, model.physics(), details, result);
    return result;
}

/// Calls compute(i) for every system, on all threads; one that throws has an error as its result.
template <class Function>
std::vector<SystemEnergy> compute_each(std::span<const ReferenceSystem> systems,
                                       const ProgressCallback& progress,
                                       const Function& compute) {
    // Results are kept by index, so threads leave no trace.
    std::vector<SystemEnergy> results(systems.size());
    std::mutex progress_mutex;
    std::size_t done = 0;
    parallel_for(systems.size(), [&](std::size_t i) {
        try {
            results[i] = compute(i);
        } catch (const Error& error) {
            results[i].error = error.what();
        }
        const std::lock_guard lock(progress_mutex);
        ++done;
        if (progress) {
            progress(done);
        }
    });
    return results;
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

std::vector<SystemEnergy> system_energies(std::span<const ReferenceSystem> systems,
                                          const InteractionModel& model,
                                          const ProgressCallback& progress,
                                          const EnergyDetails& details) {
    if (details.gradients) {
        return compute_each(systems, progress, [&](std::size_t i) {
            require_additive(systems[i], details);
            return with_gradients(systems[i], model, details);
        });
    }
    MonomerLibrary library = make_library(systems);
    library.predict(model.property_model());
    const std::vector<std::size_t> first = first_monomers(systems);
    return compute_each(systems, progress, [&](std::size_t i) {
        require_additive(systems[i], details);
        SystemEnergy result;
        std::vector<Monomer> monomers;
        for (std::size_t m = first[i]; m < first[i + 1]; ++m) {
            monomers.push_back(library.monomer(m));
            result.unfamiliar.push_back(library.unfamiliar(m));
        }
        result.energy = energy_of(systems[i], monomers, model.physics());
        add_details(monomers, model.physics(), details, result);
        return result;
    });
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

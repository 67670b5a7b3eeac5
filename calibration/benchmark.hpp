// SPDX-License-Identifier: BSD-3-Clause
//
// How wrong the energies are on a set of systems with reference values.
#pragma once

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Statistics of n errors, computed minus reference; hartree.
struct ErrorStatistics {
    std::size_t n = 0;
    double mae = 0.0;
    double rmse = 0.0;
    double mean_error = 0.0;
    double max_abs_error = 0.0;
    std::string worst;  ///< name of the system with the largest absolute error
};

/// @param names of the systems, one for each error
ErrorStatistics error_statistics(std::span<const double> errors,
                                 std::span<const std::string> names);

/// One system of a set with its energies, hartree.
struct BenchmarkEntry {
    std::size_t index = 0;  ///< of the system in its set
    std::string name;
    std::optional<double> reference;
    std::optional<EnergyComponents> reference_components;
    EnergyComponents energy;
    Contact contact;  ///< the closest one of its monomers
};

struct SkippedSystem {
    std::string name;
    std::string reason;
};

struct BenchmarkResult {
    std::vector<BenchmarkEntry> entries;
    std::vector<SkippedSystem> skipped;
    ErrorStatistics total;  ///< n = 0 where no system has a total reference
    /// In the order of component_names; empty where no system has reference components.
    std::vector<ErrorStatistics> components;
};

/// How far energies are from those of the same systems with other atomic properties, hartree.
struct EnergyDifferences {
    /// Of electrostatics and exchange, which are of first order in the densities of the monomers.
    ErrorStatistics first_order;
    ErrorStatistics total;
};

/// Energies of one result minus those of another result of the same set, for the systems that both
/// have; n = 0 if there are none.
EnergyDifferences energy_differences(const BenchmarkResult& result, const BenchmarkResult& from);

/// Computes every system by system_energies() and compares it with its reference. A system that
/// cannot be computed, or has neither a total reference nor reference components, is listed as
/// skipped with the reason.
/// @param reference_key key of the total reference energy in the set, "e_ref"
/// @throws InputError "file:line: reason" if a reference is not a number
BenchmarkResult run_benchmark(std::span<const ReferenceSystem> systems,
                              const InteractionModel& model,
                              const std::string& reference_key,
                              const ProgressCallback& progress = {});

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers for people and for programs: the same in both.
#pragma once

#include <keesom/interaction/benchmark.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace keesom::apps {

/// A set that was evaluated, with what the report says about its origin.
struct EvaluatedSet {
    std::string set;
    std::string file;
    std::string reference_key;
    BenchmarkResult result;
};

nlohmann::ordered_json to_json(const EnergyComponents& energy);
nlohmann::ordered_json to_json(const std::vector<EvaluatedSet>& sets);

std::string to_table(const EnergyComponents& energy);
/// Statistics of each component, in the order of component_names.
std::string to_table(const std::vector<ErrorStatistics>& components);
std::string to_table(const EvaluatedSet& set);

/// One line for each system of all sets, with a header.
std::string to_csv(const std::vector<EvaluatedSet>& sets);

}  // namespace keesom::apps

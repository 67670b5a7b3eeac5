// SPDX-License-Identifier: BSD-3-Clause
//
// The errors of a benchmark as pages: of all sets in short, and of each set in figures, the worst
// cases, and a table of all systems.
#pragma once

#include "report.hpp"
#include "session.hpp"

#include <map>
#include <string>
#include <vector>

namespace keesom::apps {

/// Stands beside the pages with the same numbers as JSON, and tells a folder of them from others.
inline constexpr const char* benchmark_file = "keesom-benchmark.json";

/// Pages by the names of their files: "index.html", and one for each set.
/// @param properties file that properties were given in; empty if they were predicted
std::map<std::string, std::string> benchmark_pages(const std::vector<EvaluatedSet>& sets,
                                                   const Session& session,
                                                   const std::string& properties,
                                                   const std::vector<std::string>& warnings,
                                                   const EnergyUnit& unit);

}  // namespace keesom::apps

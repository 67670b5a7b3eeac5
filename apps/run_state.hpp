// SPDX-License-Identifier: BSD-3-Clause
//
// Long work that can be stopped keeps a state beside its output, a JSON file that is replaced as a
// whole. It says what the work depends on besides the state: work goes on under the same conditions
// only.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace keesom::apps {

/// What kind of work, as "keesom dynamics".
struct StateFormat {
    std::string name;
    int version = 1;
};

/// Replaces the state, an object.
/// @throws InputError as write_file()
void write_state(const std::filesystem::path& path,
                 const StateFormat& format,
                 const nlohmann::ordered_json& conditions,
                 const nlohmann::ordered_json& state);

/// Reads a state.
/// @param read takes what it needs of the object; what nlohmann::json throws there is an error of
///        the file
/// @throws InputError "NAME: reason" if the file is no such state or is damaged, or the conditions
///         were others
void read_state(const std::filesystem::path& path,
                const StateFormat& format,
                const nlohmann::ordered_json& conditions,
                const std::function<void(const nlohmann::ordered_json&)>& read);

}  // namespace keesom::apps

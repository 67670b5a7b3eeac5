// SPDX-License-Identifier: BSD-3-Clause
#include "run_state.hpp"

#include "session.hpp"

#include <keesom/core/io/output.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>

namespace keesom::apps {

void write_state(const std::filesystem::path& path,
                 const StateFormat& format,
                 const nlohmann::ordered_json& conditions,
                 const nlohmann::ordered_json& state) {
    nlohmann::ordered_json json = {
        {"format", format.name}, {"version", format.version}, {"conditions", conditions}};
    json.update(state);
    write_file(path, json_text(json));
}

void read_state(const std::filesystem::path& path,
                const StateFormat& format,
                const nlohmann::ordered_json& conditions,
                const std::function<void(const nlohmann::ordered_json&)>& read) {
    const std::string text = read_text_file(path);
    try {
        const auto json = nlohmann::ordered_json::parse(text);
        if (json.at("format") != format.name || json.at("version") != format.version) {
            throw InputError(fmt::format(
                "{}: no state of {}, version {}", path.string(), format.name, format.version));
        }
        for (const auto& [key, value] : conditions.items()) {
            const auto before = json.at("conditions").value(key, nlohmann::ordered_json());
            if (before != value) {
                throw InputError(fmt::format("{}: what is to go on had another {} ({}, now {})",
                                             path.string(),
                                             key,
                                             before.dump(),
                                             value.dump()));
            }
        }
        read(json);
    } catch (const nlohmann::ordered_json::exception& error) {
        throw InputError(fmt::format("{}: damaged ({})", path.string(), error.what()));
    }
}

}  // namespace keesom::apps

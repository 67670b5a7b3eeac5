// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <vector>

namespace keesom {

namespace {

using Json = nlohmann::json;

// Deeper than any of our files. The library writes and compares values by recursion, which ends
// with the stack: "[[[[…" must not get so far.
constexpr int most_nested = 100;

std::size_t line_of(std::string_view text, std::size_t byte) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

}  // namespace

std::string read_json_text(const std::filesystem::path& path) {
    std::string text;
    try {
        text = read_text_file(path);
    } catch (const InputError& error) {
        throw ModelError(error.what());
    }
    std::vector<std::set<std::string>> keys;  // of the objects that are open, the innermost last
    const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > most_nested) {
            throw ModelError(
                fmt::format("{}: nested more than {} deep", path.string(), most_nested));
        }
        if (event == Json::parse_event_t::object_start) {
            keys.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            keys.pop_back();
        } else if (event == Json::parse_event_t::key) {
            const auto key = parsed.get<std::string>();
            if (!keys.back().insert(key).second) {
                throw ModelError(
                    fmt::format("{}: key '{}' stands twice in one object", path.string(), key));
            }
        }
        return true;
    };
    try {
        [[maybe_unused]] const Json parsed = Json::parse(text, check);
    } catch (const Json::parse_error& error) {
        throw ModelError(
            fmt::format("{}:{}: not valid JSON", path.string(), line_of(text, error.byte)));
    } catch (const Json::exception&) {
        throw ModelError(fmt::format("{}: a number is out of range", path.string()));
    }
    return text;
}

}  // namespace keesom

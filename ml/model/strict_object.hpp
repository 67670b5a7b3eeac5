// SPDX-License-Identifier: BSD-3-Clause
//
// JSON objects whose keys are all known and all there. Not a public header.
#pragma once

#include <keesom/core/errors.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace keesom {

template <class Value>
struct IsListOfIntegers : std::false_type {};

template <class Integer>
struct IsListOfIntegers<std::vector<Integer>> : std::is_integral<Integer> {};

/// Whether a number is an integer that Integer can hold. The library would cut 9.5 down to 9, and
/// leave the higher bits of a large number out.
template <class Integer>
bool holds(const nlohmann::json& value) {
    return value.is_number_unsigned()  ? std::in_range<Integer>(value.get<std::uint64_t>())
           : value.is_number_integer() ? std::in_range<Integer>(value.get<std::int64_t>())
                                       : false;
}

/// An object of the manifest: every key must be asked for once, and no others may be there.
class StrictObject {
public:
    StrictObject(const nlohmann::json& object, std::string name, std::set<std::string> keys)
        : object_(object), name_(std::move(name)) {
        if (!object.is_object()) {
            throw ModelError(fmt::format("{}: expected an object", name_));
        }
        for (const auto& item : object.items()) {
            if (keys.erase(item.key()) == 0) {
                throw ModelError(fmt::format("{}: unknown key '{}'", name_, item.key()));
            }
        }
        if (!keys.empty()) {
            throw ModelError(fmt::format("{}: key '{}' is missing", name_, *keys.begin()));
        }
    }

    template <class Value>
    [[nodiscard]] Value get(const std::string& key) const {
        const nlohmann::json& value = object_.at(key);
        bool integers_fit = true;
        if constexpr (std::is_integral_v<Value>) {
            integers_fit = holds<Value>(value);
        } else if constexpr (IsListOfIntegers<Value>::value) {
            integers_fit =
                std::all_of(value.begin(), value.end(), holds<typename Value::value_type>);
        }
        if (!integers_fit) {
            throw ModelError(fmt::format("{}: key '{}' is {}, expected {}",
                                         name_,
                                         key,
                                         value.dump(),
                                         std::is_integral_v<Value> ? "an integer" : "integers"));
        }
        try {
            return value.get<Value>();
        } catch (const nlohmann::json::exception&) {
            throw ModelError(
                fmt::format("{}: key '{}' has the wrong type, it is {}", name_, key, value.dump()));
        }
    }

    [[nodiscard]] const nlohmann::json& operator[](const std::string& key) const {
        return object_.at(key);
    }

    [[nodiscard]] std::string path(const std::string& key) const {
        return fmt::format("{}: {}", name_, key);
    }

private:
    const nlohmann::json& object_;
    std::string name_;
};

}  // namespace keesom

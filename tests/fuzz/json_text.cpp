// SPDX-License-Identifier: BSD-3-Clause
//
// The text of JSON files: what is returned has to be JSON.
#include "target.hpp"

#include <keesom/core/io/json_text.hpp>

#include <nlohmann/json.hpp>

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const auto path = fuzz::folder().file("text.json", fuzz::text_of(data, size));
    std::string text;
    if (fuzz::returns([&] { text = read_json_text(path); }, path.string())) {
        fuzz::require_returns([&] {
            const auto value = nlohmann::json::parse(text);
            fuzz::require(nlohmann::json::parse(value.dump()) == value, "another value");
        });
    }
    return 0;
}

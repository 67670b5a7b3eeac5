// SPDX-License-Identifier: BSD-3-Clause
//
// Files of physical constants. A complete one is longer than an input should be, so an input is
// merged into the shipped one: object by object, everything else is replaced.
#include "target.hpp"

#include <keesom/core/io/text_file.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace keesom {

namespace {

/// The shipped file with the input in it; the input itself if it is no object.
std::string merged(std::string_view text) {
    static const auto shipped = nlohmann::ordered_json::parse(read_file(
        std::filesystem::path(KEESOM_TEST_DATA_DIR) / "models" / "organic" / parameter_file));
    const auto patch = nlohmann::ordered_json::parse(text, nullptr, false);
    if (!patch.is_object()) {
        return std::string(text);
    }
    nlohmann::ordered_json file = shipped;
    file.merge_patch(patch);  // a null takes a key away
    return file.dump();
}

void require_round_trip(const ParameterSet& parameters) {
    const std::filesystem::path first = fuzz::folder().path() / "first.json";
    const std::filesystem::path second = fuzz::folder().path() / "second.json";
    fuzz::require_returns([&] {
        save_parameters(first, parameters);
        save_parameters(second, load_parameters(first));
    });
    fuzz::require(read_file(first) == read_file(second), "other parameters");
}

}  // namespace

}  // namespace keesom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const auto path = fuzz::folder().file("parameters.json", merged(fuzz::text_of(data, size)));
    ParameterSet parameters;
    if (fuzz::returns([&] { parameters = load_parameters(path); }, path.string())) {
        require_round_trip(parameters);
    }
    return 0;
}

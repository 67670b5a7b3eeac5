// SPDX-License-Identifier: BSD-3-Clause
//
// Text, plain or compressed by gzip.
#include "target.hpp"

#include <keesom/core/io/text_file.hpp>

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const std::string_view bytes = fuzz::text_of(data, size);
    const auto path = fuzz::folder().file("text", bytes);
    std::string text;
    if (fuzz::returns([&] { text = read_text_file(path); }, path.string())) {
        fuzz::require(!text.empty(), "an empty text");
        fuzz::require(text == bytes || bytes.substr(0, 2) == "\x1f\x8b", "another text");
    }
    fuzz::require_returns([&] { fuzz::require(read_file(path) == bytes, "other bytes"); });
    return 0;
}

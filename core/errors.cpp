// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>

#include <fmt/format.h>

namespace keesom {

namespace {

std::string without_control_characters(const std::string& message) {
    constexpr unsigned char blank = 0x20;
    constexpr unsigned char rubout = 0x7f;
    std::string shown;
    for (const char c : message) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\n') {
            shown += "\\n";
        } else if (code < blank || code == rubout) {
            shown += fmt::format("\\x{:02x}", code);
        } else {
            shown += c;
        }
    }
    return shown;
}

}  // namespace

Error::Error(const std::string& message)
    : std::runtime_error(without_control_characters(message)) {}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/printable.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace keesom {

namespace {

constexpr std::size_t longest_word = 200;
constexpr std::size_t kept_of_long_word = 60;  // at either end

/// Length of the UTF-8 character at the beginning of the text, 0 if there is none. Overlong forms
/// and surrogates pass: they do a terminal no harm.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t length = 0;
    if (byte(0) < 0x80) {
        return 1;
    }
    if ((byte(0) & 0xe0) == 0xc0) {
        length = 2;
    } else if ((byte(0) & 0xf0) == 0xe0) {
        length = 3;
    } else if ((byte(0) & 0xf8) == 0xf0) {
        length = 4;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// Control characters of ASCII and, in UTF-8, those from U+0080 to U+009F.
bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    return first < 0x20 || first == 0x7f ||
           (first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
}

std::string shortened(const std::string& word) {
    if (word.size() <= longest_word) {
        return word;
    }
    return word.substr(0, kept_of_long_word) + "…" + word.substr(word.size() - kept_of_long_word);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    std::string word;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        const std::string_view character = text.substr(0, length == 0 ? 1 : length);
        if (character == " ") {
            result += shortened(word) + " ";
            word.clear();
        } else if (character == "\n") {
            word += "\\n";
        } else if (length == 0 || is_control(character)) {
            for (const char c : character) {
                word += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
            }
        } else {
            word += character;
        }
        text.remove_prefix(character.size());
    }
    return result + shortened(word);
}

}  // namespace keesom

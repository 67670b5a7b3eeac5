// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers and words in text, independent of the locale. Internal to keesom::core.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace keesom::parse {

inline constexpr std::string_view whitespace = " \t\r\n\v\f";

inline std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(whitespace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(whitespace) - first + 1);
}

/// The whole of `text` as a number; nullopt if anything is left over or it does not fit.
template <class Number>
std::optional<Number> number(std::string_view text) {
    // std::from_chars knows no plus sign.
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
        text.remove_prefix(1);
    }
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return value;
}

/// Words between blanks, put into `words`.
inline void split_words(std::string_view text, std::vector<std::string_view>& words) {
    words.clear();
    auto begin = text.find_first_not_of(whitespace);
    while (begin != std::string_view::npos) {
        auto end = text.find_first_of(whitespace, begin);
        if (end == std::string_view::npos) {
            end = text.size();
        }
        words.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(whitespace, end);
    }
}

/// Parts between separators, without blanks around them; "a,,b" has three, "" has one.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// Lines of a text with their numbers from 1; the end of a line may be that of Windows.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    /// The next line without its end, nullopt after the last.
    std::optional<std::string_view> next() {
        if (rest_.empty()) {
            return std::nullopt;
        }
        ++number_;
        const auto end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        return line;
    }

    /// Number of the line that next() gave last.
    [[nodiscard]] int number() const { return number_; }

    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    int number_ = 0;
};

}  // namespace keesom::parse

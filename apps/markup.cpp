// SPDX-License-Identifier: BSD-3-Clause
#include "markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace keesom::apps {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string label(double value, int decimals) {
    if (!std::isfinite(value)) {
        return "–";
    }
    const std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
    const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
    return (value < 0.0 && !is_zero ? "−" : "") + digits;
}

Ticks::Ticks(double low, double high, double count) {
    const double raw = (high - low) / count;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        step = factor * power;
        if (step >= raw) {
            break;
        }
    }
    decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
    for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; ++n) {
        values.push_back(n * step);
    }
}

}  // namespace keesom::apps

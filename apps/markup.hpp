// SPDX-License-Identifier: BSD-3-Clause
//
// What pictures (SVG) and pages (HTML) share: escaping, numbers, the ticks of axes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keesom::apps {

/// Text between tags or in a quoted attribute.
std::string escaped(std::string_view text);

/// A number with a true minus, and no minus before a zero; "–" if it is not finite.
std::string label(double value, int decimals);

/// Round numbers between two limits, about `count` of them: 1, 2 or 5 times a power of ten apart.
struct Ticks {
    Ticks(double low, double high, double count);

    double step = 0.0;
    int decimals = 0;
    std::vector<double> values;
};

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
//
// Curves as a picture: SVG that needs nothing beside itself, in the reader's light or dark mode.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace keesom::apps {

/// Of the components of an energy, in the order of component_names. Most people who see few colors
/// tell them apart: Okabe and Ito.
inline constexpr std::array component_colors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7"};

struct Curve {
    std::string name;
    std::string color;            ///< of SVG; "currentColor" is that of text
    std::vector<double> values;   ///< at each x of the plot; a gap where not finite
    std::vector<double> spreads;  ///< half the height of a band about the values; none if empty
};

struct LinePlot {
    std::string title;
    std::string x_label;
    std::string y_label;
    std::vector<double> x;  ///< ascending, two or more
    std::vector<Curve> curves;
    double y_low = 0.0;  ///< curves are cut off at both
    double y_high = 0.0;
};

std::string svg(const LinePlot& plot);

}  // namespace keesom::apps

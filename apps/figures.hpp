// SPDX-License-Identifier: BSD-3-Clause
//
// Figures of pages: SVG whose colors and fonts are those of the style of the page.
#pragma once

#include <string>
#include <vector>

namespace keesom::apps {

/// A bar from zero to a value, with an error bar.
struct Bar {
    std::string name;
    std::string color;  ///< of SVG
    double value = 0.0;
    double deviation = 0.0;  ///< no error bar if it is not finite
};

struct BarChart {
    std::string title;  ///< for those who do not see it
    std::string x_label;
    std::vector<Bar> bars;
};

std::string svg(const BarChart& chart);

/// A number for each row and column, blue below zero and orange above, as strong as it is large.
struct HeatMap {
    struct Cell {
        double value = 0.0;
        std::string tip;  ///< shown beside the pointer
    };

    std::string title;  ///< for those who do not see it
    std::string unit;
    std::vector<std::string> rows;
    std::vector<std::string> columns;
    std::vector<Cell> cells;  ///< row by row
    double largest = 0.0;     ///< |value| of the strongest color
};

std::string svg(const HeatMap& map);

/// Numbers against others that they should equal, with the line where they do and a band about it.
struct ScatterPlot {
    struct Point {
        double x = 0.0;
        double y = 0.0;
        std::string tip;   ///< shown beside the pointer
        std::string link;  ///< where a click leads
    };

    std::string title;  ///< for those who do not see it
    std::string x_label;
    std::string y_label;
    std::string color;  ///< of SVG
    double band = 0.0;  ///< half of its height
    std::vector<Point> points;
};

std::string svg(const ScatterPlot& plot);

/// How many values are in each of some steps of one width.
struct Histogram {
    std::string title;  ///< for those who do not see it
    std::string x_label;
    std::string y_label;
    std::vector<double> values;
};

std::string svg(const Histogram& histogram);

}  // namespace keesom::apps

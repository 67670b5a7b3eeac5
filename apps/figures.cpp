// SPDX-License-Identifier: BSD-3-Clause
#include "figures.hpp"

#include "markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace keesom::apps {

namespace {

std::string svg_frame(double width, double height, const std::string& title) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\">\n",
        width,
        height,
        escaped(title));
}

/// The color of a value: how strong is its opacity, so that zero is the color of the page.
std::string shade(double value, double largest) {
    return fmt::format("class=\"{}\" fill-opacity=\"{:.3f}\"",
                       value < 0.0 ? "below" : "above",
                       largest > 0.0 ? std::min(std::abs(value) / largest, 1.0) : 0.0);
}

/// The colors and what they stand for, from the strongest below zero to the strongest above.
std::string color_key(const HeatMap& map, double x, double y) {
    constexpr int steps = 4;
    constexpr double width = 22.0;
    std::string text;
    for (int i = -steps; i <= steps; ++i) {
        text += fmt::format("<rect {} x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"10\"/>\n",
                            shade(i, steps),
                            x + (i + steps) * width,
                            y,
                            width);
    }
    const Ticks ticks(0.0, map.largest > 0.0 ? map.largest : 1.0, 4.0);
    for (const double share : {-1.0, 0.0, 1.0}) {
        text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                            x + (steps + 0.5 + share * steps) * width,
                            y + 26.0,
                            label(share * map.largest, std::max(1, ticks.decimals)));
    }
    return text + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                              x + (2 * steps + 1) * width + 10.0,
                              y + 10.0,
                              escaped(map.unit));
}

/// A square with axes.
class Axes {
public:
    static constexpr double most_ticks = 6.0;

    Axes(double x_low, double x_high, double y_low, double y_high, double y_ticks = most_ticks)
        : x_low_(x_low), x_high_(x_high), y_low_(y_low), y_high_(y_high), y_ticks_(y_ticks) {}

    [[nodiscard]] double x(double value) const {
        return left + side * (value - x_low_) / (x_high_ - x_low_);
    }

    [[nodiscard]] double y(double value) const {
        return top + side - side * (value - y_low_) / (y_high_ - y_low_);
    }

    /// The picture up to what is drawn in the square.
    [[nodiscard]] std::string start(const std::string& title,
                                    const std::string& x_label,
                                    const std::string& y_label) const {
        constexpr double bottom = top + side;
        std::string text = svg_frame(left + side + 14.0, bottom + 50.0, title);
        const Ticks ticks_x(x_low_, x_high_, most_ticks);
        for (const double value : ticks_x.values) {
            text += fmt::format(
                "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\"/>\n"
                "<text class=\"quiet\" x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}"
                "</text>\n",
                x(value),
                top,
                bottom,
                bottom + 18.0,
                label(value, ticks_x.decimals));
        }
        const Ticks ticks_y(y_low_, y_high_, y_ticks_);
        for (const double value : ticks_y.values) {
            text += fmt::format(
                "<line class=\"grid\" x1=\"{0}\" y1=\"{1:.1f}\" x2=\"{2}\" y2=\"{1:.1f}\"/>\n"
                "<text class=\"quiet\" x=\"{3}\" y=\"{1:.1f}\" dy=\"0.35em\" "
                "text-anchor=\"end\">{4}</text>\n",
                left,
                y(value),
                left + side,
                left - 8.0,
                label(value, ticks_y.decimals));
        }
        return text +
               fmt::format(
                   "<text class=\"quiet\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n"
                   "<text class=\"quiet\" transform=\"translate(12 {}) rotate(-90)\" "
                   "text-anchor=\"middle\">{}</text>\n",
                   left + 0.5 * side,
                   bottom + 42.0,
                   escaped(x_label),
                   top + 0.5 * side,
                   escaped(y_label));
    }

private:
    // In pixels.
    static constexpr double left = 72.0;
    static constexpr double top = 8.0;
    static constexpr double side = 336.0;

    double x_low_;
    double x_high_;
    double y_low_;
    double y_high_;
    double y_ticks_;
};

}  // namespace

std::string svg(const BarChart& chart) {
    constexpr double width = 500.0;
    constexpr double left = 128.0;
    constexpr double right = 484.0;
    constexpr double row = 36.0;
    constexpr double thickness = 18.0;
    const double bottom = row * static_cast<double>(chart.bars.size()) + 6.0;
    const auto reach = [](const Bar& bar) {
        return std::isfinite(bar.deviation) ? bar.deviation : 0.0;
    };
    double low = 0.0;
    double high = 0.0;
    for (const Bar& bar : chart.bars) {
        low = std::min(low, bar.value - reach(bar));
        high = std::max(high, bar.value + reach(bar));
    }
    if (!(high > low)) {
        high = low + 1.0;
    }
    const auto x = [&](double value) {
        return left + (right - left) * (value - low) / (high - low);
    };
    std::string text = svg_frame(width, bottom + 50.0, chart.title);
    const Ticks ticks(low, high, 5.0);
    for (const double value : ticks.values) {
        text += fmt::format(
            "<line class=\"{0}\" x1=\"{1:.1f}\" y1=\"0\" x2=\"{1:.1f}\" y2=\"{2}\"/>\n"
            "<text class=\"quiet\" x=\"{1:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
            std::abs(value) < 1e-9 * ticks.step ? "zero" : "grid",
            x(value),
            bottom,
            bottom + 18.0,
            label(value, ticks.decimals));
    }
    double y = 0.5 * row + 3.0;
    for (const Bar& bar : chart.bars) {
        text += fmt::format(
            "<text x=\"{}\" y=\"{:.1f}\" dy=\"0.35em\" text-anchor=\"end\">{}</text>\n"
            "<rect fill=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\"/>\n",
            left - 12.0,
            y,
            escaped(bar.name),
            bar.color,
            x(std::min(bar.value, 0.0)),
            y - 0.5 * thickness,
            x(std::abs(bar.value)) - x(0.0),
            thickness);
        if (reach(bar) > 0.0) {
            const double from = x(bar.value - bar.deviation);
            const double to = x(bar.value + bar.deviation);
            text += fmt::format(
                "<path class=\"error\" d=\"M{0:.1f} {2:.1f}v10M{1:.1f} {2:.1f}v10M{0:.1f} "
                "{3:.1f}H{1:.1f}\"/>\n",
                from,
                to,
                y - 5.0,
                y);
        }
        y += row;
    }
    text += fmt::format(
        "<text class=\"quiet\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
        0.5 * (left + right),
        bottom + 42.0,
        escaped(chart.x_label));
    return text + "</svg>\n";
}

std::string svg(const HeatMap& map) {
    constexpr double left = 56.0;
    constexpr double top = 40.0;
    constexpr double most = 660.0;  // pixels that cells share
    const auto n_rows = static_cast<double>(map.rows.size());
    const auto n_columns = static_cast<double>(map.columns.size());
    const double count = std::max(n_rows, n_columns);
    const double cell = std::clamp(most / count, 11.0, 48.0);
    const double font = std::min(12.0, cell - 1.0);
    const bool has_numbers = cell >= 40.0;  // wide enough for them
    const double width = std::max(left + cell * n_columns + 8.0, left + 330.0);
    const double bottom = top + cell * n_rows;
    std::string text = svg_frame(width, bottom + 52.0, map.title);
    text += fmt::format("<g font-size=\"{:.0f}\">\n", font);
    for (std::size_t i = 0; i < map.rows.size(); ++i) {
        text +=
            fmt::format("<text x=\"{}\" y=\"{:.1f}\" dy=\"0.35em\" text-anchor=\"end\">{}</text>\n",
                        left - 8.0,
                        top + (static_cast<double>(i) + 0.5) * cell,
                        escaped(map.rows[i]));
    }
    for (std::size_t j = 0; j < map.columns.size(); ++j) {
        const double x = left + (static_cast<double>(j) + 0.5) * cell;
        text += has_numbers
                    ? fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                                  x,
                                  top - 8.0,
                                  escaped(map.columns[j]))
                    : fmt::format(
                          "<text transform=\"translate({:.1f} {}) rotate(-90)\" "
                          "dy=\"0.35em\">{}</text>\n",
                          x,
                          top - 6.0,
                          escaped(map.columns[j]));
    }
    text += fmt::format(
        "</g>\n<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
        left,
        top,
        cell * n_columns,
        cell * n_rows);
    for (std::size_t k = 0; k < map.cells.size(); ++k) {
        const double value = map.cells[k].value;
        const std::size_t row = k / map.columns.size();
        const std::size_t column = k % map.columns.size();
        const double x = left + static_cast<double>(column) * cell;
        const double y = top + static_cast<double>(row) * cell;
        text += fmt::format(
            "<g><title>{}</title><rect {} x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
            "height=\"{:.1f}\"/>",
            escaped(map.cells[k].tip),
            shade(value, map.largest),
            x,
            y,
            cell - 1.0,
            cell - 1.0);
        if (has_numbers) {
            text += fmt::format(
                "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" dy=\"0.35em\" "
                "text-anchor=\"middle\" font-size=\"11\">{}</text>",
                std::abs(value) > 0.8 * map.largest ? "strong" : "weak",
                x + 0.5 * (cell - 1.0),
                y + 0.5 * (cell - 1.0),
                label(value, std::abs(value) < 99.95 ? 1 : 0));
        }
        text += "</g>\n";
    }
    return text + color_key(map, left, bottom + 16.0) + "</svg>\n";
}

std::string svg(const ScatterPlot& plot) {
    double low = plot.points.empty() ? 0.0 : plot.points.front().x;
    double high = low;
    for (const ScatterPlot::Point& point : plot.points) {
        low = std::min({low, point.x, point.y});
        high = std::max({high, point.x, point.y});
    }
    // Both ends of the band are in the frame.
    const double margin = std::max(0.04 * (high - low), plot.band);
    low -= margin;
    high += margin;
    const Axes axes(low, high, low, high);
    constexpr std::size_t few = 300;  // points that hardly cover each other
    const double radius = plot.points.size() > few ? 2.5 : 4.0;
    const auto corner = [&](double x, double y) {
        return fmt::format("{:.1f},{:.1f} ", axes.x(x), axes.y(y));
    };
    std::string text = axes.start(plot.title, plot.x_label, plot.y_label);
    text += fmt::format(
        "<polygon class=\"band\" points=\"{}{}{}{}{}{}\"/>\n"
        "<line class=\"zero\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n"
        "<g class=\"points\" fill=\"{}\">\n",
        corner(low, low),
        corner(low, low + plot.band),
        corner(high - plot.band, high),
        corner(high, high),
        corner(high, high - plot.band),
        corner(low + plot.band, low),
        axes.x(low),
        axes.y(low),
        axes.x(high),
        axes.y(high),
        plot.color);
    for (const ScatterPlot::Point& point : plot.points) {
        // Whoever goes by keys has a table with the same numbers, not thousands of stops.
        text += fmt::format(
            "<a href=\"{}\" tabindex=\"-1\"><title>{}</title><circle cx=\"{:.1f}\" "
            "cy=\"{:.1f}\" r=\"{}\"/></a>\n",
            escaped(point.link),
            escaped(point.tip),
            axes.x(point.x),
            axes.y(point.y),
            radius);
    }
    return text + "</g>\n</svg>\n";
}

std::string svg(const Histogram& histogram) {
    const auto [lowest, highest] =
        std::minmax_element(histogram.values.begin(), histogram.values.end());
    if (lowest == histogram.values.end()) {
        return {};
    }
    const double low = std::min(*lowest, 0.0);
    const double high = std::max(*highest, 0.0);
    constexpr double least_steps = 6.0;
    constexpr double most_steps = 60.0;
    const double count = std::clamp(
        std::sqrt(static_cast<double>(histogram.values.size())), least_steps, most_steps);
    const double step = Ticks(low, high > low ? high : low + 1.0, count).step;
    const double first = std::floor(low / step);
    std::vector<std::size_t> counts(static_cast<std::size_t>(std::floor(high / step) - first) + 1);
    for (const double value : histogram.values) {
        ++counts[static_cast<std::size_t>(std::floor(value / step) - first)];
    }
    const double top = 1.05 * static_cast<double>(*std::max_element(counts.begin(), counts.end()));
    const Axes axes(first * step,
                    (first + static_cast<double>(counts.size())) * step,
                    0.0,
                    top,
                    std::min(top, Axes::most_ticks));  // whole numbers
    std::string text = axes.start(histogram.title, histogram.x_label, histogram.y_label);
    const int decimals = Ticks(0.0, step, 1.0).decimals;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        if (counts[k] == 0) {
            continue;
        }
        const double from = (first + static_cast<double>(k)) * step;
        const auto height = static_cast<double>(counts[k]);
        text += fmt::format(
            "<g><title>{} to {}: {}</title><rect class=\"column\" x=\"{:.1f}\" y=\"{:.1f}\" "
            "width=\"{:.1f}\" height=\"{:.1f}\"/></g>\n",
            label(from, decimals),
            label(from + step, decimals),
            counts[k],
            axes.x(from) + 0.5,
            axes.y(height),
            axes.x(from + step) - axes.x(from) - 1.0,
            axes.y(0.0) - axes.y(height));
    }
    return text + fmt::format(
                      "<line class=\"zero\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" "
                      "y2=\"{2:.1f}\"/>\n</svg>\n",
                      axes.x(0.0),
                      axes.y(0.0),
                      axes.y(top));
}

}  // namespace keesom::apps

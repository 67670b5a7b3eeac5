// SPDX-License-Identifier: BSD-3-Clause
#include "plot.hpp"

#include "markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace keesom::apps {

namespace {

// In pixels.
constexpr double width = 720.0;
constexpr double height = 440.0;
constexpr double left = 76.0;
constexpr double right = 704.0;
constexpr double top = 44.0;
constexpr double bottom = 384.0;

constexpr const char* style = R"(
svg { color: #222; background: #fff; font: 13px system-ui, sans-serif; }
text { fill: currentColor; }
.grid { stroke: #ddd; }
.zero { stroke: #888; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.band { opacity: 0.18; }
@media (prefers-color-scheme: dark) {
  svg { color: #eee; background: #16181c; }
  .grid { stroke: #33363d; }
}
)";

class Canvas {
public:
    explicit Canvas(const LinePlot& plot) : plot_(plot) {}

    [[nodiscard]] double x(double value) const {
        return left +
               (right - left) * (value - plot_.x.front()) / (plot_.x.back() - plot_.x.front());
    }

    /// Cut off a frame's height beyond the frame, so that no number is out of proportion.
    [[nodiscard]] double y(double value) const {
        const double share = (value - plot_.y_low) / (plot_.y_high - plot_.y_low);
        return bottom - (bottom - top) * std::clamp(share, -1.0, 2.0);
    }

    [[nodiscard]] std::string axes() const {
        std::string text;
        const Ticks ticks_x(plot_.x.front(), plot_.x.back(), 8.0);
        for (const double value : ticks_x.values) {
            text += fmt::format(
                "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\"/>\n"
                "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
                x(value),
                top,
                bottom,
                bottom + 20.0,
                label(value, ticks_x.decimals));
        }
        const Ticks ticks_y(plot_.y_low, plot_.y_high, 7.0);
        for (const double value : ticks_y.values) {
            text += fmt::format(
                "<line class=\"{5}\" x1=\"{0}\" y1=\"{1:.1f}\" x2=\"{2}\" y2=\"{1:.1f}\"/>\n"
                "<text x=\"{3}\" y=\"{1:.1f}\" dy=\"0.35em\" text-anchor=\"end\">{4}</text>\n",
                left,
                y(value),
                right,
                left - 8.0,
                label(value, ticks_y.decimals),
                std::abs(value) < 1e-9 * ticks_y.step ? "zero" : "grid");
        }
        text += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                            0.5 * (left + right),
                            bottom + 42.0,
                            escaped(plot_.x_label));
        text += fmt::format(
            "<text transform=\"translate(20 {:.1f}) rotate(-90)\" "
            "text-anchor=\"middle\">{}</text>\n",
            0.5 * (top + bottom),
            escaped(plot_.y_label));
        return text;
    }

    [[nodiscard]] std::string band(const Curve& curve) const {
        std::string points;
        const auto add = [&](std::size_t i, double sign) {
            if (std::isfinite(curve.values[i])) {
                points += fmt::format(
                    "{:.1f},{:.1f} ", x(plot_.x[i]), y(curve.values[i] + sign * curve.spreads[i]));
            }
        };
        for (std::size_t i = 0; i < plot_.x.size(); ++i) {
            add(i, 1.0);
        }
        for (std::size_t i = plot_.x.size(); i-- > 0;) {
            add(i, -1.0);
        }
        return fmt::format(
            "<polygon class=\"band\" fill=\"{}\" points=\"{}\"/>\n", curve.color, points);
    }

    [[nodiscard]] std::string line(const Curve& curve) const {
        std::string path;
        bool is_drawing = false;
        for (std::size_t i = 0; i < plot_.x.size(); ++i) {
            const bool is_there = std::isfinite(curve.values[i]);
            if (is_there) {
                path += fmt::format(
                    "{}{:.1f} {:.1f}", is_drawing ? 'L' : 'M', x(plot_.x[i]), y(curve.values[i]));
            }
            is_drawing = is_there;
        }
        return fmt::format("<path class=\"curve\" stroke=\"{}\" d=\"{}\"/>\n", curve.color, path);
    }

private:
    const LinePlot& plot_;
};

std::string legend(const std::vector<Curve>& curves) {
    std::string text;
    double x = left;
    for (const Curve& curve : curves) {
        text += fmt::format(
            "<line stroke=\"{0}\" stroke-width=\"3\" x1=\"{1:.0f}\" y1=\"32\" x2=\"{2:.0f}\" "
            "y2=\"32\"/><text x=\"{3:.0f}\" y=\"36\">{4}</text>\n",
            curve.color,
            x,
            x + 18.0,
            x + 23.0,
            escaped(curve.name));
        x += 44.0 + 7.4 * static_cast<double>(curve.name.size());
    }
    return text;
}

}  // namespace

std::string svg(const LinePlot& plot) {
    const Canvas canvas(plot);
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" role=\"img\">\n<title>{2}</title>\n<style>{3}</style>\n"
        "<clipPath id=\"frame\"><rect x=\"{4}\" y=\"{5}\" width=\"{6}\" "
        "height=\"{7}\"/></clipPath>\n"
        "<text x=\"{4}\" y=\"18\" font-weight=\"600\">{2}</text>\n",
        width,
        height,
        escaped(plot.title),
        style,
        left,
        top,
        right - left,
        bottom - top);
    text += canvas.axes() + "<g clip-path=\"url(#frame)\">\n";
    for (const Curve& curve : plot.curves) {
        text += (curve.spreads.empty() ? "" : canvas.band(curve)) + canvas.line(curve);
    }
    return text + "</g>\n" + legend(plot.curves) + "</svg>\n";
}

}  // namespace keesom::apps

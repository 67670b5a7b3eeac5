// SPDX-License-Identifier: BSD-3-Clause
#include "page.hpp"

#include "markup.hpp"

#include <keesom/core/printable.hpp>

#include <fmt/format.h>

#include <cctype>
#include <cstddef>
#include <string_view>

namespace keesom::apps {

// Files of the folder `page`, and three.js; made by keesom_embed() of CMake.
std::string_view report_css();
std::string_view viewer_js();
std::string_view sort_js();
std::string_view three_js();
std::string_view three_licence();

namespace {

/// JSON that may stand in a script element: nothing in it ends the element.
std::string script_json(const nlohmann::ordered_json& json) {
    std::string result;
    for (const char c : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
        if (c == '<') {
            result += "\\u003c";
        } else {
            result += c;
        }
    }
    return result;
}

}  // namespace

bool has_viewer() {
    return !three_js().empty();
}

std::string html_table(const PageTable& table, const std::string& kind) {
    std::string html = fmt::format("<div class=\"wide\"><table class=\"{}\">\n<thead><tr>", kind);
    for (const std::string& cell : table.heading) {
        html += fmt::format("<th scope=\"col\">{}</th>", cell);
    }
    html += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& row : table.rows) {
        html += fmt::format("<tr><th scope=\"row\">{}</th>", row.front());
        for (std::size_t i = 1; i < row.size(); ++i) {
            html += fmt::format("<td>{}</td>", row[i]);
        }
        html += "</tr>\n";
    }
    return html + "</tbody>\n</table></div>\n";
}

std::string html_text(const std::string& text) {
    return escaped(printable(text));
}

std::string html_formula(const std::string& formula) {
    std::string html;
    bool is_low = false;
    char before = ' ';
    for (const char c : formula) {
        const bool is_digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
        const bool is_index =
            is_digit && (is_low || std::isalpha(static_cast<unsigned char>(before)) != 0);
        if (is_index != is_low) {
            html += is_index ? "<sub>" : "</sub>";
        }
        is_low = is_index;
        before = c;
        html += c;
    }
    return html + (is_low ? "</sub>" : "");
}

std::string html_warnings(const std::vector<std::string>& warnings) {
    if (warnings.empty()) {
        return {};
    }
    std::string html = fmt::format(
        "<section class=\"warnings\" aria-labelledby=\"warnings\">\n<h2 id=\"warnings\">{}</h2>\n"
        "<ul>\n",
        warnings.size() == 1 ? "Warning" : "Warnings");
    for (const std::string& warning : warnings) {
        html += fmt::format("<li>{}</li>\n", html_text(warning));
    }
    return html + "</ul>\n</section>\n";
}

std::string html_viewer(const nlohmann::ordered_json& scene, const std::string& caption) {
    if (!has_viewer()) {
        return {};
    }
    return fmt::format(
        "<figure class=\"viewer\" hidden>\n"
        "<div class=\"buttons\" role=\"group\" aria-label=\"color of the atoms\"></div>\n"
        "<div class=\"stage\"><canvas tabindex=\"0\" role=\"img\" aria-label=\"molecules in 3-D; "
        "arrow keys turn them, plus and minus change their size\"></canvas>"
        "<span class=\"length\"></span><span class=\"atom\" aria-live=\"polite\"></span></div>\n"
        "<div class=\"key\"></div>\n{}</figure>\n"
        "<script type=\"application/json\" class=\"scene\">{}</script>\n",
        caption.empty() ? "" : fmt::format("<figcaption>{}</figcaption>\n", caption),
        script_json(scene));
}

std::string html_viewer_script() {
    if (!has_viewer()) {
        return "<p class=\"quiet\">This keesom was built without three.js (Debian's libjs-three), "
               "so "
               "there is no view of the molecules in 3-D here.</p>\n";
    }
    return fmt::format(
        "<noscript><p>The molecules in 3-D need JavaScript.</p></noscript>\n"
        "<script id=\"three\">/*!\n{}*/\n{}\n</script>\n<script>\n{}</script>\n",
        three_licence(),
        three_js(),
        viewer_js());
}

std::string html_sort_script() {
    return fmt::format("<script>\n{}</script>\n", sort_js());
}

std::string html_page(const std::string& title, const std::string& main) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<link rel=\"icon\" href=\"data:,\">\n"
        "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n"
        "</html>\n",
        html_text(title),
        report_css(),
        main);
}

}  // namespace keesom::apps

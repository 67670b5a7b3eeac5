// SPDX-License-Identifier: BSD-3-Clause
//
// Pages of results: HTML that needs nothing beside itself, no network and no other file, in the
// reader's light or dark mode. Style and scripts are the files of the folder `page`.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace keesom::apps {

/// Whether molecules can be shown in 3-D: whether three.js was there when keesom was built.
bool has_viewer();

/// A table whose first column names the rows.
struct PageTable {
    std::vector<std::string> heading;            ///< HTML
    std::vector<std::vector<std::string>> rows;  ///< HTML, each as long as the heading
};

/// @param kind classes of the style: "numbers" aligns all but the first column to the right, "sum"
///        tells the last row from the others
std::string html_table(const PageTable& table, const std::string& kind);

/// Text of others (names of files) as HTML.
std::string html_text(const std::string& text);

/// "C<sub>8</sub>H<sub>10</sub>…" of "C8H10…", also within other words.
std::string html_formula(const std::string& formula);

/// Warnings as a list; nothing if there are none.
std::string html_warnings(const std::vector<std::string>& warnings);

/// Molecules in 3-D, which are not seen where scripts do not run. A page may have several of them;
/// nothing if there is no viewer.
/// @param scene what page/viewer.js reads
/// @param caption HTML
std::string html_viewer(const nlohmann::ordered_json& scene, const std::string& caption);

/// What draws all molecules in 3-D of a page, behind the last of them; if there is no viewer, a
/// sentence that says so.
std::string html_viewer_script();

/// What sorts the tables of class "sortable" of a page, behind the last of them.
std::string html_sort_script();

/// A whole page.
/// @param title text
/// @param main HTML
std::string html_page(const std::string& title, const std::string& main);

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include "benchmark_page.hpp"

#include "figures.hpp"
#include "markup.hpp"
#include "molecule_scene.hpp"
#include "page.hpp"
#include "plot.hpp"

#include <keesom/core/printable.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

namespace keesom::apps {

namespace {

constexpr std::size_t most_worst_cases = 6;

/// Lists with more rows are closed at first.
constexpr std::size_t most_open_rows = 20;

/// "my-set" of "sets/My set.xyz.gz": letters, digits, - and _ only, which every file system and
/// every address takes.
std::string stem_of(const std::string& set) {
    std::filesystem::path file = std::filesystem::path(set).filename();
    if (file.extension() == ".gz") {
        file = file.stem();
    }
    constexpr std::size_t most_characters = 60;
    std::string stem = file.stem().string().substr(0, most_characters);
    for (char& c : stem) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        } else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            c = '-';
        }
    }
    return stem.empty() ? "set" : stem;
}

/// Names of the pages of the sets, no two alike.
std::vector<std::string> file_names(const std::vector<EvaluatedSet>& sets) {
    std::set<std::string> taken = {"index.html"};
    std::vector<std::string> names;
    for (const EvaluatedSet& set : sets) {
        const std::string stem = stem_of(set.set);
        std::string name = stem + ".html";
        for (int k = 2; !taken.insert(name).second; ++k) {
            name = fmt::format("{}-{}.html", stem, k);
        }
        names.push_back(name);
    }
    return names;
}

/// Writes numbers in one unit, with its decimals.
class Numbers {
public:
    explicit Numbers(const EnergyUnit& unit) : unit_(unit) {}

    [[nodiscard]] std::string operator()(double energy) const {
        return label(energy / unit_.value(), unit_.digits());
    }

    [[nodiscard]] std::string operator()(const std::optional<double>& energy) const {
        return energy ? (*this)(*energy) : "–";
    }

    /// "MAE 0.512, RMSE 0.800, mean error −0.031 kcal/mol (22 systems)"
    [[nodiscard]] std::string sentence(const ErrorStatistics& statistics) const {
        return fmt::format("MAE {}, RMSE {}, mean error {} {} ({} {})",
                           (*this)(statistics.mae),
                           (*this)(statistics.rmse),
                           (*this)(statistics.mean_error),
                           unit_.name,
                           statistics.n,
                           statistics.n == 1 ? "system" : "systems");
    }

    /// As the columns of statistics_heading().
    [[nodiscard]] std::vector<std::string> cells(const ErrorStatistics& statistics) const {
        return {std::to_string(statistics.n),
                (*this)(statistics.mae),
                (*this)(statistics.rmse),
                (*this)(statistics.mean_error),
                (*this)(statistics.max_abs_error),
                html_text(statistics.worst)};
    }

private:
    const EnergyUnit& unit_;
};

const std::vector<std::string> statistics_heading = {
    "systems", "MAE", "RMSE", "mean error", "largest", "of"};

/// Statistics that there are, with names: components, and the total as their sum.
std::vector<std::pair<std::string, ErrorStatistics>> statistics_of(const BenchmarkResult& result) {
    std::vector<std::pair<std::string, ErrorStatistics>> list;
    for (std::size_t c = 0; c < result.components.size(); ++c) {
        list.emplace_back(component_names[c].name, result.components[c]);
    }
    if (result.total.n > 0) {
        list.emplace_back("total", result.total);
    }
    return list;
}

std::string counts_of(const BenchmarkResult& result) {
    return fmt::format("{} evaluated, {} skipped", result.entries.size(), result.skipped.size());
}

std::string skipped_table(const std::vector<SkippedSystem>& skipped) {
    PageTable table;
    table.heading = {"system", "reason"};
    for (const SkippedSystem& system : skipped) {
        table.rows.push_back({html_text(system.name), html_text(system.reason)});
    }
    const std::string html = html_table(table, "reasons");
    return skipped.size() <= most_open_rows
               ? html
               : fmt::format("<details>\n<summary>All {} systems</summary>\n{}</details>\n",
                             skipped.size(),
                             html);
}

/// Which energies are shown.
std::string energies_shown(const std::string& properties) {
    return properties.empty()
               ? std::string()
               : fmt::format("<p>Energies are with the properties of atoms given in {}.</p>\n",
                             html_text(properties));
}

/// The page of one set.
class SetPage {
public:
    SetPage(const EvaluatedSet& set,
            const Session& session,
            const std::string& properties,
            const EnergyUnit& unit)
        : set_(set),
          result_(set.result),
          session_(session),
          properties_(properties),
          unit_(unit),
          number_(unit) {}

    [[nodiscard]] std::string main() const {
        return header() + statistics() + figures() + worst_cases() + systems() + skipped();
    }

private:
    /// keesom minus reference, hartree; nullopt without a reference.
    static std::optional<double> error_of(const BenchmarkEntry& entry) {
        if (!entry.reference) {
            return std::nullopt;
        }
        return entry.energy.total() - *entry.reference;
    }

    static std::optional<double> error_of(const BenchmarkEntry& entry,
                                          const ComponentName& component) {
        if (!entry.reference_components) {
            return std::nullopt;
        }
        return entry.energy.*component.value - (*entry.reference_components).*component.value;
    }

    /// Of the row of a system in the table.
    static std::string anchor_of(const BenchmarkEntry& entry) {
        return fmt::format("system-{}", entry.index + 1);
    }

    [[nodiscard]] std::string header() const {
        return fmt::format(
            "<header>\n<p class=\"quiet\"><a href=\"index.html\">All sets</a></p>\n"
            "<h1>Errors on {}</h1>\n<p>{} ({}, reference {}). Errors are keesom minus reference, "
            "in {}.</p>\n{}<p class=\"quiet\">{}</p>\n</header>\n",
            html_text(set_.set),
            counts_of(result_),
            html_text(set_.file),
            html_text(set_.reference_key),
            unit_.name,
            energies_shown(properties_),
            html_text(session_.headline()));
    }

    [[nodiscard]] std::string statistics() const {
        const auto statistics = statistics_of(result_);
        if (statistics.empty()) {
            return {};
        }
        PageTable table;
        table.heading = statistics_heading;
        table.heading.insert(table.heading.begin(), unit_.name);
        const auto add = [&](PageTable& to, const std::string& name, const ErrorStatistics& row) {
            to.rows.push_back(number_.cells(row));
            to.rows.back().insert(to.rows.back().begin(), name);
        };
        for (const auto& [name, row] : statistics) {
            add(table, name, row);
        }
        std::string html =
            "<section aria-labelledby=\"errors\">\n<h2 id=\"errors\">Errors</h2>\n" +
            html_table(table,
                       result_.total.n > 0 ? "numbers statistics sum" : "numbers statistics");
        const EnergyDifferences differences =
            set_.predicted ? energy_differences(result_, *set_.predicted) : EnergyDifferences{};
        if (differences.total.n > 0) {
            PageTable from_predicted;
            from_predicted.heading = table.heading;
            add(from_predicted, "electrostatics + exchange", differences.first_order);
            add(from_predicted, "total", differences.total);
            html += fmt::format(
                "<p>Given properties are of geometries that differ by {:.3f} Å at most. Energies "
                "with them minus energies with predicted ones:</p>\n{}",
                set_.given_distance / units::angstrom,
                html_table(from_predicted, "numbers statistics sum"));
        }
        return html + "</section>\n";
    }

    /// @param value_of energy and reference of an entry, the reference nullopt if it has none
    template <class Value>
    [[nodiscard]] std::string scatter(const std::string& name,
                                      const std::string& color,
                                      const ErrorStatistics& statistics,
                                      const Value& value_of) const {
        ScatterPlot plot;
        plot.title = fmt::format("{}, keesom against reference, {}", name, unit_.name);
        plot.x_label = "reference, " + unit_.name;
        plot.y_label = "keesom, " + unit_.name;
        plot.color = color;
        plot.band = units::kcal_per_mol / unit_.value();
        for (const BenchmarkEntry& entry : result_.entries) {
            const auto [energy, reference] = value_of(entry);
            if (!reference) {
                continue;
            }
            plot.points.push_back({*reference / unit_.value(),
                                   energy / unit_.value(),
                                   fmt::format("{}\nreference {}\nkeesom {}\nerror {}",
                                               printable(entry.name),
                                               number_(*reference),
                                               number_(energy),
                                               number_(energy - *reference)),
                                   "#" + anchor_of(entry)});
        }
        return fmt::format(
            "<figure>\n<h3>{}</h3>\n{}<figcaption>{}. Band: ±1 kcal/mol.</figcaption>\n</figure>\n",
            name,
            svg(plot),
            number_.sentence(statistics));
    }

    [[nodiscard]] std::string histogram() const {
        Histogram histogram;
        histogram.title = "how often which error of the total, " + unit_.name;
        histogram.x_label = "error of the total, " + unit_.name;
        histogram.y_label = "systems";
        for (const BenchmarkEntry& entry : result_.entries) {
            if (const std::optional<double> error = error_of(entry)) {
                histogram.values.push_back(*error / unit_.value());
            }
        }
        return fmt::format(
            "<figure>\n<h3>errors of the total</h3>\n{}<figcaption>Largest: {} {}, {}."
            "</figcaption>\n</figure>\n",
            svg(histogram),
            number_(result_.total.max_abs_error),
            unit_.name,
            html_text(result_.total.worst));
    }

    [[nodiscard]] std::string figures() const {
        std::string html;
        if (result_.total.n > 0) {
            html += scatter("total",
                            "var(--text)",
                            result_.total,
                            [](const BenchmarkEntry& entry) {
                                return std::pair(entry.energy.total(), entry.reference);
                            }) +
                    histogram();
        }
        for (std::size_t c = 0; c < result_.components.size(); ++c) {
            const auto component = component_names[c].value;
            html += scatter(component_names[c].name,
                            component_colors.at(c),
                            result_.components[c],
                            [&](const BenchmarkEntry& entry) {
                                const auto& references = entry.reference_components;
                                return std::pair(entry.energy.*component,
                                                 references ? std::optional(*references.*component)
                                                            : std::nullopt);
                            });
        }
        if (html.empty()) {
            return {};
        }
        return "<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">keesom against "
               "reference</h2>\n<p>Each point leads to its system in the table.</p>\n"
               "<div class=\"panels\">\n" +
               html + "</div>\n</section>\n";
    }

    /// Those with the largest errors of the total, the largest first.
    [[nodiscard]] std::vector<const BenchmarkEntry*> worst() const {
        std::vector<const BenchmarkEntry*> entries;
        for (const BenchmarkEntry& entry : result_.entries) {
            if (entry.reference) {
                entries.push_back(&entry);
            }
        }
        std::stable_sort(
            entries.begin(), entries.end(), [](const BenchmarkEntry* a, const BenchmarkEntry* b) {
                return std::abs(*error_of(*a)) > std::abs(*error_of(*b));
            });
        entries.resize(std::min(entries.size(), most_worst_cases));
        return entries;
    }

    [[nodiscard]] std::string worst_case(const BenchmarkEntry& entry) const {
        PageTable table;
        table.heading = {unit_.name, "reference", "keesom", "error"};
        for (const ComponentName& component : component_names) {
            std::optional<double> reference;
            if (entry.reference_components) {
                reference = (*entry.reference_components).*component.value;
            }
            table.rows.push_back({component.name,
                                  number_(reference),
                                  number_(entry.energy.*component.value),
                                  number_(error_of(entry, component))});
        }
        table.rows.push_back({"total",
                              number_(entry.reference),
                              number_(entry.energy.total()),
                              number_(error_of(entry))});
        return fmt::format(
            "<article>\n<h3><a href=\"#{}\">{}</a></h3>\n{}{}</article>\n",
            anchor_of(entry),
            html_text(entry.name),
            html_viewer(molecule_scene(set_.systems[entry.index].monomers, entry.contact), {}),
            html_table(table, "numbers sum"));
    }

    [[nodiscard]] std::string worst_cases() const {
        const std::vector<const BenchmarkEntry*> entries = worst();
        if (entries.empty()) {
            return {};
        }
        std::string html =
            "<section aria-labelledby=\"worst\">\n<h2 id=\"worst\">Largest errors of the "
            "total</h2>\n";
        if (has_viewer()) {
            html +=
                "<p>Drag to turn, pinch or press + and − to change the size. The dashed line is "
                "the closest contact.</p>\n";
        }
        html += "<div class=\"panels\">\n";
        for (const BenchmarkEntry* entry : entries) {
            html += worst_case(*entry);
        }
        return html + "</div>\n" + html_viewer_script() + "</section>\n";
    }

    /// All systems in the order of the set.
    [[nodiscard]] std::string systems() const {
        if (result_.entries.empty()) {
            return {};
        }
        const bool has_components = !result_.components.empty();
        std::string html = fmt::format(
            "<section aria-labelledby=\"systems\">\n<h2 id=\"systems\">Systems</h2>\n"
            "<p>In {}, in the order of the set; with JavaScript headings sort.{}</p>\n"
            "<div class=\"wide\"><table class=\"numbers sortable\">\n<thead><tr>"
            "<th scope=\"col\">system</th><th scope=\"col\">number</th>"
            "<th scope=\"col\">reference</th><th scope=\"col\">keesom</th>"
            "<th scope=\"col\">error</th>",
            unit_.name,
            has_components ? " Of the components the errors are shown." : "");
        for (const ComponentName& component : component_names) {
            html += fmt::format("<th scope=\"col\">{}</th>", component.name);
        }
        html += "</tr></thead>\n<tbody>\n";
        for (const BenchmarkEntry& entry : result_.entries) {
            html += fmt::format(
                "<tr id=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>"
                "<td>{}</td>",
                anchor_of(entry),
                html_text(entry.name),
                entry.index + 1,
                number_(entry.reference),
                number_(entry.energy.total()),
                number_(error_of(entry)));
            for (const ComponentName& component : component_names) {
                html += fmt::format("<td>{}</td>",
                                    has_components ? number_(error_of(entry, component))
                                                   : number_(entry.energy.*component.value));
            }
            html += "</tr>\n";
        }
        return html + "</tbody>\n</table></div>\n" + html_sort_script() + "</section>\n";
    }

    [[nodiscard]] std::string skipped() const {
        return result_.skipped.empty()
                   ? std::string()
                   : fmt::format(
                         "<section aria-labelledby=\"skipped\">\n<h2 id=\"skipped\">Skipped "
                         "systems</h2>\n{}</section>\n",
                         skipped_table(result_.skipped));
    }

    const EvaluatedSet& set_;
    const BenchmarkResult& result_;
    const Session& session_;
    const std::string& properties_;
    const EnergyUnit& unit_;
    Numbers number_;
};

/// All sets in one table, the statistics of each under its name.
std::string sets_table(const std::vector<EvaluatedSet>& sets,
                       const std::vector<std::string>& names,
                       const EnergyUnit& unit) {
    const Numbers numbers(unit);
    std::string html =
        "<div class=\"wide\"><table class=\"numbers statistics sets\">\n<thead><tr><th "
        "scope=\"col\">set</th>"
        "<th scope=\"col\">energy</th>";
    for (const std::string& cell : statistics_heading) {
        html += fmt::format("<th scope=\"col\">{}</th>", cell);
    }
    html += "</tr></thead>\n";
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const BenchmarkResult& result = sets[i].result;
        const auto statistics = statistics_of(result);
        html += fmt::format(
            "<tbody class=\"{}\">\n<tr><th scope=\"rowgroup\" rowspan=\"{}\"><a "
            "href=\"{}\">{}</a><br>"
            "<span class=\"quiet\">{}</span></th>",
            result.total.n > 0 ? "sum" : "parts",
            std::max<std::size_t>(statistics.size(), 1),
            names[i],
            html_text(sets[i].set),
            counts_of(result));
        if (statistics.empty()) {
            html += fmt::format("<td colspan=\"{}\"></td></tr>\n", statistics_heading.size() + 1);
        }
        for (std::size_t k = 0; k < statistics.size(); ++k) {
            html += fmt::format(
                "{}<th scope=\"row\">{}</th>", k == 0 ? "" : "<tr>", statistics[k].first);
            for (const std::string& cell : numbers.cells(statistics[k].second)) {
                html += fmt::format("<td>{}</td>", cell);
            }
            html += "</tr>\n";
        }
        html += "</tbody>\n";
    }
    return html + "</table></div>\n";
}

std::string index_main(const std::vector<EvaluatedSet>& sets,
                       const std::vector<std::string>& names,
                       const Session& session,
                       const std::string& properties,
                       const std::vector<std::string>& warnings,
                       const EnergyUnit& unit) {
    std::string html = fmt::format(
        "<header>\n<h1>Errors of interaction energies</h1>\n"
        "<p>Errors are keesom minus reference, in {}: mean of their magnitudes (MAE), root of the "
        "mean of their squares (RMSE), mean, and largest magnitude.</p>\n{}"
        "<p class=\"quiet\">{}. <a href=\"{}\">Numbers of every system</a> as JSON.</p>\n"
        "</header>\n{}<section aria-labelledby=\"sets\">\n<h2 id=\"sets\">Sets</h2>\n{}"
        "</section>\n",
        unit.name,
        energies_shown(properties),
        html_text(session.headline()),
        benchmark_file,
        html_warnings(warnings),
        sets_table(sets, names, unit));
    std::string skipped;
    for (const EvaluatedSet& set : sets) {
        if (!set.result.skipped.empty()) {
            skipped += fmt::format(
                "<h3>{}</h3>\n{}", html_text(set.set), skipped_table(set.result.skipped));
        }
    }
    if (!skipped.empty()) {
        html += fmt::format(
            "<section aria-labelledby=\"skipped\">\n<h2 id=\"skipped\">Skipped systems</h2>\n{}"
            "</section>\n",
            skipped);
    }
    return html;
}

}  // namespace

std::map<std::string, std::string> benchmark_pages(const std::vector<EvaluatedSet>& sets,
                                                   const Session& session,
                                                   const std::string& properties,
                                                   const std::vector<std::string>& warnings,
                                                   const EnergyUnit& unit) {
    const std::vector<std::string> names = file_names(sets);
    std::map<std::string, std::string> pages;
    pages["index.html"] = html_page("Errors of interaction energies",
                                    index_main(sets, names, session, properties, warnings, unit));
    for (std::size_t i = 0; i < sets.size(); ++i) {
        pages[names[i]] = html_page("Errors on " + sets[i].set,
                                    SetPage(sets[i], session, properties, unit).main());
    }
    return pages;
}

}  // namespace keesom::apps

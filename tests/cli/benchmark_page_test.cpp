// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace keesom::testing {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

namespace fs = std::filesystem;

std::string dimer_with(const std::string& comment) {
    return std::string(water_dimer).insert(2, "natoms_a=3 " + comment);
}

/// Two dimers with components and one without.
std::string three_dimers() {
    return dimer_with("name=first e_ref=-5 elst=-8 exch=7 ind=-2.5 disp=-2") +
           dimer_with("name=second e_ref=-4 elst=-7 exch=6 ind=-2 disp=-1.5") +
           dimer_with("name=third e_ref=-6.5");
}

/// A number of JSON as pages write it: with a true minus.
std::string as_on_page(const nlohmann::json& value) {
    const double number = value.get<double>();
    return (number < 0.0 ? "−" : "") + fmt::format("{:.3f}", std::abs(number));
}

std::string cells_of(const nlohmann::json& statistics) {
    return fmt::format("<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
                       statistics["n"].get<int>(),
                       as_on_page(statistics["mae"]),
                       as_on_page(statistics["rmse"]),
                       as_on_page(statistics["mean_error"]),
                       as_on_page(statistics["max_abs_error"]),
                       statistics["worst"].get<std::string>());
}

/// What cites other things in a page: the values of all "href" and "src".
std::vector<std::string> references_of(const std::string& page) {
    std::vector<std::string> values;
    for (const std::string attribute : {" href=\"", " src=\""}) {
        for (std::size_t at = page.find(attribute); at != std::string::npos;
             at = page.find(attribute, at + 1)) {
            const std::size_t first = at + attribute.size();
            values.push_back(page.substr(first, page.find('"', first) - first));
        }
    }
    return values;
}

/// The page without three.js, whose text is not ours.
std::string own_text(const std::string& page) {
    const std::size_t from = page.find("<script id=\"three\">");
    return from == std::string::npos
               ? page
               : page.substr(0, from) + page.substr(page.find("</script>", from));
}

}  // namespace

TEST(BenchmarkPage, HasTheNumbersOfJson) {
    const CommandFolder folder;
    const std::string set = folder.file("three.xyz", three_dimers());
    const fs::path place = folder.path() / "pages";
    const CommandResult result =
        run_keesom("benchmark --json --html " + place.string() + " " + set);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(read_text_file(place / "keesom-benchmark.json"), result.output);
    const nlohmann::json json = result.json()["sets"][0];
    const std::string index = read_text_file(place / "index.html");
    const std::string page = own_text(read_text_file(place / "three.html"));
    EXPECT_THAT(index, HasSubstr("href=\"three.html\""));
    EXPECT_THAT(index, HasSubstr("3 evaluated, 0 skipped"));
    for (const char* name : {"electrostatics", "exchange", "induction", "dispersion", "total"}) {
        const nlohmann::json& statistics =
            json.contains(name) ? json[name] : json["components"][name];
        const std::string row =
            fmt::format("<th scope=\"row\">{}</th>{}", name, cells_of(statistics));
        EXPECT_THAT(index, HasSubstr(row));
        EXPECT_THAT(page, HasSubstr(row));
    }
    int number = 0;
    for (const nlohmann::json& dimer : json["dimers"]) {
        const nlohmann::json error =
            dimer["total"].get<double>() - dimer["reference"].get<double>();
        EXPECT_THAT(page,
                    HasSubstr(fmt::format("{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
                                          dimer["name"].get<std::string>(),
                                          ++number,
                                          as_on_page(dimer["reference"]),
                                          as_on_page(dimer["total"]),
                                          as_on_page(error))));
        EXPECT_THAT(page,
                    HasSubstr(fmt::format("<title>{}\nreference {}\nkeesom {}\nerror {}</title>",
                                          dimer["name"].get<std::string>(),
                                          as_on_page(dimer["reference"]),
                                          as_on_page(dimer["total"]),
                                          as_on_page(error))));
    }
    EXPECT_EQ(count_of(page, "<circle"), 3U + 4U * 2U);
    EXPECT_EQ(count_of(page, "<article>"), 3U);
}

TEST(BenchmarkPage, LeadsFromPointsToRowsThatAreThere) {
    const CommandFolder folder;
    const fs::path place = folder.path() / "pages";
    ASSERT_EQ(run_keesom("benchmark --html " + place.string() + " " +
                         folder.file("three.xyz", three_dimers()))
                  .status,
              0);
    for (const char* name : {"index.html", "three.html"}) {
        const std::string page = own_text(read_text_file(place / name));
        EXPECT_FALSE(references_of(page).empty());
        for (const std::string& reference : references_of(page)) {
            if (reference.starts_with('#')) {
                EXPECT_EQ(count_of(page, fmt::format("<tr id=\"{}\">", reference.substr(1))), 1U)
                    << reference;
            } else if (reference != "data:,") {
                EXPECT_TRUE(fs::exists(place / reference)) << reference;
            }
        }
    }
}

TEST(BenchmarkPage, NeedsNothingFromElsewhere) {
    const CommandFolder folder;
    const fs::path place = folder.path() / "pages";
    ASSERT_EQ(run_keesom("benchmark --html " + place.string() + " " +
                         folder.file("three.xyz", three_dimers()))
                  .status,
              0);
    for (const char* name : {"index.html", "three.html"}) {
        const std::string whole = read_text_file(place / name);
        const std::string page = own_text(whole);
        EXPECT_EQ(count_of(page, "://"), count_of(page, "xmlns=\"http://www.w3.org/2000/svg\""));
        for (const char* reference : {" src=", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
            EXPECT_THAT(page, Not(HasSubstr(reference)));
        }
        EXPECT_LE(count_of(whole, "<script id=\"three\">"), 1U);
    }
}

TEST(BenchmarkPage, TakesSetsWithoutTotalsAndSystemsThatAreSkipped) {
    const CommandFolder folder;
    const fs::path place = folder.path() / "pages";
    const std::string set = folder.file(
        "parts.xyz",
        dimer_with("name=parts elst=-8 exch=7 ind=-2.5 disp=-2") + dimer_with("name=nothing"));
    const CommandResult result = run_keesom("benchmark --html " + place.string() + " " + set);
    ASSERT_EQ(result.status, 0) << result.errors;
    const std::string page = own_text(read_text_file(place / "parts.html"));
    EXPECT_EQ(count_of(page, "<circle"), 4U);
    EXPECT_EQ(count_of(page, "<article>"), 0U);
    for (const std::string& html : {page, read_text_file(place / "index.html")}) {
        EXPECT_THAT(html, HasSubstr("1 evaluated, 1 skipped"));
        EXPECT_THAT(html,
                    HasSubstr("<th scope=\"row\">nothing</th><td>no reference energy &#39;e_ref"));
    }
}

TEST(BenchmarkPage, EscapesNamesAndKeepsThemOutOfFileNames) {
    const CommandFolder folder;
    const fs::path place = folder.path() / "pages";
    const std::string set = folder.file(
        "<b>&\"x\" Ä.xyz", dimer_with("name=\"</script><script>alert(1)</script>\" e_ref=-5"));
    const CommandResult result =
        run_keesom("benchmark --html " + place.string() + " '" + set + "'");
    ASSERT_EQ(result.status, 0) << result.errors;
    const std::string page = own_text(read_text_file(place / "-b---x----.html"));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
    for (const std::string& html : {page, read_text_file(place / "index.html")}) {
        EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
        EXPECT_THAT(html, Not(HasSubstr("<b>")));
    }
}

TEST(BenchmarkPage, KeepsSetsOfOneNameApart) {
    const CommandFolder folder;
    fs::create_directory(folder.path() / "a");
    const std::string one = folder.file("a/Set.xyz", dimer_with("name=one e_ref=-5"));
    const std::string two = folder.file("set.xyz", dimer_with("name=two e_ref=-5"));
    const std::string three = folder.file("index.xyz", dimer_with("name=three e_ref=-5"));
    const fs::path place = folder.path() / "pages";
    const CommandResult result =
        run_keesom(fmt::format("benchmark --html {} {} {} {}", place.string(), one, two, three));
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(read_text_file(place / "set.html"), HasSubstr(">one<"));
    EXPECT_THAT(read_text_file(place / "set-2.html"), HasSubstr(">two<"));
    EXPECT_THAT(read_text_file(place / "index-2.html"), HasSubstr(">three<"));
    EXPECT_THAT(read_text_file(place / "index.html"), HasSubstr("href=\"index-2.html\""));
}

TEST(BenchmarkPage, SaysWhichEnergiesItShows) {
    const CommandFolder folder;
    const fs::path place = folder.path() / "pages";
    const std::string given = shipped_data + "/benchmarks/aim_test.xyz.gz";
    const CommandResult result =
        run_keesom("benchmark s22 --json --properties " + given + " --html " + place.string());
    ASSERT_EQ(result.status, 0) << result.errors;
    const nlohmann::json json = result.json()["sets"][0];
    const std::string page = own_text(read_text_file(place / "s22.html"));
    EXPECT_THAT(page, HasSubstr("properties of atoms given in "));
    EXPECT_THAT(page,
                HasSubstr("<th scope=\"row\">electrostatics + exchange</th>" +
                          cells_of(json["given_minus_predicted"]["electrostatics_and_exchange"])));
}

TEST(BenchmarkPage, ReplacesOnlyFoldersOfItsOwn) {
    const CommandFolder folder;
    const std::string set = folder.file("one.xyz", dimer_with("name=one e_ref=-5"));
    const fs::path place = folder.path() / "pages";
    const std::string command = "benchmark --html " + place.string() + "/ " + set;
    ASSERT_EQ(run_keesom(command).status, 0);
    expect_bad_input(run_keesom(command), {"pages", "--force"});
    ASSERT_EQ(run_keesom(command + " --force").status, 0);

    fs::create_directory(folder.path() / "home");
    const std::string precious = folder.file("home/index.html", "precious");
    expect_bad_input(
        run_keesom("benchmark --force --html " + (folder.path() / "home").string() + " " + set),
        {"home", "keesom-benchmark.json"});
    EXPECT_EQ(read_text_file(precious), "precious");

    const std::string inside = folder.file("pages/inside.xyz", dimer_with("name=one e_ref=-5"));
    expect_bad_input(run_keesom("benchmark --force --html " + place.string() + " " + inside),
                     {"pages", "inside.xyz", "would be lost"});
    EXPECT_TRUE(fs::exists(inside));
}

TEST(BenchmarkPage, RefusesTwoOutputsInOnePlace) {
    const CommandFolder folder;
    const std::string set = folder.file("one.xyz", dimer_with("name=one e_ref=-5"));
    const std::string place = (folder.path() / "pages").string();
    expect_bad_input(run_keesom(fmt::format("benchmark --html {0} --csv {0} {1}", place, set)),
                     {"pages", "two outputs"});
    fs::create_directory(place);
    expect_bad_input(
        run_keesom(fmt::format("benchmark --html {0} --csv {0}/errors.csv {1}", place, set)),
        {"pages", "within another"});
}

}  // namespace keesom::testing

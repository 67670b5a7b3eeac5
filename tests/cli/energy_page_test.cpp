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

namespace keesom::testing {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

/// What stands between two texts, the first of which occurs.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const std::size_t from = text.find(begin);
    if (from == std::string::npos) {
        ADD_FAILURE() << begin << " is missing";
        return {};
    }
    const std::size_t start = from + begin.size();
    return text.substr(start, text.find(end, start) - start);
}

/// The page without three.js, whose text is not ours.
std::string without_library(const std::string& page) {
    const std::size_t from = page.find("<script id=\"three\">");
    return from == std::string::npos
               ? page
               : page.substr(0, from) + page.substr(page.find("</script>", from));
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

/// As the page writes it: with a true minus.
std::string shown(const nlohmann::json& value) {
    const double number = value.get<double>();
    return (number < 0.0 ? "−" : "") + fmt::format("{:.3f}", std::abs(number));
}

/// Waters of which no two pairs have the same energy.
std::string waters(int count) {
    std::string xyz = fmt::format("{}\n\n", 3 * count);
    for (int i = 0; i < count; ++i) {
        const double x = 3.0 * i;
        const double y = 0.1 * i * i;
        xyz +=
            fmt::format("O {0} {1} 0\nH {0} {2} 0.59\nH {0} {3} -0.59\n", x, y, y + 0.76, y + 0.76);
    }
    return xyz;
}

}  // namespace

TEST(EnergyPage, HasTheNumbersOfJson) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string place = (folder.path() / "page.html").string();
    const CommandResult result =
        run_keesom("energy --json --pairs --unit kJ/mol --html " + place + " " + dimer);
    ASSERT_EQ(result.status, 0) << result.errors;
    const nlohmann::json json = result.json();
    const std::string page = read_text_file(place);
    EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
    EXPECT_THAT(page, HasSubstr("Interaction energy of H<sub>2</sub>O and H<sub>2</sub>O"));
    for (const char* part : {"electrostatics", "exchange", "induction", "dispersion", "total"}) {
        EXPECT_THAT(page,
                    HasSubstr(fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>"
                                          "<td>{}</td></tr>",
                                          part,
                                          shown(json["energy"][part]),
                                          shown(json["uncertainty"][part]),
                                          shown(json["physics_spread"][part]))));
    }
    const double deviation = std::hypot(json["uncertainty"]["total"].get<double>(),
                                        json["physics_spread"]["total"].get<double>());
    EXPECT_THAT(
        page,
        HasSubstr(fmt::format(
            "<strong>{}</strong> ± {:.3f} kJ/mol", shown(json["energy"]["total"]), deviation)));
    const nlohmann::json& pairs = json["pairs"];
    EXPECT_THAT(page,
                HasSubstr("polarization, of no pair</th><td>" + shown(pairs["polarization"])));
    EXPECT_THAT(page,
                HasSubstr("many-body dispersion, of no pair</th><td>" +
                          shown(pairs["many_body_dispersion"])));
    EXPECT_EQ(occurrences(page, "<g><title>"), 9U);
    for (const nlohmann::json& pair : pairs["pairs"]) {
        EXPECT_THAT(page,
                    HasSubstr(fmt::format("charge transfer {}\nC8 + C10 dispersion {}\ntotal {} kJ",
                                          shown(pair["charge_transfer"]),
                                          shown(pair["higher_dispersion"]),
                                          shown(pair["total"]))));
    }
    for (const nlohmann::json& warning : json["warnings"]) {
        EXPECT_THAT(page, HasSubstr("<li>" + warning.get<std::string>() + "</li>"));
    }
}

TEST(EnergyPage, GivesHalfOfItsPairsToEachAtom) {
    const CommandFolder folder;
    const std::string place = (folder.path() / "page.html").string();
    const CommandResult result = run_keesom("energy --json --pairs --html " + place + " " +
                                            folder.file("dimer.xyz", water_dimer));
    ASSERT_EQ(result.status, 0) << result.errors;
    const nlohmann::json json = result.json();
    double oxygen = 0.0;
    for (const nlohmann::json& pair : json["pairs"]["pairs"]) {
        if (pair["atoms"][0]["atom"] == 1) {
            oxygen += 0.5 * pair["total"].get<double>();
        }
    }
    EXPECT_THAT(between(read_text_file(place), "O1 of molecule 1</th>", "</tr>"),
                HasSubstr("<td>" + shown(oxygen) + "</td>"));
}

TEST(EnergyPage, PrintsWhatIsPrintedWithoutIt) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string place = (folder.path() / "page.html").string();
    const std::string csv = (folder.path() / "rows.csv").string();
    const CommandResult with =
        run_keesom("energy --json --html " + place + " --csv " + csv + " " + dimer);
    EXPECT_EQ(with.output, run_keesom("energy --json " + dimer).output);
    EXPECT_THAT(read_text_file(csv), StartsWith("name,total,"));
}

TEST(EnergyPage, EscapesNamesOfFiles) {
    const CommandFolder folder;
    // "</script>" is a file in a folder.
    std::filesystem::create_directory(folder.path() / "<b>&\"x\"<");
    const std::string hostile = folder.file("<b>&\"x\"</script><script>alert(1)<.xyz", water_dimer);
    const std::string place = (folder.path() / "page.html").string();
    const CommandResult result = run_keesom("energy --html " + place + " '" + hostile + "'");
    ASSERT_EQ(result.status, 0) << result.errors;
    const std::string page = read_text_file(place);
    EXPECT_THAT(
        page,
        HasSubstr("&lt;b&gt;&amp;&quot;x&quot;&lt;/script&gt;&lt;script&gt;alert(1)&lt;.xyz"));
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

TEST(EnergyPage, NeedsNothingBesideItself) {
    const CommandFolder folder;
    const std::string place = (folder.path() / "page.html").string();
    ASSERT_EQ(
        run_keesom("energy --html " + place + " " + folder.file("dimer.xyz", water_dimer)).status,
        0);
    const std::string whole = read_text_file(place);
    const std::string page = without_library(whole);
    EXPECT_EQ(occurrences(page, "://"), occurrences(page, "xmlns=\"http://www.w3.org/2000/svg\""));
    for (const char* reference : {" src=", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
        EXPECT_THAT(page, Not(HasSubstr(reference)));
    }
    EXPECT_EQ(occurrences(page, "href="), occurrences(page, "href=\"data:,\""));
    if (whole.size() > page.size()) {
        EXPECT_THAT(whole, HasSubstr("three.js authors"));
        EXPECT_THAT(whole, HasSubstr("Permission is hereby granted, free of charge"));
        const nlohmann::json scene = nlohmann::json::parse(
            between(page, "<script type=\"application/json\" class=\"scene\">", "</script>"));
        EXPECT_EQ(scene["atoms"].size(), 6U);
        EXPECT_EQ(scene["bonds"].size(), 4U);
    } else {
        EXPECT_THAT(page, HasSubstr("built without three.js"));
    }
}

TEST(EnergyPage, SaysWhichPairsOfMoleculesItLeavesOut) {
    const CommandFolder folder;
    const std::string place = (folder.path() / "page.html").string();
    const CommandResult result =
        run_keesom("energy --html " + place + " " + folder.file("five.xyz", waters(5)));
    ASSERT_EQ(result.status, 0) << result.errors;
    const std::string page = read_text_file(place);
    EXPECT_THAT(page, HasSubstr("Interaction energy of 5 molecules"));
    EXPECT_EQ(occurrences(page, "Rows: "), 6U);
    EXPECT_THAT(page, HasSubstr("6 pairs of molecules with the largest energies; 4 more have"));
    EXPECT_THAT(page, HasSubstr("not of pairs"));
}

TEST(EnergyPage, IsOfOneComplex) {
    const CommandFolder folder;
    const std::string two =
        folder.file("two.xyz", std::string(water_dimer) + std::string(water_dimer));
    const std::string place = (folder.path() / "page.html").string();
    expect_bad_input(run_keesom("energy --html " + place + " " + two),
                     {"two.xyz", "2 complexes", "of one complex"});
}

TEST(EnergyPage, IsAnOutputLikeOthers) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string place = folder.file("page.html", "precious");
    expect_bad_input(run_keesom("energy --html " + place + " " + dimer), {"page.html", "--force"});
    EXPECT_EQ(read_text_file(place), "precious");
    expect_bad_input(run_keesom("energy --force --html " + dimer + " " + dimer),
                     {"dimer.xyz", "input"});
    const std::string same = (folder.path() / "same").string();
    expect_bad_input(run_keesom("energy --html " + same + " --xyz " + same + " " + dimer),
                     {"same", "two outputs"});
}

}  // namespace keesom::testing

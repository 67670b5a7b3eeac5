// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace keesom::testing {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

TEST(Scan, GivesTheEnergiesThatItsGeometriesHave) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string frames = (folder.path() / "scan.xyz").string();
    const CommandResult scan = run_keesom("scan " + dimer + " 0.9:1.5:0.1 --json --xyz " + frames);
    ASSERT_EQ(scan.status, 0) << scan.errors;
    const auto points = scan.json().at("points");
    ASSERT_EQ(points.size(), 7U);
    const CommandResult energies = run_keesom("energy --json " + frames);
    ASSERT_EQ(energies.status, 0) << energies.errors;
    const std::vector<std::string> rows = lines_of(energies.output);
    ASSERT_EQ(rows.size(), 7U);
    const CommandResult given = run_keesom("energy --json " + dimer);
    const double contact = given.json().at("closest_contact").at("distance_angstrom").get<double>();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = nlohmann::json::parse(rows[i]);
        EXPECT_NEAR(points[i].at("scale").get<double>(), 0.9 + 0.1 * static_cast<double>(i), 1e-12);
        for (const char* key : {"total", "electrostatics", "exchange", "induction", "dispersion"}) {
            // Files have ten decimals.
            EXPECT_NEAR(points[i].at("energy").at(key).get<double>(),
                        row.at("energy").at(key).get<double>(),
                        1e-7)
                << key;
        }
        // The hydrogen bond is nearly along the direction.
        EXPECT_NEAR(points[i].at("closest_contact_angstrom").get<double>(),
                    points[i].at("scale").get<double>() * contact,
                    0.01);
    }
    EXPECT_NEAR(points[1].at("energy").at("total").get<double>(),
                given.json().at("energy").at("total").get<double>(),
                1e-10);
}

TEST(Scan, WritesATableAndAPicture) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string csv = (folder.path() / "scan.csv").string();
    const std::string picture = (folder.path() / "scan.svg").string();
    const CommandResult scan = run_keesom("scan " + dimer + " 0.05:2.05:0.4 --unit kJ/mol --csv " +
                                          csv + " --plot " + picture);
    ASSERT_EQ(scan.status, 0) << scan.errors;
    EXPECT_THAT(scan.output, HasSubstr("kJ/mol"));
    EXPECT_THAT(scan.errors, HasSubstr("coincide"));  // and the other points are there
    const std::vector<std::string> lines = lines_of(read_text_file(csv));
    ASSERT_EQ(lines.size(), 7U);
    for (const std::string& line : lines) {
        if (line.find('"') != std::string::npos) {
            EXPECT_EQ(std::count(line.begin(), line.begin() + line.find('"'), ','), 8) << line;
        }
    }
    const std::string drawn = read_text_file(picture);
    EXPECT_THAT(drawn, StartsWith("<svg "));
    EXPECT_EQ(count_of(drawn, "class=\"curve\""), 5U);
    EXPECT_EQ(count_of(drawn, "class=\"band\""), 1U);
    EXPECT_THAT(drawn, HasSubstr("prefers-color-scheme: dark"));
    EXPECT_THAT(drawn, Not(HasSubstr("nan")));
    EXPECT_THAT(drawn, Not(HasSubstr("inf")));
}

TEST(Scan, RefusesWhatIsNoRangeOfScales) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    for (const char* range : {"1",
                              "0.8:3.0",
                              "0.8:3.0:0.1:4",
                              "0.8:3.0:0.1:",
                              "0:2:0.1",
                              "2:1:0.1",
                              "1:2:0",
                              "1:2:-1",
                              "1:nan:0.1",
                              "1:inf:0.1",
                              "a:b:c",
                              "1:2x:0.1"}) {
        expect_bad_input(run_keesom("scan " + dimer + " " + range),
                         {std::string("scales '") + range, "START:STOP:STEP"});
    }
    expect_bad_input(run_keesom("scan " + dimer + " 1:2:1e-9"), {"more than 10000 points"});
    expect_bad_input(run_keesom("scan " + dimer + " 1:2:5"), {"beyond the end"});
}

TEST(Scan, NeedsTwoMolecules) {
    const CommandFolder folder;
    const std::string atoms = "O 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n";
    expect_bad_input(run_keesom("scan " + folder.file("one.xyz", "3\n\n" + atoms) + " 1:2:0.5"),
                     {"one.xyz", "1 molecules", "two"});
}

TEST(Scan, RefusesOneFileForTwoOutputs) {
    const CommandFolder folder;
    const std::string same = (folder.path() / "same").string();
    expect_bad_input(run_keesom("scan " + folder.file("dimer.xyz", water_dimer) +
                                " 1:2:0.5 --csv " + same + " --plot " + same),
                     {"same", "two outputs"});
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

namespace keesom::testing {

using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

const std::string water_file = examples + "/water.xyz";
const std::string two_waters = water_file + " " + water_file;

}  // namespace

TEST(Dock, RanksPosesThatCanBeReadAgain) {
    const CommandFolder folder;
    const std::string frames = (folder.path() / "poses.xyz").string();
    const CommandResult dock =
        run_keesom("dock " + two_waters + " " + water_file + " --starts 8 --json --xyz " + frames);
    ASSERT_EQ(dock.status, 0) << dock.errors;
    const auto json = dock.json();
    EXPECT_EQ(json.at("starts"), 8);
    const auto poses = json.at("poses");
    ASSERT_GT(poses.size(), 1U);
    EXPECT_EQ(poses.size(), json.at("distinct_poses").get<std::size_t>());
    int starts = json.at("failed_starts").get<int>();
    const CommandResult energies = run_keesom("energy --json " + frames);
    ASSERT_EQ(energies.status, 0) << energies.errors;
    std::istringstream rows(energies.output);
    double last = -1e9;
    for (std::size_t i = 0; i < poses.size(); ++i) {
        EXPECT_EQ(poses[i].at("rank"), i + 1);
        const double total = poses[i].at("energy").at("total").get<double>();
        EXPECT_GE(total, last);
        last = total;
        starts += poses[i].at("starts").get<int>();
        std::string line;
        std::getline(rows, line);
        const auto row = nlohmann::json::parse(line);
        EXPECT_EQ(row.at("name"), std::to_string(i + 1));
        // Files have ten decimals.
        EXPECT_NEAR(row.at("energy").at("total").get<double>(), total, 1e-7);
    }
    EXPECT_EQ(starts, 8);
    // The ring of three hydrogen bonds, in kcal/mol.
    EXPECT_LT(poses[0].at("energy").at("total").get<double>(), -13.0);
}

TEST(Dock, IsTheSameForTheSameSeedOnAnyNumberOfThreads) {
    const std::string command = "dock " + two_waters + " --starts 4 --json --seed ";
    const CommandResult one = run_keesom(command + "5", "OMP_NUM_THREADS=1");
    const CommandResult two = run_keesom(command + "5", "OMP_NUM_THREADS=2");
    ASSERT_EQ(one.status, 0) << one.errors;
    EXPECT_EQ(one.output, two.output);
    EXPECT_NE(run_keesom(command + "6").output, one.output);
}

TEST(Dock, WritesATableOfTheBestPoses) {
    const CommandFolder folder;
    const std::string csv = (folder.path() / "poses.csv").string();
    // Where the molecules of a complex are does not matter.
    const CommandResult dock = run_keesom("dock " + folder.file("dimer.xyz", water_dimer) +
                                          " --starts 4 --poses 1 --unit kJ/mol --csv " + csv);
    ASSERT_EQ(dock.status, 0) << dock.errors;
    EXPECT_THAT(dock.output, HasSubstr("4 starts (seed 1), distinct poses: "));
    EXPECT_THAT(dock.output, HasSubstr("kJ/mol"));
    const std::string table = read_text_file(csv);
    EXPECT_THAT(table,
                StartsWith("rank,total,electrostatics,exchange,induction,dispersion,starts,"
                           "closest_contact_angstrom,warnings\n1,"));
    EXPECT_EQ(count_of(table, "\n"), 2U);
}

TEST(Dock, RefusesWhatCannotBeDone) {
    const CommandFolder folder;
    expect_bad_input(run_keesom("dock " + water_file), {"water.xyz", "one molecule"});
    expect_bad_input(run_keesom("dock " + two_waters + " --starts 0"), {"--starts"});
    expect_bad_input(run_keesom("dock " + two_waters + " --poses 0"), {"--poses"});
    expect_bad_input(run_keesom("dock " + two_waters + " --seed -1"), {"--seed"});
    const std::string same = (folder.path() / "same").string();
    expect_bad_input(run_keesom("dock " + two_waters + " --csv " + same + " --xyz " + same),
                     {"same", "two outputs"});
    // Without hydrogen atoms it is no molecule; that is said before the search.
    expect_bad_input(run_keesom("dock --starts 1000000 " + water_file + " " +
                                folder.file("carbon.xyz", "2\n\nC 0 0 0\nC 1.5 0 0\n")),
                     {"carbon.xyz", "hydrogen"});
}

}  // namespace keesom::testing

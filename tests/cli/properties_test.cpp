// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/property_set.hpp>

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace keesom::testing {

namespace {

constexpr const char* formate = "4\n\nC 0 0 0\nH 0 0 1.12\nO 1.13 0 -0.58\nO -1.13 0 -0.58\n";

}  // namespace

TEST(Properties, ChargesAddUpToTheChargeOfTheMolecule) {
    const CommandFolder folder;
    const CommandResult result =
        run_keesom("properties " + folder.file("formate.xyz", formate) + " --charges=-1 --json");
    ASSERT_EQ(result.status, 0) << result.errors;
    const nlohmann::json molecule = result.json().at("molecules").at(0);
    const auto charges = molecule.at("charges_e").get<std::vector<double>>();
    EXPECT_EQ(charges.size(), 4U);
    EXPECT_NEAR(std::accumulate(charges.begin(), charges.end(), 0.0), -1.0, 1e-10);
    for (const double deviation :
         molecule.at("standard_deviations").at("charges_e").get<std::vector<double>>()) {
        EXPECT_GT(deviation, 0.0);
    }
}

TEST(Properties, XyzCanBeReadBackAsPropertySet) {
    const CommandFolder folder;
    const std::string water =
        folder.file("water.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n");
    const CommandResult xyz = run_keesom("properties " + water + " --xyz");
    ASSERT_EQ(xyz.status, 0) << xyz.errors;
    const std::vector<PropertyRecord> records =
        read_property_set(folder.file("properties.xyz", xyz.output));
    ASSERT_EQ(records.size(), 1U);
    const nlohmann::json json =
        run_keesom("properties " + water + " --json").json().at("molecules").at(0);
    for (Eigen::Index i = 0; i < 3; ++i) {
        EXPECT_NEAR(records[0].properties.charges[i],
                    json.at("charges_e").at(static_cast<std::size_t>(i)).get<double>(),
                    1e-8);
    }
    EXPECT_LT(records[0].properties.charges[0], -0.5);
}

TEST(Properties, PrintsNothingIfOneMoleculeFails) {
    const CommandFolder folder;
    const std::string argon = folder.file("argon.xyz", "1\n\nAr 0 0 0\n");
    const std::string water =
        folder.file("water.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n");
    for (const char* option : {"", "--xyz", "--json"}) {
        expect_bad_input(run_keesom("properties " + water + " " + argon + " " + option),
                         {"argon.xyz", "Ar"});
    }
}

TEST(Properties, TableShowsEveryAtom) {
    const CommandFolder folder;
    const CommandResult text = run_keesom("properties " + folder.file("dimer.xyz", water_dimer));
    ASSERT_EQ(text.status, 0) << text.errors;
    EXPECT_NE(text.output.find("H2O"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("O      1"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("H      3"), std::string::npos) << text.output;
}

}  // namespace keesom::testing

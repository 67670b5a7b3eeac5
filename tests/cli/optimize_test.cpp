// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace keesom::testing {

using ::testing::HasSubstr;

TEST(Optimize, RelaxesTheWaterDimer) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string steps = (folder.path() / "steps.xyz").string();
    const std::string relaxed = (folder.path() / "relaxed.xyz").string();
    const CommandResult result =
        run_keesom("optimize " + dimer + " --json --trajectory " + steps + " --xyz " + relaxed);
    ASSERT_EQ(result.status, 0) << result.errors;
    const auto json = result.json();
    EXPECT_TRUE(json.at("relaxed").get<bool>());
    const auto& last = json.at("steps").back();
    EXPECT_LE(last.at("force_kcal_mol_angstrom").get<double>(), 0.001);
    EXPECT_LE(last.at("displacement_angstrom").get<double>(), 0.001);
    const double total = json.at("energy").at("total").get<double>();
    EXPECT_NEAR(total, last.at("energy").get<double>(), 1e-6);

    // A frame a step, of falling energy; the first is the file's.
    const std::vector<XyzFrame> frames = read_extended_xyz(steps);
    ASSERT_EQ(frames.size(), json.at("steps").size());
    for (std::size_t i = 1; i < frames.size(); ++i) {
        EXPECT_EQ(*frames[i].find("step"), std::to_string(i));
        EXPECT_LT(std::stod(*frames[i].find("energy")), std::stod(*frames[i - 1].find("energy")));
    }
    const XyzFrame given = read_extended_xyz(dimer).at(0);
    EXPECT_LT((frames[0].positions - given.positions).cwiseAbs().maxCoeff(), 1e-9);

    // The relaxed complex has the stated energy, and no force is left on its molecules.
    const CommandResult energy = run_keesom("energy --json --forces " + relaxed);
    ASSERT_EQ(energy.status, 0) << energy.errors;
    const auto again = energy.json();
    EXPECT_NEAR(again.at("energy").at("total").get<double>(), total, 1e-6);
    for (const auto& molecule : again.at("monomers")) {
        for (const double component : molecule.at("force").get<std::vector<double>>()) {
            EXPECT_NEAR(component, 0.0, 0.0015);
        }
    }
}

TEST(Optimize, GoesOnWhereItWasStopped) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string steps = (folder.path() / "steps.xyz").string();
    const CommandResult first =
        run_keesom("optimize " + dimer + " --json --max-steps 3 --trajectory " + steps);
    ASSERT_EQ(first.status, 0) << first.errors;
    EXPECT_FALSE(first.json().at("relaxed").get<bool>());
    EXPECT_THAT(first.json().at("warnings").dump(), HasSubstr("not relaxed: too many steps"));
    // A part of a frame, as a killed run leaves it.
    const std::string whole = read_text_file(steps);
    write_file(steps, whole + whole.substr(0, whole.size() / 6));
    const std::string again = "optimize " + dimer + " --json --resume --trajectory " + steps;
    const CommandResult second = run_keesom(again);
    ASSERT_EQ(second.status, 0) << second.errors;
    EXPECT_TRUE(second.json().at("relaxed").get<bool>());
    EXPECT_EQ(second.json().at("steps").front().at("step").get<int>(), 3);
    const std::vector<XyzFrame> frames = read_extended_xyz(steps);
    EXPECT_EQ(read_text_file(steps).substr(0, whole.size()), whole);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(*frames[i].find("step"), std::to_string(i));
    }
    const CommandResult straight = run_keesom("optimize " + dimer + " --json");
    EXPECT_NEAR(second.json().at("energy").at("total").get<double>(),
                straight.json().at("energy").at("total").get<double>(),
                1e-5);
}

TEST(Optimize, RefusesWhatItCannotDo) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string argon = folder.file("argon.xyz", "2\n\nAr 0 0 0\nAr 0 0 4\n");
    expect_bad_input(run_keesom("optimize " + dimer + " --resume"), {"--resume", "--trajectory"});
    expect_bad_input(run_keesom("optimize " + dimer + " --resume --trajectory " +
                                (folder.path() / "none.xyz").string()),
                     {"none.xyz"});
    expect_bad_input(run_keesom("optimize " + dimer + " --resume --trajectory " + argon),
                     {"argon.xyz", "no whole frame"});
    expect_bad_input(run_keesom("optimize " + dimer + " --trajectory " + argon),
                     {"argon.xyz", "--force"});
    expect_bad_input(run_keesom("optimize " + dimer + " --max-force 0"), {"--max-force"});
    EXPECT_EQ(read_text_file(argon), "2\n\nAr 0 0 0\nAr 0 0 4\n");
}

}  // namespace keesom::testing

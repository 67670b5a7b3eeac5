// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace keesom::testing {

TEST(Dynamics, ConservesWhatSymmetryConserves) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string frames = (folder.path() / "run.xyz").string();
    const CommandResult result = run_keesom(
        "dynamics " + dimer + " --json --time 0.1 --temperature 100 --trajectory " + frames);
    ASSERT_EQ(result.status, 0) << result.errors;
    const auto json = result.json();
    EXPECT_EQ(json.at("steps").get<int>(), 100);
    EXPECT_EQ(json.at("frames").get<int>(), 11);
    EXPECT_LT(json.at("largest_energy_change").get<double>(), 0.01);
    EXPECT_GT(json.at("largest_energy_change").get<double>(), 0.0);
    EXPECT_LT(json.at("largest_momentum_change").get<double>(), 1e-12);
    EXPECT_LT(json.at("largest_angular_momentum_change").get<double>(), 1e-11);
    const std::vector<XyzFrame> trajectory = read_extended_xyz(frames);
    ASSERT_EQ(trajectory.size(), 11U);
    const double first = json.at("first_energy").get<double>();
    for (const XyzFrame& frame : trajectory) {
        EXPECT_NEAR(std::stod(*frame.find("energy")) + std::stod(*frame.find("kinetic_energy")),
                    first,
                    0.01);
        // Rigid: the O–H bonds keep their lengths.
        EXPECT_NEAR((frame.positions.col(0) - frame.positions.col(1)).norm(),
                    (trajectory[0].positions.col(0) - trajectory[0].positions.col(1)).norm(),
                    1e-8);
    }
    EXPECT_GT((trajectory[0].positions - trajectory[10].positions).norm(), 0.1);
    EXPECT_EQ(*trajectory[10].find("time_fs"), "100");
}

TEST(Dynamics, GoesOnToTheLastBitWhereItWasStopped) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string whole = (folder.path() / "whole.xyz").string();
    const std::string parts = (folder.path() / "parts.xyz").string();
    const std::string run = "dynamics " + dimer + " --json --friction 5 --every 4 --trajectory ";
    const CommandResult in_one = run_keesom(run + whole + " --time 0.04", "OMP_NUM_THREADS=1");
    ASSERT_EQ(in_one.status, 0) << in_one.errors;
    ASSERT_EQ(run_keesom(run + parts + " --time 0.018", "OMP_NUM_THREADS=2").status, 0);
    // What a run that is killed while it writes leaves behind.
    write_file(parts, read_text_file(parts) + "6\nstep=");
    const CommandResult rest = run_keesom(run + parts + " --time 0.04 --resume");
    ASSERT_EQ(rest.status, 0) << rest.errors;
    EXPECT_EQ(read_text_file(parts), read_text_file(whole));
    EXPECT_EQ(read_text_file(parts + ".state"), read_text_file(whole + ".state"));
    EXPECT_EQ(rest.output, in_one.output);
}

TEST(Dynamics, WarnsOfWhatItsEnergiesWarnOf) {
    const CommandFolder folder;
    const std::string frames = (folder.path() / "run.xyz").string();
    const std::string oxygen = folder.file("oxygen.xyz", "2\n\nO 0 0 0\nO 0 0 3\n");
    expect_bad_input(run_keesom("dynamics " + oxygen + " --trajectory " + frames),
                     {"oxygen.xyz", "hydrogen atoms are missing"});
    EXPECT_FALSE(std::filesystem::exists(frames));
    std::string text = water_dimer;
    for (const char* x : {"2.2208", "2.5974", "2.5931"}) {
        text.replace(text.find(x), 3, x[2] == '2' ? "1.2" : "1.5");
    }
    const std::string pressed = folder.file("pressed.xyz", text);
    const CommandResult result = run_keesom("dynamics " + pressed +
                                            " --fragments 1-3,4-6 --json --time-step 0.01 --time "
                                            "0.0001 --every 1 --trajectory " +
                                            frames);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.json().at("warnings").dump(), ::testing::HasSubstr("as close as bonded"));
}

TEST(Dynamics, RefusesToGoOnWithAnotherRun) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string frames = (folder.path() / "run.xyz").string();
    const std::string run = "dynamics " + dimer + " --time 0.002 --every 1 --trajectory " + frames;
    expect_bad_input(run_keesom(run + " --resume"), {"run.xyz.state"});
    ASSERT_EQ(run_keesom(run).status, 0);
    const std::string state = read_text_file(frames + ".state");
    expect_bad_input(run_keesom(run), {"run.xyz", "--force"});
    expect_bad_input(run_keesom(run + " --resume --temperature 200"),
                     {"run.xyz.state", "temperature_kelvin", "300"});
    const std::string moved = folder.file(
        "moved.xyz",
        std::string(water_dimer).replace(std::string(water_dimer).find("2.2208"), 6, "2.3208"));
    expect_bad_input(
        run_keesom("dynamics " + moved + " --time 0.002 --every 1 --resume --trajectory " + frames),
        {"run.xyz.state", "molecules"});
    write_file(frames + ".state", state.substr(0, state.size() / 2));
    expect_bad_input(run_keesom(run + " --resume"), {"run.xyz.state", "damaged"});
    write_file(frames + ".state", state);
    write_file(frames, "");
    expect_bad_input(run_keesom(run + " --resume"), {"run.xyz", "bytes"});
    expect_bad_input(run_keesom("dynamics " + dimer), {"--trajectory"});
    expect_bad_input(run_keesom("dynamics " + dimer + " --time 0.0001 --trajectory " +
                                (folder.path() / "short.xyz").string()),
                     {"0.0001 ps"});
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
//
// What the command writes to disk, and what it must not harm.
#include "run_command.hpp"

#include <keesom/core/io/text_file.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace keesom::testing {

namespace {

const std::string s22 = shipped_data + "/benchmarks/s22.xyz.gz";

/// The first frames of the training set.
std::string training_set(const CommandFolder& folder) {
    const std::string text = read_text_file(shipped_data + "/training/aim_train.xyz.gz");
    constexpr std::size_t enough = 60'000;
    std::size_t end = 0;
    for (std::size_t line = 0; end < enough;) {
        const std::size_t n_atoms = std::stoul(text.substr(end, text.find('\n', end) - end));
        for (line = 0; line < n_atoms + 2; ++line) {
            end = text.find('\n', end) + 1;
        }
    }
    return folder.file("train.xyz", text.substr(0, end));
}

}  // namespace

TEST(CommandOutput, AnInputIsNeverOverwritten) {
    const CommandFolder folder;
    const std::string text = read_text_file(s22);
    const std::string set = folder.file("set.xyz", text);
    expect_bad_input(run_keesom("benchmark " + set + " --csv " + set + " --force"),
                     {"set.xyz", "input"});
    expect_bad_input(run_keesom("fit " + set + " --output " + set + " --force"),
                     {"set.xyz", "input"});
    expect_bad_input(run_keesom("train " + set + " --output " + set + " --force"),
                     {"set.xyz", "input"});
    EXPECT_EQ(read_file(set), text);
}

TEST(CommandOutput, WhatExistsIsReplacedOnlyWithForce) {
    const CommandFolder folder;
    const std::string csv = folder.file("out.csv", "precious");
    expect_bad_input(run_keesom("benchmark s22 --csv " + csv), {"out.csv", "--force"});
    EXPECT_EQ(read_file(csv), "precious");
    EXPECT_EQ(run_keesom("benchmark s22 --force --csv " + csv).status, 0);
    EXPECT_NE(read_file(csv).find("s22"), std::string::npos);
}

TEST(CommandOutput, APlaceThatCannotBeWrittenIsNoticedBeforeTheWork) {
    expect_bad_input(run_keesom("benchmark s22 --csv /nowhere/out.csv"), {"/nowhere/out.csv"});
    expect_bad_input(run_keesom("fit " + s22 + " --output /nowhere/out.json"),
                     {"/nowhere/out.json"});
    expect_bad_input(run_keesom("train missing.xyz --output /nowhere/model"), {"/nowhere/model"});
}

TEST(CommandOutput, AModelSurvivesAFullDisk) {
    const CommandFolder folder;
    const std::string set = training_set(folder);
    const std::string model = (folder.path() / "model").string();
    const std::string train = " train " + set + " --folds 2 --output " + model;
    ASSERT_EQ(run_keesom(train).status, 0);
    const std::string manifest = read_file(model + "/manifest.json");
    // Files may have 4 kB; a write beyond is an error, as on a full disk.
    const CommandResult failed = run_keesom(train + " --force", "trap '' XFSZ; ulimit -f 8;");
    EXPECT_EQ(failed.status, 2) << failed.errors;
    EXPECT_NE(failed.errors.find("cannot be written"), std::string::npos) << failed.errors;
    EXPECT_EQ(read_file(model + "/manifest.json"), manifest);
    EXPECT_EQ(run_keesom("properties " + set + " --model " + model).status, 0);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST(CommandOutput, HelpOfEveryVerbHasAnExampleAndTheExitStatus) {
    for (const char* verb : {"energy", "properties", "benchmark", "train", "fit", "selfcheck"}) {
        const CommandResult help = run_keesom(std::string(verb) + " --help");
        EXPECT_EQ(help.status, 0);
        EXPECT_NE(help.output.find(std::string("  keesom ") + verb), std::string::npos) << verb;
        EXPECT_NE(help.output.find("Exit status: 0 done"), std::string::npos) << verb;
    }
}

TEST(CommandOutput, ControlCharactersAreShownNotSent) {
    const CommandFolder folder;
    const CommandResult result =
        run_keesom("energy " + folder.file("x.xyz", "1\n\n\x1b[2J\x07 0 0 0\n"));
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.errors.find('\x1b'), std::string::npos);
    EXPECT_NE(result.errors.find("\\x1b[2J\\x07"), std::string::npos) << result.errors;
}

TEST(CommandOutput, LongWordsAreShortened) {
    const CommandFolder folder;
    const CommandResult result = run_keesom(
        "energy " + folder.file("x.xyz", "1\n\n" + std::string(100'000, 'Q') + " 0 0 0\n"));
    EXPECT_EQ(result.status, 2);
    EXPECT_LT(result.errors.size(), 500U);
    EXPECT_NE(result.errors.find("x.xyz:3"), std::string::npos) << result.errors;
}

}  // namespace keesom::testing

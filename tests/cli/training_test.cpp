// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/property_set.hpp>
#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace keesom::testing {

using ::testing::HasSubstr;

namespace {

/// A few small molecules of the training set, so that training takes seconds.
std::string small_training_set(const CommandFolder& folder) {
    const std::filesystem::path path = folder.path() / "small.xyz";
    std::ofstream stream(path);
    int taken = 0;
    for (const PropertyRecord& record :
         read_property_set(std::filesystem::path(shipped_data) / "training" / "aim_train.xyz.gz")) {
        if (record.molecule.size() <= 9 && record.molecule.charge == 0 && taken < 40) {
            write_extended_xyz(stream, property_frame(record.molecule, record.properties));
            ++taken;
        }
    }
    return path.string();
}

/// Water and methanol with each other and among themselves from S66x8, so that fitting takes
/// seconds.
std::string small_dimers(const CommandFolder& folder) {
    std::istringstream frames(
        read_text_file(std::filesystem::path(shipped_data) / "benchmarks" / "s66x8.xyz.gz"));
    std::string kept;
    for (std::string count; std::getline(frames, count);) {
        std::string frame = count + '\n';
        std::string line;
        for (int i = 0; i <= std::stoi(count); ++i) {
            std::getline(frames, line);
            frame += line + '\n';
        }
        for (const int system : {1, 2, 5, 8}) {
            if (frame.find("name=S66by8-" + std::to_string(system) + "-") != std::string::npos) {
                kept += frame;
            }
        }
    }
    return folder.file("dimers.xyz", kept);
}

}  // namespace

TEST(Train, MakesAModelThatThenPredicts) {
    const CommandFolder folder;
    const std::string model = (folder.path() / "model").string();
    const CommandResult trained =
        run_keesom("train " + small_training_set(folder) + " --output " + model + " --folds 2");
    ASSERT_EQ(trained.status, 0) << trained.errors;
    EXPECT_NE(trained.output.find("40 molecules"), std::string::npos) << trained.output;
    EXPECT_TRUE(std::filesystem::exists(model + "/manifest.json"));
    EXPECT_TRUE(std::filesystem::exists(model + "/MODEL_CARD.md"));

    const std::string water =
        folder.file("water.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n");
    const CommandResult predicted = run_keesom("properties " + water + " --json --model " + model);
    ASSERT_EQ(predicted.status, 0) << predicted.errors;
    const double oxygen =
        predicted.json().at("molecules").at(0).at("charges_e").at(0).get<double>();
    EXPECT_GT(oxygen, -1.2);
    EXPECT_LT(oxygen, -0.5);
}

TEST(Train, GivesTheSameModelForAnyNumberOfThreads) {
    const CommandFolder folder;
    const std::string set = small_training_set(folder);
    const auto manifest = [&](const std::string& threads) {
        const std::string model = (folder.path() / ("model" + threads)).string();
        const CommandResult trained = run_keesom(
            "train " + set + " --output " + model + " --folds 2", "OMP_NUM_THREADS=" + threads);
        EXPECT_EQ(trained.status, 0) << trained.errors;
        std::ifstream stream(model + "/manifest.json");
        return nlohmann::json::parse(stream);
    };
    // The manifest holds the checksum of every array.
    EXPECT_EQ(manifest("1"), manifest("2"));
}

TEST(Train, TakesTheKernelAskedFor) {
    const CommandFolder folder;
    const std::string set = small_training_set(folder);
    const std::string model = (folder.path() / "model").string();
    const CommandResult trained =
        run_keesom("train " + set + " --output " + model + " --folds 2 --kernel closed-form");
    ASSERT_EQ(trained.status, 0) << trained.errors;
    EXPECT_THAT(read_text_file(model + "/MODEL_CARD.md"), HasSubstr("closed form"));
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const CommandResult predicted = run_keesom("properties " + dimer + " --json --model " + model);
    ASSERT_EQ(predicted.status, 0) << predicted.errors;
    expect_bad_input(run_keesom("train " + set + " --output " + model + " --kernel other"),
                     {"--kernel", "other"});
}

TEST(Train, NamesAMissingColumn) {
    const CommandFolder folder;
    const std::string set = folder.file(
        "set.xyz", "1\nProperties=species:S:1:pos:R:3:charge:R:1 charge=0\nHe 0 0 0 0\n");
    expect_bad_input(run_keesom("train " + set + " --output " + (folder.path() / "model").string()),
                     {"set.xyz:", "dipole"});
}

TEST(Fit, MakesAModelWithConstantsThatThenServes) {
    const CommandFolder folder;
    const std::string model = (folder.path() / "fitted").string();
    const CommandResult fitted = run_keesom("fit " + small_dimers(folder) + " --output " + model +
                                            " --name trial --points 6 --tensor-points 3 --folds 2");
    ASSERT_EQ(fitted.status, 0) << fitted.errors;
    EXPECT_NE(fitted.output.find("32 systems fitted"), std::string::npos) << fitted.output;
    const CommandResult energy =
        run_keesom("energy " + folder.file("dimer.xyz", water_dimer) + " --json --model " + model);
    ASSERT_EQ(energy.status, 0) << energy.errors;
    EXPECT_EQ(energy.json().at("parameters"), "trial");
    EXPECT_NEAR(energy.json().at("energy").at("total").get<double>(), -5.0, 2.0);
}

TEST(Fit, MakesConstantsAndAShortRangeThatBelongTogether) {
    const CommandFolder folder;
    const std::string dimers = small_dimers(folder);
    const auto fitted = [&](const std::string& name, const std::string& points) {
        const std::string model = (folder.path() / name).string();
        const CommandResult fit =
            run_keesom("fit " + dimers + " --output " + model + " --points " + points);
        EXPECT_EQ(fit.status, 0) << fit.errors;
        return model;
    };
    const std::string learned = fitted("learned", "6");
    const std::string plain = fitted("plain", "0");
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const auto warnings = [&](const std::string& model, const std::string& constants) {
        const CommandResult energy = run_keesom("energy " + dimer + " --model " + model +
                                                " --parameters " + constants + "/parameters.json");
        EXPECT_EQ(energy.status, 0) << energy.errors;
        return energy.errors;
    };
    EXPECT_EQ(warnings(learned, learned), "");
    EXPECT_EQ(warnings(plain, plain), "");
    EXPECT_THAT(warnings(learned, plain), HasSubstr("learned together with other constants"));
    EXPECT_THAT(warnings(plain, learned), HasSubstr("belong to learned short-range properties"));
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/force_set.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

namespace keesom::testing {

using ::testing::HasSubstr;

namespace {

const std::filesystem::path ethanol =
    std::filesystem::path(shipped_data) / "forces" / "ethanol.xyz.gz";

/// Every `step`-th geometry of ethanol, `first` being the first of them.
std::string some_of_ethanol(const CommandFolder& folder,
                            const std::string& name,
                            int first,
                            int step) {
    std::istringstream frames(read_text_file(ethanol));
    std::string kept;
    std::string line;
    for (int f = 0; std::getline(frames, line); ++f) {
        std::string frame = line + '\n';
        const int lines = std::stoi(line) + 1;
        for (int i = 0; i < lines; ++i) {
            std::getline(frames, line);
            frame += line + '\n';
        }
        if (f % step == first) {
            kept += frame;
        }
    }
    return folder.file(name, kept);
}

}  // namespace

TEST(TrainMonomer, LearnsEthanolAndItsExchangesOfAtoms) {
    const CommandFolder folder;
    const std::string set = some_of_ethanol(folder, "ethanol.xyz", 0, 25);
    const std::string test = some_of_ethanol(folder, "test.xyz", 1, 25);
    const std::string field = (folder.path() / "ethanol").string();
    const CommandResult result = run_keesom("train-monomer " + set + " --output " + field +
                                            " --geometries 60 --test " + test);
    ASSERT_EQ(result.status, 0) << result.errors;
    // Its methyl group turns, and it goes over into its mirror image.
    EXPECT_THAT(result.output, HasSubstr("60 geometries, 6 exchanges"));
    EXPECT_THAT(result.output, HasSubstr("others of the set           20"));
    EXPECT_THAT(result.output, HasSubstr("test set                    80"));

    const ForceErrors errors = errors_on(load_force_field(field), read_force_set(test).records);
    EXPECT_LT(errors.mean_absolute_force / (units::kcal_per_mol / units::angstrom), 2.0);
    EXPECT_LT(errors.mean_absolute_energy / units::kcal_per_mol, 0.4);
}

TEST(TrainMonomer, SolvesIterativelyBeyondItsMemory) {
    const CommandFolder folder;
    const std::string set = some_of_ethanol(folder, "ethanol.xyz", 0, 50);
    const std::string test = some_of_ethanol(folder, "test.xyz", 1, 100);
    const auto gradient_of = [&](const std::string& name, const std::string& options) {
        const std::string field = (folder.path() / name).string();
        const CommandResult result =
            run_keesom("train-monomer " + set + " --output " + field + options);
        EXPECT_EQ(result.status, 0) << result.errors;
        return load_force_field(field)
            .energy_and_gradient(read_force_set(test).records.front().positions)
            .gradient;
    };
    const Eigen::Matrix3Xd direct = gradient_of("direct", "");
    EXPECT_LT((gradient_of("iterative", " --memory 0") - direct).norm(), 0.02 * direct.norm());
}

TEST(TrainMonomer, RefusesWhatItCannotLearnFrom) {
    const CommandFolder folder;
    const std::string output = " --output " + (folder.path() / "field").string();
    const std::string water =
        folder.file("water.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n");
    const CommandResult no_energy = run_keesom("train-monomer " + water + output);
    EXPECT_EQ(no_energy.status, 2);
    EXPECT_THAT(no_energy.errors, HasSubstr("water.xyz:1: key 'energy' is missing"));

    const std::string set = some_of_ethanol(folder, "ethanol.xyz", 0, 500);
    const std::string frame =
        "2\nenergy=1 Properties=species:S:1:pos:R:3:forces:R:3\nH 0 0 0 0 0 1\nH 0 0 0.9 0 0 -1\n";
    const std::string hydrogen = folder.file("hydrogen.xyz", frame);
    const CommandResult other = run_keesom("train-monomer " + set + output + " --test " + hydrogen);
    EXPECT_EQ(other.status, 2);
    EXPECT_THAT(other.errors, HasSubstr("hydrogen.xyz: other atoms"));

    const CommandResult alike =
        run_keesom("train-monomer " + folder.file("twice.xyz", frame + frame) + output);
    EXPECT_EQ(alike.status, 2);
    EXPECT_THAT(alike.errors, HasSubstr("twice.xyz: all geometries of a force field are the same"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "field"));
}

}  // namespace keesom::testing

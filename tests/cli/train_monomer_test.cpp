// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/force_set.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
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
    const std::string set = some_of_ethanol(folder, "ethanol.xyz", 0, 80);
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

/// Two molecules of the ethanol set side by side, `shift` Å apart; the second stretched.
std::string two_ethanols(const CommandFolder& folder, double shift, double stretch) {
    const ForceSet set = read_force_set(ethanol);
    std::string frame = "18\nnatoms_list=\"9,9\" charge_list=\"0,0\"\n";
    const auto append = [&](const Eigen::Matrix3Xd& positions, double x) {
        for (Eigen::Index a = 0; a < positions.cols(); ++a) {
            const Eigen::Vector3d r = positions.col(a) / units::angstrom;
            const int z = set.atomic_numbers[static_cast<std::size_t>(a)];
            frame += fmt::format("{} {} {} {}\n", element_symbol(z), r.x() + x, r.y(), r.z());
        }
    };
    append(set.records[0].positions, 0.0);
    append(stretch * set.records[50].positions, shift);
    return folder.file(fmt::format("pair_{}.xyz", shift), frame);
}

/// The folder of a force field of ethanol.
std::string trained_ethanol(const CommandFolder& folder) {
    std::string field = (folder.path() / "ethanol").string();
    const CommandResult result = run_keesom(
        "train-monomer " + some_of_ethanol(folder, "set.xyz", 0, 50) + " --output " + field);
    EXPECT_EQ(result.status, 0) << result.errors;
    return field;
}

TEST(EnergyForceField, AddsWhatDeformingCostsToEnergyAndForces) {
    const CommandFolder folder;
    const std::string field = trained_ethanol(folder);
    const std::string water =
        folder.file("water.xyz", "3\n\nO 0 6 0\nH 0.76 6 0.59\nH -0.76 6 0.59\n");
    const std::string input = two_ethanols(folder, 5.5, 1.0) + " " + water + " --json --forces";
    const nlohmann::json without = run_keesom("energy " + input).json();
    const CommandResult result = run_keesom("energy " + input + " --force-field " + field);
    ASSERT_EQ(result.status, 0) << result.errors;
    const nlohmann::json with = result.json();

    EXPECT_EQ(with["energy"], without["energy"]);
    const ForceField force_field = load_force_field(field);
    const ForceSet set = read_force_set(ethanol);
    const EnergyAndGradient first = force_field.deformation(set.records[0].positions);
    const nlohmann::json& deformation = with["deformation"];
    const auto number = [](const nlohmann::json& value) { return value.get<double>(); };
    EXPECT_NEAR(number(deformation["molecules"][0]), first.energy / units::kcal_per_mol, 1e-6);
    EXPECT_TRUE(deformation["molecules"][2].is_null());
    EXPECT_NEAR(number(deformation["sum"]),
                number(deformation["molecules"][0]) + number(deformation["molecules"][1]),
                1e-12);
    EXPECT_NEAR(number(deformation["with_interaction"]),
                number(deformation["sum"]) + number(with["energy"]["total"]),
                1e-12);
    constexpr double unit = units::kcal_per_mol / units::angstrom;
    for (std::size_t a = 0; a < 9; ++a) {
        for (std::size_t x = 0; x < 3; ++x) {
            const auto change = number(with["monomers"][0]["forces"][a][x]) -
                                number(without["monomers"][0]["forces"][a][x]);
            EXPECT_NEAR(
                change,
                -first.gradient(static_cast<Eigen::Index>(x), static_cast<Eigen::Index>(a)) / unit,
                1e-5);
        }
    }
    EXPECT_EQ(with["monomers"][2]["forces"], without["monomers"][2]["forces"]);

    const std::string table = (folder.path() / "table.csv").string();
    const std::string frames = (folder.path() / "frames.xyz").string();
    const CommandResult rows =
        run_keesom("energy " + two_ethanols(folder, 5.6, 1.3) + " --force-field " + field +
                   " --csv " + table + " --xyz " + frames);
    ASSERT_EQ(rows.status, 0) << rows.errors;
    EXPECT_THAT(rows.output, HasSubstr("deformation"));
    EXPECT_THAT(read_text_file(table), HasSubstr(",dispersion,deformation,closest"));
    EXPECT_THAT(read_text_file(table), HasSubstr("molecule 2: its shape is unlike all"));
    EXPECT_THAT(read_text_file(frames), HasSubstr("deformation="));

    const double whole = number(deformation["with_interaction"]);
    const std::string page = (folder.path() / "page.html").string();
    ASSERT_EQ(run_keesom("energy " + input + " --force-field " + field + " --html " + page).status,
              0);
    EXPECT_THAT(read_text_file(page),
                HasSubstr(fmt::format("what it costs to deform the molecules: {}{:.3f}",
                                      whole < 0.0 ? "−" : "",
                                      std::abs(whole))));
}

TEST(MotionWithForceField, BeginsWithTheWholeEnergyAndKeepsIt) {
    const CommandFolder folder;
    const std::string field = trained_ethanol(folder);
    const std::string input =
        two_ethanols(folder, 5.5, 1.0) + " --json --force-field " + field + " ";
    const nlohmann::json given = run_keesom("energy " + input).json();
    const double whole = given["deformation"]["with_interaction"].get<double>();

    const CommandResult relaxation = run_keesom("optimize " + input + " --max-steps 30");
    ASSERT_EQ(relaxation.status, 0) << relaxation.errors;
    const nlohmann::json relaxed = relaxation.json();
    EXPECT_FALSE(relaxed["relaxed"].get<bool>());
    EXPECT_NEAR(relaxed["steps"].front()["energy"].get<double>(), whole, 1e-6);
    EXPECT_NEAR(relaxed["steps"].back()["energy"].get<double>(),
                relaxed["deformation"]["with_interaction"].get<double>(),
                1e-6);
    EXPECT_LT(relaxed["deformation"]["with_interaction"].get<double>(), whole - 5.0);

    const CommandResult motion =
        run_keesom("dynamics " + input + " --time 0.005 --time-step 0.1 --every 1 --trajectory " +
                   (folder.path() / "run.xyz").string());
    ASSERT_EQ(motion.status, 0) << motion.errors;
    const double change = motion.json()["largest_energy_change"].get<double>();
    EXPECT_GT(motion.json()["mean_temperature_kelvin"].get<double>(), 100.0);
    EXPECT_LT(change, 0.05);
    EXPECT_LT(motion.json()["largest_angular_momentum_change"].get<double>(), 1e-10);
}

TEST(EnergyForceField, RefusesOneThatFitsNoMolecule) {
    const CommandFolder folder;
    const std::string heading = "2\nenergy=-30 Properties=species:S:1:pos:R:3:forces:R:3\n";
    const std::string set = folder.file("h2.xyz",
                                        heading + "H 0 0 0 0 0 -1\nH 0 0 0.7 0 0 1\n" + heading +
                                            "H 0 0 0 0 0 1\nH 0 0 0.8 0 0 -1\n");
    const std::string field = (folder.path() / "hydrogen").string();
    ASSERT_EQ(run_keesom("train-monomer " + set + " --output " + field).status, 0);
    const std::string waters = folder.file("waters.xyz", water_dimer);
    expect_bad_input(run_keesom("energy " + waters + " --force-field " + field),
                     {"hydrogen: no molecule is H2, charge +0, with its atoms in the order H H"});
    const std::string hydrogens =
        folder.file("hydrogens.xyz", "4\n\nH 0 0 0\nH 0 0 0.75\nH 3 0 0\nH 3 0 0.75\n");
    expect_bad_input(
        run_keesom("energy " + hydrogens + " --force-field " + field + " --force-field " + field),
        {"are force fields of the same molecule"});
    expect_bad_input(run_keesom("energy " + waters + " --force-field " + waters),
                     {"waters.xyz", "force_field.json"});
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

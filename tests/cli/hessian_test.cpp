// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace keesom::testing {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Hessian, OfARelaxedWaterDimerHasSixModes) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string frames = (folder.path() / "modes.xyz").string();
    const std::string table = (folder.path() / "modes.csv").string();
    const CommandResult result = run_keesom("hessian " + dimer + " --relax --json --unit hartree" +
                                            " --xyz " + frames + " --csv " + table);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.errors, Not(HasSubstr("relaxed")));
    const nlohmann::json json = result.json();
    const auto wavenumbers = json["wavenumbers_per_cm"].get<std::vector<double>>();
    ASSERT_EQ(wavenumbers.size(), 6U);
    double zero_point_energy = 0.0;
    for (const double wavenumber : wavenumbers) {
        EXPECT_GT(wavenumber, 50.0);
        EXPECT_LT(wavenumber, 1000.0);
        zero_point_energy += 0.5 * wavenumber * units::wavenumber;
    }
    EXPECT_NEAR(json["zero_point_energy"].get<double>(), zero_point_energy, 1e-12);
    EXPECT_EQ(json["change_by_binding"], json["zero_point_energy"]);
    EXPECT_FALSE(json["molecules"][0]["flexible"].get<bool>());
    EXPECT_LT(json["largest_force_hartree_per_bohr"].get<double>(), 1e-6);

    const std::vector<XyzFrame> modes = read_extended_xyz(frames);
    ASSERT_EQ(modes.size(), 6U);
    for (std::size_t i = 0; i < modes.size(); ++i) {
        ASSERT_NE(modes[i].find("wavenumber_per_cm"), nullptr);
        EXPECT_DOUBLE_EQ(std::stod(*modes[i].find("wavenumber_per_cm")), wavenumbers[i]);
        const Eigen::MatrixXd& displacement = modes[i].columns.at("displacement");
        EXPECT_NEAR(displacement.norm(), 1.0, 1e-12);
        // Bonds of rigid molecules keep their lengths.
        const Eigen::Vector3d bond = modes[i].positions.col(1) - modes[i].positions.col(0);
        EXPECT_NEAR(bond.dot(displacement.col(1) - displacement.col(0)), 0.0, 1e-6);
    }
    EXPECT_EQ(count_of(read_text_file(table), "\n"), 7U);
}

TEST(Hessian, WarnsOfAGeometryThatIsNotRelaxed) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const CommandResult result = run_keesom("hessian " + dimer);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("--relax"));
    EXPECT_THAT(result.output, HasSubstr("molecule 2: H2O, charge +0, rigid"));
    EXPECT_THAT(result.output, HasSubstr("as given"));
    EXPECT_THAT(result.output, HasSubstr("zero-point energy"));
}

TEST(Hessian, MarksImaginaryFrequencies) {
    // Two dipoles side by side that point the same way.
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz",
                                          "6\n\nO 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59\n"
                                          "O 3.5 0 0\nH 3.5 0.76 0.59\nH 3.5 -0.76 0.59\n");
    const CommandResult result = run_keesom("hessian " + dimer);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("i\n"));
    EXPECT_THAT(result.errors, HasSubstr("imaginary"));
    EXPECT_LT(run_keesom("hessian --json " + dimer).json()["wavenumbers_per_cm"][0], 0.0);
}

TEST(Hessian, OfFlexibleMoleculesTellsTheirZeroPointEnergiesByThemselves) {
    // H₂ on a spring of 20 eV/Å².
    constexpr double spring = 20.0;
    const CommandFolder folder;
    std::string frames;
    for (int i = -5; i <= 5; ++i) {
        const double stretch = 0.02 * i;
        frames += fmt::format(
            "2\nenergy={} Properties=species:S:1:pos:R:3:forces:R:3\n"
            "H 0 0 0 0 0 {}\nH 0 0 {} 0 0 {}\n",
            0.5 * spring * stretch * stretch,
            spring * stretch,
            0.74 + stretch,
            -spring * stretch);
    }
    const std::string field = (folder.path() / "hydrogen").string();
    ASSERT_EQ(
        run_keesom("train-monomer " + folder.file("h2.xyz", frames) + " --output " + field).status,
        0);
    const std::string complex = folder.file("complex.xyz",
                                            "5\n\nO 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59\n"
                                            "H 0 0 -3.0\nH 0 0 -3.74\n");
    const CommandResult result =
        run_keesom("hessian " + complex + " --relax --json --unit eV" + " --force-field " + field);
    ASSERT_EQ(result.status, 0) << result.errors;
    const nlohmann::json json = result.json();
    EXPECT_EQ(json["wavenumbers_per_cm"].size(), 6U);  // 6 + 2·3 − 6
    EXPECT_TRUE(json["molecules"][0]["zero_point_energy"].is_null());
    const double alone = json["molecules"][1]["zero_point_energy"];
    const double curvature = spring * units::electronvolt / (units::angstrom * units::angstrom);
    const double frequency = std::sqrt(curvature * 2.0 / atomic_mass(1));
    EXPECT_NEAR(alone * units::electronvolt / (0.5 * frequency), 1.0, 0.01);
    EXPECT_NEAR(json["change_by_binding"].get<double>(),
                json["zero_point_energy"].get<double>() - alone,
                1e-12);
    EXPECT_GT(json["change_by_binding"], 0.0);
}

TEST(Hessian, RefusesWhatItCannotMove) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const std::string close = folder.file("close.xyz",
                                          "6\nnatoms_list=\"3,3\"\n"
                                          "O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59\n"
                                          "O 0.1 0 0\nH 0.1 0.76 0.59\nH 0.1 -0.76 0.59\n");
    expect_bad_input(run_keesom("hessian " + close), {"close.xyz", "coincide"});
    expect_bad_input(run_keesom("hessian " + dimer + " --xyz " + dimer), {"dimer.xyz"});
    expect_bad_input(run_keesom("hessian " + dimer + " --unit meter"), {"meter"});
    expect_bad_input(run_keesom("hessian " + dimer + " --steps 3"), {"--steps"});
    expect_bad_input(
        run_keesom("hessian " +
                   folder.file("one.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n")),
        {"one.xyz", "needs two"});
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace keesom {
namespace {

using ::testing::HasSubstr;

TEST(ScaledOscillators, AreFreeAtomsAtRatioOne) {
    const Oscillators atoms = scaled_oscillators(std::vector{1, 6, 18}, Eigen::VectorXd::Ones(3));
    EXPECT_EQ(atoms.polarizabilities, Eigen::Vector3d(4.5, 12.0, 11.1));
    EXPECT_EQ(atoms.c6, Eigen::Vector3d(6.5, 46.6, 64.3));
    EXPECT_EQ(atoms.vdw_radii, Eigen::Vector3d(3.10, 3.59, 3.55));
}

TEST(ScaledOscillators, ScaleAsVolumeItsSquareAndItsCubeRoot) {
    const Eigen::VectorXd ratio = Eigen::VectorXd::Constant(1, 0.512);
    const Oscillators atom = scaled_oscillators(std::vector{6}, ratio);
    EXPECT_DOUBLE_EQ(atom.polarizabilities[0], 12.0 * 0.512);
    EXPECT_DOUBLE_EQ(atom.c6[0], 46.6 * 0.512 * 0.512);
    EXPECT_DOUBLE_EQ(atom.vdw_radii[0], 3.59 * 0.8);
}

TEST(ScaledOscillators, KeepTheirFrequencyWhenTheVolumeChanges) {
    const Oscillators atoms =
        scaled_oscillators(std::vector{8, 8}, (Eigen::VectorXd(2) << 1.0, 0.7).finished());
    const Eigen::VectorXd omega = atoms.frequencies();
    EXPECT_DOUBLE_EQ(omega[0], 4.0 * 15.6 / (3.0 * 5.4 * 5.4));
    EXPECT_DOUBLE_EQ(omega[1], omega[0]);
}

TEST(ScaledOscillators, RejectElementsWithoutReferenceAndBadRatios) {
    EXPECT_THROW(scaled_oscillators(std::vector{92}, Eigen::VectorXd::Ones(1)), ModelError);
    EXPECT_THAT(
        [] {
            scaled_oscillators(std::vector{1, 1}, Eigen::VectorXd::Ones(3));
        },
        ::testing::ThrowsMessage<InputError>("3 Hirshfeld ratios do not describe 2 atoms"));
    EXPECT_THAT(
        [] {
            scaled_oscillators(std::vector{1, 1}, Eigen::Vector2d(1.0, -0.2));
        },
        ::testing::ThrowsMessage<InputError>(
            "Hirshfeld ratio of atom 2 is -0.2, expected a positive number"));
}

TEST(Oscillators, RespondHalfAsMuchAtTheirOwnFrequency) {
    const Oscillators atoms = scaled_oscillators(std::vector{1, 7}, Eigen::VectorXd::Ones(2));
    const Eigen::VectorXd omega = atoms.frequencies();
    EXPECT_EQ(atoms.dynamic_polarizabilities(0.0), atoms.polarizabilities);
    EXPECT_DOUBLE_EQ(atoms.dynamic_polarizabilities(omega[1])[1], 0.5 * atoms.polarizabilities[1]);
    // Far above it they are free electrons, N_eff = αω² of them.
    EXPECT_NEAR(atoms.dynamic_polarizabilities(1e4)[0] * 1e8,
                atoms.polarizabilities[0] * omega[0] * omega[0],
                1e-6);
}

TEST(Oscillators, ValidateNamesTheAtomAtFault) {
    Oscillators atoms = scaled_oscillators(std::vector{1, 7}, Eigen::VectorXd::Ones(2));
    EXPECT_NO_THROW(atoms.validate(2));
    EXPECT_THAT([&] { atoms.validate(3); },
                ::testing::ThrowsMessage<InputError>(HasSubstr("do not describe 3 atoms")));
    atoms.c6[1] = std::numeric_limits<double>::infinity();
    EXPECT_THAT(
        [&] { atoms.validate(2); },
        ::testing::ThrowsMessage<InputError>("C6 of atom 2 is inf, expected a positive number"));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/separation.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <support/energy_term_checks.hpp>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {
namespace {

using ::testing::HasSubstr;

Molecule atoms_at(int element, const Eigen::Matrix3Xd& positions) {
    Molecule molecule;
    molecule.atomic_numbers.assign(static_cast<std::size_t>(positions.cols()), element);
    molecule.positions = positions;
    return molecule;
}

/// Six carbon atoms about the z axis.
Molecule ring(double height, double angle) {
    Eigen::Matrix3Xd positions(3, 6);
    for (Eigen::Index i = 0; i < 6; ++i) {
        const double phi = angle + static_cast<double>(i) * std::numbers::pi / 3.0;
        positions.col(i) << 2.6 * std::cos(phi), 2.6 * std::sin(phi), height;
    }
    return atoms_at(6, positions);
}

TEST(Separation, OfTwoAtomsIsTheirLine) {
    const Molecule first = atoms_at(8, Eigen::Vector3d(1.0, 2.0, 3.0));
    const Molecule second = atoms_at(1, Eigen::Vector3d(1.0, 2.0, -1.0));
    const Separation apart = separation(first, second);
    EXPECT_NEAR((apart.direction + Eigen::Vector3d::UnitZ()).norm(), 0.0, 1e-15);
    EXPECT_EQ(apart.distance, 4.0);
    const Molecule farther = moved(second, apart, 1.5);
    EXPECT_NEAR((farther.positions.col(0) - first.positions.col(0)).norm(), 6.0, 1e-14);
    EXPECT_EQ(moved(second, apart, 1.0).positions, second.positions);
}

TEST(Separation, OfStackedRingsIsTheNormalOfTheirPlanes) {
    const Separation apart = separation(ring(0.0, 0.0), ring(6.5, 0.0));
    EXPECT_NEAR((apart.direction - Eigen::Vector3d::UnitZ()).norm(), 0.0, 1e-12);
    EXPECT_NEAR(apart.distance, 6.5, 1e-12);
}

TEST(Separation, OfASmallMoleculeAtTheSideOfALargeOneIsNotTheLineOfTheirCenters) {
    // A sheet, and an atom above its rim.
    Eigen::Matrix3Xd sheet(3, 121);
    for (Eigen::Index k = 0; k < sheet.cols(); ++k) {
        sheet.col(k) << 2.6 * static_cast<double>(k % 11), 2.6 * static_cast<double>(k / 11), 0.0;
    }
    const Separation apart =
        separation(atoms_at(6, sheet), atoms_at(8, Eigen::Vector3d(2.6, 13.0, 6.0)));
    EXPECT_GT(apart.direction.z(), 0.98);
}

TEST(Separation, TurnsWithTheMoleculesAndIsMutual) {
    std::mt19937 random(41);
    const Molecule first = ring(0.0, 0.0);
    Molecule second = ring(6.0, 0.3);
    second.positions.row(0).array() += 2.0;
    second.atomic_numbers[2] = 7;
    const Separation apart = separation(first, second);
    const Separation back = separation(second, first);
    EXPECT_NEAR((apart.direction + back.direction).norm(), 0.0, 1e-13);
    EXPECT_EQ(apart.distance, back.distance);
    const Eigen::Matrix3d rotation = testing::random_rotation(random);
    const auto turned = [&](Molecule molecule) {
        molecule.positions = (rotation * molecule.positions).colwise() + Eigen::Vector3d(1, 2, 3);
        return molecule;
    };
    const Separation image = separation(turned(first), turned(second));
    EXPECT_NEAR((image.direction - rotation * apart.direction).norm(), 0.0, 1e-12);
}

TEST(Separation, RefusesWhatHasNoDirection) {
    const auto error = [](const Molecule& first, const Molecule& second) {
        return testing::error_of<InputError>([&] { static_cast<void>(separation(first, second)); });
    };
    const Molecule center = atoms_at(1, Eigen::Vector3d::Zero());
    EXPECT_THAT(error(ring(0.0, 0.0), center), HasSubstr("surrounds"));
    EXPECT_THAT(error(center, center), HasSubstr("coincide"));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// AtomProperties and Monomer: what is refused, and how atoms turn with their molecule. Tolerances
// of 1e-12 allow for a few roundings of numbers of order 10.
#include <keesom/core/errors.hpp>
#include <keesom/core/monomer.hpp>

#include <Eigen/Geometry>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <support/expect_error.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double rounding = 1e-12;

/// Five atoms with random properties and a charge of the molecule of zero.
class Monomers : public ::testing::Test {
protected:
    Monomers() : properties(5) {
        std::mt19937 generator(7);
        std::normal_distribution<double> normal;
        const auto random = [&] { return normal(generator); };
        molecule.name = "methane";
        molecule.atomic_numbers = {6, 1, 1, 1, 1};
        molecule.positions.resize(3, 5);
        molecule.positions << 0.0, 1.2, -1.2, 1.2, -1.2, 0.0, 1.2, -1.2, -1.2, 1.2, 0.0, 1.2, 1.2,
            -1.2, -1.2;
        properties.charges = Eigen::VectorXd::NullaryExpr(5, random);
        properties.charges.array() -= properties.charges.mean();
        properties.dipoles = Eigen::Matrix3Xd::NullaryExpr(3, 5, random);
        properties.quadrupoles = Matrix6Xd::NullaryExpr(6, 5, random);
        properties.quadrupoles.row(5) =
            -properties.quadrupoles.row(0) - properties.quadrupoles.row(3);
        properties.valence_populations.setConstant(4.0);
        properties.valence_widths.setConstant(0.5);
        properties.hirshfeld_ratios.setConstant(0.8);
    }

    static Eigen::Matrix3d random_rotation() {
        return Eigen::Quaterniond(0.3, -0.5, 0.7, 0.2).normalized().toRotationMatrix();
    }

    Molecule molecule;
    AtomProperties properties;
};

TEST_F(Monomers, AreAcceptedWithPlausibleProperties) {
    EXPECT_NO_THROW(Monomer(molecule, properties));
    EXPECT_EQ(Monomer(molecule, properties).size(), 5);
}

TEST_F(Monomers, AreRefusedWithAnInvalidMolecule) {
    molecule.charge = 1;
    EXPECT_THROW(Monomer(molecule, properties), InputError);
}

TEST_F(Monomers, AreRefusedWithPropertiesOfAnotherMolecule) {
    EXPECT_THAT(error_of<InputError>([&] { Monomer(molecule, AtomProperties(4)); }),
                HasSubstr("5"));
}

TEST_F(Monomers, AreRefusedWithUnphysicalProperties) {
    struct Case {
        std::string name;
        std::function<void(AtomProperties&)> damage;
    };

    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<Case> cases = {
        {"charge", [&](AtomProperties& p) { p.charges[2] = nan; }},
        {"dipole", [&](AtomProperties& p) { p.dipoles(1, 2) = nan; }},
        {"quadrupole", [&](AtomProperties& p) { p.quadrupoles(4, 2) = nan; }},
        {"quadrupole", [&](AtomProperties& p) { p.quadrupoles(3, 2) += 1e-3; }},
        {"valence population", [&](AtomProperties& p) { p.valence_populations[2] = -4.0; }},
        {"valence width", [&](AtomProperties& p) { p.valence_widths[2] = 0.0; }},
        {"Hirshfeld ratio", [&](AtomProperties& p) { p.hirshfeld_ratios[2] = nan; }},
    };
    for (const Case& c : cases) {
        AtomProperties damaged = properties;
        c.damage(damaged);
        EXPECT_THAT(error_of<InputError>([&] { Monomer(molecule, damaged); }),
                    AllOf(HasSubstr(c.name), HasSubstr("atom 3")));
    }
}

TEST_F(Monomers, TurnTheirDipoleWithThem) {
    const Eigen::Matrix3d rotation = random_rotation();
    const Monomer monomer(molecule, properties);
    const Monomer turned = monomer.rotated(rotation);
    const Eigen::Vector3d before =
        molecular_dipole(monomer.molecule().positions, monomer.properties());
    const Eigen::Vector3d after =
        molecular_dipole(turned.molecule().positions, turned.properties());
    EXPECT_GT(before.norm(), 0.1);
    EXPECT_GT((after - before).norm(), 0.1);
    EXPECT_LT((after - rotation * before).norm(), rounding);
}

TEST_F(Monomers, KeepQuadrupolesTracelessWhenTurned) {
    const Monomer turned = Monomer(molecule, properties).rotated(random_rotation());
    const Matrix6Xd& quadrupoles = turned.properties().quadrupoles;
    EXPECT_GT((quadrupoles - properties.quadrupoles).norm(), 0.1);
    EXPECT_LT((quadrupoles.row(0) + quadrupoles.row(3) + quadrupoles.row(5)).norm(), rounding);
}

// The potential Θ:RR/R⁵ that an atom makes is a scalar: it stays if atom and observer turn
// together.
TEST_F(Monomers, KeepThePotentialOfQuadrupolesWhenTurned) {
    const Eigen::Matrix3d rotation = random_rotation();
    const Monomer turned = Monomer(molecule, properties).rotated(rotation);
    const Eigen::Vector3d direction(0.4, -1.0, 2.0);
    const Eigen::Vector3d turned_direction = rotation * direction;
    for (Eigen::Index i = 0; i < 5; ++i) {
        const double before =
            direction.dot(symmetric_matrix(properties.quadrupoles.col(i)) * direction);
        const double after = turned_direction.dot(
            symmetric_matrix(turned.properties().quadrupoles.col(i)) * turned_direction);
        EXPECT_NEAR(after, before, rounding);
    }
}

TEST_F(Monomers, KeepScalarsWhenTurned) {
    const Monomer turned = Monomer(molecule, properties).rotated(random_rotation());
    EXPECT_EQ(turned.properties().charges, properties.charges);
    EXPECT_EQ(turned.properties().valence_populations, properties.valence_populations);
    EXPECT_EQ(turned.properties().valence_widths, properties.valence_widths);
    EXPECT_EQ(turned.properties().hirshfeld_ratios, properties.hirshfeld_ratios);
}

TEST_F(Monomers, ComeBackAfterTwoOppositeRotations) {
    const Eigen::Matrix3d rotation = random_rotation();
    const Monomer back =
        Monomer(molecule, properties).rotated(rotation).rotated(rotation.transpose());
    EXPECT_LT((back.molecule().positions - molecule.positions).norm(), rounding);
    EXPECT_LT((back.properties().dipoles - properties.dipoles).norm(), rounding);
    EXPECT_LT((back.properties().quadrupoles - properties.quadrupoles).norm(), rounding);
}

TEST_F(Monomers, AreMirroredByAnImproperRotation) {
    Eigen::Matrix3d mirror = Eigen::Matrix3d::Identity();
    mirror(2, 2) = -1.0;
    const Monomer image = Monomer(molecule, properties).rotated(mirror);
    EXPECT_EQ(image.properties().dipoles.topRows(2), properties.dipoles.topRows(2));
    EXPECT_EQ(image.properties().dipoles.row(2), -properties.dipoles.row(2));
    const Matrix6Xd& quadrupoles = image.properties().quadrupoles;
    for (const Eigen::Index even : {0, 1, 3, 5}) {
        EXPECT_EQ(quadrupoles.row(even), properties.quadrupoles.row(even));
    }
    for (const Eigen::Index odd : {2, 4}) {
        EXPECT_EQ(quadrupoles.row(odd), -properties.quadrupoles.row(odd));
    }
}

TEST_F(Monomers, RefuseMatricesThatAreNotOrthogonal) {
    const Monomer monomer(molecule, properties);
    EXPECT_THROW(monomer.rotated(1.001 * Eigen::Matrix3d::Identity()), InputError);
    EXPECT_THROW(monomer.rotated(Eigen::Matrix3d::Zero()), InputError);
}

TEST_F(Monomers, KeepTheirPropertiesWhenTranslatedBackAndForth) {
    const Eigen::Vector3d shift(1.0, -20.0, 0.25);
    const Monomer there = Monomer(molecule, properties).translated(shift);
    EXPECT_LT((there.molecule().positions.col(3) - molecule.positions.col(3) - shift).norm(),
              rounding);
    EXPECT_EQ(there.properties().dipoles, properties.dipoles);
    const Monomer back = there.translated(-shift);
    EXPECT_LT((back.molecule().positions - molecule.positions).norm(), rounding);
}

TEST_F(Monomers, HaveADipoleThatIgnoresTheOriginIfNeutral) {
    const Monomer monomer(molecule, properties);
    const Monomer moved = monomer.translated(Eigen::Vector3d(3.0, 4.0, 5.0));
    EXPECT_LT((molecular_dipole(moved.molecule().positions, moved.properties()) -
               molecular_dipole(molecule.positions, properties))
                  .norm(),
              rounding);
}

TEST(AtomProperties, KeepsSymmetricTensorsThroughTheirComponents) {
    Eigen::Matrix3d matrix;
    matrix << 1.0, 2.0, 3.0, 2.0, 4.0, 5.0, 3.0, 5.0, 6.0;
    Eigen::Matrix<double, 6, 1> components;
    components << 1.0, 2.0, 3.0, 4.0, 5.0, 6.0;
    EXPECT_EQ(symmetric_components(matrix), components);
    EXPECT_EQ(symmetric_matrix(components), matrix);
}

TEST(AtomProperties, CountsDerivativesByOffDiagonalComponentsOnce) {
    Eigen::Matrix<double, 6, 1> derivative;
    derivative << 1.0, 2.0, 3.0, 4.0, 5.0, 6.0;
    Eigen::Matrix<double, 6, 1> change;
    change << 0.3, -0.7, 1.1, 0.2, -0.4, 0.9;
    EXPECT_NEAR(symmetric_derivative(derivative).cwiseProduct(symmetric_matrix(change)).sum(),
                derivative.dot(change),
                rounding);
}

TEST(AtomProperties, AddsPopulationsToChargesForTheCore) {
    AtomProperties properties(2);
    properties.charges << -0.8, 0.4;
    properties.valence_populations << 6.5, 0.6;
    EXPECT_NEAR(properties.core_charges()[0], 5.7, rounding);
    EXPECT_NEAR(properties.core_charges()[1], 1.0, rounding);
}

}  // namespace

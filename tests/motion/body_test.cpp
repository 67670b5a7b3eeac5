// SPDX-License-Identifier: BSD-3-Clause
#include "water.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>
#include <keesom/motion/body.hpp>

#include <gtest/gtest.h>

#include <support/expect_error.hpp>

namespace keesom {

namespace {

Molecule carbon_dioxide() {
    Molecule molecule;
    molecule.atomic_numbers = {6, 8, 8};
    molecule.positions.resize(3, 3);
    molecule.positions << 1.0, 2.0, 0.0, 0.0, 1.5, -1.5, -2.0, -0.5, -3.5;
    return molecule;
}

TEST(RigidMolecule, IsWhereTheMoleculeWas) {
    for (const std::vector<Molecule>& molecules : testing::real_dimers()) {
        for (const Molecule& molecule : molecules) {
            const RigidMolecule rigid(molecule);
            const Eigen::Matrix3d axes = rigid.placement.orientation.toRotationMatrix();
            const Eigen::Matrix3Xd back =
                (axes * rigid.positions).colwise() + rigid.placement.center;
            EXPECT_LT((back - molecule.positions).cwiseAbs().maxCoeff(), 1e-13);
        }
    }
}

TEST(RigidMolecule, HasThePrincipalMomentsOfWater) {
    // Rotational constants of H₂¹⁶O from its equilibrium geometry, r = 0.95785 Å and 104.51° with
    // masses of natural hydrogen and oxygen; I_c = I_a + I_b for a planar molecule.
    constexpr double bond = 0.95785 * units::angstrom;
    constexpr double half_angle = 0.5 * 104.51 * 3.14159265358979323846 / 180.0;
    const double hydrogen = atomic_mass(1);
    const double oxygen = atomic_mass(8);
    const double across = bond * std::sin(half_angle);
    const double along = bond * std::cos(half_angle);
    const double about_long_axis =
        2.0 * hydrogen * oxygen / (2.0 * hydrogen + oxygen) * along * along;
    const double about_symmetry_axis = 2.0 * hydrogen * across * across;
    Molecule water;
    water.atomic_numbers = {1, 8, 1};
    water.positions.resize(3, 3);
    water.positions << across, 0.0, -across, 3.0, 3.0, 3.0, along, 0.0, along;
    const RigidMolecule rigid(water);
    EXPECT_NEAR(rigid.body.moments.x() / about_long_axis, 1.0, 1e-12);
    EXPECT_NEAR(rigid.body.moments.y() / about_symmetry_axis, 1.0, 1e-12);
    EXPECT_NEAR(rigid.body.moments.z() / (about_long_axis + about_symmetry_axis), 1.0, 1e-12);
    EXPECT_DOUBLE_EQ(rigid.body.mass, 2.0 * hydrogen + oxygen);
    EXPECT_EQ(rigid.body.degrees_of_freedom(), 6);
}

TEST(RigidMolecule, TurnsAboutTwoAxesIfItIsLinearAndAboutNoneIfItIsAnAtom) {
    const RigidMolecule linear(carbon_dioxide());
    EXPECT_EQ(linear.body.moments.x(), 0.0);
    EXPECT_EQ(linear.body.degrees_of_freedom(), 5);
    EXPECT_TRUE(linear.body.turns());
    const Molecule argon{.name = {},
                         .atomic_numbers = {18},
                         .positions = Eigen::Vector3d(1.0, 2.0, 3.0),
                         .charge = 0};
    const RigidMolecule atom(argon);
    EXPECT_EQ(atom.body.degrees_of_freedom(), 3);
    EXPECT_FALSE(atom.body.turns());
    EXPECT_EQ(atom.placement.center, argon.positions.col(0));
}

TEST(RigidMolecule, NamesAnElementWithoutAMass) {
    Molecule xenon;
    xenon.atomic_numbers = {54};
    xenon.positions = Eigen::Vector3d::Zero();
    EXPECT_EQ(testing::error_of<ModelError>([&] { const RigidMolecule rigid(xenon); }),
              "no mass for element Xe");
}

TEST(Placement, TurnsAboutAxesOfTheBody) {
    constexpr double quarter = 3.14159265358979323846 / 2.0;
    Placement placement;
    placement.orientation = Eigen::AngleAxisd(quarter, Eigen::Vector3d::UnitZ());
    const Placement result = turned(placement, quarter * Eigen::Vector3d::UnitX());
    // The y axis of the body first goes to its z axis, which is that of space.
    const Eigen::Vector3d image = result.orientation * Eigen::Vector3d::UnitY();
    EXPECT_LT((image - Eigen::Vector3d::UnitZ()).norm(), 1e-15);
}

TEST(LargestForce, MeasuresATorqueAtTheFarthestAtom) {
    const std::vector<Body> bodies = {RigidMolecule(carbon_dioxide()).body, Body{.mass = 1.0}};
    std::vector<RigidForce> forces(2, {Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()});
    forces[0].torque = Eigen::Vector3d(0.0, 3.0, 4.0);
    EXPECT_NEAR(largest_force(bodies, forces), 5.0 / std::sqrt(5.5), 1e-13);
    forces[1].force = Eigen::Vector3d(0.0, 0.0, -6.0);
    EXPECT_DOUBLE_EQ(largest_force(bodies, forces), 6.0);
}

}  // namespace

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "shipped_model.hpp"

#include <keesom/core/errors.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <support/energy_term_checks.hpp>
#include <vector>

namespace keesom {

namespace {

using testing::real_dimers;
using testing::shipped_model;

const Physics& physics() {
    return shipped_model().physics();
}

std::vector<PreparedMonomer> prepared(const std::vector<Molecule>& molecules) {
    std::vector<PreparedMonomer> monomers;
    for (const Molecule& molecule : molecules) {
        monomers.push_back(physics().prepare(shipped_model().monomer(molecule)));
    }
    return monomers;
}

std::vector<Monomer> plain(const std::vector<PreparedMonomer>& monomers) {
    std::vector<Monomer> result;
    for (const PreparedMonomer& monomer : monomers) {
        result.push_back(monomer.monomer());
    }
    return result;
}

/// Water, benzene and others, each pair turned and pulled apart; and three molecules.
std::vector<std::vector<PreparedMonomer>> moved_complexes() {
    std::mt19937 generator(83);
    std::vector<std::vector<Molecule>> complexes = real_dimers();
    complexes.push_back(complexes[0]);
    complexes.back().push_back(complexes[1][0]);
    complexes.back().back().positions.row(2).array() += 12.0;
    std::vector<std::vector<PreparedMonomer>> moved;
    for (const std::vector<Molecule>& molecules : complexes) {
        std::vector<PreparedMonomer> monomers = prepared(molecules);
        const Eigen::Matrix3d rotation = testing::random_rotation(generator);
        for (std::size_t m = 0; m < monomers.size(); ++m) {
            monomers[m] = monomers[m].rotated(rotation).translated(
                Eigen::Vector3d(1.0, 0.2 * static_cast<double>(m), -2.0));
        }
        moved.push_back(monomers);
    }
    return moved;
}

void expect_close(double actual, double expected) {
    EXPECT_NEAR(actual, expected, 1e-12 * std::abs(expected));
}

}  // namespace

TEST(PreparedMonomer, InteractsAsAPlainOne) {
    for (const std::vector<PreparedMonomer>& monomers : moved_complexes()) {
        const EnergyComponents actual = physics().interaction_energy(monomers);
        const EnergyComponents expected = physics().interaction_energy(plain(monomers));
        EXPECT_EQ(actual.electrostatics, expected.electrostatics);
        EXPECT_EQ(actual.exchange, expected.exchange);
        EXPECT_EQ(actual.induction, expected.induction);
        // Of a dimer, what is left of the energies of its monomers and itself, which are left of
        // zero-point energies of some ten hartree: these round to 1e-15 hartree.
        double subtracted = std::abs(expected.dispersion);
        for (const PreparedMonomer& monomer : monomers) {
            subtracted += std::abs(monomer.dispersion().many_body_energy);
        }
        EXPECT_NEAR(actual.dispersion, expected.dispersion, 1e-12 * subtracted);
        expect_close(physics().energy_and_rigid_forces(monomers).energy.total(), actual.total());
    }
}

TEST(PreparedMonomer, FeelsTheRigidForceOfTheWholeGradient) {
    for (const std::vector<PreparedMonomer>& monomers : moved_complexes()) {
        const EnergyWithRigidForces actual = physics().energy_and_rigid_forces(monomers);
        const std::vector<EnergyGradient> whole =
            physics().component_gradients(plain(monomers)).combined(total_seed);
        ASSERT_EQ(actual.forces.size(), monomers.size());
        for (std::size_t m = 0; m < monomers.size(); ++m) {
            const RigidForce expected =
                rigid_force(monomers[m].monomer(), whole[m], monomers[m].center());
            const double scale = expected.force.norm() + expected.torque.norm();
            EXPECT_LT((actual.forces[m].force - expected.force).norm(), 1e-11 * scale);
            EXPECT_LT((actual.forces[m].torque - expected.torque).norm(), 1e-11 * scale);
        }
    }
}

TEST(PreparedMonomer, MovesAsAPlainOneItsCenterWithIt) {
    std::mt19937 generator(84);
    const Eigen::Matrix3d rotation = testing::random_rotation(generator);
    const Eigen::Vector3d shift(0.5, -1.0, 2.0);
    const PreparedMonomer before = prepared(real_dimers()[2]).front();
    const PreparedMonomer after = before.translated(shift).rotated(rotation).translated(-shift);
    const Monomer expected =
        before.monomer().translated(shift).rotated(rotation).translated(-shift);
    EXPECT_EQ(after.monomer().molecule().positions, expected.molecule().positions);
    EXPECT_EQ(after.monomer().properties().dipoles, expected.properties().dipoles);
    EXPECT_EQ(after.monomer().properties().quadrupoles, expected.properties().quadrupoles);
    EXPECT_LT((after.center() - physics().prepare(expected).center()).norm(), 1e-13);
    EXPECT_EQ(after.dispersion().many_body_energy, before.dispersion().many_body_energy);
    expect_close(physics().prepare(expected).dispersion().many_body_energy,
                 before.dispersion().many_body_energy);
    EXPECT_EQ(after.named("guest").monomer().molecule().name, "guest");
    EXPECT_EQ(after.named("guest").monomer().molecule().positions,
              after.monomer().molecule().positions);
}

TEST(PreparedMonomer, HasItsCenterAmongItsNuclearCharges) {
    Molecule molecule = real_dimers()[0][0];
    molecule.positions.col(0) << 0.0, 0.0, 0.0;
    molecule.positions.col(1) << 1.5, 0.0, 1.0;
    molecule.positions.col(2) << -1.5, 0.0, 1.0;
    ASSERT_EQ(molecule.atomic_numbers, (std::vector<int>{8, 1, 1}));
    const Eigen::Vector3d center = prepared({molecule}).front().center();
    EXPECT_LT((center - Eigen::Vector3d(0.0, 0.0, 0.2)).norm(), 1e-15);
}

TEST(PreparedMonomer, IsRefusedWhereAPlainOneIs) {
    const std::vector<PreparedMonomer> water = prepared(real_dimers()[0]);
    const std::vector<PreparedMonomer> one = {water[0]};
    const std::vector<PreparedMonomer> twice = {water[0], water[0]};
    EXPECT_THROW((void)physics().interaction_energy(one), InputError);
    EXPECT_THROW((void)physics().interaction_energy(twice), InputError);
    EXPECT_THROW((void)physics().energy_and_rigid_forces(one), InputError);
    EXPECT_THROW((void)physics().energy_and_rigid_forces(twice), InputError);
    EXPECT_THROW((void)water[0].rotated(2.0 * Eigen::Matrix3d::Identity()), InputError);
    Molecule many;
    many.atomic_numbers.assign(largest_system + 1, 2);
    many.positions = Eigen::Matrix3Xd::Zero(3, largest_system + 1);
    many.positions.row(0).setLinSpaced(0.0, 5.0 * largest_system);
    EXPECT_THROW((void)physics().prepare({many, AtomProperties(many.size())}), InputError);
}

TEST(PreparedMonomer, BelongsToTheConstantsThatItWasPreparedWith) {
    ParameterSet other = testing::shipped_parameters();
    other.dispersion.mbd.beta *= 1.1;
    EXPECT_THROW((void)Physics(other).interaction_energy(prepared(real_dimers()[0])), InputError);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "shipped_model.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <support/energy_term_checks.hpp>
#include <vector>

namespace keesom {

namespace {

using testing::data;
using testing::real_dimers;
using testing::shipped_model;

/// The whole energy of molecules, as one number after another.
std::array<double, 4> components(const std::vector<Molecule>& molecules) {
    const EnergyComponents e = shipped_model().interaction_energy(molecules);
    return {e.electrostatics, e.exchange, e.induction, e.dispersion};
}

void expect_same(const std::array<double, 4>& expected, const std::array<double, 4>& actual) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(actual[i], expected[i], 1e-10 * std::abs(expected[i]) + 1e-14)
            << "component " << i;
    }
}

}  // namespace

TEST(InteractionModel, EnergyOfMoleculesIsInvariantUnderRotationAndTranslation) {
    std::mt19937 generator(17);
    for (std::vector<Molecule> dimer : real_dimers()) {
        const std::array<double, 4> before = components(dimer);
        const Eigen::Matrix3d rotation = testing::random_rotation(generator);
        const Eigen::Vector3d shift = testing::random_vector(generator, 5.0);
        for (Molecule& molecule : dimer) {
            molecule.positions = (rotation * molecule.positions).colwise() + shift;
        }
        expect_same(before, components(dimer));
    }
}

TEST(InteractionModel, EnergyOfMoleculesIsInvariantUnderReflection) {
    for (std::vector<Molecule> dimer : real_dimers()) {
        const std::array<double, 4> before = components(dimer);
        for (Molecule& molecule : dimer) {
            molecule.positions.row(0) *= -1.0;
        }
        expect_same(before, components(dimer));
    }
}

TEST(InteractionModel, EnergyOfMoleculesDoesNotDependOnTheOrderOfMonomers) {
    for (const std::vector<Molecule>& dimer : real_dimers()) {
        expect_same(components(dimer), components({dimer[1], dimer[0]}));
    }
}

TEST(InteractionModel, EnergyOfMoleculesDoesNotDependOnTheOrderOfAtoms) {
    std::mt19937 generator(18);
    for (const std::vector<Molecule>& dimer : real_dimers()) {
        std::vector<Molecule> shuffled = dimer;
        Molecule& molecule = shuffled[0];
        std::vector<Eigen::Index> order(static_cast<std::size_t>(molecule.size()));
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), generator);
        for (std::size_t i = 0; i < order.size(); ++i) {
            molecule.atomic_numbers[i] =
                dimer[0].atomic_numbers[static_cast<std::size_t>(order[i])];
            molecule.positions.col(static_cast<Eigen::Index>(i)) = dimer[0].positions.col(order[i]);
        }
        expect_same(components(dimer), components(shuffled));
    }
}

TEST(InteractionModel, MovingMonomersRigidlyMovesTheirPredictedMultipoles) {
    // One prediction, then a rigid motion, must equal a motion, then a prediction.
    std::mt19937 generator(19);
    const std::vector<Molecule> dimer = real_dimers()[3];
    const Eigen::Matrix3d rotation = testing::random_rotation(generator);
    Molecule turned = dimer[0];
    turned.positions = rotation * turned.positions;
    const Monomer first = shipped_model().monomer(dimer[0]).rotated(rotation);
    const Monomer second = shipped_model().monomer(turned);
    EXPECT_LT((first.properties().dipoles - second.properties().dipoles).norm(), 1e-10);
    EXPECT_LT((first.properties().quadrupoles - second.properties().quadrupoles).norm(), 1e-10);
}

TEST(InteractionModel, DipolarMoleculesAttractWithTheInverseCubeOfTheDistance) {
    const std::vector<Molecule> water = real_dimers()[0];
    const auto energy_at = [&](double distance) {
        std::vector<Molecule> dimer = {water[0], water[0]};
        dimer[1].positions.row(2).array() += distance;
        return shipped_model().interaction_energy(dimer);
    };
    const double ratio = energy_at(200.0).electrostatics / energy_at(400.0).electrostatics;
    EXPECT_NEAR(ratio, 8.0, 0.02);
    // C8 is still half a percent of C6 at 60 bohr; further out rounding of E(all) − Σ E(each)
    // shows.
    EXPECT_NEAR(energy_at(60.0).dispersion / energy_at(120.0).dispersion, 64.0, 1.0);
    EXPECT_LT(std::abs(energy_at(200.0).exchange), 1e-30);
}

TEST(InteractionModel, PhysicsRunsOnReferencePropertiesAsOnPredictedOnes) {
    std::vector<Monomer> monomers;
    for (const PropertyRecord& record : read_property_set(data / "training" / "aim_train.xyz.gz")) {
        monomers.emplace_back(record.molecule, record.properties);
        if (monomers.size() == 2) {
            break;
        }
    }
    Eigen::Vector3d apart(0.0, 0.0, 14.0);
    const std::array pair = {monomers[0], monomers[1].translated(apart)};
    const EnergyComponents energy = shipped_model().physics().interaction_energy(pair);
    EXPECT_LT(energy.dispersion, 0.0);
    EXPECT_TRUE(std::isfinite(energy.total()));
}

TEST(Physics, NeedsTwoMonomers) {
    const Monomer water = shipped_model().monomer(real_dimers()[0][0]);
    EXPECT_THROW((void)shipped_model().physics().interaction_energy(std::array{water}), InputError);
}

TEST(Physics, RejectsMonomersThatCoincide) {
    const Monomer water = shipped_model().monomer(real_dimers()[0][0]);
    EXPECT_THROW((void)shipped_model().physics().interaction_energy(std::array{water, water}),
                 InputError);
}

TEST(Physics, RefusesEnergiesThatAreNotFiniteAndNamesTheComponent) {
    std::mt19937 generator(4);
    const std::vector<Monomer> monomers = testing::random_monomers(generator, 2, 4);
    const std::vector<int> elements = {1, 6, 7, 8};
    const auto complaint_with = [&](auto change) -> std::string {
        ParameterSet parameters = initial_parameters(elements);
        change(parameters);
        const Physics physics(parameters);
        try {
            (void)physics.interaction_energy(monomers);
        } catch (const NumericalError& error) {
            return error.what();
        }
        return "none";
    };
    const ElementConstants huge("huge", {{1, 1e300}, {6, 1e300}, {7, 1e300}, {8, 1e300}});
    EXPECT_THAT(complaint_with([&](ParameterSet& p) { p.exchange.amplitude = huge; }),
                ::testing::HasSubstr("exchange is"));
    EXPECT_THAT(complaint_with([&](ParameterSet& p) {
                    p.dispersion.c8_scale = 1e300;
                    p.dispersion.quadrupole_factor = huge;
                }),
                ::testing::HasSubstr("dispersion is"));
    EXPECT_EQ(complaint_with([](ParameterSet&) {}), "none");
}

TEST(Physics, NonAdditiveEnergyOfADimerIsZero) {
    std::mt19937 generator(3);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 5);
    EXPECT_EQ(shipped_model().physics().non_additive_energy(dimer).total(), 0.0);
}

TEST(Physics, NonAdditivityOfATrimerIsInductionAndDispersion) {
    std::mt19937 generator(4);
    const std::vector<Monomer> trimer = testing::random_monomers(generator, 3, 5);
    const EnergyComponents all = shipped_model().physics().interaction_energy(trimer);
    const EnergyComponents rest = shipped_model().physics().non_additive_energy(trimer);
    EXPECT_NEAR(rest.electrostatics, 0.0, 1e-12 * std::abs(all.electrostatics));
    EXPECT_NEAR(rest.exchange, 0.0, 1e-12 * std::abs(all.exchange));
    EXPECT_GT(std::abs(rest.induction), 1e-7);
    EXPECT_GT(std::abs(rest.dispersion), 1e-7);
}

TEST(Physics, EnergyOfSeparatedPairsIsTheSumOverPairs) {
    std::mt19937 generator(5);
    const std::vector<Monomer> close = testing::random_monomers(generator, 2, 4);
    const Eigen::Vector3d far(0.0, 0.0, 1e6);
    const std::vector<Monomer> two_pairs = {
        close[0], close[1], close[0].translated(far), close[1].translated(far)};
    const Physics& physics = shipped_model().physics();
    const double pair = physics.interaction_energy(close).total();
    EXPECT_NEAR(physics.interaction_energy(two_pairs).total(), 2.0 * pair, 1e-9 * std::abs(pair));
}

}  // namespace keesom

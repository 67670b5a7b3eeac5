// SPDX-License-Identifier: BSD-3-Clause
#include "water.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/motion/moving_complex.hpp>
#include <keesom/motion/optimization.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <support/expect_error.hpp>

namespace keesom {

namespace {

using testing::shipped_model;

/// Two points at a distance r: E = r⁻¹² − r⁻⁶, minimum at r = 2^(1/6).
BodyEnergy lennard_jones(std::span<const Placement> placements) {
    const Eigen::Vector3d r = placements[1].center - placements[0].center;
    const double inverse = 1.0 / r.squaredNorm();
    const double sixth = inverse * inverse * inverse;
    const Eigen::Vector3d force = (12.0 * sixth * sixth - 6.0 * sixth) * inverse * r;
    const Eigen::Vector3d none = Eigen::Vector3d::Zero();
    return {sixth * sixth - sixth, {{-force, none}, {force, none}}};
}

std::vector<Placement> apart(double distance) {
    std::vector<Placement> placements(2);
    placements[1].center.z() = distance;
    return placements;
}

const std::vector<Body> two_points(2, Body{.mass = 1.0});

TEST(Optimize, FindsTheMinimumOfTwoPoints) {
    const OptimizationResult result =
        optimize(two_points, lennard_jones, apart(1.6), {.force = 1e-10, .energy = 1e-12});
    EXPECT_EQ(result.end, OptimizationEnd::relaxed);
    const double distance =
        (result.last.placements[1].center - result.last.placements[0].center).norm();
    EXPECT_NEAR(distance, std::pow(2.0, 1.0 / 6.0), 1e-9);
    EXPECT_NEAR(result.last.energy, -0.25, 1e-14);
}

TEST(Optimize, VisitsGeometriesOfFallingEnergy) {
    std::vector<OptimizationStep> steps;
    const OptimizationResult result =
        optimize(two_points, lennard_jones, apart(1.6), {}, [&](const OptimizationStep& step) {
            steps.push_back(step);
        });
    ASSERT_GT(steps.size(), 3U);
    EXPECT_EQ(steps.front().number, 0);
    EXPECT_EQ(steps.back().number, result.last.number);
    for (std::size_t i = 1; i < steps.size(); ++i) {
        EXPECT_LT(steps[i].energy, steps[i - 1].energy);
        EXPECT_DOUBLE_EQ(steps[i].energy_change, steps[i].energy - steps[i - 1].energy);
    }
    const OptimizationStep& last = steps.back();
    const OptimizationOptions options;
    EXPECT_LE(last.force, options.force);
    EXPECT_LE(last.displacement, options.displacement);
    EXPECT_LE(std::abs(last.energy_change), options.energy);
}

TEST(Optimize, StopsAfterTheStepsAllowed) {
    const OptimizationResult result =
        optimize(two_points, lennard_jones, apart(1.6), {.most_steps = 2});
    EXPECT_EQ(result.end, OptimizationEnd::too_many_steps);
    EXPECT_EQ(result.last.number, 2);
}

TEST(Optimize, SaysWhenForcesAreNotThoseOfTheEnergy) {
    const EnergySurface reversed = [](std::span<const Placement> placements) {
        BodyEnergy here = lennard_jones(placements);
        for (RigidForce& force : here.forces) {
            force.force *= -1.0;
        }
        return here;
    };
    const OptimizationResult result = optimize(two_points, reversed, apart(1.6), {});
    EXPECT_EQ(result.end, OptimizationEnd::no_descent);
    EXPECT_EQ(result.last.number, 0);
}

TEST(Optimize, AvoidsGeometriesWithoutAnEnergyButNotTheStart) {
    const EnergySurface walled = [](std::span<const Placement> placements) {
        if ((placements[1].center - placements[0].center).norm() < 1.12) {
            throw NumericalError("polarization diverges");
        }
        return lennard_jones(placements);
    };
    const OptimizationResult result = optimize(two_points, walled, apart(1.6), {});
    EXPECT_EQ(result.end, OptimizationEnd::relaxed);
    EXPECT_EQ(
        testing::error_of<NumericalError>([&] { optimize(two_points, walled, apart(1.0), {}); }),
        "polarization diverges");
}

TEST(Optimize, RelaxesWaterFromAnyOrientationToTheSameHydrogenBond) {
    const MovingComplex complex(testing::real_dimers()[0], shipped_model());
    const OptimizationResult straight =
        optimize(complex.bodies(), complex, complex.start(), {.force = 1e-7});
    EXPECT_EQ(straight.end, OptimizationEnd::relaxed);
    EXPECT_LT(straight.last.energy, complex(complex.start()).energy);
    std::vector<Placement> displaced = complex.start();
    displaced[0] = turned(displaced[0], Eigen::Vector3d(0.3, -0.2, 0.1));
    displaced[1] = turned(displaced[1], Eigen::Vector3d(-0.2, 0.3, 0.4));
    displaced[1].center += Eigen::Vector3d(0.4, 0.3, -0.5);
    const OptimizationResult back = optimize(complex.bodies(), complex, displaced, {.force = 1e-7});
    EXPECT_EQ(back.end, OptimizationEnd::relaxed);
    EXPECT_NEAR(back.last.energy, straight.last.energy, 1e-9);
}

TEST(Optimize, RelaxesFlexibleMoleculesFurtherThanRigidOnes) {
    const std::vector<Molecule> molecules = testing::real_dimers()[0];
    const std::vector<std::shared_ptr<const MonomerPotential>> springs = {
        std::make_shared<testing::Springs>(molecules[0])};
    const MovingComplex rigid(molecules, shipped_model());
    const MovingComplex flexible(molecules, shipped_model(), springs);
    const OptimizationOptions options;
    const OptimizationResult of_rigid = optimize(rigid.bodies(), rigid, rigid.start(), options);
    const OptimizationResult of_flexible =
        optimize(flexible.bodies(), flexible, flexible.start(), options);
    EXPECT_EQ(of_flexible.end, OptimizationEnd::relaxed);
    EXPECT_LT(of_flexible.last.energy, of_rigid.last.energy - 1e-5);
}

TEST(OptimizationOptions, HavePositiveTolerances) {
    EXPECT_EQ(testing::error_of<InputError>([] { OptimizationOptions{.force = -1.0}.validate(); }),
              "expected positive tolerances, got -1 hartree/bohr, 0.001 bohr, 1e-09 hartree");
    EXPECT_EQ(
        testing::error_of<InputError>([] { OptimizationOptions{.most_steps = 0}.validate(); }),
        "expected one step or more, got 0");
}

}  // namespace

}  // namespace keesom

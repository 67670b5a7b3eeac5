// SPDX-License-Identifier: BSD-3-Clause
#include "water.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/motion/docking.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numbers>
#include <numeric>
#include <omp.h>
#include <support/expect_error.hpp>

namespace keesom {

namespace {

using testing::shipped_model;

const MovingComplex& dimer_of_water() {
    static const MovingComplex complex(testing::real_dimers()[0], shipped_model());
    return complex;
}

constexpr DockingOptions few_starts{
    .starts = 8, .seed = 1, .relaxation = {.force = 1e-5, .energy = 1e-8}};

std::vector<Placement> mirrored(const std::vector<Placement>& placements) {
    // The frame of water has its plane as a plane of two axes: the mirror image of the molecule is
    // the molecule turned by half a circle about the third, and a mirror of its center.
    std::vector<Placement> result = placements;
    for (Placement& placement : result) {
        const Eigen::Matrix3d rotation = placement.orientation.toRotationMatrix();
        Eigen::Matrix3d image = rotation;
        image.row(2) *= -1.0;
        image.col(2) *= -1.0;
        placement.orientation = Eigen::Quaterniond(image).normalized();
        placement.center.z() *= -1.0;
    }
    return result;
}

TEST(RandomStart, TurnsMoleculesUniformly) {
    constexpr int n = 2000;
    Eigen::Matrix3d first = Eigen::Matrix3d::Zero();
    Eigen::Matrix3d second = Eigen::Matrix3d::Zero();
    Eigen::Vector3d direction = Eigen::Vector3d::Zero();
    for (int i = 0; i < n; ++i) {
        const std::vector<Placement> start =
            random_start(dimer_of_water(), 7, static_cast<std::uint64_t>(i));
        const Eigen::Matrix3d rotation = start[1].orientation.toRotationMatrix();
        first += rotation / n;
        second += rotation.cwiseAbs2() / n;
        direction += start[1].center.normalized() / n;
    }
    // Elements of uniform rotations have the mean 0 and the mean square 1/3, with standard
    // deviations of 0.58 and 0.30 of one: five of a mean of n are 0.065 and 0.033.
    EXPECT_LT(first.cwiseAbs().maxCoeff(), 0.065);
    EXPECT_LT((second.array() - 1.0 / 3.0).abs().maxCoeff(), 0.034);
    EXPECT_LT(direction.cwiseAbs().maxCoeff(), 0.065);
}

TEST(RandomStart, BringsEveryMoleculeIntoContact) {
    const MovingComplex complex(testing::water_cluster("water6PR"), shipped_model());
    for (std::uint64_t i = 0; i < 20; ++i) {
        const std::vector<Molecule> molecules = complex.molecules(random_start(complex, 3, i));
        std::vector<Monomer> monomers;
        for (const Molecule& molecule : molecules) {
            monomers.emplace_back(shipped_model().monomer(molecule));
            if (monomers.size() > 1) {
                EXPECT_NEAR(closest_contact(monomers).ratio, 1.0, 1e-12);
            }
        }
    }
}

TEST(RandomStart, DiffersByNumberAndBySeed) {
    const auto center = [](std::uint64_t seed, std::uint64_t number) {
        return random_start(dimer_of_water(), seed, number)[1].center;
    };
    EXPECT_EQ(center(1, 2), center(1, 2));
    EXPECT_GT((center(1, 2) - center(1, 3)).norm(), 1e-3);
    EXPECT_GT((center(1, 2) - center(2, 2)).norm(), 1e-3);
}

TEST(DistinctPoses, CountExchangedAtomsAndMoleculesAndMirrorImagesOnce) {
    const std::vector<Placement> start = random_start(dimer_of_water(), 1, 0);
    const auto half_turns = {Eigen::Vector3d(std::numbers::pi, 0.0, 0.0),
                             Eigen::Vector3d(0.0, std::numbers::pi, 0.0),
                             Eigen::Vector3d(0.0, 0.0, std::numbers::pi)};
    std::vector<Pose> poses = {{start, -0.1, 2}, {mirrored(start), -0.1, 1}};
    std::vector<Placement> exchanged = start;
    std::swap(exchanged[0], exchanged[1]);
    poses.push_back({exchanged, -0.1, 1});
    // About its axis of symmetry, one of the three, a turn exchanges the hydrogen atoms; the two
    // others differ by such a turn.
    for (const Eigen::Vector3d& half_turn : half_turns) {
        std::vector<Placement> flipped = start;
        flipped[0] = turned(flipped[0], half_turn);
        poses.push_back({flipped, -0.1, 1});
    }
    const std::vector<Pose> distinct = distinct_poses(dimer_of_water(), poses);
    ASSERT_EQ(distinct.size(), 2U);
    EXPECT_EQ(distinct[0].starts, 5);
    EXPECT_EQ(distinct[1].starts, 2);
}

TEST(DistinctPoses, AreSortedByEnergyAndDifferInItOrInDistances) {
    const std::vector<Placement> one = random_start(dimer_of_water(), 1, 0);
    const std::vector<Placement> other = random_start(dimer_of_water(), 1, 1);
    const std::vector<Pose> distinct =
        distinct_poses(dimer_of_water(),
                       {{one, -0.1, 1}, {other, -0.1, 1}, {one, -0.2, 1}, {one, -0.2 - 1e-7, 1}});
    ASSERT_EQ(distinct.size(), 3U);
    EXPECT_EQ(distinct[0].energy, -0.2 - 1e-7);
    EXPECT_EQ(distinct[0].starts, 2);
    EXPECT_EQ(distinct[1].energy, -0.1);
    EXPECT_EQ(distinct[2].energy, -0.1);
}

TEST(Dock, ComesFromAnywhereToTheHydrogenBondOfWater) {
    const MovingComplex& complex = dimer_of_water();
    const double bond =
        optimize(complex.bodies(), complex, complex.start(), few_starts.relaxation).last.energy;
    EXPECT_LT(dock(complex, few_starts).poses[0].energy, bond + 1e-7);
    // Of two molecules of one shape, that of the acceptor with its two equal bonds, there is no
    // other minimum.
    const Molecule water = testing::real_dimers()[0][1];
    const DockingResult equal = dock(MovingComplex({water, water}, shipped_model()), few_starts);
    ASSERT_EQ(equal.poses.size(), 1U);
    EXPECT_EQ(equal.poses[0].starts, few_starts.starts);
}

TEST(Dock, FindsTheMinimaOfFormamideByEnergy) {
    const MovingComplex complex(testing::real_dimers()[1], shipped_model());
    std::vector<std::size_t> progress;
    const DockingResult result =
        dock(complex, few_starts, [&](std::size_t done) { progress.push_back(done); });
    EXPECT_GT(result.poses.size(), 1U);
    EXPECT_TRUE(std::is_sorted(result.poses.begin(),
                               result.poses.end(),
                               [](const Pose& a, const Pose& b) { return a.energy < b.energy; }));
    int starts = result.failed;
    for (const Pose& pose : result.poses) {
        EXPECT_EQ(complex(pose.placements).energy, pose.energy);
        starts += pose.starts;
    }
    EXPECT_EQ(starts, few_starts.starts);
    std::vector<std::size_t> all(static_cast<std::size_t>(few_starts.starts));
    std::iota(all.begin(), all.end(), 1U);
    EXPECT_EQ(progress, all);
}

TEST(Dock, DoesNotDependOnTheNumberOfThreads) {
    DockingOptions options = few_starts;
    options.starts = 4;
    const int threads = omp_get_max_threads();
    std::vector<DockingResult> results;
    for (const int n : {1, 2}) {
        omp_set_num_threads(n);
        results.push_back(dock(dimer_of_water(), options));
    }
    omp_set_num_threads(threads);
    ASSERT_EQ(results[0].poses.size(), results[1].poses.size());
    for (std::size_t i = 0; i < results[0].poses.size(); ++i) {
        const Pose& a = results[0].poses[i];
        const Pose& b = results[1].poses[i];
        EXPECT_EQ(a.energy, b.energy);
        EXPECT_EQ(a.starts, b.starts);
        for (std::size_t m = 0; m < 2; ++m) {
            EXPECT_EQ(a.placements[m].center, b.placements[m].center);
            EXPECT_EQ(a.placements[m].orientation.coeffs(), b.placements[m].orientation.coeffs());
        }
    }
}

TEST(Dock, SaysIfNoStartCameToAMinimum) {
    DockingOptions options = few_starts;
    options.starts = 2;
    options.relaxation.most_steps = 1;
    EXPECT_EQ(testing::error_of<NumericalError>([&] { dock(dimer_of_water(), options); }),
              "none of 2 random starts came to a minimum");
}

TEST(Dock, RefusesFlexibleMolecules) {
    const std::vector<Molecule> molecules = testing::real_dimers()[0];
    const std::vector<std::shared_ptr<const MonomerPotential>> springs = {
        std::make_shared<testing::Springs>(molecules[0])};
    const MovingComplex complex(molecules, shipped_model(), springs);
    EXPECT_EQ(testing::error_of<InputError>([&] { dock(complex, few_starts); }),
              "molecule 1 is flexible, docking moves rigid molecules");
}

TEST(DockingOptions, HaveAStart) {
    EXPECT_EQ(testing::error_of<InputError>([] { DockingOptions{.starts = 0}.validate(); }),
              "expected one start or more, got 0");
}

}  // namespace

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/environment_features.hpp>
#include <keesom/ml/descriptors/principal_directions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {
namespace {

using testing::random_environment;
using testing::random_environments;
using testing::random_rotation;
using testing::small_descriptor;
using testing::turned;
using testing::wigner_matrix;

EnvironmentFeatures features_of(const FeatureCalculator& calculator,
                                const AtomicEnvironment& environment) {
    return calculator.features({&environment, 1});
}

Eigen::VectorXd flattened(const EnvironmentFeatures& features) {
    Eigen::Index size = 0;
    for (const Eigen::MatrixXd& rank : features.ranks) {
        size += rank.size();
    }
    Eigen::VectorXd all(size);
    Eigen::Index next = 0;
    for (const Eigen::MatrixXd& rank : features.ranks) {
        all.segment(next, rank.size()) = rank.reshaped();
        next += rank.size();
    }
    return all;
}

/// Reduced to 8 channels and 20 features of each rank.
DescriptorOptions reduced_descriptor() {
    DescriptorOptions options = small_descriptor();
    options.max_channels = 8;
    options.tensor_channels = 5;
    options.max_features = 20;
    options.max_tensor_features = 20;
    return options;
}

FeatureCalculator reduced_calculator() {
    const DescriptorOptions options = reduced_descriptor();
    return FeatureCalculator(options,
                             principal_reduction(options, random_environments(51, 60)).reduction);
}

TEST(Features, TurnWithTheEnvironment) {
    std::mt19937 random(52);
    for (const FeatureCalculator& calculator :
         {FeatureCalculator(small_descriptor()), reduced_calculator()}) {
        const AtomicEnvironment environment = random_environment(random, 9);
        const EnvironmentFeatures before = features_of(calculator, environment);
        for (const double sign : {1.0, -1.0}) {
            const Eigen::Matrix3d rotation = sign * random_rotation(random);
            const EnvironmentFeatures after =
                features_of(calculator, turned(environment, rotation));
            for (std::size_t rank = 0; rank < rank_count; ++rank) {
                const Eigen::MatrixXd expected =
                    before.ranks[rank] *
                    wigner_matrix(static_cast<int>(rank), rotation).transpose();
                EXPECT_LT((after.ranks[rank] - expected).cwiseAbs().maxCoeff(), 1e-12)
                    << "rank " << rank;
            }
        }
    }
}

TEST(Features, HaveInvariantsOfLengthOne) {
    const FeatureCalculator calculator(small_descriptor());
    const EnvironmentFeatures features = calculator.features(random_environments(53, 5));
    EXPECT_EQ(features.size(), 5);
    for (Eigen::Index i = 0; i < features.size(); ++i) {
        EXPECT_NEAR(features.ranks[0].col(i).norm(), 1.0, 1e-14);
    }
    AtomicEnvironment lone;
    lone.element = 8;
    lone.displacements.resize(3, 0);
    const EnvironmentFeatures of_lone = features_of(calculator, lone);
    EXPECT_NEAR(of_lone.ranks[0].norm(), 1.0, 1e-14);
    EXPECT_EQ(of_lone.ranks[1].norm(), 0.0);
    EXPECT_EQ(of_lone.ranks[2].norm(), 0.0);
}

TEST(Features, VanishSmoothlyAtSymmetricEnvironments) {
    // Four neighbors of a tetrahedron: no vector, no quadrupole; proportional to what breaks it.
    const FeatureCalculator calculator(small_descriptor());
    AtomicEnvironment methane;
    methane.element = 6;
    methane.neighbor_elements = {1, 1, 1, 1};
    methane.displacements.resize(3, 4);
    // clang-format off
    methane.displacements << 1.2,  1.2, -1.2, -1.2,
                             1.2, -1.2,  1.2, -1.2,
                             1.2, -1.2, -1.2,  1.2;
    // clang-format on
    const auto pulled = [&](double by) {
        AtomicEnvironment environment = methane;
        environment.displacements.col(0) *= 1.0 + by;
        return features_of(calculator, environment);
    };
    for (const std::size_t rank : {1U, 2U}) {
        EXPECT_LT(pulled(0.0).ranks[rank].norm(), 1e-14);
        const Eigen::MatrixXd slope = pulled(1e-5).ranks[rank] / 1e-5;
        EXPECT_GT(slope.norm(), 1e-2);
        EXPECT_LT((pulled(-1e-5).ranks[rank] / -1e-5 - slope).norm(), 1e-3 * slope.norm());
    }
}

TEST(Features, AreSmoothWhenANeighborCrossesTheCutoff) {
    Molecule molecule;
    molecule.atomic_numbers = {6, 1, 6, 8};
    const double cutoff = small_descriptor().radial.cutoff_radius;
    for (const FeatureCalculator& calculator :
         {FeatureCalculator(small_descriptor()), reduced_calculator()}) {
        const auto features_at = [&](double distance) {
            molecule.positions.resize(3, 4);
            // clang-format off
            molecule.positions << 0.0, 2.0, -1.0, 0.0,
                                  0.0, 0.3,  2.5, 0.0,
                                  0.0, 0.0,  0.4, distance;
            // clang-format on
            return flattened(features_of(calculator, atomic_environment(molecule, 0, cutoff)));
        };
        const double h = 1e-3;
        // Value, slope and curvature differ across the cutoff by no more than a third derivative
        // allows.
        const Eigen::VectorXd inside = features_at(cutoff - h);
        const Eigen::VectorXd outside = features_at(cutoff + h);
        const Eigen::VectorXd at = features_at(cutoff);
        EXPECT_LT((inside - outside).cwiseAbs().maxCoeff(), 1e-8);
        EXPECT_LT((inside - 2.0 * at + outside).cwiseAbs().maxCoeff() / (h * h), 1e-2);
        EXPECT_GT((features_at(cutoff - 2.0) - outside).cwiseAbs().maxCoeff(), 1e-4);
    }
}

TEST(Features, DoNotJumpWhenTwoNeighborsSwapTheirDistances) {
    // Two hydrogens pass each other in distance: nothing that sorts neighbors would be smooth here.
    std::mt19937 random(54);
    const FeatureCalculator calculator(small_descriptor());
    AtomicEnvironment environment = random_environment(random, 6);
    const Eigen::Vector3d first = environment.displacements.col(0).normalized();
    const Eigen::Vector3d fourth = environment.displacements.col(3).normalized();
    ASSERT_EQ(environment.neighbor_elements[0], environment.neighbor_elements[3]);
    const auto features_at = [&](double shift) {
        environment.displacements.col(0) = (3.0 + shift) * first;
        environment.displacements.col(3) = (3.0 - shift) * fourth;
        return flattened(features_of(calculator, environment));
    };
    const double h = 1e-3;
    const Eigen::VectorXd curvature =
        (features_at(h) - 2.0 * features_at(0.0) + features_at(-h)) / (h * h);
    const Eigen::VectorXd wider =
        (features_at(2.0 * h) - 2.0 * features_at(0.0) + features_at(-2.0 * h)) / (4.0 * h * h);
    EXPECT_LT((curvature - wider).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(PrincipalReduction, LosesLessTheMoreItKeeps) {
    const std::vector<AtomicEnvironment> environments = random_environments(55, 80);
    const EnvironmentFeatures full = [&] {
        DescriptorOptions options = reduced_descriptor();
        options.max_features = 0;
        options.max_tensor_features = 0;
        return FeatureCalculator(options, principal_reduction(options, environments).reduction)
            .features(environments);
    }();
    for (std::size_t rank = 0; rank < rank_count; ++rank) {
        double previous = full.ranks[rank].squaredNorm();
        for (const int kept : {60, 20, 5}) {
            DescriptorOptions options = reduced_descriptor();
            options.max_features = kept;
            options.max_tensor_features = kept;
            const double left =
                FeatureCalculator(options, principal_reduction(options, environments).reduction)
                    .features(environments)
                    .ranks[rank]
                    .squaredNorm();
            EXPECT_LT(left, previous);
            EXPECT_GT(left, 0.0);
            previous = left;
        }
    }
}

TEST(PrincipalReduction, GivesUncorrelatedInvariantsOfTheVariancesItNames) {
    const std::vector<AtomicEnvironment> environments = random_environments(58, 70);
    const PrincipalReduction principal = principal_reduction(reduced_descriptor(), environments);
    const Eigen::MatrixXd x = FeatureCalculator(reduced_descriptor(), principal.reduction)
                                  .features(environments)
                                  .ranks[0];
    const Eigen::MatrixXd moments = x * x.transpose() / static_cast<double>(environments.size());
    EXPECT_LT((moments - Eigen::MatrixXd(principal.variances.asDiagonal())).norm(), 1e-14);
}

TEST(PrincipalReduction, NeedsEnvironments) {
    EXPECT_THAT(testing::error_of<InputError>(
                    [] { static_cast<void>(principal_reduction(small_descriptor(), {})); }),
                ::testing::HasSubstr("0 environments"));
}

TEST(FeatureCalculator, RejectsAReductionThatDoesNotFit) {
    FeatureReduction reduction =
        principal_reduction(reduced_descriptor(), random_environments(56, 30)).reduction;
    DescriptorOptions other = reduced_descriptor();
    other.max_angular = 3;
    EXPECT_THAT(testing::error_of<InputError>([&] { FeatureCalculator(other, reduction); }),
                ::testing::HasSubstr("max_angular 3"));
    other = reduced_descriptor();
    other.tensor_channels = 4;
    EXPECT_THAT(testing::error_of<InputError>([&] { FeatureCalculator(other, reduction); }),
                ::testing::HasSubstr("principal directions of rank 1"));
}

TEST(PrincipalDirections, AreOrthonormalAndSortedByWhatTheyHold) {
    std::mt19937 random(57);
    std::normal_distribution<double> normal;
    const Eigen::MatrixXd data =
        Eigen::MatrixXd::NullaryExpr(7, 40, [&] { return normal(random); });
    const Eigen::MatrixXd moments = data * data.transpose();
    const Eigen::MatrixXd rows = principal_directions(moments, 4);
    EXPECT_LT((rows * rows.transpose() - Eigen::MatrixXd::Identity(4, 4)).norm(), 1e-13);
    const Eigen::VectorXd held = (rows * moments * rows.transpose()).diagonal();
    for (Eigen::Index k = 1; k < held.size(); ++k) {
        EXPECT_LT(held[k], held[k - 1]);
    }
    for (Eigen::Index k = 0; k < rows.rows(); ++k) {
        EXPECT_GT(rows.row(k).maxCoeff(), -rows.row(k).minCoeff());
    }
}

TEST(PrincipalDirections, OfFewSamplesAreThoseOfTheirMoments) {
    std::mt19937 random(59);
    std::normal_distribution<double> normal;
    const Eigen::MatrixXd data =
        Eigen::MatrixXd::NullaryExpr(30, 9, [&] { return normal(random); });
    const Eigen::MatrixXd rows = principal_directions_of_data(data, 6);
    EXPECT_LT((rows - principal_directions(data * data.transpose(), 6)).norm(), 1e-12);
    // Equal samples: more directions than they span are orthonormal still.
    Eigen::MatrixXd twice(30, 4);
    twice << data.leftCols(2), data.leftCols(2);
    const Eigen::MatrixXd some = principal_directions_of_data(twice, 4);
    EXPECT_LT((some * some.transpose() - Eigen::MatrixXd::Identity(4, 4)).norm(), 1e-12);
    EXPECT_NEAR((some.topRows(2) * twice).norm(), twice.norm(), 1e-12);
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/channel_contraction.hpp>
#include <keesom/ml/environment_features.hpp>
#include <keesom/ml/power_spectrum.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <support/expect_error.hpp>

namespace keesom {
namespace {

using testing::random_environment;
using testing::random_environments;
using testing::random_rotation;
using testing::small_descriptor;
using testing::turned;
using testing::wigner_matrix;

TEST(DensityExpansion, TurnsWithTheEnvironment) {
    std::mt19937 random(11);
    const DensityExpansion expansion(small_descriptor());
    const AtomicEnvironment environment = random_environment(random, 9);
    const Eigen::Matrix3d rotation = random_rotation(random);
    const Eigen::MatrixXd before = expansion.expand(environment);
    const Eigen::MatrixXd after = expansion.expand(turned(environment, rotation));
    for (int l = 0; l <= small_descriptor().max_angular; ++l) {
        const Eigen::Index first = harmonics_index(l, -l);
        const Eigen::MatrixXd expected =
            before.middleCols(first, 2 * l + 1) * wigner_matrix(l, rotation).transpose();
        EXPECT_LT((after.middleCols(first, 2 * l + 1) - expected).norm(), 1e-12 * before.norm())
            << "l = " << l;
    }
}

TEST(DensityExpansion, DoesNotSeeTheOrderOfNeighborsNorThePlaceOfTheMolecule) {
    std::mt19937 random(12);
    const DensityExpansion expansion(small_descriptor());
    const AtomicEnvironment environment = random_environment(random, 8);
    AtomicEnvironment reversed = environment;
    reversed.displacements = environment.displacements.rowwise().reverse().eval();
    std::reverse(reversed.neighbor_elements.begin(), reversed.neighbor_elements.end());
    EXPECT_LT((expansion.expand(environment) - expansion.expand(reversed)).norm(), 1e-13);

    Molecule molecule;
    molecule.atomic_numbers = {6, 1, 8, 1};
    molecule.positions = 2.0 * Eigen::Matrix3Xd::Random(3, 4);
    const AtomicEnvironment here = atomic_environment(molecule, 0, 8.5);
    molecule.positions.colwise() += Eigen::Vector3d(10.0, -20.0, 5.0);
    const AtomicEnvironment there = atomic_environment(molecule, 0, 8.5);
    EXPECT_LT((expansion.expand(here) - expansion.expand(there)).norm(), 1e-12);
}

TEST(DensityExpansion, OfALoneAtomDoesNotVanish) {
    AtomicEnvironment lone;
    lone.element = 8;
    lone.displacements.resize(3, 0);
    const Eigen::MatrixXd coefficients = DensityExpansion(small_descriptor()).expand(lone);
    EXPECT_GT(coefficients.norm(), 1e-3);
    EXPECT_NEAR(power_spectrum(coefficients).norm(), 1.0, 1e-15);
}

TEST(DensityExpansion, NamesAnElementThatItDoesNotHave) {
    std::mt19937 random(13);
    AtomicEnvironment environment = random_environment(random, 3);
    environment.neighbor_elements[1] = 16;
    EXPECT_THAT(testing::error_of<ModelError>([&] {
                    static_cast<void>(DensityExpansion(small_descriptor()).expand(environment));
                }),
                ::testing::HasSubstr("element S"));
}

TEST(DensityExpansion, RejectsOptionsOutOfRange) {
    DescriptorOptions options = small_descriptor();
    options.elements = {6, 1};
    EXPECT_THAT(testing::error_of<InputError>([&] { options.validate(); }),
                ::testing::HasSubstr("ascending"));
    options = small_descriptor();
    options.max_angular = 1;
    EXPECT_THAT(testing::error_of<InputError>([&] { options.validate(); }),
                ::testing::HasSubstr("max_angular"));
    options = small_descriptor();
    options.central_weight = 0.0;
    EXPECT_THAT(testing::error_of<InputError>([&] { options.validate(); }),
                ::testing::HasSubstr("central_weight"));
}

TEST(PowerSpectrum, IsInvariantUnderRotationsAndReflections) {
    std::mt19937 random(14);
    const DensityExpansion expansion(small_descriptor());
    for (int sample = 0; sample < 10; ++sample) {
        const AtomicEnvironment environment = random_environment(random, 10);
        const Eigen::VectorXd p = power_spectrum(expansion.expand(environment));
        const Eigen::Matrix3d rotation = random_rotation(random);
        for (const double sign : {1.0, -1.0}) {
            const Eigen::VectorXd image =
                power_spectrum(expansion.expand(turned(environment, sign * rotation)));
            EXPECT_LT((p - image).cwiseAbs().maxCoeff(), 1e-12);
        }
    }
}

TEST(PowerSpectrum, HasTheScalarProductOfTheFullTensor) {
    std::mt19937 random(15);
    const DensityExpansion expansion(small_descriptor());
    const auto full = [&](const AtomicEnvironment& environment) {
        const Eigen::MatrixXd c = expansion.expand(environment);
        std::vector<double> values;
        for (Eigen::Index q = 0; q < c.rows(); ++q) {
            for (Eigen::Index k = 0; k < c.rows(); ++k) {
                for (int l = 0; l <= small_descriptor().max_angular; ++l) {
                    double sum = 0.0;
                    for (int m = -l; m <= l; ++m) {
                        sum += c(q, harmonics_index(l, m)) * c(k, harmonics_index(l, m));
                    }
                    values.push_back(sum / std::sqrt(2.0 * l + 1.0));
                }
            }
        }
        return Eigen::VectorXd(
            Eigen::Map<Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()))
                .normalized());
    };
    const AtomicEnvironment a = random_environment(random, 6);
    const AtomicEnvironment b = random_environment(random, 7);
    EXPECT_NEAR(power_spectrum(expansion.expand(a)).dot(power_spectrum(expansion.expand(b))),
                full(a).dot(full(b)),
                1e-13);
}

TEST(Features, AreSmoothWhenANeighborCrossesTheCutoff) {
    std::mt19937 random(16);
    const FeatureCalculator calculator(small_descriptor());
    AtomicEnvironment environment = random_environment(random, 6);
    Molecule molecule;
    molecule.atomic_numbers = {6, 1, 6, 8};
    const auto features_at = [&](double distance) {
        molecule.positions.resize(3, 4);
        // clang-format off
        molecule.positions << 0.0, 2.0, -1.0, 0.0,
                              0.0, 0.3,  2.5, 0.0,
                              0.0, 0.0,  0.4, distance;
        // clang-format on
        const std::vector<AtomicEnvironment> environments = {
            atomic_environment(molecule, 0, small_descriptor().radial.cutoff_radius)};
        const EnvironmentFeatures features = calculator.features(environments);
        Eigen::VectorXd all(features.invariants.size() + features.vectors.size());
        all << features.invariants.col(0), features.vectors.reshaped();
        return all;
    };
    const double cutoff = small_descriptor().radial.cutoff_radius;
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

TEST(ChannelContraction, LosesNothingWhenAllChannelsAreKept) {
    const std::vector<AtomicEnvironment> environments = random_environments(17, 30);
    const DensityExpansion expansion(small_descriptor());
    std::vector<Eigen::MatrixXd> expansions;
    const std::vector<int> centers(environments.size(), 6);
    for (const AtomicEnvironment& environment : environments) {
        expansions.push_back(expansion.expand(environment));
    }
    EXPECT_TRUE(principal_channels(expansions, centers, 12).matrices().empty());
    const ChannelContraction most = principal_channels(expansions, centers, 11);
    ASSERT_EQ(most.matrices().size(), 5U);
    for (const Eigen::MatrixXd& matrix : most.matrices()) {
        EXPECT_LT((matrix * matrix.transpose() - Eigen::MatrixXd::Identity(11, 11)).norm(), 1e-12);
    }
    // Fewer channels lose more, and what is lost is the smallest possible part.
    double previous = 0.0;
    for (const Eigen::Index kept : {11, 8, 5, 2}) {
        const ChannelContraction contraction = principal_channels(expansions, centers, kept);
        double lost = 0.0;
        for (const Eigen::MatrixXd& c : expansions) {
            lost += 1.0 - contraction.apply(c).squaredNorm() / c.squaredNorm();
        }
        EXPECT_GE(lost, previous);
        previous = lost;
    }
    EXPECT_GT(previous, 1e-3);
}

TEST(ChannelContraction, TurnsWithTheEnvironment) {
    std::mt19937 random(18);
    const DensityExpansion expansion(small_descriptor());
    const std::vector<AtomicEnvironment> environments = random_environments(19, 10);
    std::vector<Eigen::MatrixXd> expansions;
    const std::vector<int> centers(environments.size(), 6);
    for (const AtomicEnvironment& environment : environments) {
        expansions.push_back(expansion.expand(environment));
    }
    const ChannelContraction contraction = principal_channels(expansions, centers, 5);
    const Eigen::Matrix3d rotation = random_rotation(random);
    const Eigen::MatrixXd after =
        contraction.apply(expansion.expand(turned(environments[0], rotation)));
    const Eigen::MatrixXd expected =
        contraction.apply(expansions[0]).middleCols(4, 5) * wigner_matrix(2, rotation).transpose();
    EXPECT_LT((after.middleCols(4, 5) - expected).norm(), 1e-12);
}

}  // namespace
}  // namespace keesom

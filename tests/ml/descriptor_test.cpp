// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/channel_contraction.hpp>

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

TEST(DensityExpansion, SeesThatElementsBeyondHydrogenAreAlike) {
    DescriptorOptions options = small_descriptor();
    options.elements = {1, 6, 7, 9};
    const DensityExpansion expansion(options);
    const auto expanded = [&](int neighbor) {
        AtomicEnvironment environment;
        environment.element = 6;
        environment.neighbor_elements = {neighbor};
        environment.displacements = Eigen::Vector3d(2.0, 1.0, 0.5);
        // The neighbor alone, without the center's own channel.
        return Eigen::MatrixXd(expansion.expand(environment).rightCols(24));
    };
    const auto likeness = [&](int a, int b) {
        return expanded(a).cwiseProduct(expanded(b)).sum() /
               (expanded(a).norm() * expanded(b).norm());
    };
    EXPECT_NEAR(likeness(7, 7), 1.0, 1e-14);
    EXPECT_NEAR(likeness(1, 6), 0.0, 1e-14);
    EXPECT_NEAR(likeness(6, 7), options.element_coupling, 1e-12);
    EXPECT_NEAR(likeness(6, 9), options.element_coupling, 1e-12);
}

TEST(ChannelContraction, LosesNothingWhenAllChannelsAreKept) {
    const std::vector<AtomicEnvironment> environments = random_environments(17, 30);
    const DensityExpansion expansion(small_descriptor());
    std::vector<Eigen::MatrixXd> expansions;
    for (const AtomicEnvironment& environment : environments) {
        expansions.push_back(expansion.expand(environment));
    }
    const ChannelContraction all = principal_channels(expansions, 0);
    EXPECT_NEAR(all.apply(expansions[0]).norm(), expansions[0].norm(), 1e-12);
    const ChannelContraction most = principal_channels(expansions, 11);
    ASSERT_EQ(most.matrices().size(), 5U);
    for (const Eigen::MatrixXd& matrix : most.matrices()) {
        EXPECT_LT((matrix * matrix.transpose() - Eigen::MatrixXd::Identity(11, 11)).norm(), 1e-12);
    }
    // Fewer channels lose more, and what is lost is the smallest possible part.
    double previous = 0.0;
    for (const Eigen::Index kept : {11, 8, 5, 2}) {
        const ChannelContraction contraction = principal_channels(expansions, kept);
        double lost = 0.0;
        for (const Eigen::MatrixXd& c : expansions) {
            lost += 1.0 - contraction.apply(c).squaredNorm() / c.squaredNorm();
        }
        EXPECT_GE(lost, previous);
        previous = lost;
    }
    EXPECT_GT(previous, 1e-3);
    // Fewer channels are the first ones of more.
    const ChannelContraction few = principal_channels(expansions, 3);
    EXPECT_LT((few.matrices()[2] - most.matrices()[2].topRows(3)).norm(), 1e-12);
}

TEST(ChannelContraction, TurnsWithTheEnvironment) {
    std::mt19937 random(18);
    const DensityExpansion expansion(small_descriptor());
    const std::vector<AtomicEnvironment> environments = random_environments(19, 10);
    std::vector<Eigen::MatrixXd> expansions;
    for (const AtomicEnvironment& environment : environments) {
        expansions.push_back(expansion.expand(environment));
    }
    const ChannelContraction contraction = principal_channels(expansions, 5);
    const Eigen::Matrix3d rotation = random_rotation(random);
    const Eigen::MatrixXd after =
        contraction.apply(expansion.expand(turned(environments[0], rotation)));
    const Eigen::MatrixXd expected =
        contraction.apply(expansions[0]).middleCols(4, 5) * wigner_matrix(2, rotation).transpose();
    EXPECT_LT((after.middleCols(4, 5) - expected).norm(), 1e-12);
}

}  // namespace
}  // namespace keesom

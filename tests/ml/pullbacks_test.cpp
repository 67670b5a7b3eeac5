// SPDX-License-Identifier: BSD-3-Clause
//
// The derivative of each step from positions to properties against differences of that step.
#include "environments.hpp"

#include <keesom/core/atom_properties.hpp>
#include <keesom/ml/descriptors/channel_contraction.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>
#include <keesom/ml/descriptors/environment_features.hpp>
#include <keesom/ml/descriptors/narrow_product.hpp>
#include <keesom/ml/descriptors/radial_basis.hpp>
#include <keesom/ml/descriptors/smooth_step.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/regression/quadratic_form.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <support/finite_differences.hpp>
#include <vector>

namespace keesom {
namespace {

using testing::derivative;
using testing::derivatives;
using testing::random_environment;
using testing::random_environments;
using testing::relative_deviation;
using testing::small_descriptor;

constexpr double tolerance = 1e-9;

Eigen::MatrixXd random_matrix(std::mt19937& random, Eigen::Index rows, Eigen::Index columns) {
    std::normal_distribution<double> normal;
    return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return normal(random); });
}

double product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return a.cwiseProduct(b).sum();
}

TEST(SmoothStep, HasTheSlopeOfItsValues) {
    for (const double t : {-0.5, 0.1, 0.5, 0.9, 1.5}) {
        EXPECT_NEAR(smooth_step_down_slope(t), derivative(smooth_step_down, t), 1e-12);
    }
    EXPECT_EQ(smooth_step_down_slope(0.0), 0.0);
    EXPECT_EQ(smooth_step_down_slope(1.0), 0.0);
}

TEST(RadialBasis, HasTheSlopesOfItsValues) {
    RadialOptions options;
    for (const double exponent : {0.0, 3.0}) {
        options.scaling_exponent = exponent;
        const RadialBasis basis(options);
        for (const double r : {0.5, 1.9, 3.0, 7.5, 9.0, 10.9}) {
            const Eigen::VectorXd slopes = basis.slopes(r);
            Eigen::VectorXd expected(slopes.size());
            for (Eigen::Index n = 0; n < slopes.size(); ++n) {
                expected[n] = derivative([&](double d) { return basis.evaluate(d)[n]; }, r);
            }
            EXPECT_LT(relative_deviation(slopes, expected), tolerance) << r;
        }
        EXPECT_EQ(basis.slopes(options.cutoff_radius).norm(), 0.0);
    }
}

TEST(SphericalHarmonics, HaveTheGradientOfTheirPolynomials) {
    std::mt19937 random(71);
    for (const int max_angular : {0, 1, 2, 5, 8}) {
        const SphericalHarmonics harmonics(max_angular);
        Eigen::VectorXd values(harmonics_count(max_angular));
        const Eigen::VectorXd weights = random_matrix(random, values.size(), 1);
        const auto sum = [&](const Eigen::MatrixXd& point) {
            harmonics.evaluate(point(0), point(1), point(2), values.data());
            return weights.dot(values);
        };
        for (const Eigen::Vector3d& direction :
             {Eigen::Vector3d(random_matrix(random, 3, 1).normalized()),
              Eigen::Vector3d(0.0, 0.0, 1.0),
              Eigen::Vector3d(0.0, 0.0, -1.0),
              Eigen::Vector3d(0.6, -0.8, 0.0)}) {
            const Eigen::Vector3d gradient = harmonics.gradient(direction, weights.data());
            if (max_angular == 0) {
                EXPECT_EQ(gradient.norm(), 0.0);
            } else {
                EXPECT_LT(relative_deviation(gradient, derivatives(sum, direction)), tolerance);
            }
        }
    }
}

TEST(DensityExpansion, PullsBackToTheNeighbors) {
    std::mt19937 random(72);
    const DensityExpansion expansion(small_descriptor());
    AtomicEnvironment environment = random_environment(random, 9);
    const double cutoff = small_descriptor().radial.cutoff_radius;
    environment.displacements.col(2) *= (cutoff - 0.1) / environment.displacements.col(2).norm();
    environment.displacements.col(3) = Eigen::Vector3d(0.0, 0.0, 2.0);
    environment.displacements.col(4) = Eigen::Vector3d(0.0, 0.0, -3.0);
    const Eigen::MatrixXd seeds =
        random_matrix(random, expansion.channels(), harmonics_count(expansion.max_angular()));
    const Eigen::MatrixXd expected = derivatives(
        [&](const Eigen::MatrixXd& displacements) {
            AtomicEnvironment moved = environment;
            moved.displacements = displacements;
            return product(seeds, expansion.expand(moved));
        },
        environment.displacements);
    EXPECT_LT(relative_deviation(expansion.pullback(environment, seeds), expected), tolerance);
}

TEST(AtomicEnvironment, SharesDerivativesBetweenNeighborsAndCenter) {
    Molecule molecule;
    molecule.atomic_numbers = {1, 8, 6, 1};
    molecule.positions = Eigen::Matrix3Xd::Zero(3, 4);
    molecule.positions.row(0) << 0.0, 2.0, 100.0, 3.0;
    const AtomicEnvironment environment = atomic_environment(molecule, 1, 10.0);
    Eigen::Matrix3Xd displacements(3, 2);
    displacements << 1.0, 2.0, 3.0, 4.0, 5.0, 6.0;
    Eigen::Matrix3Xd expected(3, 4);
    expected << 1.0, -3.0, 0.0, 2.0, 3.0, -7.0, 0.0, 4.0, 5.0, -11.0, 0.0, 6.0;
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 4);
    add_displacement_gradient(environment, 1, displacements, positions);
    EXPECT_EQ(positions, expected);
}

TEST(ChannelContraction, IsTransposed) {
    std::mt19937 random(73);
    const Eigen::MatrixXd coefficients = random_matrix(random, 6, 9);
    const Eigen::MatrixXd seeds = random_matrix(random, 4, 9);
    const ChannelContraction contraction(
        {random_matrix(random, 4, 6), random_matrix(random, 4, 6), random_matrix(random, 4, 6)});
    EXPECT_NEAR(product(contraction.apply(coefficients), seeds),
                product(coefficients, contraction.apply_transposed(seeds)),
                1e-13);
    EXPECT_EQ(ChannelContraction().apply_transposed(seeds), seeds);
}

TEST(CovariantSpectrum, PullsBackToCoefficients) {
    std::mt19937 random(74);
    const Eigen::MatrixXd coefficients = random_matrix(random, 4, 16);
    for (const int rank : {0, 1, 2}) {
        const CovariantSpectrum spectrum(rank, 3, 3);
        const Eigen::MatrixXd seeds = random_matrix(random, spectrum.size(), 2 * rank + 1);
        Eigen::MatrixXd tensors(seeds.rows(), seeds.cols());
        const Eigen::MatrixXd expected = derivatives(
            [&](const Eigen::MatrixXd& c) {
                spectrum.evaluate(c, tensors);
                return product(seeds, tensors);
            },
            coefficients);
        Eigen::MatrixXd gradient = Eigen::MatrixXd::Ones(4, 16);
        spectrum.add_pullback(coefficients, seeds, gradient);
        EXPECT_LT(relative_deviation(gradient.array() - 1.0, expected), tolerance) << rank;
    }
}

TEST(CovariantSpectrum, PullsBackContractionsToCoefficientsAndWeights) {
    std::mt19937 random(75);
    const Eigen::MatrixXd coefficients = random_matrix(random, 4, 16);
    for (const int rank : {0, 1, 2}) {
        const CovariantSpectrum spectrum(rank, 3, 3);
        const Eigen::VectorXd weights = random_matrix(random, spectrum.size(), 1);
        const Eigen::VectorXd seeds = random_matrix(random, 2 * rank + 1, 1);
        Eigen::MatrixXd gradient = Eigen::MatrixXd::Ones(4, 16);
        const Eigen::VectorXd by_weights =
            spectrum.add_contraction_pullback(coefficients, weights, seeds, gradient);
        EXPECT_LT(relative_deviation(gradient.array() - 1.0,
                                     derivatives(
                                         [&](const Eigen::MatrixXd& c) {
                                             return seeds.dot(spectrum.contract(c, weights));
                                         },
                                         coefficients)),
                  tolerance)
            << rank;
        EXPECT_LT(
            relative_deviation(by_weights,
                               derivatives(
                                   [&](const Eigen::MatrixXd& w) {
                                       return seeds.dot(spectrum.contract(coefficients, w.col(0)));
                                   },
                                   weights)),
            tolerance)
            << rank;
    }
}

TEST(Features, PullBackToTheNeighbors) {
    std::mt19937 random(76);
    DescriptorOptions reduced = small_descriptor();
    reduced.max_channels = 6;
    reduced.max_features = 20;
    for (const FeatureCalculator& calculator :
         {FeatureCalculator(small_descriptor()),
          FeatureCalculator(reduced,
                            principal_reduction(reduced, random_environments(77, 40)).reduction)}) {
        std::vector<AtomicEnvironment> environments = random_environments(78, 2);
        const NormalizedExpansions expansions = calculator.normalized_expansions(environments);
        const Eigen::MatrixXd invariant_seeds =
            random_matrix(random, expansions.invariants.rows(), 2);
        std::vector<Eigen::MatrixXd> coefficient_seeds;
        for (const Eigen::MatrixXd& coefficients : expansions.coefficients) {
            coefficient_seeds.push_back(
                random_matrix(random, coefficients.rows(), coefficients.cols()));
        }
        const std::vector<Eigen::Matrix3Xd> gradients =
            calculator.pullback(environments, expansions, invariant_seeds, coefficient_seeds);
        for (std::size_t i = 0; i < environments.size(); ++i) {
            const Eigen::MatrixXd expected = derivatives(
                [&](const Eigen::MatrixXd& displacements) {
                    AtomicEnvironment moved = environments[i];
                    moved.displacements = displacements;
                    const NormalizedExpansions e = calculator.normalized_expansions({&moved, 1});
                    return product(invariant_seeds.col(static_cast<Eigen::Index>(i)),
                                   e.invariants) +
                           product(coefficient_seeds[i], e.coefficients[0]);
                },
                environments[i].displacements);
            EXPECT_LT(relative_deviation(gradients[i], expected), tolerance);
        }
    }
}

TEST(NarrowProduct, IsTransposed) {
    std::mt19937 random(79);
    const RowMatrix a = random_matrix(random, 21, 13);
    for (const Eigen::Index columns : {1, 5, 40}) {
        const Eigen::MatrixXd y = random_matrix(random, 21, columns);
        EXPECT_LT(relative_deviation(narrow_transposed_product(a, y), a.transpose() * y), 1e-14);
    }
}

TEST(NarrowProduct, OfAColumnDoesNotDependOnTheOthers) {
    std::mt19937 random(81);
    const RowMatrix a = random_matrix(random, 21, 13);
    const Eigen::MatrixXd x = random_matrix(random, 13, 7);
    const Eigen::MatrixXd y = random_matrix(random, 21, 7);
    const Eigen::MatrixXd product = narrow_product(a, x);
    const Eigen::MatrixXd transposed = narrow_transposed_product(a, y);
    for (Eigen::Index i = 0; i < 7; ++i) {
        EXPECT_EQ(product.col(i), narrow_product(a, x.col(i)));
        EXPECT_EQ(transposed.col(i), narrow_transposed_product(a, y.col(i)));
    }
}

TEST(ChargedQuadraticForm, PullsBackToFeatures) {
    std::mt19937 random(80);
    const ChargedQuadraticForm form{
        0.3, -0.2, {random_matrix(random, 11, 6), 5}, {random_matrix(random, 9, 6), 9}};
    const Eigen::MatrixXd x = random_matrix(random, 6, 3);
    const Eigen::VectorXd seeds = random_matrix(random, 3, 1);
    for (const double charge : {0.0, -0.7}) {
        Eigen::MatrixXd gradient = Eigen::MatrixXd::Ones(6, 3);
        form.add_pullback(x, charge, seeds, gradient);
        const Eigen::MatrixXd expected = derivatives(
            [&](const Eigen::MatrixXd& moved) { return seeds.dot(form.evaluate(moved, charge)); },
            x);
        EXPECT_LT(relative_deviation(gradient.array() - 1.0, expected), tolerance);
    }
}

TEST(SphericalTensors, TransposeTheirCartesianValues) {
    std::mt19937 random(81);
    for (const int rank : {0, 1, 2}) {
        const Eigen::MatrixXd spherical = random_matrix(random, 2 * rank + 1, 3);
        const Eigen::MatrixXd cartesian = cartesian_values(rank, spherical);
        const Eigen::MatrixXd seeds = random_matrix(random, cartesian.rows(), 3);
        EXPECT_NEAR(
            product(seeds, cartesian), product(spherical_gradient(rank, seeds), spherical), 1e-14);
    }
}

}  // namespace
}  // namespace keesom

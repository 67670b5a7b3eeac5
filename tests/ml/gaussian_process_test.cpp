// SPDX-License-Identifier: BSD-3-Clause
//
// Kernels and Gaussian processes against what defines them: densities of normal distributions,
// conditional distributions, functions drawn from the prior.
#include <keesom/core/errors.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <boost/math/special_functions/bessel.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>

namespace keesom {
namespace {

Eigen::MatrixXd random_points(std::mt19937& random, Eigen::Index dimension, Eigen::Index count) {
    std::normal_distribution<double> normal;
    return Eigen::MatrixXd::NullaryExpr(dimension, count, [&] { return normal(random); });
}

TEST(ScalarKernels, HaveNoNegativeEigenvalue) {
    std::mt19937 random(301);
    const Eigen::MatrixXd x = random_points(random, 3, 40);
    const auto smallest = [&](const auto& kernel) {
        return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance_matrix(kernel, x, x))
            .eigenvalues()
            .minCoeff();
    };
    EXPECT_GT(smallest(GaussianKernel{0.7}), -1e-12);
    EXPECT_GT(smallest(Matern52Kernel{0.7}), 0.0);
    EXPECT_GT(smallest(LaplacianKernel{0.7}), 0.0);
    EXPECT_GT(smallest(PolynomialKernel{3, 1.0}), -1e-10);
}

// The general Matérn function, Rasmussen and Williams (4.14), in Bessel functions.
TEST(ScalarKernels, Matern52IsTheMaternFunctionOfOrderFiveHalves) {
    constexpr double order = 2.5;
    constexpr double length_scale = 1.3;
    for (const double r : {0.01, 0.4, 1.7, 6.0}) {
        const double s = std::sqrt(2.0 * order) * r / length_scale;
        const double expected = std::pow(2.0, 1.0 - order) / std::tgamma(order) *
                                std::pow(s, order) * boost::math::cyl_bessel_k(order, s);
        EXPECT_NEAR(Matern52Kernel{length_scale}.factors(r * r)[0], expected, 1e-14) << r;
    }
}

template <class Kernel>
void expect_factors_are_derivatives(const Kernel& kernel) {
    for (const double r : {0.2, 1.0, 3.1}) {
        for (std::size_t k = 0; k < 2; ++k) {
            const double slope =
                testing::derivative([&](double x) { return kernel.factors(x * x)[k]; }, r);
            EXPECT_NEAR(kernel.factors(r * r)[k + 1], -slope / r, 1e-9) << r << ' ' << k;
        }
    }
}

TEST(ScalarKernels, FactorsAreRadialDerivatives) {
    expect_factors_are_derivatives(GaussianKernel{1.4});
    expect_factors_are_derivatives(Matern52Kernel{1.4});
}

TEST(ScalarKernels, PolynomialIsAProductOfItsFeatures) {
    // (xy + 1)² of one variable: features x², √2 x, 1.
    const auto features = [](double x) {
        return Eigen::Vector3d(x * x, std::numbers::sqrt2 * x, 1.0);
    };
    const Eigen::VectorXd x = Eigen::VectorXd::Constant(1, 0.8);
    const Eigen::VectorXd y = Eigen::VectorXd::Constant(1, -1.7);
    EXPECT_NEAR((PolynomialKernel{2, 1.0}(x, y)), features(0.8).dot(features(-1.7)), 1e-14);
}

/// ln of the density of N(0, covariance) at y, by eigenvalues.
double log_density(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& y) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance);
    const Eigen::ArrayXd along = eigen.eigenvectors().transpose() * y;
    const Eigen::ArrayXd variances = eigen.eigenvalues();
    return -0.5 * (along.square() / variances + (2.0 * std::numbers::pi * variances).log()).sum();
}

TEST(GaussianProcess, ConditionsTheJointDistribution) {
    std::mt19937 random(302);
    const Eigen::MatrixXd x = random_points(random, 2, 12);
    const Eigen::VectorXd y = random_points(random, 12, 1);
    const Matern52Kernel kernel{1.1};
    constexpr double noise = 0.03;
    const GaussianProcess process(covariance_matrix(kernel, x, x), noise, y);

    // p(f* | y) = p(f*, y)/p(y) for some f*, from densities alone.
    const Eigen::MatrixXd new_x = random_points(random, 2, 1);
    const Eigen::MatrixXd cross = covariance_matrix(kernel, x, new_x);
    Eigen::MatrixXd joint(13, 13);
    joint << covariance_matrix(kernel, x, x) + noise * Eigen::MatrixXd::Identity(12, 12), cross,
        cross.transpose(), 1.0;
    const double mean = process.mean(cross)[0];
    const double variance = process.variance(cross, Eigen::VectorXd::Ones(1))[0];
    EXPECT_NEAR(
        process.log_marginal_likelihood(), log_density(joint.topLeftCorner(12, 12), y), 1e-10);
    for (const double value : {-1.0, 0.2, 2.0}) {
        Eigen::VectorXd all(13);
        all << y, value;
        const double conditional = log_density(joint, all) - process.log_marginal_likelihood();
        EXPECT_NEAR(conditional,
                    -0.5 * (value - mean) * (value - mean) / variance -
                        0.5 * std::log(2.0 * std::numbers::pi * variance),
                    1e-10);
    }
}

TEST(GaussianProcess, VarianceFallsToNothingAtDataAndRisesToThePriorFarAway) {
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(6, 0.0, 5.0);
    const GaussianKernel kernel{1.0};
    const GaussianProcess process(covariance_matrix(kernel, x, x), 0.0, Eigen::VectorXd::Ones(6));
    const Eigen::MatrixXd at(Eigen::RowVector3d(2.0, 5.7, 40.0));
    const Eigen::VectorXd variance =
        process.variance(covariance_matrix(kernel, x, at), Eigen::VectorXd::Ones(3));
    EXPECT_NEAR(variance[0], 0.0, 1e-12);
    EXPECT_GT(variance[1], 0.01);
    EXPECT_LT(variance[1], 1.0);
    EXPECT_DOUBLE_EQ(variance[2], 1.0);
}

// Functions drawn from the prior, observed with noise, predicted at a place without data.
TEST(GaussianProcess, BandsCoverFunctionsOfThePrior) {
    std::mt19937 random(303);
    std::normal_distribution<double> normal;
    const Matern52Kernel kernel{1.0};
    constexpr double noise = 0.01;
    constexpr int functions = 4000;
    int covered = 0;
    for (int n = 0; n < functions; ++n) {
        const Eigen::MatrixXd points = random_points(random, 1, 6);
        const Eigen::LLT<Eigen::MatrixXd> factor(covariance_matrix(kernel, points, points));
        const Eigen::VectorXd values = factor.matrixL() * random_points(random, 6, 1);
        const Eigen::MatrixXd x = points.leftCols(5);
        const Eigen::VectorXd y = values.head(5) + std::sqrt(noise) * random_points(random, 5, 1);
        const GaussianProcess process(covariance_matrix(kernel, x, x), noise, y);
        const Eigen::MatrixXd cross = covariance_matrix(kernel, x, points.rightCols(1));
        const double error = process.mean(cross)[0] - values[5];
        covered +=
            error * error < 1.96 * 1.96 * process.variance(cross, Eigen::VectorXd::Ones(1))[0] ? 1
                                                                                               : 0;
    }
    // Binomial, standard deviation 0.0034.
    EXPECT_NEAR(covered / static_cast<double>(functions), 0.95, 0.012);
}

TEST(GaussianProcess, RefusesWhatDoesNotFit) {
    const Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(3, 3);
    const Eigen::VectorXd values = Eigen::VectorXd::Ones(3);
    EXPECT_THAT(testing::error_of<InputError>(
                    [&] { GaussianProcess process(covariance, 0.1, Eigen::VectorXd::Ones(2)); }),
                ::testing::HasSubstr("3 x 3 covariance does not fit 2 values"));
    EXPECT_THAT(
        testing::error_of<InputError>([&] { GaussianProcess process(covariance, -0.1, values); }),
        ::testing::HasSubstr("got -0.1"));
    const GaussianProcess process(covariance, 0.1, values);
    EXPECT_THROW(static_cast<void>(process.mean(Eigen::MatrixXd::Zero(2, 1))), InputError);
    EXPECT_THROW(
        static_cast<void>(process.variance(Eigen::MatrixXd::Zero(3, 2), Eigen::VectorXd::Ones(1))),
        InputError);
    EXPECT_THROW(GaussianProcess(-covariance, 0.1, values), NumericalError);
}

}  // namespace
}  // namespace keesom

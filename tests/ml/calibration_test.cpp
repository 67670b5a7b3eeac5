// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/training/calibration.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace keesom {
namespace {

TEST(MostLikelyVariance, FindsTheLineThatErrorsWereDrawnFrom) {
    std::mt19937 random(61);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform(0.0, 0.2);
    constexpr Eigen::Index n = 40000;
    Eigen::VectorXd novelty(n);
    Eigen::VectorXd errors(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        novelty[i] = uniform(random);
        errors[i] = std::sqrt(0.5 * novelty[i] + 0.02) * normal(random);
    }
    const VarianceLine line = most_likely_variance(errors, novelty);
    EXPECT_NEAR(line.slope, 0.5, 0.03);
    EXPECT_NEAR(line.floor, 0.02, 0.003);
    const Eigen::ArrayXd z_squared =
        errors.array().square() / (line.slope * novelty.array() + line.floor);
    EXPECT_NEAR(z_squared.mean(), 1.0, 1e-12);
}

TEST(MostLikelyVariance, OfErrorsThatDoNotDependOnNoveltyIsNearlyConstant) {
    std::mt19937 random(62);
    std::normal_distribution<double> normal;
    const Eigen::VectorXd novelty = Eigen::VectorXd::LinSpaced(20000, 0.0, 1.0);
    const Eigen::VectorXd errors =
        Eigen::VectorXd::NullaryExpr(20000, [&] { return 0.3 * normal(random); });
    const VarianceLine line = most_likely_variance(errors, novelty);
    EXPECT_NEAR(line.floor, 0.09, 0.005);
    EXPECT_LT(line.slope, 0.01);
}

TEST(MostLikelyVariance, IsPositiveWithoutAnyErrorOrNovelty) {
    EXPECT_GT(most_likely_variance(Eigen::VectorXd::Zero(3), Eigen::VectorXd::Ones(3)).floor, 0.0);
    const VarianceLine known =
        most_likely_variance(Eigen::Vector2d(0.3, -0.1), Eigen::VectorXd::Zero(2));
    EXPECT_NEAR(known.floor, 0.05, 1e-15);
    EXPECT_EQ(known.slope, 0.0);
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/radial_basis.hpp>

#include <boost/math/quadrature/gauss.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <support/expect_error.hpp>

namespace keesom {
namespace {

// 1 − 10t³ + 15t⁴ − 6t⁵ in another form: the regularized incomplete beta function I_{1−t}(3, 3).
double step(double r, const RadialOptions& options) {
    const double s = std::min(1.0, (options.cutoff_radius - r) / options.cutoff_width);
    return s * s * s * (6.0 * s * s - 15.0 * s + 10.0);
}

TEST(RadialBasis, IsOrthonormalOverTheBallBeforeItFades) {
    RadialOptions options;
    options.max_radial = 8;
    options.scaling_exponent = 0.0;
    const RadialBasis basis(options);
    Eigen::MatrixXd overlap = Eigen::MatrixXd::Zero(8, 8);
    for (Eigen::Index n = 0; n < 8; ++n) {
        for (Eigen::Index k = 0; k < 8; ++k) {
            const auto integrand = [&](double r) {
                const Eigen::VectorXd g = basis.evaluate(r) / step(r, options);
                return g[n] * g[k] * r * r;
            };
            // Open quadrature in pieces, so that the cutoff itself, 0/0, is not touched.
            for (int piece = 0; piece < 10; ++piece) {
                overlap(n, k) += boost::math::quadrature::gauss<double, 30>::integrate(
                    integrand,
                    0.1 * piece * options.cutoff_radius,
                    0.1 * (piece + 1) * options.cutoff_radius);
            }
        }
    }
    EXPECT_LT((overlap - Eigen::MatrixXd::Identity(8, 8)).cwiseAbs().maxCoeff(), 1e-8);
}

TEST(RadialBasis, WeighsNeighborsByTheirDistance) {
    RadialOptions options;
    options.scaling_radius = 3.5;
    options.scaling_exponent = 4.0;
    const RadialBasis scaled(options);
    options.scaling_exponent = 0.0;
    const RadialBasis plain(options);
    const double weight = 1.0 / (1.0 + std::pow(5.0 / 3.5, 4.0));
    EXPECT_LT((scaled.evaluate(5.0) - weight * plain.evaluate(5.0)).norm(), 1e-14);
}

TEST(RadialBasis, HasValueSlopeAndCurvatureZeroAtTheCutoff) {
    const RadialOptions options;
    const RadialBasis basis(options);
    EXPECT_EQ(basis.evaluate(options.cutoff_radius).norm(), 0.0);
    EXPECT_EQ(basis.evaluate(options.cutoff_radius + 1.0).norm(), 0.0);
    // What is left of a function whose first three derivatives vanish goes with the cube.
    const double near = basis.evaluate(options.cutoff_radius - 1e-3).norm();
    const double nearer = basis.evaluate(options.cutoff_radius - 1e-4).norm();
    EXPECT_GT(near, 0.0);
    EXPECT_NEAR(near / nearer, 1000.0, 10.0);
}

TEST(RadialBasis, IsSmoothWhereItBeginsToFade) {
    const RadialOptions options;
    const RadialBasis basis(options);
    const double r = options.cutoff_radius - options.cutoff_width;
    const double h = 1e-3;
    const auto curvature = [&](double at) {
        return Eigen::VectorXd(
            (basis.evaluate(at + h) - 2.0 * basis.evaluate(at) + basis.evaluate(at - h)) / (h * h));
    };
    EXPECT_LT((curvature(r + 2 * h) - curvature(r - 2 * h)).norm(), 0.05 * curvature(r).norm());
}

TEST(RadialBasis, RejectsOptionsOutOfRange) {
    RadialOptions options;
    options.cutoff_radius = -1.0;
    EXPECT_THAT(
        testing::error_of<InputError>([&] { RadialBasis basis(options); }),
        ::testing::AllOf(::testing::HasSubstr("cutoff_radius"), ::testing::HasSubstr("-1")));
    options = {};
    options.gaussian_width = 3.0;
    options.max_radial = 30;
    EXPECT_THAT(testing::error_of<InputError>([&] { RadialBasis basis(options); }),
                ::testing::HasSubstr("linearly dependent"));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "dispersion/slow_mbd.hpp"

#include <keesom/dispersion/damping.hpp>

#include <boost/math/constants/constants.hpp>
#include <boost/math/differentiation/autodiff.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <gtest/gtest.h>

#include <cmath>

namespace keesom {
namespace {

using Exact = boost::multiprecision::cpp_bin_float_50;

double relative_error(double actual, const Exact& expected) {
    return static_cast<double>(abs((Exact(actual) - expected) / expected));
}

using Differentiable = boost::math::differentiation::autodiff_fvar<double, 1>;

Differentiable variable(double value) {
    return boost::math::differentiation::make_fvar<double, 1>(value);
}

double derivative(const Differentiable& value) {
    return value.derivative(1u);
}

// f_n(x) is the regularized incomplete gamma function P(n + 1, x).
TEST(TangToennies, AgreesWithIncompleteGammaFunctionToAllDigits) {
    for (double x = 1e-6; x < 200.0; x *= 1.07) {
        const auto [f8, f10] = tang_toennies_8_and_10(x);
        EXPECT_LT(relative_error(f8, boost::math::gamma_p(Exact(9), Exact(x))), 4e-15) << x;
        EXPECT_LT(relative_error(f10, boost::math::gamma_p(Exact(11), Exact(x))), 4e-15) << x;
    }
}

TEST(TangToennies, IsContinuousWhereSeriesAndClosedFormMeet) {
    const double seam = 11.0;
    const auto below = tang_toennies_8_and_10(seam);
    const auto above = tang_toennies_8_and_10(std::nextafter(seam, 12.0));
    EXPECT_NEAR(below.f8, above.f8, 1e-15);
    EXPECT_NEAR(below.f10, above.f10, 1e-15);
}

TEST(TangToennies, IsZeroAtContactAndOneFarAway) {
    const auto contact = tang_toennies_8_and_10(0.0);
    EXPECT_EQ(contact.f8, 0.0);
    EXPECT_EQ(contact.f10, 0.0);
    const auto far = tang_toennies_8_and_10(1000.0);
    EXPECT_EQ(far.f8, 1.0);
    EXPECT_EQ(far.f10, 1.0);
}

TEST(TangToennies, WorksWithFiftyDigits) {
    for (const double x : {1e-3, 2.0, 10.9, 11.1, 40.0}) {
        const auto damping = tang_toennies_8_and_10(Exact(x));
        const Exact expected = boost::math::gamma_p(Exact(11), Exact(x));
        EXPECT_LT(static_cast<double>(abs(damping.f10 / expected - 1)), 1e-47) << x;
    }
}

// The sum is differentiated term by term, and its last terms cancel.
TEST(TangToennies, HasItsSlope) {
    for (double x = 0.01; x < 60.0; x *= 1.1) {
        const auto slopes = tang_toennies_slopes_8_and_10(x);
        const auto expected = tang_toennies_8_and_10(variable(x));
        EXPECT_NEAR(slopes.f8, derivative(expected.f8), 1e-14) << x;
        EXPECT_NEAR(slopes.f10, derivative(expected.f10), 1e-14) << x;
    }
}

TEST(FermiDamping, HasItsSlopesByDistanceAndSeparation) {
    const double S = 5.3;
    const double a = 6.0;
    for (const double R : {1.0, 4.0, 5.3, 6.5, 12.0}) {
        const double slope = fermi_slope(fermi_damping(R, S, a), S, a);
        const double of_complement = fermi_slope(fermi_complement(R, S, a), S, a);
        const double by_distance = derivative(fermi_damping<Differentiable>(variable(R), S, a));
        const double by_separation = derivative(fermi_damping<Differentiable>(R, variable(S), a));
        EXPECT_NEAR(slope, by_distance, 1e-15) << R;
        EXPECT_NEAR(of_complement, by_distance, 1e-15) << R;
        EXPECT_NEAR(-R / S * slope, by_separation, 1e-15) << R;
    }
}

TEST(FermiDamping, IsOneHalfAtTheSeparation) {
    EXPECT_EQ(fermi_damping(5.3, 5.3, 6.0), 0.5);
    EXPECT_EQ(fermi_complement(5.3, 5.3, 6.0), 0.5);
}

TEST(FermiDamping, GrowsWithDistanceFromNearZeroToOne) {
    double previous = 0.0;
    for (double r = 0.1; r < 20.0; r += 0.1) {
        const double f = fermi_damping(r, 5.0, 6.0);
        EXPECT_GT(f, previous) << r;
        previous = f;
    }
    EXPECT_LT(fermi_damping(0.1, 5.0, 6.0), 0.003);
    EXPECT_EQ(fermi_damping(100.0, 5.0, 6.0), 1.0);
}

TEST(FermiDamping, ComplementKeepsItsDigitsFarAway) {
    for (const double r : {1.0, 5.0, 20.0, 40.0}) {
        const Exact expected = 1 - fermi_damping(Exact(r), Exact(4.5), Exact(6.0));
        EXPECT_LT(relative_error(fermi_complement(r, 4.5, 6.0), expected), 2e-14) << r;
    }
}

TEST(GaussianDamping, LosesFewDigitsAtAtomicDistances) {
    for (double zeta = 0.1; zeta < 12.0; zeta *= 1.05) {
        const auto [lambda3, lambda5] = gaussian_damping(zeta);
        const auto exact = gaussian_damping(Exact(zeta));
        EXPECT_LT(relative_error(lambda3, exact.lambda3), 1e-12) << zeta;
        EXPECT_LT(relative_error(lambda5, exact.lambda5), 1e-9) << zeta;
    }
}

TEST(GaussianDamping, IsTheHessianOfTheErrorFunctionPotential) {
    const double sigma = 1.7;
    for (const Eigen::Vector3d& r :
         {Eigen::Vector3d(1.1, -0.4, 2.0), {0.3, 0.2, -0.5}, {9, 1, 4}}) {
        const double distance = r.norm();
        const auto [lambda3, lambda5] = gaussian_damping(distance / sigma);
        const Eigen::Matrix3d formula =
            lambda3 / std::pow(distance, 3) * Eigen::Matrix3d::Identity() -
            3.0 * lambda5 / std::pow(distance, 5) * r * r.transpose();
        const Eigen::Matrix3d expected = testing::gaussian_coupling(r, sigma);
        EXPECT_LT((formula - expected).norm(), 1e-12 * expected.norm());
    }
}

TEST(GaussianDamping, MakesTheCouplingOfCoincidentAtomsTheInversePolarizability) {
    // This is what fixes the width: a cloud on top of itself costs ½α⁻¹μ².
    const Exact alpha = 12;
    const Exact pi = boost::math::constants::pi<Exact>();
    const Exact sigma = pow(sqrt(2 / pi) * alpha / 3, Exact(1) / 3);
    const Exact r("1e-8");
    const auto [lambda3, lambda5] = gaussian_damping(Exact(r / (sqrt(Exact(2)) * sigma)));
    EXPECT_NEAR(static_cast<double>(lambda3 / (r * r * r) * alpha), 1.0, 1e-12);
    EXPECT_NEAR(static_cast<double>(lambda5 / (r * r * r) * alpha), 0.0, 1e-12);
}

TEST(GaussianDamping, HasItsSlopes) {
    for (double zeta = 0.1; zeta < 8.0; zeta *= 1.1) {
        const auto [slope3, slope5] = gaussian_damping_slopes(zeta);
        const auto expected = gaussian_damping(variable(zeta));
        EXPECT_NEAR(slope3, derivative(expected.lambda3), 1e-15) << zeta;
        EXPECT_NEAR(slope5, derivative(expected.lambda5), 1e-15) << zeta;
    }
}

TEST(GaussianDamping, IsOneForSeparatedClouds) {
    const auto [lambda3, lambda5] = gaussian_damping(7.0);
    EXPECT_EQ(lambda3, 1.0);
    EXPECT_EQ(lambda5, 1.0);
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "dispersion/slow_mbd.hpp"

#include <keesom/dispersion/damping.hpp>

#include <boost/math/constants/constants.hpp>
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

TEST(GaussianDamping, IsOneForSeparatedClouds) {
    const auto [lambda3, lambda5] = gaussian_damping(7.0);
    EXPECT_EQ(lambda3, 1.0);
    EXPECT_EQ(lambda5, 1.0);
}

}  // namespace
}  // namespace keesom

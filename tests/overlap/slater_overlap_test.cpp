// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/slater_oracle.hpp"

#include <keesom/overlap/slater_overlap.hpp>

#include <boost/math/quadrature/gauss.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace keesom {
namespace {

using testing::Real100;

TEST(SlaterOverlap, HasFullRelativeAccuracyForEveryDifferenceOfRates) {
    double worst = 0.0;
    for (const double a : {1.0, 1.5, 2.0, 3.0, 4.0}) {
        for (const double difference :
             {0.0, 1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0}) {
            const double b = a + difference;
            for (double r = 1.5; r <= 20.0; r *= 1.15) {
                const auto expected = testing::radial_factors_by_differences<Real100>(
                    [&](const Real100& x) { return testing::textbook_overlap<Real100>(a, b, x); },
                    Real100(r),
                    Real100(1e-9));
                const RadialFactors<double> actual = slater_overlap_factors(a, b, r);
                for (std::size_t k = 0; k < 5; ++k) {
                    const Real100 error = (actual[k] - expected[k]) / expected[k];
                    worst = std::max(worst, std::abs(static_cast<double>(error)));
                }
            }
        }
    }
    EXPECT_LT(worst, 2e-12);
}

TEST(SlaterOverlap, HasDerivativesByDecayRates) {
    const Real100 h = 1e-30;
    double worst = 0.0;
    for (const double a : {1.0, 2.0, 4.0}) {
        for (const double difference :
             {0.0, 1e-12, 1e-9, 1e-5, 1e-3, 1e-2, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0}) {
            const double b = a + difference;
            for (double r = 1.5; r <= 20.0; r *= 1.4) {
                const RadialFactorsGradient<double> gradient =
                    slater_overlap_factors_gradient(a, b, r);
                EXPECT_EQ(gradient.f, slater_overlap_factors(a, b, r));
                const auto at = [&](const Real100& step_a, const Real100& step_b) {
                    return slater_overlap_factors(
                        Real100(a + step_a), Real100(b + step_b), Real100(r));
                };
                const Real100 zero = 0;
                const auto compare = [&](const auto& actual, const auto& right, const auto& left) {
                    for (std::size_t k = 0; k < actual.size(); ++k) {
                        const Real100 expected = (right[k] - left[k]) / (2 * h);
                        // The derivatives have zeros, so the value over the rate is the scale.
                        const Real100 scale = gradient.f[k] / a;
                        worst = std::max(
                            worst, std::abs(static_cast<double>((actual[k] - expected) / scale)));
                    }
                };
                compare(gradient.by_decay_a, at(h, zero), at(-h, zero));
                compare(gradient.by_decay_b, at(zero, h), at(zero, -h));
            }
        }
    }
    EXPECT_LT(worst, 1e-10);
}

// Where the library changes from one form to the other, the value must not jump.
TEST(SlaterOverlap, IsSmoothAcrossTheSeam) {
    const double a = 2.0;
    const double r = 4.0;
    const auto overlap = [&](double b) { return slater_overlap_factors(a, b, r)[4]; };
    const double seam = a + 1.0 / r;
    const double h = 1e-9;
    const double slope = (overlap(seam + 1e-3) - overlap(seam - 1e-3)) / 2e-3;
    EXPECT_NEAR(
        (overlap(seam + h) - overlap(seam - h) - 2.0 * h * slope) / overlap(seam), 0.0, 1e-12);
}

/// ∫ρ_Aρ_B in prolate spheroidal coordinates, in which both cusps are smooth.
double overlap_by_quadrature(double a, double b, double R) {
    using boost::math::quadrature::gauss;
    const auto over_eta = [&](double xi) {
        return gauss<double, 30>::integrate(
            [&](double eta) {
                const double r_a = R / 2.0 * (xi + eta);
                const double r_b = R / 2.0 * (xi - eta);
                return std::exp(-a * r_a - b * r_b) * (xi * xi - eta * eta);
            },
            -1.0,
            1.0);
    };
    double integral = 0.0;
    for (double low = 1.0; low < 21.0; low += 1.0) {
        integral += gauss<double, 30>::integrate(over_eta, low, low + 1.0);
    }
    const double normalization = std::pow(a * b, 3) / std::pow(8.0 * std::numbers::pi, 2);
    return normalization * 2.0 * std::numbers::pi * std::pow(R / 2.0, 3) * integral;
}

TEST(SlaterOverlap, IsTheIntegralOfTheProductOfTwoDensities) {
    for (const double b : {1.8, 1.81, 2.0, 3.4}) {
        for (const double R : {1.5, 4.0, 8.0}) {
            EXPECT_NEAR(
                slater_overlap_factors(1.8, b, R)[0] / overlap_by_quadrature(1.8, b, R), 1.0, 1e-11)
                << b << " " << R;
        }
    }
}

// Widths 0.3 and 0.6 bohr, 6 bohr apart: the equal-rate formula at the geometric mean of the rates.
TEST(SlaterOverlap, IsThreeTimesWhatTheGeometricMeanGives) {
    const double a = 1.0 / 0.3;
    const double b = 1.0 / 0.6;
    const double mean = std::sqrt(a * b);
    const double exact = slater_overlap_factors(a, b, 6.0)[0];
    const double shortcut = slater_overlap_factors(mean, mean, 6.0)[0];
    EXPECT_NEAR(exact / shortcut, 3.35, 0.01);
    EXPECT_NEAR(exact / overlap_by_quadrature(a, b, 6.0), 1.0, 1e-11);
}

TEST(SlaterOverlap, BecomesTheDensityWhenTheOtherIsAPoint) {
    const double a = 1.7;
    const double r = 2.5;
    const double density = a * a * a / (8.0 * std::numbers::pi) * std::exp(-a * r);
    EXPECT_NEAR(slater_overlap_factors(a, 1e5, r)[0] / density, 1.0, 1e-8);
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/slater_oracle.hpp"

#include <keesom/multipoles/damping.hpp>

#include <boost/math/differentiation/autodiff.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace keesom {
namespace {

using testing::Real100;

/// 1 − λ_1, 1 − λ_3, … of penetration factors.
template <class Real>
std::array<Real, 6> one_minus_lambda(const RadialFactors<Real>& penetration, const Real& r) {
    const RadialFactors<Real> points = point_factors(r);
    std::array<Real, 6> result;
    for (std::size_t k = 0; k < result.size(); ++k) {
        result[k] = penetration[k] / points[k];
    }
    return result;
}

double largest_error(const std::array<double, 6>& actual,
                     const std::array<Real100, 5>& expected,
                     std::size_t n = 5) {
    double largest = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
        largest = std::max(largest,
                           std::abs(static_cast<double>((actual[k] - expected[k]) / expected[k])));
    }
    return largest;
}

TEST(PointFactors, AreRadialDerivativesOfInverseDistance) {
    const Real100 r = 2.7;
    const auto expected = testing::radial_factors_by_differences<Real100>(
        [](const Real100& x) -> Real100 { return 1 / x; }, r, Real100(1e-12));
    EXPECT_LT(largest_error(point_factors(2.7), expected), 1e-14);
}

TEST(OneCenterSlater, AgreesWithTextbookDampingFactors) {
    for (const double decay : {1.0, 2.0, 3.7}) {
        for (double r = 0.8; r < 25.0; r *= 1.3) {
            const auto actual = one_minus_lambda(slater_penetration_factors(decay, r), r);
            EXPECT_LT(largest_error(actual, testing::textbook_one_center<Real100>(decay, r)), 1e-13)
                << decay << " " << r;
        }
    }
}

TEST(OneCenterSlater, IsThePotentialOfTheDensity) {
    using boost::math::quadrature::gauss_kronrod;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double decay = 1.9;
    const auto density = [&](double x) {
        return std::pow(decay, 3) / (8.0 * std::numbers::pi) * std::exp(-decay * x);
    };
    for (const double r : {0.5, 1.5, 4.0}) {
        // Charge inside r acts from the center; what is outside leaves a constant potential.
        const double inside = gauss_kronrod<double, 31>::integrate(
            [&](double x) { return density(x) * x * x; }, 0.0, r, 10, 1e-13);
        const double outside = gauss_kronrod<double, 31>::integrate(
            [&](double x) { return density(x) * x; }, r, infinity, 10, 1e-13);
        const double expected = 4.0 * std::numbers::pi * (inside / r + outside);
        EXPECT_NEAR(1.0 / r - slater_penetration_factors(decay, r)[0], expected, 1e-12);
    }
}

TEST(TwoCenterSlater, HasFullRelativeAccuracyForEveryDifferenceOfRates) {
    double worst = 0.0;
    for (const double a : {1.0, 1.5, 2.0, 3.0, 4.0}) {
        for (const double difference :
             {1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0}) {
            const double b = a + difference;
            for (double r = 1.5; r <= 20.0; r *= 1.15) {
                const auto actual = one_minus_lambda(slater_penetration_factors(a, b, r), r);
                worst = std::max(
                    worst, largest_error(actual, testing::textbook_two_center<Real100>(a, b, r)));
            }
        }
    }
    EXPECT_LT(worst, 1e-12);
}

TEST(TwoCenterSlater, HasFullRelativeAccuracyForEqualRates) {
    double worst = 0.0;
    for (const double a : {1.0, 1.5, 2.0, 3.0, 4.0}) {
        for (double r = 1.5; r <= 20.0; r *= 1.15) {
            const auto actual = one_minus_lambda(slater_penetration_factors(a, a, r), r);
            const auto equal = testing::textbook_equal<Real100>(a, r);
            // The textbook form ends at λ_5; beyond, rates that differ by 1e-20 are equal enough.
            auto expected =
                testing::textbook_two_center<Real100>(a, Real100(a) + Real100(1e-20), r);
            std::copy(equal.begin(), equal.end(), expected.begin());
            worst = std::max(worst, largest_error(actual, expected));
        }
    }
    EXPECT_LT(worst, 1e-13);
}

// λ_{n+2} = λ_n − (r/n) dλ_n/dr, equivalently f_{k+1} = −(1/r) df_k/dr, by automatic
// differentiation.
TEST(TwoCenterSlater, HigherFactorsAreDerivativesOfLowerOnes) {
    using boost::math::differentiation::make_fvar;
    for (const double b : {1.8, 1.8 + 1e-7, 1.83, 1.95, 3.1}) {
        for (const double distance : {1.6, 3.0, 6.5}) {
            const auto r = make_fvar<double, 1>(distance);
            using Dual = std::decay_t<decltype(r)>;
            const auto lambda_complement =
                one_minus_lambda(slater_penetration_factors(Dual(1.8), Dual(b), r), Dual(r));
            for (std::size_t k = 0; k + 1 < lambda_complement.size(); ++k) {
                const auto n = static_cast<double>(2 * k + 1);
                const Dual& lower = lambda_complement[k];
                const double expected = lower.derivative(0) - distance / n * lower.derivative(1);
                EXPECT_NEAR(lambda_complement[k + 1].derivative(0) / expected, 1.0, 1e-12)
                    << b << " " << distance << " " << k;
            }
        }
    }
}

// Potential of B in the density of A, integrated in prolate spheroidal coordinates, in which both
// cusps are smooth.
TEST(TwoCenterSlater, IsTheCoulombEnergyOfTwoDensities) {
    using boost::math::quadrature::gauss;
    for (const double b : {1.7, 1.72, 2.9}) {
        const double a = 1.7;
        const double R = 3.2;
        const auto integrand = [&](double xi, double eta) {
            const double r_a = R / 2.0 * (xi + eta);
            const double r_b = R / 2.0 * (xi - eta);
            const double density = std::pow(a, 3) / (8.0 * std::numbers::pi) * std::exp(-a * r_a);
            const double x = b * r_b;
            const double potential = (1.0 - (1.0 + x / 2.0) * std::exp(-x)) / r_b;
            return density * potential * std::pow(R / 2.0, 3) * (xi * xi - eta * eta);
        };
        const auto over_eta = [&](double xi) {
            return gauss<double, 30>::integrate(
                [&](double eta) { return integrand(xi, eta); }, -1.0, 1.0);
        };
        double expected = 0.0;
        for (double low = 1.0; low < 25.0; low += 2.0) {
            expected += gauss<double, 30>::integrate(over_eta, low, low + 2.0);
        }
        expected *= 2.0 * std::numbers::pi;
        const double actual = 1.0 / R - slater_penetration_factors(a, b, R)[0];
        EXPECT_NEAR(actual / expected, 1.0, 1e-11) << b;
    }
}

TEST(TwoCenterSlater, BecomesOneCenterWhenOneDensityIsAPoint) {
    const double r = 2.4;
    const auto expected = slater_penetration_factors(1.6, r);
    const auto actual = slater_penetration_factors(1.6, 1e5, r);
    for (std::size_t k = 0; k < 5; ++k) {
        EXPECT_NEAR(actual[k] / expected[k], 1.0, 1e-8);
    }
}

TEST(TwoCenterSlater, BecomesPointInteractionAtLargeSeparation) {
    const double r = 40.0;
    const auto penetration = slater_penetration_factors(1.6, 1.7, r);
    const auto points = point_factors(r);
    for (std::size_t k = 0; k < 5; ++k) {
        EXPECT_GT(penetration[k], 0.0);
        EXPECT_LT(penetration[k], 1e-18 * points[k]);
    }
}

TEST(TwoCenterSlater, PenetrationUnderflowsToZero) {
    for (const double g : slater_penetration_factors(4.0, 4.0, 1e4)) {
        EXPECT_EQ(g, 0.0);
    }
}

std::array<double, 3> thole_lambda(double a, double u) {
    const double r = 3.0;
    const auto damped = thole_factors(a, u, r);
    const auto points = point_factors(r);
    return {damped[0] / points[1], damped[1] / points[2], damped[2] / points[3]};
}

TEST(TholeDamping, ApproachesOneAtLargeSeparation) {
    for (const double lambda : thole_lambda(0.39, 6.0)) {
        EXPECT_NEAR(lambda, 1.0, 1e-12);
    }
}

TEST(TholeDamping, VanishesForCoincidentAtoms) {
    const auto lambda = thole_lambda(0.39, 1e-3);
    EXPECT_NEAR(lambda[0], 0.39e-9, 1e-15);
    EXPECT_NEAR(lambda[1], 0.0, 1e-15);
    EXPECT_NEAR(lambda[2], 0.0, 1e-15);
}

TEST(TholeDamping, HigherFactorsAreDerivativesOfLowerOnes) {
    using boost::math::differentiation::make_fvar;
    const double scale = 1.4;  // (α_iα_j)^{1/6}
    for (const double distance : {0.8, 1.5, 2.5, 5.0}) {
        const auto r = make_fvar<double, 1>(distance);
        const auto f = thole_factors(0.39, decltype(r)(r / scale), decltype(r)(r));
        for (std::size_t k = 0; k + 1 < f.size(); ++k) {
            const double expected = -f[k].derivative(1) / distance;
            // λ_7 has a zero, so the point interaction is the scale.
            const double undamped = point_factors(distance)[k + 2];
            EXPECT_NEAR(f[k + 1].derivative(0), expected, 1e-14 * undamped);
        }
    }
}

TEST(TholeDamping, HasDerivativesByPolarizabilities) {
    using boost::math::differentiation::make_fvar;
    for (const double r : {0.8, 1.5, 2.5, 5.0}) {
        const auto log_x = make_fvar<double, 1>(0.0);
        using Dual = std::decay_t<decltype(log_x)>;
        const auto f = thole_factors(0.39, Dual(r / 1.4 * exp(log_x / 3)), Dual(r));
        const std::array<double, 3> by_log_x = thole_factors_by_log_x(0.39, r / 1.4, r);
        for (std::size_t k = 0; k < by_log_x.size(); ++k) {
            EXPECT_NEAR(by_log_x[k], f[k].derivative(1), 1e-14 * point_factors(r)[k + 1]);
        }
    }
}

TEST(SlaterPenetration, HasDerivativesByDecayRates) {
    const Real100 h = 1e-30;
    double worst = 0.0;
    const auto compare = [&](const auto& actual, const auto& factors) {
        const auto right = factors(h);
        const auto left = factors(Real100(-h));
        for (std::size_t k = 0; k < actual.size(); ++k) {
            const Real100 expected = (right[k] - left[k]) / (2 * h);
            worst =
                std::max(worst, std::abs(static_cast<double>((actual[k] - expected) / expected)));
        }
    };
    for (const double a : {1.0, 2.0, 4.0}) {
        for (double r = 1.5; r <= 20.0; r *= 1.4) {
            compare(slater_penetration_factors_by_decay(a, r), [&](const Real100& step) {
                return slater_penetration_factors(Real100(a + step), Real100(r));
            });
            for (const double difference :
                 {0.0, 1e-12, 1e-9, 1e-5, 1e-3, 1e-2, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0}) {
                const double b = a + difference;
                const auto gradient = slater_penetration_factors_gradient(a, b, r);
                EXPECT_EQ(gradient.f, slater_penetration_factors(a, b, r));
                compare(gradient.by_decay_a, [&](const Real100& step) {
                    return slater_penetration_factors(Real100(a + step), Real100(b), Real100(r));
                });
                compare(gradient.by_decay_b, [&](const Real100& step) {
                    return slater_penetration_factors(Real100(a), Real100(b + step), Real100(r));
                });
            }
        }
    }
    EXPECT_LT(worst, 1e-10);
}

// λ_3 is the charge of the smearing density within r: ρ(u) = (3a/4π) exp(−a u³).
TEST(TholeDamping, FirstFactorIsTheChargeInside) {
    using boost::math::quadrature::gauss;
    const double a = 0.39;
    for (const double u : {0.7, 1.3, 2.0}) {
        const double inside = gauss<double, 30>::integrate(
            [&](double x) { return 3.0 * a * x * x * std::exp(-a * x * x * x); }, 0.0, u);
        EXPECT_NEAR(thole_lambda(a, u)[0], inside, 1e-13);
    }
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/slater_oracle.hpp"

#include <keesom/multipoles/slater_functions.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace keesom {
namespace {

using testing::Real100;

double relative_error(double actual, const Real100& expected) {
    return std::abs(static_cast<double>((actual - expected) / expected));
}

TEST(BesselLadder, StepDownIsRadialDerivative) {
    const Real100 rate = 1.7;
    const Real100 r = 2.9;
    const Real100 h = 1e-20;
    const auto middle = detail::bessel_ladder<-4, 6>(rate, r);
    const auto left = detail::bessel_ladder<-4, 6>(rate, Real100(r - h));
    const auto right = detail::bessel_ladder<-4, 6>(rate, Real100(r + h));
    for (std::size_t i = 1; i < middle.size(); ++i) {
        const Real100 derivative = (right[i] - left[i]) / (2 * h);
        EXPECT_NEAR(static_cast<double>(-derivative / r / middle[i - 1]), 1.0, 1e-15) << i;
    }
}

TEST(BesselLadder, StepUpIsDerivativeWithRespectToSquaredDecayRate) {
    const Real100 u = 2.3;
    const Real100 r = 3.1;
    const Real100 h = 1e-20;
    const auto at = [&](const Real100& squared) {
        return detail::bessel_ladder<-4, 6>(Real100(sqrt(squared)), r);
    };
    const auto middle = at(u);
    const auto left = at(u - h);
    const auto right = at(u + h);
    for (std::size_t i = 0; i + 1 < middle.size(); ++i) {
        const Real100 derivative = (right[i] - left[i]) / (2 * h);
        EXPECT_NEAR(static_cast<double>(-2 * derivative / middle[i + 1]), 1.0, 1e-15) << i;
    }
}

TEST(SlaterPair, BothFormsAgreeWhereBothConverge) {
    for (const double difference : {1e-6, 1e-3, 0.1, 0.3}) {
        const Real100 a = 1.9;
        const Real100 b = a + difference;
        const Real100 r = 4.2;
        const SlaterPair<Real100> series = detail::slater_pair_series<false>(a, b, r).value;
        const SlaterPair<Real100> closed = detail::slater_pair_closed_form<false>(a, b, r).value;
        for (std::size_t i = 0; i < series.overlap.size(); ++i) {
            EXPECT_NEAR(static_cast<double>(series.overlap[i] / closed.overlap[i] - 1), 0.0, 1e-50);
        }
        EXPECT_NEAR(static_cast<double>(series.penetration / closed.penetration - 1), 0.0, 1e-50);
    }
}

TEST(SlaterPair, IsSymmetric) {
    for (const double b : {2.0, 2.0 + 1e-9, 2.1, 3.0}) {
        const SlaterPair<double> ab = slater_pair(2.0, b, 3.0);
        const SlaterPair<double> ba = slater_pair(b, 2.0, 3.0);
        for (std::size_t i = 0; i < ab.overlap.size(); ++i) {
            EXPECT_NEAR(ab.overlap[i] / ba.overlap[i], 1.0, 1e-13);
        }
        EXPECT_NEAR(ab.penetration / ba.penetration, 1.0, 1e-13);
    }
}

// S_{−1} has no textbook form at hand; it is the only function whose radial derivative is S and
// that vanishes at infinity.
TEST(SlaterPair, LowestOverlapIntegratesTheOverlap) {
    const Real100 a = 1.4;
    const Real100 b = 2.2;
    const Real100 r = 3.3;
    const Real100 h = 1e-20;
    const Real100 right = slater_pair(a, b, Real100(r + h)).overlap[0];
    const Real100 left = slater_pair(a, b, Real100(r - h)).overlap[0];
    const Real100 overlap = testing::textbook_overlap(a, b, r);
    EXPECT_NEAR(static_cast<double>(-(right - left) / (2 * h * r) / overlap), 1.0, 1e-15);
    EXPECT_LT(slater_pair(1.4, 2.2, 200.0).overlap[0], 1e-100);
}

TEST(SlaterPair, PenetrationHasFullRelativeAccuracyForEveryDifferenceOfRates) {
    double worst = 0.0;
    for (const double a : {1.0, 1.5, 2.0, 3.0, 4.0}) {
        for (const double difference :
             {0.0, 1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0}) {
            const double b = a + difference;
            for (double r = 1.5; r <= 20.0; r *= 1.15) {
                const Real100 expected =
                    (a == b ? testing::textbook_equal<Real100>(a, r)[0]
                            : testing::textbook_two_center<Real100>(a, b, r)[0]) /
                    r;
                worst = std::max(worst, relative_error(slater_pair(a, b, r).penetration, expected));
            }
        }
    }
    EXPECT_LT(worst, 1e-12);
}

TEST(SlaterPair, IsFiniteWhenAtomsAlmostCoincide) {
    for (const double b : {2.0, 2.01, 3.5}) {
        const SlaterPair<double> pair = slater_pair(2.0, b, 0.1);
        const double expected =
            static_cast<double>(testing::textbook_overlap<Real100>(2.0, b, 0.1));
        EXPECT_NEAR(pair.overlap[1] / expected, 1.0, 1e-9);
    }
}

}  // namespace
}  // namespace keesom

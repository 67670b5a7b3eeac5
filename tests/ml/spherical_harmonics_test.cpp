// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <boost/math/special_functions/legendre.hpp>
#include <boost/math/special_functions/spherical_harmonic.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <support/expect_error.hpp>

namespace keesom {
namespace {

constexpr int max_angular = 8;

Eigen::Vector3d random_direction(std::mt19937& random) {
    std::normal_distribution<double> normal;
    return Eigen::Vector3d(normal(random), normal(random), normal(random)).normalized();
}

Eigen::VectorXd harmonics_of(const Eigen::Vector3d& direction) {
    Eigen::VectorXd values(harmonics_count(max_angular));
    SphericalHarmonics(max_angular)
        .evaluate(direction.x(), direction.y(), direction.z(), values.data());
    return values;
}

// Boost's are complex and have the Condon–Shortley phase.
double boost_real_harmonic(int l, int m, const Eigen::Vector3d& direction) {
    const double theta = std::acos(direction.z());
    const double phi = std::atan2(direction.y(), direction.x());
    const int order = std::abs(m);
    const double phase = order % 2 == 0 ? 1.0 : -1.0;
    if (m == 0) {
        return boost::math::spherical_harmonic_r(l, 0, theta, phi);
    }
    return std::numbers::sqrt2 * phase *
           (m > 0 ? boost::math::spherical_harmonic_r(l, order, theta, phi)
                  : boost::math::spherical_harmonic_i(l, order, theta, phi));
}

TEST(SphericalHarmonics, AgreeWithBoost) {
    std::mt19937 random(1);
    for (int sample = 0; sample < 50; ++sample) {
        const Eigen::Vector3d direction = random_direction(random);
        const Eigen::VectorXd values = harmonics_of(direction);
        for (int l = 0; l <= max_angular; ++l) {
            for (int m = -l; m <= l; ++m) {
                EXPECT_NEAR(
                    values[harmonics_index(l, m)], boost_real_harmonic(l, m, direction), 1e-13)
                    << "l = " << l << ", m = " << m;
            }
        }
    }
}

TEST(SphericalHarmonics, ObeyTheAdditionTheorem) {
    std::mt19937 random(2);
    for (int sample = 0; sample < 20; ++sample) {
        const Eigen::Vector3d a = random_direction(random);
        const Eigen::Vector3d b = random_direction(random);
        const Eigen::VectorXd at_a = harmonics_of(a);
        const Eigen::VectorXd at_b = harmonics_of(b);
        for (int l = 0; l <= max_angular; ++l) {
            const Eigen::Index first = harmonics_index(l, -l);
            EXPECT_NEAR(at_a.segment(first, 2 * l + 1).dot(at_b.segment(first, 2 * l + 1)),
                        (2 * l + 1) / (4 * std::numbers::pi) * boost::math::legendre_p(l, a.dot(b)),
                        1e-13);
        }
    }
}

TEST(SphericalHarmonics, LoseNoDigitsAtThePoles) {
    using Float50 = boost::multiprecision::cpp_bin_float_50;
    const SphericalHarmonics harmonics(max_angular);
    for (const double tilt : {0.0, 1e-9, 1e-5, 1e-2}) {
        const double z = -std::sqrt((1.0 - tilt) * (1.0 + tilt));
        Eigen::VectorXd values(harmonics_count(max_angular));
        std::vector<Float50> exact(static_cast<std::size_t>(harmonics_count(max_angular)));
        harmonics.evaluate(0.6 * tilt, 0.8 * tilt, z, values.data());
        harmonics.evaluate(Float50(0.6 * tilt), Float50(0.8 * tilt), Float50(z), exact.data());
        for (Eigen::Index k = 0; k < values.size(); ++k) {
            const auto reference = static_cast<double>(exact[static_cast<std::size_t>(k)]);
            EXPECT_NEAR(values[k], reference, 4e-14 * std::abs(reference));
        }
    }
}

TEST(SphericalHarmonics, OfRankOneAreTheUnitVector) {
    const Eigen::Vector3d direction = Eigen::Vector3d(1.0, -2.0, 0.5).normalized();
    const Eigen::VectorXd values = harmonics_of(direction);
    const double norm = std::sqrt(3.0 / (4.0 * std::numbers::pi));
    EXPECT_NEAR(values[1], norm * direction.y(), 1e-15);
    EXPECT_NEAR(values[2], norm * direction.z(), 1e-15);
    EXPECT_NEAR(values[3], norm * direction.x(), 1e-15);
}

TEST(SphericalHarmonics, RejectANegativeOrder) {
    EXPECT_THAT(testing::error_of<InputError>([] { SphericalHarmonics harmonics(-1); }),
                ::testing::HasSubstr("-1"));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/energy_term_checks.hpp"
#include "support/pair_gradient_checks.hpp"

#include <keesom/multipoles/damping.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

namespace keesom {
namespace {

using testing::random_multipole;
using testing::Real50;

// A φ that has nothing in common with 1/R: its Laplacian does not vanish. The factors are
// (−(1/r) d/dr)ᵏ exp(−r²/2) = exp(−r²/2).
RadialFactors<double> gaussian_factors(double r) {
    const double value = std::exp(-r * r / 2.0);
    return {value, value, value, value, value, value};
}

TEST(MultipoleInteraction, OfPointsEqualsDisplacedCharges) {
    std::mt19937 generator(11);
    for (int trial = 0; trial < 10; ++trial) {
        const Multipole<double> a = random_multipole(generator);
        const Multipole<double> b = random_multipole(generator);
        const Eigen::Vector3d R =
            testing::uniform(generator, 2.0, 5.0) * testing::random_direction(generator);
        const Real50 expected = testing::interact(testing::displaced_charges(a, Real50(1e-9)),
                                                  testing::displaced_charges(b, Real50(1e-9)),
                                                  R,
                                                  [](const Real50& r) -> Real50 { return 1 / r; });
        const double scale = std::abs(a.charge * b.charge) / R.norm();
        EXPECT_NEAR(interact(a, b, R, point_factors(R.norm())),
                    static_cast<double>(expected),
                    1e-13 * scale + 1e-14);
    }
}

TEST(MultipoleInteraction, ThroughAnyFunctionEqualsDisplacedCharges) {
    std::mt19937 generator(12);
    for (int trial = 0; trial < 10; ++trial) {
        const Multipole<double> a = random_multipole(generator);
        const Multipole<double> b = random_multipole(generator);
        const Eigen::Vector3d R =
            testing::uniform(generator, 0.5, 2.5) * testing::random_direction(generator);
        const Real50 expected =
            testing::interact(testing::displaced_charges(a, Real50(1e-9)),
                              testing::displaced_charges(b, Real50(1e-9)),
                              R,
                              [](const Real50& r) -> Real50 { return exp(-r * r / 2); });
        EXPECT_NEAR(
            interact(a, b, R, gaussian_factors(R.norm())), static_cast<double>(expected), 1e-13);
    }
}

TEST(MultipoleInteraction, IsSymmetricUnderExchange) {
    std::mt19937 generator(13);
    const Multipole<double> a = random_multipole(generator);
    const Multipole<double> b = random_multipole(generator);
    const Eigen::Vector3d R(1.0, -2.0, 0.5);
    const auto f = point_factors(R.norm());
    EXPECT_NEAR(interact(a, b, R, f), interact<double>(b, a, -R, f), 1e-15);
}

// T_xxyz of 1/R has 15yz where a common slip has 45yz: a quadrupole xx − yy at
// one site, yz at the other feels it.
TEST(MultipoleInteraction, QuadrupolesOfDifferentShapeHaveTheRightMixedElement) {
    Multipole<double> a{0.0, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};
    Multipole<double> b = a;
    a.quadrupole(0, 0) = 1.0;
    a.quadrupole(1, 1) = -1.0;
    b.quadrupole(1, 2) = b.quadrupole(2, 1) = 1.0;
    const double x = 1.1;
    const double y = -0.7;
    const double z = 1.9;
    const Eigen::Vector3d R(x, y, z);
    const double r = R.norm();
    // ∇⁴(1/R), elements xxyz and yyyz, worked out by hand
    const double T_xxyz = 105.0 * x * x * y * z / std::pow(r, 9) - 15.0 * y * z / std::pow(r, 7);
    const double T_yyyz = 105.0 * y * y * y * z / std::pow(r, 9) - 45.0 * y * z / std::pow(r, 7);
    const double expected = 2.0 * (T_xxyz - T_yyyz) / 9.0;
    EXPECT_NEAR(interact(a, b, R, point_factors(r)), expected, 1e-15);
}

TEST(MultipoleInteraction, OppositeChargesAttractAndDipolesAlign) {
    const Eigen::Vector3d R(0.0, 0.0, 4.0);
    const auto f = point_factors(4.0);
    const Eigen::Matrix3d no_quadrupole = Eigen::Matrix3d::Zero();
    const Multipole<double> positive{1.0, Eigen::Vector3d::Zero(), no_quadrupole};
    const Multipole<double> negative{-1.0, Eigen::Vector3d::Zero(), no_quadrupole};
    const Multipole<double> up{0.0, Eigen::Vector3d::UnitZ(), no_quadrupole};
    EXPECT_DOUBLE_EQ(interact(positive, negative, R, f), -0.25);
    EXPECT_DOUBLE_EQ(interact(up, up, R, f), -2.0 / 64.0);
    // The positive end of the dipole is the far one.
    EXPECT_DOUBLE_EQ(interact(positive, up, R, f), -1.0 / 16.0);
}

// exp(−|R|²/2) as before, for any scalar type.
TEST(InteractionGradient, EqualsDifferencesOfTheInteraction) {
    std::mt19937 generator(13);
    const auto energy = [](const std::vector<Real50>& x) -> Real50 {
        const Vector3<Real50> R = Eigen::Map<const Vector3<Real50>>(x.data() + 26);
        const Real50 value = exp(-R.squaredNorm() / 2);
        return interact<Real50>(testing::multipole_from(x.data()),
                                testing::multipole_from(x.data() + testing::multipole_numbers),
                                R,
                                {value, value, value, value, value, value});
    };
    for (int trial = 0; trial < 5; ++trial) {
        const Multipole<double> a = random_multipole(generator);
        const Multipole<double> b = random_multipole(generator);
        const Eigen::Vector3d R = testing::random_vector(generator, 0.8);
        const auto f = gaussian_factors(R.norm());
        const InteractionGradient<double> gradient = interaction_gradient(a, b, R, f);
        const auto numbers = [](const auto& of_a, const auto& of_b, const auto& of_R) {
            std::vector<double> x;
            testing::append(of_a, x);
            testing::append(of_b, x);
            x.insert(x.end(), of_R.data(), of_R.data() + 3);
            return x;
        };
        testing::expect_derivatives_of(
            energy, numbers(a, b, R), numbers(gradient.a, gradient.b, gradient.R), 1e-14);
        EXPECT_NEAR(combined(gradient.energies, f), interact(a, b, R, f), 1e-15);
    }
}

TEST(PotentialGradient, IsThatOfAUnitChargeThatInteracts) {
    std::mt19937 generator(16);
    const Multipole<double> charge{1.0, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};
    const Multipole<double> b = random_multipole(generator);
    const Eigen::Vector3d R(0.4, 1.3, -0.8);
    const auto f = gaussian_factors(R.norm());
    const PotentialGradient<double> actual = potential_gradient(b, R, f);
    const InteractionGradient<double> expected = interaction_gradient(charge, b, R, f);
    EXPECT_NEAR(actual.b.charge, expected.b.charge, 1e-15);
    EXPECT_LT((actual.b.dipole - expected.b.dipole).norm(), 1e-15);
    EXPECT_LT((actual.b.quadrupole - expected.b.quadrupole).norm(), 1e-15);
    EXPECT_LT((actual.R - expected.R).norm(), 1e-15);
    EXPECT_NEAR(combined(actual.potentials, f), potential(b, R, f), 1e-15);
}

TEST(Potential, IsTheEnergyOfAUnitCharge) {
    std::mt19937 generator(14);
    const Multipole<double> charge{1.0, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};
    const Multipole<double> b = random_multipole(generator);
    const Eigen::Vector3d R(0.4, 1.3, -0.8);
    const auto f = gaussian_factors(R.norm());
    EXPECT_NEAR(potential(b, R, f), interact(charge, b, R, f), 1e-15);
}

TEST(Field, IsMinusTheEnergyOfAUnitDipole) {
    std::mt19937 generator(15);
    const Multipole<double> b = random_multipole(generator);
    const Eigen::Vector3d R(0.4, 1.3, -0.8);
    const auto f = gaussian_factors(R.norm());
    const Eigen::Vector3d actual = field<double>(b, R, {f[1], f[2], f[3], f[4]});
    for (Eigen::Index i = 0; i < 3; ++i) {
        const Multipole<double> dipole{0.0, Eigen::Vector3d::Unit(i), Eigen::Matrix3d::Zero()};
        EXPECT_NEAR(actual[i], -interact(dipole, b, R, f), 1e-15);
    }
}

TEST(Field, PointsAwayFromPositiveCharge) {
    const Multipole<double> charge{2.0, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};
    const auto f = point_factors(5.0);
    const Eigen::Vector3d actual =
        field<double>(charge, Eigen::Vector3d(5.0, 0.0, 0.0), {f[1], f[2], f[3], f[4]});
    EXPECT_NEAR((actual - Eigen::Vector3d(-0.08, 0.0, 0.0)).norm(), 0.0, 1e-16);
}

}  // namespace
}  // namespace keesom

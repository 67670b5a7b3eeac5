// SPDX-License-Identifier: BSD-3-Clause
#include "support/energy_term_checks.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <boost/math/special_functions/gamma.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace keesom {
namespace {

const ElementConstants quadrupole_factor("quadrupole factor",
                                         {{1, 4.03}, {6, 9.64}, {7, 7.35}, {8, 6.73}, {18, 11.6}});

Monomer argon(const Eigen::Vector3d& position, double width) {
    Molecule molecule{"Ar", {18}, position, 0};
    AtomProperties properties(1);
    properties.valence_populations << 8.0;
    properties.valence_widths << width;
    properties.hirshfeld_ratios << 1.0;
    return {molecule, properties};
}

TEST(CombineC6, OfEqualAtomsIsTheirOwn) {
    EXPECT_DOUBLE_EQ(combine_c6(46.6, 12.0, 46.6, 12.0), 46.6);
}

// The rule of Tkatchenko and Scheffler is London's formula with ω = 4C6/(3α²).
TEST(CombineC6, IsLondonsFormulaAndSymmetric) {
    const Oscillators atoms = scaled_oscillators(std::vector{1, 16}, Eigen::Vector2d(0.63, 0.97));
    const Eigen::VectorXd omega = atoms.frequencies();
    const Eigen::VectorXd& alpha = atoms.polarizabilities;
    const double london = 1.5 * alpha.prod() * omega.prod() / omega.sum();
    EXPECT_NEAR(combine_c6(atoms.c6[0], alpha[0], atoms.c6[1], alpha[1]), london, 1e-13 * london);
    EXPECT_NEAR(combine_c6(atoms.c6[1], alpha[1], atoms.c6[0], alpha[0]), london, 1e-13 * london);
}

TEST(HigherOrderDispersion, OfArgonDimerIsC8AndC10WithIncompleteGammaDamping) {
    const double distance = 6.5;
    const std::vector<Monomer> dimer = {argon({0.0, 0.0, 0.0}, 0.5), argon({0.0, 6.0, 2.5}, 0.6)};
    const double c8 = 3.0 * 64.3 * 11.6;
    const double c10 = 49.0 / 40.0 * c8 * c8 / 64.3;
    const double x = 1.3 / std::sqrt(0.5 * 0.6) * distance;
    const HigherOrderDispersion energy = higher_order_dispersion(dimer, quadrupole_factor, 1.3);
    const double expected8 = -boost::math::gamma_p(9, x) * c8 / std::pow(distance, 8);
    const double expected10 = -boost::math::gamma_p(11, x) * c10 / std::pow(distance, 10);
    EXPECT_NEAR(energy.c8 / expected8, 1.0, 1e-13);
    EXPECT_NEAR(energy.c10 / expected10, 1.0, 1e-13);
}

TEST(HigherOrderDispersion, IsAttractiveAndFiniteUpToContact) {
    double previous = 0.0;
    for (double distance = 8.0; distance > 1.0; distance -= 0.5) {
        const HigherOrderDispersion energy = higher_order_dispersion(
            std::vector{argon({0, 0, 0}, 0.5), argon({0, 0, distance}, 0.5)},
            quadrupole_factor,
            1.0);
        EXPECT_LT(energy.c8 + energy.c10, previous);
        previous = energy.c8 + energy.c10;
    }
    EXPECT_GT(previous, -1.0);
}

TEST(HigherOrderDispersion, DecaysAsItsPowers) {
    const auto at = [](double distance) {
        return higher_order_dispersion(
            std::vector{argon({0, 0, 0}, 0.5), argon({0, 0, distance}, 0.5)},
            quadrupole_factor,
            1.0);
    };
    EXPECT_NEAR(at(40.0).c8 / at(80.0).c8, 256.0, 1e-9);
    EXPECT_NEAR(at(40.0).c10 / at(80.0).c10, 1024.0, 1e-9);
}

TEST(HigherOrderDispersion, IsAdditiveOverPairsOfMonomers) {
    std::mt19937 generator(21);
    const std::vector<Monomer> trimer = testing::random_monomers(generator, 3, 4);
    const auto energy = [](const std::vector<Monomer>& monomers) {
        return higher_order_dispersion(monomers, quadrupole_factor, 1.1);
    };
    const HigherOrderDispersion all = energy(trimer);
    double c8 = 0.0;
    double c10 = 0.0;
    for (const auto& [a, b] : {std::pair{0u, 1u}, {0u, 2u}, {1u, 2u}}) {
        const HigherOrderDispersion pair = energy({trimer[a], trimer[b]});
        c8 += pair.c8;
        c10 += pair.c10;
    }
    EXPECT_NEAR(all.c8, c8, 1e-15);
    EXPECT_NEAR(all.c10, c10, 1e-15);
    EXPECT_EQ(energy({trimer[0]}).c8, 0.0);
}

TEST(HigherOrderDispersion, NamesAnElementWithoutConstant) {
    const ElementConstants incomplete("quadrupole factor", {{1, 4.0}});
    const std::vector<Monomer> dimer = {argon({0, 0, 0}, 0.5), argon({0, 0, 7}, 0.5)};
    EXPECT_THAT([&] { higher_order_dispersion(dimer, incomplete, 1.0); },
                ::testing::ThrowsMessage<ModelError>("no quadrupole factor for element Ar"));
}

}  // namespace
}  // namespace keesom

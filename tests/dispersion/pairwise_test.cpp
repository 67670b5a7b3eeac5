// SPDX-License-Identifier: BSD-3-Clause
#include "support/energy_term_checks.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <boost/math/differentiation/autodiff.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

namespace keesom {
namespace {

const ElementConstants quadrupole_factor("quadrupole factor",
                                         {{1, 4.03}, {6, 9.64}, {7, 7.35}, {8, 6.73}, {18, 11.6}});

/// The same for all elements.
ElementConstants tang_toennies_scale(double value) {
    std::map<int, double> values;
    for (const auto& [element, factor] : quadrupole_factor.values()) {
        values[element] = value;
    }
    return {"tang_toennies_scale", values};
}

Monomer argon(const Eigen::Vector3d& position, double width) {
    Molecule molecule{"Ar", {18}, position, 0};
    AtomProperties properties(1);
    properties.valence_populations << 8.0;
    properties.valence_widths << width;
    properties.hirshfeld_ratios << 1.0;
    return {molecule, properties};
}

// Also where some pairs of an eight are damped and others are not.
TEST(HigherOrderDispersion, OfPairsDoesNotDependOnTheOthers) {
    for (const auto order : {&HigherOrderDispersion::c8, &HigherOrderDispersion::c10}) {
        testing::expect_pairs_for_themselves(
            [&](const std::vector<Monomer>& monomers) {
                std::vector<double> energies;
                for (const HigherOrderDispersion& pair : higher_order_pairs(
                         Sites(monomers), quadrupole_factor, tang_toennies_scale(0.8))) {
                    energies.push_back(pair.*order);
                }
                return energies;
            },
            1e-13);
    }
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
    const HigherOrderDispersion energy =
        higher_order_dispersion(Sites(dimer), quadrupole_factor, tang_toennies_scale(1.3));
    const double expected8 = -boost::math::gamma_p(9, x) * c8 / std::pow(distance, 8);
    const double expected10 = -boost::math::gamma_p(11, x) * c10 / std::pow(distance, 10);
    EXPECT_NEAR(energy.c8 / expected8, 1.0, 1e-13);
    EXPECT_NEAR(energy.c10 / expected10, 1.0, 1e-13);
}

TEST(HigherOrderDispersion, IsAttractiveAndFiniteUpToContact) {
    double previous = 0.0;
    for (double distance = 8.0; distance > 1.0; distance -= 0.5) {
        const HigherOrderDispersion energy = higher_order_dispersion(
            Sites(std::vector{argon({0, 0, 0}, 0.5), argon({0, 0, distance}, 0.5)}),
            quadrupole_factor,
            tang_toennies_scale(1.0));
        EXPECT_LT(energy.c8 + energy.c10, previous);
        previous = energy.c8 + energy.c10;
    }
    EXPECT_GT(previous, -1.0);
}

TEST(HigherOrderDispersion, DecaysAsItsPowers) {
    const auto at = [](double distance) {
        return higher_order_dispersion(
            Sites(std::vector{argon({0, 0, 0}, 0.5), argon({0, 0, distance}, 0.5)}),
            quadrupole_factor,
            tang_toennies_scale(1.0));
    };
    EXPECT_NEAR(at(40.0).c8 / at(80.0).c8, 256.0, 1e-9);
    EXPECT_NEAR(at(40.0).c10 / at(80.0).c10, 1024.0, 1e-9);
}

TEST(HigherOrderDispersion, IsAdditiveOverPairsOfMonomers) {
    std::mt19937 generator(21);
    const std::vector<Monomer> trimer = testing::random_monomers(generator, 3, 4);
    const auto energy = [](const std::vector<Monomer>& monomers) {
        return higher_order_dispersion(
            Sites(monomers), quadrupole_factor, tang_toennies_scale(1.1));
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

TEST(HigherOrderDispersion, PropertiesScaleTheConstants) {
    std::mt19937 generator(22);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 6);
    const ElementConstants decays = tang_toennies_scale(1.1);
    const auto expect_equal = [](const HigherOrderDispersion& actual,
                                 const HigherOrderDispersion& expected) {
        EXPECT_NEAR(actual.c8 / expected.c8, 1.0, 1e-13);
        EXPECT_NEAR(actual.c10 / expected.c10, 1.0, 1e-13);
    };
    for (const int element : {1, 6, 7, 8}) {
        // x belongs to √Q.
        expect_equal(
            higher_order_dispersion(Sites(testing::with_shifted(
                                        dimer, &AtomProperties::dispersion_reaches, element, 0.1)),
                                    quadrupole_factor,
                                    decays),
            higher_order_dispersion(
                Sites(dimer), testing::scaled(quadrupole_factor, element, std::exp(0.2)), decays));
        expect_equal(
            higher_order_dispersion(Sites(testing::with_shifted(
                                        dimer, &AtomProperties::dispersion_decays, element, 0.1)),
                                    quadrupole_factor,
                                    decays),
            higher_order_dispersion(
                Sites(dimer), quadrupole_factor, testing::scaled(decays, element, std::exp(0.1))));
    }
}

// Order of the variables: R, then α, C6, √Q and √(c eʸ/σ) of both atoms.
TEST(HigherOrderPair, HasTheGradientThatAutomaticDifferentiationGives) {
    using Autodiff = boost::math::differentiation::autodiff_fvar<double, 1>;
    const HigherOrderDispersion weights{0.7, 0.4};
    std::mt19937 generator(33);
    for (int n = 0; n < 100; ++n) {
        std::array<double, 9> values = {testing::uniform(generator, 2.0, 15.0)};
        for (const std::size_t atom : {1U, 5U}) {
            values[atom] = testing::uniform(generator, 3.0, 12.0);
            values[atom + 1] = testing::uniform(generator, 5.0, 50.0);
            values[atom + 2] = testing::uniform(generator, 1.5, 3.5);
            values[atom + 3] = 1.05 / std::sqrt(testing::uniform(generator, 0.3, 0.6));
        }
        const auto atom_from = [](const auto& v, std::size_t first) {
            using Scalar = std::decay_t<decltype(v[0])>;
            return HigherOrderAtom<Scalar>{v[first], v[first + 1], v[first + 2], v[first + 3]};
        };
        const auto energy = [&](const auto& v) {
            using Scalar = std::decay_t<decltype(v[0])>;
            const auto [c8, c10] = higher_order_pair(atom_from(v, 1), atom_from(v, 5), v[0]);
            return Scalar(weights.c8 * c8 + weights.c10 * c10);
        };
        const HigherOrderPairGradient gradient = higher_order_pair_gradient(
            atom_from(values, 1), atom_from(values, 5), values[0], weights);
        const std::array<double, 9> actual = {gradient.distance,
                                              gradient.i.polarizability,
                                              gradient.i.c6,
                                              gradient.log_reach / values[3],
                                              gradient.log_decay / values[4],
                                              gradient.j.polarizability,
                                              gradient.j.c6,
                                              gradient.log_reach / values[7],
                                              gradient.log_decay / values[8]};
        const double scale = std::abs(energy(values));
        for (std::size_t k = 0; k < values.size(); ++k) {
            std::array<Autodiff, 9> variables;
            std::copy(values.begin(), values.end(), variables.begin());
            variables[k] = boost::math::differentiation::make_fvar<double, 1>(values[k]);
            // In units of E over the variable: a derivative may come out near zero.
            EXPECT_NEAR(actual[k], energy(variables).derivative(1u), 1e-12 * scale / values[k])
                << "variable " << k << " at distance " << values[0];
        }
    }
}

TEST(HigherOrderDispersion, NamesAnElementWithoutConstant) {
    const ElementConstants incomplete("quadrupole factor", {{1, 4.0}});
    const std::vector<Monomer> dimer = {argon({0, 0, 0}, 0.5), argon({0, 0, 7}, 0.5)};
    EXPECT_THAT(
        [&] { higher_order_dispersion(Sites(dimer), incomplete, tang_toennies_scale(1.0)); },
        ::testing::ThrowsMessage<ModelError>("no quadrupole factor for element Ar"));
}

}  // namespace
}  // namespace keesom

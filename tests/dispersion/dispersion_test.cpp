// SPDX-License-Identifier: BSD-3-Clause
#include "support/energy_term_checks.hpp"
#include "support/gradient_checks.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace keesom {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

DispersionParameters parameters() {
    return {.mbd = {.beta = 0.6},
            .c8_scale = 0.7,
            .c10_scale = 0.4,
            .tang_toennies_scale =
                ElementConstants("tang_toennies_scale", {{1, 1.2}, {6, 1.1}, {7, 1.0}, {8, 1.3}}),
            .quadrupole_factor = ElementConstants("quadrupole factor",
                                                  {{1, 4.03}, {6, 9.64}, {7, 7.35}, {8, 6.73}})};
}

double mbd_of(const Monomer& monomer) {
    return mbd_rsscs_energy(monomer.molecule().positions,
                            scaled_oscillators(monomer.molecule().atomic_numbers,
                                               monomer.properties().hirshfeld_ratios),
                            parameters().mbd);
}

/// All atoms of two monomers as one molecule.
Monomer merged(const Monomer& a, const Monomer& b) {
    Molecule molecule = a.molecule();
    molecule.atomic_numbers.insert(molecule.atomic_numbers.end(),
                                   b.molecule().atomic_numbers.begin(),
                                   b.molecule().atomic_numbers.end());
    molecule.positions.conservativeResize(3, a.size() + b.size());
    molecule.positions.rightCols(b.size()) = b.molecule().positions;
    AtomProperties properties(a.size() + b.size());
    properties.valence_populations << a.properties().valence_populations,
        b.properties().valence_populations;
    properties.valence_widths << a.properties().valence_widths, b.properties().valence_widths;
    properties.hirshfeld_ratios << a.properties().hirshfeld_ratios, b.properties().hirshfeld_ratios;
    return {molecule, properties};
}

TEST(Dispersion, IsEnergyOfAllMinusEachPlusPairs) {
    std::mt19937 generator(2);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 5);
    const Dispersion term(parameters());
    const double expected =
        mbd_of(merged(dimer[0], dimer[1])) - mbd_of(dimer[0]) - mbd_of(dimer[1]);
    EXPECT_LT(expected, -1e-4);
    EXPECT_NEAR(term.many_body_energy(Sites(dimer)), expected, 1e-14);

    const HigherOrderDispersion pairs = higher_order_dispersion(
        Sites(dimer), parameters().quadrupole_factor, parameters().tang_toennies_scale);
    EXPECT_DOUBLE_EQ(term.pairwise_energy(Sites(dimer)), 0.7 * pairs.c8 + 0.4 * pairs.c10);

    const EnergyComponents energy = term.energy(dimer);
    EXPECT_EQ(energy.dispersion,
              term.many_body_energy(Sites(dimer)) + term.pairwise_energy(Sites(dimer)));
    EXPECT_EQ(energy.total(), energy.dispersion);
}

TEST(Dispersion, HasTheSymmetriesOfAnInteractionEnergy) {
    std::mt19937 generator(4);
    const Dispersion term(parameters());
    testing::expect_symmetric(term, testing::random_monomers(generator, 2, 6), 1e-10);
    testing::expect_symmetric(term, testing::random_monomers(generator, 3, 4), 1e-10);
    testing::expect_symmetric(term, testing::random_monomers(generator, 4, 3), 1e-10);
}

TEST(Dispersion, HasAnExactGradient) {
    std::mt19937 generator(5);
    const Dispersion term(parameters());
    testing::expect_exact_gradient(term, testing::random_monomers(generator, 2, 5), 1e-7);
    testing::expect_exact_gradient(term, testing::random_monomers(generator, 3, 3), 1e-7);
}

TEST(Dispersion, IsNotAdditiveOverPairsOfMonomers) {
    std::mt19937 generator(6);
    const std::vector<Monomer> trimer = testing::random_monomers(generator, 3, 5);
    const Dispersion term(parameters());
    double pairs = 0.0;
    for (const auto& [a, b] : {std::pair{0u, 1u}, {0u, 2u}, {1u, 2u}}) {
        pairs += term.energy(std::vector{trimer[a], trimer[b]}).dispersion;
    }
    const double all = term.energy(trimer).dispersion;
    EXPECT_GT(std::abs(all - pairs), 1e-5 * std::abs(all));
    EXPECT_LT(std::abs(all - pairs), 0.3 * std::abs(all));
}

TEST(Dispersion, VanishesAtLargeSeparationWithoutNoise) {
    std::mt19937 generator(9);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 15);
    const Dispersion term(parameters());
    for (const double shift : {1e3, 1e4, 1e5}) {
        const Eigen::Vector3d direction(0.6, 0.0, 0.8);
        const std::vector<Monomer> apart = {dimer[0], dimer[1].translated(shift * direction)};
        EXPECT_LT(std::abs(term.energy(apart).dispersion), 1e-12) << shift;
    }
}

TEST(Dispersion, DecaysAsTheSixthPower) {
    std::mt19937 generator(10);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 4);
    const Dispersion term(parameters());
    const auto centered = [](const Monomer& monomer) {
        return monomer.translated(-monomer.molecule().positions.rowwise().mean());
    };
    const auto at = [&](double distance) {
        return term
            .energy(std::vector{centered(dimer[0]),
                                centered(dimer[1]).translated({0.0, 0.0, distance})})
            .dispersion;
    };
    EXPECT_NEAR(at(45.0) / at(90.0), 64.0, 64.0 * 0.05);
}

TEST(Dispersion, CatastropheIsAnErrorThatNamesTheClosestAtoms) {
    // Two potassium-like pairs with the range separation switched off.
    Molecule molecule{"K2", {19, 19}, Eigen::Matrix3Xd::Zero(3, 2), 0};
    molecule.positions(2, 1) = 7.0;
    AtomProperties properties(2);
    properties.valence_populations.setOnes();
    properties.valence_widths.setConstant(0.8);
    properties.hirshfeld_ratios.setOnes();
    const Monomer pair(molecule, properties);
    DispersionParameters constants = parameters();
    constants.mbd.beta = 0.05;
    constants.quadrupole_factor = ElementConstants("quadrupole factor", {{19, 30.0}});
    EXPECT_THAT(
        [&] {
            static_cast<void>(
                Dispersion(constants).energy(std::vector{pair, pair.translated({5.0, 0.0, 0.0})}));
        },
        ThrowsMessage<NumericalError>(HasSubstr("closest atoms 1 and 3 are 5 bohr apart")));
}

TEST(Dispersion, NamesElementsItHasNoConstantsFor) {
    std::mt19937 generator(12);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 4);
    DispersionParameters constants = parameters();
    constants.quadrupole_factor = ElementConstants("quadrupole factor", {{9, 4.0}});
    EXPECT_THAT([&] { static_cast<void>(Dispersion(constants).energy(dimer)); },
                ThrowsMessage<ModelError>(HasSubstr("no quadrupole factor for element")));
}

TEST(DispersionParameters, ValidateSaysWhatWasExpectedAndWhatWasGiven) {
    const auto with = [](auto change) {
        DispersionParameters constants = parameters();
        change(constants);
        return [constants] { Dispersion{constants}; };
    };
    EXPECT_NO_THROW(with([](DispersionParameters&) {})());
    EXPECT_THAT(with([](DispersionParameters& p) { p.mbd.beta = 0.0; }),
                ThrowsMessage<ModelError>("beta is 0, expected a positive number"));
    EXPECT_THAT(with([](DispersionParameters& p) { p.c8_scale = -0.5; }),
                ThrowsMessage<ModelError>("c8_scale is -0.5, expected 0 or a positive number"));
    EXPECT_THAT(with([](DispersionParameters& p) { p.c10_scale = std::nan(""); }),
                ThrowsMessage<ModelError>("c10_scale is nan, expected 0 or a positive number"));
    EXPECT_THAT(with([](DispersionParameters& p) {
                    p.tang_toennies_scale = ElementConstants("tang_toennies_scale", {{6, 0.0}});
                }),
                ThrowsMessage<ModelError>(
                    "tang_toennies_scale of element C is 0, expected a positive number"));
    EXPECT_THAT(with([](DispersionParameters& p) {
                    p.quadrupole_factor = ElementConstants("quadrupole factor", {{6, -1.0}});
                }),
                ThrowsMessage<ModelError>(
                    "quadrupole_factor of element C is -1, expected a positive number"));
}

}  // namespace
}  // namespace keesom

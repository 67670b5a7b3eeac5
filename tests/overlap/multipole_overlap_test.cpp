// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/energy_term_checks.hpp"
#include "support/gradient_checks.hpp"
#include "support/pair_gradient_checks.hpp"
#include "support/slater_oracle.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/multipoles/valence_density.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>
#include <keesom/overlap/multipole_overlap.hpp>
#include <keesom/overlap/overlap_pair.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace keesom {
namespace {

using testing::Real50;

ChargeTransferParameters transfer_parameters() {
    return {{"charge-transfer strength", {{1, 0.85}, {6, 0.3}, {7, 0.6}, {8, 0.5}}}, 1.12};
}

OverlapParameters make_parameters() {
    return {{"exchange amplitude", {{1, 1.9}, {6, 2.6}, {7, 2.4}, {8, 2.2}}},
            {"exchange decay scale", {{1, 1.05}, {6, 0.98}, {7, 1.01}, {8, 0.96}}},
            {"exchange dipole scale", {{1, 2.0}, {6, 3.0}, {7, 2.5}, {8, 3.5}}},
            {"exchange quadrupole scale", {{1, 1.5}, {6, 4.0}, {7, 3.5}, {8, 5.0}}},
            0.8};
}

ChargeTransfer make_charge_transfer() {
    return {transfer_parameters(), make_parameters()};
}

/// The model from scratch: every atom a cluster of displaced Slater densities, each pair of which
/// has the textbook overlap, in 50 digits.
double overlap_of_displaced_densities(const Monomer& a,
                                      const Monomer& b,
                                      const OverlapParameters& parameters) {
    const auto electrons = [&](const Monomer& monomer, Eigen::Index i) {
        const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
        const AtomProperties& properties = monomer.properties();
        const double K = parameters.amplitude(z) * std::exp(properties.exchange_amplitudes[i]);
        const double N = properties.valence_populations[i];
        const Multipole<double> charge = atomic_multipole(properties, i);
        return testing::displaced_charges(
            {K * std::pow(N, parameters.population_exponent),
             -K * parameters.dipole_scale(z) * charge.dipole -
                 K * properties.exchange_dipoles.col(i),
             -K * parameters.quadrupole_scale(z) * charge.quadrupole -
                 K * symmetric_matrix(properties.exchange_quadrupoles.col(i))},
            Real50(1e-9));
    };
    const auto rate = [&](const Monomer& monomer, Eigen::Index i) -> Real50 {
        const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
        return parameters.decay_scale(z) * std::exp(monomer.properties().exchange_decays[i]) /
               monomer.properties().valence_widths[i];
    };
    Real50 overlap = 0;
    for (Eigen::Index i = 0; i < a.size(); ++i) {
        for (Eigen::Index j = 0; j < b.size(); ++j) {
            const Real50 rate_a = rate(a, i);
            const Real50 rate_b = rate(b, j);
            overlap += testing::interact(
                electrons(a, i),
                electrons(b, j),
                b.molecule().positions.col(j) - a.molecule().positions.col(i),
                [&](const Real50& r) { return testing::textbook_overlap(rate_a, rate_b, r); });
        }
    }
    return static_cast<double>(overlap);
}

TEST(MultipoleOverlap, EqualsDisplacedDensities) {
    std::mt19937 generator(41);
    const OverlapParameters parameters = make_parameters();
    for (int trial = 0; trial < 3; ++trial) {
        const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 3);
        const double expected = overlap_of_displaced_densities(dimer[0], dimer[1], parameters);
        EXPECT_NEAR(multipole_overlap(Sites(dimer), parameters) / expected, 1.0, 1e-11);
    }
}

TEST(MultipoleOverlap, OfPairsDoesNotDependOnTheOthers) {
    testing::expect_additive(Exchange(make_parameters()), 1e-12);
    testing::expect_additive(make_charge_transfer(), 1e-12);
}

// Atoms that do not differ from their elements: only their constants, without the properties that
// would change them.
TEST(MultipoleOverlap, WithoutShortRangePropertiesIsThatOfTheConstants) {
    std::mt19937 generator(52);
    const OverlapParameters parameters = make_parameters();
    const std::vector<Monomer> pair =
        testing::without_short_range(testing::random_monomers(generator, 2, 1));
    const auto site = [&](const Monomer& atom) -> OverlapSite<double> {
        const int z = atom.molecule().atomic_numbers[0];
        const AtomProperties& properties = atom.properties();
        const double K = parameters.amplitude(z);
        const Multipole<double> charge = atomic_multipole(properties, 0);
        return {{K * std::pow(properties.valence_populations[0], parameters.population_exponent),
                 -K * parameters.dipole_scale(z) * charge.dipole,
                 -K * parameters.quadrupole_scale(z) * charge.quadrupole},
                parameters.decay_scale(z) / properties.valence_widths[0]};
    };
    const Eigen::Vector3d R =
        pair[1].molecule().positions.col(0) - pair[0].molecule().positions.col(0);
    const double expected = overlap_pair_energy(site(pair[0]), site(pair[1]), R);
    EXPECT_NEAR(multipole_overlap(Sites(pair), parameters) / expected, 1.0, 1e-13);
}

// The lone pair is where the negative charge is: an atom whose dipole points away from its neighbor
// has electrons on the neighbor's side.
TEST(MultipoleOverlap, GrowsOnTheElectronRichSide) {
    const auto atom = [](double z, double dipole) {
        AtomProperties properties(1);
        properties.dipoles.col(0) = Eigen::Vector3d(0.0, 0.0, dipole);
        properties.valence_populations << 6.0;
        properties.valence_widths << 0.45;
        properties.hirshfeld_ratios << 0.9;
        return Monomer({"", {8}, Eigen::Vector3d(0.0, 0.0, z), 0}, properties);
    };
    const OverlapParameters parameters = make_parameters();
    const auto overlap = [&](double dipole) {
        return multipole_overlap(Sites(std::vector<Monomer>{atom(0.0, dipole), atom(5.5, 0.0)}),
                                 parameters);
    };
    EXPECT_GT(overlap(-0.1), overlap(0.0));
    EXPECT_GT(overlap(0.0), overlap(0.1));
}

TEST(MultipoleOverlap, OfThreeMonomersIsTheSumOverPairs) {
    std::mt19937 generator(42);
    const std::vector<Monomer> m = testing::random_monomers(generator, 3, 5);
    const OverlapParameters parameters = make_parameters();
    const auto overlap = [&](const std::vector<Monomer>& monomers) {
        return multipole_overlap(Sites(monomers), parameters);
    };
    EXPECT_NEAR(
        overlap(m) / (overlap({m[0], m[1]}) + overlap({m[0], m[2]}) + overlap({m[1], m[2]})),
        1.0,
        1e-13);
    EXPECT_EQ(overlap({m[0]}), 0.0);
}

TEST(Exchange, IsTheOverlapAndRepels) {
    std::mt19937 generator(43);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 6);
    const EnergyComponents energy = Exchange(make_parameters()).energy(dimer);
    EXPECT_GT(energy.exchange, 0.0);
    EXPECT_EQ(energy.exchange, multipole_overlap(Sites(dimer), make_parameters()));
    EXPECT_EQ(energy.total(), energy.exchange);
}

TEST(Exchange, PropertiesScaleTheConstantsOfTheElement) {
    std::mt19937 generator(48);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 6);
    const auto exchange = [](const OverlapParameters& parameters,
                             const std::vector<Monomer>& monomers) {
        return Exchange(parameters).energy(monomers).exchange;
    };
    for (const int element : {1, 6, 7, 8}) {
        OverlapParameters larger = make_parameters();
        larger.amplitude = testing::scaled(larger.amplitude, element, std::exp(0.2));
        const std::vector<Monomer> shifted =
            testing::with_shifted(dimer, &AtomProperties::exchange_amplitudes, element, 0.2);
        EXPECT_NEAR(exchange(make_parameters(), shifted) / exchange(larger, dimer), 1.0, 1e-12);

        OverlapParameters steeper = make_parameters();
        steeper.decay_scale = testing::scaled(steeper.decay_scale, element, std::exp(0.1));
        const std::vector<Monomer> decaying =
            testing::with_shifted(dimer, &AtomProperties::exchange_decays, element, 0.1);
        EXPECT_NEAR(exchange(make_parameters(), decaying) / exchange(steeper, dimer), 1.0, 1e-12);
    }
}

TEST(ChargeTransfer, CountsAsInduction) {
    std::mt19937 generator(44);
    const EnergyComponents energy =
        make_charge_transfer().energy(testing::random_monomers(generator, 2, 6));
    EXPECT_LT(energy.induction, 0.0);
    EXPECT_EQ(energy.total(), energy.induction);
}

// Stretching all distances by s is the same as contracting all densities by it.
TEST(ChargeTransfer, IsMinusTheOverlapOfContractedDensities) {
    std::mt19937 generator(49);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 5);
    const double s = transfer_parameters().contraction;
    OverlapParameters contracted = make_parameters();
    for (const int element : {1, 6, 7, 8}) {
        const auto times = [&](ElementConstants& constants, double factor) {
            constants = testing::scaled(constants, element, factor);
        };
        times(contracted.amplitude, 1.0 / std::pow(s, 1.5));
        times(contracted.decay_scale, s);
        times(contracted.dipole_scale, 1.0 / s);
        times(contracted.quadrupole_scale, 1.0 / (s * s));
    }
    const std::vector<Monomer> changed = testing::with_changed_properties(
        dimer, [&](AtomProperties& properties, const std::vector<int>& elements) {
            for (std::size_t i = 0; i < elements.size(); ++i) {
                const auto atom = static_cast<Eigen::Index>(i);
                properties.exchange_amplitudes[atom] +=
                    std::log(shifted_strength(transfer_parameters().strength(elements[i]),
                                              properties.charge_transfer_strengths[atom]));
            }
            properties.exchange_dipoles /= s;
            properties.exchange_quadrupoles /= s * s;
        });
    const double expected = -multipole_overlap(Sites(changed), contracted);
    EXPECT_NEAR(make_charge_transfer().energy(dimer).induction / expected, 1.0, 1e-12);
}

TEST(ChargeTransfer, OfAPairIsAFractionOfItsExchangeAtALargerDistance) {
    std::mt19937 generator(50);
    const ChargeTransferParameters parameters = transfer_parameters();
    for (int trial = 0; trial < 20; ++trial) {
        const std::vector<Monomer> pair = testing::random_monomers(generator, 2, 1);
        const Eigen::Vector3d R =
            pair[1].molecule().positions.col(0) - pair[0].molecule().positions.col(0);
        const std::vector<Monomer> apart = {pair[0],
                                            pair[1].translated((parameters.contraction - 1.0) * R)};
        double expected = -Exchange(make_parameters()).energy(apart).exchange;
        for (const Monomer& atom : pair) {
            expected *= shifted_strength(parameters.strength(atom.molecule().atomic_numbers[0]),
                                         atom.properties().charge_transfer_strengths[0]);
        }
        EXPECT_NEAR(make_charge_transfer().energy(pair).induction / expected, 1.0, 1e-12);
    }
}

// Round atoms repel at every distance, ever less the farther they are apart.
TEST(ChargeTransfer, OfRoundAtomsIsSmallerThanExchangeWhateverTheirProperties) {
    std::mt19937 generator(51);
    const ChargeTransfer transfer(
        {{"charge-transfer strength", {{1, 0.9}, {6, 0.9}, {7, 0.9}, {8, 0.9}}}, 1.0},
        make_parameters());
    for (int trial = 0; trial < 50; ++trial) {
        const std::vector<Monomer> pair = testing::with_changed_properties(
            testing::random_monomers(generator, 2, 1),
            [&](AtomProperties& properties, const std::vector<int>&) {
                for (const AtomProperty& property : atom_properties()) {
                    if (!property.is_scalar()) {
                        property.values(properties).setZero();
                    }
                }
                properties.charge_transfer_strengths[0] = testing::uniform(generator, -5.0, 5.0);
                properties.exchange_amplitudes[0] = testing::uniform(generator, -5.0, 5.0);
                properties.exchange_decays[0] = testing::uniform(generator, -1.0, 1.0);
            });
        const Eigen::Vector3d R =
            pair[1].molecule().positions.col(0) - pair[0].molecule().positions.col(0);
        for (const double share : {0.1, 0.3, 1.0, 3.0}) {
            const std::vector<Monomer> placed = {pair[0], pair[1].translated((share - 1.0) * R)};
            const double exchange = Exchange(make_parameters()).energy(placed).exchange;
            for (const ChargeTransfer& term : {transfer, make_charge_transfer()}) {
                const double induction = term.energy(placed).induction;
                EXPECT_LE(induction, 0.0);
                EXPECT_LE(-induction, 0.81 * exchange * (1.0 + 1e-14));
            }
        }
    }
}

TEST(ChargeTransfer, StrengthStaysWithinItsLimits) {
    constexpr double largest = ChargeTransferParameters::largest_strength;
    for (const double x : {-50.0, -5.0, -0.3, 0.0, 0.3, 5.0, 50.0}) {
        EXPECT_EQ(shifted_strength(0.0, x), 0.0) << x;
        EXPECT_EQ(shifted_strength(largest, x), largest) << x;
        for (double strength = 0.01; strength < largest; strength += 0.07) {
            const double shifted = shifted_strength(strength, x);
            EXPECT_GT(shifted, 0.0) << strength << " " << x;
            EXPECT_LE(shifted, largest) << strength << " " << x;
            const double factor = std::exp(x);
            EXPECT_NEAR(
                shifted, strength * factor / (1.0 + strength / largest * (factor - 1.0)), 1e-14);
        }
    }
    EXPECT_NEAR(shifted_strength(0.4, 0.0), 0.4, 1e-15);
}

TEST(ChargeTransfer, NamesTheConstantOutOfRange) {
    const auto with = [](auto change) {
        ChargeTransferParameters parameters = transfer_parameters();
        change(parameters);
        return [parameters] { ChargeTransfer(parameters, make_parameters()); };
    };
    EXPECT_NO_THROW(with([](ChargeTransferParameters&) {})());
    EXPECT_THAT(with([](ChargeTransferParameters& p) {
                    p.strength = {"strength", {{8, 0.95}}};
                }),
                ::testing::ThrowsMessage<ModelError>("charge_transfer strength of element O is "
                                                     "0.95, expected a number from 0 to 0.9"));
    EXPECT_THAT(with([](ChargeTransferParameters& p) {
                    p.strength = {"strength", {{1, -0.1}}};
                }),
                ::testing::ThrowsMessage<ModelError>("charge_transfer strength of element H is "
                                                     "-0.1, expected a number from 0 to 0.9"));
    EXPECT_THAT(with([](ChargeTransferParameters& p) { p.contraction = 0.99; }),
                ::testing::ThrowsMessage<ModelError>(
                    "charge_transfer contraction is 0.99, expected 1 or more"));
    EXPECT_THAT(with([](ChargeTransferParameters& p) { p.contraction = std::nan(""); }),
                ::testing::ThrowsMessage<ModelError>(
                    "charge_transfer contraction is nan, expected 1 or more"));
}

TEST(Exchange, IsSymmetric) {
    std::mt19937 generator(45);
    const Exchange term(make_parameters());
    for (int trial = 0; trial < 3; ++trial) {
        testing::expect_symmetric(term, testing::random_monomers(generator, 2, 12), 1e-10);
    }
    testing::expect_symmetric(term, testing::random_monomers(generator, 3, 6), 1e-10);
}

TEST(ChargeTransfer, IsSymmetric) {
    std::mt19937 generator(46);
    testing::expect_symmetric(
        make_charge_transfer(), testing::random_monomers(generator, 3, 6), 1e-10);
}

TEST(Exchange, NamesTheElementWithoutConstant) {
    std::mt19937 generator(47);
    OverlapParameters parameters = make_parameters();
    parameters.quadrupole_scale = {"exchange quadrupole scale", {{9, 1.0}}};
    try {
        static_cast<void>(Exchange(parameters).energy(testing::random_monomers(generator, 2, 4)));
        FAIL() << "no error";
    } catch (const ModelError& error) {
        EXPECT_THAT(error.what(),
                    ::testing::StartsWith("no exchange quadrupole scale for element "));
    }
}

TEST(OverlapPair, GradientEqualsDifferencesOfTheEnergy) {
    std::mt19937 generator(46);
    constexpr std::size_t site_numbers = testing::multipole_numbers + 1;
    const auto site_from = [](const Real50* x) -> OverlapSite<Real50> {
        return {testing::multipole_from(x), x[testing::multipole_numbers]};
    };
    const auto energy = [&](const std::vector<Real50>& x) -> Real50 {
        return overlap_pair_energy<Real50>(
            site_from(x.data()),
            site_from(x.data() + site_numbers),
            Eigen::Map<const Vector3<Real50>>(x.data() + 2 * site_numbers));
    };
    const auto numbers = [](const auto& a, const auto& b, const auto& R) {
        std::vector<double> x;
        for (const auto* site : {&a, &b}) {
            testing::append(site->electrons, x);
            x.push_back(site->decay_rate);
        }
        x.insert(x.end(), R.data(), R.data() + 3);
        return x;
    };
    for (const double difference : {0.0, 1e-9, 1e-4, 0.05, 0.3, 1.3}) {
        for (const double r : {1.8, 4.0, 9.0}) {
            const OverlapSite<double> a{testing::random_multipole(generator), 2.1};
            const OverlapSite<double> b{testing::random_multipole(generator), 2.1 + difference};
            const Eigen::Vector3d R = r * testing::random_direction(generator);
            const auto gradient = overlap_pair_gradient(a, b, R);
            testing::expect_derivatives_of(
                energy, numbers(a, b, R), numbers(gradient.a, gradient.b, gradient.R), 1e-12);
        }
    }
}

TEST(Overlap, HasTheExactGradient) {
    std::mt19937 generator(47);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 5);
    const std::vector<Monomer> trimer = testing::random_monomers(generator, 3, 3);
    testing::expect_exact_gradient(Exchange(make_parameters()), dimer, 1e-9);
    testing::expect_exact_gradient(Exchange(make_parameters()), trimer, 1e-9);
    testing::expect_exact_gradient(make_charge_transfer(), dimer, 1e-9);
    testing::expect_exact_gradient(make_charge_transfer(), trimer, 1e-9);
}

}  // namespace
}  // namespace keesom

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

OverlapParameters make_parameters() {
    return {{"exchange amplitude", {{1, 1.9}, {6, 2.6}, {7, 2.4}, {8, 2.2}}},
            {"exchange decay scale", {{1, 1.05}, {6, 0.98}, {7, 1.01}, {8, 0.96}}},
            {"exchange dipole scale", {{1, 2.0}, {6, 3.0}, {7, 2.5}, {8, 3.5}}},
            {"exchange quadrupole scale", {{1, 1.5}, {6, 4.0}, {7, 3.5}, {8, 5.0}}},
            0.8};
}

/// The model from scratch: every atom a cluster of displaced Slater densities, each pair of which
/// has the textbook overlap, in 50 digits.
double overlap_of_displaced_densities(const Monomer& a,
                                      const Monomer& b,
                                      const OverlapParameters& parameters) {
    const auto electrons = [&](const Monomer& monomer, Eigen::Index i) {
        const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
        const double K = parameters.amplitude(z);
        const double N = monomer.properties().valence_populations[i];
        const Multipole<double> charge = atomic_multipole(monomer.properties(), i);
        return testing::displaced_charges({K * std::pow(N, parameters.population_exponent),
                                           -K * parameters.dipole_scale(z) * charge.dipole,
                                           -K * parameters.quadrupole_scale(z) * charge.quadrupole},
                                          Real50(1e-9));
    };
    const auto rate = [&](const Monomer& monomer, Eigen::Index i) -> Real50 {
        const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
        return parameters.decay_scale(z) / monomer.properties().valence_widths[i];
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

TEST(ChargeTransfer, IsMinusTheOverlapAndCountsAsInduction) {
    std::mt19937 generator(44);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 6);
    const EnergyComponents energy = ChargeTransfer(make_parameters()).energy(dimer);
    EXPECT_EQ(energy.induction, -multipole_overlap(Sites(dimer), make_parameters()));
    EXPECT_EQ(energy.total(), energy.induction);
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
        ChargeTransfer(make_parameters()), testing::random_monomers(generator, 3, 6), 1e-10);
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
    testing::expect_exact_gradient(ChargeTransfer(make_parameters()), dimer, 1e-9);
}

}  // namespace
}  // namespace keesom

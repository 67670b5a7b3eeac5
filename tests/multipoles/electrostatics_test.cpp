// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/energy_term_checks.hpp"
#include "support/gradient_checks.hpp"
#include "support/pair_gradient_checks.hpp"
#include "support/slater_oracle.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/multipoles/electrostatic_pair.hpp>
#include <keesom/multipoles/electrostatics.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <boost/math/special_functions/gamma.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace keesom {
namespace {

using testing::Real50;

ElementConstants decay_scale() {
    return {"decay scale", {{1, 1.1}, {6, 1.02}, {7, 0.97}, {8, 0.93}}};
}

Electrostatics make_term() {
    return Electrostatics({decay_scale()});
}

double electrostatic_energy(const std::vector<Monomer>& monomers) {
    return make_term().energy(monomers).electrostatics;
}

/// One atom of neon-like neutrality that can be given any multipole; carbon has the constants.
Monomer atom_monomer(const Eigen::Vector3d& position,
                     double charge,
                     const Eigen::Vector3d& dipole,
                     double population = 4.0) {
    Molecule molecule{"", {6}, position, 0};
    AtomProperties properties(1);
    properties.charges << charge;
    properties.dipoles = dipole;
    properties.valence_populations << population;
    properties.valence_widths << 0.5;
    properties.hirshfeld_ratios << 0.9;
    return {molecule, properties};
}

std::vector<Monomer> without_penetration_multipoles(const std::vector<Monomer>& monomers) {
    return testing::with_changed_properties(
        monomers, [](AtomProperties& properties, const std::vector<int>&) {
            properties.penetration_dipoles.setZero();
            properties.penetration_quadrupoles.setZero();
        });
}

/// Two monomers of an atom each, moved along the line between them.
std::vector<Monomer> at_distance(const std::vector<Monomer>& atoms, double r) {
    const Eigen::Vector3d R =
        atoms[1].molecule().positions.col(0) - atoms[0].molecule().positions.col(0);
    return {atoms[0], atoms[1].translated((r / R.norm() - 1.0) * R)};
}

/// The model from scratch: cores and valence densities as clusters of displaced charges that
/// interact through the textbook Coulomb integrals of monopoles, in 50 digits. Atoms whose valence
/// density has other multipoles than the points are no such clusters and have to be absent.
double energy_of_displaced_densities(const Monomer& a, const Monomer& b) {
    const Real50 step = 1e-9;
    Real50 energy = 0;
    for (Eigen::Index i = 0; i < a.size(); ++i) {
        for (Eigen::Index j = 0; j < b.size(); ++j) {
            const Eigen::Vector3d R = b.molecule().positions.col(j) - a.molecule().positions.col(i);
            const AtomProperties& of_a = a.properties();
            const AtomProperties& of_b = b.properties();
            const double population_a = of_a.valence_populations[i];
            const double population_b = of_b.valence_populations[j];
            Multipole<double> density_a = atomic_multipole(a.properties(), i);
            Multipole<double> density_b = atomic_multipole(b.properties(), j);
            const std::vector<testing::DisplacedCharge> core_a{
                {density_a.charge + population_a, Vector3<Real50>::Zero()}};
            const std::vector<testing::DisplacedCharge> core_b{
                {density_b.charge + population_b, Vector3<Real50>::Zero()}};
            density_a.charge = -population_a;
            density_b.charge = -population_b;
            const auto valence_a = testing::displaced_charges(density_a, step);
            const auto valence_b = testing::displaced_charges(density_b, step);
            const auto z_a = a.molecule().atomic_numbers[static_cast<std::size_t>(i)];
            const auto z_b = b.molecule().atomic_numbers[static_cast<std::size_t>(j)];
            const Real50 rate_a =
                decay_scale()(z_a) * std::exp(of_a.penetration_decays[i]) / of_a.valence_widths[i];
            const Real50 rate_b =
                decay_scale()(z_b) * std::exp(of_b.penetration_decays[j]) / of_b.valence_widths[j];

            using testing::interact;
            energy += interact(core_a, core_b, R, [](const Real50& r) -> Real50 { return 1 / r; });
            energy += interact(core_a, valence_b, R, [&](const Real50& r) -> Real50 {
                return (1 - testing::textbook_one_center(rate_b, r)[0]) / r;
            });
            energy += interact(valence_a, core_b, R, [&](const Real50& r) -> Real50 {
                return (1 - testing::textbook_one_center(rate_a, r)[0]) / r;
            });
            energy += interact(valence_a, valence_b, R, [&](const Real50& r) -> Real50 {
                return (1 - testing::textbook_two_center(rate_a, rate_b, r)[0]) / r;
            });
        }
    }
    return static_cast<double>(energy);
}

TEST(Electrostatics, EqualsDisplacedDensitiesInContact) {
    std::mt19937 generator(21);
    for (int trial = 0; trial < 3; ++trial) {
        const std::vector<Monomer> dimer =
            without_penetration_multipoles(testing::random_monomers(generator, 2, 3));
        const double expected = energy_of_displaced_densities(dimer[0], dimer[1]);
        EXPECT_NEAR(electrostatic_energy(dimer) / expected, 1.0, 1e-11);
    }
}

// Only the points tell the net multipoles from those of penetration: what is left of the energy
// without them does not change when the share that is met at the distance is moved to the net ones.
TEST(Electrostatics, PenetrationIsThatOfTheSumOfMultipoles) {
    std::mt19937 generator(28);
    const auto points = [](const std::vector<Monomer>& monomers) {
        const Sites sites(monomers);
        return interact(atomic_multipole(sites.properties(), 0),
                        atomic_multipole(sites.properties(), 1),
                        sites.pairs()[0].R,
                        point_factors(sites.pairs()[0].distance));
    };
    for (const double r : {0.8, 1.5, 3.0, 6.0}) {
        const std::vector<Monomer> dimer =
            at_distance(testing::random_monomers(generator, 2, 1), r);
        const double share = boost::math::gamma_p(6.0, 4.0 * r);
        const std::vector<Monomer> moved =
            without_penetration_multipoles(testing::with_changed_properties(
                dimer, [&](AtomProperties& properties, const std::vector<int>&) {
                    properties.dipoles += share * properties.penetration_dipoles;
                    properties.quadrupoles += share * properties.penetration_quadrupoles;
                }));
        const double penetration = electrostatic_energy(dimer) - points(dimer);
        EXPECT_NEAR((electrostatic_energy(moved) - points(moved)) / penetration, 1.0, 1e-10) << r;
        EXPECT_GT(std::abs(points(dimer) / points(moved) - 1.0), 1e-3) << r;
    }
}

// Points that make up for them would attract as r⁻⁵.
TEST(Electrostatics, PenetrationMultipolesFadeOutWhereAtomsCoincide) {
    std::mt19937 generator(31);
    for (int trial = 0; trial < 10; ++trial) {
        const std::vector<Monomer> pair = testing::random_monomers(generator, 2, 1);
        const auto effect = [&](double r) {
            const std::vector<Monomer> dimer = at_distance(pair, r);
            return electrostatic_energy(dimer) -
                   electrostatic_energy(without_penetration_multipoles(dimer));
        };
        EXPECT_NE(effect(0.08), 0.0);
        EXPECT_LT(std::abs(effect(0.02)), 0.5 * std::abs(effect(0.08)));
    }
}

TEST(Electrostatics, OfPairsDoesNotDependOnTheOthers) {
    testing::expect_additive(make_term(), 1e-11);
}

TEST(Electrostatics, WithoutShortRangePropertiesIsThatOfTheConstants) {
    std::mt19937 generator(30);
    const std::vector<Monomer> pair =
        testing::without_short_range(testing::random_monomers(generator, 2, 1));
    const auto site = [](const Monomer& atom) -> ElectrostaticSite<double> {
        const AtomProperties& properties = atom.properties();
        const Multipole<double> net = atomic_multipole(properties, 0);
        return {net,
                {-properties.valence_populations[0], net.dipole, net.quadrupole},
                decay_scale()(atom.molecule().atomic_numbers[0]) / properties.valence_widths[0]};
    };
    const Eigen::Vector3d R =
        pair[1].molecule().positions.col(0) - pair[0].molecule().positions.col(0);
    const double expected = electrostatic_pair_energy(site(pair[0]), site(pair[1]), R);
    EXPECT_NEAR(electrostatic_energy(pair) / expected, 1.0, 1e-14);
}

TEST(Electrostatics, PenetrationDecayScalesTheConstantOfTheElement) {
    std::mt19937 generator(29);
    const std::vector<Monomer> dimer = testing::random_monomers(generator, 2, 6);
    for (const int element : {1, 6, 7, 8}) {
        const Electrostatics scaled({testing::scaled(decay_scale(), element, std::exp(0.1))});
        const double expected = scaled.energy(dimer).electrostatics;
        EXPECT_NEAR(electrostatic_energy(testing::with_shifted(
                        dimer, &AtomProperties::penetration_decays, element, 0.1)),
                    expected,
                    1e-13);
    }
}

TEST(Electrostatics, EqualsClustersOfPointChargesFarAway) {
    std::mt19937 generator(22);
    const Monomer a = testing::random_monomer(generator, 5);
    const Monomer b =
        testing::random_monomer(generator, 5).translated(Eigen::Vector3d(25.0, 20.0, -15.0));
    Real50 expected = 0;
    for (Eigen::Index i = 0; i < a.size(); ++i) {
        for (Eigen::Index j = 0; j < b.size(); ++j) {
            expected += testing::interact(
                testing::displaced_charges(atomic_multipole(a.properties(), i), Real50(1e-9)),
                testing::displaced_charges(atomic_multipole(b.properties(), j), Real50(1e-9)),
                b.molecule().positions.col(j) - a.molecule().positions.col(i),
                [](const Real50& r) -> Real50 { return 1 / r; });
        }
    }
    const double relative = electrostatic_energy({a, b}) / static_cast<double>(expected);
    EXPECT_NEAR(relative, 1.0, 1e-10);
}

TEST(Electrostatics, OfDipolesFallsOffWithTheThirdPower) {
    const Eigen::Vector3d along(0.0, 0.0, 0.7);
    const auto energy = [&](double R) {
        return electrostatic_energy({atom_monomer(Eigen::Vector3d::Zero(), 0.0, along),
                                     atom_monomer(Eigen::Vector3d(0.0, 0.0, R), 0.0, along)});
    };
    EXPECT_NEAR(energy(40.0) * std::pow(40.0, 3) / (-2.0 * 0.49), 1.0, 1e-12);
    EXPECT_NEAR(energy(40.0) / energy(80.0), 8.0, 1e-11);
}

TEST(Electrostatics, OfIonsIsCoulombsLaw) {
    const Eigen::Vector3d none = Eigen::Vector3d::Zero();
    const double energy = electrostatic_energy(
        {atom_monomer(none, 1.0, none, 3.0), atom_monomer({30.0, 0.0, 0.0}, -1.0, none, 5.0)});
    EXPECT_NEAR(energy, -1.0 / 30.0, 1e-15);
}

// Nucleus and core of one atom enter the electrons of the other before the electrons meet.
TEST(Electrostatics, PenetrationOfNeutralAtomsAttracts) {
    const Eigen::Vector3d none = Eigen::Vector3d::Zero();
    const auto energy = [&](double R) {
        return electrostatic_energy(
            {atom_monomer(none, 0.0, none), atom_monomer({R, 0.0, 0.0}, 0.0, none)});
    };
    EXPECT_LT(energy(5.0), -1e-4);
    EXPECT_LT(energy(4.0), energy(5.0));
    EXPECT_NEAR(energy(40.0), 0.0, 1e-20);
}

TEST(Electrostatics, IsSymmetric) {
    std::mt19937 generator(23);
    for (int trial = 0; trial < 3; ++trial) {
        testing::expect_symmetric(make_term(), testing::random_monomers(generator, 2, 12), 1e-10);
    }
    testing::expect_symmetric(make_term(), testing::random_monomers(generator, 3, 6), 1e-10);
}

TEST(Electrostatics, OfThreeMonomersIsTheSumOverPairs) {
    std::mt19937 generator(24);
    const std::vector<Monomer> m = testing::random_monomers(generator, 3, 5);
    const double pairs = electrostatic_energy({m[0], m[1]}) + electrostatic_energy({m[0], m[2]}) +
                         electrostatic_energy({m[1], m[2]});
    EXPECT_NEAR(electrostatic_energy(m) / pairs, 1.0, 1e-12);
}

TEST(Electrostatics, OfOneMonomerVanishes) {
    std::mt19937 generator(25);
    EXPECT_EQ(electrostatic_energy(testing::random_monomers(generator, 1, 6)), 0.0);
}

TEST(Electrostatics, HasOnlyItsOwnComponent) {
    std::mt19937 generator(26);
    const EnergyComponents energy = make_term().energy(testing::random_monomers(generator, 2, 4));
    EXPECT_NE(energy.electrostatics, 0.0);
    EXPECT_EQ(energy.total(), energy.electrostatics);
}

TEST(Electrostatics, NamesTheElementWithoutUsableConstant) {
    const Eigen::Vector3d none = Eigen::Vector3d::Zero();
    const std::vector<Monomer> dimer{atom_monomer(none, 0.0, none),
                                     atom_monomer({5.0, 0.0, 0.0}, 0.0, none)};
    const auto message = [&](const ElementConstants& decay_scale) -> std::string {
        try {
            static_cast<void>(Electrostatics({decay_scale}).energy(dimer));
        } catch (const ModelError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message({"electrostatic decay scale", {{1, 1.0}}}),
              "no electrostatic decay scale for element C");
    EXPECT_EQ(message({"electrostatic decay scale", {{6, -1.5}}}),
              "electrostatics decay_scale of element C is -1.5, expected a positive number");
}

// Rates that are equal, nearly so, and on both sides of the change from one form of the Slater
// functions to the other.
TEST(ElectrostaticPair, GradientEqualsDifferencesOfTheEnergy) {
    std::mt19937 generator(26);
    constexpr std::size_t site_numbers = 2 * testing::multipole_numbers + 1;
    const auto site_from = [](const Real50* x) -> ElectrostaticSite<Real50> {
        return {testing::multipole_from(x),
                testing::multipole_from(x + testing::multipole_numbers),
                x[2 * testing::multipole_numbers]};
    };
    const auto energy = [&](const std::vector<Real50>& x) -> Real50 {
        return electrostatic_pair_energy<Real50>(
            site_from(x.data()),
            site_from(x.data() + site_numbers),
            Eigen::Map<const Vector3<Real50>>(x.data() + 2 * site_numbers));
    };
    const auto numbers = [](const auto& a, const auto& b, const auto& R) {
        std::vector<double> x;
        for (const auto* site : {&a, &b}) {
            testing::append(site->net, x);
            testing::append(site->outer, x);
            x.push_back(site->decay_rate);
        }
        x.insert(x.end(), R.data(), R.data() + 3);
        return x;
    };
    for (const double difference : {0.0, 1e-9, 1e-4, 0.05, 0.3, 1.3}) {
        for (const double r : {1.8, 4.0, 9.0}) {
            const auto random_site = [&](double decay_rate) -> ElectrostaticSite<double> {
                Multipole<double> valence = testing::random_multipole(generator);
                valence.charge = -testing::uniform(generator, 0.7, 6.0);
                return {testing::random_multipole(generator), valence, decay_rate};
            };
            const ElectrostaticSite<double> a = random_site(2.1);
            const ElectrostaticSite<double> b = random_site(2.1 + difference);
            const Eigen::Vector3d R = r * testing::random_direction(generator);
            const auto gradient = electrostatic_pair_gradient(a, b, R);
            testing::expect_derivatives_of(
                energy, numbers(a, b, R), numbers(gradient.a, gradient.b, gradient.R), 1e-12);
        }
    }
}

TEST(Electrostatics, HasTheExactGradient) {
    std::mt19937 generator(27);
    testing::expect_exact_gradient(make_term(), testing::random_monomers(generator, 2, 5), 1e-9);
    testing::expect_exact_gradient(make_term(), testing::random_monomers(generator, 3, 3), 1e-9);
}

}  // namespace
}  // namespace keesom

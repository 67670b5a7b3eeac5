// SPDX-License-Identifier: BSD-3-Clause
#include "dispersion/oscillator_gradient_checks.hpp"
#include "dispersion/slow_mbd.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/screening.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

namespace keesom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Oscillators argon(int n_atoms) {
    const std::vector<int> atomic_numbers(static_cast<std::size_t>(n_atoms), 18);
    return scaled_oscillators(atomic_numbers, Eigen::VectorXd::Ones(n_atoms));
}

Eigen::Matrix3Xd dimer(double distance) {
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 2);
    positions.col(1) = distance * Eigen::Vector3d(2.0, -3.0, 6.0) / 7.0;
    return positions;
}

// The number that libMBD prints for its self-check. It is at 4 Å, with 0.529177249 Å for a bohr.
TEST(ManyBodyDispersion, OfArgonDimerAgreesWithLibMbd) {
    const double expected = -0.0002462647623815428;
    const double actual = mbd_rsscs_energy(dimer(4.0 / 0.529177249), argon(2), {0.83});
    EXPECT_NEAR(actual, expected, 1e-9 * std::abs(expected));
}

void expect_energy_of_the_slow_route(std::mt19937& generator, int n_atoms, double beta) {
    const auto [positions, atoms] = testing::random_atoms(generator, n_atoms);
    const MbdOptions options{beta};
    const Oscillators screened = testing::slow_screening(positions, atoms, options);
    const double expected = testing::slow_coupled_energy(positions, screened, options);
    EXPECT_NEAR(mbd_rsscs_energy(positions, atoms, options) / expected, 1.0, 1e-10)
        << n_atoms << " atoms, beta " << beta;
}

TEST(ManyBodyDispersion, AgreesWithTheSlowRoute) {
    std::mt19937 generator(5);
    for (const int n_atoms : {2, 3, 7, 12}) {
        for (const double beta : {0.5, 0.83}) {
            expect_energy_of_the_slow_route(generator, n_atoms, beta);
        }
    }
}

TEST(ManyBodyDispersion, AgreesWithTheSlowRouteWhereFrequenciesAreScreenedOneAfterTheOther) {
    std::mt19937 generator(6);
    expect_energy_of_the_slow_route(generator, 81, 0.83);
}

TEST(CoupledOscillators, EnergyIsTheIntegralOverImaginaryFrequency) {
    std::mt19937 generator(8);
    for (const int n_atoms : {2, 6, 15, 100}) {
        const auto [positions, atoms] = testing::random_atoms(generator, n_atoms);
        const MbdOptions options{1.0};
        const double expected = testing::slow_coupled_energy(positions, atoms, options);
        EXPECT_LT(expected, -1e-5);
        EXPECT_NEAR(coupled_oscillator_energy(positions, atoms, options) / expected, 1.0, 1e-10);
    }
}

TEST(CoupledOscillators, GradientIsExactByEveryNumber) {
    std::mt19937 generator(13);
    for (const int n_atoms : {4, 8}) {
        const auto [positions, atoms] = testing::random_atoms(generator, n_atoms);
        const MbdOptions options{1.0};
        const auto energy = [&](const Eigen::Matrix3Xd& r, const Oscillators& oscillators) {
            return coupled_oscillator_energy(r, oscillators, options);
        };
        OscillatorGradient gradient;
        EXPECT_DOUBLE_EQ(coupled_oscillator_energy(positions, atoms, options, &gradient),
                         energy(positions, atoms));
        testing::expect_oscillator_gradient(energy, positions, atoms, gradient, 1e-7);
    }
}

TEST(ManyBodyDispersion, GradientIsExactByEveryNumber) {
    std::mt19937 generator(14);
    for (const int n_atoms : {4, 8}) {
        for (const double beta : {0.5, 0.83}) {
            const auto [positions, atoms] = testing::random_atoms(generator, n_atoms);
            const MbdOptions options{beta};
            const auto energy = [&](const Eigen::Matrix3Xd& r, const Oscillators& oscillators) {
                return mbd_rsscs_energy(r, oscillators, options);
            };
            OscillatorGradient gradient;
            EXPECT_DOUBLE_EQ(mbd_rsscs_energy(positions, atoms, options, &gradient),
                             energy(positions, atoms));
            testing::expect_oscillator_gradient(energy, positions, atoms, gradient, 1e-7);
        }
    }
}

// Along the line joining two equal oscillators, H has the eigenvalues ω²(1 ± 2αf/R³), across it
// ω²(1 ± αf/R³).
// Along one direction of all numbers, since there are many.
TEST(ManyBodyDispersion, GradientIsExactWhereFrequenciesAreScreenedOneAfterTheOther) {
    std::mt19937 generator(15);
    const auto [positions, atoms] = testing::random_atoms(generator, 81);
    const MbdOptions options{0.83};
    OscillatorGradient gradient;
    mbd_rsscs_energy(positions, atoms, options, &gradient);
    const Eigen::Matrix3Xd shift = Eigen::Matrix3Xd::Random(3, 81);
    const Eigen::VectorXd share = Eigen::VectorXd::Random(81);
    const auto energy = [&](double t) {
        const Eigen::VectorXd factor = (1.0 + t * share.array()).matrix();
        return mbd_rsscs_energy(positions + t * shift,
                                {atoms.polarizabilities.cwiseProduct(factor),
                                 atoms.c6.cwiseProduct(factor),
                                 atoms.vdw_radii.cwiseProduct(factor)},
                                options);
    };
    const double expected =
        gradient.positions.cwiseProduct(shift).sum() +
        gradient.polarizabilities.cwiseProduct(atoms.polarizabilities).dot(share) +
        gradient.c6.cwiseProduct(atoms.c6).dot(share) +
        gradient.vdw_radii.cwiseProduct(atoms.vdw_radii).dot(share);
    const double h = 1e-4;
    const double numerical =
        (8.0 * (energy(h) - energy(-h)) - (energy(2.0 * h) - energy(-2.0 * h))) / (12.0 * h);
    EXPECT_NEAR(numerical / expected, 1.0, 1e-7);
}

TEST(CoupledOscillators, EqualPairHasItsClosedForm) {
    const double distance = 6.0;
    const double f = 1.0 / (1.0 + std::exp(-6.0 * (distance / (0.83 * 7.1) - 1.0)));
    // Up to where the energy has to come from eigenvalues, and the lowest of them is close to 0.
    for (const double x : {0.001, 0.1, 0.4, 0.49, 0.499, 0.4999, 0.4999999}) {
        Oscillators atoms = argon(2);
        const double omega = atoms.frequencies()[0];
        atoms.polarizabilities.setConstant(x * std::pow(distance, 3) / f);
        atoms.c6 = 0.75 * omega * atoms.polarizabilities.cwiseAbs2();
        const double expected = 0.5 * omega *
                                (std::sqrt(1 + 2 * x) + std::sqrt(1 - 2 * x) +
                                 2 * std::sqrt(1 + x) + 2 * std::sqrt(1 - x) - 6.0);
        EXPECT_NEAR(coupled_oscillator_energy(dimer(distance), atoms, {0.83}),
                    expected,
                    1e-15 / std::sqrt(1 - 2 * x))
            << x;
    }
}

TEST(ManyBodyDispersion, OfSingleAtomsAndOfNothingIsZero) {
    EXPECT_NEAR(mbd_rsscs_energy(Eigen::Matrix3Xd::Zero(3, 1), argon(1), {0.83}), 0.0, 1e-15);
    EXPECT_EQ(mbd_rsscs_energy(Eigen::Matrix3Xd(3, 0), argon(0), {0.83}), 0.0);
}

TEST(ManyBodyDispersion, OfSingleAtomsAndOfNothingHasNoGradient) {
    OscillatorGradient gradient;
    mbd_rsscs_energy(Eigen::Matrix3Xd::Zero(3, 1), argon(1), {0.83}, &gradient);
    EXPECT_EQ(gradient.positions, Eigen::Matrix3Xd::Zero(3, 1));
    EXPECT_NEAR(gradient.polarizabilities[0], 0.0, 1e-15);
    EXPECT_NEAR(gradient.c6[0], 0.0, 1e-15);
    EXPECT_EQ(gradient.vdw_radii[0], 0.0);
    mbd_rsscs_energy(Eigen::Matrix3Xd(3, 0), argon(0), {0.83}, &gradient);
    EXPECT_EQ(gradient.positions.cols(), 0);
}

TEST(ManyBodyDispersion, ApproachesCasimirPolderC6OverR6) {
    const Oscillators atoms = scaled_oscillators(std::vector{6, 18}, Eigen::Vector2d(0.85, 1.0));
    const FrequencyGrid grid = gauss_legendre_frequencies(60);
    double c6 = 0.0;
    for (Eigen::Index k = 0; k < grid.size(); ++k) {
        const Eigen::VectorXd alpha = atoms.dynamic_polarizabilities(grid.frequencies[k]);
        c6 += 3.0 / std::numbers::pi * grid.weights[k] * alpha[0] * alpha[1];
    }
    // The same in closed form (London).
    const Eigen::VectorXd omega = atoms.frequencies();
    EXPECT_NEAR(c6, 1.5 * atoms.polarizabilities.prod() * omega.prod() / omega.sum(), 1e-12 * c6);
    const double distance = 40.0;
    const double energy =
        mbd_rsscs_energy(dimer(distance), atoms, {.beta = 0.83, .n_frequencies = 60});
    EXPECT_NEAR(energy * std::pow(distance, 6) / -c6, 1.0, 1e-6);
}

// Axilrod and Teller: C9 (1 + 3 cos cos cos)/(R³R³R³), C9 = 9α³ω/16 for equal oscillators.
TEST(ManyBodyDispersion, OfThreeDistantAtomsHasTheTripleDipoleEnergy) {
    const Oscillators one = argon(1);
    const double alpha = one.polarizabilities[0];
    const double c9 = 9.0 / 16.0 * alpha * alpha * alpha * one.frequencies()[0];
    const double r = 25.0;
    const auto non_additive = [&](const Eigen::Matrix3Xd& positions) {
        double energy = mbd_rsscs_energy(positions, argon(3), {0.83});
        for (const auto& [i, j] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
            Eigen::Matrix3Xd pair(3, 2);
            pair << positions.col(i), positions.col(j);
            energy -= mbd_rsscs_energy(pair, argon(2), {0.83});
        }
        return energy;
    };
    Eigen::Matrix3Xd triangle = Eigen::Matrix3Xd::Zero(3, 3);
    triangle(0, 1) = r;
    triangle.col(2) << 0.5 * r, std::sqrt(0.75) * r, 0.0;
    EXPECT_NEAR(non_additive(triangle) / (11.0 / 8.0 * c9 / std::pow(r, 9)), 1.0, 0.01);

    Eigen::Matrix3Xd line = Eigen::Matrix3Xd::Zero(3, 3);
    line.row(1) << 0.0, r, 2.0 * r;
    EXPECT_NEAR(non_additive(line) / (-2.0 / 8.0 * c9 / std::pow(r, 9)), 1.0, 0.01);
}

TEST(CoupledOscillators, NegativeEigenvalueIsAnErrorThatNamesTheClosestAtoms) {
    const Oscillators atoms{Eigen::VectorXd::Constant(3, 290.0),
                            Eigen::VectorXd::Constant(3, 3900.0),
                            Eigen::VectorXd::Constant(3, 3.7)};
    Eigen::Matrix3Xd positions(3, 3);
    positions << 0.0, 40.0, 3.0,  //
        0.0, 0.0, 4.0,            //
        0.0, 0.0, 0.0;
    EXPECT_THAT(
        [&] { coupled_oscillator_energy(positions, atoms, {0.3}); },
        ThrowsMessage<NumericalError>(AllOf(
            HasSubstr("many-body dispersion has 3 eigenvalues that are not positive, lowest -"),
            HasSubstr("closest atoms 1 and 3 are 5 bohr apart"))));
    EXPECT_NO_THROW(coupled_oscillator_energy(3.0 * positions, atoms, {0.3}));
}

TEST(CoupledOscillators, CannotBeBuiltFromInvalidNumbers) {
    EXPECT_THAT([] { mbd_rsscs_energy(dimer(7.0), argon(3), {0.83}); },
                ThrowsMessage<InputError>(HasSubstr("do not describe 2 atoms")));
    Oscillators atoms = argon(2);
    atoms.polarizabilities[1] = -1.5;
    EXPECT_THAT(
        [&] { mbd_rsscs_energy(dimer(7.0), atoms, {0.83}); },
        ThrowsMessage<InputError>("polarizability of atom 2 is -1.5, expected a positive number"));
}

TEST(MbdOptions, ValidateSaysWhatWasExpectedAndWhatWasGiven) {
    const auto validate = [](const MbdOptions& options) { return [=] { options.validate(); }; };
    EXPECT_NO_THROW(validate({0.83})());
    EXPECT_THAT(validate({-0.83}),
                ThrowsMessage<ModelError>("beta is -0.83, expected a positive number"));
    EXPECT_THAT(validate({std::nan("")}),
                ThrowsMessage<ModelError>("beta is nan, expected a positive number"));
    EXPECT_THAT(validate({0.83, 0.0}),
                ThrowsMessage<ModelError>("steepness is 0, expected a positive number"));
    EXPECT_THAT(validate({0.83, 6.0, 0}),
                ThrowsMessage<InputError>("expected 1 to 200 frequencies, got 0"));
    EXPECT_THROW(mbd_rsscs_energy(dimer(7.0), argon(2), {0.0}), ModelError);
}

}  // namespace
}  // namespace keesom

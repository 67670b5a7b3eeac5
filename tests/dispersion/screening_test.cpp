// SPDX-License-Identifier: BSD-3-Clause
#include "dispersion/oscillator_gradient_checks.hpp"
#include "dispersion/slow_mbd.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/dispersion/screening.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace keesom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

double largest_relative_difference(const Eigen::VectorXd& actual, const Eigen::VectorXd& expected) {
    return (actual.array() / expected.array() - 1.0).abs().maxCoeff();
}

TEST(Screening, AgreesWithFullMatrixInversion) {
    std::mt19937 generator(11);
    for (const int n_atoms : {1, 2, 5, 12}) {
        for (const MbdOptions& options :
             {MbdOptions{0.5}, MbdOptions{0.83}, MbdOptions{1.2, 9.0, 7}}) {
            const auto [positions, atoms] = testing::random_atoms(generator, n_atoms);
            const Oscillators actual = range_separated_screening(
                positions, atoms, options, gauss_legendre_frequencies(options.n_frequencies));
            const Oscillators expected = testing::slow_screening(positions, atoms, options);
            EXPECT_LT(
                largest_relative_difference(actual.polarizabilities, expected.polarizabilities),
                1e-11);
            EXPECT_LT(largest_relative_difference(actual.c6, expected.c6), 1e-11);
            EXPECT_LT(largest_relative_difference(actual.vdw_radii, expected.vdw_radii), 1e-12);
        }
    }
}

// An energy that depends on every screened number, and on the positions besides, linearly.
TEST(Screening, PassesOnDerivativesByEveryNumber) {
    std::mt19937 generator(12);
    for (const int n_atoms : {1, 2, 6}) {
        for (const MbdOptions& options : {MbdOptions{0.5}, MbdOptions{0.83}}) {
            const auto [positions, atoms] = testing::random_atoms(generator, n_atoms);
            const FrequencyGrid grid = gauss_legendre_frequencies(options.n_frequencies);
            OscillatorGradient slopes(n_atoms);
            slopes.positions.setRandom();
            slopes.polarizabilities.setRandom();
            slopes.c6.setRandom();
            slopes.vdw_radii.setRandom();
            const auto energy = [&](const Eigen::Matrix3Xd& r, const Oscillators& oscillators) {
                const Oscillators screened =
                    range_separated_screening(r, oscillators, options, grid);
                return slopes.positions.cwiseProduct(r).sum() +
                       slopes.polarizabilities.dot(screened.polarizabilities) +
                       slopes.c6.dot(screened.c6) + slopes.vdw_radii.dot(screened.vdw_radii);
            };
            const OscillatorGradient gradient =
                screening_gradient(positions, atoms, options, grid, slopes);
            testing::expect_oscillator_gradient(energy, positions, atoms, gradient, 1e-8);
        }
    }
}

TEST(Screening, LeavesALoneAtomAsItIs) {
    const Oscillators atom = scaled_oscillators(std::vector{6}, Eigen::VectorXd::Constant(1, 0.8));
    const Oscillators screened = range_separated_screening(
        Eigen::Matrix3Xd::Zero(3, 1), atom, {0.83}, gauss_legendre_frequencies(15));
    EXPECT_NEAR(screened.polarizabilities[0], atom.polarizabilities[0], 1e-14);
    EXPECT_NEAR(screened.vdw_radii[0], atom.vdw_radii[0], 1e-14);
    EXPECT_NEAR(screened.c6[0] / atom.c6[0], 1.0, 1e-8);
}

TEST(Screening, LeavesDistantAtomsAsTheyAre) {
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 2);
    positions(2, 1) = 50.0;
    const Oscillators atoms = scaled_oscillators(std::vector{6, 18}, Eigen::VectorXd::Ones(2));
    const Oscillators screened =
        range_separated_screening(positions, atoms, {0.83}, gauss_legendre_frequencies(15));
    EXPECT_LT(largest_relative_difference(screened.polarizabilities, atoms.polarizabilities),
              1e-14);
}

TEST(Screening, NeverChangesTheRadiusToPolarizabilityRelation) {
    std::mt19937 generator(3);
    const auto [positions, atoms] = testing::random_atoms(generator, 8);
    const Oscillators screened =
        range_separated_screening(positions, atoms, {0.83}, gauss_legendre_frequencies(15));
    const Eigen::ArrayXd before = atoms.vdw_radii.array().cube() / atoms.polarizabilities.array();
    const Eigen::ArrayXd after =
        screened.vdw_radii.array().cube() / screened.polarizabilities.array();
    EXPECT_LT(largest_relative_difference(after, before), 1e-13);
}

// Three soft clouds within each other, of which a range separation like a knife leaves only the
// two short contacts.
TEST(Screening, DivergingResponseIsAnErrorThatNamesTheClosestAtoms) {
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 3);
    positions.row(0) << 0.0, 0.9, 1.81;
    const Oscillators atoms{Eigen::VectorXd::Constant(3, 300.0),
                            Eigen::VectorXd::Constant(3, 4000.0),
                            Eigen::VectorXd::Constant(3, 0.7)};
    EXPECT_THAT(
        [&] {
            range_separated_screening(
                positions, atoms, {1.0, 500.0}, gauss_legendre_frequencies(15));
        },
        ::testing::ThrowsMessage<NumericalError>(
            "screened polarizabilities diverge, closest atoms 1 and 2 are 0.9 bohr apart"));
}

TEST(Screening, NegativePolarizabilityIsAnErrorThatNamesTheAtom) {
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 2);
    positions(1, 1) = 1.0;
    const Oscillators atoms{
        Eigen::Vector2d(0.5, 300.0), Eigen::Vector2d(0.4, 4000.0), Eigen::Vector2d(3.0, 5.0)};
    EXPECT_THAT(
        [&] { range_separated_screening(positions, atoms, {1.0}, gauss_legendre_frequencies(15)); },
        ::testing::ThrowsMessage<NumericalError>(
            AllOf(HasSubstr("screened polarizability of atom 1 is negative"),
                  HasSubstr("closest atoms 1 and 2 are 1 bohr apart"))));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Representations of atoms and molecules against what they promise, invariance, and what they do
// not: that what differs looks different, and what is near looks near.
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/molecule.hpp>
#include <keesom/ml/descriptors/coulomb_matrix.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>
#include <keesom/ml/descriptors/symmetry_functions.hpp>

#include <Eigen/Geometry>
#include <boost/math/quadrature/gauss.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <numeric>
#include <random>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>
#include <utility>
#include <vector>

namespace keesom {
namespace {

using testing::random_environment;
using testing::random_rotation;
using testing::relative_deviation;
using testing::small_descriptor;
using testing::turned;

SymmetryFunctionOptions some_functions() {
    SymmetryFunctionOptions options;
    options.elements = {1, 6, 8};
    options.cutoff_radius = 7.0;
    options.radial = {{0.5, 0.0}, {1.0, 2.0}, {1.0, 4.0}};
    options.angular = {{0.01, 1.0, 1}, {0.01, 4.0, -1}, {0.05, 2.5, 1}};
    return options;
}

Molecule molecule_of(std::vector<int> elements, Eigen::Matrix3Xd positions) {
    Molecule molecule;
    molecule.atomic_numbers = std::move(elements);
    molecule.positions = std::move(positions);
    return molecule;
}

/// Of no symmetry, with several atoms of equal elements.
Molecule random_molecule(std::mt19937& random) {
    const AtomicEnvironment environment = random_environment(random, 7);
    return molecule_of(environment.neighbor_elements, 0.6 * environment.displacements);
}

std::vector<std::size_t> random_order(std::mt19937& random, Eigen::Index count) {
    std::vector<std::size_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

/// The same atoms under other numbers.
template <class Atoms>
void reorder(const std::vector<std::size_t>& order, std::vector<int>& elements, Atoms& places) {
    const std::vector<int> old_elements = elements;
    const Atoms old_places = places;
    for (std::size_t i = 0; i < order.size(); ++i) {
        elements[i] = old_elements[order[i]];
        places.col(static_cast<Eigen::Index>(i)) =
            old_places.col(static_cast<Eigen::Index>(order[i]));
    }
}

AtomicEnvironment reordered(AtomicEnvironment environment, std::mt19937& random) {
    reorder(random_order(random, environment.displacements.cols()),
            environment.neighbor_elements,
            environment.displacements);
    return environment;
}

Molecule moved(Molecule molecule, std::mt19937& random, double determinant) {
    reorder(random_order(random, molecule.size()), molecule.atomic_numbers, molecule.positions);
    molecule.positions = (determinant * random_rotation(random) * molecule.positions).colwise() +
                         Eigen::Vector3d(3.0, -7.0, 11.0);
    return molecule;
}

Eigen::VectorXd power_spectrum(const AtomicEnvironment& environment) {
    const DensityExpansion expansion(small_descriptor());
    const CovariantSpectrum spectrum(0, expansion.channels(), expansion.max_angular());
    Eigen::MatrixXd tensors(spectrum.size(), 1);
    spectrum.evaluate(expansion.expand(environment), tensors);
    return tensors;
}

// ---- Symmetry functions.

TEST(SymmetryFunctions, DoNotChangeUnderRotationReflectionAndRelabeling) {
    std::mt19937 random(401);
    const SymmetryFunctions functions(some_functions());
    for (int n = 0; n < 20; ++n) {
        const AtomicEnvironment environment = random_environment(random, 9);
        const Eigen::VectorXd before = functions.evaluate(environment);
        for (const double determinant : {1.0, -1.0}) {
            const Eigen::Matrix3d turn = determinant * random_rotation(random);
            const Eigen::VectorXd after =
                functions.evaluate(reordered(turned(environment, turn), random));
            EXPECT_LT(relative_deviation(after, before), 1e-12);
        }
    }
}

TEST(SymmetryFunctions, ChangeWhenAtomsOfDifferentElementsChangePlaces) {
    std::mt19937 random(402);
    const SymmetryFunctions functions(some_functions());
    AtomicEnvironment environment = random_environment(random, 9);
    environment.displacements *= 0.7;
    const Eigen::VectorXd before = functions.evaluate(environment);
    std::swap(environment.neighbor_elements[0], environment.neighbor_elements[1]);
    EXPECT_GT(relative_deviation(functions.evaluate(environment), before), 1e-3);
}

// Two hydrogens and a carbon about an oxygen, by sides and angles of triangles: law of cosines, no
// vectors. Each pair is counted once.
TEST(SymmetryFunctions, AreTheSumsOfThePaperWithEachPairOnce) {
    constexpr double r_h = 1.81;
    constexpr double r_c = 2.68;
    const double angle_hh = 104.5 * std::numbers::pi / 180.0;
    const double angle_ch = 120.0 * std::numbers::pi / 180.0;
    // The first hydrogen at angle 0, the second at 104.5°, the carbon at −120° of the same plane.
    AtomicEnvironment environment;
    environment.element = 8;
    environment.neighbor_elements = {1, 6, 1};
    environment.displacements.resize(3, 3);
    environment.displacements << r_h, r_c * std::cos(angle_ch), r_h * std::cos(angle_hh),  //
        0.0, -r_c * std::sin(angle_ch), r_h * std::sin(angle_hh),                          //
        0.0, 0.0, 0.0;
    const double angle_hc_other = 2.0 * std::numbers::pi - angle_ch - angle_hh;

    SymmetryFunctionOptions options;
    options.elements = {1, 6};
    options.cutoff_radius = 6.0;
    options.radial = {{0.8, 1.5}};
    options.angular = {{0.03, 3.0, -1}};
    const auto fade = [](double r) { return std::pow(std::cos(std::numbers::pi * r / 12.0), 2); };
    const auto radial = [&](double r) { return std::exp(-0.8 * (r - 1.5) * (r - 1.5)) * fade(r); };
    const auto pair = [&](double a, double b, double angle) {
        const double side = std::sqrt(a * a + b * b - 2.0 * a * b * std::cos(angle));
        return 0.25 * std::pow(1.0 - std::cos(angle), 3) *
               std::exp(-0.03 * (a * a + b * b + side * side)) * fade(a) * fade(b) * fade(side);
    };
    Eigen::VectorXd expected(5);
    expected << 2.0 * radial(r_h), radial(r_c), pair(r_h, r_h, angle_hh),
        pair(r_h, r_c, angle_ch) + pair(r_h, r_c, angle_hc_other), 0.0;

    const SymmetryFunctions functions(options);
    ASSERT_EQ(functions.size(), 5);
    EXPECT_LT((functions.evaluate(environment) - expected).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(SymmetryFunctions, CutoffFallsToNothingWithoutSlope) {
    constexpr double cutoff = 7.0;
    EXPECT_DOUBLE_EQ(cosine_cutoff(0.0, cutoff), 1.0);
    EXPECT_DOUBLE_EQ(cosine_cutoff(0.5 * cutoff, cutoff), 0.5);
    EXPECT_EQ(cosine_cutoff(cutoff, cutoff), 0.0);
    EXPECT_EQ(cosine_cutoff(cutoff + 1.0, cutoff), 0.0);
    // Just inside it is half the curvature π²/2R_c² times the square of the distance to it.
    const double curvature = 0.5 * std::pow(std::numbers::pi / cutoff, 2);
    for (const double h : {1e-2, 1e-3}) {
        EXPECT_NEAR(cosine_cutoff(cutoff - h, cutoff) / (0.5 * curvature * h * h), 1.0, 1e-5);
    }
    // So do the functions when a neighbor leaves.
    const SymmetryFunctions functions(some_functions());
    AtomicEnvironment environment;
    environment.neighbor_elements = {1, 6};
    environment.displacements.resize(3, 2);
    for (const double h : {-1e-5, 1e-5}) {
        environment.displacements << 2.0, cutoff + h, 1.0, 0.0, 0.5, 0.0;
        AtomicEnvironment alone = environment;
        alone.neighbor_elements.pop_back();
        alone.displacements = environment.displacements.leftCols(1).eval();
        EXPECT_LT((functions.evaluate(environment) - functions.evaluate(alone)).norm(), 1e-9);
    }
}

AtomicEnvironment two_neighbors(double angle) {
    AtomicEnvironment environment;
    environment.element = 8;
    environment.neighbor_elements = {1, 1};
    environment.displacements.resize(3, 2);
    environment.displacements << 2.0, 2.0 * std::cos(angle), 0.0, 2.0 * std::sin(angle), 0.0, 0.0;
    return environment;
}

TEST(SymmetryFunctions, OfPairsSeeAnglesThatThoseOfNeighborsDoNot) {
    const SymmetryFunctions functions(some_functions());
    const Eigen::VectorXd bent = functions.evaluate(two_neighbors(1.8));
    const Eigen::VectorXd straight = functions.evaluate(two_neighbors(3.1));
    const Eigen::Index radial = 9;
    EXPECT_LT((bent - straight).head(radial).norm(), 1e-14);
    EXPECT_GT((bent - straight).tail(bent.size() - radial).norm(), 1e-2);
}

/// Neighbors on a circle about the center, at multiples of 45°.
AtomicEnvironment circle(const std::vector<int>& places) {
    AtomicEnvironment environment;
    environment.element = 6;
    environment.neighbor_elements.assign(places.size(), 1);
    environment.displacements.resize(3, static_cast<Eigen::Index>(places.size()));
    for (std::size_t j = 0; j < places.size(); ++j) {
        const double angle = places[j] * std::numbers::pi / 4.0;
        environment.displacements.col(static_cast<Eigen::Index>(j)) =
            3.0 * Eigen::Vector3d(std::cos(angle), std::sin(angle), 0.0);
    }
    return environment;
}

double smallest_distance_sum(const AtomicEnvironment& environment) {
    double smallest = 1e9;
    for (Eigen::Index j = 0; j < environment.displacements.cols(); ++j) {
        double sum = 0.0;
        for (Eigen::Index k = 0; k < environment.displacements.cols(); ++k) {
            sum += (environment.displacements.col(j) - environment.displacements.col(k)).norm();
        }
        smallest = std::min(smallest, sum);
    }
    return smallest;
}

// Patterson's sets {0, 1, 3, 4} and {0, 1, 2, 5} of the points of an octagon have the same
// differences, 1 1 2 3 3 4, and are not images of each other.
TEST(SymmetryFunctions, AndThePowerSpectrumDoNotTellHomometricNeighborsApart) {
    const AtomicEnvironment a = circle({0, 1, 3, 4});
    const AtomicEnvironment b = circle({0, 1, 2, 5});
    EXPECT_GT(std::abs(smallest_distance_sum(a) - smallest_distance_sum(b)), 0.1);
    const SymmetryFunctions functions(some_functions());
    EXPECT_LT(relative_deviation(functions.evaluate(a), functions.evaluate(b)), 1e-12);

    EXPECT_LT(relative_deviation(power_spectrum(a), power_spectrum(b)), 1e-12);
}

TEST(SymmetryFunctions, RefuseWhatDoesNotFit) {
    const auto message = [](const SymmetryFunctionOptions& options) {
        return testing::error_of<InputError>([&] { SymmetryFunctions functions(options); });
    };
    SymmetryFunctionOptions options = some_functions();
    options.elements = {6, 1};
    EXPECT_THAT(message(options), ::testing::HasSubstr("got 1"));
    options.elements = {};
    EXPECT_THAT(message(options), ::testing::HasSubstr("no elements"));
    options = some_functions();
    options.cutoff_radius = -2.0;
    EXPECT_THAT(message(options), ::testing::HasSubstr("got -2"));
    options = some_functions();
    options.radial[1].eta = -0.5;
    EXPECT_THAT(message(options), ::testing::HasSubstr("got -0.5"));
    options = some_functions();
    options.angular[0].zeta = 0.0;
    EXPECT_THAT(message(options), ::testing::HasSubstr("positive zeta"));
    options = some_functions();
    options.angular[0].sign = 2;
    EXPECT_THAT(message(options), ::testing::HasSubstr("got 2"));
    AtomicEnvironment strange = two_neighbors(1.0);
    strange.neighbor_elements[1] = 17;
    EXPECT_THAT(testing::error_of<ModelError>([&] {
                    static_cast<void>(SymmetryFunctions(some_functions()).evaluate(strange));
                }),
                ::testing::HasSubstr("element 17"));
}

// ---- Coulomb matrices.

TEST(CoulombMatrix, HasSelfEnergiesAndRepulsions) {
    Eigen::Matrix3Xd positions(3, 2);
    positions << 0.0, 1.2, 0.0, 1.6, 0.0, 0.0;
    const Eigen::MatrixXd matrix = coulomb_matrix(molecule_of({8, 1}, positions));
    Eigen::Matrix2d expected;
    expected << 0.5 * std::exp(2.4 * std::log(8.0)), 4.0, 4.0, 0.5;
    EXPECT_LT((matrix - expected).norm(), 1e-12);
}

TEST(CoulombMatrix, SortedAndItsEigenvaluesDoNotChangeUnderMotionReflectionAndRelabeling) {
    std::mt19937 random(403);
    for (int n = 0; n < 20; ++n) {
        const Molecule molecule = random_molecule(random);
        for (const double determinant : {1.0, -1.0}) {
            const Molecule image = moved(molecule, random, determinant);
            EXPECT_LT(relative_deviation(sorted_coulomb_matrix(image, 9),
                                         sorted_coulomb_matrix(molecule, 9)),
                      1e-12);
            EXPECT_LT(
                relative_deviation(coulomb_eigenvalues(image, 9), coulomb_eigenvalues(molecule, 9)),
                1e-12);
        }
    }
}

TEST(CoulombMatrix, IsSortedByNormsAndPadded) {
    std::mt19937 random(404);
    const Molecule molecule = random_molecule(random);
    constexpr Eigen::Index size = 9;
    const Eigen::VectorXd triangle = sorted_coulomb_matrix(molecule, size);
    ASSERT_EQ(triangle.size(), size * (size + 1) / 2);
    Eigen::MatrixXd matrix(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            matrix(i, j) = matrix(j, i) = triangle[i * (i + 1) / 2 + j];
        }
    }
    const Eigen::VectorXd norms = matrix.rowwise().norm();
    EXPECT_TRUE(std::is_sorted(norms.data(), norms.data() + size, std::greater<>()));
    EXPECT_EQ(norms.tail(2), Eigen::Vector2d::Zero());

    // Eigenvalues, by invariants: Σ λᵏ = tr Mᵏ.
    const Eigen::VectorXd eigenvalues = coulomb_eigenvalues(molecule, size);
    EXPECT_EQ(eigenvalues.tail(2), Eigen::Vector2d::Zero());
    Eigen::MatrixXd power = matrix;
    for (int k = 1; k <= 7; ++k) {
        EXPECT_NEAR(eigenvalues.array().pow(k).sum() / power.trace(), 1.0, 1e-12) << k;
        power = (power * matrix).eval();
    }
    const Eigen::VectorXd sizes = eigenvalues.cwiseAbs();
    EXPECT_TRUE(std::is_sorted(sizes.data(), sizes.data() + size, std::greater<>()));
}

/// Three oxygens with two sides a and one side b.
Molecule isosceles_ozone(double a, double b) {
    Eigen::Matrix3Xd positions(3, 3);
    positions << 0.0, -0.5 * b, 0.5 * b, std::sqrt(a * a - 0.25 * b * b), 0.0, 0.0, 0.0, 0.0, 0.0;
    return molecule_of({8, 8, 8}, positions);
}

// Of three equal atoms the spectrum is fixed by Σ 1/R² and Π 1/R, and there are three distances.
// With x = 1/a², y = 1/b²: 2x + y and x² y are those of the triangle with u = (y + √(y² + 8xy))/4
// for its two equal sides and 2x + y − 2u for the third, the other root of 2u² − yu − xy = 0.
TEST(CoulombMatrix, EigenvaluesOfTwoTrianglesOfOzoneAreEqual) {
    constexpr double a = 2.41;
    constexpr double b = 4.12;
    const double x = 1.0 / (a * a);
    const double y = 1.0 / (b * b);
    const double u = 0.25 * (y + std::sqrt(y * y + 8.0 * x * y));
    const Molecule bent = isosceles_ozone(a, b);
    const Molecule split =
        isosceles_ozone(1.0 / std::sqrt(u), 1.0 / std::sqrt(2.0 * x + y - 2.0 * u));
    EXPECT_LT(relative_deviation(coulomb_eigenvalues(bent, 3), coulomb_eigenvalues(split, 3)),
              1e-14);
    // Two bonds and a long side, against one bond and two long sides.
    EXPECT_GT((sorted_coulomb_matrix(bent, 3) - sorted_coulomb_matrix(split, 3)).norm(), 5.0);
}

/// Water with bonds of 1.81 + s and 1.81 − s bohr.
Molecule stretched_water(double s) {
    const double angle = 104.5 * std::numbers::pi / 180.0;
    Eigen::Matrix3Xd positions(3, 3);
    positions << 0.0, 1.81 + s, (1.81 - s) * std::cos(angle),  //
        0.0, 0.0, (1.81 - s) * std::sin(angle),                //
        0.0, 0.0, 0.0;
    return molecule_of({8, 1, 1}, positions);
}

TEST(CoulombMatrix, SortedHasAKinkWhereEquivalentAtomsChangePlaces) {
    constexpr double h = 1e-5;
    const Eigen::VectorXd center = sorted_coulomb_matrix(stretched_water(0.0), 3);
    const Eigen::VectorXd right = (sorted_coulomb_matrix(stretched_water(h), 3) - center) / h;
    const Eigen::VectorXd left = (center - sorted_coulomb_matrix(stretched_water(-h), 3)) / h;
    // The element of oxygen and the nearer hydrogen, 8/(1.81 − |s|), has slopes ±8/1.81².
    EXPECT_NEAR(right[1], 8.0 / (1.81 * 1.81), 1e-4);
    EXPECT_NEAR(left[1], -8.0 / (1.81 * 1.81), 1e-4);
    // Eigenvalues are smooth there, and even.
    const Eigen::VectorXd slope =
        (coulomb_eigenvalues(stretched_water(h), 3) - coulomb_eigenvalues(stretched_water(-h), 3)) /
        (2.0 * h);
    EXPECT_LT(slope.norm(), 1e-8);
}

// H–O and, out of its reach, H–N: a hydrogen moves away from its oxygen until its row is as long as
// that of the other.
TEST(CoulombMatrix, SortedJumpsWhereOtherAtomsChangePlaces) {
    const auto stretched = [](double r) {
        Eigen::Matrix3Xd positions(3, 4);
        positions << 0.0, -r, 6.0, 7.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0;
        return molecule_of({8, 1, 7, 1}, positions);
    };
    double low = 1.8;
    double high = 3.0;
    const auto first_is_longer = [&](double r) {
        const Eigen::VectorXd norms = coulomb_matrix(stretched(r)).rowwise().norm();
        return norms[1] > norms[3];
    };
    ASSERT_TRUE(first_is_longer(low));
    ASSERT_FALSE(first_is_longer(high));
    while (high - low > 1e-12) {
        const double middle = 0.5 * (low + high);
        (first_is_longer(middle) ? low : high) = middle;
    }
    EXPECT_GT((sorted_coulomb_matrix(stretched(high), 4) - sorted_coulomb_matrix(stretched(low), 4))
                  .norm(),
              1.0);
    EXPECT_LT(
        (coulomb_eigenvalues(stretched(high), 4) - coulomb_eigenvalues(stretched(low), 4)).norm(),
        1e-9);
}

// Two nitrogens and two hydrogens in a rectangle: rows of equivalent atoms are equally long, and
// which hydrogen comes first decides whether it is next to the first nitrogen.
TEST(CoulombMatrix, SortedDependsOnTheOrderOfEquivalentAtoms) {
    Eigen::Matrix3Xd positions(3, 4);
    positions << 0.0, 2.4, 0.0, 2.4, 0.0, 0.0, 1.9, 1.9, 0.0, 0.0, 0.0, 0.0;
    const Molecule molecule = molecule_of({7, 7, 1, 1}, positions);
    Molecule other = molecule;
    reorder({0, 1, 3, 2}, other.atomic_numbers, other.positions);
    EXPECT_GT((sorted_coulomb_matrix(molecule, 4) - sorted_coulomb_matrix(other, 4)).norm(), 1.0);
    EXPECT_LT(relative_deviation(coulomb_eigenvalues(molecule, 4), coulomb_eigenvalues(other, 4)),
              1e-13);
}

TEST(CoulombMatrix, RefusesMoleculesThatAreTooLarge) {
    const Molecule water = stretched_water(0.0);
    EXPECT_THAT(
        testing::error_of<InputError>([&] { static_cast<void>(sorted_coulomb_matrix(water, 2)); }),
        ::testing::HasSubstr("3 atoms does not fit a largest_size of 2"));
    EXPECT_THROW(static_cast<void>(coulomb_eigenvalues(water, 2)), InputError);
}

// ---- The power spectrum.

/// The mean over all rotations of the squared overlap of one density with another that is turned,
/// |Σ_qlm c_qlm (R c')_qlm|². As a function of Euler angles it is a trigonometric polynomial of
/// degree 2 max_angular in those about z, and what they leave a polynomial of that degree in cos β:
/// trapezoids and 7 points of Gauss and Legendre are exact up to max_angular = 6.
double mean_squared_overlap(const DensityExpansion& expansion,
                            const AtomicEnvironment& a,
                            const AtomicEnvironment& b) {
    using Gauss = boost::math::quadrature::gauss<double, 7>;
    const Eigen::MatrixXd fixed = expansion.expand(a);
    const int turns = 2 * expansion.max_angular() + 1;
    const auto about_z = [&](int k) {
        return Eigen::AngleAxisd(2.0 * std::numbers::pi * k / turns, Eigen::Vector3d::UnitZ());
    };
    return 0.5 *
           Gauss::integrate(
               [&](double cosine) {
                   const Eigen::AngleAxisd tilt(std::acos(cosine), Eigen::Vector3d::UnitY());
                   double sum = 0.0;
                   for (int k = 0; k < turns; ++k) {
                       for (int n = 0; n < turns; ++n) {
                           const Eigen::Matrix3d rotation =
                               (about_z(k) * tilt * about_z(n)).toRotationMatrix();
                           const double overlap =
                               expansion.expand(turned(b, rotation)).cwiseProduct(fixed).sum();
                           sum += overlap * overlap;
                       }
                   }
                   return sum / (turns * turns);
               },
               -1.0,
               1.0);
}

// The scale of its couplings, Σ_m 1/√(2l+1) c_qlm c_q'lm, is that of the integral: no weight of l
// is left over.
TEST(PowerSpectrum, ScalarProductIsTheMeanSquaredOverlapOverAllRotations) {
    std::mt19937 random(405);
    const DensityExpansion expansion(small_descriptor());
    for (int n = 0; n < 3; ++n) {
        const AtomicEnvironment a = random_environment(random, 6);
        const AtomicEnvironment b = random_environment(random, 5);
        const double integral = mean_squared_overlap(expansion, a, b);
        EXPECT_NEAR(power_spectrum(a).dot(power_spectrum(b)) / integral, 1.0, 1e-10);
    }
}

TEST(PowerSpectrum, DoesNotChangeUnderRotationReflectionAndRelabeling) {
    std::mt19937 random(406);
    for (int n = 0; n < 20; ++n) {
        const AtomicEnvironment environment = random_environment(random, 9);
        const Eigen::VectorXd before = power_spectrum(environment);
        for (const double determinant : {1.0, -1.0}) {
            const Eigen::Matrix3d turn = determinant * random_rotation(random);
            const Eigen::VectorXd after =
                power_spectrum(reordered(turned(environment, turn), random));
            EXPECT_LT(relative_deviation(after, before), 1e-12);
        }
    }
}

}  // namespace
}  // namespace keesom

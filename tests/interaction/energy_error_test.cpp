// SPDX-License-Identifier: BSD-3-Clause
#include "shipped_model.hpp"

#include <keesom/core/energy_error.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <support/energy_term_checks.hpp>
#include <vector>

namespace keesom {

namespace {

using testing::real_dimers;
using testing::shipped_model;

double total_deviation(const std::vector<Molecule>& molecules) {
    return shipped_model().linearize(molecules).error().standard_deviation;
}

/// One molecule with a random energy that is linear in its properties.
struct LinearEnergy {
    Molecule molecule;
    AtomPropertyGradient gradient;

    [[nodiscard]] EnergyError error(int copies = 1) const {
        const auto linearization = shipped_model().property_model().linearize(molecule);
        const std::vector<std::vector<ErrorSources>> sources(
            static_cast<std::size_t>(copies), linearization->error_sources(gradient));
        const std::vector<Eigen::Index> sizes(sources.size(), molecule.size());
        return energy_error(sources, sizes);
    }
};

LinearEnergy no_energy_of(const Molecule& molecule) {
    return {molecule, AtomPropertyGradient(molecule.size())};
}

}  // namespace

TEST(EnergyError, OfOneNumberIsItsStandardDeviation) {
    const Molecule molecule = real_dimers()[4][0];
    const PropertyUncertainty uncertainty =
        shipped_model().property_model().predict(molecule).uncertainty;
    for (const AtomProperty& property : density_properties()) {
        // Charges and populations of atoms depend on each other.
        if (property.key == "charge" || property.key == "valence_population") {
            continue;
        }
        LinearEnergy energy = no_energy_of(molecule);
        auto values = property.values(energy.gradient);
        const Eigen::Index atom = 2;
        values(property.rank() == 2 ? 1 : 0, atom) = 0.3;
        // Of the two equal elements of a quadrupole, √2 in the norm of the tensor.
        const double norm = property.rank() == 2 ? 0.3 / std::sqrt(2.0) : 0.3;
        EXPECT_NEAR(
            energy.error().standard_deviation, norm * property.deviations(uncertainty)[atom], 1e-12)
            << property.key;
    }
}

TEST(EnergyError, KnowsThatTheChargesOfAMoleculeAddUp) {
    LinearEnergy energy = no_energy_of(real_dimers()[4][0]);
    energy.gradient.charges.setConstant(0.1);
    EXPECT_LT(energy.error().standard_deviation, 1e-3 * 0.1);
    // A population is off by what the charge is, to the other side.
    energy.gradient.charges.setRandom();
    energy.gradient.valence_populations = energy.gradient.charges;
    EXPECT_LT(energy.error().standard_deviation, 1e-12);
}

TEST(EnergyError, OfTheSameMoleculeTwiceAddsUp) {
    std::mt19937 generator(81);
    LinearEnergy energy = no_energy_of(real_dimers()[0][0]);
    for (const AtomProperty& property : density_properties()) {
        auto values = property.values(energy.gradient);
        for (double& value : values.reshaped()) {
            value = testing::uniform(generator, -1.0, 1.0);
        }
    }
    const double one = energy.error().standard_deviation;
    const double two = energy.error(2).standard_deviation;
    EXPECT_GT(two, 1.8 * one);
    EXPECT_LE(two, 2.0 * one * (1.0 + 1e-12));
}

TEST(EnergyError, IsIndependentOfPlaceOrientationAndOrder) {
    std::mt19937 generator(82);
    for (const std::vector<Molecule>& molecules : real_dimers()) {
        const double expected = total_deviation(molecules);
        EXPECT_GT(expected, 0.0);
        std::vector<Molecule> moved = molecules;
        const Eigen::Matrix3d rotation = testing::random_rotation(generator);
        for (Molecule& molecule : moved) {
            molecule.positions =
                (rotation * molecule.positions).colwise() + Eigen::Vector3d(1.0, 2.0, 3.0);
        }
        EXPECT_NEAR(total_deviation(moved), expected, 1e-9 * expected);
        EXPECT_NEAR(total_deviation({molecules[1], molecules[0]}), expected, 1e-9 * expected);
    }
}

TEST(EnergyError, IsSharedOutAmongTheAtoms) {
    for (const std::vector<Molecule>& molecules : real_dimers()) {
        const EnergyError error = shipped_model().linearize(molecules).error();
        ASSERT_EQ(error.contributions.size(), molecules.size());
        double sum = 0.0;
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            ASSERT_EQ(error.contributions[m].size(), molecules[m].size());
            sum += error.contributions[m].sum();
        }
        const double variance = error.standard_deviation * error.standard_deviation;
        EXPECT_NEAR(sum, variance, 1e-12 * variance);
    }
}

TEST(EnergyError, FallsWithTheDistance) {
    std::vector<Molecule> water = real_dimers()[0];
    const double near = total_deviation(water);
    water[1].positions.row(0).array() += 30.0;
    EXPECT_LT(total_deviation(water), 1e-2 * near);
}

TEST(EnergyError, OfUnfamiliarAtomsIsLarger) {
    LinearEnergy water = no_energy_of(real_dimers()[0][0]);
    water.gradient.hirshfeld_ratios[1] = 1.0;
    LinearEnergy stretched = water;
    Eigen::Matrix3Xd& positions = stretched.molecule.positions;
    positions.col(1) += 0.25 * (positions.col(1) - positions.col(0));
    EXPECT_GT(stretched.error().standard_deviation, 1.2 * water.error().standard_deviation);
}

}  // namespace keesom

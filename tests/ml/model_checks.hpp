// SPDX-License-Identifier: BSD-3-Clause
//
// What must hold for every property model: the symmetries of space and of identical atoms.
#pragma once

#include "environments.hpp"

#include <keesom/core/property_model.hpp>

#include <Eigen/Core>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

namespace keesom::testing {

/// Largest difference of any property.
inline double largest_difference(const AtomProperties& a, const AtomProperties& b) {
    double largest = 0.0;
    for (const AtomProperty& property : atom_properties()) {
        largest =
            std::max(largest, (property.values(a) - property.values(b)).cwiseAbs().maxCoeff());
    }
    return largest;
}

inline void expect_covariance(const PropertyModel& model, const Molecule& molecule) {
    std::mt19937 random(41);
    const PropertyPrediction before = model.predict(molecule);
    for (const double sign : {1.0, -1.0}) {
        const Eigen::Matrix3d rotation = sign * random_rotation(random);
        Molecule image = molecule;
        image.positions =
            ((rotation * molecule.positions).colwise() + Eigen::Vector3d(3.0, -7.0, 11.0)).eval();
        const PropertyPrediction after = model.predict(image);
        EXPECT_LT(largest_difference(rotated(before.properties, rotation), after.properties),
                  1e-10);
        EXPECT_LT((before.uncertainty.novelty - after.uncertainty.novelty).cwiseAbs().maxCoeff(),
                  1e-8);
    }
}

inline void expect_permutation_equivariance(const PropertyModel& model, const Molecule& molecule) {
    const AtomProperties before = model.predict(molecule).properties;
    Molecule reversed = molecule;
    std::reverse(reversed.atomic_numbers.begin(), reversed.atomic_numbers.end());
    reversed.positions = molecule.positions.rowwise().reverse().eval();
    AtomProperties after = model.predict(reversed).properties;
    for (const AtomProperty& property : atom_properties()) {
        property.values(after) = property.values(after).rowwise().reverse().eval();
    }
    EXPECT_LT(largest_difference(before, after), 1e-10);
}

inline void expect_physical(const PropertyModel& model, const Molecule& molecule) {
    const PropertyPrediction prediction = model.predict(molecule);
    const AtomProperties& properties = prediction.properties;
    EXPECT_NO_THROW(properties.validate(molecule.size()));
    EXPECT_NEAR(properties.charges.sum(), molecule.charge, 1e-12);
    EXPECT_LT((properties.quadrupoles.row(0) + properties.quadrupoles.row(3) +
               properties.quadrupoles.row(5))
                  .cwiseAbs()
                  .maxCoeff(),
              1e-14);
    EXPECT_GT(prediction.uncertainty.charges.minCoeff(), 0.0);
    EXPECT_GE(prediction.uncertainty.novelty.minCoeff(), 0.0);
    EXPECT_LE(prediction.uncertainty.novelty.maxCoeff(), 1.0);
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/atom_properties.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>

#include <gtest/gtest.h>

#include <random>

namespace keesom {
namespace {

Eigen::Matrix<double, 6, 1> traceless() {
    Eigen::Matrix<double, 6, 1> components;
    components << 0.3, -0.7, 0.2, 0.5, 1.1, -0.8;
    return components;
}

TEST(SphericalTensors, RoundTripVectors) {
    const Eigen::Vector3d vector(0.3, -1.0, 2.0);
    EXPECT_EQ(vector_from_spherical(spherical_from_vector(vector)), vector);
}

TEST(SphericalTensors, RoundTripTracelessMatricesAndKeepTheirNorm) {
    const Eigen::Matrix<double, 5, 1> spherical = spherical_from_quadrupole(traceless());
    EXPECT_LT((quadrupole_from_spherical(spherical) - traceless()).norm(), 1e-15);
    EXPECT_NEAR(spherical.norm(), symmetric_matrix(traceless()).norm(), 1e-15);
}

TEST(SphericalTensors, DropATrace) {
    Eigen::Matrix<double, 6, 1> shifted = traceless();
    shifted[0] += 0.25;
    shifted[3] += 0.25;
    shifted[5] += 0.25;
    EXPECT_LT((spherical_from_quadrupole(shifted) - spherical_from_quadrupole(traceless())).norm(),
              1e-15);
}

TEST(SphericalTensors, TurnLikeTheHarmonicsOfTheirRank) {
    std::mt19937 random(3);
    const Eigen::Matrix3d rotation = testing::random_rotation(random);
    const Eigen::Vector3d vector(0.3, -1.0, 2.0);
    EXPECT_LT((spherical_from_vector(rotation * vector) -
               testing::wigner_matrix(1, rotation) * spherical_from_vector(vector))
                  .norm(),
              1e-13);
    const Eigen::Matrix<double, 6, 1> turned =
        symmetric_components(rotation * symmetric_matrix(traceless()) * rotation.transpose());
    EXPECT_LT((spherical_from_quadrupole(turned) -
               testing::wigner_matrix(2, rotation) * spherical_from_quadrupole(traceless()))
                  .norm(),
              1e-13);
}

}  // namespace
}  // namespace keesom

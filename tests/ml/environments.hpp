// SPDX-License-Identifier: BSD-3-Clause
//
// Random environments and rotations for tests of descriptors and kernels.
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <Eigen/QR>

#include <random>
#include <vector>

namespace keesom::testing {

inline DescriptorOptions small_descriptor() {
    DescriptorOptions options;
    options.elements = {1, 6, 8};
    options.radial.max_radial = 4;
    options.max_angular = 4;
    options.max_channels = 0;
    options.max_features = 0;
    options.max_tensor_features = 0;
    return options;
}

/// A uniformly distributed rotation.
inline Eigen::Matrix3d random_rotation(std::mt19937& random) {
    std::normal_distribution<double> normal;
    return Eigen::Quaterniond(normal(random), normal(random), normal(random), normal(random))
        .normalized()
        .toRotationMatrix();
}

/// Neighbors of elements 1, 6, 8 between 1.5 bohr and beyond the cutoff.
inline AtomicEnvironment random_environment(std::mt19937& random, int neighbors) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> distance(1.5, 9.0);
    AtomicEnvironment environment;
    environment.element = 6;
    environment.displacements.resize(3, neighbors);
    for (int j = 0; j < neighbors; ++j) {
        environment.neighbor_elements.push_back(j % 3 == 0 ? 1 : (j % 3 == 1 ? 6 : 8));
        const Eigen::Vector3d direction(normal(random), normal(random), normal(random));
        environment.displacements.col(j) = distance(random) * direction.normalized();
    }
    return environment;
}

inline std::vector<AtomicEnvironment> random_environments(unsigned seed, int count) {
    std::mt19937 random(seed);
    std::vector<AtomicEnvironment> environments;
    for (int i = 0; i < count; ++i) {
        environments.push_back(random_environment(random, 4 + i % 5));
    }
    return environments;
}

inline AtomicEnvironment turned(AtomicEnvironment environment, const Eigen::Matrix3d& rotation) {
    environment.displacements = (rotation * environment.displacements).eval();
    return environment;
}

/// D with Y_l(R r) = D Y_l(r), found from the values of the harmonics at many points: another route
/// than any formula for Wigner matrices.
inline Eigen::MatrixXd wigner_matrix(int l, const Eigen::Matrix3d& rotation) {
    constexpr int points = 60;
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    const SphericalHarmonics harmonics(l);
    Eigen::MatrixXd before(points, 2 * l + 1);
    Eigen::MatrixXd after(points, 2 * l + 1);
    Eigen::VectorXd values(harmonics_count(l));
    for (int k = 0; k < points; ++k) {
        const Eigen::Vector3d point =
            Eigen::Vector3d(normal(random), normal(random), normal(random)).normalized();
        const Eigen::Vector3d image = rotation * point;
        harmonics.evaluate(point.x(), point.y(), point.z(), values.data());
        before.row(k) = values.tail(2 * l + 1).transpose();
        harmonics.evaluate(image.x(), image.y(), image.z(), values.data());
        after.row(k) = values.tail(2 * l + 1).transpose();
    }
    return before.colPivHouseholderQr().solve(after).transpose();
}

}  // namespace keesom::testing

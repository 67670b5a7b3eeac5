// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/atomic_environment.hpp>

#include <cstddef>
#include <utility>

namespace keesom {

AtomicEnvironment atomic_environment(const Molecule& molecule,
                                     Eigen::Index atom,
                                     double cutoff_radius) {
    std::vector<Eigen::Index> neighbors;
    for (Eigen::Index j = 0; j < molecule.size(); ++j) {
        const double distance = (molecule.positions.col(j) - molecule.positions.col(atom)).norm();
        if (j != atom && distance < cutoff_radius) {
            neighbors.push_back(j);
        }
    }
    AtomicEnvironment environment;
    environment.element = molecule.atomic_numbers[static_cast<std::size_t>(atom)];
    environment.neighbor_elements.reserve(neighbors.size());
    environment.displacements.resize(3, static_cast<Eigen::Index>(neighbors.size()));
    Eigen::Index column = 0;
    for (const Eigen::Index j : neighbors) {
        environment.neighbor_elements.push_back(
            molecule.atomic_numbers[static_cast<std::size_t>(j)]);
        environment.displacements.col(column++) =
            molecule.positions.col(j) - molecule.positions.col(atom);
    }
    environment.neighbors = std::move(neighbors);
    return environment;
}

void add_displacement_gradient(const AtomicEnvironment& environment,
                               Eigen::Index atom,
                               const Eigen::Matrix3Xd& displacement_gradient,
                               Eigen::Matrix3Xd& position_gradient) {
    for (Eigen::Index j = 0; j < displacement_gradient.cols(); ++j) {
        position_gradient.col(environment.neighbors[static_cast<std::size_t>(j)]) +=
            displacement_gradient.col(j);
    }
    position_gradient.col(atom) -= displacement_gradient.rowwise().sum();
}

}  // namespace keesom

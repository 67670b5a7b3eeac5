// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/motion/body.hpp>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace keesom {

int Body::degrees_of_freedom() const {
    return 3 + static_cast<int>((moments.array() > 0.0).count());
}

Placement turned(const Placement& placement, const Eigen::Vector3d& angles) {
    const double angle = angles.norm();
    Placement result = placement;
    if (angle > 0.0) {
        const Eigen::AngleAxisd rotation(angle, angles / angle);
        result.orientation = (placement.orientation * rotation).normalized();
    }
    return result;
}

RigidMolecule::RigidMolecule(const Molecule& molecule) {
    const Eigen::Index n = molecule.size();
    Eigen::VectorXd masses(n);
    for (Eigen::Index a = 0; a < n; ++a) {
        masses[a] = atomic_mass(molecule.atomic_numbers[static_cast<std::size_t>(a)]);
    }
    body.mass = masses.sum();
    placement.center = molecule.positions * masses / body.mass;
    positions = molecule.positions.colwise() - placement.center;
    body.radius = positions.colwise().norm().maxCoeff();

    const Eigen::Matrix3d second = positions * masses.asDiagonal() * positions.transpose();
    const Eigen::Matrix3d inertia = second.trace() * Eigen::Matrix3d::Identity() - second;
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(inertia);
    Eigen::Matrix3d axes = solver.eigenvectors();
    axes.col(2) = axes.col(0).cross(axes.col(1));
    body.moments = solver.eigenvalues();
    body.moments =
        (body.moments.array() > least_moment * body.moments.z()).select(body.moments, 0.0);
    placement.orientation = Eigen::Quaterniond(axes).normalized();
    positions = placement.orientation.toRotationMatrix().transpose() * positions;
}

double total_mass(std::span<const Body> bodies) {
    double mass = 0.0;
    for (const Body& body : bodies) {
        mass += body.mass;
    }
    return mass;
}

Eigen::Vector3d center_of_mass(std::span<const Body> bodies,
                               std::span<const Placement> placements) {
    Eigen::Vector3d center = Eigen::Vector3d::Zero();
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        center += bodies[b].mass * placements[b].center;
    }
    return center / total_mass(bodies);
}

FlexibleMolecule::FlexibleMolecule(const Molecule& molecule) {
    for (Eigen::Index a = 0; a < molecule.size(); ++a) {
        const int z = molecule.atomic_numbers[static_cast<std::size_t>(a)];
        atoms.push_back({.mass = atomic_mass(z)});
        placements.emplace_back().center = molecule.positions.col(a);
    }
}

Eigen::Matrix3Xd centers_of(std::span<const Placement> placements) {
    Eigen::Matrix3Xd centers(3, static_cast<Eigen::Index>(placements.size()));
    for (std::size_t b = 0; b < placements.size(); ++b) {
        centers.col(static_cast<Eigen::Index>(b)) = placements[b].center;
    }
    return centers;
}

std::vector<RigidForce> forces_on_atoms(const Eigen::Matrix3Xd& gradient) {
    std::vector<RigidForce> forces;
    for (const auto& by_atom : gradient.colwise()) {
        forces.push_back({-by_atom, Eigen::Vector3d::Zero()});
    }
    return forces;
}

double largest_force(std::span<const Body> bodies, std::span<const RigidForce> forces) {
    double largest = 0.0;
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        largest = std::max(largest, forces[b].force.norm());
        if (bodies[b].turns()) {
            largest = std::max(largest, forces[b].torque.norm() / bodies[b].radius);
        }
    }
    return largest;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/parallel.hpp>
#include <keesom/motion/harmonic.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace keesom {

namespace {

/// A number that a place is described by: of a body the component of its center or, from 3 on, a
/// turn about one of its axes.
struct Coordinate {
    std::size_t body = 0;
    Eigen::Index component = 0;

    [[nodiscard]] bool is_turn() const { return component >= 3; }

    [[nodiscard]] Eigen::Vector3d axis() const { return Eigen::Vector3d::Unit(component % 3); }
};

std::vector<Coordinate> coordinates_of(std::span<const Body> bodies) {
    std::vector<Coordinate> coordinates;
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        for (Eigen::Index k = 0; k < 3; ++k) {
            coordinates.push_back({b, k});
        }
        for (Eigen::Index k = 0; k < 3; ++k) {
            if (bodies[b].moments[k] > 0.0) {
                coordinates.push_back({b, 3 + k});
            }
        }
    }
    return coordinates;
}

/// √M or √I_k of each coordinate.
Eigen::VectorXd weights_of(std::span<const Body> bodies,
                           const std::vector<Coordinate>& coordinates) {
    Eigen::VectorXd weights(static_cast<Eigen::Index>(coordinates.size()));
    std::transform(
        coordinates.begin(), coordinates.end(), weights.begin(), [&](const Coordinate& at) {
            const Body& body = bodies[at.body];
            return std::sqrt(at.is_turn() ? body.moments[at.component - 3] : body.mass);
        });
    return weights;
}

/// The components of displacements of bodies, as many as there are coordinates.
Eigen::VectorXd components_of(std::span<const BodyDisplacement> displacements,
                              const std::vector<Coordinate>& coordinates) {
    Eigen::VectorXd components(static_cast<Eigen::Index>(coordinates.size()));
    std::transform(
        coordinates.begin(), coordinates.end(), components.begin(), [&](const Coordinate& at) {
            const BodyDisplacement& displacement = displacements[at.body];
            return (at.is_turn() ? displacement.turn : displacement.center)[at.component % 3];
        });
    return components;
}

/// Forces, and torques in the frames of bodies, as components of displacements.
std::vector<BodyDisplacement> in_frames(std::span<const RigidForce> forces,
                                        std::span<const Placement> placements) {
    std::vector<BodyDisplacement> result;
    for (std::size_t b = 0; b < forces.size(); ++b) {
        result.push_back(
            {forces[b].force, placements[b].orientation.conjugate() * forces[b].torque});
    }
    return result;
}

/// Second derivatives of the energy by the coordinates, weighted, not yet symmetric.
Eigen::MatrixXd weighted_hessian(std::span<const Body> bodies,
                                 const EnergySurface& surface,
                                 std::span<const Placement> placements,
                                 const std::vector<Coordinate>& coordinates,
                                 const Eigen::VectorXd& weights) {
    // bohr; of turns, of the farthest atom. Larger steps err by anharmonicity, most where soft
    // modes stand beside stiff bonds, and smaller ones by rounding: of ethanol and water with a
    // force field, both are less than 0.001 cm⁻¹ in all modes.
    constexpr double step = 5e-4;
    const auto n = weights.size();
    const auto gradient_at = [&](const Coordinate& at, double angle_or_length) {
        std::vector<Placement> moved(placements.begin(), placements.end());
        Placement& place = moved[at.body];
        if (at.is_turn()) {
            place = turned(place, angle_or_length * at.axis());
        } else {
            place.center += angle_or_length * at.axis();
        }
        return Eigen::VectorXd(
            -components_of(in_frames(surface(moved).forces, moved), coordinates));
    };
    Eigen::MatrixXd hessian(n, n);
    parallel_for(coordinates.size(), [&](std::size_t i) {
        const Coordinate& at = coordinates[i];
        const double length = at.is_turn() ? step / bodies[at.body].radius : step;
        const auto k = static_cast<Eigen::Index>(i);
        const Eigen::VectorXd column =
            (gradient_at(at, length) - gradient_at(at, -length)) / (2.0 * length);
        hessian.col(k) = column.cwiseQuotient(weights) / weights[k];
    });
    return hessian;
}

/// Weighted motions of the whole complex: translations, and rotations about its center of mass.
Eigen::MatrixXd motions_as_a_whole(std::span<const Body> bodies,
                                   std::span<const Placement> placements,
                                   const std::vector<Coordinate>& coordinates,
                                   const Eigen::VectorXd& weights) {
    const Eigen::Vector3d center = center_of_mass(bodies, placements);
    Eigen::MatrixXd motions(weights.size(), 6);
    for (Eigen::Index k = 0; k < 3; ++k) {
        const Eigen::Vector3d axis = Eigen::Vector3d::Unit(k);
        std::vector<BodyDisplacement> shift(bodies.size());
        std::vector<BodyDisplacement> rotation(bodies.size());
        for (std::size_t b = 0; b < bodies.size(); ++b) {
            shift[b].center = axis;
            rotation[b].center = axis.cross(placements[b].center - center);
            rotation[b].turn = placements[b].orientation.conjugate() * axis;
        }
        motions.col(k) = components_of(shift, coordinates).cwiseProduct(weights);
        motions.col(3 + k) = components_of(rotation, coordinates).cwiseProduct(weights);
    }
    return motions;
}

/// An orthonormal basis of what is no motion of the whole complex.
Eigen::MatrixXd inner_motions(Eigen::MatrixXd whole) {
    const auto scaled = [](auto&& columns) {
        const double largest = columns.colwise().norm().maxCoeff();
        columns /= std::max(largest, std::numeric_limits<double>::min());
    };
    scaled(whole.leftCols<3>());
    scaled(whole.rightCols<3>());
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(whole.rows(), whole.cols());
    qr.setThreshold(std::sqrt(least_moment));
    qr.compute(whole);
    const Eigen::MatrixXd basis = qr.householderQ();
    return basis.rightCols(whole.rows() - qr.rank());
}

NormalMode mode_of(double curvature,
                   const Eigen::VectorXd& components,
                   const std::vector<Coordinate>& coordinates,
                   std::size_t n_bodies) {
    NormalMode mode;
    mode.frequency = std::copysign(std::sqrt(std::abs(curvature)), curvature);
    mode.displacements.resize(n_bodies);
    for (std::size_t i = 0; i < coordinates.size(); ++i) {
        const Coordinate& at = coordinates[i];
        BodyDisplacement& displacement = mode.displacements[at.body];
        (at.is_turn() ? displacement.turn : displacement.center)[at.component % 3] =
            components[static_cast<Eigen::Index>(i)];
    }
    return mode;
}

}  // namespace

HarmonicVibrations harmonic_vibrations(std::span<const Body> bodies,
                                       const EnergySurface& surface,
                                       std::span<const Placement> placements) {
    const std::vector<Coordinate> coordinates = coordinates_of(bodies);
    const Eigen::VectorXd weights = weights_of(bodies, coordinates);
    HarmonicVibrations result;
    result.force = largest_force(bodies, surface(placements).forces);
    const Eigen::MatrixXd hessian =
        weighted_hessian(bodies, surface, placements, coordinates, weights);
    const double largest = hessian.cwiseAbs().maxCoeff();
    if (largest > 0.0) {
        result.asymmetry = (hessian - hessian.transpose()).cwiseAbs().maxCoeff() / largest;
    }
    const Eigen::MatrixXd inner =
        inner_motions(motions_as_a_whole(bodies, placements, coordinates, weights));
    if (inner.cols() == 0) {
        return result;
    }
    const Eigen::MatrixXd symmetric = 0.5 * (hessian + hessian.transpose());
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(inner.transpose() * symmetric *
                                                                inner);
    for (Eigen::Index i = 0; i < inner.cols(); ++i) {
        const Eigen::VectorXd components =
            (inner * solver.eigenvectors().col(i)).cwiseQuotient(weights);
        result.modes.push_back(
            mode_of(solver.eigenvalues()[i], components, coordinates, bodies.size()));
        result.zero_point_energy += 0.5 * std::max(0.0, result.modes.back().frequency);
    }
    return result;
}

std::vector<Placement> displaced(std::span<const Placement> placements,
                                 const NormalMode& mode,
                                 double amount) {
    std::vector<Placement> result;
    for (std::size_t b = 0; b < placements.size(); ++b) {
        Placement& place =
            result.emplace_back(turned(placements[b], amount * mode.displacements[b].turn));
        place.center += amount * mode.displacements[b].center;
    }
    return result;
}

}  // namespace keesom

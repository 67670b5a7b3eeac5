// SPDX-License-Identifier: BSD-3-Clause
//
// What moves as one piece: a rigid molecule, or an atom of a flexible one. Optimization, dynamics
// and vibrations know bodies and an energy of where they are, and nothing of molecules.
//
// A body has a frame of its own, with the center of mass as origin and the principal axes of
// inertia as axes. Where it is, and how it is turned, says a Placement: what is at b in the frame
// of the body is in space at
//
//     r = c + q b q* ,   q a unit quaternion.
#pragma once

#include <keesom/core/molecule.hpp>
#include <keesom/core/rigid_force.hpp>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <functional>
#include <span>
#include <vector>

namespace keesom {

struct Body {
    double mass = 0.0;  ///< electron masses

    /// Principal moments of inertia, electron masses·bohr², ascending. Zero about axes around which
    /// nothing turns: all of an atom, the first of a linear molecule.
    Eigen::Vector3d moments = Eigen::Vector3d::Zero();

    double radius = 0.0;  ///< of its farthest atom from the center of mass, bohr

    [[nodiscard]] bool turns() const { return moments.z() > 0.0; }

    [[nodiscard]] int degrees_of_freedom() const;
};

/// Bodies, molecules and complexes whose smallest moment of inertia is less than this part of the
/// largest count as linear: they would spin about their axis too fast for any time step.
inline constexpr double least_moment = 1e-5;

struct Placement {
    Eigen::Vector3d center = Eigen::Vector3d::Zero();  ///< of mass, bohr
    Eigen::Quaterniond orientation = Eigen::Quaterniond::Identity();
};

/// The placement after a turn about the center by a vector of the frame of the body, radian.
Placement turned(const Placement& placement, const Eigen::Vector3d& angles);

/// A molecule as a rigid body.
struct RigidMolecule {
    /// @throws ModelError for an element without a mass
    explicit RigidMolecule(const Molecule& molecule);

    Body body;
    Placement placement;         ///< of the molecule as it is given
    Eigen::Matrix3Xd positions;  ///< in the frame of the body; (3, N), bohr
};

double total_mass(std::span<const Body> bodies);

/// Of all bodies, bohr.
Eigen::Vector3d center_of_mass(std::span<const Body> bodies, std::span<const Placement> placements);

/// A molecule whose atoms are the bodies.
struct FlexibleMolecule {
    /// @throws ModelError for an element without a mass
    explicit FlexibleMolecule(const Molecule& molecule);

    std::vector<Body> atoms;
    std::vector<Placement> placements;  ///< of the molecule as it is given
};

/// Where bodies are; (3, N), bohr. Of atoms, the positions.
Eigen::Matrix3Xd centers_of(std::span<const Placement> placements);

/// Forces on atoms.
/// @param gradient dE/dr; (3, N), hartree/bohr
std::vector<RigidForce> forces_on_atoms(const Eigen::Matrix3Xd& gradient);

/// Energy of bodies, and force and torque on each about its center of mass.
struct BodyEnergy {
    double energy = 0.0;  ///< hartree
    std::vector<RigidForce> forces;
};

/// The energy of bodies by where they are. May be called from many threads.
using EnergySurface = std::function<BodyEnergy(std::span<const Placement>)>;

/// The largest force on a body, hartree/bohr; of a torque, that at the farthest atom.
double largest_force(std::span<const Body> bodies, std::span<const RigidForce> forces);

}  // namespace keesom

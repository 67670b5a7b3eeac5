// SPDX-License-Identifier: BSD-3-Clause
//
// Force and torque on a monomer that moves as a rigid body, its multipoles with it.
//
// A rotation by a small angle θ about an axis e through the center c moves r by θ e × (r − c), and
// turns μ by θ e × μ and Θ by θ (AΘ − ΘA), Av = e × v. So with the symmetric matrix S of ∂E/∂Θ,
//
//     force  = − Σ ∂E/∂r
//     torque = − Σ [(r − c) × ∂E/∂r + μ × ∂E/∂μ + ax(ΘS − SΘ)],   ax(M) = 2 (M_yz, M_zx, M_xy) ,
//
// with all vectors μ and tensors Θ among the properties, those of short range too.
//
// Nothing has to be known of how properties follow from positions but that they turn with the
// molecule.
#pragma once

#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/monomer.hpp>

#include <Eigen/Core>

namespace keesom {

struct RigidForce {
    Eigen::Vector3d force;   ///< hartree/bohr
    Eigen::Vector3d torque;  ///< about the center, hartree
};

/// @param gradient of the energy by positions and properties of the monomer
/// @param center bohr
RigidForce rigid_force(const Monomer& monomer,
                       const EnergyGradient& gradient,
                       const Eigen::Vector3d& center);

/// The same from derivatives by positions that count what properties do when positions change: in a
/// molecule that moves as a rigid body properties do nothing but turn with it.
/// @param gradient dE/dr; (3, N), hartree/bohr
/// @param center bohr
RigidForce rigid_force(const Molecule& molecule,
                       const Eigen::Matrix3Xd& gradient,
                       const Eigen::Vector3d& center);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/rigid_force.hpp>

#include <Eigen/Geometry>

namespace keesom {

RigidForce rigid_force(const Monomer& monomer,
                       const EnergyGradient& gradient,
                       const Eigen::Vector3d& center) {
    const AtomProperties& properties = monomer.properties();
    RigidForce result{-gradient.positions.rowwise().sum(), Eigen::Vector3d::Zero()};
    for (Eigen::Index i = 0; i < monomer.size(); ++i) {
        const Eigen::Vector3d by_position = gradient.positions.col(i);
        const Eigen::Vector3d by_dipole = gradient.properties.dipoles.col(i);
        const Eigen::Matrix3d quadrupole = symmetric_matrix(properties.quadrupoles.col(i));
        Eigen::Matrix3d S = symmetric_matrix(gradient.properties.quadrupoles.col(i)) / 2.0;
        S.diagonal() *= 2.0;
        const Eigen::Matrix3d M = quadrupole * S - S * quadrupole;
        result.torque -= (monomer.molecule().positions.col(i) - center).cross(by_position) +
                         properties.dipoles.col(i).cross(by_dipole) +
                         2.0 * Eigen::Vector3d(M(1, 2), M(2, 0), M(0, 1));
    }
    return result;
}

RigidForce rigid_force(const Molecule& molecule,
                       const Eigen::Matrix3Xd& gradient,
                       const Eigen::Vector3d& center) {
    RigidForce result{-gradient.rowwise().sum(), Eigen::Vector3d::Zero()};
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        const Eigen::Vector3d by_position = gradient.col(i);
        result.torque -= (molecule.positions.col(i) - center).cross(by_position);
    }
    return result;
}

}  // namespace keesom

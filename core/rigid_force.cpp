// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/rigid_force.hpp>

#include <Eigen/Geometry>

namespace keesom {

namespace {

/// What turning a vector or tensor property changes the energy by: μ × ∂E/∂μ, ax(ΘS − SΘ).
Eigen::Vector3d turning(int rank,
                        const Eigen::Ref<const Eigen::VectorXd>& value,
                        const Eigen::Ref<const Eigen::VectorXd>& gradient) {
    if (rank == 1) {
        return Eigen::Vector3d(value).cross(Eigen::Vector3d(gradient));
    }
    const Eigen::Matrix3d tensor = symmetric_matrix(value);
    const Eigen::Matrix3d S = symmetric_derivative(gradient);
    const Eigen::Matrix3d M = tensor * S - S * tensor;
    return 2.0 * Eigen::Vector3d(M(1, 2), M(2, 0), M(0, 1));
}

}  // namespace

RigidForce rigid_force(const Monomer& monomer,
                       const EnergyGradient& gradient,
                       const Eigen::Vector3d& center) {
    RigidForce result = rigid_force(monomer.molecule(), gradient.positions, center);
    for (const AtomProperty& property : atom_properties()) {
        if (property.is_scalar()) {
            continue;
        }
        const auto values = property.values(monomer.properties());
        const auto gradients = property.values(gradient.properties);
        for (Eigen::Index i = 0; i < monomer.size(); ++i) {
            result.torque -= turning(property.rank(), values.col(i), gradients.col(i));
        }
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

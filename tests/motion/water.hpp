// SPDX-License-Identifier: BSD-3-Clause
//
// Clusters of water, and what springs make of a flexible one.
#pragma once

#include <keesom/core/monomer_potential.hpp>

#include <interaction/shipped_model.hpp>
#include <string>
#include <vector>

namespace keesom::testing {

/// A cluster of data/clusters/water.xyz.gz.
inline std::vector<Molecule> water_cluster(const std::string& name) {
    for (const ReferenceSystem& system :
         read_reference_systems(data / "clusters" / "water.xyz.gz")) {
        if (system.name == name) {
            return system.monomers;
        }
    }
    return {};
}

/// Springs between all atoms of a molecule, relaxed in the shape that it has.
class Springs final : public MonomerPotential {
public:
    /// @param strength hartree/bohr²
    explicit Springs(const Molecule& molecule, double strength = 0.3)
        : molecule_(molecule), strength_(strength) {}

    [[nodiscard]] bool describes(const Molecule& molecule) const override {
        return molecule.atomic_numbers == molecule_.atomic_numbers;
    }

    [[nodiscard]] EnergyAndGradient deformation(const Eigen::Matrix3Xd& positions) const override {
        EnergyAndGradient result{0.0, Eigen::Matrix3Xd::Zero(3, positions.cols())};
        for (Eigen::Index a = 0; a < positions.cols(); ++a) {
            for (Eigen::Index b = 0; b < a; ++b) {
                const Eigen::Vector3d r = positions.col(a) - positions.col(b);
                const double rest =
                    (molecule_.positions.col(a) - molecule_.positions.col(b)).norm();
                const double stretch = r.norm() - rest;
                const Eigen::Vector3d pull = strength_ * stretch * r.normalized();
                result.energy += 0.5 * strength_ * stretch * stretch;
                result.gradient.col(a) += pull;
                result.gradient.col(b) -= pull;
            }
        }
        return result;
    }

    [[nodiscard]] bool is_familiar(const Eigen::Matrix3Xd& positions) const override {
        return positions.cols() == molecule_.size();
    }

private:
    Molecule molecule_;
    double strength_;
};

}  // namespace keesom::testing

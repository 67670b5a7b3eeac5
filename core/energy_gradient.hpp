// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/core/atom_properties.hpp>

#include <Eigen/Core>

namespace keesom {

/// Derivatives of an energy by each number that AtomProperties holds, in the same layout. The
/// components xy, xz and yz of a quadrupole stand for two elements of its matrix each, and so do
/// the derivatives by them. What a derivative by a quadrupole has along the unit matrix means
/// nothing, quadrupoles being traceless.
using AtomPropertyGradient = AtomProperties;

/// What the derivatives are after r → U r for an orthogonal U.
AtomPropertyGradient rotated_gradient(AtomPropertyGradient gradient,
                                      const Eigen::Matrix3d& rotation);

/// Derivatives of an energy by positions at constant properties and by properties at constant
/// positions, of N atoms: those of a monomer, or all Sites.
struct EnergyGradient {
    Eigen::Matrix3Xd positions;       ///< ∂E/∂r; (3, N), hartree/bohr
    AtomPropertyGradient properties;  ///< ∂E/∂p, hartree over the unit of each property

    EnergyGradient() = default;

    /// All zero.
    explicit EnergyGradient(Eigen::Index n_atoms)
        : positions(Eigen::Matrix3Xd::Zero(3, n_atoms)), properties(n_atoms) {}

    [[nodiscard]] Eigen::Index size() const { return positions.cols(); }

    /// Adds a multiple of another gradient, of as many atoms from `first` on.
    void add(double factor, const EnergyGradient& other, Eigen::Index first = 0);

    /// Of `count` atoms from `first` on.
    [[nodiscard]] EnergyGradient segment(Eigen::Index first, Eigen::Index count) const;
};

}  // namespace keesom

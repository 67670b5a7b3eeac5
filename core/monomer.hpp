// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/molecule.hpp>

#include <span>
#include <string>
#include <vector>

namespace keesom {

/// A molecule together with what its atoms look like. It can be moved as a rigid body; its
/// multipoles turn with it. Both parts are validated on construction and immutable afterwards.
class Monomer {
public:
    /// @throws InputError if molecule or properties are invalid, or do not belong together
    Monomer(Molecule molecule, AtomProperties properties);

    [[nodiscard]] const Molecule& molecule() const { return molecule_; }

    [[nodiscard]] const AtomProperties& properties() const { return properties_; }

    [[nodiscard]] Eigen::Index size() const { return molecule_.size(); }

    // A temporary is moved on without being copied.

    /// The monomer after r → r + shift (bohr).
    [[nodiscard]] Monomer translated(const Eigen::Vector3d& shift) const&;
    [[nodiscard]] Monomer translated(const Eigen::Vector3d& shift) &&;

    /// The monomer after r → U r for a proper or improper orthogonal U, about the origin.
    /// @throws InputError if U is not orthogonal
    [[nodiscard]] Monomer rotated(const Eigen::Matrix3d& rotation) const&;
    [[nodiscard]] Monomer rotated(const Eigen::Matrix3d& rotation) &&;

    /// The monomer under another name.
    [[nodiscard]] Monomer named(std::string name) const&;
    [[nodiscard]] Monomer named(std::string name) &&;

private:
    Molecule molecule_;
    AtomProperties properties_;
};

/// Where each monomer is.
std::vector<const Monomer*> pointers_to(std::span<const Monomer> monomers);

/// @throws InputError naming the first pair of atoms of different monomers that coincide
void require_separate(std::span<const Monomer> monomers);
void require_separate(std::span<const Monomer* const> monomers);

}  // namespace keesom

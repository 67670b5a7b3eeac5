// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/monomer.hpp>

#include <string>
#include <utility>
#include <vector>

namespace keesom {

Monomer::Monomer(Molecule molecule, AtomProperties properties)
    : molecule_(std::move(molecule)), properties_(std::move(properties)) {
    molecule_.validate();
    properties_.validate(molecule_.size());
}

Monomer Monomer::translated(const Eigen::Vector3d& shift) const& {
    return Monomer(*this).translated(shift);
}

Monomer Monomer::translated(const Eigen::Vector3d& shift) && {
    molecule_.positions.colwise() += shift;
    return std::move(*this);
}

Monomer Monomer::rotated(const Eigen::Matrix3d& rotation) const& {
    return Monomer(*this).rotated(rotation);
}

Monomer Monomer::rotated(const Eigen::Matrix3d& rotation) && {
    if (!(rotation * rotation.transpose()).isIdentity(1e-10)) {
        throw InputError("rotation matrix is not orthogonal");
    }
    molecule_.positions = rotation * molecule_.positions;
    properties_ = keesom::rotated(std::move(properties_), rotation);
    return std::move(*this);
}

Monomer Monomer::named(std::string name) const& {
    return Monomer(*this).named(std::move(name));
}

Monomer Monomer::named(std::string name) && {
    molecule_.name = std::move(name);
    return std::move(*this);
}

std::vector<const Monomer*> pointers_to(std::span<const Monomer> monomers) {
    std::vector<const Monomer*> pointers;
    pointers.reserve(monomers.size());
    for (const Monomer& monomer : monomers) {
        pointers.push_back(&monomer);
    }
    return pointers;
}

void require_separate(std::span<const Monomer> monomers) {
    require_separate(pointers_to(monomers));
}

void require_separate(std::span<const Monomer* const> monomers) {
    std::vector<const Molecule*> molecules;
    molecules.reserve(monomers.size());
    for (const Monomer* monomer : monomers) {
        molecules.push_back(&monomer->molecule());
    }
    require_separate(molecules);
}

}  // namespace keesom

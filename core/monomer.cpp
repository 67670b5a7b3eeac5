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

Monomer Monomer::translated(const Eigen::Vector3d& shift) const {
    Monomer moved = *this;
    moved.molecule_.positions.colwise() += shift;
    return moved;
}

Monomer Monomer::rotated(const Eigen::Matrix3d& rotation) const {
    if (!(rotation * rotation.transpose()).isIdentity(1e-10)) {
        throw InputError("rotation matrix is not orthogonal");
    }
    Monomer turned = *this;
    turned.molecule_.positions = rotation * molecule_.positions;
    turned.properties_ = keesom::rotated(properties_, rotation);
    return turned;
}

Monomer Monomer::named(std::string name) const {
    Monomer renamed = *this;
    renamed.molecule_.name = std::move(name);
    return renamed;
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

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/motion/moving_complex.hpp>

#include <algorithm>
#include <utility>

namespace keesom {

MovingComplex::MovingComplex(std::vector<Molecule> molecules,
                             const InteractionModel& model,
                             std::span<const std::shared_ptr<const MonomerPotential>> potentials)
    : model_(&model), potentials_(potentials.begin(), potentials.end()) {
    if (molecules.size() < 2) {
        throw InputError("expected two or more molecules");
    }
    for (Molecule& molecule : molecules) {
        molecule.validate();
        Member member;
        member.first_body = bodies_.size();
        member.is_rigid =
            std::none_of(potentials_.begin(), potentials_.end(), [&](const auto& potential) {
                return potential->describes(molecule);
            });
        if (member.is_rigid) {
            RigidMolecule rigid(molecule);
            molecule.positions = std::move(rigid.positions);
            bodies_.push_back(rigid.body);
            start_.push_back(rigid.placement);
        } else {
            const FlexibleMolecule flexible(molecule);
            bodies_.insert(bodies_.end(), flexible.atoms.begin(), flexible.atoms.end());
            start_.insert(start_.end(), flexible.placements.begin(), flexible.placements.end());
        }
        member.molecule = std::move(molecule);
        members_.push_back(std::move(member));
    }
    if (std::all_of(members_.begin(), members_.end(), [](const Member& m) { return m.is_rigid; })) {
        for (const Member& member : members_) {
            prepared_.push_back(model_->physics().prepare(model_->monomer(member.molecule)));
        }
    }
}

std::vector<Molecule> MovingComplex::molecules(std::span<const Placement> placements) const {
    std::vector<Molecule> molecules;
    molecules.reserve(members_.size());
    for (const Member& member : members_) {
        Molecule& molecule = molecules.emplace_back(member.molecule);
        const auto here = placements.subspan(member.first_body);
        if (member.is_rigid) {
            molecule.positions =
                (here[0].orientation.toRotationMatrix() * molecule.positions).colwise() +
                here[0].center;
        } else {
            molecule.positions = centers_of(here.first(static_cast<std::size_t>(molecule.size())));
        }
    }
    return molecules;
}

BodyEnergy MovingComplex::operator()(std::span<const Placement> placements) const {
    return has_flexible() ? flexible_energy(placements) : rigid_energy(placements);
}

BodyEnergy MovingComplex::rigid_energy(std::span<const Placement> placements) const {
    std::vector<PreparedMonomer> monomers;
    monomers.reserve(prepared_.size());
    for (std::size_t m = 0; m < prepared_.size(); ++m) {
        monomers.push_back(prepared_[m]
                               .rotated(placements[m].orientation.toRotationMatrix())
                               .translated(placements[m].center));
    }
    EnergyWithRigidForces result = model_->physics().energy_and_rigid_forces(monomers);
    for (std::size_t m = 0; m < monomers.size(); ++m) {
        const Eigen::Vector3d arm = monomers[m].center() - placements[m].center;
        result.forces[m].torque += arm.cross(result.forces[m].force);
    }
    return {result.energy.total(), std::move(result.forces)};
}

BodyEnergy MovingComplex::flexible_energy(std::span<const Placement> placements) const {
    const std::vector<Molecule> here = molecules(placements);
    const EnergyLinearization interaction = model_->linearize(here);
    const Deformation shape = deformation(here, potentials_);
    const std::vector<Eigen::Matrix3Xd> gradients = interaction.gradients();
    BodyEnergy result{interaction.energy().total() + shape.total(), {}};
    for (std::size_t m = 0; m < members_.size(); ++m) {
        if (members_[m].is_rigid) {
            result.forces.push_back(
                rigid_force(here[m], gradients[m], placements[members_[m].first_body].center));
        } else {
            const std::vector<RigidForce> forces =
                forces_on_atoms(gradients[m] + shape.gradients[m]);
            result.forces.insert(result.forces.end(), forces.begin(), forces.end());
        }
    }
    return result;
}

}  // namespace keesom

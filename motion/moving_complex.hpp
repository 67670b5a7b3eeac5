// SPDX-License-Identifier: BSD-3-Clause
//
// Molecules on their way: the interaction energy of bodies by where they are. A molecule that has a
// force field is flexible, each of its atoms a body; its predicted properties follow its shape. All
// others keep the shape that they come with, and are predicted once.
#pragma once

#include <keesom/core/monomer_potential.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/motion/body.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace keesom {

class MovingComplex {
public:
    /// @param model used as long as the complex is
    /// @param potentials of flexible molecules, each by the first that describes it
    /// @throws InputError for fewer than two molecules or an invalid one
    /// @throws ModelError for an element without a mass, a property model or constants, and with
    ///         flexible molecules for a property model without derivatives
    MovingComplex(std::vector<Molecule> molecules,
                  const InteractionModel& model,
                  std::span<const std::shared_ptr<const MonomerPotential>> potentials = {});

    /// All bodies, molecule by molecule.
    [[nodiscard]] const std::vector<Body>& bodies() const { return bodies_; }

    /// Where the bodies were in the beginning.
    [[nodiscard]] const std::vector<Placement>& start() const { return start_; }

    /// Of the molecule `m`.
    [[nodiscard]] bool is_flexible(std::size_t m) const { return !members_[m].is_rigid; }

    [[nodiscard]] bool has_flexible() const { return prepared_.empty(); }

    /// The molecules where the placements, one for each body, put them.
    [[nodiscard]] std::vector<Molecule> molecules(std::span<const Placement> placements) const;

    /// Interaction energy and, with flexible molecules, what their shapes cost. An EnergySurface.
    /// @throws InputError if atoms coincide
    /// @throws NumericalError where there is no meaningful energy
    [[nodiscard]] BodyEnergy operator()(std::span<const Placement> placements) const;

private:
    struct Member {
        Molecule molecule;  ///< positions in the frame of the body, where it is one
        bool is_rigid = true;
        std::size_t first_body = 0;
    };

    [[nodiscard]] BodyEnergy rigid_energy(std::span<const Placement> placements) const;
    [[nodiscard]] BodyEnergy flexible_energy(std::span<const Placement> placements) const;

    std::vector<Member> members_;
    std::vector<Body> bodies_;
    std::vector<Placement> start_;
    std::vector<PreparedMonomer> prepared_;  ///< in their frames; of rigid molecules alone
    const InteractionModel* model_;
    std::vector<std::shared_ptr<const MonomerPotential>> potentials_;
};

}  // namespace keesom

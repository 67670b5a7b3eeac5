// SPDX-License-Identifier: BSD-3-Clause
//
// The energies of many poses beside hosts that stay. Of E(all) − Σ E(each) the hosts' parts are
// computed once for all poses, and those of molecules that come again, moved as rigid bodies, once
// for each of their shapes: the atoms that are predicted, and E_MBD of the molecule alone.
//
// A file knows positions to its last decimal. Molecules whose shapes agree to that are one shape,
// and all that is known of the first that has it is moved onto the others, its positions too: the
// energies of a molecule and of the complex that it is in then belong to one geometry, and their
// difference has no error of the rounding.
#pragma once

#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <span>
#include <vector>

namespace keesom {

/// Molecules that stay where they are.
struct PreparedHost {
    std::vector<PreparedMonomer> monomers;

    /// Atoms beyond the experience of the property model, for each monomer.
    std::vector<Eigen::VectorX<bool>> unfamiliar;
};

/// Predicts and prepares each molecule, on all OpenMP threads.
/// @throws InputError for a molecule that is not valid, and for more atoms than `largest_system`
/// @throws ModelError for an element without a model or constants
/// @throws NumericalError as Physics::prepare() does
PreparedHost prepare_host(std::span<const Molecule> molecules, const InteractionModel& model);

/// The energy of each pose, of one or more molecules, with each host: of pose p with host h it
/// is element p·H + h for H hosts, with the monomers of the host before those of the pose. One that
/// has none has its error, a pose without molecules among them.
///
/// Runs on all OpenMP threads; the result does not depend on their number. By which molecule a
/// shape is represented, and so the last digits of an energy, depends on the poses before it.
std::vector<SystemEnergy> pose_energies(std::span<const std::vector<Molecule>> poses,
                                        std::span<const PreparedHost> hosts,
                                        const InteractionModel& model);

}  // namespace keesom

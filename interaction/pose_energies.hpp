// SPDX-License-Identifier: BSD-3-Clause
//
// The energies of many poses beside hosts that stay. A host may have several molecules, as a pocket
// with its waters has. How these interact with each other is no merit of a pose, so that the energy
// of a pose with a host is what comes with the pose,
//
//     E = E_int(host and pose) − E_int(host)
//
// with interaction energies E_int = E(all) − Σ E(each). The second is 0 for a host of one molecule.
// Molecules of one pose interact with each other in it as well: their arrangement is the pose's.
//
// The hosts' parts of it are computed once for all poses, and those of molecules that come again,
// moved as rigid bodies, once for each of their shapes: the atoms that are predicted, and E_MBD of
// the molecule alone.
//
// A file knows positions to its last decimal. Molecules whose shapes agree to that are one shape,
// and all that is known of the first that has it is moved onto the others, its positions too: the
// energies of a molecule and of the complex that it is in then belong to one geometry, and their
// difference has no error of the rounding.
#pragma once

#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace keesom {

/// What pose_energies() computes, and of how much.
struct PoseOptions {
    /// bohr: of a host, atoms that are farther from all atoms of a pose do not respond to it, nor
    /// it to their response; see Physics::energy_with_hosts(). A pose beside hundreds of atoms then
    /// costs what those near it do.
    double reach = std::numeric_limits<double>::infinity();

    /// Whether energies have an uncertainty, which takes derivatives: several times as long. Of
    /// atoms beyond reach, dispersion has none.
    bool uncertainty = false;
};

/// Molecules that stay where they are.
struct PreparedHost {
    std::vector<PreparedMonomer> monomers;

    Physics::HostEnergies energies;

    /// Atoms beyond the experience of the property model, for each monomer.
    std::vector<Eigen::VectorX<bool>> unfamiliar;

    /// Of each monomer, if energies beside it are to have an uncertainty; else empty.
    std::vector<std::shared_ptr<const PropertyLinearization>> linearizations;
};

/// Predicts and prepares each molecule, on all OpenMP threads.
/// @param options  of the poses to come
/// @throws InputError for a molecule that is not valid, for more atoms than `largest_system`, and
///         for atoms of two molecules that coincide
/// @throws ModelError for an element without a model or constants
/// @throws NumericalError as Physics::prepare() and Physics::interaction_energy() do
PreparedHost prepare_host(std::span<const Molecule> molecules,
                          const InteractionModel& model,
                          const PoseOptions& options = {});

/// The energy of each pose, of one or more molecules, with each host: of pose p with host h it
/// is element p·H + h for H hosts, with the monomers of the host before those of the pose. Of the
/// closest contact one molecule at least belongs to the pose. One that has no energy has its error,
/// a pose without molecules among them.
///
/// Runs on all OpenMP threads; the result does not depend on their number. By which molecule a
/// shape is represented, and so the last digits of an energy, depends on the poses before it.
/// @param hosts  prepared with these options
/// @throws InputError for a reach that is not positive
std::vector<SystemEnergy> pose_energies(std::span<const std::vector<Molecule>> poses,
                                        std::span<const PreparedHost> hosts,
                                        const InteractionModel& model,
                                        const PoseOptions& options = {});

}  // namespace keesom

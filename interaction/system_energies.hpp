// SPDX-License-Identifier: BSD-3-Clause
//
// The energies of many systems.
#pragma once

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/pair_decomposition.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Called after each system with the number done so far.
using ProgressCallback = std::function<void(std::size_t)>;

/// What system_energies() computes besides energies.
struct EnergyDetails {
    bool gradients = false;
    bool pairs = false;
};

/// What came out for one system: an energy, or the reason why there is none.
struct SystemEnergy {
    std::optional<EnergyComponents> energy;  ///< hartree
    std::string error;
    std::exception_ptr thrown;  ///< the error as it was thrown, an Error

    /// The closest contact of its monomers, where there is an energy.
    std::optional<Contact> contact;

    /// Atoms beyond the experience of the property model, for each monomer.
    std::vector<Eigen::VectorX<bool>> unfamiliar;

    /// dE/dr of each monomer if asked for; (3, N), hartree/bohr.
    std::vector<Eigen::Matrix3Xd> gradients;

    /// Along with gradients; of poses if asked for.
    std::optional<EnergyUncertainty> uncertainty;

    /// If asked for.
    std::optional<PairDecomposition> pairs;
};

/// The energy of N ≥ 2 molecules with its gradients, its uncertainty and the rest of `details`.
/// @throws InputError for a molecule that is not valid, and as InteractionModel::linearize() does
SystemEnergy system_energy(std::span<const Molecule> molecules,
                           const InteractionModel& model,
                           const EnergyDetails& details = {});

/// Computes every system; each distinct monomer is predicted once, with gradients each monomer. Of
/// systems with `three_body` references it is the non-additive part of the energy, which has no
/// details: asked for them, these systems have an error. References are not looked at.
///
/// Runs on all OpenMP threads; the result does not depend on their number.
std::vector<SystemEnergy> system_energies(std::span<const ReferenceSystem> systems,
                                          const InteractionModel& model,
                                          const ProgressCallback& progress = {},
                                          const EnergyDetails& details = {});

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// A property model and the physics together: molecules in, interaction energy out.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <memory>
#include <span>
#include <vector>

namespace keesom {

/// Most atoms of all monomers together. Polarization and many-body dispersion solve dense equations
/// of three times as many unknowns: at the limit 0.8 GB and two
/// minutes.
inline constexpr Eigen::Index largest_system = 2500;

/// @throws InputError if there are more atoms than that
void require_computable(Eigen::Index n_atoms);

/// The energy terms of one parameter set: electrostatics, exchange, polarization, charge transfer
/// and dispersion. Works on monomers whose properties come from anywhere.
class Physics {
public:
    /// @throws ModelError naming a constant that is out of range or was never given
    explicit Physics(const ParameterSet& parameters);

    /// Interaction energy E(all) − Σ E(each), hartree.
    /// @throws InputError for fewer than two monomers, more atoms than `largest_system`, or atoms
    /// of
    ///         two monomers that coincide
    /// @throws ModelError for an element without constants
    /// @throws NumericalError where a term has no meaningful energy, or none that is finite; names
    /// the component then
    [[nodiscard]] EnergyComponents interaction_energy(std::span<const Monomer> monomers) const;

    /// Part of the interaction energy that pairs do not explain,
    /// E(all) − Σ_{pairs} E(pair) with interaction energies E; hartree. Zero for two monomers.
    [[nodiscard]] EnergyComponents non_additive_energy(std::span<const Monomer> monomers) const;

private:
    std::vector<std::unique_ptr<const EnergyTerm>> terms_;
};

/// Predicts the atoms of molecules and computes how these molecules interact.
class InteractionModel {
public:
    InteractionModel(std::shared_ptr<const PropertyModel> properties,
                     const ParameterSet& parameters);

    [[nodiscard]] const PropertyModel& property_model() const { return *properties_; }

    [[nodiscard]] const Physics& physics() const { return physics_; }

    /// The molecule with its predicted properties.
    [[nodiscard]] Monomer monomer(const Molecule& molecule) const;

    /// Interaction energy of N ≥ 2 molecules, hartree.
    [[nodiscard]] EnergyComponents interaction_energy(std::span<const Molecule> molecules) const;

private:
    std::shared_ptr<const PropertyModel> properties_;
    Physics physics_;
};

}  // namespace keesom

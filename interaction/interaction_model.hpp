// SPDX-License-Identifier: BSD-3-Clause
//
// A property model and the physics together: molecules in, interaction energy out.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/core/rigid_force.hpp>
#include <keesom/interaction/energy_linearization.hpp>
#include <keesom/interaction/parameter_set.hpp>
#include <keesom/interaction/prepared_monomer.hpp>

#include <array>
#include <cstddef>
#include <functional>
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

/// An interaction energy with what it does to monomers that move as rigid bodies.
struct EnergyWithRigidForces {
    EnergyComponents energy;
    std::vector<RigidForce> forces;  ///< on each monomer, torques about its center()
};

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

    /// Interaction energy and the derivatives of each of its components, at about the cost of those
    /// of their sum: a term has one component.
    /// @throws as interaction_energy() does
    [[nodiscard]] ComponentGradients component_gradients(std::span<const Monomer> monomers) const;

    /// The monomer with what rigid motions leave as it is.
    /// @throws InputError for more atoms than `largest_system`
    /// @throws ModelError for an element without constants
    /// @throws NumericalError where its many-body dispersion has no meaningful energy
    [[nodiscard]] PreparedMonomer prepare(Monomer monomer) const;

    /// As of plain monomers, to rounding, in less time.
    /// @throws as of plain monomers, and InputError if one was prepared with other constants
    [[nodiscard]] EnergyComponents interaction_energy(
        std::span<const PreparedMonomer> monomers) const;

    /// What hosts bring to the energies of poses, computed once for all of them.
    struct HostEnergies {
        double polarization = 0.0;  ///< of the hosts by each other, hartree
        double many_body = 0.0;     ///< E_MBD of the hosts together, hartree
    };

    /// @throws as interaction_energy() does, but for one host
    [[nodiscard]] HostEnergies host_energies(std::span<const PreparedMonomer> hosts) const;

    /// Energy of guests with each other and with hosts, E(all) − E(hosts) − Σ E(each guest).
    /// @param monomers  hosts, and behind them guests
    /// @param of_hosts  as host_energies() has it
    /// @throws as interaction_energy() does
    [[nodiscard]] EnergyComponents energy_with_hosts(std::span<const PreparedMonomer> monomers,
                                                     std::size_t n_hosts,
                                                     const HostEnergies& of_hosts) const;

    /// The same where only some atoms respond to others, for hosts of so many atoms that their
    /// response would cost too much: of the other atoms permanent multipoles and densities act, and
    /// of dispersion what it comes to at a distance.
    /// @param responding  ascending indices of atoms of all monomers
    /// @throws as interaction_energy() does
    [[nodiscard]] EnergyComponents energy_with_hosts(std::span<const PreparedMonomer> monomers,
                                                     std::size_t n_hosts,
                                                     std::vector<Eigen::Index> responding) const;

    /// The derivatives of that energy, of each of its components; what dispersion comes to for
    /// atoms that do not respond has none.
    /// @throws as interaction_energy() does
    [[nodiscard]] ComponentGradients gradients_with_hosts(
        std::span<const PreparedMonomer> monomers,
        std::size_t n_hosts,
        std::vector<Eigen::Index> responding) const;

    /// Interaction energy, and force and torque of its total on each monomer.
    /// @throws as interaction_energy() does
    [[nodiscard]] EnergyWithRigidForces energy_and_rigid_forces(
        std::span<const PreparedMonomer> monomers) const;

    /// Energies of the pairs of atoms of different monomers, in the order of Sites::pairs(): all of
    /// electrostatics and exchange, charge transfer, C8 and C10 dispersion. What is missing to the
    /// interaction energy, polarization and many-body dispersion, belongs to no pair.
    /// @throws as interaction_energy() does
    [[nodiscard]] std::vector<EnergyComponents> pair_energies(const Sites& sites) const;

    /// Part of the interaction energy that pairs do not explain,
    /// E(all) − Σ_{pairs} E(pair) with interaction energies E; hartree. Zero for two monomers.
    [[nodiscard]] EnergyComponents non_additive_energy(std::span<const Monomer> monomers) const;

private:
    /// What evaluate() is told about prepared monomers; valid as long as they are.
    struct Prepared {
        std::vector<const Monomer*> monomers;
        std::vector<const MonomerDispersion*> dispersion;
    };

    [[nodiscard]] Prepared unpack(std::span<const PreparedMonomer> monomers) const;

    /// Of each component, by all sites.
    using SiteGradients = std::array<EnergyGradient, 4>;

    struct Term {
        std::unique_ptr<const EnergyTerm> term;
        std::size_t component;  ///< which of SiteGradients is its own
    };

    /// Dispersion of some sites, with its gradient unless that is null.
    using DispersionEnergy = std::function<EnergyComponents(EnergyGradient*)>;

    [[nodiscard]] DispersionEnergy plain_dispersion(const Sites& sites) const;
    [[nodiscard]] DispersionEnergy rigid_dispersion(const Sites& sites,
                                                    const Prepared& prepared) const;

    /// Of those that respond of several hosts by each other, hartree. Takes its derivatives off
    /// `gradient` unless that is null.
    double polarization_of_hosts(std::span<const Monomer* const> monomers,
                                 std::size_t n_hosts,
                                 std::span<const Eigen::Index> responding,
                                 EnergyGradient* gradient = nullptr) const;

    /// @param dispersion  of these sites
    /// @param gradients null where only the energy is wanted
    [[nodiscard]] EnergyComponents evaluate(const Sites& sites,
                                            const DispersionEnergy& dispersion,
                                            SiteGradients* gradients) const;

    std::vector<Term> terms_;  // all but dispersion
    Dispersion dispersion_;
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

    /// Interaction energy of N ≥ 2 molecules, with its derivatives and its uncertainty. Each
    /// molecule is predicted once.
    /// @throws ModelError if the property model has no derivatives
    [[nodiscard]] EnergyLinearization linearize(std::span<const Molecule> molecules) const;

    /// The same of predictions that are there already, one for each molecule.
    [[nodiscard]] EnergyLinearization linearize(
        std::span<const Molecule> molecules,
        std::vector<std::shared_ptr<const PropertyLinearization>> predictions) const;

private:
    std::shared_ptr<const PropertyModel> properties_;
    Physics physics_;
};

}  // namespace keesom

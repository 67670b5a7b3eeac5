// SPDX-License-Identifier: BSD-3-Clause
//
// The interface that every piece of physics implements.
#pragma once

#include <keesom/core/energy_components.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/monomer.hpp>
#include <keesom/core/sites.hpp>

#include <span>

namespace keesom {

/// What a term adds to when it is asked for derivatives: Σ_c seed_c ∂E_c over its components c. A
/// seed of ones gives the gradient of the total, a unit seed that of one component.
struct WeightedGradient {
    const EnergyComponents& seed;
    EnergyGradient& sum;  ///< of all sites
};

/// One contribution to the interaction energy E(all) − Σ E(each) of N ≥ 2 frozen monomers.
///
/// Terms are immutable; one term may be used from many threads.
class EnergyTerm {
public:
    virtual ~EnergyTerm() = default;
    EnergyTerm() = default;
    EnergyTerm(const EnergyTerm&) = default;
    EnergyTerm(EnergyTerm&&) = default;
    EnergyTerm& operator=(const EnergyTerm&) = default;
    EnergyTerm& operator=(EnergyTerm&&) = default;

    /// Interaction energy in hartree, put into the component that the term models.
    /// @throws ModelError for an element without constants
    /// @throws NumericalError where the model has no meaningful energy
    [[nodiscard]] EnergyComponents energy(const Sites& sites) const {
        return evaluate(sites, nullptr);
    }

    [[nodiscard]] EnergyComponents energy(std::span<const Monomer> monomers) const {
        return energy(Sites(monomers));
    }

    /// The energy, and Σ_c seed_c ∂E_c added to `gradient`, exact to rounding.
    /// @param gradient of all sites
    /// @throws as energy() does
    EnergyComponents energy_and_gradient(const Sites& sites,
                                         const EnergyComponents& seed,
                                         EnergyGradient& gradient) const {
        const WeightedGradient weighted{seed, gradient};
        return evaluate(sites, &weighted);
    }

    /// Adds the energy of each pair of atoms of different monomers, in the order of Sites::pairs().
    /// Terms that are no sum over pairs add nothing.
    virtual void add_pair_energies(const Sites& /*sites*/,
                                   std::span<EnergyComponents> /*energies*/) const {}

private:
    /// @param gradient null where only the energy is wanted
    virtual EnergyComponents evaluate(const Sites& sites,
                                      const WeightedGradient* gradient) const = 0;
};

}  // namespace keesom

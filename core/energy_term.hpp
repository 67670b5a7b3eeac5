// SPDX-License-Identifier: BSD-3-Clause
//
// The interface that every piece of physics implements.
#pragma once

#include <keesom/core/monomer.hpp>

#include <span>

namespace keesom {

/// Parts of an interaction energy in the partition of symmetry-adapted perturbation theory,
/// hartree. Attraction is negative.
struct EnergyComponents {
    double electrostatics = 0.0;  ///< first-order Coulomb energy of the unperturbed densities
    double exchange = 0.0;        ///< exchange-repulsion
    double induction = 0.0;       ///< polarization and charge transfer, and their exchange
    double dispersion = 0.0;      ///< correlated fluctuations, and their exchange

    [[nodiscard]] double total() const {
        return electrostatics + exchange + induction + dispersion;
    }

    EnergyComponents& operator+=(const EnergyComponents& other) {
        electrostatics += other.electrostatics;
        exchange += other.exchange;
        induction += other.induction;
        dispersion += other.dispersion;
        return *this;
    }

    EnergyComponents& operator-=(const EnergyComponents& other) {
        electrostatics -= other.electrostatics;
        exchange -= other.exchange;
        induction -= other.induction;
        dispersion -= other.dispersion;
        return *this;
    }
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
    [[nodiscard]] virtual EnergyComponents energy(std::span<const Monomer> monomers) const = 0;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// An interaction energy in parts.
#pragma once

#include <array>

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

/// A component of an interaction energy and what it is called in tables and files.
struct ComponentName {
    const char* name;
    double EnergyComponents::*value;
};

inline constexpr std::array<ComponentName, 4> component_names = {{
    {"electrostatics", &EnergyComponents::electrostatics},
    {"exchange", &EnergyComponents::exchange},
    {"induction", &EnergyComponents::induction},
    {"dispersion", &EnergyComponents::dispersion},
}};

}  // namespace keesom

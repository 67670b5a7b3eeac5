// SPDX-License-Identifier: BSD-3-Clause
//
// How far the physics is from the references that its constants were fitted to.
//
// The residuals of a fit, those of the atoms that it was made with included, are taken to be normal
// with the variance
//
//     s² = s0² + (f E_exchange)² :
//
// molecules that are pressed against each other have larger errors, and exchange says how hard they
// are pressed. s0 and f make the residuals of the fit most likely. Nothing else about the complex
// enters: for kinds of molecules that the fit had few of, errors are larger than this.
#pragma once

#include <keesom/core/energy_components.hpp>

#include <array>
#include <limits>

namespace keesom {

/// Standard deviations of an energy, hartree.
struct EnergyDeviations {
    EnergyComponents components;  ///< of each component
    double total = 0.0;           ///< of their sum
};

/// s0 and f of one component, or of the total.
struct ResidualSpread {
    double absolute = std::numeric_limits<double>::quiet_NaN();  ///< s0, hartree
    double relative = std::numeric_limits<double>::quiet_NaN();  ///< f

    /// s for an exchange energy, hartree
    [[nodiscard]] double of(double exchange) const;
};

struct PhysicsSpread {
    std::array<ResidualSpread, component_names.size()> components;  ///< as component_names
    ResidualSpread total;

    [[nodiscard]] EnergyDeviations of(const EnergyComponents& energy) const;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// One interaction energy with all that its derivatives and its error are made of.
#pragma once

#include <keesom/core/energy_error.hpp>
#include <keesom/core/energy_term.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/interaction/physics_spread.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace keesom {

/// Seeds of the total energy.
inline constexpr EnergyComponents total_seed = {1.0, 1.0, 1.0, 1.0};

/// An interaction energy with its derivatives by positions and properties, of each component.
struct ComponentGradients {
    EnergyComponents energy;

    /// For each of electrostatics, exchange, induction and dispersion, and for each monomer.
    std::array<std::vector<EnergyGradient>, 4> gradients;

    /// Σ_c seed_c ∂E_c for each monomer.
    [[nodiscard]] std::vector<EnergyGradient> combined(const EnergyComponents& seed) const;
};

/// Standard deviations from errors of the predicted atoms alone.
struct EnergyUncertainty : EnergyDeviations {
    // The atom that has the largest part in the variance of the total.
    std::size_t molecule = 0;
    Eigen::Index atom = 0;
    double share = 0.0;  ///< its part
};

/// The energy of some molecules, differentiated once; whatever combination of components is asked
/// for then costs little. What it costs to deform a molecule is not in the energy, hence not in its
/// derivatives.
///
/// Refers to the property model, which must outlive it.
class EnergyLinearization {
public:
    EnergyLinearization(ComponentGradients components,
                        std::vector<std::shared_ptr<const PropertyLinearization>> molecules)
        : components_(std::move(components)), molecules_(std::move(molecules)) {}

    [[nodiscard]] const EnergyComponents& energy() const { return components_.energy; }

    [[nodiscard]] const PropertyPrediction& prediction(std::size_t molecule) const {
        return molecules_[molecule]->prediction();
    }

    /// Σ_c seed_c dE_c/dr of each molecule by way of the predicted properties too, exact:
    ///
    ///     dE/dr = ∂E/∂r + (∂p/∂r)ᵀ ∂E/∂p ;   (3, N), hartree/bohr.
    [[nodiscard]] std::vector<Eigen::Matrix3Xd> gradients(
        const EnergyComponents& seed = total_seed) const;

    /// What errors of the predicted properties do to Σ_c seed_c E_c. Errors of the physics are not
    /// in it.
    [[nodiscard]] EnergyError error(const EnergyComponents& seed = total_seed) const;

    /// The errors of the components and of the total.
    [[nodiscard]] EnergyUncertainty uncertainty() const;

private:
    ComponentGradients components_;
    std::vector<std::shared_ptr<const PropertyLinearization>> molecules_;
};

}  // namespace keesom

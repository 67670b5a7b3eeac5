// SPDX-License-Identifier: BSD-3-Clause
//
// What it costs to deform molecules, however that is known. With the interaction energy it makes
// the whole energy of flexible molecules,
//
//     E(r) = E_interaction(r) + Σ_m V_m(r_m) ,
//
// where V_m is the energy of molecule m above that of its relaxed shape, so that E is the energy of
// binding relaxed molecules together.
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace keesom {

/// Energy and its derivatives by the positions.
struct EnergyAndGradient {
    double energy;              ///< hartree
    Eigen::Matrix3Xd gradient;  ///< (3, N), hartree/bohr
};

/// The energy of one flexible molecule by itself. Implementations are immutable and may be used
/// from many threads.
class MonomerPotential {
public:
    virtual ~MonomerPotential() = default;
    MonomerPotential() = default;
    MonomerPotential(const MonomerPotential&) = default;
    MonomerPotential(MonomerPotential&&) = default;
    MonomerPotential& operator=(const MonomerPotential&) = default;
    MonomerPotential& operator=(MonomerPotential&&) = default;

    /// Whether it is the potential of this molecule: its atoms in its order, and its charge.
    [[nodiscard]] virtual bool describes(const Molecule& molecule) const = 0;

    /// V, above the energy of the relaxed molecule.
    /// @param positions (3, N), bohr
    /// @throws InputError if there are not as many atoms as the potential has
    /// @throws NumericalError if two atoms coincide
    [[nodiscard]] virtual EnergyAndGradient deformation(
        const Eigen::Matrix3Xd& positions) const = 0;

    /// Whether the shape is within the experience of the potential.
    /// @throws as deformation() does
    [[nodiscard]] virtual bool is_familiar(const Eigen::Matrix3Xd& positions) const = 0;
};

/// Deformation of the molecules of a complex.
struct Deformation {
    std::vector<std::optional<double>> energies;  ///< V_m, hartree; of molecules with a potential
    std::vector<Eigen::Matrix3Xd> gradients;      ///< (3, N_m), hartree/bohr; 0 without a potential
    std::vector<bool> unfamiliar;                 ///< shapes beyond the experience of the potential

    /// Σ V_m of those that are known.
    [[nodiscard]] double total() const;
};

/// Each molecule by the first potential that describes it.
Deformation deformation(std::span<const Molecule> molecules,
                        std::span<const std::shared_ptr<const MonomerPotential>> potentials);

}  // namespace keesom

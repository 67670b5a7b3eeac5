// SPDX-License-Identifier: BSD-3-Clause
//
// Charge transfer, and what else induction does at short range.
//
// Electrons of one molecule delocalize into the other; with the exchange part of induction and δHF
// it is what induced point dipoles miss where densities overlap. That of a pair of atoms is a
// fraction of their exchange E_x at a larger distance,
//
//     E_ij(R) = −κ_i κ_j E_x,ij(sR),  0 ≤ κ ≤ 0.9,  s ≥ 1.
//
// It is the smaller one at every distance where exchange repels and falls with R, whatever the
// constants, so that it cannot fuse molecules. The same overlap is that of densities contracted by
// s: decay rates s·a, dipoles 1/s and quadrupoles 1/s² times those of exchange, amplitudes
// κK/s^{3/2}.
//
// The strength of an atom follows from κ of its element and a property x of the atom, 0 unless
// something was learned, that shifts ln(κ/(0.9 − κ)). Negative where exchange is positive,
// pairwise; donor and acceptor are not told apart.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/overlap/multipole_overlap.hpp>

#include <limits>
#include <vector>

namespace keesom {

struct ChargeTransferParameters {
    /// Upper limit of κ. Its square leaves exchange the larger one.
    static constexpr double largest_strength = 0.9;

    static constexpr ConstantLimits strength_limits = {.lowest = 0.0, .largest = largest_strength};
    static constexpr ConstantLimits contraction_limits = {.lowest = 1.0};

    ElementConstants strength;                                      ///< κ, dimensionless
    double contraction = std::numeric_limits<double>::quiet_NaN();  ///< s, dimensionless

    /// @throws ModelError naming the constant that is out of range or was never given
    void validate() const;
};

/// κ_i of an atom whose element has κ and whose charge-transfer strength is x,
///
///     κ_i = κ eˣ/(1 + (κ/κ_max)(eˣ − 1)),  ∂κ_i/∂x = κ_i(1 − κ_i/κ_max),
///
/// with κ_max = ChargeTransferParameters::largest_strength; within [0, κ_max] as κ is.
double shifted_strength(double strength, double x);

/// Charge-transfer energy; part of induction.
class ChargeTransfer : public EnergyTerm {
public:
    /// @param exchange  the constants of exchange
    /// @throws ModelError if a constant is out of range
    ChargeTransfer(ChargeTransferParameters parameters, OverlapParameters exchange);

    void add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const override;

private:
    EnergyComponents evaluate(const Sites& sites, const WeightedGradient* gradient) const override;

    /// κ_i of all sites; (N).
    [[nodiscard]] Eigen::VectorXd strengths(const Sites& sites) const;

    [[nodiscard]] std::vector<double> pair_energies(const Sites& sites,
                                                    const Eigen::VectorXd& strengths) const;

    ChargeTransferParameters parameters_;
    OverlapParameters exchange_;
};

}  // namespace keesom

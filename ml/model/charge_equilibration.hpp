// SPDX-License-Identifier: BSD-3-Clause
//
// Charges of atoms from their electronegativities: charge flows along bonds until it has nothing to
// gain, and no further.
//
//   E(q) = Σ_i χ_i q_i + ½ Σ_ij q_i J_ij q_j + ½ Σ_b p_b²/w_b ,     q = q⁰ + Σ_b p_b (1_j − 1_i)
//
// p_b is the charge that bond b moves from its atom i to its atom j, w_b how easily it does. J is
// the Coulomb energy of Gaussian charges of the covalent radii s, J_ij =
// erf(r_ij/√(s_i²+s_j²))/r_ij and J_ii = η + √(2/π)/s_i. The minimum is linear in χ,
//
//   q = q⁰ − A (χ + J q⁰) ,   A = L (1 + J L)⁻¹ ,
//
// with the Laplacian L of the graph of bonds weighted by w. A is symmetric, A 1 = 0, and each of
// its blocks belongs to one bonded molecule. So Σq is the total charge, exactly; nothing flows
// between molecules that are not bonded; a change at one end of a saturated chain does not reach
// the other, as it would without the last term of E (charge equilibration of Rappé and Goddard, J.
// Phys. Chem. 95, 3358 (1991), moves charge across any gap). Charges of bonds as variables: Nistor,
// Polihronov, Müser, Mosey, J. Chem. Phys. 125, 094108 (2006). w_b falls smoothly from its value
// for a bond to nothing at bond_tolerance (bonds.hpp), so that charges are smooth functions of the
// positions, and vanishes before atoms count as unbonded. q⁰ shares the charge of a molecule evenly
// among its atoms; what differs from that, χ has to say.
//
// To the charges that flow come those that stay, c_i, which an atom has wherever it is part of a
// molecule; P c, where
//
//   P = L (L + κ)⁻¹ ,   κ = 0.01 e²/hartree
//
// takes from each bonded molecule the mean of its c, nearly at once where bonds are whole and
// smoothly where one breaks. P 1 = 0. With them an ammonium or a carboxylate group has its charge
// in a zwitterion as it has in an ion; by flow alone the two would need different χ.
//
// For derivatives by the positions, let f = q − P c be the charges without those that stay, and w
// the derivatives of an energy by q. With (1 + J L)⁻¹ = 1 − J A and κ (L + κ)⁻¹ = 1 − P,
//
//   wᵀ dq = −(A w)ᵀ dJ f − (w − J A w)ᵀ dL (χ + J f) + (w − P w)ᵀ dL (c − P c)/κ
//
//   dJ_ij/dr = (2/√(π s²) exp(−r²/s²) − J_ij)/r ,   s² = s_i² + s_j²
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// q = a·χ + P·c + q₀ of one molecule.
struct ChargeResponse {
    Eigen::MatrixXd a;           ///< −A; (N, N), e²/hartree
    Eigen::MatrixXd projection;  ///< P; (N, N)
    Eigen::VectorXd offsets;     ///< charges at χ = c = 0; (N), e; they add up to the total charge

    [[nodiscard]] Eigen::VectorXd charges(const Eigen::VectorXd& electronegativities,
                                          const Eigen::VectorXd& staying) const {
        return a * electronegativities + projection * staying + offsets;
    }
};

/// How the charges of a molecule follow from electronegativities and staying charges of its atoms.
/// @throws InputError for an element without covalent radius,
///         or if the charge of an ion of several unbonded parts does not follow from their bonds
ChargeResponse charge_response(const Molecule& molecule);

/// Derivatives of an energy by the positions, by way of charge_response() alone, from those by the
/// charges: χ and c are held.
/// @param response charge_response() of the molecule
/// @param charge_gradient (N), hartree/e
/// @returns (3, N), hartree/bohr
Eigen::Matrix3Xd charge_response_pullback(const Molecule& molecule,
                                          const ChargeResponse& response,
                                          const Eigen::VectorXd& electronegativities,
                                          const Eigen::VectorXd& staying,
                                          const Eigen::VectorXd& charge_gradient);

}  // namespace keesom

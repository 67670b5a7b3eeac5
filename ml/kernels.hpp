// SPDX-License-Identifier: BSD-3-Clause
//
// Similarity of atomic environments, for scalars and for spherical tensors of rank λ.
//
//   K⁰(i, j)      = (p_i · p_j)^ζ                                      normalized: K⁰(i, i) = 1
//   K^λ_mm'(i, j) = (p_i · p_j)^ζ Σ_q ĉ_{i q λ m} ĉ_{j q λ m'}         ĉ = c/|c|
//
// Both factors of K^λ are positive semidefinite, so their elementwise product is (Schur). The
// second one carries the rotations: for environments turned by S and S', K^λ(Sρ, S'ρ') = D(S)
// K^λ(ρ, ρ') D(S')ᵀ with the real Wigner matrices D. A tensor predicted from it turns with the
// molecule and vanishes where symmetry says that it must. ĉ has parity (−1)^λ, so the model is
// covariant under reflections too. Grisafi, Wilkins, Csányi, Ceriotti, Phys. Rev. Lett. 120, 036002
// (2018) build K^λ of higher body order in one piece; here body order comes from the scalar factor.
// What is lost: a tensor lies in the span of the first-order vectors ĉ of its own environment, so,
// for instance, a vector normal to a plane of symmetry-equivalent neighbors cannot be made from
// them.
#pragma once

#include <Eigen/Core>

namespace keesom {

/// K⁰ between two lists of environments; (N, M).
/// @param a (features, N), @param b (features, M): normalized power spectra
/// @param zeta positive integer
Eigen::MatrixXd invariant_kernel(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, int zeta);

/// K^λ between two lists of environments; ((2λ+1) N, (2λ+1) M), row (2λ+1) i + (λ + m).
/// @param scalar K⁰; (N, M)
/// @param a (channels, (2λ+1) N), @param b (channels, (2λ+1) M): normalized rows of rank λ
Eigen::MatrixXd covariant_kernel(const Eigen::MatrixXd& scalar,
                                 const Eigen::MatrixXd& a,
                                 const Eigen::MatrixXd& b,
                                 int rank);

}  // namespace keesom

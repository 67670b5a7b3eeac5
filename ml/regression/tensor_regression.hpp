// SPDX-License-Identifier: BSD-3-Clause
//
// Regression of dipoles and quadrupoles that turn with the molecule.
//
//   t_m = Σ_k Σ_q x_k W_kq τ_qm
//
// x are invariant features of the environment, its leading ones; τ its spherical tensors of the
// rank λ of t (environment_features.hpp). With a normal prior of equal variance for all weights W,
// this is the Gaussian process with the covariant kernel K^λ_mm' = (x·x') Σ_q τ_qm τ'_qm' (Grisafi,
// Wilkins, Csányi, Ceriotti, Phys. Rev. Lett. 120, 036002 (2018)), written in its finitely many
// features: as many unknowns as there are products x_k τ_q, however many atoms there are. Where
// atoms have fewer components than that, the process itself is solved. A tensor has no mean that
// turns with the molecule, so there is no constant; it vanishes where symmetry says that it must.
// Errors of groups left out come from the normal equations without their part, or as held_out.hpp
// has it. Not a public header.
#pragma once

#include <Eigen/Core>

#include <span>

namespace keesom {

/// What is known of the atoms of one element for one rank.
struct TensorData {
    Eigen::MatrixXd invariants;  ///< x; (K, N)
    Eigen::MatrixXd tensors;     ///< τ; (T, (2λ+1) N)
    Eigen::MatrixXd targets;     ///< t; (2λ+1, N)
};

struct TensorRegression {
    Eigen::MatrixXd weights;  ///< W; (K, T)
    Eigen::MatrixXd errors;   ///< of groups left out, predicted − reference; (2λ+1, N)
};

/// t of each atom; (2λ+1, N).
Eigen::MatrixXd evaluate_tensors(const Eigen::MatrixXd& weights,
                                 const Eigen::Ref<const Eigen::MatrixXd>& invariants,
                                 const Eigen::Ref<const Eigen::MatrixXd>& tensors);

/// Ridge regression, and its errors for each group left out.
/// @param regularization ridge over the mean square of the features of a component of an atom
/// @param group_starts first atom of each group, ascending from 0; groups are contiguous. Empty: no
///        errors are asked for.
TensorRegression regress_tensors(const TensorData& data,
                                 double regularization,
                                 std::span<const Eigen::Index> group_starts);

}  // namespace keesom

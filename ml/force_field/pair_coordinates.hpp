// SPDX-License-Identifier: BSD-3-Clause
//
// A molecule as the distances between its atoms, each on a scale of its own, and how these follow
// the atoms, J = dq/dx. Nothing in them moves or turns with the molecule, so what is a function of
// them conserves momentum and angular momentum.
//
//   q_k = w_k r_ab^{−1/2} ,   ∂q_k/∂r_a = s_k ,   ∂q_k/∂r_b = −s_k ,
//   s_k = ½ w_k (r_b − r_a) r_ab^{−5/2}
//
// for each pair k of atoms a < b. Like the usual 1/r it makes near atoms count more than far ones;
// it is less steep, and learns better (docs/talk/force-fields.md).
//
// Not a public header.
#pragma once

#include <keesom/ml/force_field/permutations.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// Number of pairs of n atoms.
constexpr Eigen::Index pair_count(Eigen::Index n) {
    return n * (n - 1) / 2;
}

/// Calls visit(k, a, b) for all pairs a < b of n atoms, in the order of k.
template <class Visit>
void for_each_atom_pair(Eigen::Index n, const Visit& visit) {
    Eigen::Index k = 0;
    for (Eigen::Index b = 1; b < n; ++b) {
        for (Eigen::Index a = 0; a < b; ++a) {
            visit(k++, a, b);
        }
    }
}

struct PairCoordinates {
    Eigen::VectorXd values;   ///< q; (D)
    Eigen::Matrix3Xd slopes;  ///< s; (3, D), bohr⁻¹

    /// @param positions (3, N), bohr
    /// @param weights w; (D), bohr^½
    /// @throws NumericalError if two atoms coincide
    PairCoordinates(const Eigen::Matrix3Xd& positions, const Eigen::VectorXd& weights);

    /// J v, how fast q changes when atoms move with velocities v; (D).
    [[nodiscard]] Eigen::VectorXd along(const Eigen::Ref<const Eigen::Matrix3Xd>& velocities) const;

    /// Jᵀ g, the derivatives by the positions from those by q; (3, N).
    [[nodiscard]] Eigen::Matrix3Xd gradient(const Eigen::VectorXd& by_coordinates) const;
};

/// Weights with which a coordinate that moves much counts less: w_k = σ_k^{−1/2}, σ_k the standard
/// deviation of r^{−1/2} over some geometries and their images under permutations, times what makes
/// the mean variance of the coordinates 1; (D).
/// @throws NumericalError if no distance varies
Eigen::VectorXd pair_weights(std::span<const Eigen::Matrix3Xd> geometries,
                             std::span<const Permutation> permutations);

/// Which pair comes to stand at each place when atoms are permuted; (D).
std::vector<Eigen::Index> pair_permutation(const Permutation& permutation);

}  // namespace keesom

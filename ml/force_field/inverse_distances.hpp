// SPDX-License-Identifier: BSD-3-Clause
//
// A molecule as its inverse distances, q_k = 1/r_ab for each pair k of atoms a < b, and how they
// follow the atoms, J = dq/dx. Nothing in them moves or turns with the molecule, so what is a
// function of them conserves momentum and angular momentum.
//
//   ∂q_k/∂r_a = s_k,  ∂q_k/∂r_b = −s_k,  s_k = (r_b − r_a)/r_ab³
//
// Not a public header.
#pragma once

#include <keesom/ml/force_field/permutations.hpp>

#include <Eigen/Core>

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

struct InverseDistances {
    Eigen::VectorXd values;   ///< q; (D), bohr⁻¹
    Eigen::Matrix3Xd slopes;  ///< s; (3, D), bohr⁻²

    /// @param positions (3, N), bohr
    /// @throws NumericalError if two atoms coincide
    explicit InverseDistances(const Eigen::Matrix3Xd& positions);

    /// J v, how fast q changes when atoms move with velocities v; (D).
    [[nodiscard]] Eigen::VectorXd along(const Eigen::Ref<const Eigen::Matrix3Xd>& velocities) const;

    /// Jᵀ w, the derivatives by the positions of w·q; (3, N).
    [[nodiscard]] Eigen::Matrix3Xd gradient(const Eigen::VectorXd& weights) const;
};

/// Which pair comes to stand at each place when atoms are permuted; (D).
std::vector<Eigen::Index> pair_permutation(const Permutation& permutation);

}  // namespace keesom

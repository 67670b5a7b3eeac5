// SPDX-License-Identifier: BSD-3-Clause
//
// Internal: what the short-range and the long-range dipole interaction have in common. Both are
//
//   T = a δ − 3b n nᵀ ,   n = R/|R| ,
//
// with two functions a and b of the distance, 1/R³ for points.
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace keesom::detail {

/// Two atoms whose dipoles interact.
struct DipolePair {
    Eigen::Index i;  ///< above j: the block below the diagonal
    Eigen::Index j;
    double distance;            ///< |r_i − r_j|, bohr
    Eigen::Vector3d direction;  ///< n, from j to i
    double separation;          ///< S = β(R_vdW,i + R_vdW,j), where the ranges part, bohr
};

/// All pairs of atoms.
inline std::vector<DipolePair> dipole_pairs(const Eigen::Matrix3Xd& positions,
                                            const Eigen::VectorXd& vdw_radii,
                                            double beta) {
    std::vector<DipolePair> pairs;
    pairs.reserve(static_cast<std::size_t>(positions.cols() * (positions.cols() - 1) / 2));
    for (Eigen::Index j = 0; j < positions.cols(); ++j) {
        for (Eigen::Index i = j + 1; i < positions.cols(); ++i) {
            const Eigen::Vector3d r = positions.col(i) - positions.col(j);
            const double distance = r.norm();
            pairs.push_back({i, j, distance, r / distance, beta * (vdw_radii[i] + vdw_radii[j])});
        }
    }
    return pairs;
}

/// T of a pair, put below the diagonal of a 3N × 3N matrix.
inline void set_coupling(Eigen::MatrixXd& matrix, const DipolePair& pair, double a, double b) {
    auto block = matrix.block<3, 3>(3 * pair.i, 3 * pair.j);
    block = (-3.0 * b) * pair.direction * pair.direction.transpose();
    block.diagonal().array() += a;
}

/// Derivatives of an energy by the coupling of a pair.
struct CouplingGradient {
    double a;
    double b;
    Eigen::Vector3d turning;  ///< by r_i at constant distance

    /// @param weight W, where dE = Σ W_xy dT_xy
    CouplingGradient(const DipolePair& pair, double b_of_pair, const Eigen::Matrix3d& weight) {
        const Eigen::Vector3d& n = pair.direction;
        const Eigen::Vector3d weighted = weight * n + weight.transpose() * n;
        const double along = n.dot(weighted);
        a = weight.trace();
        b = -1.5 * along;
        turning = -3.0 * b_of_pair / pair.distance * (weighted - along * n);
    }
};

/// Adds the derivative by r_i of what a pair contributes; that by r_j is its negative.
inline void add_force(Eigen::Matrix3Xd& gradient,
                      const DipolePair& pair,
                      double by_distance,
                      const Eigen::Vector3d& turning) {
    const Eigen::Vector3d by_position = by_distance * pair.direction + turning;
    gradient.col(pair.i) += by_position;
    gradient.col(pair.j) -= by_position;
}

/// Adds the derivatives by the van der Waals radii of a pair.
inline void add_by_separation(Eigen::VectorXd& gradient,
                              const DipolePair& pair,
                              double beta,
                              double by_separation) {
    gradient[pair.i] += beta * by_separation;
    gradient[pair.j] += beta * by_separation;
}

}  // namespace keesom::detail

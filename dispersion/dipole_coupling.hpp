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

/// T of a pair.
template <class Scalar>
Eigen::Matrix<Scalar, 3, 3> coupling(const DipolePair& pair, const Scalar& a, const Scalar& b) {
    Eigen::Matrix<Scalar, 3, 3> tile;
    for (Eigen::Index x = 0; x < 3; ++x) {
        for (Eigen::Index y = 0; y < 3; ++y) {
            tile(x, y) = -3.0 * pair.direction[x] * pair.direction[y] * b;
        }
        tile(x, x) += a;
    }
    return tile;
}

/// Derivatives of an energy by the coupling of a pair.
template <class Scalar>
struct CouplingGradient {
    Scalar a;
    Scalar b;
    Eigen::Matrix<Scalar, 3, 1> turning;  ///< by r_i at constant distance

    /// @param weight W, where dE = Σ W_xy dT_xy
    CouplingGradient(const DipolePair& pair,
                     const Scalar& b_of_pair,
                     const Eigen::Matrix<Scalar, 3, 3>& weight) {
        const Eigen::Matrix<Scalar, 3, 1> n = pair.direction.cast<Scalar>();
        const Eigen::Matrix<Scalar, 3, 1> weighted = weight * n + weight.transpose() * n;
        const Scalar along = n.dot(weighted);
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

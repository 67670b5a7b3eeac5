// SPDX-License-Identifier: BSD-3-Clause
//
// What a process with a covariant kernel predicts, and its derivatives.
//
//   t_m = Σ_j s_j Σ_m' K^λ_mm'(ρ, ρ_j) α_jm'
//
// with the kernel of covariant_kernel.hpp and a similarity s_j of the whole environments. Of the
// directions of the neighbors k of ρ_j only a number each is left, w_k = u_k Σ_m Y_λm(r̂_k) α_jm:
//
//   t_m = Σ_i Y_λm(r̂_i) u(r_i) Σ_k s_j(k) w_k g(r_i, r_k) ,
//
// over pairs of neighbors of one element, g the radial overlap of the kernel.
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>

#include <Eigen/Core>

#include <map>
#include <vector>

namespace keesom {

class CovariantSum {
public:
    /// A neighbor in one of the environments ρ_j.
    struct Neighbor {
        Eigen::Index environment = 0;  ///< j
        double distance = 0.0;         ///< r_k, bohr
        double weight = 0.0;           ///< w_k
    };

    /// Neighbors of all ρ_j, by element.
    using Neighbors = std::map<int, std::vector<Neighbor>>;

    CovariantSum(const CovariantKernel& kernel, Neighbors neighbors);

    /// t; (2λ+1).
    /// @param similarities s; one for each ρ_j
    [[nodiscard]] Eigen::VectorXd evaluate(const AtomicEnvironment& environment,
                                           const Eigen::VectorXd& similarities) const;

    /// Derivatives of an energy by the similarities. Adds those by the displacements, (3, n).
    /// @param seed derivatives by t; (2λ+1)
    Eigen::VectorXd add_pullback(const AtomicEnvironment& environment,
                                 const Eigen::VectorXd& similarities,
                                 const Eigen::VectorXd& seed,
                                 Eigen::Matrix3Xd& displacement_gradient) const;

private:
    CovariantKernel kernel_;
    SphericalHarmonics harmonics_;
    Neighbors neighbors_;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Dipoles and quadrupoles by a kernel in closed form: the kernel of vectors and that of quadrupoles
// of the neighbors one at a time (covariant_kernel.hpp), times one of the whole environments,
//
//   t = Σ_j (x·x_j)² K^λ(ρ, ρ_j) α_j .
//
// This is the model of multipoles of Bereau, DiStasio, Tkatchenko, von Lilienfeld, J. Chem. Phys.
// 148, 241706 (2018), with the similarity of environments that the other properties have. It stands
// beside the products of tensor_regression.hpp for comparison.
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>
#include <keesom/ml/kernels/covariant_sum.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// What was learned about the atoms of one element.
struct ClosedFormTensors {
    Eigen::MatrixXd invariants;  ///< x_j; (features, J)

    // Neighbors k of all ρ_j; (n).
    std::vector<Eigen::Index> environments;  ///< j
    std::vector<int> elements;               ///< atomic numbers
    Eigen::VectorXd distances;               ///< r_k, bohr
    Eigen::MatrixXd weights;                 ///< u_k Y(r̂_k)·α_j of each tensor; (n, tensors)

    /// @param features number of invariants of the element
    /// @param tensors number of tensors
    /// @throws ModelError if parts do not fit together or to these, or are out of range
    void validate(Eigen::Index features, Eigen::Index tensors) const;
};

/// Predicts from ClosedFormTensors.
class ClosedFormPrediction {
public:
    /// @param ranks λ of each tensor
    ClosedFormPrediction(const ClosedFormTensors& tensors,
                         const CovariantKernelOptions& kernel,
                         std::span<const int> ranks);

    /// t of an atom, for each tensor; (2λ+1).
    /// @param x invariants of the environment; (features)
    [[nodiscard]] std::vector<Eigen::VectorXd> evaluate(const AtomicEnvironment& environment,
                                                        const Eigen::VectorXd& x) const;

    /// Derivatives of an energy by x, (features). Adds those by the displacements, (3, n).
    /// @param seeds derivatives by what evaluate() returns
    Eigen::VectorXd add_pullback(const AtomicEnvironment& environment,
                                 const Eigen::VectorXd& x,
                                 std::span<const Eigen::VectorXd> seeds,
                                 Eigen::Matrix3Xd& displacement_gradient) const;

private:
    Eigen::MatrixXd invariants_;
    std::vector<CovariantSum> sums_;  // for each tensor
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// The Gaussian process of tensors whose kernel has a closed form (closed_form_tensors.hpp),
//
//   α = (K + r)⁻¹ t ,   K_ij = (x_i·x_j)² K^λ(ρ_i, ρ_j) ,
//
// over all components of all atoms of an element. It takes (2λ+1)² N² numbers, so that it learns
// from some of the atoms. A prediction compares with each of them, neighbor by neighbor. Not a
// public header.
#pragma once

#include <keesom/ml/model/closed_form_tensors.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

namespace keesom {

/// Atoms to learn from.
struct ClosedFormData {
    std::vector<AtomicEnvironment> environments;  ///< (N)
    Eigen::MatrixXd invariants;                   ///< x; (features, N)
    std::vector<int> ranks;                       ///< λ of each tensor
    std::vector<Eigen::MatrixXd> targets;         ///< t of each tensor; (2λ+1, N)
};

class ClosedFormRegression {
public:
    /// @param regularization r over the mean variance of a component of an atom
    ClosedFormRegression(ClosedFormData data,
                         const CovariantKernelOptions& kernel,
                         double regularization);

    /// What is learned from some of the atoms; in single precision, as model files keep it.
    /// @throws NumericalError if the process cannot be solved
    [[nodiscard]] ClosedFormTensors learn_from(std::span<const Eigen::Index> atoms) const;

private:
    struct Tensor {
        int rank = 0;
        std::vector<CovariantKernel::Density> densities;  // (N)
        Eigen::MatrixXd covariance;                       // with the noise, its lower triangle
        Eigen::MatrixXd targets;                          // (2λ+1, N)
    };

    Eigen::MatrixXd invariants_;
    std::vector<Tensor> tensors_;
};

}  // namespace keesom

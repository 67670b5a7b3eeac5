// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/parallel.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/single_precision.hpp>
#include <keesom/ml/training/closed_form_regression.hpp>

#include <utility>

namespace keesom {

namespace {

/// Unknowns of all components of some atoms.
std::vector<Eigen::Index> unknowns_of(std::span<const Eigen::Index> atoms,
                                      Eigen::Index components) {
    std::vector<Eigen::Index> unknowns;
    for (const Eigen::Index atom : atoms) {
        for (Eigen::Index m = 0; m < components; ++m) {
            unknowns.push_back(components * atom + m);
        }
    }
    return unknowns;
}

}  // namespace

ClosedFormRegression::ClosedFormRegression(ClosedFormData data,
                                           const CovariantKernelOptions& kernel,
                                           double regularization)
    : invariants_(std::move(data.invariants)) {
    const Eigen::MatrixXd similarities = (invariants_.transpose() * invariants_).array().square();
    for (std::size_t t = 0; t < data.ranks.size(); ++t) {
        const CovariantKernel of_rank(data.ranks[t], kernel);
        Tensor& tensor = tensors_.emplace_back();
        tensor.rank = data.ranks[t];
        tensor.densities.resize(data.environments.size());
        parallel_for(tensor.densities.size(), [&](std::size_t i) {
            tensor.densities[i] = of_rank.density(data.environments[i]);
        });
        tensor.covariance = of_rank.covariance(tensor.densities, similarities);
        tensor.covariance.diagonal().array() +=
            regularization * tensor.covariance.diagonal().mean();
        tensor.targets = std::move(data.targets[t]);
    }
}

ClosedFormTensors ClosedFormRegression::learn_from(std::span<const Eigen::Index> atoms) const {
    ClosedFormTensors result;
    result.invariants = rounded_to_float(invariants_(Eigen::all, atoms));
    std::vector<double> distances;
    std::vector<std::vector<double>> weights(tensors_.size());
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
        const Tensor& tensor = tensors_[t];
        const Eigen::Index components = 2 * tensor.rank + 1;
        const std::vector<Eigen::Index> unknowns = unknowns_of(atoms, components);
        const CholeskyFactor factor(tensor.covariance(unknowns, unknowns));
        const Eigen::MatrixXd dual =
            factor.solve(tensor.targets(Eigen::all, atoms).reshaped().eval())
                .reshaped(components, std::ssize(atoms));
        for (std::size_t j = 0; j < atoms.size(); ++j) {
            for (const auto& [element, shell] :
                 tensor.densities[static_cast<std::size_t>(atoms[j])]) {
                const Eigen::VectorXd parts =
                    shell.weights *
                    (shell.harmonics.transpose() * dual.col(static_cast<Eigen::Index>(j))).array();
                weights[t].insert(weights[t].end(), parts.begin(), parts.end());
                if (t == 0) {
                    result.environments.insert(result.environments.end(),
                                               shell.distances.size(),
                                               static_cast<Eigen::Index>(j));
                    result.elements.insert(result.elements.end(), shell.distances.size(), element);
                    distances.insert(
                        distances.end(), shell.distances.begin(), shell.distances.end());
                }
            }
        }
    }
    const auto n = std::ssize(distances);
    result.distances = rounded_to_float(Eigen::Map<const Eigen::VectorXd>(distances.data(), n));
    result.weights.resize(n, std::ssize(weights));
    for (std::size_t t = 0; t < weights.size(); ++t) {
        result.weights.col(static_cast<Eigen::Index>(t)) =
            rounded_to_float(Eigen::Map<const Eigen::VectorXd>(weights[t].data(), n));
    }
    return result;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/model/closed_form_tensors.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace keesom {

void ClosedFormTensors::validate(Eigen::Index features, Eigen::Index tensors) const {
    const auto n = static_cast<std::size_t>(distances.size());
    const bool fits = invariants.rows() == features && environments.size() == n &&
                      elements.size() == n && weights.rows() == distances.size() &&
                      weights.cols() == tensors;
    const auto within = [](const auto& values, auto first, auto last) {
        return std::all_of(values.begin(), values.end(), [=](auto value) {
            return value >= first && value <= last;
        });
    };
    if (!fits || !within(environments, Eigen::Index{0}, invariants.cols() - 1) ||
        !within(elements, 1, 118) || !(distances.array() > 0.0).all() || !distances.allFinite() ||
        !invariants.allFinite() || !weights.allFinite()) {
        throw ModelError("tensors in closed form do not fit");
    }
}

ClosedFormPrediction::ClosedFormPrediction(const ClosedFormTensors& tensors,
                                           const CovariantKernelOptions& kernel,
                                           std::span<const int> ranks)
    : invariants_(tensors.invariants) {
    for (std::size_t t = 0; t < ranks.size(); ++t) {
        CovariantSum::Neighbors neighbors;
        for (std::size_t k = 0; k < tensors.elements.size(); ++k) {
            const auto row = static_cast<Eigen::Index>(k);
            neighbors[tensors.elements[k]].push_back(
                {tensors.environments[k],
                 tensors.distances[row],
                 tensors.weights(row, static_cast<Eigen::Index>(t))});
        }
        sums_.emplace_back(CovariantKernel(ranks[t], kernel), std::move(neighbors));
    }
}

std::vector<Eigen::VectorXd> ClosedFormPrediction::evaluate(const AtomicEnvironment& environment,
                                                            const Eigen::VectorXd& x) const {
    const Eigen::VectorXd similarities = (invariants_.transpose() * x).array().square();
    std::vector<Eigen::VectorXd> values;
    for (const CovariantSum& sum : sums_) {
        values.push_back(sum.evaluate(environment, similarities));
    }
    return values;
}

Eigen::VectorXd ClosedFormPrediction::add_pullback(const AtomicEnvironment& environment,
                                                   const Eigen::VectorXd& x,
                                                   std::span<const Eigen::VectorXd> seeds,
                                                   Eigen::Matrix3Xd& displacement_gradient) const {
    const Eigen::VectorXd products = invariants_.transpose() * x;
    const Eigen::VectorXd similarities = products.array().square();
    Eigen::VectorXd by_similarity = Eigen::VectorXd::Zero(similarities.size());
    for (std::size_t t = 0; t < sums_.size(); ++t) {
        by_similarity +=
            sums_[t].add_pullback(environment, similarities, seeds[t], displacement_gradient);
    }
    return invariants_ * (2.0 * products.cwiseProduct(by_similarity));
}

}  // namespace keesom

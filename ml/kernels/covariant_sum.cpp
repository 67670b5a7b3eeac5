// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/kernels/covariant_sum.hpp>

#include <cstddef>
#include <utility>

namespace keesom {

namespace {

/// Calls visit(column, neighbors of the same element, distance, u) for each neighbor that counts.
template <class Visit>
void for_each_neighbor(const AtomicEnvironment& environment,
                       const CovariantKernel& kernel,
                       const CovariantSum::Neighbors& neighbors,
                       const Visit& visit) {
    for (std::size_t i = 0; i < environment.neighbor_elements.size(); ++i) {
        const auto found = neighbors.find(environment.neighbor_elements[i]);
        const auto column = static_cast<Eigen::Index>(i);
        const double r = environment.displacements.col(column).norm();
        const CovariantKernel::Radial weight = kernel.weight(r);
        if (found != neighbors.end() && weight.value > 0.0) {
            visit(column, found->second, r, weight);
        }
    }
}

}  // namespace

CovariantSum::CovariantSum(const CovariantKernel& kernel, Neighbors neighbors)
    : kernel_(kernel), harmonics_(kernel_.rank()), neighbors_(std::move(neighbors)) {}

Eigen::VectorXd CovariantSum::evaluate(const AtomicEnvironment& environment,
                                       const Eigen::VectorXd& similarities) const {
    const int rank = kernel_.rank();
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(harmonics_count(rank));
    Eigen::VectorXd harmonics(sum.size());
    for_each_neighbor(
        environment,
        kernel_,
        neighbors_,
        [&](Eigen::Index i, const auto& others, double r, CovariantKernel::Radial weight) {
            double radial = 0.0;
            for (const Neighbor& other : others) {
                radial += similarities[other.environment] * other.weight *
                          kernel_.overlap(r, other.distance).value;
            }
            const Eigen::Vector3d unit = environment.displacements.col(i) / r;
            harmonics_.evaluate(unit.x(), unit.y(), unit.z(), harmonics.data());
            sum += weight.value * radial * harmonics;
        });
    return sum.tail(2 * rank + 1);
}

Eigen::VectorXd CovariantSum::add_pullback(const AtomicEnvironment& environment,
                                           const Eigen::VectorXd& similarities,
                                           const Eigen::VectorXd& seed,
                                           Eigen::Matrix3Xd& displacement_gradient) const {
    const int rank = kernel_.rank();
    Eigen::VectorXd by_similarity = Eigen::VectorXd::Zero(similarities.size());
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(harmonics_count(rank));
    weights.tail(2 * rank + 1) = seed;
    Eigen::VectorXd harmonics(weights.size());
    for_each_neighbor(
        environment,
        kernel_,
        neighbors_,
        [&](Eigen::Index i, const auto& others, double r, CovariantKernel::Radial weight) {
            const Eigen::Vector3d unit = environment.displacements.col(i) / r;
            harmonics_.evaluate(unit.x(), unit.y(), unit.z(), harmonics.data());
            const double angular = harmonics.dot(weights);
            CovariantKernel::Radial radial;
            for (const Neighbor& other : others) {
                const CovariantKernel::Radial overlap = kernel_.overlap(r, other.distance);
                const double similarity = similarities[other.environment];
                radial.value += similarity * other.weight * overlap.value;
                radial.slope += similarity * other.weight * overlap.slope;
                by_similarity[other.environment] +=
                    weight.value * angular * other.weight * overlap.value;
            }
            const Eigen::Vector3d by_unit =
                weight.value * radial.value * harmonics_.gradient(unit, weights.data());
            const double by_distance =
                angular * (weight.slope * radial.value + weight.value * radial.slope);
            displacement_gradient.col(i) +=
                by_distance * unit + (by_unit - unit.dot(by_unit) * unit) / r;
        });
    return by_similarity;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/force_field/pair_coordinates.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace keesom {

namespace {

// Of the largest standard deviation: a distance that hardly varies is not made to count for all.
constexpr double least_spread = 1e-2;

Eigen::Index atom_count(Eigen::Index pairs) {
    return static_cast<Eigen::Index>(
        std::lround(0.5 + std::sqrt(0.25 + 2.0 * static_cast<double>(pairs))));
}

}  // namespace

PairCoordinates::PairCoordinates(const Eigen::Matrix3Xd& positions, const Eigen::VectorXd& weights)
    : values(weights.size()), slopes(3, weights.size()) {
    for_each_atom_pair(positions.cols(), [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        const Eigen::Vector3d R = positions.col(b) - positions.col(a);
        const double r = R.norm();
        if (!(r > 0.0)) {
            throw NumericalError(fmt::format("atoms {} and {} coincide", a + 1, b + 1));
        }
        values[k] = weights[k] / std::sqrt(r);
        slopes.col(k) = 0.5 * values[k] / (r * r) * R;
    });
}

Eigen::VectorXd PairCoordinates::along(const Eigen::Ref<const Eigen::Matrix3Xd>& velocities) const {
    Eigen::VectorXd result(values.size());
    for_each_atom_pair(velocities.cols(), [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        result[k] = slopes.col(k).dot(velocities.col(a) - velocities.col(b));
    });
    return result;
}

Eigen::Matrix3Xd PairCoordinates::gradient(const Eigen::VectorXd& by_coordinates) const {
    const Eigen::Index n = atom_count(values.size());
    Eigen::Matrix3Xd result = Eigen::Matrix3Xd::Zero(3, n);
    for_each_atom_pair(n, [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        const Eigen::Vector3d along_pair = by_coordinates[k] * slopes.col(k);
        result.col(a) += along_pair;
        result.col(b) -= along_pair;
    });
    return result;
}

Eigen::VectorXd pair_weights(std::span<const Eigen::Matrix3Xd> geometries,
                             std::span<const Permutation> permutations) {
    const Eigen::Index pairs = pair_count(geometries.front().cols());
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(pairs);
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(pairs);
    Eigen::VectorXd squares = Eigen::VectorXd::Zero(pairs);
    // Less what is common to all geometries, so that variances do not cancel.
    const Eigen::VectorXd origin = PairCoordinates(geometries.front(), ones).values;
    for (const Permutation& permutation : permutations) {
        const std::vector<Eigen::Index> places = pair_permutation(permutation);
        for (const Eigen::Matrix3Xd& positions : geometries) {
            const Eigen::VectorXd values = PairCoordinates(positions, ones).values(places) - origin;
            sum += values;
            squares += values.cwiseAbs2();
        }
    }
    const auto count = static_cast<double>(geometries.size() * permutations.size());
    Eigen::ArrayXd spreads = (squares / count - (sum / count).cwiseAbs2()).array().max(0.0).sqrt();
    if (!(spreads.maxCoeff() > 0.0)) {
        throw NumericalError("all geometries of a force field are the same");
    }
    spreads = spreads.max(least_spread * spreads.maxCoeff());
    const Eigen::ArrayXd weights = spreads.rsqrt();
    return weights / std::sqrt((weights * spreads).square().mean());
}

std::vector<Eigen::Index> pair_permutation(const Permutation& permutation) {
    const auto n = static_cast<Eigen::Index>(permutation.size());
    std::vector<Eigen::Index> result(static_cast<std::size_t>(pair_count(n)));
    for_each_atom_pair(n, [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        const auto [low, high] = std::minmax(permutation[static_cast<std::size_t>(a)],
                                             permutation[static_cast<std::size_t>(b)]);
        result[static_cast<std::size_t>(k)] = pair_count(high) + low;
    });
    return result;
}

}  // namespace keesom

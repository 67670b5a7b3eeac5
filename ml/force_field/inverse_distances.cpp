// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/force_field/inverse_distances.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace keesom {

namespace {

Eigen::Index atom_count(Eigen::Index pairs) {
    return static_cast<Eigen::Index>(
        std::lround(0.5 + std::sqrt(0.25 + 2.0 * static_cast<double>(pairs))));
}

}  // namespace

InverseDistances::InverseDistances(const Eigen::Matrix3Xd& positions)
    : values(pair_count(positions.cols())), slopes(3, pair_count(positions.cols())) {
    for_each_atom_pair(positions.cols(), [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        const Eigen::Vector3d R = positions.col(b) - positions.col(a);
        const double r = R.norm();
        if (!(r > 0.0)) {
            throw NumericalError(fmt::format("atoms {} and {} coincide", a + 1, b + 1));
        }
        values[k] = 1.0 / r;
        slopes.col(k) = R / (r * r * r);
    });
}

Eigen::VectorXd InverseDistances::along(
    const Eigen::Ref<const Eigen::Matrix3Xd>& velocities) const {
    Eigen::VectorXd result(values.size());
    for_each_atom_pair(velocities.cols(), [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        result[k] = slopes.col(k).dot(velocities.col(a) - velocities.col(b));
    });
    return result;
}

Eigen::Matrix3Xd InverseDistances::gradient(const Eigen::VectorXd& weights) const {
    const Eigen::Index n = atom_count(values.size());
    Eigen::Matrix3Xd result = Eigen::Matrix3Xd::Zero(3, n);
    for_each_atom_pair(n, [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
        const Eigen::Vector3d along_pair = weights[k] * slopes.col(k);
        result.col(a) += along_pair;
        result.col(b) -= along_pair;
    });
    return result;
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

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/force_field/gradient_sum.hpp>
#include <keesom/ml/force_field/pair_coordinates.hpp>

#include <vector>

namespace keesom {

Eigen::MatrixXd permuted_columns(const Eigen::MatrixXd& columns,
                                 std::span<const Permutation> permutations,
                                 double factor) {
    std::vector<std::vector<Eigen::Index>> pairs;
    pairs.reserve(permutations.size());
    for (const Permutation& permutation : permutations) {
        pairs.push_back(pair_permutation(permutation));
    }
    Eigen::MatrixXd result(columns.rows(),
                           columns.cols() * static_cast<Eigen::Index>(permutations.size()));
    Eigen::Index image = 0;
    for (Eigen::Index i = 0; i < columns.cols(); ++i) {
        for (const std::vector<Eigen::Index>& places : pairs) {
            result.col(image++) = factor * columns.col(i)(places);
        }
    }
    return result;
}

ValueAndSlopes gradient_sum(const Matern52Kernel& kernel,
                            const Eigen::VectorXd& coordinates,
                            const Eigen::MatrixXd& points,
                            const Eigen::MatrixXd& dual) {
    ValueAndSlopes sum{0.0, Eigen::VectorXd::Zero(coordinates.size())};
    Eigen::VectorXd separation(coordinates.size());
    for (Eigen::Index m = 0; m < points.cols(); ++m) {
        separation = coordinates - points.col(m);
        const KernelFactors f = kernel.factors(separation.squaredNorm());
        const double along = separation.dot(dual.col(m));
        sum.value += f[1] * along;
        sum.slopes += f[1] * dual.col(m) - f[2] * along * separation;
    }
    return sum;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/kernels/group_average.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace keesom {

namespace {

constexpr double tolerance = 1e-9;
constexpr std::size_t largest_group = 5000;

void require_orthogonal(const std::vector<Eigen::MatrixXd>& matrices) {
    for (const Eigen::MatrixXd& g : matrices) {
        if (g.rows() != matrices.front().rows() || g.rows() != g.cols() ||
            !(g * g.transpose()).isIdentity(tolerance)) {
            throw InputError("a group needs orthogonal matrices of one size");
        }
    }
}

bool contains(const std::vector<Eigen::MatrixXd>& elements, const Eigen::MatrixXd& matrix) {
    return std::any_of(elements.begin(), elements.end(), [&](const Eigen::MatrixXd& g) {
        return (g - matrix).cwiseAbs().maxCoeff() < tolerance;
    });
}

}  // namespace

FiniteGroup::FiniteGroup(const std::vector<Eigen::MatrixXd>& generators) : elements_(generators) {
    if (generators.empty()) {
        throw InputError("a group needs a generator");
    }
    require_orthogonal(generators);
    // Orthogonal matrices of which only finitely many products exist have their inverses among
    // these.
    for (std::size_t i = 0; i < elements_.size(); ++i) {
        for (const Eigen::MatrixXd& generator : generators) {
            const Eigen::MatrixXd product = elements_[i] * generator;
            if (!contains(elements_, product)) {
                elements_.push_back(product);
            }
        }
        if (elements_.size() > largest_group) {
            throw InputError(
                fmt::format("the matrices generate more than {} elements", largest_group));
        }
    }
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/regression/cholesky.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

constexpr Eigen::Index tile = 192;

Eigen::Index tiles(Eigen::Index n) {
    return (n + tile - 1) / tile;
}

/// Calls task(first, count) for every tile of n rows. Where there is but one, waking other threads
/// would take longer than the task.
template <class Task>
void for_each_tile(Eigen::Index n, const Task& task) {
    if (n <= tile) {
        if (n > 0) {
            task(Eigen::Index{0}, n);
        }
        return;
    }
    parallel_for(static_cast<std::size_t>(tiles(n)), [&](std::size_t index) {
        const auto first = static_cast<Eigen::Index>(index) * tile;
        task(first, std::min(tile, n - first));
    });
}

}  // namespace

CholeskyFactor::CholeskyFactor(Eigen::MatrixXd matrix) : factor_(std::move(matrix)) {
    const Eigen::Index n = factor_.rows();
    if (factor_.cols() != n) {
        throw NumericalError(
            fmt::format("cannot factorize a {} x {} matrix", factor_.rows(), factor_.cols()));
    }
    for (Eigen::Index k = 0; k < n; k += tile) {
        const Eigen::Index width = std::min(tile, n - k);
        for_each_tile(n - k, [&](Eigen::Index first, Eigen::Index count) {
            factor_.block(k + first, k, count, width).noalias() -=
                factor_.block(k + first, 0, count, k) * factor_.block(k, 0, width, k).transpose();
        });
        auto diagonal = factor_.block(k, k, width, width);
        const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> llt(diagonal);
        if (llt.info() != Eigen::Success) {
            throw NumericalError(fmt::format(
                "matrix is not positive definite between rows {} and {} of {}", k, k + width, n));
        }
        const Eigen::Index below = n - k - width;
        for_each_tile(below, [&](Eigen::Index first, Eigen::Index count) {
            auto part = factor_.block(k + width + first, k, count, width);
            diagonal.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(
                part);
        });
    }
}

Eigen::MatrixXd CholeskyFactor::solve(const Eigen::MatrixXd& b) const {
    Eigen::MatrixXd x = b;
    factor_.triangularView<Eigen::Lower>().solveInPlace(x);
    factor_.triangularView<Eigen::Lower>().transpose().solveInPlace(x);
    return x;
}

double CholeskyFactor::log_determinant() const {
    return 2.0 * factor_.diagonal().array().log().sum();
}

Eigen::MatrixXd CholeskyFactor::inverse_block(Eigen::Index first, Eigen::Index count) const {
    const Eigen::Index n = size() - first;  // rows of X above are zero
    Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(n, count);
    columns.topRows(count).setIdentity();
    const auto factor = factor_.bottomRightCorner(n, n);
    for_each_tile(count, [&](Eigen::Index begin, Eigen::Index width) {
        auto part = columns.block(begin, begin, n - begin, width);
        factor.bottomRightCorner(n - begin, n - begin)
            .triangularView<Eigen::Lower>()
            .solveInPlace(part);
    });
    Eigen::MatrixXd block(count, count);
    for_each_tile(count, [&](Eigen::Index begin, Eigen::Index width) {
        // Column c of X vanishes above row c.
        const Eigen::Index rows = n - begin;
        block.block(begin, 0, width, begin + width).noalias() =
            columns.block(begin, begin, rows, width).transpose() *
            columns.block(begin, 0, rows, begin + width);
    });
    block.triangularView<Eigen::StrictlyUpper>() = block.transpose();
    return block;
}

}  // namespace keesom

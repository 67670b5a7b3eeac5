// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/regression/short_range_basis.hpp>
#include <keesom/ml/regression/single_precision.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

constexpr double jitter = 1e-3;             // ε
constexpr double identical_points = 1e-10;  // d²

/// The points as the environments that they are, with nothing but what kernels look at.
NormalizedExpansions environments_of(const ShortRangePoints& points, int rank) {
    const Eigen::Index n = points.count(rank);
    const Eigen::Index components = 2 * rank + 1;
    NormalizedExpansions expansions;
    expansions.invariants = points.invariants.topRows(n).transpose();
    for (Eigen::Index j = 0; rank > 0 && j < n; ++j) {
        const Eigen::MatrixXd& tensors = points.tensors[static_cast<std::size_t>(rank - 1)];
        Eigen::MatrixXd coefficients = Eigen::MatrixXd::Zero(tensors.rows(), harmonics_count(rank));
        coefficients.rightCols(components) = tensors.middleCols(components * j, components);
        expansions.coefficients.push_back(std::move(coefficients));
    }
    return expansions;
}

}  // namespace

Eigen::Index ShortRangePoints::count(int rank) const {
    return rank == 0 ? invariants.rows()
                     : tensors[static_cast<std::size_t>(rank - 1)].cols() / (2 * rank + 1);
}

Eigen::Index ShortRangePoints::channels(int rank) const {
    return rank == 0 ? 1 : tensors[static_cast<std::size_t>(rank - 1)].rows();
}

Eigen::MatrixXd ShortRangePoints::products(const Eigen::MatrixXd& environments) const {
    return narrow_product(invariants, environments.topRows(invariants.cols()));
}

void ShortRangePoints::validate() const {
    if (invariants.size() == 0 || !invariants.allFinite()) {
        throw ModelError("short-range points: expected finite invariants of at least one point");
    }
    for (int rank = 1; rank < static_cast<int>(rank_count); ++rank) {
        const Eigen::MatrixXd& of_rank = tensors[static_cast<std::size_t>(rank - 1)];
        if (count(rank) > count(0) || of_rank.cols() != (2 * rank + 1) * count(rank) ||
            !of_rank.allFinite()) {
            throw ModelError(
                fmt::format("short-range points: expected finite tensors of rank {} of up to {} "
                            "points, got {} components",
                            rank,
                            count(0),
                            of_rank.cols()));
        }
    }
}

std::vector<Eigen::Index> farthest_points(const Eigen::MatrixXd& invariants, Eigen::Index count) {
    std::vector<Eigen::Index> chosen;
    if (invariants.cols() == 0 || count <= 0) {
        return chosen;
    }
    const Eigen::RowVectorXd squares = invariants.colwise().squaredNorm();
    const auto squared_distances = [&](const Eigen::VectorXd& x) {
        return Eigen::RowVectorXd((squares - 2.0 * x.transpose() * invariants).array() +
                                  x.squaredNorm());
    };
    Eigen::Index next = 0;
    squared_distances(invariants.rowwise().mean()).minCoeff(&next);
    Eigen::RowVectorXd nearest = squared_distances(invariants.col(next));
    chosen.push_back(next);
    while (static_cast<Eigen::Index>(chosen.size()) < count &&
           nearest.maxCoeff(&next) > identical_points) {
        chosen.push_back(next);
        nearest = nearest.cwiseMin(squared_distances(invariants.col(next)));
    }
    return chosen;
}

ShortRangePoints short_range_points(const NormalizedExpansions& candidates,
                                    const ShortRangeSizes& sizes) {
    if (candidates.coefficients.empty() || sizes.invariants < 1 || sizes.channels < 1) {
        throw InputError(
            fmt::format("short-range points: expected environments, invariants and channels, got "
                        "{}, {} and {}",
                        candidates.coefficients.size(),
                        sizes.invariants,
                        sizes.channels));
    }
    if (sizes.points[0] < 1 || *std::min_element(sizes.points.begin(), sizes.points.end()) < 0 ||
        *std::max_element(sizes.points.begin(), sizes.points.end()) > sizes.points[0]) {
        throw InputError(
            fmt::format("short-range points: expected a number of points above 0 and no more for "
                        "tensors than for scalars, got {}, {} and {}",
                        sizes.points[0],
                        sizes.points[1],
                        sizes.points[2]));
    }
    const Eigen::MatrixXd invariants =
        candidates.invariants.topRows(std::min(sizes.invariants, candidates.invariants.rows()));
    const Eigen::Index channels = std::min(sizes.channels, candidates.coefficients.front().rows());
    const std::vector<Eigen::Index> chosen = farthest_points(invariants, sizes.points[0]);
    ShortRangePoints points;
    points.invariants = rounded_to_float(invariants(Eigen::all, chosen).transpose());
    for (int rank = 1; rank < static_cast<int>(rank_count); ++rank) {
        const Eigen::Index components = 2 * rank + 1;
        const Eigen::Index count = std::min(sizes.points[static_cast<std::size_t>(rank)],
                                            static_cast<Eigen::Index>(chosen.size()));
        Eigen::MatrixXd tensors(channels, components * count);
        for (Eigen::Index j = 0; j < count; ++j) {
            const auto point = static_cast<std::size_t>(chosen[static_cast<std::size_t>(j)]);
            tensors.middleCols(components * j, components) = candidates.coefficients[point].block(
                0, harmonics_index(rank, -rank), channels, components);
        }
        points.tensors[static_cast<std::size_t>(rank - 1)] = rounded_to_float(tensors);
    }
    return points;
}

ShortRangeBasis::ShortRangeBasis(ShortRangePoints points) : points_(std::move(points)) {
    points_.validate();
    for (int rank = 0; rank < static_cast<int>(rank_count); ++rank) {
        const auto r = static_cast<std::size_t>(rank);
        Eigen::MatrixXd matrix = kernel(rank, environments_of(points_, rank));
        // Tensors vanish where all points are symmetric; there is nothing to learn then.
        const double mean = matrix.rows() > 0 ? matrix.diagonal().mean() : 0.0;
        scales_[r] = mean > 0.0 ? mean : 1.0;
        matrix /= scales_[r];
        matrix.diagonal().array() += jitter;
        const Eigen::LLT<Eigen::MatrixXd> factor(matrix);
        if (!matrix.allFinite() || factor.info() != Eigen::Success) {
            throw ModelError(fmt::format(
                "short-range points: their kernel of rank {} is not positive definite", rank));
        }
        factors_[r] = factor.matrixL();
    }
}

Eigen::MatrixXd ShortRangeBasis::kernel(int rank, const NormalizedExpansions& expansions) const {
    const Eigen::Index n = expansions.invariants.cols();
    const Eigen::Index count = points_.count(rank);
    Eigen::MatrixXd similarities = points_.products(expansions.invariants).topRows(count);
    if (rank == 0) {
        return similarities;
    }
    const Eigen::MatrixXd& tensors = points_.tensors[static_cast<std::size_t>(rank - 1)];
    const Eigen::Index components = 2 * rank + 1;
    Eigen::MatrixXd result(components * count, components * n);
    for (Eigen::Index i = 0; i < n; ++i) {
        auto block = result.middleCols(components * i, components);
        block.noalias() =
            tensors.transpose() *
            points_.tensors_of(rank, expansions.coefficients[static_cast<std::size_t>(i)]);
        for (Eigen::Index j = 0; j < count; ++j) {
            block.middleRows(components * j, components) *= similarities(j, i);
        }
    }
    return result;
}

Eigen::MatrixXd ShortRangeBasis::features(int rank, const NormalizedExpansions& expansions) const {
    const auto r = static_cast<std::size_t>(rank);
    Eigen::MatrixXd result = kernel(rank, expansions) / scales_[r];
    factors_[r].triangularView<Eigen::Lower>().solveInPlace(result);
    return result;
}

Eigen::VectorXd ShortRangeBasis::unexplained_variances(int rank,
                                                       const NormalizedExpansions& expansions,
                                                       const Eigen::MatrixXd& features) const {
    const Eigen::Index n = expansions.invariants.cols();
    const Eigen::Index components = 2 * rank + 1;
    Eigen::VectorXd result(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        double prior = expansions.invariants.col(i).head(points_.invariants.cols()).squaredNorm();
        if (rank > 0) {
            prior *= points_.tensors_of(rank, expansions.coefficients[static_cast<std::size_t>(i)])
                         .squaredNorm();
        }
        const double explained = features.middleCols(components * i, components).squaredNorm();
        result[i] = std::max(0.0, prior / scales_[static_cast<std::size_t>(rank)] - explained) /
                    static_cast<double>(components);
    }
    return result;
}

Eigen::MatrixXd ShortRangeBasis::collapsed(int rank, const Eigen::VectorXd& weights) const {
    const auto r = static_cast<std::size_t>(rank);
    const Eigen::VectorXd dual =
        factors_[r].transpose().triangularView<Eigen::Upper>().solve(weights) / scales_[r];
    if (rank == 0) {
        return dual;
    }
    const Eigen::MatrixXd& tensors = points_.tensors[r - 1];
    const Eigen::Index components = 2 * rank + 1;
    Eigen::MatrixXd result(points_.count(rank), tensors.rows());
    for (Eigen::Index j = 0; j < result.rows(); ++j) {
        result.row(j) = (tensors.middleCols(components * j, components) *
                         dual.segment(components * j, components))
                            .transpose();
    }
    return result;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/kernels/conservative_kernel.hpp>

#include <fmt/format.h>

namespace keesom {

namespace {

void require_coordinates(Eigen::Index count, const CollectivePoint& point) {
    if (point.coordinates.size() != count || point.jacobian.rows() != count) {
        throw InputError(
            fmt::format("a point of {} collective coordinates with a Jacobian of {} rows, where "
                        "{} are expected",
                        point.coordinates.size(),
                        point.jacobian.rows(),
                        count));
    }
}

}  // namespace

Eigen::MatrixXd gradient_covariance(const KernelFactors& factors,
                                    const CollectivePoint& point,
                                    const CollectivePoint& other) {
    require_coordinates(point.coordinates.size(), point);
    require_coordinates(point.coordinates.size(), other);
    const Eigen::VectorXd separation = point.coordinates - other.coordinates;
    const Eigen::VectorXd along = point.jacobian.transpose() * separation;
    const Eigen::VectorXd other_along = other.jacobian.transpose() * separation;
    Eigen::MatrixXd covariance = factors[1] * (point.jacobian.transpose() * other.jacobian);
    covariance.noalias() -= factors[2] * along * other_along.transpose();
    return covariance;
}

Eigen::RowVectorXd value_gradient_covariance(const KernelFactors& factors,
                                             const Eigen::VectorXd& coordinates,
                                             const CollectivePoint& other) {
    require_coordinates(coordinates.size(), other);
    return factors[1] * ((coordinates - other.coordinates).transpose() * other.jacobian);
}

Eigen::MatrixXd curl_free_covariance(const KernelFactors& factors,
                                     const Eigen::VectorXd& separation) {
    Eigen::MatrixXd covariance = -factors[2] * separation * separation.transpose();
    covariance.diagonal().array() += factors[1];
    return covariance;
}

Eigen::MatrixXd divergence_free_covariance(const KernelFactors& factors,
                                           const Eigen::VectorXd& separation) {
    const auto others = static_cast<double>(separation.size() - 1);
    Eigen::MatrixXd covariance = factors[2] * separation * separation.transpose();
    covariance.diagonal().array() += others * factors[1] - separation.squaredNorm() * factors[2];
    return covariance;
}

namespace detail {

double squared_distance(const Eigen::VectorXd& coordinates, const Eigen::VectorXd& other) {
    if (coordinates.size() != other.size()) {
        throw InputError(fmt::format(
            "points of {} and of {} collective coordinates", coordinates.size(), other.size()));
    }
    return (coordinates - other).squaredNorm();
}

void require_blocks(Eigen::Index count, Eigen::Index other_count) {
    if (count <= 0 || other_count <= 0) {
        throw InputError(fmt::format("a covariance of {} x {} blocks", count, other_count));
    }
}

void require_block_size(const Eigen::MatrixXd& block, Eigen::Index rows, Eigen::Index cols) {
    if (block.rows() != rows || block.cols() != cols) {
        throw InputError(fmt::format(
            "a {} x {} block among blocks of {} x {}", block.rows(), block.cols(), rows, cols));
    }
}

}  // namespace detail

}  // namespace keesom

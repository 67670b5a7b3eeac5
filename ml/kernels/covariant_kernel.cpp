// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/descriptors/smooth_step.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>
#include <keesom/ml/kernels/spherical_bessel.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace keesom {

namespace {

constexpr int largest_rank = 30;

}  // namespace

void CovariantKernelOptions::validate() const {
    const auto require_positive = [](const char* name, double value) {
        if (!(value > 0.0 && std::isfinite(value))) {
            throw InputError(fmt::format("expected a positive {}, got {}", name, value));
        }
    };
    require_positive("gaussian_width", gaussian_width);
    require_positive("cutoff_radius", cutoff_radius);
    require_positive("cutoff_width", cutoff_width);
    if (cutoff_width > cutoff_radius) {
        throw InputError(fmt::format("expected a cutoff_width up to the cutoff_radius {}, got {}",
                                     cutoff_radius,
                                     cutoff_width));
    }
}

CovariantKernel::CovariantKernel(int rank, const CovariantKernelOptions& options)
    : rank_(rank), options_(options) {
    if (rank < 0 || rank > largest_rank) {
        throw InputError(fmt::format("expected a rank from 0 to {}, got {}", largest_rank, rank));
    }
    options.validate();
}

CovariantKernel::Radial CovariantKernel::weight(double r) const {
    const double t = (r - options_.cutoff_radius + options_.cutoff_width) / options_.cutoff_width;
    return {smooth_step_down(t), smooth_step_down_slope(t) / options_.cutoff_width};
}

CovariantKernel::Radial CovariantKernel::overlap(double r, double s) const {
    const double scale = 1.0 / (4.0 * options_.gaussian_width * options_.gaussian_width);
    const double c = 2.0 * scale * r * s;
    const Eigen::VectorXd bessel = scaled_spherical_bessel(std::max(rank_, 1), c);
    // i_λ' = i_{λ−1} − (λ+1)/c i_λ, and i_0' = i_1; scaled, one more −i_λ.
    const double by_c =
        (rank_ == 0 ? bessel[1] : bessel[rank_ - 1] - (rank_ + 1) / c * bessel[rank_]) -
        bessel[rank_];
    const double shell =
        4.0 * std::numbers::pi / (2 * rank_ + 1) * std::exp(-scale * (r - s) * (r - s));
    return {shell * bessel[rank_],
            shell * (2.0 * scale * s * by_c - 2.0 * scale * (r - s) * bessel[rank_])};
}

CovariantKernel::Density CovariantKernel::density(const AtomicEnvironment& environment) const {
    std::map<int, std::vector<Eigen::Index>> neighbors;
    for (std::size_t j = 0; j < environment.neighbor_elements.size(); ++j) {
        const auto column = static_cast<Eigen::Index>(j);
        if (environment.displacements.col(column).norm() < options_.cutoff_radius) {
            neighbors[environment.neighbor_elements[j]].push_back(column);
        }
    }
    const SphericalHarmonics harmonics(rank_);
    Density density;
    for (const auto& [element, columns] : neighbors) {
        const auto n = static_cast<Eigen::Index>(columns.size());
        Shell shell{Eigen::ArrayXd(n), Eigen::ArrayXd(n), {}};
        Eigen::MatrixXd values(harmonics_count(rank_), n);
        for (Eigen::Index i = 0; i < n; ++i) {
            const Eigen::Vector3d r =
                environment.displacements.col(columns[static_cast<std::size_t>(i)]);
            shell.distances[i] = r.norm();
            shell.weights[i] = weight(shell.distances[i]).value;
            const Eigen::Vector3d unit = r.normalized();
            harmonics.evaluate(unit.x(), unit.y(), unit.z(), values.col(i).data());
        }
        shell.harmonics = values.middleRows(harmonics_index(rank_, -rank_), 2 * rank_ + 1);
        density.emplace(element, std::move(shell));
    }
    return density;
}

Eigen::MatrixXd CovariantKernel::operator()(const Density& a, const Density& b) const {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(2 * rank_ + 1, 2 * rank_ + 1);
    for (const auto& [element, left] : a) {
        const auto found = b.find(element);
        if (found == b.end()) {
            continue;
        }
        const Shell& right = found->second;
        Eigen::MatrixXd radial(left.distances.size(), right.distances.size());
        for (Eigen::Index j = 0; j < radial.cols(); ++j) {
            for (Eigen::Index i = 0; i < radial.rows(); ++i) {
                radial(i, j) = left.weights[i] * right.weights[j] *
                               overlap(left.distances[i], right.distances[j]).value;
            }
        }
        result += left.harmonics * radial * right.harmonics.transpose();
    }
    return result;
}

Eigen::MatrixXd CovariantKernel::covariance(std::span<const Density> densities,
                                            const Eigen::MatrixXd& similarities) const {
    const Eigen::Index components = 2 * rank_ + 1;
    const Eigen::Index size = components * similarities.rows();
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
    parallel_for(densities.size(), [&](std::size_t i) {
        const auto row = static_cast<Eigen::Index>(i);
        for (std::size_t j = 0; j <= i; ++j) {
            const auto column = static_cast<Eigen::Index>(j);
            result.block(components * row, components * column, components, components) =
                similarities(row, column) * (*this)(densities[i], densities[j]);
        }
    });
    return result;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/environment_features.hpp>
#include <keesom/ml/power_spectrum.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace keesom {

FeatureCalculator::FeatureCalculator(const DescriptorOptions& options,
                                     ChannelContraction contraction)
    : options_(options), expansion_(options), contraction_(std::move(contraction)) {
    const std::vector<Eigen::MatrixXd>& matrices = contraction_.matrices();
    if (!matrices.empty() && matrices.size() != static_cast<std::size_t>(options.max_angular + 1)) {
        throw InputError(fmt::format("channel contraction has {} matrices for max_angular {}",
                                     matrices.size(),
                                     options.max_angular));
    }
    for (const Eigen::MatrixXd& matrix : matrices) {
        if (matrix.cols() != expansion_.channels() || matrix.rows() != matrices.front().rows() ||
            matrix.rows() == 0) {
            throw InputError(fmt::format("channel contraction is {} x {} for {} channels",
                                         matrix.rows(),
                                         matrix.cols(),
                                         expansion_.channels()));
        }
        if (!matrix.allFinite()) {
            throw InputError("channel contraction is not finite");
        }
    }
}

EnvironmentFeatures FeatureCalculator::features(
    std::span<const AtomicEnvironment> environments) const {
    const Eigen::Index channels = contraction_.matrices().empty()
                                      ? expansion_.channels()
                                      : contraction_.matrices().front().rows();
    const auto n = static_cast<Eigen::Index>(environments.size());
    EnvironmentFeatures result;
    result.invariants.resize(power_spectrum_size(channels, options_.max_angular), n);
    result.vectors.resize(channels, 3 * n);
    result.tensors.resize(channels, 5 * n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::MatrixXd coefficients =
            contraction_.apply(expansion_.expand(environments[static_cast<std::size_t>(i)]));
        const double norm = coefficients.norm();
        result.invariants.col(i) = power_spectrum(coefficients);
        result.vectors.middleCols(3 * i, 3) = coefficients.middleCols(1, 3) / norm;
        result.tensors.middleCols(5 * i, 5) = coefficients.middleCols(4, 5) / norm;
    }
    return result;
}

EnvironmentFeatures select(const EnvironmentFeatures& features,
                           std::span<const Eigen::Index> indices) {
    const auto n = static_cast<Eigen::Index>(indices.size());
    EnvironmentFeatures result;
    result.invariants.resize(features.invariants.rows(), n);
    result.vectors.resize(features.vectors.rows(), 3 * n);
    result.tensors.resize(features.tensors.rows(), 5 * n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::Index from = indices[static_cast<std::size_t>(i)];
        result.invariants.col(i) = features.invariants.col(from);
        result.vectors.middleCols(3 * i, 3) = features.vectors.middleCols(3 * from, 3);
        result.tensors.middleCols(5 * i, 5) = features.tensors.middleCols(5 * from, 5);
    }
    return result;
}

}  // namespace keesom

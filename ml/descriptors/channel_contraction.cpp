// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/channel_contraction.hpp>
#include <keesom/ml/descriptors/principal_directions.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

int max_angular_of(const Eigen::MatrixXd& coefficients) {
    return static_cast<int>(std::lround(std::sqrt(static_cast<double>(coefficients.cols())))) - 1;
}

}  // namespace

ChannelContraction::ChannelContraction(std::vector<Eigen::MatrixXd> matrices)
    : matrices_(std::move(matrices)) {}

Eigen::MatrixXd ChannelContraction::apply(const Eigen::MatrixXd& coefficients) const {
    if (matrices_.empty()) {
        return coefficients;
    }
    Eigen::MatrixXd contracted(matrices_.front().rows(), coefficients.cols());
    for (std::size_t l = 0; l < matrices_.size(); ++l) {
        const auto first = static_cast<Eigen::Index>(l * l);
        const auto count = static_cast<Eigen::Index>(2 * l + 1);
        contracted.middleCols(first, count).noalias() =
            matrices_[l] * coefficients.middleCols(first, count);
    }
    return contracted;
}

Eigen::MatrixXd ChannelContraction::apply_transposed(const Eigen::MatrixXd& contracted) const {
    if (matrices_.empty()) {
        return contracted;
    }
    Eigen::MatrixXd coefficients(matrices_.front().cols(), contracted.cols());
    for (std::size_t l = 0; l < matrices_.size(); ++l) {
        const auto first = static_cast<Eigen::Index>(l * l);
        const auto count = static_cast<Eigen::Index>(2 * l + 1);
        coefficients.middleCols(first, count).noalias() =
            matrices_[l].transpose() * contracted.middleCols(first, count);
    }
    return coefficients;
}

ChannelContraction principal_channels(std::span<const Eigen::MatrixXd> expansions,
                                      Eigen::Index channels_kept) {
    const Eigen::Index channels = expansions.front().rows();
    const Eigen::Index kept = channels_kept == 0 ? channels : std::min(channels_kept, channels);
    std::vector<Eigen::MatrixXd> matrices;
    for (int l = 0; l <= max_angular_of(expansions.front()); ++l) {
        Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(channels, channels);
        for (const Eigen::MatrixXd& expansion : expansions) {
            const auto part = expansion.middleCols(harmonics_index(l, -l), 2 * l + 1);
            covariance.noalias() += part * part.transpose() / expansion.squaredNorm();
        }
        matrices.push_back(principal_directions(covariance, kept));
    }
    return ChannelContraction(std::move(matrices));
}

}  // namespace keesom

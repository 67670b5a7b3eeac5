// SPDX-License-Identifier: BSD-3-Clause
//
// Fewer channels at almost no loss: the (element, radial) channels of a density expansion are
// highly correlated, and the power spectrum grows with the square of their number.
//
// For each l the covariance Σ_i Σ_m c_{q l m} c_{q' l m} / |c_i|² over the environments of a
// training set (every element of the center counting alike) is diagonalized and the expansion
// projected on its leading eigenvectors. The projection mixes channels of one l and leaves m alone,
// so the result turns exactly as the original does.
#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

class ChannelContraction {
public:
    /// Keeps everything.
    ChannelContraction() = default;

    /// @param matrices one for each l; (channels kept, channels)
    explicit ChannelContraction(std::vector<Eigen::MatrixXd> matrices);

    /// Contracted coefficients; (channels kept, (max_angular+1)²). Identity if there are no
    /// matrices.
    [[nodiscard]] Eigen::MatrixXd apply(const Eigen::MatrixXd& coefficients) const;

    [[nodiscard]] const std::vector<Eigen::MatrixXd>& matrices() const { return matrices_; }

private:
    std::vector<Eigen::MatrixXd> matrices_;
};

/// The best contraction for a set of expansions.
/// @param expansions (channels, (max_angular+1)²) each
/// @param centers atomic number of the central atom of each
/// @param channels_kept number of channels for each l; at most as many as there are
ChannelContraction principal_channels(std::span<const Eigen::MatrixXd> expansions,
                                      std::span<const int> centers,
                                      Eigen::Index channels_kept);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Fewer channels at almost no loss: the (element, radial) channels of a density expansion are
// highly correlated, and the power spectrum grows with the square of their number.
//
// For each l the covariance Σ_i Σ_m c_{q l m} c_{q' l m} / |c_i|² over the environments of a
// training set is diagonalized and the expansion projected on its leading eigenvectors. The
// projection mixes channels of one l and leaves m alone, so the result turns exactly as the
// original does.
#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

class ChannelContraction {
public:
    /// Keeps everything as it is.
    ChannelContraction() = default;

    /// @param matrices one for each l; (channels kept, channels)
    explicit ChannelContraction(std::vector<Eigen::MatrixXd> matrices);

    /// Contracted coefficients; (channels kept, (max_angular+1)²). Identity if there are no
    /// matrices.
    [[nodiscard]] Eigen::MatrixXd apply(const Eigen::MatrixXd& coefficients) const;

    /// The transposed map: derivatives by the coefficients, from those by the contracted ones.
    [[nodiscard]] Eigen::MatrixXd apply_transposed(const Eigen::MatrixXd& contracted) const;

    [[nodiscard]] const std::vector<Eigen::MatrixXd>& matrices() const { return matrices_; }

private:
    std::vector<Eigen::MatrixXd> matrices_;
};

/// The best contraction for a set of expansions, the most important channels first.
/// @param expansions (channels, (max_angular+1)²) each, at least one
/// @param channels_kept number of channels for each l; 0 or more than there are keeps all
ChannelContraction principal_channels(std::span<const Eigen::MatrixXd> expansions,
                                      Eigen::Index channels_kept);

}  // namespace keesom

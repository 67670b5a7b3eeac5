// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/ml/channel_contraction.hpp>
#include <keesom/ml/density_expansion.hpp>

#include <Eigen/Core>

#include <span>

namespace keesom {

/// What the kernels see of a list of N environments.
struct EnvironmentFeatures {
    Eigen::MatrixXd invariants;  ///< (features, N), normalized power spectra

    /// (channels, 3N) and (channels, 5N): the l = 1 and l = 2 rows of the contracted expansion over
    /// the norm of all of it; column (2l+1)·i + (l + m).
    Eigen::MatrixXd vectors;
    Eigen::MatrixXd tensors;

    [[nodiscard]] Eigen::Index size() const { return invariants.cols(); }
};

/// From geometry to features: expansion, contraction, power spectrum.
class FeatureCalculator {
public:
    /// @throws InputError if options are invalid
    explicit FeatureCalculator(const DescriptorOptions& options,
                               ChannelContraction contraction = {});

    /// @throws ModelError for an element that is not among the options
    [[nodiscard]] EnvironmentFeatures features(
        std::span<const AtomicEnvironment> environments) const;

    [[nodiscard]] const DescriptorOptions& options() const { return options_; }

    [[nodiscard]] const ChannelContraction& contraction() const { return contraction_; }

private:
    DescriptorOptions options_;
    DensityExpansion expansion_;
    ChannelContraction contraction_;
};

/// Features of some of the environments, in the order of `indices`.
EnvironmentFeatures select(const EnvironmentFeatures& features,
                           std::span<const Eigen::Index> indices);

}  // namespace keesom

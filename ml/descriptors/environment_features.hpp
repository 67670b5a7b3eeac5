// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/ml/descriptors/channel_contraction.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace keesom {

/// Ranks λ of what is learned: scalars, dipoles, quadrupoles.
inline constexpr std::size_t rank_count = 3;

/// What the kernels see of a list of N environments: for each rank λ a matrix (features,
/// (2λ+1) N), column (2λ+1) i + (λ + m). Rank 0 is the power spectrum over its norm; the higher
/// ones are the covariant spectra over that same norm. So they are small where an environment is
/// nearly symmetric, and smooth where their own norm vanishes.
struct EnvironmentFeatures {
    std::array<Eigen::MatrixXd, rank_count> ranks;

    [[nodiscard]] Eigen::Index size() const { return ranks[0].cols(); }
};

/// Which combinations of channels and of features are kept.
struct FeatureReduction {
    ChannelContraction channels;

    /// Principal directions of the features of each rank, as rows; (kept, features). An empty
    /// matrix keeps all. Only features are mixed, never components m, so covariance stays.
    std::array<Eigen::MatrixXd, rank_count> directions;
};

/// From geometry to features: expansion, contraction, covariant spectra, projection.
class FeatureCalculator {
public:
    /// @throws InputError if options are invalid or the reduction does not fit them
    explicit FeatureCalculator(const DescriptorOptions& options, FeatureReduction reduction = {});

    /// Number of features of rank λ.
    [[nodiscard]] Eigen::Index size(std::size_t rank) const;

    /// @throws ModelError for an element that is not among the options
    [[nodiscard]] EnvironmentFeatures features(
        std::span<const AtomicEnvironment> environments) const;

private:
    DensityExpansion expansion_;
    FeatureReduction reduction_;
    std::vector<CovariantSpectrum> spectra_;
};

/// The reduction that loses least of the sum of squares of some environments, and mean squares of
/// the invariant features that it keeps.
struct PrincipalReduction {
    FeatureReduction reduction;
    Eigen::VectorXd variances;  ///< λ_k, descending; (features)
};

/// The best reduction for the environments of one element.
/// @throws InputError if options are invalid or there is no environment
/// @throws ModelError for an element that is not among the options
PrincipalReduction principal_reduction(const DescriptorOptions& options,
                                       std::span<const AtomicEnvironment> environments);

}  // namespace keesom

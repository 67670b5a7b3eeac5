// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/ml/descriptors/channel_contraction.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>
#include <keesom/ml/descriptors/narrow_product.hpp>

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

/// Of a list of N environments the invariant features and what features of higher rank are made of.
struct NormalizedExpansions {
    Eigen::MatrixXd invariants;  ///< as EnvironmentFeatures::ranks[0]

    /// Contracted expansions over the square root of the norm of their power spectrum, so that what
    /// is of second order in them is over that norm; (channels, (max_angular+1)²) each
    std::vector<Eigen::MatrixXd> coefficients;

    Eigen::VectorXd norms;  ///< of the power spectra; (N)
};

/// Which combinations of channels and of features are kept.
struct FeatureReduction {
    ChannelContraction channels;

    /// Principal directions of the features of each rank, as rows; (kept, features). An empty
    /// matrix keeps all. Only features are mixed, never components m, so covariance stays.
    std::array<RowMatrix, rank_count> directions;
};

/// From geometry to features: expansion, contraction, covariant spectra, projection.
class FeatureCalculator {
public:
    /// @throws InputError if options are invalid or the reduction does not fit them
    explicit FeatureCalculator(const DescriptorOptions& options, FeatureReduction reduction = {});

    /// Number of features of rank λ.
    [[nodiscard]] Eigen::Index size(std::size_t rank) const;

    /// Channels of NormalizedExpansions::coefficients.
    [[nodiscard]] Eigen::Index channels() const;

    /// @throws ModelError for an element that is not among the options
    [[nodiscard]] EnvironmentFeatures features(
        std::span<const AtomicEnvironment> environments) const;

    /// What suffices where no single feature of higher rank is asked for.
    /// @throws ModelError for an element that is not among the options
    [[nodiscard]] NormalizedExpansions normalized_expansions(
        std::span<const AtomicEnvironment> environments) const;

    /// Σ_k w_k τ_k over the features of a rank that is not projected, at a fraction of the cost of
    /// the single features.
    /// @param coefficients one of NormalizedExpansions::coefficients
    /// @param weights size(rank) of them
    /// @returns (2λ+1)
    [[nodiscard]] Eigen::VectorXd combined_feature(
        std::size_t rank,
        const Eigen::MatrixXd& coefficients,
        const Eigen::Ref<const Eigen::VectorXd>& weights) const {
        return spectra_[rank].contract(coefficients, weights);
    }

    /// Adds the derivatives by the coefficients of combined_feature() times `seeds`, (2λ+1).
    /// @returns the derivatives by the weights; size(rank) of them
    [[nodiscard]] Eigen::VectorXd add_combined_feature_pullback(
        std::size_t rank,
        const Eigen::MatrixXd& coefficients,
        const Eigen::Ref<const Eigen::VectorXd>& weights,
        const Eigen::Ref<const Eigen::VectorXd>& seeds,
        Eigen::MatrixXd& coefficient_gradient) const {
        return spectra_[rank].add_contraction_pullback(
            coefficients, weights, seeds, coefficient_gradient);
    }

    /// Derivatives by the displacements of each environment, from those by what
    /// normalized_expansions() made of them: with x = D p̂, p̂ = p/n, ĉ = c/√n and n = |p|,
    ///
    ///   √n ∂E/∂c = [∂p(ĉ)/∂ĉ]ᵀ [ḡ − p̂ (p̂·ḡ + ½ ĉ·∂E/∂ĉ)] + ∂E/∂ĉ ,   ḡ = Dᵀ ∂E/∂x
    ///
    /// @param invariant_gradient ∂E/∂x; (size(0), N)
    /// @param coefficient_gradients ∂E/∂ĉ; as NormalizedExpansions::coefficients
    /// @returns (3, n) for each environment
    [[nodiscard]] std::vector<Eigen::Matrix3Xd> pullback(
        std::span<const AtomicEnvironment> environments,
        const NormalizedExpansions& expansions,
        const Eigen::MatrixXd& invariant_gradient,
        std::span<const Eigen::MatrixXd> coefficient_gradients) const;

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

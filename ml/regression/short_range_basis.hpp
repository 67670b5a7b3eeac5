// SPDX-License-Identifier: BSD-3-Clause
//
// The short-range properties of the atoms of one element as linear functions of unknowns that are
// independent and of unit variance, for learning them through energies.
//
// A scalar is a Gaussian process of an atom's environment, with the invariants x; a tensor of rank
// λ one with the covariant kernel, with the tensors c_qm of the first channels q of the expansion.
// The prior mean of all is 0: what the constants of the element say. Kernels between an environment
// and one of the sparse points j:
//
//   s_j = x·x_j ,   k^λ_j,mm' = s_j Σ_q c_qm c_jqm'
//
// Powers of x·x_j tell more environments apart, and predict energies of molecules left out of a fit
// worse. K, the kernel between the points, is divided by the mean κ of its diagonal. So the
// standard deviation of a property, short_range_deviations, is what it usually has. With K/κ + ε =
// L Lᵀ, ε = 10⁻³, and k for the kernels between points and environments,
//
//   φ = L⁻¹ k/κ ,   f = d Σ_r w_r φ_r ,
//
// with normal weights w of unit variance, is the process of standard deviation d as far as the
// points span it. |φ|² of an environment is the part of its prior variance that they explain; what
// is missing to k(x, x)/κ is novelty, and stays unknown however many energies there are.
//
// Weights found, the sum over the points collapses to a function that knows no orientation
// (short_range_model.hpp):
//
//   f = Σ_j b_j s_j ,   t_m = Σ_q (Σ_j s_j B_jq) c_qm
#pragma once

#include <keesom/ml/descriptors/environment_features.hpp>
#include <keesom/ml/descriptors/narrow_product.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <Eigen/Core>

#include <array>
#include <vector>

namespace keesom {

/// Prior standard deviations of each of short_range_properties(), in their units, of each spherical
/// component. They were chosen by how well energies of molecules left out are predicted.
// clang-format off
inline constexpr std::array<double, 10> short_range_deviations = {
    0.05,   // penetration decay
    0.075,  // penetration dipole
    0.15,   // penetration quadrupole
    0.15,   // exchange amplitude
    0.05,   // exchange decay
    0.25,   // exchange dipole
    0.5,    // exchange quadrupole
    0.25,   // charge-transfer strength
    0.15,   // dispersion reach
    0.075,  // dispersion decay
};

// clang-format on

/// Environments of one element that its properties are functions of the similarity to. M of them
/// for scalars; of these the first M_λ for tensors of rank λ.
struct ShortRangePoints {
    RowMatrix invariants;  ///< x_j, the leading invariants; (M, F)

    /// c_j of ranks 1 and 2, of the first channels; (Q, (2λ+1) M_λ), column (2λ+1) j + (λ + m).
    std::array<Eigen::MatrixXd, 2> tensors;

    /// M for rank 0, M_λ for a higher one.
    [[nodiscard]] Eigen::Index count(int rank) const;

    /// Q; for rank 0 it is 1, since there kernels have no further factor.
    [[nodiscard]] Eigen::Index channels(int rank) const;

    /// x·x_j; (M, N).
    /// @param environments their invariants, of which the leading F count; (F or more, N)
    [[nodiscard]] Eigen::MatrixXd products(const Eigen::MatrixXd& environments) const;

    /// c_qm of one environment; (Q, 2λ+1).
    /// @param coefficients one of NormalizedExpansions::coefficients
    [[nodiscard]] auto tensors_of(int rank, const Eigen::MatrixXd& coefficients) const {
        return coefficients.block(
            0, harmonics_index(rank, -rank), channels(rank), 2 * Eigen::Index{rank} + 1);
    }

    /// @throws ModelError if there is no point, if there are more for tensors than for scalars, or
    ///         if anything is not finite
    void validate() const;
};

/// How much of the environments is kept.
struct ShortRangeSizes {
    Eigen::Index invariants = 0;                       ///< F
    Eigen::Index channels = 0;                         ///< Q
    std::array<Eigen::Index, rank_count> points = {};  ///< M, M_1, M_2, none above the first
};

/// Indices of up to `count` environments, far from each other: first the one nearest to the mean,
/// then each time the one farthest from all that are chosen, in the distance d² = |x − x'|², which
/// is 2 − 2 x·x' for vectors of length 1. Of several, the first one. Ends early where all others
/// have, to d² = 10⁻¹⁰, been chosen.
/// @param invariants (features, N)
std::vector<Eigen::Index> farthest_points(const Eigen::MatrixXd& invariants, Eigen::Index count);

/// Farthest points among some environments of one element; fewer points, invariants and channels
/// than asked for where there are no more. In single precision, in which model files have them.
/// @throws InputError if there is no environment, if no point, invariant or channel is asked for,
///         or more points for tensors than for scalars
ShortRangePoints short_range_points(const NormalizedExpansions& candidates,
                                    const ShortRangeSizes& sizes);

class ShortRangeBasis {
public:
    /// @throws ModelError as ShortRangePoints::validate() does, or if numbers are so large that
    ///         kernels between the points are not finite
    explicit ShortRangeBasis(ShortRangePoints points);

    [[nodiscard]] const ShortRangePoints& points() const { return points_; }

    /// Number of weights of a property of rank λ: (2λ+1) M_λ.
    [[nodiscard]] Eigen::Index size(int rank) const {
        return factors_[static_cast<std::size_t>(rank)].rows();
    }

    /// φ of N environments; (size(rank), (2λ+1) N), column (2λ+1) i + (λ + m).
    [[nodiscard]] Eigen::MatrixXd features(int rank, const NormalizedExpansions& expansions) const;

    /// What the points do not explain of the prior variance, mean over the components, over d²: 1
    /// for an environment like none of them, if the points are typical in size; (N).
    /// @param features of the same environments
    [[nodiscard]] Eigen::VectorXd unexplained_variances(int rank,
                                                        const NormalizedExpansions& expansions,
                                                        const Eigen::MatrixXd& features) const;

    /// b as a column, or B, of the property with φ·w; (M_λ, Q).
    /// @param weights w; (size(rank))
    [[nodiscard]] Eigen::MatrixXd collapsed(int rank, const Eigen::VectorXd& weights) const;

private:
    /// k; (size(rank), (2λ+1) N).
    [[nodiscard]] Eigen::MatrixXd kernel(int rank, const NormalizedExpansions& expansions) const;

    ShortRangePoints points_;
    std::array<double, rank_count> scales_ = {};       // κ
    std::array<Eigen::MatrixXd, rank_count> factors_;  // L
};

}  // namespace keesom

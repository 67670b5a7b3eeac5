// SPDX-License-Identifier: BSD-3-Clause
//
// Spherical tensors of second order in a density expansion (λ-SOAP, Grisafi, Wilkins, Csányi,
// Ceriotti, Phys. Rev. Lett. 120, 036002 (2018)).
//
//   p^λ_{μ; q l q' l'} = Σ_mm' G^λ_{μ; lm, l'm'} c_{q l m} c_{q' l' m'}
//
// G couples two real spherical harmonics to a third one. It is the integral of the product of the
// three over the sphere (Gaunt), scaled to Σ G² = 2λ+1; this fixes everything but the scale, which
// is a matter of convention. Only l + l' + λ even occurs: the other couplings are pseudotensors,
// which no multipole of a molecule is. Each p^λ turns with the environment like Y_λ:
// p^λ(Sρ) = D^λ(S) p^λ(ρ). The first-order tensors c_{qλ} are sums over single neighbors; these see
// pairs of them. With them as the second factor of K^λ (tensor_regression.hpp), errors of
// quadrupoles on species left out are about half of those with c_{qλ}.
//
//   ∂/∂c_l Σ w p = W c_l' Kᵀ ,   ∂/∂c_l' Σ w p = Wᵀ c_l K
//
// for weights that are a product of those of pairs of channels, W, and of components, K = Σ_μ s_μ
// G_μ.
#pragma once

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// Couplings of l and l' to λ for one pair l ≤ l'; real, for the order of harmonics_index.
struct HarmonicCoupling {
    int l = 0;
    int l_prime = 0;
    /// G for each μ = −λ … λ; (2l+1, 2l'+1)
    std::vector<Eigen::MatrixXd> components;
};

/// All couplings of l ≤ l' ≤ max_angular to `rank` that keep parity.
/// @throws InputError if rank or max_angular is negative
std::vector<HarmonicCoupling> harmonic_couplings(int rank, int max_angular);

/// Turns expansions into tensors of one rank. Rank 0 is the power spectrum (smooth overlap of
/// atomic positions, Bartók, Kondor, Csányi, Phys. Rev. B 87, 184115 (2013)), a three-body
/// descriptor: environments that differ in higher correlations only are the same to it.
class CovariantSpectrum {
public:
    /// @throws InputError if rank or max_angular is negative, or channels is not positive
    CovariantSpectrum(int rank, Eigen::Index channels, int max_angular);

    /// Number of tensors.
    [[nodiscard]] Eigen::Index size() const { return size_; }

    /// Pairs that occur twice in the sum over (q l, q' l') are stored once, with the factor √2, so
    /// that scalar products are those of all pairs.
    /// @param coefficients at least `channels` rows and (max_angular+1)² columns; the first ones
    ///        are used
    /// @param tensors (size(), 2λ+1), overwritten
    void evaluate(const Eigen::MatrixXd& coefficients, Eigen::Ref<Eigen::MatrixXd> tensors) const;

    /// Σ_k w_k p^λ_k without the single tensors: for each coupling Σ_mm' G (c_lᵀ W c_l')_mm', where
    /// W holds the weights of the pairs of channels.
    /// @param weights size() of them
    /// @returns (2λ+1)
    [[nodiscard]] Eigen::VectorXd contract(const Eigen::MatrixXd& coefficients,
                                           const Eigen::Ref<const Eigen::VectorXd>& weights) const;

    /// Adds to `coefficient_gradient`, of the size of `coefficients`, the derivatives by them of
    /// the sum of the tensors times `seeds`.
    /// @param seeds (size(), 2λ+1)
    void add_pullback(const Eigen::MatrixXd& coefficients,
                      const Eigen::Ref<const Eigen::MatrixXd>& seeds,
                      Eigen::MatrixXd& coefficient_gradient) const;

    /// The same for contract() times `seeds`, (2λ+1).
    /// @returns the derivatives by the weights; size() of them
    [[nodiscard]] Eigen::VectorXd add_contraction_pullback(
        const Eigen::MatrixXd& coefficients,
        const Eigen::Ref<const Eigen::VectorXd>& weights,
        const Eigen::Ref<const Eigen::VectorXd>& seeds,
        Eigen::MatrixXd& coefficient_gradient) const;

private:
    int rank_;
    Eigen::Index channels_;
    Eigen::Index size_ = 0;
    std::vector<HarmonicCoupling> couplings_;
};

}  // namespace keesom

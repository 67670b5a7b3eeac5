// SPDX-License-Identifier: BSD-3-Clause
//
// The short-range properties of the atoms of one element, as they were learned through energies
// (short_range_basis.hpp).
//
//   f = Σ_j b_j s_j ,   t_m = Σ_q ω_q c_qm ,   ω_q = Σ_j s_j B_jq ,   s_j = x·x_j
//
// Derivatives, from those of an energy by f and t:
//
//   ∂E/∂c_qm = ω_q ∂E/∂t_m ,   ∂E/∂x = Σ_j ∂E/∂s_j x_j ,
//   ∂E/∂s_j = b_j ∂E/∂f + Σ_q B_jq Σ_m c_qm ∂E/∂t_m
#pragma once

#include <keesom/ml/regression/short_range_basis.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

struct ShortRangeElement {
    ShortRangePoints points;

    /// For each of short_range_properties(): b as a column, or B; (M_λ, Q).
    std::vector<Eigen::MatrixXd> coefficients;

    /// @param features number of invariants of the element
    /// @param channels of its expansions
    /// @throws ModelError if parts do not fit together or to these, or are not finite
    void validate(Eigen::Index features, Eigen::Index channels) const;

    /// Spherical components of each of short_range_properties(); (2λ+1, N).
    [[nodiscard]] std::vector<Eigen::MatrixXd> evaluate(
        const NormalizedExpansions& expansions) const;

    /// Adds the derivatives by invariants and by coefficients of the expansions.
    /// @param seeds derivatives by what evaluate() returns
    /// @param x_gradient (features, N)
    /// @param coefficient_gradients as NormalizedExpansions::coefficients
    void add_pullback(const NormalizedExpansions& expansions,
                      std::span<const Eigen::MatrixXd> seeds,
                      Eigen::MatrixXd& x_gradient,
                      std::vector<Eigen::MatrixXd>& coefficient_gradients) const;
};

/// What a fit found.
/// @param weights w of each of short_range_properties(), of unit prior variance
ShortRangeElement short_range_element(const ShortRangeBasis& basis,
                                      std::span<const Eigen::VectorXd> weights);

}  // namespace keesom

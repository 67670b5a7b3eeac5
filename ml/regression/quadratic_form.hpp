// SPDX-License-Identifier: BSD-3-Clause
//
// What a Gaussian process of the kernel of environment_kernel.hpp has learned, without its training
// set.
//
//   f(x, z) = b₀ + Σ_r s_r (u_r·x)² + z [b₁ + Σ_r s'_r (u'_r·x)²] ,   s = ±1
//
// W = Σ_i α_i x_i x_iᵀ is diagonalized in the metric of the features: with scales d_k, the size
// that x_k usually has, the directions u come from the eigenvectors of the matrix d_k W_kl d_l;
// those that change f by less than a given amount are left out.
//
//   ∂f/∂x = 2 Σ_r s_r (u_r·x) u_r + 2 z Σ_r s'_r (u'_r·x) u'_r
#pragma once

#include <keesom/ml/descriptors/narrow_product.hpp>

#include <Eigen/Core>

namespace keesom {

/// Σ_r s_r (u_r·x)².
struct QuadraticForm {
    RowMatrix directions;       ///< u, positive ones first; (R, features)
    Eigen::Index positive = 0;  ///< how many of them have s = +1

    /// Values for each column of x (features, N).
    [[nodiscard]] Eigen::VectorXd evaluate(const Eigen::Ref<const Eigen::MatrixXd>& x) const;

    /// Adds the derivatives by x of the values times `seeds`, (N).
    void add_pullback(const Eigen::Ref<const Eigen::MatrixXd>& x,
                      const Eigen::VectorXd& seeds,
                      Eigen::MatrixXd& x_gradient) const;

    /// Throws ModelError unless the directions have `features` components and are finite.
    void validate(Eigen::Index features) const;
};

/// The fewest directions with which the form differs from xᵀWx by at most tolerance · Σ_k
/// (x_k/d_k)².
/// @param weights W, symmetric; (features, features)
/// @param scales d, positive; (features)
QuadraticForm quadratic_form(const Eigen::MatrixXd& weights,
                             const Eigen::VectorXd& scales,
                             double tolerance);

/// f(x, z).
struct ChargedQuadraticForm {
    double constant = 0.0;         ///< b₀
    double charge_constant = 0.0;  ///< b₁
    QuadraticForm form;
    QuadraticForm charge_form;

    /// Values for each column of x (features, N), in a molecule of one scaled charge z.
    [[nodiscard]] Eigen::VectorXd evaluate(const Eigen::Ref<const Eigen::MatrixXd>& x,
                                           double charge) const;

    /// Adds the derivatives by x of the values times `seeds`, (N).
    void add_pullback(const Eigen::Ref<const Eigen::MatrixXd>& x,
                      double charge,
                      const Eigen::VectorXd& seeds,
                      Eigen::MatrixXd& x_gradient) const;
};

/// Σ_i α_i k(x, z; x_i, z_i).
/// @param x features of the training atoms; (features, N)
/// @param charges of their molecules, z; (N)
/// @param dual α; (N)
/// @param scales and tolerance as in quadratic_form(), for f₀ and for f₁
ChargedQuadraticForm charged_quadratic_form(const Eigen::MatrixXd& x,
                                            const Eigen::VectorXd& charges,
                                            const Eigen::VectorXd& dual,
                                            const Eigen::VectorXd& scales,
                                            double tolerance);

}  // namespace keesom

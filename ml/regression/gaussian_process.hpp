// SPDX-License-Identifier: BSD-3-Clause
//
// What observations say about a function of which no more is known than how its values vary
// together.
//
//   y = m(x) + f(x) + ε,   f ~ N(0, K),   ε ~ N(0, σ_n²),   A = K + σ_n² 1
//
//   mean       m(x*) + k*ᵀ α,   α = A⁻¹ (y − m)
//   variance   k(x*, x*) − k*ᵀ A⁻¹ k*
//   ln p(y)    −½ (y − m)ᵀ α − ½ ln det A − ½ N ln 2π
//
// The mean is that of kernel ridge regression with ridge σ_n². The variance needs no values: it
// says how far a point is from the data, and falls back to that of the prior where there are none.
// The prior mean m is what is known before any data and what is left where there are none; it does
// not appear here, where residuals y − m go in and come out. The likelihood weighs how well data
// are described against how many other data could have been.
//
// What x is does not matter: covariances of vectors, of environments, of forces all do.
//
// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), algorithm 2.1.
#pragma once

#include <keesom/ml/regression/cholesky.hpp>

#include <Eigen/Core>

namespace keesom {

class GaussianProcess {
public:
    /// @param covariance K of the observed values; (N, N), of which the lower triangle is looked at
    /// @param noise_variance σ_n²
    /// @param residuals y − m; (N)
    /// @throws InputError if the sizes do not fit or the noise is negative
    /// @throws NumericalError if A is not positive definite to working precision
    GaussianProcess(Eigen::MatrixXd covariance,
                    double noise_variance,
                    const Eigen::VectorXd& residuals);

    [[nodiscard]] Eigen::Index size() const { return dual_.size(); }

    /// α; (N).
    [[nodiscard]] const Eigen::VectorXd& dual_coefficients() const { return dual_; }

    /// k*ᵀ α of M new values, to which their prior mean is to be added; (M).
    /// @param cross covariances of the observed with the new values; (N, M)
    /// @throws InputError if there are not N rows
    [[nodiscard]] Eigen::VectorXd mean(const Eigen::MatrixXd& cross) const;

    /// Variance of M new values, without noise; not negative; (M).
    /// @param prior_variances k(x*, x*); (M)
    /// @throws InputError if the sizes do not fit
    [[nodiscard]] Eigen::VectorXd variance(const Eigen::MatrixXd& cross,
                                           const Eigen::VectorXd& prior_variances) const;

    /// ln p(y).
    [[nodiscard]] double log_marginal_likelihood() const { return log_marginal_likelihood_; }

private:
    void require_rows(const Eigen::MatrixXd& cross) const;

    CholeskyFactor factor_;
    Eigen::VectorXd dual_;
    double log_marginal_likelihood_;
};

}  // namespace keesom

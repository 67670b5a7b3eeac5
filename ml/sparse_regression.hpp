// SPDX-License-Identifier: BSD-3-Clause
//
// Gaussian-process regression that rests on M representative environments instead of all N.
//
// With K_MM between the representatives, K_NM from the data to them, targets y of unit prior
// variance and noise of variance r (`regularization`), the dual coefficients minimize
//
//   |K_NM α − y|² + r αᵀ K_MM α            i.e.   [K_NM; √r Lᵀ] α ≈ [y; 0],  K_MM + jitter·1 = L Lᵀ
//
// solved by QR of the stacked matrix [K_NM; √r Lᵀ] = Q R. A prediction is k_Mᵀ α, and its variance,
// that of the projected process (deterministic training conditional),
//
//   v = k(x, x) − |L⁻¹ k_M|² + r |R⁻ᵀ k_M|²                               0 ≤ v ≤ k(x, x)
//
// which for M = N is the exact variance of the Gaussian process. Rasmussen, Gaussian Processes
// in Machine Learning (2004), and for the sparse forms Rasmussen and Williams, chapter 8. The
// jitter, 1e-8 of the mean diagonal, stands for the directions of K_MM that double
// precision cannot tell from zero; it adds r·jitter·|α|² to what is minimized.
#pragma once

#include <keesom/ml/streamed_qr.hpp>

#include <Eigen/Core>

namespace keesom {

/// Jitter on the diagonal of K_MM in units of its mean.
inline constexpr double relative_jitter = 1e-8;

/// Lower Cholesky factor of K_MM with its jitter.
/// @throws NumericalError if the matrix is not positive definite even so
Eigen::MatrixXd prior_factor(const Eigen::MatrixXd& kernel);

struct SparseSolution {
    Eigen::MatrixXd dual_coefficients;  ///< α; (M, targets)
    Eigen::MatrixXd posterior_factor;   ///< R; (M, M), upper triangular
};

/// Gathers data once and solves for any number of regularizations.
class SparseRegression {
public:
    /// @param kernel K_MM; (M, M)
    /// @param targets number of columns of y
    /// @throws NumericalError if K_MM is not positive semidefinite
    SparseRegression(const Eigen::MatrixXd& kernel, Eigen::Index targets);

    /// Adds data; kernel (rows, M), targets (rows, targets).
    void add(const Eigen::Ref<const Eigen::MatrixXd>& kernel,
             const Eigen::Ref<const Eigen::MatrixXd>& targets);

    /// @param regularization r, positive
    /// @throws NumericalError if the system is singular
    [[nodiscard]] SparseSolution solve(double regularization) const;

    /// L; (M, M), lower triangular.
    [[nodiscard]] const Eigen::MatrixXd& prior_factor() const { return prior_factor_; }

private:
    Eigen::MatrixXd prior_factor_;
    Eigen::Index targets_;
    StreamedQr data_;
};

/// Variance v of predictions in units of the prior variance; (n).
/// @param kernel k_M of each prediction; (n, M)
/// @param self k(x, x) of each; (n)
Eigen::VectorXd predictive_variance(const Eigen::MatrixXd& kernel,
                                    const Eigen::VectorXd& self,
                                    const Eigen::MatrixXd& prior_factor,
                                    const Eigen::MatrixXd& posterior_factor,
                                    double regularization);

}  // namespace keesom

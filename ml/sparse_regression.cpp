// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/sparse_regression.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <cmath>

namespace keesom {

Eigen::MatrixXd prior_factor(const Eigen::MatrixXd& kernel) {
    const double jitter = relative_jitter * kernel.diagonal().mean();
    Eigen::MatrixXd shifted = kernel;
    shifted.diagonal().array() += jitter;
    const Eigen::LLT<Eigen::MatrixXd> cholesky(shifted);
    if (cholesky.info() != Eigen::Success) {
        throw NumericalError(
            fmt::format("kernel matrix of {} environments is not positive definite with jitter {}",
                        kernel.rows(),
                        jitter));
    }
    return cholesky.matrixL();
}

SparseRegression::SparseRegression(const Eigen::MatrixXd& kernel, Eigen::Index targets)
    : prior_factor_(keesom::prior_factor(kernel)),
      targets_(targets),
      data_(kernel.rows(), targets) {}

void SparseRegression::add(const Eigen::Ref<const Eigen::MatrixXd>& kernel,
                           const Eigen::Ref<const Eigen::MatrixXd>& targets) {
    data_.add(kernel, targets);
}

SparseSolution SparseRegression::solve(double regularization) const {
    StreamedQr stacked = data_;
    stacked.add(std::sqrt(regularization) * prior_factor_.transpose(),
                Eigen::MatrixXd::Zero(prior_factor_.rows(), targets_));
    SparseSolution solution;
    solution.dual_coefficients = stacked.solve();
    solution.posterior_factor = stacked.factor();
    return solution;
}

Eigen::VectorXd predictive_variance(const Eigen::MatrixXd& kernel,
                                    const Eigen::VectorXd& self,
                                    const Eigen::MatrixXd& prior_factor,
                                    const Eigen::MatrixXd& posterior_factor,
                                    double regularization) {
    const Eigen::MatrixXd columns = kernel.transpose();
    const Eigen::MatrixXd known = prior_factor.triangularView<Eigen::Lower>().solve(columns);
    const Eigen::MatrixXd uncertain =
        posterior_factor.transpose().triangularView<Eigen::Lower>().solve(columns);
    const Eigen::VectorXd variance = self - known.colwise().squaredNorm().transpose() +
                                     regularization * uncertain.colwise().squaredNorm().transpose();
    // Rounding of the difference of two near-equal numbers can step over either bound.
    return variance.cwiseMax(0.0).cwiseMin(self);
}

}  // namespace keesom

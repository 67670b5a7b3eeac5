// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace keesom {

namespace {

Eigen::MatrixXd with_noise(Eigen::MatrixXd covariance,
                           double noise_variance,
                           const Eigen::VectorXd& residuals) {
    if (covariance.rows() != residuals.size() || covariance.cols() != residuals.size()) {
        throw InputError(fmt::format("a {} x {} covariance does not fit {} values",
                                     covariance.rows(),
                                     covariance.cols(),
                                     residuals.size()));
    }
    if (!(noise_variance >= 0.0)) {
        throw InputError(
            fmt::format("expected a noise variance that is not negative, got {}", noise_variance));
    }
    covariance.diagonal().array() += noise_variance;
    return covariance;
}

}  // namespace

GaussianProcess::GaussianProcess(Eigen::MatrixXd covariance,
                                 double noise_variance,
                                 const Eigen::VectorXd& residuals)
    : factor_(with_noise(std::move(covariance), noise_variance, residuals)),
      dual_(factor_.solve(residuals)),
      log_marginal_likelihood_(
          -0.5 * (residuals.dot(dual_) + factor_.log_determinant() +
                  static_cast<double>(residuals.size()) * std::log(2.0 * std::numbers::pi))) {}

void GaussianProcess::require_rows(const Eigen::MatrixXd& cross) const {
    if (cross.rows() != size()) {
        throw InputError(
            fmt::format("covariances with {} values, observed are {}", cross.rows(), size()));
    }
}

Eigen::VectorXd GaussianProcess::mean(const Eigen::MatrixXd& cross) const {
    require_rows(cross);
    return cross.transpose() * dual_;
}

Eigen::VectorXd GaussianProcess::variance(const Eigen::MatrixXd& cross,
                                          const Eigen::VectorXd& prior_variances) const {
    require_rows(cross);
    if (prior_variances.size() != cross.cols()) {
        throw InputError(fmt::format(
            "{} prior variances for {} new values", prior_variances.size(), cross.cols()));
    }
    const Eigen::VectorXd explained =
        cross.cwiseProduct(factor_.solve(cross)).colwise().sum().transpose();
    return (prior_variances - explained).cwiseMax(0.0);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/radial_basis.hpp>
#include <keesom/ml/descriptors/smooth_step.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace keesom {

namespace {

// Simpson's rule on this many intervals integrates products of Gaussians, the narrowest of which
// spans dozens of them, to rounding error.
constexpr int quadrature_intervals = 2000;

// Below this ratio of eigenvalues the functions repeat each other and S^{-1/2} amplifies rounding.
constexpr double smallest_eigenvalue_ratio = 1e-10;

void require_range(double value, double low, double high, std::string_view name) {
    if (!(value >= low && value <= high)) {
        throw InputError(
            fmt::format("expected {} between {} and {}, got {}", name, low, high, value));
    }
}

double fade_position(double r, const RadialOptions& options) {
    return (r - options.cutoff_radius + options.cutoff_width) / options.cutoff_width;
}

double fade(double r, const RadialOptions& options) {
    return smooth_step_down(fade_position(r, options));
}

double fade_slope(double r, const RadialOptions& options) {
    return smooth_step_down_slope(fade_position(r, options)) / options.cutoff_width;
}

double importance(double r, const RadialOptions& options) {
    return options.scaling_exponent == 0.0
               ? 1.0
               : 1.0 / (1.0 + std::pow(r / options.scaling_radius, options.scaling_exponent));
}

double importance_slope(double r, const RadialOptions& options) {
    // u² (r/r_0)^m = u (1 − u)
    const double u = importance(r, options);
    return -options.scaling_exponent / r * u * (1.0 - u);
}

}  // namespace

void RadialOptions::validate() const {
    require_range(cutoff_radius, 2.0, 30.0, "cutoff_radius");
    require_range(cutoff_width, 0.1, cutoff_radius, "cutoff_width");
    require_range(max_radial, 1, 30, "max_radial");
    require_range(gaussian_width, 0.2, 3.0, "gaussian_width");
    require_range(scaling_radius, 0.5, 30.0, "scaling_radius");
    require_range(scaling_exponent, 0.0, 12.0, "scaling_exponent");
}

RadialBasis::RadialBasis(const RadialOptions& options) : options_(options) {
    options.validate();
    const double spacing = options.cutoff_radius / (options.max_radial + 1);
    width_ = options.gaussian_width * spacing;
    centers_ =
        Eigen::VectorXd::LinSpaced(options.max_radial, spacing, spacing * options.max_radial);

    Eigen::MatrixXd overlap = Eigen::MatrixXd::Zero(options.max_radial, options.max_radial);
    const double step = options.cutoff_radius / quadrature_intervals;
    for (int i = 1; i <= quadrature_intervals; ++i) {
        const double r = i * step;
        const double simpson = i == quadrature_intervals ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0);
        const Eigen::VectorXd values = gaussians(r);
        overlap += (simpson * step / 3.0 * r * r) * values * values.transpose();
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(overlap);
    const Eigen::VectorXd& eigenvalues = solver.eigenvalues();
    if (eigenvalues.minCoeff() < smallest_eigenvalue_ratio * eigenvalues.maxCoeff()) {
        throw InputError(
            fmt::format("radial functions are linearly dependent for gaussian_width {} and "
                        "max_radial {}",
                        options.gaussian_width,
                        options.max_radial));
    }
    transform_ = solver.operatorInverseSqrt();
}

Eigen::VectorXd RadialBasis::gaussians(double r) const {
    return ((centers_.array() - r).square() / (-2.0 * width_ * width_)).exp();
}

Eigen::VectorXd RadialBasis::evaluate(double r) const {
    return (importance(r, options_) * fade(r, options_)) * (transform_ * gaussians(r));
}

Eigen::VectorXd RadialBasis::slopes(double r) const {
    const double u = importance(r, options_);
    const double f = fade(r, options_);
    const double of_factors = importance_slope(r, options_) * f + u * fade_slope(r, options_);
    const Eigen::VectorXd factors = of_factors + u * f / (width_ * width_) * (centers_.array() - r);
    return transform_ * factors.cwiseProduct(gaussians(r));
}

}  // namespace keesom

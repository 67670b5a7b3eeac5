// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 1: a Lennard-Jones curve from ten of its points.
#include "chapter.hpp"

#include <keesom/ml/kernels/scalar_kernels.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <Eigen/Cholesky>

#include <cmath>
#include <limits>

namespace {

using namespace keesom;

// Reduced units: depth and diameter of the potential are 1.
constexpr double noise_ratio = 1e-8;  // noise variance over that of the function
constexpr double first_point = 0.98;
constexpr double last_point = 2.0;

double lennard_jones(double r) {
    return 4.0 * (std::pow(r, -12) - std::pow(r, -6));
}

double nothing(double /*r*/) {
    return 0.0;
}

/// What one knows without data: at 1 it repels like 4 r⁻¹², and it is an exponential.
double repulsion(double r) {
    return 4.0 * std::exp(-12.0 * (r - 1.0));
}

/// Covariances of values at distances, in the coordinate 1/r, in which the curve is about equally
/// steep everywhere.
Eigen::MatrixXd covariances(double length_scale,
                            const Eigen::RowVectorXd& r,
                            const Eigen::RowVectorXd& other_r) {
    return covariance_matrix(
        Matern52Kernel{length_scale}, r.cwiseInverse(), other_r.cwiseInverse());
}

Eigen::RowVectorXd evaluate(double (*function)(double), const Eigen::RowVectorXd& r) {
    return r.unaryExpr([&](double x) { return function(x); });
}

/// A process, and the hyper-parameters that made it.
struct Fit {
    double length_scale = 0.0;
    double amplitude = 0.0;  // s², the prior variance
    double log_likelihood = -std::numeric_limits<double>::infinity();
};

/// The most likely length scale on a grid, each with its most likely amplitude: of all s², ln p is
/// largest for s² = yᵀ(φ + ratio 1)⁻¹ y/N.
Fit most_likely(const Eigen::RowVectorXd& r, const Eigen::VectorXd& residuals) {
    Fit best;
    for (double length_scale = 0.02; length_scale < 5.0; length_scale *= 1.1) {
        const Eigen::MatrixXd shape = covariances(length_scale, r, r);
        const GaussianProcess unit(shape, noise_ratio, residuals);
        const double amplitude =
            residuals.dot(unit.dual_coefficients()) / static_cast<double>(residuals.size());
        const GaussianProcess process(amplitude * shape, amplitude * noise_ratio, residuals);
        if (process.log_marginal_likelihood() > best.log_likelihood) {
            best = {length_scale, amplitude, process.log_marginal_likelihood()};
        }
    }
    return best;
}

struct Prediction {
    Eigen::VectorXd mean;
    Eigen::VectorXd deviation;
};

Prediction predict(const Fit& fit,
                   double (*prior_mean)(double),
                   const Eigen::RowVectorXd& data,
                   const Eigen::RowVectorXd& r) {
    const Eigen::VectorXd residuals =
        (evaluate(lennard_jones, data) - evaluate(prior_mean, data)).transpose();
    const GaussianProcess process(fit.amplitude * covariances(fit.length_scale, data, data),
                                  fit.amplitude * noise_ratio,
                                  residuals);
    const Eigen::MatrixXd cross = fit.amplitude * covariances(fit.length_scale, data, r);
    const Eigen::VectorXd prior = Eigen::VectorXd::Constant(r.size(), fit.amplitude);
    return {process.mean(cross) + evaluate(prior_mean, r).transpose(),
            process.variance(cross, prior).cwiseSqrt()};
}

/// The same curve by the normal equations of kernel ridge regression, solved another way.
Eigen::VectorXd ridge_regression(const Fit& fit,
                                 const Eigen::RowVectorXd& data,
                                 const Eigen::RowVectorXd& r) {
    Eigen::MatrixXd normal = covariances(fit.length_scale, data, data);
    normal.diagonal().array() += noise_ratio;
    const Eigen::VectorXd coefficients =
        normal.ldlt().solve(evaluate(lennard_jones, data).transpose());
    return covariances(fit.length_scale, r, data) * coefficients;
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    // Equally spaced in 1/r as well.
    const Eigen::RowVectorXd data =
        Eigen::RowVectorXd::LinSpaced(10, 1.0 / first_point, 1.0 / last_point).cwiseInverse();
    const Eigen::RowVectorXd r = Eigen::RowVectorXd::LinSpaced(261, 0.75, 3.35);
    const Eigen::VectorXd truth = evaluate(lennard_jones, r).transpose();

    const Fit plain_fit = most_likely(data, evaluate(lennard_jones, data).transpose());
    const Fit informed_fit =
        most_likely(data, (evaluate(lennard_jones, data) - evaluate(repulsion, data)).transpose());
    const Prediction plain = predict(plain_fit, nothing, data, r);
    const Prediction informed = predict(informed_fit, repulsion, data, r);

    double mean_inside = 0.0;
    double widest_inside = 0.0;
    int inside = 0;
    int covered = 0;
    for (Eigen::Index i = 0; i < r.size(); ++i) {
        if (r[i] > first_point && r[i] < last_point) {
            const double error = std::abs(plain.mean[i] - truth[i]);
            mean_inside += error;
            widest_inside = std::max(widest_inside, plain.deviation[i]);
            ++inside;
            covered += error < 1.96 * plain.deviation[i] ? 1 : 0;
        }
    }
    mean_inside /= inside;
    Eigen::RowVectorXd somewhere(1);
    somewhere << 0.85;
    const double wall = lennard_jones(somewhere[0]);
    const Prediction plain_wall = predict(plain_fit, nothing, data, somewhere);
    const Prediction informed_wall = predict(informed_fit, repulsion, data, somewhere);

    talk::Chapter::number("length scale that the likelihood prefers", plain_fit.length_scale);
    talk::Chapter::number("the same for residuals of the prior mean", informed_fit.length_scale);
    talk::Chapter::number("mean error between the data", mean_inside);
    talk::Chapter::number("largest deviation there", widest_inside);
    talk::Chapter::number("share of them within 1.96 deviations", covered / double(inside));
    talk::Chapter::number("V(0.85)", wall);
    talk::Chapter::number("predicted without a prior mean", plain_wall.mean[0]);
    talk::Chapter::number("and its deviation", plain_wall.deviation[0]);
    talk::Chapter::number("predicted with a prior mean", informed_wall.mean[0]);
    talk::Chapter::number("and its deviation", informed_wall.deviation[0]);

    const Eigen::VectorXd ridge = ridge_regression(plain_fit, data, r);
    chapter.claim("the mean is that of kernel ridge regression",
                  (plain.mean - ridge).cwiseAbs().maxCoeff() < 1e-6);
    chapter.claim("between the data the curve is right", mean_inside < 0.03);
    chapter.claim("there the 95 % band covers it", covered >= 0.95 * inside);
    chapter.claim("at 0.85 it is wrong", plain_wall.mean[0] < 0.5 * wall);
    chapter.claim("which the deviation says", plain_wall.deviation[0] > 3.0 * widest_inside);
    bool falls = true;
    for (Eigen::Index i = 0; i + 1 < r.size() && r[i + 1] < 1.1; ++i) {
        falls = falls && informed.mean[i] > informed.mean[i + 1];
    }
    chapter.claim("with a repulsive prior mean it repels at every short distance", falls);
    chapter.claim(
        "and is nearer to the truth at 0.85",
        std::abs(informed_wall.mean[0] - wall) < 0.5 * std::abs(plain_wall.mean[0] - wall));

    Eigen::MatrixXd curves(r.size(), 6);
    curves << r.transpose(), truth, plain.mean, plain.deviation, informed.mean, informed.deviation;
    chapter.table("lennard_jones",
                  {"r", "truth", "plain", "plain_deviation", "informed", "informed_deviation"},
                  curves);
    Eigen::MatrixXd points(data.size(), 2);
    points << data.transpose(), evaluate(lennard_jones, data).transpose();
    chapter.table("lennard_jones_data", {"r", "energy"}, points);
    return chapter.status();
}

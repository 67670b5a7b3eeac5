// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 4: fields of arrows, learned by kernels that know what kind of field it is, and a field
// taken apart into a gradient and a rotated gradient.
#include "chapter.hpp"

#include <keesom/ml/kernels/conservative_kernel.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <Eigen/Cholesky>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace keesom;

constexpr double noise_deviation = 0.1;  // of each component of an arrow
constexpr double half_width = 2.5;       // of the square that the arrows are in

/// Gaussian hills: a height, and its slope.
struct Hills {
    Eigen::Matrix2Xd centers;
    Eigen::RowVectorXd heights;
    double width = 1.0;

    [[nodiscard]] Eigen::Vector2d gradient(const Eigen::Vector2d& x) const {
        Eigen::Vector2d slope = Eigen::Vector2d::Zero();
        for (Eigen::Index i = 0; i < heights.size(); ++i) {
            const Eigen::Vector2d r = x - centers.col(i);
            slope -= heights[i] / (width * width) *
                     std::exp(-0.5 * r.squaredNorm() / (width * width)) * r;
        }
        return slope;
    }
};

Hills potential() {
    Hills hills;
    hills.centers.resize(2, 3);
    hills.centers << -1.1, 1.2, 0.3, -0.6, -0.9, 1.3;
    hills.heights = Eigen::RowVector3d(1.0, -1.3, 1.2);
    return hills;
}

/// Of other hills, so that the two parts of a field have nothing in common.
Hills stream_function() {
    Hills hills;
    hills.centers.resize(2, 3);
    hills.centers << 1.2, -1.3, 0.0, 1.0, 0.9, -1.1;
    hills.heights = Eigen::RowVector3d(1.2, 1.0, -1.3);
    return hills;
}

Eigen::Matrix2Xd gradients(const Hills& hills, const Eigen::Matrix2Xd& x) {
    Eigen::Matrix2Xd field(2, x.cols());
    for (Eigen::Index i = 0; i < x.cols(); ++i) {
        field.col(i) = hills.gradient(x.col(i));
    }
    return field;
}

/// Turned by a right angle: no divergence, and a curl in place of it.
Eigen::Matrix2Xd turned(const Eigen::Matrix2Xd& field) {
    Eigen::Matrix2Xd result(2, field.cols());
    result << -field.row(1), field.row(0);
    return result;
}

/// a² K_curl-free + b² K_divergence-free + c² φ 1, each of variance 1 at one place and direction.
struct Prior {
    double length_scale = 1.0;
    double curl_free = 0.0;        // a
    double divergence_free = 0.0;  // b
    double component_wise = 0.0;   // c

    [[nodiscard]] Eigen::MatrixXd covariance(const Eigen::Matrix2Xd& x,
                                             const Eigen::Matrix2Xd& y) const {
        const GaussianKernel kernel{length_scale};
        const double unit = length_scale * length_scale;
        return block_covariance_matrix(
            x.cols(), y.cols(), [&](Eigen::Index i, Eigen::Index j) -> Eigen::MatrixXd {
                const Eigen::Vector2d r = x.col(i) - y.col(j);
                const KernelFactors factors = kernel.factors(r.squaredNorm());
                return curl_free * curl_free * unit * curl_free_covariance(factors, r) +
                       divergence_free * divergence_free * unit *
                           divergence_free_covariance(factors, r) +
                       component_wise * component_wise * factors[0] * Eigen::Matrix2d::Identity();
            });
    }

    /// Of any component at any place; without other components. Both matrix kernels are f_1 ℓ² at
    /// no distance.
    [[nodiscard]] double variance() const {
        return curl_free * curl_free + divergence_free * divergence_free +
               component_wise * component_wise;
    }
};

struct Arrows {
    Eigen::Matrix2Xd places;
    Eigen::VectorXd components;  // x and y of the first arrow, of the second …
};

template <class Field>
Arrows observe(const Field& field, Eigen::Index count, std::mt19937& random) {
    std::uniform_real_distribution<double> place(-half_width, half_width);
    std::normal_distribution<double> noise(0.0, noise_deviation);
    Arrows arrows;
    arrows.places = Eigen::Matrix2Xd::NullaryExpr(2, count, [&] { return place(random); });
    arrows.components = field(arrows.places).reshaped();
    arrows.components += Eigen::VectorXd::NullaryExpr(2 * count, [&] { return noise(random); });
    return arrows;
}

GaussianProcess process_of(const Prior& prior, const Arrows& arrows) {
    return {prior.covariance(arrows.places, arrows.places),
            noise_deviation * noise_deviation,
            arrows.components};
}

/// Of the priors that are `shape` with other length scales and amplitudes, the most likely one.
Prior most_likely(const Prior& shape, const Arrows& arrows) {
    const auto amplitudes = [](double of_shape) {
        return of_shape > 0.0 ? std::vector<double>{0.25, 0.35, 0.5, 0.7, 1.0}
                              : std::vector<double>{0.0};
    };
    Prior best;
    double highest = -std::numeric_limits<double>::infinity();
    for (double length_scale = 0.5; length_scale < 3.0; length_scale *= 1.2) {
        // Covariances are sums of these two, whatever the amplitudes.
        const Prior flow{length_scale, 0.0, shape.divergence_free, 0.0};
        const Prior rest{length_scale, shape.curl_free, 0.0, shape.component_wise};
        const Eigen::MatrixXd of_flow = flow.covariance(arrows.places, arrows.places);
        const Eigen::MatrixXd of_rest = rest.covariance(arrows.places, arrows.places);
        for (const double a : amplitudes(flow.variance())) {
            for (const double b : amplitudes(rest.variance())) {
                const GaussianProcess process(a * a * of_flow + b * b * of_rest,
                                              noise_deviation * noise_deviation,
                                              arrows.components);
                if (process.log_marginal_likelihood() > highest) {
                    highest = process.log_marginal_likelihood();
                    best = {length_scale,
                            b * shape.curl_free,
                            a * shape.divergence_free,
                            b * shape.component_wise};
                }
            }
        }
    }
    return best;
}

/// Of a part of the prior: what the data say about that part of the field.
Eigen::VectorXd part(const Prior& which,
                     const GaussianProcess& process,
                     const Arrows& arrows,
                     const Eigen::Matrix2Xd& x) {
    return process.mean(which.covariance(arrows.places, x));
}

Eigen::Matrix2Xd grid(Eigen::Index count) {
    const Eigen::RowVectorXd line = Eigen::RowVectorXd::LinSpaced(count, -half_width, half_width);
    Eigen::Matrix2Xd x(2, count * count);
    for (Eigen::Index i = 0; i < count; ++i) {
        x.middleCols(i * count, count) << line, Eigen::RowVectorXd::Constant(count, line[i]);
    }
    return x;
}

/// Root mean square of the length of the difference over that of the truth.
double relative_error(const Eigen::VectorXd& found, const Eigen::VectorXd& truth) {
    return (found - truth).norm() / truth.norm();
}

Eigen::VectorXd without_mean(const Eigen::VectorXd& field) {
    const Eigen::Matrix2Xd arrows = field.reshaped(2, field.size() / 2);
    return (arrows.colwise() - arrows.rowwise().mean()).reshaped();
}

const Prior curl_free_prior{1.0, 1.0, 0.0, 0.0};
const Prior divergence_free_prior{1.0, 0.0, 1.0, 0.0};
const Prior component_wise_prior{1.0, 0.0, 0.0, 1.0};

/// Item 17: one kind of field, three kinds of kernel.
void one_kind(talk::Chapter& chapter) {
    constexpr Eigen::Index arrows_of_one = 25;
    constexpr Eigen::Index data_sets = 20;
    const auto conservative = [](const Eigen::Matrix2Xd& x) { return gradients(potential(), x); };
    const auto incompressible = [](const Eigen::Matrix2Xd& x) {
        return turned(gradients(stream_function(), x));
    };
    const Eigen::Matrix2Xd x = grid(15);
    const std::array<Prior, 3> priors = {
        component_wise_prior, curl_free_prior, divergence_free_prior};
    const std::array<std::string, 3> names = {"component-wise", "curl-free", "divergence-free"};

    const auto errors_of = [&](const auto& field, unsigned seed, bool write) {
        std::mt19937 random(seed);
        const Eigen::VectorXd truth = field(x).reshaped();
        Eigen::ArrayXXd errors(data_sets, 3);
        for (Eigen::Index set = 0; set < data_sets; ++set) {
            const Arrows arrows = observe(field, arrows_of_one, random);
            Eigen::MatrixXd maps(truth.size() / 2, 6);
            maps << x.transpose(), truth.reshaped(2, x.cols()).transpose(),
                Eigen::MatrixXd::Zero(x.cols(), 2);
            for (Eigen::Index k = 0; k < 3; ++k) {
                const Prior prior = most_likely(priors[static_cast<std::size_t>(k)], arrows);
                const Eigen::VectorXd found = part(prior, process_of(prior, arrows), arrows, x);
                errors(set, k) = relative_error(found, truth);
                if (k < 2) {
                    maps.col(4 + k) =
                        (found - truth).reshaped(2, x.cols()).colwise().norm().transpose();
                }
            }
            if (write && set == 0) {
                chapter.table("vector_field",
                              {"x", "y", "field_x", "field_y", "component_wise", "curl_free"},
                              maps);
                Eigen::MatrixXd data(arrows_of_one, 4);
                data << arrows.places.transpose(),
                    arrows.components.reshaped(2, arrows_of_one).transpose();
                chapter.table("vector_field_data", {"x", "y", "field_x", "field_y"}, data);
            }
        }
        return errors;
    };

    const Eigen::ArrayXXd gradient_errors = errors_of(conservative, 501, true);
    const Eigen::ArrayXXd flow_errors = errors_of(incompressible, 502, false);
    for (Eigen::Index k = 0; k < 3; ++k) {
        const std::string& name = names[static_cast<std::size_t>(k)];
        talk::Chapter::number("error of a gradient field, " + name,
                              talk::Spread(gradient_errors.col(k)));
        talk::Chapter::number("error of an incompressible flow, " + name,
                              talk::Spread(flow_errors.col(k)));
    }
    const talk::Spread gradient_gain(gradient_errors.col(1) / gradient_errors.col(0));
    const talk::Spread flow_gain(flow_errors.col(2) / flow_errors.col(0));
    talk::Chapter::number("error of a gradient field, curl-free over component-wise",
                          gradient_gain);
    talk::Chapter::number("error of a flow, divergence-free over component-wise", flow_gain);
    // Two standard errors away from 1.
    const double root = std::sqrt(static_cast<double>(data_sets));
    chapter.claim("a curl-free kernel learns a gradient field better than a component-wise one",
                  gradient_gain.mean + 2.0 * gradient_gain.deviation / root < 1.0);
    chapter.claim("a divergence-free kernel does so for an incompressible flow",
                  flow_gain.mean + 2.0 * flow_gain.deviation / root < 1.0);
    chapter.claim(
        "the kernel of the other kind is worse than none",
        talk::Spread(gradient_errors.col(2)).mean > talk::Spread(gradient_errors.col(0)).mean &&
            talk::Spread(flow_errors.col(1)).mean > talk::Spread(flow_errors.col(0)).mean);
}

/// A draw from N(0, covariance).
Eigen::VectorXd draw(Eigen::MatrixXd covariance, std::mt19937& random) {
    covariance.diagonal().array() += 1e-9;  // smooth functions are all but singular
    std::normal_distribution<double> normal;
    const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
    return factor.matrixL() *
           Eigen::VectorXd::NullaryExpr(covariance.rows(), [&] { return normal(random); });
}

/// The share of a gradient part within 1.96 deviations, for fields that the prior is right about.
double coverage_of_draws() {
    constexpr Eigen::Index count = 60;
    constexpr int draws = 40;
    const Prior gradient_prior{1.0, 0.5, 0.0, 0.0};
    const Prior flow_prior{1.0, 0.0, 0.5, 0.0};
    const Prior both{1.0, 0.5, 0.5, 0.0};
    const Eigen::Matrix2Xd x = grid(6);
    const auto nothing = [](const Eigen::Matrix2Xd& at) -> Eigen::Matrix2Xd {
        return Eigen::Matrix2Xd::Zero(2, at.cols());
    };
    std::mt19937 random(504);
    double covered = 0.0;
    for (int n = 0; n < draws; ++n) {
        Arrows arrows = observe(nothing, count, random);
        Eigen::Matrix2Xd everywhere(2, count + x.cols());
        everywhere << arrows.places, x;
        const Eigen::VectorXd gradient =
            draw(gradient_prior.covariance(everywhere, everywhere), random);
        arrows.components += gradient.head(2 * count) +
                             draw(flow_prior.covariance(arrows.places, arrows.places), random);
        const GaussianProcess process = process_of(both, arrows);
        const Eigen::MatrixXd cross = gradient_prior.covariance(arrows.places, x);
        const Eigen::ArrayXd deviation =
            process
                .variance(cross, Eigen::VectorXd::Constant(cross.cols(), gradient_prior.variance()))
                .cwiseSqrt();
        const Eigen::ArrayXd error = process.mean(cross) - gradient.tail(cross.cols());
        covered += (error.abs() < 1.96 * deviation).cast<double>().mean() / draws;
    }
    return covered;
}

/// Item 18: a sum of both kinds, taken apart.
void two_kinds(talk::Chapter& chapter) {
    constexpr Eigen::Index data_sets = 10;
    const Prior both{1.0, 1.0, 1.0, 0.0};
    const auto sum = [](const Eigen::Matrix2Xd& x) -> Eigen::Matrix2Xd {
        return gradients(potential(), x) + turned(gradients(stream_function(), x));
    };
    const Eigen::Matrix2Xd x = grid(13);
    const Eigen::VectorXd gradient = gradients(potential(), x).reshaped();
    const Eigen::VectorXd flow = turned(gradients(stream_function(), x)).reshaped();
    std::mt19937 random(503);
    // Errors of the sum, of the parts, of the parts but for a constant field; share covered;
    // deviations.
    Eigen::ArrayXXd results(data_sets, 8);
    bool deviations_rise = true;
    for (Eigen::Index set = 0; set < data_sets; ++set) {
        const Arrows arrows = observe(sum, 60, random);
        const Prior prior = most_likely(both, arrows);
        const Prior gradient_prior{prior.length_scale, prior.curl_free, 0.0, 0.0};
        const Prior flow_prior{prior.length_scale, 0.0, prior.divergence_free, 0.0};
        const GaussianProcess process = process_of(prior, arrows);
        const Eigen::VectorXd found_gradient = part(gradient_prior, process, arrows, x);
        const Eigen::VectorXd found_flow = part(flow_prior, process, arrows, x);
        const auto deviation = [&](const Prior& which) -> Eigen::ArrayXd {
            return process
                .variance(which.covariance(arrows.places, x),
                          Eigen::VectorXd::Constant(2 * x.cols(), which.variance()))
                .cwiseSqrt();
        };
        const Eigen::ArrayXd gradient_deviation = deviation(gradient_prior);
        deviations_rise = deviations_rise && gradient_deviation.mean() > deviation(prior).mean();
        results.row(set) << relative_error(found_gradient + found_flow, gradient + flow),
            relative_error(found_gradient, gradient), relative_error(found_flow, flow),
            relative_error(without_mean(found_gradient), without_mean(gradient)),
            relative_error(without_mean(found_flow), without_mean(flow)),
            ((found_gradient - gradient).array().abs() < 1.96 * gradient_deviation)
                .cast<double>()
                .mean(),
            gradient_deviation.mean(), deviation(prior).mean();
        if (set == 0) {
            Eigen::MatrixXd maps(x.cols(), 10);
            maps << x.transpose(), gradient.reshaped(2, x.cols()).transpose(),
                flow.reshaped(2, x.cols()).transpose(),
                found_gradient.reshaped(2, x.cols()).transpose(),
                found_flow.reshaped(2, x.cols()).transpose();
            chapter.table("helmholtz",
                          {"x",
                           "y",
                           "gradient_x",
                           "gradient_y",
                           "flow_x",
                           "flow_y",
                           "found_gradient_x",
                           "found_gradient_y",
                           "found_flow_x",
                           "found_flow_y"},
                          maps);
        }
    }
    talk::Chapter::number("error of the sum", talk::Spread(results.col(0)));
    talk::Chapter::number("error of the gradient part", talk::Spread(results.col(1)));
    talk::Chapter::number("error of the flow part", talk::Spread(results.col(2)));
    talk::Chapter::number("error of the gradient part but for a constant field",
                          talk::Spread(results.col(3)));
    talk::Chapter::number("error of the flow part but for a constant field",
                          talk::Spread(results.col(4)));
    talk::Chapter::number("share of the gradient part within 1.96 deviations",
                          talk::Spread(results.col(5)));
    talk::Chapter::number("mean deviation of a component of the gradient part",
                          talk::Spread(results.col(6)));
    talk::Chapter::number("of the sum", talk::Spread(results.col(7)));
    const double covered = coverage_of_draws();
    talk::Chapter::number("the same share, for fields drawn from the prior", covered);
    chapter.claim("of fields drawn from the prior the 95 % band covers 95 %",
                  std::abs(covered - 0.95) < 0.03);
    chapter.claim(
        "both parts are recovered",
        talk::Spread(results.col(1)).mean < 0.5 && talk::Spread(results.col(2)).mean < 0.5);
    chapter.claim("though less well than their sum",
                  talk::Spread(results.col(0)).mean < talk::Spread(results.col(1)).mean &&
                      talk::Spread(results.col(0)).mean < talk::Spread(results.col(2)).mean);
    chapter.claim("which the deviations say", deviations_rise);
    chapter.claim("they are better but for a constant field",
                  talk::Spread(results.col(3)).mean < talk::Spread(results.col(1)).mean &&
                      talk::Spread(results.col(4)).mean < talk::Spread(results.col(2)).mean);
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    one_kind(chapter);
    two_kinds(chapter);
    return chapter.status();
}

// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 5: an energy landscape from forces along Brownian trajectories, by kernels that conserve
// energy and by one that does not.
#include "chapter.hpp"

#include <keesom/ml/kernels/conservative_kernel.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

// Energies in kT, lengths and times in units in which the diffusion constant is 1.
double potential(const Eigen::Vector2d& r) {
    const double x = r[0];
    const double y = r[1];
    return (x - 4.0) * (x - 2.0) * (x + 2.0) * (x + 3.0) / 50.0 + y * y / 20.0 +
           std::sin(3.0 * (x + 5.0) * (y - 6.0)) / 25.0;
}

/// Without the sine, whose waves are shorter than any distance between data.
Eigen::Vector2d smooth_force(const Eigen::Vector2d& r) {
    const double x = r[0];
    const double slope = ((x - 2.0) * (x + 2.0) * (x + 3.0) + (x - 4.0) * (x + 2.0) * (x + 3.0) +
                          (x - 4.0) * (x - 2.0) * (x + 3.0) + (x - 4.0) * (x - 2.0) * (x + 2.0)) /
                         50.0;
    return {-slope, -r[1] / 10.0};
}

Eigen::Vector2d true_force(const Eigen::Vector2d& r) {
    const double wave = 3.0 / 25.0 * std::cos(3.0 * (r[0] + 5.0) * (r[1] - 6.0));
    return smooth_force(r) - wave * Eigen::Vector2d(r[1] - 6.0, r[0] + 5.0);
}

/// Overdamped, by Euler and Maruyama: x += F dt + √(2 dt) ξ; a position every unit of time.
Eigen::Matrix2Xd brownian_trajectory(Eigen::Index count, unsigned seed) {
    constexpr double step = 0.005;
    constexpr int steps_between = 200;
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    Eigen::Matrix2Xd positions(2, count);
    Eigen::Vector2d x(3.0, 0.0);
    for (Eigen::Index i = 0; i < count; ++i) {
        for (int s = 0; s < steps_between; ++s) {
            const double kick_x = normal(random);
            const double kick_y = normal(random);
            x += step * true_force(x) + std::sqrt(2.0 * step) * Eigen::Vector2d(kick_x, kick_y);
        }
        positions.col(i) = x;
    }
    return positions;
}

Eigen::VectorXd true_forces(const Eigen::Matrix2Xd& x) {
    Eigen::VectorXd forces(2 * x.cols());
    for (Eigen::Index i = 0; i < x.cols(); ++i) {
        forces.segment<2>(2 * i) = true_force(x.col(i));
    }
    return forces;
}

struct Kind {
    std::string name;
    bool conserving = false;
    bool collective = false;  // q = (2(x + y), x − y), in place of (x, y)
};

const std::array<Kind, 4> kinds = {Kind{"component-wise", false, false},
                                   Kind{"component-wise in q", false, true},
                                   Kind{"conserving", true, false},
                                   Kind{"conserving in q", true, true}};

CollectivePoint place(const Kind& kind, const Eigen::Vector2d& x) {
    Eigen::Matrix2d jacobian = Eigen::Matrix2d::Identity();
    if (kind.collective) {
        jacobian << 2.0, 2.0, 1.0, -1.0;
    }
    return {jacobian * x, jacobian};
}

/// Covariances of forces, of variance about 1.
Eigen::MatrixXd covariances(const Kind& kind,
                            double length_scale,
                            const Eigen::Matrix2Xd& x,
                            const Eigen::Matrix2Xd& y) {
    const GaussianKernel kernel{length_scale};
    std::vector<CollectivePoint> rows;
    std::vector<CollectivePoint> cols;
    for (Eigen::Index i = 0; i < x.cols(); ++i) {
        rows.push_back(place(kind, x.col(i)));
    }
    for (Eigen::Index j = 0; j < y.cols(); ++j) {
        cols.push_back(place(kind, y.col(j)));
    }
    return block_covariance_matrix(
        x.cols(), y.cols(), [&](std::size_t i, std::size_t j) -> Eigen::MatrixXd {
            if (kind.conserving) {
                return length_scale * length_scale * gradient_covariance(kernel, rows[i], cols[j]);
            }
            return kernel(rows[i].coordinates, cols[j].coordinates) * Eigen::Matrix2d::Identity();
        });
}

struct Hyperparameters {
    double length_scale = 0.0;
    double noise_ratio = 0.0;  // of the noise to the forces, in variance
};

/// The most likely ones on a grid, each with its most likely amplitude (chapter 1).
Hyperparameters most_likely(const Kind& kind, const Eigen::Matrix2Xd& x) {
    const Eigen::VectorXd forces = true_forces(x);
    const auto count = static_cast<double>(forces.size());
    Hyperparameters best;
    double highest = -std::numeric_limits<double>::infinity();
    for (double length_scale = 0.7; length_scale < 12.0; length_scale *= 1.4) {
        const Eigen::MatrixXd shape = covariances(kind, length_scale, x, x);
        for (const double noise_ratio : {0.01, 0.03, 0.1, 0.3, 1.0, 3.0}) {
            const GaussianProcess unit(shape, noise_ratio, forces);
            // ln p of the amplitude s² = yᵀα/N, from that of s² = 1.
            const double square = forces.dot(unit.dual_coefficients());
            const double likelihood = unit.log_marginal_likelihood() + 0.5 * square -
                                      0.5 * count * (1.0 + std::log(square / count));
            if (likelihood > highest) {
                highest = likelihood;
                best = {length_scale, noise_ratio};
            }
        }
    }
    return best;
}

class Model {
public:
    Model(Kind kind, Hyperparameters hyperparameters, Eigen::Matrix2Xd x)
        : kind_(std::move(kind)),
          length_scale_(hyperparameters.length_scale),
          x_(std::move(x)),
          process_(covariances(kind_, length_scale_, x_, x_),
                   hyperparameters.noise_ratio,
                   true_forces(x_)) {}

    [[nodiscard]] Eigen::VectorXd forces(const Eigen::Matrix2Xd& x) const {
        return process_.mean(covariances(kind_, length_scale_, x_, x));
    }

    [[nodiscard]] Eigen::Vector2d force(const Eigen::Vector2d& x) const { return forces(x); }

    /// Of the conserving kinds, up to one constant.
    [[nodiscard]] double energy(const Eigen::Vector2d& x) const {
        const GaussianKernel kernel{length_scale_};
        const Eigen::VectorXd q = place(kind_, x).coordinates;
        double sum = 0.0;
        for (Eigen::Index i = 0; i < x_.cols(); ++i) {
            sum -= value_gradient_covariance(kernel, q, place(kind_, x_.col(i)))
                       .dot(process_.dual_coefficients().segment<2>(2 * i));
        }
        return length_scale_ * length_scale_ * sum;
    }

    /// ∂F_y/∂x − ∂F_x/∂y, by central differences of fourth order.
    [[nodiscard]] double curl(const Eigen::Vector2d& x) const {
        constexpr double step = 0.01;
        const auto slope = [&](Eigen::Index along, Eigen::Index of) {
            const Eigen::Vector2d h = step * Eigen::Vector2d::Unit(along);
            return (8.0 * (force(x + h)[of] - force(x - h)[of]) -
                    (force(x + 2.0 * h)[of] - force(x - 2.0 * h)[of])) /
                   (12.0 * step);
        };
        return slope(0, 1) - slope(1, 0);
    }

    /// ∫F·dx along a straight line, by Simpson's rule.
    [[nodiscard]] double work(const Eigen::Vector2d& from, const Eigen::Vector2d& to) const {
        constexpr Eigen::Index intervals = 120;
        Eigen::Matrix2Xd x(2, intervals + 1);
        for (Eigen::Index i = 0; i <= intervals; ++i) {
            x.col(i) = from + (static_cast<double>(i) / intervals) * (to - from);
        }
        const Eigen::VectorXd along = forces(x).reshaped(2, x.cols()).transpose() * (to - from);
        double sum = along[0] + along[intervals];
        for (Eigen::Index i = 1; i < intervals; ++i) {
            sum += (i % 2 == 1 ? 4.0 : 2.0) * along[i];
        }
        return sum / (3.0 * intervals);
    }

    /// Minus the work from the origin, first along x, then along y: an energy if F has one.
    [[nodiscard]] double energy_along_a_path(const Eigen::Vector2d& x) const {
        const Eigen::Vector2d corner(x[0], 0.0);
        return -work(Eigen::Vector2d::Zero(), corner) - work(corner, x);
    }

    [[nodiscard]] double work_around(double half_width) const {
        const double h = half_width;
        return work({-h, -h}, {h, -h}) + work({h, -h}, {h, h}) + work({h, h}, {-h, h}) +
               work({-h, h}, {-h, -h});
    }

private:
    Kind kind_;
    double length_scale_;
    Eigen::Matrix2Xd x_;
    GaussianProcess process_;
};

/// √⟨(found − truth − constant)²⟩ at some places.
double energy_error(const Model& model, const Eigen::Matrix2Xd& x) {
    Eigen::ArrayXd difference(x.cols());
    for (Eigen::Index i = 0; i < x.cols(); ++i) {
        difference[i] = model.energy(x.col(i)) - potential(x.col(i));
    }
    return std::sqrt((difference - difference.mean()).square().mean());
}

/// Errors against the number of points. Hyper-parameters are those of the first 100 at most.
void learning_curves(talk::Chapter& chapter, const Eigen::Matrix2Xd& test) {
    const std::array<Eigen::Index, 5> counts = {25, 50, 100, 200, 400};
    constexpr unsigned trajectories = 6;
    const Eigen::VectorXd truth = true_forces(test);
    std::vector<Eigen::ArrayXXd> errors(counts.size(), Eigen::ArrayXXd(trajectories, 4));
    std::vector<Eigen::ArrayXXd> energy_errors(counts.size(), Eigen::ArrayXXd(trajectories, 2));
    for (unsigned t = 0; t < trajectories; ++t) {
        const Eigen::Matrix2Xd x = brownian_trajectory(counts.back(), 801 + t);
        for (Eigen::Index k = 0; k < 4; ++k) {
            const Kind& kind = kinds[static_cast<std::size_t>(k)];
            Hyperparameters best;
            for (std::size_t n = 0; n < counts.size(); ++n) {
                if (counts[n] <= 100) {
                    best = most_likely(kind, x.leftCols(counts[n]));
                }
                const Model model(kind, best, x.leftCols(counts[n]));
                errors[n](t, k) = (model.forces(test) - truth).norm() / truth.norm();
                if (kind.conserving) {
                    energy_errors[n](t, k - 2) = energy_error(model, test);
                }
            }
        }
    }

    Eigen::MatrixXd rows(static_cast<Eigen::Index>(counts.size()), 11);
    Eigen::ArrayXXd mean_gains = Eigen::ArrayXXd::Zero(trajectories, 2);
    for (std::size_t n = 0; n < counts.size(); ++n) {
        const std::string points = " with " + std::to_string(counts[n]) + " points";
        const auto row = static_cast<Eigen::Index>(n);
        rows(row, 0) = static_cast<double>(counts[n]);
        rows(row, 9) = energy_errors[n].col(0).mean();
        rows(row, 10) = energy_errors[n].col(1).mean();
        for (Eigen::Index k = 0; k < 4; ++k) {
            const talk::Spread error(errors[n].col(k));
            rows(row, 1 + 2 * k) = error.mean;
            rows(row, 2 + 2 * k) = error.deviation;
            talk::Chapter::number(
                "force error, " + kinds[static_cast<std::size_t>(k)].name + points, error);
        }
        const Eigen::ArrayXd gains = 1.0 - errors[n].col(2) / errors[n].col(0);
        const Eigen::ArrayXd gains_in_q = 1.0 - errors[n].col(3) / errors[n].col(1);
        if (counts[n] >= 100) {  // three of them
            mean_gains.col(0) += gains / 3.0;
            mean_gains.col(1) += gains_in_q / 3.0;
        }
        talk::Chapter::number("gain by conservation" + points, talk::Spread(gains));
        talk::Chapter::number("gain by conservation in q" + points, talk::Spread(gains_in_q));
        talk::Chapter::number("energy error, conserving" + points,
                              talk::Spread(energy_errors[n].col(0)));
        talk::Chapter::number("energy error, conserving in q" + points,
                              talk::Spread(energy_errors[n].col(1)));
    }
    for (Eigen::Index k = 0; k < 2; ++k) {
        const talk::Spread gain(mean_gains.col(k));
        talk::Chapter::number(
            k == 0 ? "mean gain, 100 to 400 points" : "mean gain in q, 100 to 400 points", gain);
        chapter.claim(k == 0 ? "from 100 points on, forces are better if energy is conserved"
                             : "in q as well",
                      gain.mean > 2.0 * gain.deviation / std::sqrt(double(trajectories)));
    }
    Eigen::VectorXd smooth(truth.size());
    for (Eigen::Index i = 0; i < test.cols(); ++i) {
        smooth.segment<2>(2 * i) = smooth_force(test.col(i));
    }
    talk::Chapter::number("force error of the landscape without its waves",
                          (smooth - truth).norm() / truth.norm());
    Eigen::ArrayXd energies(test.cols());
    for (Eigen::Index i = 0; i < test.cols(); ++i) {
        energies[i] = potential(test.col(i));
    }
    const double variation = std::sqrt((energies - energies.mean()).square().mean());
    talk::Chapter::number("energy, standard deviation", variation);
    chapter.claim("forces give the energy",
                  talk::Spread(energy_errors.back().col(0)).mean < 0.4 * variation &&
                      talk::Spread(energy_errors.back().col(1)).mean < 0.4 * variation);
    chapter.table("landscape_errors",
                  {"points",
                   "component_wise",
                   "component_wise_deviation",
                   "component_wise_q",
                   "component_wise_q_deviation",
                   "conserving",
                   "conserving_deviation",
                   "conserving_q",
                   "conserving_q_deviation",
                   "energy",
                   "energy_q"},
                  rows);
}

/// E − E(0) at 41 times along a trajectory by velocity Verlet; the mass is 1.
Eigen::VectorXd energy_drift(const Model& model,
                             const std::function<double(const Eigen::Vector2d&)>& energy,
                             double step) {
    constexpr double duration = 20.0;
    constexpr Eigen::Index samples = 40;
    const int steps_between = static_cast<int>(std::lround(duration / samples / step));
    Eigen::Vector2d x(3.0, 0.5);
    Eigen::Vector2d v(0.3, -0.9);
    Eigen::Vector2d force = model.force(x);
    const double first = energy(x) + 0.5 * v.squaredNorm();
    Eigen::VectorXd errors = Eigen::VectorXd::Zero(samples + 1);
    for (Eigen::Index i = 1; i <= samples; ++i) {
        for (int s = 0; s < steps_between; ++s) {
            v += 0.5 * step * force;
            x += step * v;
            force = model.force(x);
            v += 0.5 * step * force;
        }
        errors[i] = energy(x) + 0.5 * v.squaredNorm() - first;
    }
    return errors;
}

/// What one trajectory of 200 points teaches about the energy.
void conservation(talk::Chapter& chapter, const Eigen::Matrix2Xd& test) {
    const Eigen::Matrix2Xd x = brownian_trajectory(200, 601);
    std::vector<Model> models;
    for (const Kind& kind : kinds) {
        const Hyperparameters best = most_likely(kind, x.leftCols(100));
        talk::Chapter::number("length scale, " + kind.name, best.length_scale);
        talk::Chapter::number("noise ratio, " + kind.name, best.noise_ratio);
        models.emplace_back(kind, best, x);
    }

    bool none = true;
    bool some = true;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        double square = 0.0;
        for (Eigen::Index i = 0; i < 60; ++i) {
            square += std::pow(models[k].curl(test.col(i)), 2) / 60.0;
        }
        const double loop = models[k].work_around(2.5);
        talk::Chapter::number("curl, root mean square, " + kinds[k].name, std::sqrt(square));
        talk::Chapter::number("work around a square, " + kinds[k].name, loop);
        if (kinds[k].conserving) {
            none = none && std::sqrt(square) < 1e-8 && std::abs(loop) < 1e-6;
        } else {
            some = some && std::sqrt(square) > 0.01 && std::abs(loop) > 0.01;
        }
    }
    chapter.claim("conserving kernels have no curl and do no work around a loop", none);
    chapter.claim("component-wise kernels do both", some);

    const auto energy = [&](const Eigen::Vector2d& at) { return models[2].energy(at); };
    const auto along_a_path = [&](const Eigen::Vector2d& at) {
        return models[0].energy_along_a_path(at);
    };
    const Eigen::VectorXd coarse = energy_drift(models[2], energy, 0.1);
    const Eigen::VectorXd middle = energy_drift(models[2], energy, 0.05);
    const Eigen::VectorXd fine = energy_drift(models[2], energy, 0.025);
    const Eigen::VectorXd drifting = energy_drift(models[0], along_a_path, 0.05);
    const Eigen::VectorXd still_drifting = energy_drift(models[0], along_a_path, 0.025);
    const auto largest = [](const Eigen::VectorXd& errors) { return errors.cwiseAbs().maxCoeff(); };
    talk::Chapter::number("energy error of a conserving trajectory, step 0.1", largest(coarse));
    talk::Chapter::number("the same, step 0.05", largest(middle));
    talk::Chapter::number("the same, step 0.025", largest(fine));
    talk::Chapter::number("of a component-wise one, step 0.05", largest(drifting));
    talk::Chapter::number("the same, step 0.025", largest(still_drifting));
    const auto is_quarter = [&](const Eigen::VectorXd& of, const Eigen::VectorXd& whole) {
        return std::abs(largest(whole) / largest(of) - 4.0) < 0.6;
    };
    chapter.claim("the energy error of the conserving kernel falls as the square of the step",
                  is_quarter(middle, coarse) && is_quarter(fine, middle));
    chapter.claim("that of the component-wise kernel does not fall",
                  std::abs(largest(still_drifting) / largest(drifting) - 1.0) < 0.1 &&
                      largest(still_drifting) > 20.0 * largest(fine));

    Eigen::MatrixXd drift(fine.size(), 3);
    drift << Eigen::VectorXd::LinSpaced(fine.size(), 0.0, 20.0), fine, still_drifting;
    chapter.table("landscape_drift", {"time", "conserving", "component_wise"}, drift);
    const Eigen::RowVectorXd line = Eigen::RowVectorXd::LinSpaced(31, 0.0, 1.0);
    Eigen::MatrixXd map(31 * 31, 4);
    for (Eigen::Index i = 0; i < 31; ++i) {
        for (Eigen::Index j = 0; j < 31; ++j) {
            const Eigen::Vector2d at(-4.5 + 9.5 * line[i], -8.0 + 16.0 * line[j]);
            map.row(31 * i + j) << at.transpose(), models[2].energy(at), models[0].curl(at);
        }
    }
    chapter.table("landscape", {"x", "y", "recovered", "curl"}, map);
    chapter.table("landscape_data", {"x", "y"}, x.transpose());
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    // Another trajectory, of which no model has seen any point.
    const Eigen::Matrix2Xd test = brownian_trajectory(400, 700);
    learning_curves(chapter, test);
    conservation(chapter, test);
    return chapter.status();
}

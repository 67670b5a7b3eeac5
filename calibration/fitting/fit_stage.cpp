// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/fit_stage.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <ceres/ceres.h>
#include <cmath>
#include <cstddef>
#include <glog/logging.h>

namespace keesom {

namespace {

/// Step of a central difference over the size of a constant, and the smallest one.
constexpr double relative_step = 1e-5;
constexpr double smallest_step = 1e-8;

/// Residuals beyond this count linearly.
constexpr double huber_threshold = 2.0;

/// The number whose square is twice Huber's loss.
double huber(double z) {
    const double t = huber_threshold;
    return std::abs(z) <= t ? z : std::copysign(std::sqrt(2.0 * t * std::abs(z) - t * t), z);
}

class StageCost : public ceres::CostFunction {
public:
    StageCost(const FitStage& stage, const FitOptions& options, const FitData& data)
        : stage_(stage), options_(options), data_(data) {
        mutable_parameter_block_sizes()->push_back(static_cast<int>(stage.free.size()));
        std::size_t count = 0;
        for (const FitSystem& system : data.systems) {
            count += number_of_residuals(system);
        }
        set_num_residuals(static_cast<int>(count));
    }

    bool Evaluate(double const* const* parameters,
                  double* residuals,
                  double** jacobians) const override {
        const double* x = parameters[0];
        for (std::size_t i = 0; i < stage_.free.size(); ++i) {
            stage_.free[i].assign(x[i]);
        }
        try {
            const std::vector<EnergyComponents> present = energies();
            write_residuals(present, residuals);
            if (jacobians != nullptr && jacobians[0] != nullptr) {
                differentiate(x, present, jacobians[0]);
            }
        } catch (const Error&) {
            return false;  // constants that a term rejects: the optimizer tries a shorter step
        }
        return true;
    }

    /// Energies of the stage with the present constants.
    [[nodiscard]] std::vector<EnergyComponents> energies() const {
        std::vector<EnergyComponents> energies = data_.energies;
        for (const FittedTerm& term : stage_.terms) {
            update(term, 0, energies);
        }
        return energies;
    }

private:
    [[nodiscard]] std::size_t number_of_residuals(const FitSystem& system) const {
        if (!system.reference) {
            return stage_.wall ? 1 : 0;
        }
        return stage_.terms.size() + (stage_.totals && system.reference_total ? 1 : 0);
    }

    /// Calculates a component anew, of all systems or of those that have the element.
    void update(const FittedTerm& term,
                int element,
                std::vector<EnergyComponents>& energies) const {
        const EnergyFunction energy = term.with_present_constants();
        parallel_for(data_.systems.size(), [&](std::size_t i) {
            const FitSystem& system = data_.systems[i];
            if (element == 0 || system.elements.contains(element)) {
                energies[i].*term.component.value = energy(system);
            }
        });
    }

    void write_residuals(const std::vector<EnergyComponents>& energies, double* residuals) const {
        for (std::size_t i = 0; i < energies.size(); ++i) {
            const FitSystem& system = data_.systems[i];
            const EnergyComponents& energy = energies[i];
            if (!system.reference) {
                if (stage_.wall) {
                    const double missing = *stage_.wall * energy.exchange - energy.total();
                    *residuals++ =
                        huber(std::max(0.0, missing) / options_.component.of(energy.exchange));
                }
                continue;
            }
            const double exchange = system.reference->exchange;
            for (const FittedTerm& term : stage_.terms) {
                const auto value = term.component.value;
                *residuals++ = huber((energy.*value - (*system.reference).*value) /
                                     options_.component.of(exchange));
            }
            if (stage_.totals && system.reference_total) {
                *residuals++ =
                    huber((energy.total() - *system.reference_total) / options_.total.of(exchange));
            }
        }
    }

    /// Central differences, one-sided at a limit, row-major. Most constants change one component of
    /// some systems: what they leave alone is not calculated again.
    void differentiate(const double* x,
                       const std::vector<EnergyComponents>& energies,
                       double* jacobian) const {
        const std::size_t columns = stage_.free.size();
        const auto rows = static_cast<std::size_t>(num_residuals());
        std::vector<double> above(rows);
        std::vector<double> below(rows);
        for (std::size_t k = 0; k < columns; ++k) {
            const FreeParameter& parameter = stage_.free[k];
            const double step = std::max(relative_step * std::abs(x[k]), smallest_step);
            const auto residuals_at = [&](double value, std::vector<double>& residuals) {
                parameter.assign(value);
                std::vector<EnergyComponents> changed = energies;
                for (const FittedTerm& term : stage_.terms) {
                    if (std::find(parameter.changes.begin(),
                                  parameter.changes.end(),
                                  term.component.value) != parameter.changes.end()) {
                        update(term, parameter.element, changed);
                    }
                }
                write_residuals(changed, residuals.data());
            };
            const double right = std::min(x[k] + step, parameter.limits.largest);
            const double left = std::max(x[k] - step, parameter.limits.lowest);
            residuals_at(right, above);
            residuals_at(left, below);
            parameter.assign(x[k]);
            for (std::size_t i = 0; i < rows; ++i) {
                jacobian[i * columns + k] = (above[i] - below[i]) / (right - left);
            }
        }
    }

    const FitStage& stage_;
    const FitOptions& options_;
    const FitData& data_;
};

/// Keeps the log of Ceres from the standard error stream while it lives. What goes wrong is in the
/// summary of the solver.
class SilentLog {
public:
    SilentLog() : level_(FLAGS_minloglevel) { FLAGS_minloglevel = google::GLOG_FATAL; }

    ~SilentLog() { FLAGS_minloglevel = level_; }

    SilentLog(const SilentLog&) = delete;
    SilentLog(SilentLog&&) = delete;
    SilentLog& operator=(const SilentLog&) = delete;
    SilentLog& operator=(SilentLog&&) = delete;

private:
    int level_;
};

}  // namespace

bool fit_stage(const FitStage& stage, const FitOptions& options, const FitLog& log, FitData& data) {
    std::vector<double> x;
    for (const FreeParameter& parameter : stage.free) {
        x.push_back(parameter.value());
    }
    StageCost cost(stage, options, data);
    ceres::Problem::Options ownership;
    ownership.cost_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
    ceres::Problem problem(ownership);
    problem.AddResidualBlock(&cost, nullptr, x.data());
    for (std::size_t i = 0; i < stage.free.size(); ++i) {
        const ConstantLimits& limits = stage.free[i].limits;
        problem.SetParameterLowerBound(x.data(), static_cast<int>(i), limits.lowest);
        problem.SetParameterUpperBound(x.data(), static_cast<int>(i), limits.largest);
    }

    ceres::Solver::Options solver;
    solver.linear_solver_type = ceres::DENSE_QR;
    solver.max_num_iterations = options.max_iterations;
    solver.function_tolerance = 1e-6;
    solver.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    {
        const SilentLog silent;
        ceres::Solve(solver, &problem, &summary);
    }
    if (!summary.IsSolutionUsable()) {
        std::string reason = summary.message;
        while (!reason.empty() && reason.back() == '.') {
            reason.pop_back();
        }
        throw NumericalError(fmt::format("fit of {} failed: {}", stage.name, reason));
    }
    for (std::size_t i = 0; i < stage.free.size(); ++i) {
        stage.free[i].assign(x[i]);
    }
    data.energies = cost.energies();
    if (log) {
        log(fmt::format("{}: {} constants, {} iterations, cost {:.6g} to {:.6g}",
                        stage.name,
                        stage.free.size(),
                        summary.iterations.size(),
                        summary.initial_cost,
                        summary.final_cost));
        if (stage.wall) {
            std::size_t n_close = 0;
            std::size_t n_below = 0;
            for (std::size_t i = 0; i < data.systems.size(); ++i) {
                if (!data.systems[i].reference) {
                    ++n_close;
                    n_below += data.energies[i].total() < 0.0 ? 1 : 0;
                }
            }
            log(fmt::format("  {} of {} close approaches attract", n_below, n_close));
        }
    }
    return summary.termination_type == ceres::CONVERGENCE;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/gauss_newton.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace keesom {

namespace {

constexpr double huber_threshold = 2.0;

constexpr double first_damping = 1e-2;
constexpr double least_damping = 1e-6;
constexpr double largest_damping = 1e8;

Eigen::VectorXd huber_weights(const Eigen::VectorXd& residuals) {
    return residuals.unaryExpr(
        [](double r) { return std::min(1.0, huber_threshold / std::max(std::abs(r), 1e-300)); });
}

/// The equations of one step at one point, for any λ.
class NormalEquations {
public:
    NormalEquations(const LinearizedResiduals& linearized,
                    Eigen::Index unknowns,
                    Eigen::VectorXd weights)
        : linearized_(linearized), weights_(std::move(weights)) {
        blocks_ = linearized.blocks(weights_);
        diagonal_.resize(unknowns);
        for (MatrixBlock& block : blocks_) {
            block.values.diagonal().array() += 1.0;
            diagonal_(block.unknowns) = block.values.diagonal();
        }
    }

    /// δ, by conjugate gradients.
    [[nodiscard]] Eigen::VectorXd solve(double damping,
                                        const Eigen::VectorXd& b,
                                        const GaussNewtonOptions& options) const;

private:
    const LinearizedResiduals& linearized_;
    Eigen::VectorXd weights_;
    std::vector<MatrixBlock> blocks_;  // of Jᵀ w J + 1
    Eigen::VectorXd diagonal_;         // D
};

Eigen::VectorXd NormalEquations::solve(double damping,
                                       const Eigen::VectorXd& b,
                                       const GaussNewtonOptions& options) const {
    std::vector<Eigen::LLT<Eigen::MatrixXd>> factors(blocks_.size());
    parallel_for(blocks_.size(), [&](std::size_t k) {
        Eigen::MatrixXd damped = blocks_[k].values;
        damped.diagonal() *= 1.0 + damping;
        factors[k].compute(damped);
    });
    const auto precondition = [&](const Eigen::VectorXd& v) {
        Eigen::VectorXd result(v.size());
        parallel_for(blocks_.size(), [&](std::size_t k) {
            const Eigen::VectorXd own = v(blocks_[k].unknowns);
            const Eigen::VectorXd solved = factors[k].solve(own);
            result(blocks_[k].unknowns) = solved;
        });
        return result;
    };
    Eigen::VectorXd solution = Eigen::VectorXd::Zero(b.size());
    Eigen::VectorXd rest = b;
    Eigen::VectorXd preconditioned = precondition(rest);
    Eigen::VectorXd direction = preconditioned;
    double size = rest.dot(preconditioned);
    const double goal = options.inner_tolerance * options.inner_tolerance * size;
    for (int i = 0; i < options.max_inner_iterations && size > goal; ++i) {
        const Eigen::VectorXd product =
            linearized_.backward(weights_.cwiseProduct(linearized_.forward(direction))) +
            direction + damping * diagonal_.cwiseProduct(direction);
        const double step = size / direction.dot(product);
        solution += step * direction;
        rest -= step * product;
        preconditioned = precondition(rest);
        const double next = rest.dot(preconditioned);
        direction = preconditioned + next / size * direction;
        size = next;
    }
    return solution;
}

}  // namespace

double robust_cost(const Eigen::VectorXd& residuals,
                   const Eigen::VectorXd& weights,
                   const Eigen::VectorXd& z) {
    double cost = 0.5 * z.squaredNorm();
    for (Eigen::Index k = 0; k < residuals.size(); ++k) {
        const double size = std::abs(residuals[k]);
        cost += weights[k] * (size <= huber_threshold
                                  ? 0.5 * size * size
                                  : huber_threshold * (size - 0.5 * huber_threshold));
    }
    return cost;
}

GaussNewtonState minimize(const LeastSquaresProblem& problem,
                          const Eigen::VectorXd& start,
                          const GaussNewtonOptions& options,
                          const GaussNewtonState* begun,
                          const std::function<void(const GaussNewtonState&)>& after_step) {
    Eigen::VectorXd residuals = problem.residuals(start);
    GaussNewtonState state;
    state.z = start;
    state.cost = robust_cost(residuals, problem.weights(), start);
    state.first_cost = state.cost;
    state.damping = first_damping;
    if (begun != nullptr && begun->first_cost == state.first_cost &&
        begun->z.size() == start.size()) {
        state = *begun;
        residuals = problem.residuals(state.z);
    }
    const auto cost_at = [&](const Eigen::VectorXd& z, Eigen::VectorXd& at_z) {
        try {
            at_z = problem.residuals(z);
            return robust_cost(at_z, problem.weights(), z);
        } catch (const Error&) {
            return std::numeric_limits<double>::infinity();
        }
    };
    while (state.iterations < options.max_iterations && !state.converged) {
        ++state.iterations;
        const auto linearized = problem.linearize(state.z);
        const Eigen::VectorXd weights = problem.weights().cwiseProduct(huber_weights(residuals));
        const Eigen::VectorXd downhill =
            -(linearized->backward(weights.cwiseProduct(residuals)) + state.z);
        const NormalEquations equations(*linearized, problem.unknowns(), weights);
        bool lowered = false;
        while (!lowered && state.damping < largest_damping) {
            const Eigen::VectorXd z = state.z + equations.solve(state.damping, downhill, options);
            Eigen::VectorXd at_z;
            const double cost = cost_at(z, at_z);
            lowered = cost < state.cost;
            if (lowered) {
                const bool small = state.cost - cost < options.relative_decrease * state.cost;
                state.small_steps = small ? state.small_steps + 1 : 0;
                // One may be poor for want of conjugate gradients, and the next a good one.
                state.converged = state.small_steps == 2;
                state.z = z;
                state.cost = cost;
                residuals = at_z;
                state.damping = std::max(least_damping, state.damping / 5.0);
            } else {
                state.damping *= 5.0;
            }
        }
        if (!lowered) {
            state.converged = true;  // no step is short enough: this is the least cost there is
        }
        if (after_step) {
            after_step(state);
        }
    }
    return state;
}

}  // namespace keesom

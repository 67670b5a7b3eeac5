// SPDX-License-Identifier: BSD-3-Clause
//
// Robust nonlinear least squares with very many unknowns, whose Jacobian is never formed.
//
// Least is
//
//     C(z) = Σ_k v_k ρ(r_k(z)) + ½ |z|² ,   ρ(r) = ½ r² for |r| ≤ 2, 2|r| − 2 beyond (Huber),
//
// the second term a prior of unit variance for each unknown. Each step δ is that of Levenberg and
// Marquardt with the weights w = v min(1, 2/|r|) of the iteratively reweighted squares,
//
//     (Jᵀ w J + 1 + λ D) δ = −(Jᵀ w r + z) ,
//
// with D near the diagonal of Jᵀ w J + 1, solved by conjugate gradients, preconditioned by the
// inverses of blocks of unknowns that have most in common. A step that does not lower C makes λ
// larger, a good one smaller.
#pragma once

#include <Eigen/Core>

#include <functional>
#include <memory>
#include <vector>

namespace keesom {

/// Rows and columns of some unknowns of a symmetric matrix.
struct MatrixBlock {
    std::vector<Eigen::Index> unknowns;
    Eigen::MatrixXd values;
};

/// Residuals at some point, and their derivatives there as operators.
class LinearizedResiduals {
public:
    virtual ~LinearizedResiduals() = default;
    LinearizedResiduals() = default;
    LinearizedResiduals(const LinearizedResiduals&) = delete;
    LinearizedResiduals(LinearizedResiduals&&) = delete;
    LinearizedResiduals& operator=(const LinearizedResiduals&) = delete;
    LinearizedResiduals& operator=(LinearizedResiduals&&) = delete;

    /// J v
    [[nodiscard]] virtual Eigen::VectorXd forward(const Eigen::VectorXd& v) const = 0;

    /// Jᵀ u
    [[nodiscard]] virtual Eigen::VectorXd backward(const Eigen::VectorXd& u) const = 0;

    /// Blocks on the diagonal of Jᵀ w J, near enough; each unknown is in one of them.
    [[nodiscard]] virtual std::vector<MatrixBlock> blocks(const Eigen::VectorXd& w) const = 0;
};

class LeastSquaresProblem {
public:
    virtual ~LeastSquaresProblem() = default;
    LeastSquaresProblem() = default;
    LeastSquaresProblem(const LeastSquaresProblem&) = delete;
    LeastSquaresProblem(LeastSquaresProblem&&) = delete;
    LeastSquaresProblem& operator=(const LeastSquaresProblem&) = delete;
    LeastSquaresProblem& operator=(LeastSquaresProblem&&) = delete;

    [[nodiscard]] virtual Eigen::Index unknowns() const = 0;

    /// v, one for each residual.
    [[nodiscard]] virtual const Eigen::VectorXd& weights() const = 0;

    /// r(z).
    /// @throws Error where z means nothing; the step is then made shorter
    [[nodiscard]] virtual Eigen::VectorXd residuals(const Eigen::VectorXd& z) const = 0;

    /// Derivatives of residuals() at z.
    [[nodiscard]] virtual std::unique_ptr<const LinearizedResiduals> linearize(
        const Eigen::VectorXd& z) const = 0;
};

struct GaussNewtonOptions {
    int max_iterations = 40;
    int max_inner_iterations = 80;  ///< of conjugate gradients, for each step
    double inner_tolerance = 0.03;  ///< of the residual of the equations over its start
    double relative_decrease =
        1e-4;  ///< of C; two smaller ones in a row, and the fit has converged
};

/// Where a minimization is, enough to go on from there as if it had not been interrupted.
struct GaussNewtonState {
    Eigen::VectorXd z;
    double cost = 0.0;
    double damping = 0.0;  ///< λ of the next step
    int iterations = 0;
    int small_steps = 0;  ///< the last ones, that lowered C by little
    bool converged = false;

    /// C at the start, by which a problem is known: every number that enters it changes the last
    /// digits.
    double first_cost = 0.0;
};

/// C(z) of residuals.
/// @param weights v
double robust_cost(const Eigen::VectorXd& residuals,
                   const Eigen::VectorXd& weights,
                   const Eigen::VectorXd& z);

/// @param start z to begin at
/// @param begun a state of the minimization of the same problem from the same start, to go on from;
///        null, or that of another problem: begins at the start
/// @param after_step called after each step
GaussNewtonState minimize(const LeastSquaresProblem& problem,
                          const Eigen::VectorXd& start,
                          const GaussNewtonOptions& options,
                          const GaussNewtonState* begun = nullptr,
                          const std::function<void(const GaussNewtonState&)>& after_step = {});

}  // namespace keesom

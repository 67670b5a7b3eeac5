// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/gauss_newton.hpp>
#include <keesom/core/errors.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <support/finite_differences.hpp>
#include <vector>

namespace keesom {

namespace {

/// Residuals exp(a_k·z) − y_k, with a Jacobian that is formed.
class Exponentials : public LeastSquaresProblem {
public:
    Exponentials(Eigen::MatrixXd a, Eigen::VectorXd y, Eigen::VectorXd weights)
        : a_(std::move(a)), y_(std::move(y)), weights_(std::move(weights)) {}

    [[nodiscard]] Eigen::Index unknowns() const override { return a_.cols(); }

    [[nodiscard]] const Eigen::VectorXd& weights() const override { return weights_; }

    [[nodiscard]] Eigen::VectorXd residuals(const Eigen::VectorXd& z) const override {
        const Eigen::VectorXd exponents = a_ * z;
        if (exponents.maxCoeff() > 5.0) {
            throw NumericalError("too far");
        }
        return exponents.array().exp().matrix() - y_;
    }

    [[nodiscard]] std::unique_ptr<const LinearizedResiduals> linearize(
        const Eigen::VectorXd& z) const override {
        return std::make_unique<Dense>((a_ * z).array().exp().matrix().asDiagonal() * a_);
    }

private:
    class Dense : public LinearizedResiduals {
    public:
        explicit Dense(Eigen::MatrixXd jacobian) : jacobian_(std::move(jacobian)) {}

        [[nodiscard]] Eigen::VectorXd forward(const Eigen::VectorXd& v) const override {
            return jacobian_ * v;
        }

        [[nodiscard]] Eigen::VectorXd backward(const Eigen::VectorXd& u) const override {
            return jacobian_.transpose() * u;
        }

        [[nodiscard]] std::vector<MatrixBlock> blocks(const Eigen::VectorXd& w) const override {
            std::vector<MatrixBlock> result(2);
            for (Eigen::Index i = 0; i < jacobian_.cols(); ++i) {
                result[static_cast<std::size_t>(i) % 2].unknowns.push_back(i);
            }
            for (MatrixBlock& block : result) {
                const Eigen::MatrixXd columns = jacobian_(Eigen::all, block.unknowns);
                block.values = columns.transpose() * w.asDiagonal() * columns;
            }
            return result;
        }

    private:
        Eigen::MatrixXd jacobian_;
    };

    Eigen::MatrixXd a_;
    Eigen::VectorXd y_;
    Eigen::VectorXd weights_;
};

Exponentials random_problem(double outlier) {
    std::mt19937 generator(3);
    std::normal_distribution<double> normal;
    const auto random = [&](Eigen::Index rows, Eigen::Index columns) {
        return Eigen::MatrixXd(
            Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return normal(generator); }));
    };
    const Eigen::MatrixXd a = 0.5 * random(40, 6);
    const Eigen::VectorXd z = random(6, 1);
    Eigen::VectorXd y = (a * z).array().exp() + 0.1 * random(40, 1).array();
    y[7] += outlier;
    return {a, y, Eigen::VectorXd::Constant(40, 2.0) + random(40, 1).cwiseAbs()};
}

double cost_at(const LeastSquaresProblem& problem, const Eigen::VectorXd& z) {
    return robust_cost(problem.residuals(z), problem.weights(), z);
}

}  // namespace

TEST(GaussNewton, EndsWhereTheCostIsLeast) {
    for (const double outlier : {0.0, 30.0}) {
        const Exponentials problem = random_problem(outlier);
        GaussNewtonOptions options;
        options.relative_decrease = 1e-14;
        options.inner_tolerance = 1e-6;
        options.max_iterations = 100;
        const GaussNewtonState result = minimize(problem, Eigen::VectorXd::Zero(6), options);
        EXPECT_TRUE(result.converged);
        EXPECT_DOUBLE_EQ(result.cost, cost_at(problem, result.z));
        for (Eigen::Index i = 0; i < 6; ++i) {
            const auto along = [&](double t) {
                return cost_at(problem, result.z + t * Eigen::VectorXd::Unit(6, i));
            };
            EXPECT_NEAR(testing::derivative(along, 0.0, 1e-3), 0.0, 1e-5 * result.cost) << i;
        }
    }
}

TEST(GaussNewton, GoesOnFromAnyStepToTheSameEnd) {
    const Exponentials problem = random_problem(30.0);
    const Eigen::VectorXd start = Eigen::VectorXd::Zero(6);
    std::vector<GaussNewtonState> steps;
    const auto keep = [&](const GaussNewtonState& state) { steps.push_back(state); };
    const GaussNewtonState whole = minimize(problem, start, {}, nullptr, keep);
    ASSERT_GT(steps.size(), 3);
    for (const GaussNewtonState& begun : steps) {
        const GaussNewtonState rest = minimize(problem, start, {}, &begun);
        EXPECT_EQ(rest.z, whole.z);
        EXPECT_EQ(rest.cost, whole.cost);
        EXPECT_EQ(rest.iterations, whole.iterations);
        // Another problem knows that it is another.
        EXPECT_EQ(minimize(random_problem(29.0), start, {}, &begun).z,
                  minimize(random_problem(29.0), start, {}).z);
    }
}

TEST(GaussNewton, HardlyFeelsAnOutlier) {
    const auto solution = [](double outlier) {
        return minimize(random_problem(outlier), Eigen::VectorXd::Zero(6), {}).z;
    };
    // Beyond the threshold an outlier pulls with a constant force.
    EXPECT_LT((solution(30.0) - solution(3000.0)).norm(), 1e-2 * solution(0.0).norm());
}

TEST(GaussNewton, StaysAtThePriorWithoutData) {
    const Exponentials nothing(
        Eigen::MatrixXd::Zero(1, 6), Eigen::VectorXd::Ones(1), Eigen::VectorXd::Ones(1));
    EXPECT_LT(minimize(nothing, Eigen::VectorXd::Ones(6), {}).z.norm(), 1e-6);
}

TEST(RobustCost, GrowsLinearlyBeyondTheThreshold) {
    const auto cost = [](double r) {
        return robust_cost(
            Eigen::VectorXd::Constant(1, r), Eigen::VectorXd::Ones(1), Eigen::VectorXd::Zero(1));
    };
    EXPECT_DOUBLE_EQ(cost(1.5), 1.125);
    EXPECT_DOUBLE_EQ(cost(-1.5), 1.125);
    EXPECT_DOUBLE_EQ(cost(2.0), 2.0);
    EXPECT_DOUBLE_EQ(cost(-5.0), 8.0);
}

}  // namespace keesom

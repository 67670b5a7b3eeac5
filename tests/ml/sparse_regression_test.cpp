// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/sparse_regression.hpp>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include <cmath>
#include <support/expect_error.hpp>

namespace keesom {
namespace {

// A Gaussian kernel on a line: any kernel serves to test the regression.
Eigen::MatrixXd kernel(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    Eigen::MatrixXd k(a.size(), b.size());
    for (Eigen::Index i = 0; i < a.size(); ++i) {
        for (Eigen::Index j = 0; j < b.size(); ++j) {
            k(i, j) = std::exp(-0.5 * (a[i] - b[j]) * (a[i] - b[j]));
        }
    }
    return k;
}

Eigen::MatrixXd targets(const Eigen::VectorXd& x) {
    Eigen::MatrixXd y(x.size(), 2);
    y.col(0) = x.array().sin();
    y.col(1) = (0.5 * x.array()).cos();
    return y;
}

TEST(SparseRegression, ReproducesTheDataWhenRegularizationVanishes) {
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(9, 0.0, 9.0);
    SparseRegression regression(kernel(x, x), 2);
    regression.add(kernel(x, x), targets(x));
    const SparseSolution solution = regression.solve(1e-14);
    EXPECT_LT((kernel(x, x) * solution.dual_coefficients - targets(x)).norm(), 1e-7);
}

TEST(SparseRegression, IsTheGaussianProcessWhenEveryPointIsARepresentative) {
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(12, 0.0, 11.0);
    const Eigen::VectorXd new_x = Eigen::VectorXd::LinSpaced(7, -3.0, 14.3);
    const double noise = 1e-2;
    SparseRegression regression(kernel(x, x), 2);
    regression.add(kernel(x, x), targets(x));
    const SparseSolution solution = regression.solve(noise);

    const Eigen::LLT<Eigen::MatrixXd> dense(kernel(x, x) +
                                            noise * Eigen::MatrixXd::Identity(12, 12));
    const Eigen::MatrixXd k = kernel(new_x, x);
    EXPECT_LT((k * solution.dual_coefficients - k * dense.solve(targets(x))).norm(), 1e-6);

    const Eigen::VectorXd exact_variance =
        Eigen::VectorXd::Ones(7) - (k * dense.solve(k.transpose())).diagonal();
    const Eigen::VectorXd variance = predictive_variance(
        k, Eigen::VectorXd::Ones(7), regression.prior_factor(), solution.posterior_factor, noise);
    EXPECT_LT((variance - exact_variance).cwiseAbs().maxCoeff(), 1e-6);
}

TEST(SparseRegression, MinimizesItsOwnObjective) {
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(40, 0.0, 10.0);
    const Eigen::VectorXd sparse = Eigen::VectorXd::LinSpaced(6, 0.5, 9.5);
    const double r = 0.05;
    SparseRegression regression(kernel(sparse, sparse), 2);
    // In two parts, as training does it.
    regression.add(kernel(x.head(15), sparse), targets(x.head(15)));
    regression.add(kernel(x.tail(25), sparse), targets(x.tail(25)));
    const Eigen::MatrixXd best = regression.solve(r).dual_coefficients;
    const auto objective = [&](const Eigen::MatrixXd& alpha) {
        return (kernel(x, sparse) * alpha - targets(x)).squaredNorm() +
               r * (alpha.transpose() * kernel(sparse, sparse) * alpha).trace();
    };
    for (Eigen::Index i = 0; i < best.rows(); ++i) {
        for (const double shift : {-1e-3, 1e-3}) {
            Eigen::MatrixXd other = best;
            other(i, 0) += shift;
            EXPECT_GT(objective(other), objective(best));
        }
    }
}

TEST(PredictiveVariance, IsSmallAtRepresentativesAmongTheDataAndOneFarAway) {
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(40, 0.0, 10.0);
    const Eigen::VectorXd sparse = Eigen::VectorXd::LinSpaced(12, 0.0, 10.0);
    const double r = 1e-6;
    SparseRegression regression(kernel(sparse, sparse), 2);
    regression.add(kernel(x, sparse), targets(x));
    const SparseSolution solution = regression.solve(r);
    const auto variance_at = [&](double at) {
        return predictive_variance(kernel(Eigen::VectorXd::Constant(1, at), sparse),
                                   Eigen::VectorXd::Ones(1),
                                   regression.prior_factor(),
                                   solution.posterior_factor,
                                   r)[0];
    };
    EXPECT_LT(variance_at(sparse[5]), 1e-5);
    EXPECT_LT(variance_at(sparse[5]), variance_at(0.5 * (sparse[5] + sparse[6])));
    EXPECT_NEAR(variance_at(40.0), 1.0, 1e-12);
    EXPECT_GT(variance_at(12.0), variance_at(11.0));
}

TEST(PriorFactor, RejectsAMatrixThatIsNoKernel) {
    Eigen::MatrixXd indefinite = Eigen::MatrixXd::Identity(3, 3);
    indefinite(0, 1) = indefinite(1, 0) = 2.0;
    EXPECT_THAT(
        testing::error_of<NumericalError>([&] { static_cast<void>(prior_factor(indefinite)); }),
        ::testing::HasSubstr("not positive definite"));
}

}  // namespace
}  // namespace keesom

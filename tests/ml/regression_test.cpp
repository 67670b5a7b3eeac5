// SPDX-License-Identifier: BSD-3-Clause
//
// Exact regression against the textbook: the same numbers by inverting, by training again, by
// summing over the training set.
#include <keesom/core/errors.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/environment_kernel.hpp>
#include <keesom/ml/regression/held_out.hpp>
#include <keesom/ml/regression/quadratic_form.hpp>
#include <keesom/ml/regression/tensor_regression.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {
namespace {

Eigen::MatrixXd random_matrix(unsigned seed, Eigen::Index rows, Eigen::Index columns) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return normal(random); });
}

Eigen::MatrixXd random_covariance(unsigned seed, Eigen::Index n) {
    const Eigen::MatrixXd a = random_matrix(seed, n, n + 5);
    return a * a.transpose() / static_cast<double>(n) + 0.1 * Eigen::MatrixXd::Identity(n, n);
}

/// Rows of a matrix, or elements of a vector, that are not first … last − 1.
Eigen::MatrixXd without(const Eigen::MatrixXd& matrix, Eigen::Index first, Eigen::Index last) {
    Eigen::MatrixXd rest(matrix.rows() - (last - first), matrix.cols());
    rest << matrix.topRows(first), matrix.bottomRows(matrix.rows() - last);
    return rest;
}

TEST(CholeskyFactor, SolvesSystemsOfAnySize) {
    // Less than a tile, one tile, several, and several with a part of one.
    for (const Eigen::Index n : {1, 7, 192, 384, 500}) {
        const Eigen::MatrixXd a = random_covariance(71, n);
        const Eigen::MatrixXd b = random_matrix(72, n, 3);
        const CholeskyFactor factor(a);
        EXPECT_LT((a * factor.solve(b) - b).norm(), 1e-11 * b.norm()) << n;
    }
}

TEST(CholeskyFactor, LooksAtTheLowerTriangleOnly) {
    const Eigen::MatrixXd a = random_covariance(73, 250);
    Eigen::MatrixXd lower = a;
    lower.triangularView<Eigen::StrictlyUpper>().setConstant(std::nan(""));
    const Eigen::MatrixXd b = random_matrix(74, 250, 1);
    EXPECT_EQ(CholeskyFactor(a).solve(b), CholeskyFactor(lower).solve(b));
}

TEST(CholeskyFactor, GivesBlocksOfTheInverse) {
    const Eigen::MatrixXd a = random_covariance(75, 500);
    const Eigen::MatrixXd inverse = a.inverse();
    const CholeskyFactor factor(a);
    for (const auto& [first, count] : {std::pair{0, 500}, {0, 3}, {190, 5}, {100, 400}, {499, 1}}) {
        const Eigen::MatrixXd block = factor.inverse_block(first, count);
        EXPECT_LT((block - inverse.block(first, first, count, count)).norm(), 1e-11 * block.norm());
    }
}

TEST(CholeskyFactor, SaysWhichRowsAreNotPositive) {
    Eigen::MatrixXd a = random_covariance(76, 300);
    a(250, 250) = -1.0;
    EXPECT_THAT(testing::error_of<NumericalError>([&] { CholeskyFactor factor(a); }),
                ::testing::HasSubstr("rows 192 and 300 of 300"));
}

TEST(LeaveGroupsOut, GivesTheErrorsOfTrainingWithoutTheGroup) {
    const Eigen::MatrixXd x = random_matrix(77, 4, 60).colwise().normalized();
    const Eigen::VectorXd charges = random_matrix(78, 60, 1);
    const Eigen::MatrixXd y = random_matrix(79, 60, 2);
    Eigen::MatrixXd a = environment_kernel(x, charges, x, charges);
    a.diagonal().array() += 0.05;
    const CholeskyFactor factor(a);
    const std::vector<Eigen::Index> starts = {0, 25, 25, 40};  // one group is empty
    const Eigen::MatrixXd errors = leave_groups_out(factor, factor.solve(y), starts);
    for (const auto& [first, last] : {std::pair{0, 25}, {25, 40}, {40, 60}}) {
        const Eigen::MatrixXd rows = without(a, first, last);
        const Eigen::MatrixXd others = without(rows.transpose(), first, last);
        const Eigen::MatrixXd predicted = rows.middleCols(first, last - first).transpose() *
                                          others.inverse() * without(y, first, last);
        EXPECT_LT(
            (predicted - y.middleRows(first, last - first) - errors.middleRows(first, last - first))
                .norm(),
            1e-10);
    }
}

TEST(EnvironmentKernel, IsPositiveSemidefinite) {
    const Eigen::MatrixXd x = random_matrix(80, 3, 40);
    const Eigen::VectorXd charges = random_matrix(81, 40, 1);
    const Eigen::MatrixXd kernel = environment_kernel(x, charges, x, charges);
    EXPECT_GT(kernel.selfadjointView<Eigen::Lower>().eigenvalues().minCoeff(),
              -1e-12 * kernel.norm());
}

TEST(QuadraticForm, IsTheSumOverTheTrainingSet) {
    const Eigen::MatrixXd x = random_matrix(82, 12, 50).colwise().normalized();
    const Eigen::VectorXd charges = random_matrix(83, 50, 1).array().round();
    const Eigen::VectorXd dual = random_matrix(84, 50, 1);
    const ChargedQuadraticForm form =
        charged_quadratic_form(x, charges, dual, Eigen::VectorXd::LinSpaced(12, 1.0, 0.1), 0.0);
    const Eigen::MatrixXd others = random_matrix(85, 12, 7).colwise().normalized();
    for (const double charge : {-1.0, 0.0, 0.7}) {
        const Eigen::VectorXd expected =
            environment_kernel(others, Eigen::VectorXd::Constant(7, charge), x, charges) * dual;
        EXPECT_LT((form.evaluate(others, charge) - expected).norm(), 1e-12 * expected.norm());
    }
}

TEST(QuadraticForm, LeavesOutNoMoreThanTheTolerance) {
    const Eigen::MatrixXd half = random_matrix(86, 20, 20);
    const Eigen::MatrixXd w = half + half.transpose();
    const Eigen::VectorXd scales = Eigen::VectorXd::LinSpaced(20, 1.0, 0.2);
    const Eigen::MatrixXd x = random_matrix(87, 20, 300);
    const Eigen::ArrayXd exact = (x.cwiseProduct(w * x)).colwise().sum().transpose();
    const Eigen::ArrayXd lengths =
        (scales.cwiseInverse().asDiagonal() * x).colwise().squaredNorm().transpose();
    Eigen::Index previous = 20;
    for (const double most_left_out : {0.5, 1.5, 3.0}) {
        const QuadraticForm form = quadratic_form(w, scales, most_left_out);
        EXPECT_LT(form.directions.rows(), previous);
        previous = form.directions.rows();
        EXPECT_LE(((form.evaluate(x).array() - exact).abs() / lengths).maxCoeff(), most_left_out);
    }
    const QuadraticForm nothing = quadratic_form(w, scales, 1e3);
    EXPECT_EQ(nothing.evaluate(x), Eigen::VectorXd::Zero(300));
}

TEST(QuadraticForm, RejectsWhatIsNone) {
    QuadraticForm form = quadratic_form(random_covariance(88, 5), Eigen::VectorXd::Ones(5), 0.0);
    EXPECT_NO_THROW(form.validate(5));
    EXPECT_THAT(testing::error_of<ModelError>([&] { form.validate(6); }),
                ::testing::HasSubstr("for 6 features"));
    form.directions(0, 0) = std::nan("");
    EXPECT_THAT(testing::error_of<ModelError>([&] { form.validate(5); }),
                ::testing::HasSubstr("not finite"));
}

TensorData random_tensors(Eigen::Index n) {
    return {random_matrix(91, 3, n), random_matrix(92, 4, 5 * n), random_matrix(93, 5, n)};
}

/// x_k τ_qm as columns, k fastest; (K T, 5 N).
Eigen::MatrixXd tensor_features(const TensorData& data) {
    Eigen::MatrixXd features(12, data.tensors.cols());
    for (Eigen::Index c = 0; c < features.cols(); ++c) {
        features.col(c) = (data.invariants.col(c / 5) * data.tensors.col(c).transpose()).reshaped();
    }
    return features;
}

TEST(TensorRegression, IsTheGaussianProcessOfTheCovariantKernel) {
    const TensorData data = random_tensors(11);  // more components than products
    const Eigen::MatrixXd features = tensor_features(data);
    const double regularization = 0.3;
    const double ridge =
        regularization * features.squaredNorm() / static_cast<double>(features.cols());
    const TensorRegression regression = regress_tensors(data, regularization, {});
    // In the space of atoms: k = (x·x') Σ_q τ_q τ'_qᵀ.
    Eigen::MatrixXd kernel(55, 55);
    for (Eigen::Index i = 0; i < 11; ++i) {
        for (Eigen::Index j = 0; j < 11; ++j) {
            kernel.block(5 * i, 5 * j, 5, 5) = data.invariants.col(i).dot(data.invariants.col(j)) *
                                               data.tensors.middleCols(5 * i, 5).transpose() *
                                               data.tensors.middleCols(5 * j, 5);
        }
    }
    const Eigen::MatrixXd noisy = kernel + ridge * Eigen::MatrixXd::Identity(55, 55);
    const Eigen::VectorXd expected = kernel * (noisy.inverse() * data.targets.reshaped());
    const Eigen::MatrixXd predicted =
        evaluate_tensors(regression.weights, data.invariants, data.tensors);
    EXPECT_LT((predicted.reshaped() - expected).norm(), 1e-10 * expected.norm());
}

/// Three groups of n atoms, one of which is small, and one group without any.
void expect_errors_of_training_without_the_group(Eigen::Index n) {
    const TensorData data = random_tensors(n);
    const Eigen::Index a = n / 2;
    const Eigen::Index b = a + 1;
    const std::vector<Eigen::Index> starts = {0, a, a, b};
    const double regularization = 0.01;
    const TensorRegression regression = regress_tensors(data, regularization, starts);
    EXPECT_EQ(regress_tensors(data, regularization, {}).weights.rows(), 3);
    const Eigen::MatrixXd features = tensor_features(data);
    const double ridge =
        regularization * features.squaredNorm() / static_cast<double>(features.cols());
    const Eigen::VectorXd targets = data.targets.reshaped();
    for (const auto& [first, last] :
         {std::pair<Eigen::Index, Eigen::Index>{0, a}, {a, b}, {b, n}}) {
        if (first == last) {
            continue;
        }
        const Eigen::MatrixXd others = without(features.transpose(), 5 * first, 5 * last);
        const Eigen::VectorXd weights =
            (others.transpose() * others + ridge * Eigen::MatrixXd::Identity(12, 12))
                .ldlt()
                .solve(others.transpose() * without(targets, 5 * first, 5 * last));
        const Eigen::VectorXd errors =
            features.middleCols(5 * first, 5 * (last - first)).transpose() * weights -
            targets.segment(5 * first, 5 * (last - first));
        EXPECT_LT((regression.errors.middleCols(first, last - first).reshaped() - errors).norm(),
                  1e-9 * errors.norm());
    }
}

TEST(TensorRegression, GivesTheErrorsOfTrainingWithoutTheGroup) {
    expect_errors_of_training_without_the_group(300);  // more than a block of products
    expect_errors_of_training_without_the_group(2);    // fewer components than products
}

}  // namespace
}  // namespace keesom

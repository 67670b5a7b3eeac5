// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/streamed_qr.hpp>

#include <Eigen/Cholesky>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/eigen.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <support/expect_error.hpp>

namespace keesom {
namespace {

using Float50 = boost::multiprecision::cpp_bin_float_50;
using Matrix50 = Eigen::Matrix<Float50, Eigen::Dynamic, Eigen::Dynamic>;

// Columns 1, t, t², … on [0, 1]: condition number about 1e7 for eight of them.
Eigen::MatrixXd vandermonde(Eigen::Index rows, Eigen::Index columns) {
    Eigen::MatrixXd a(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index j = 0; j < columns; ++j) {
            a(i, j) = std::pow(static_cast<double>(i) / static_cast<double>(rows), j);
        }
    }
    return a;
}

Eigen::MatrixXd right_hand_sides(Eigen::Index rows) {
    Eigen::MatrixXd b(rows, 2);
    for (Eigen::Index i = 0; i < rows; ++i) {
        b.row(i) << std::sin(0.1 * static_cast<double>(i)), 1.0 / static_cast<double>(i + 1);
    }
    return b;
}

// Cholesky of the normal equations with 50 digits.
Eigen::MatrixXd exact_solution(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    const Eigen::Index n = a.cols();
    const Matrix50 a50 = a.cast<Float50>();
    const Matrix50 b50 = b.cast<Float50>();
    Matrix50 normal = a50.transpose() * a50;
    Matrix50 x = a50.transpose() * b50;
    for (Eigen::Index k = 0; k < n; ++k) {
        for (Eigen::Index i = k + 1; i < n; ++i) {
            const Float50 factor = normal(i, k) / normal(k, k);
            for (Eigen::Index j = k; j < n; ++j) {
                normal(i, j) -= factor * normal(k, j);
            }
            for (Eigen::Index j = 0; j < x.cols(); ++j) {
                x(i, j) -= factor * x(k, j);
            }
        }
    }
    for (Eigen::Index k = n; k-- > 0;) {
        for (Eigen::Index j = 0; j < x.cols(); ++j) {
            for (Eigen::Index i = k + 1; i < n; ++i) {
                x(k, j) -= normal(k, i) * x(i, j);
            }
            x(k, j) /= normal(k, k);
        }
    }
    return x.cast<double>();
}

TEST(StreamedQr, SolvesAnIllConditionedProblemBetterThanNormalEquationsCan) {
    const Eigen::MatrixXd a = vandermonde(1500, 8);
    const Eigen::MatrixXd b = right_hand_sides(1500);
    const Eigen::MatrixXd exact = exact_solution(a, b);
    StreamedQr qr(8, 2);
    qr.add(a, b);
    const double qr_error = (qr.solve() - exact).norm() / exact.norm();
    const Eigen::MatrixXd normal_equations = (a.transpose() * a).llt().solve(a.transpose() * b);
    EXPECT_LT(qr_error, 1e-10);
    EXPECT_GT((normal_equations - exact).norm() / exact.norm(), 10.0 * qr_error);
}

TEST(StreamedQr, DoesNotDependOnHowRowsArrive) {
    const Eigen::MatrixXd a = vandermonde(1200, 6);
    const Eigen::MatrixXd b = right_hand_sides(1200);
    StreamedQr at_once(6, 2);
    at_once.add(a, b);
    StreamedQr in_pieces(6, 2);
    for (Eigen::Index first = 0; first < a.rows(); first += 7) {
        const Eigen::Index count = std::min<Eigen::Index>(7, a.rows() - first);
        in_pieces.add(a.middleRows(first, count), b.middleRows(first, count));
    }
    EXPECT_LT((at_once.solve() - in_pieces.solve()).norm(), 1e-10 * at_once.solve().norm());
}

TEST(StreamedQr, HasTheFactorOfTheNormalMatrix) {
    const Eigen::MatrixXd a = vandermonde(700, 5);
    StreamedQr qr(5, 1);
    qr.add(a, Eigen::MatrixXd::Zero(700, 1));
    const Eigen::MatrixXd r = qr.factor();
    EXPECT_TRUE(r.isUpperTriangular(0.0));
    EXPECT_LT((r.transpose() * r - a.transpose() * a).norm(), 1e-13 * a.squaredNorm());
}

TEST(StreamedQr, TakesFurtherRowsAfterASolution) {
    const Eigen::MatrixXd a = vandermonde(300, 4);
    const Eigen::MatrixXd b = right_hand_sides(300);
    StreamedQr qr(4, 2);
    qr.add(a.topRows(100), b.topRows(100));
    const Eigen::MatrixXd early = qr.solve();
    qr.add(a.bottomRows(200), b.bottomRows(200));
    EXPECT_LT((early - exact_solution(a.topRows(100), b.topRows(100))).norm(), 1e-8);
    EXPECT_LT((qr.solve() - exact_solution(a, b)).norm(), 1e-8);
}

TEST(StreamedQr, ReportsAProblemWithTooFewEquations) {
    StreamedQr qr(3, 1);
    qr.add(Eigen::MatrixXd::Ones(2, 3), Eigen::MatrixXd::Ones(2, 1));
    EXPECT_THAT(testing::error_of<NumericalError>([&] { static_cast<void>(qr.solve()); }),
                ::testing::HasSubstr("3 unknowns"));
}

}  // namespace
}  // namespace keesom

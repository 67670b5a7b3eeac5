// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/kernels/group_average.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>

#include <Eigen/Eigenvalues>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <support/expect_error.hpp>

namespace keesom {
namespace {

Eigen::Matrix3d quarter_turn(const Eigen::Vector3d& axis) {
    return Eigen::AngleAxisd(0.5 * std::numbers::pi, axis).toRotationMatrix();
}

/// The 24 rotations of a cube.
const FiniteGroup& cube() {
    static const FiniteGroup group(
        {quarter_turn(Eigen::Vector3d::UnitX()), quarter_turn(Eigen::Vector3d::UnitZ())});
    return group;
}

Eigen::MatrixXd random_points(unsigned seed, Eigen::Index count) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    return Eigen::MatrixXd::NullaryExpr(3, count, [&] { return normal(random); });
}

TEST(FiniteGroup, HasAllProductsOnce) {
    const FiniteGroup group = cube();
    EXPECT_EQ(group.elements().size(), 24U);
    for (const Eigen::MatrixXd& g : group.elements()) {
        EXPECT_NEAR(g.determinant(), 1.0, 1e-12);
    }
    // Of the order of 4 and 2: a square and its mirror images.
    Eigen::Matrix2d turn;
    turn << 0.0, -1.0, 1.0, 0.0;
    Eigen::Matrix2d mirror;
    mirror << 1.0, 0.0, 0.0, -1.0;
    EXPECT_EQ(FiniteGroup({turn, mirror}).elements().size(), 8U);
    EXPECT_EQ(FiniteGroup({Eigen::Matrix2d::Identity()}).elements().size(), 1U);
}

TEST(FiniteGroup, RefusesWhatIsNoFiniteGroup) {
    EXPECT_THROW(FiniteGroup({}), InputError);
    EXPECT_THROW(FiniteGroup({Eigen::Matrix2d::Ones()}), InputError);
    EXPECT_THROW(FiniteGroup({Eigen::Matrix2d::Identity(), Eigen::Matrix3d::Identity()}),
                 InputError);
    const Eigen::Matrix3d by_one_radian =
        Eigen::AngleAxisd(1.0, Eigen::Vector3d::UnitZ()).toRotationMatrix();
    EXPECT_THAT(testing::error_of<InputError>([&] { FiniteGroup group({by_one_radian}); }),
                ::testing::HasSubstr("more than 5000"));
}

TEST(GroupAveragedKernel, SeesNoDifferenceBetweenImages) {
    const GroupAveragedKernel kernel(GaussianKernel{0.8}, cube());
    const Eigen::MatrixXd points = random_points(321, 2);
    const Eigen::VectorXd x = points.col(0);
    const Eigen::VectorXd y = points.col(1);
    for (const Eigen::MatrixXd& g : cube().elements()) {
        EXPECT_NEAR(kernel(g * x, y), kernel(x, y), 1e-14);
        EXPECT_NEAR(kernel(x, g * y), kernel(x, y), 1e-14);
    }
    EXPECT_GT(std::abs(kernel(testing::wigner_matrix(1, quarter_turn({0.6, 0.8, 0.0})) * x, y) -
                       kernel(x, y)),
              1e-3);
}

TEST(GroupAveragedKernel, IsTheKernelOfAveragedFunctions) {
    // Features of a polynomial kernel, averaged over both points.
    const PolynomialKernel plain{2, 1.0};
    const GroupAveragedKernel averaged(plain, cube());
    const Eigen::MatrixXd points = random_points(322, 2);
    double sum = 0.0;
    for (const Eigen::MatrixXd& g : cube().elements()) {
        for (const Eigen::MatrixXd& h : cube().elements()) {
            sum += plain(g * points.col(0), h * points.col(1));
        }
    }
    EXPECT_NEAR(averaged(points.col(0), points.col(1)), sum / (24.0 * 24.0), 1e-13);
}

TEST(EquivariantKernel, TurnsWithItsPoints) {
    const EquivariantKernel kernel(GaussianKernel{0.8}, cube());
    const Eigen::MatrixXd points = random_points(323, 2);
    const Eigen::MatrixXd between = kernel(points.col(0), points.col(1));
    for (const Eigen::MatrixXd& g : cube().elements()) {
        EXPECT_LT((kernel(g * points.col(0), points.col(1)) - g * between).norm(), 1e-14);
        EXPECT_LT((kernel(points.col(0), g * points.col(1)) - between * g.transpose()).norm(),
                  1e-14);
    }
}

TEST(EquivariantKernel, HasNoNegativeEigenvalue) {
    const EquivariantKernel kernel(GaussianKernel{0.8}, cube());
    const Eigen::MatrixXd points = random_points(324, 10);
    Eigen::MatrixXd all(30, 30);
    for (Eigen::Index i = 0; i < 10; ++i) {
        for (Eigen::Index j = 0; j < 10; ++j) {
            all.block(3 * i, 3 * j, 3, 3) = kernel(points.col(i), points.col(j));
        }
    }
    EXPECT_LT((all - all.transpose()).norm(), 1e-13);
    EXPECT_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(all).eigenvalues().minCoeff(), -1e-13);
}

}  // namespace
}  // namespace keesom

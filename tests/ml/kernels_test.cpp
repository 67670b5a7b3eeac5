// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/ml/environment_features.hpp>
#include <keesom/ml/kernels.hpp>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace keesom {
namespace {

using testing::random_environments;
using testing::random_rotation;
using testing::small_descriptor;
using testing::turned;
using testing::wigner_matrix;

const Eigen::MatrixXd& tensors_of(const EnvironmentFeatures& features, int rank) {
    return rank == 1 ? features.vectors : features.tensors;
}

Eigen::MatrixXd kernel(const EnvironmentFeatures& a, const EnvironmentFeatures& b, int rank) {
    const Eigen::MatrixXd scalar = invariant_kernel(a.invariants, b.invariants, 2);
    return rank == 0 ? scalar
                     : covariant_kernel(scalar, tensors_of(a, rank), tensors_of(b, rank), rank);
}

TEST(InvariantKernel, IsThePowerOfTheScalarProduct) {
    const FeatureCalculator calculator(small_descriptor());
    const EnvironmentFeatures a = calculator.features(random_environments(21, 3));
    const EnvironmentFeatures b = calculator.features(random_environments(22, 4));
    for (const int zeta : {1, 2, 5}) {
        const Eigen::MatrixXd k = invariant_kernel(a.invariants, b.invariants, zeta);
        EXPECT_NEAR(k(2, 3), std::pow(a.invariants.col(2).dot(b.invariants.col(3)), zeta), 1e-14);
    }
    EXPECT_NEAR(invariant_kernel(a.invariants, a.invariants, 3)(1, 1), 1.0, 1e-14);
}

TEST(CovariantKernel, TurnsWithBothOfItsArguments) {
    std::mt19937 random(23);
    const FeatureCalculator calculator(small_descriptor());
    const std::vector<AtomicEnvironment> a = random_environments(24, 2);
    const std::vector<AtomicEnvironment> b = random_environments(25, 3);
    for (const double sign : {1.0, -1.0}) {
        const Eigen::Matrix3d s = sign * random_rotation(random);
        const Eigen::Matrix3d s_prime = sign * random_rotation(random);
        std::vector<AtomicEnvironment> turned_a;
        std::vector<AtomicEnvironment> turned_b;
        for (const AtomicEnvironment& environment : a) {
            turned_a.push_back(turned(environment, s));
        }
        for (const AtomicEnvironment& environment : b) {
            turned_b.push_back(turned(environment, s_prime));
        }
        for (const int rank : {1, 2}) {
            const Eigen::Index d = 2 * rank + 1;
            const Eigen::MatrixXd before =
                kernel(calculator.features(a), calculator.features(b), rank);
            const Eigen::MatrixXd after =
                kernel(calculator.features(turned_a), calculator.features(turned_b), rank);
            for (Eigen::Index i = 0; i < 2; ++i) {
                for (Eigen::Index j = 0; j < 3; ++j) {
                    const Eigen::MatrixXd expected = wigner_matrix(rank, s) *
                                                     before.block(d * i, d * j, d, d) *
                                                     wigner_matrix(rank, s_prime).transpose();
                    EXPECT_LT((after.block(d * i, d * j, d, d) - expected).norm(), 1e-12)
                        << "rank " << rank;
                }
            }
        }
    }
}

TEST(CovariantKernel, IsTheElementwiseProductOfItsFactors) {
    const FeatureCalculator calculator(small_descriptor());
    const EnvironmentFeatures a = calculator.features(random_environments(26, 2));
    const EnvironmentFeatures b = calculator.features(random_environments(27, 2));
    const Eigen::MatrixXd scalar = invariant_kernel(a.invariants, b.invariants, 3);
    const Eigen::MatrixXd k = covariant_kernel(scalar, a.vectors, b.vectors, 1);
    double expected = 0.0;
    for (Eigen::Index q = 0; q < a.vectors.rows(); ++q) {
        expected += scalar(1, 0) * a.vectors(q, 3 + 2) * b.vectors(q, 1);
    }
    EXPECT_NEAR(k(3 + 2, 1), expected, 1e-15);
}

TEST(Kernels, ArePositiveSemidefinite) {
    const FeatureCalculator calculator(small_descriptor());
    const EnvironmentFeatures features = calculator.features(random_environments(28, 25));
    for (const int rank : {0, 1, 2}) {
        const Eigen::MatrixXd k = kernel(features, features, rank);
        EXPECT_LT((k - k.transpose()).norm(), 1e-13 * k.norm());
        const Eigen::VectorXd eigenvalues =
            Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(k).eigenvalues();
        EXPECT_GT(eigenvalues.minCoeff(), -1e-12 * eigenvalues.maxCoeff()) << "rank " << rank;
    }
}

}  // namespace
}  // namespace keesom

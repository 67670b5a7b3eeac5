// SPDX-License-Identifier: BSD-3-Clause
//
// Kernels of vector fields against derivatives of the scalar kernel they come from, and against
// what they promise: no curl, no divergence, an energy whose slope the forces are.
#include <keesom/core/errors.hpp>
#include <keesom/ml/kernels/conservative_kernel.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>
#include <vector>

namespace keesom {
namespace {

Eigen::MatrixXd random_numbers(std::mt19937& random, Eigen::Index rows, Eigen::Index cols) {
    std::normal_distribution<double> normal;
    return Eigen::MatrixXd::NullaryExpr(rows, cols, [&] { return normal(random); });
}

/// q = x.
CollectivePoint cartesian(const Eigen::VectorXd& x) {
    return {x, Eigen::MatrixXd::Identity(x.size(), x.size())};
}

/// Inverse distances of four points in a plane: six coordinates of eight variables.
CollectivePoint inverse_distances(const Eigen::VectorXd& x) {
    CollectivePoint point{Eigen::VectorXd(6), Eigen::MatrixXd::Zero(6, 8)};
    Eigen::Index k = 0;
    for (Eigen::Index i = 0; i < 4; ++i) {
        for (Eigen::Index j = 0; j < i; ++j, ++k) {
            const Eigen::Vector2d between = x.segment<2>(2 * i) - x.segment<2>(2 * j);
            const double q = 1.0 / between.norm();
            point.coordinates[k] = q;
            point.jacobian.row(k).segment<2>(2 * i) = -q * q * q * between.transpose();
            point.jacobian.row(k).segment<2>(2 * j) = q * q * q * between.transpose();
        }
    }
    return point;
}

/// More coordinates than variables, and not linear.
CollectivePoint warped(const Eigen::VectorXd& x) {
    CollectivePoint point{Eigen::VectorXd(3), Eigen::MatrixXd(3, 2)};
    point.coordinates << 2.0 * (x[0] + x[1]), x[0] - x[1], x[0] * x[1];
    point.jacobian << 2.0, 2.0, 1.0, -1.0, x[1], x[0];
    return point;
}

/// Four points whose distances are far from nothing.
Eigen::VectorXd square(std::mt19937& random) {
    Eigen::VectorXd corners(8);
    corners << 0.0, 0.0, 1.5, 0.0, 1.5, 1.5, 0.0, 1.5;
    return corners + 0.15 * random_numbers(random, 8, 1);
}

template <class Kernel, class Coordinates>
void expect_derivatives_of_the_scalar_kernel(const Kernel& kernel,
                                             const Coordinates& coordinates,
                                             const Eigen::VectorXd& x,
                                             const Eigen::VectorXd& y) {
    const auto scalar = [&](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
        return kernel(coordinates(a).coordinates, coordinates(b).coordinates);
    };
    const Eigen::RowVectorXd slope =
        testing::derivatives([&](const Eigen::MatrixXd& b) { return scalar(x, b); }, y).transpose();
    const Eigen::RowVectorXd value =
        value_gradient_covariance(kernel, coordinates(x).coordinates, coordinates(y));
    EXPECT_LT(testing::relative_deviation(value, slope), 1e-9);

    const Eigen::MatrixXd covariance = gradient_covariance(kernel, coordinates(x), coordinates(y));
    Eigen::MatrixXd expected(x.size(), y.size());
    for (Eigen::Index k = 0; k < y.size(); ++k) {
        expected.col(k) = testing::derivatives(
            [&](const Eigen::MatrixXd& a) {
                return value_gradient_covariance(
                    kernel, coordinates(a).coordinates, coordinates(y))[k];
            },
            x);
    }
    EXPECT_LT(testing::relative_deviation(covariance, expected), 1e-9);
}

TEST(ConservativeKernels, AreSecondDerivativesOfTheScalarKernel) {
    std::mt19937 random(401);
    const Eigen::VectorXd a = random_numbers(random, 3, 1);
    const Eigen::VectorXd b = random_numbers(random, 3, 1);
    expect_derivatives_of_the_scalar_kernel(GaussianKernel{1.3}, cartesian, a, b);
    expect_derivatives_of_the_scalar_kernel(Matern52Kernel{1.3}, cartesian, a, b);
    expect_derivatives_of_the_scalar_kernel(GaussianKernel{2.9}, warped, a.head(2), b.head(2));
    const Eigen::VectorXd c = square(random);
    const Eigen::VectorXd d = square(random);
    expect_derivatives_of_the_scalar_kernel(GaussianKernel{0.8}, inverse_distances, c, d);
    expect_derivatives_of_the_scalar_kernel(Matern52Kernel{0.8}, inverse_distances, c, d);
}

TEST(ConservativeKernels, CurlFreeIsTheGradientCovarianceOfCartesianCoordinates) {
    std::mt19937 random(402);
    const Eigen::VectorXd a = random_numbers(random, 3, 1);
    const Eigen::VectorXd b = random_numbers(random, 3, 1);
    const Matern52Kernel kernel{0.9};
    EXPECT_LT(testing::relative_deviation(curl_free_covariance(kernel, a - b),
                                          gradient_covariance(kernel, cartesian(a), cartesian(b))),
              1e-14);
}

// (∇∇ᵀ − ∇²1)φ, from second derivatives of the scalar kernel.
TEST(ConservativeKernels, DivergenceFreeIsTheDoubleCurlOfTheScalarKernel) {
    std::mt19937 random(403);
    const GaussianKernel kernel{1.2};
    for (const Eigen::Index n : {2, 3}) {
        const Eigen::VectorXd a = random_numbers(random, n, 1);
        Eigen::MatrixXd hessian(n, n);
        for (Eigen::Index k = 0; k < n; ++k) {
            hessian.col(k) = testing::derivatives(
                [&](const Eigen::MatrixXd& x) {
                    return testing::derivatives(
                        [&](const Eigen::MatrixXd& y) {
                            return kernel(y, Eigen::VectorXd::Zero(n));
                        },
                        x)(k);
                },
                a);
        }
        const Eigen::MatrixXd expected =
            hessian - hessian.trace() * Eigen::MatrixXd::Identity(n, n);
        EXPECT_LT(testing::relative_deviation(divergence_free_covariance(kernel, a), expected),
                  1e-8)
            << n;
    }
}

TEST(ConservativeKernels, CurlFreeAndDivergenceFreeAddUpToALaplacian) {
    std::mt19937 random(404);
    for (const Eigen::Index n : {1, 2, 3}) {
        const Eigen::VectorXd a = random_numbers(random, n, 1);
        const Matern52Kernel kernel{1.2};
        double laplacian = 0.0;
        for (Eigen::Index k = 0; k < n; ++k) {
            // Σ_k ∂/∂x_k (−f_1 x_k)
            laplacian += testing::derivative(
                [&](double value) {
                    Eigen::VectorXd x = a;
                    x[k] = value;
                    return -kernel.factors(x.squaredNorm())[1] * value;
                },
                a[k]);
        }
        const Eigen::MatrixXd sum =
            curl_free_covariance(kernel, a) + divergence_free_covariance(kernel, a);
        EXPECT_LT((sum + laplacian * Eigen::MatrixXd::Identity(n, n)).norm(), 1e-9) << n;
    }
}

template <class Block>
double smallest_eigenvalue(Eigen::Index count, const Block& block) {
    const Eigen::MatrixXd covariance = block_covariance_matrix(count, count, block);
    EXPECT_LT((covariance - covariance.transpose()).cwiseAbs().maxCoeff(), 1e-13);
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance).eigenvalues().minCoeff();
}

template <class Kernel>
void expect_no_negative_eigenvalue(const Kernel& kernel, std::mt19937& random) {
    for (const Eigen::Index n : {2, 3}) {
        const Eigen::MatrixXd x = random_numbers(random, n, 20);
        EXPECT_GT(smallest_eigenvalue(20,
                                      [&](auto i, auto j) {
                                          return curl_free_covariance(kernel, x.col(i) - x.col(j));
                                      }),
                  -1e-12);
        EXPECT_GT(smallest_eigenvalue(20,
                                      [&](auto i, auto j) {
                                          return divergence_free_covariance(kernel,
                                                                            x.col(i) - x.col(j));
                                      }),
                  -1e-12);
    }
    std::vector<CollectivePoint> points;
    for (int i = 0; i < 12; ++i) {
        points.push_back(inverse_distances(square(random)));
    }
    EXPECT_GT(
        smallest_eigenvalue(
            12, [&](auto i, auto j) { return gradient_covariance(kernel, points[i], points[j]); }),
        -1e-12);
}

TEST(ConservativeKernels, HaveNoNegativeEigenvalue) {
    std::mt19937 random(405);
    expect_no_negative_eigenvalue(GaussianKernel{0.8}, random);
    expect_no_negative_eigenvalue(Matern52Kernel{0.8}, random);
}

/// ∂f_i/∂x_j.
template <class Field>
Eigen::MatrixXd slopes(const Field& field, const Eigen::VectorXd& x) {
    Eigen::MatrixXd result(x.size(), x.size());
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        result.row(i) =
            testing::derivatives([&](const Eigen::MatrixXd& at) { return field(at)[i]; }, x)
                .transpose();
    }
    return result;
}

template <class Kernel>
void expect_fields_keep_their_promise(const Kernel& kernel, std::mt19937& random) {
    for (const Eigen::Index n : {2, 3}) {
        // The data are arbitrary: no field of either kind went through them.
        const Eigen::MatrixXd x = random_numbers(random, n, 15);
        const Eigen::VectorXd y = random_numbers(random, 15 * n, 1);
        const auto predictor = [&](const auto& block) {
            const GaussianProcess process(
                block_covariance_matrix(
                    15, 15, [&](auto i, auto j) { return block(kernel, x.col(i) - x.col(j)); }),
                0.01,
                y);
            return [&, process](const Eigen::VectorXd& at) -> Eigen::VectorXd {
                return process.mean(block_covariance_matrix(
                    15, 1, [&](auto i, auto) { return block(kernel, x.col(i) - at); }));
            };
        };
        const auto curl_free = predictor(
            [](const auto& k, const Eigen::VectorXd& r) { return curl_free_covariance(k, r); });
        const auto divergence_free = predictor([](const auto& k, const Eigen::VectorXd& r) {
            return divergence_free_covariance(k, r);
        });
        const Eigen::VectorXd at = random_numbers(random, n, 1);
        const Eigen::MatrixXd curl_free_slopes = slopes(curl_free, at);
        const Eigen::MatrixXd divergence_free_slopes = slopes(divergence_free, at);
        EXPECT_LT((curl_free_slopes - curl_free_slopes.transpose()).norm(), 1e-9);
        EXPECT_GT(std::abs(curl_free_slopes.trace()), 0.01);
        EXPECT_LT(std::abs(divergence_free_slopes.trace()), 1e-9);
        EXPECT_GT((divergence_free_slopes - divergence_free_slopes.transpose()).norm(), 0.01);
    }
}

TEST(ConservativeKernels, PredictFieldsWithoutCurlOrDivergenceFromAnyData) {
    std::mt19937 random(406);
    expect_fields_keep_their_promise(GaussianKernel{1.5}, random);
    expect_fields_keep_their_promise(Matern52Kernel{1.5}, random);
}

TEST(ConservativeKernels, ForcesAreTheSlopeOfTheEnergyThatComesFromThem) {
    std::mt19937 random(407);
    const Matern52Kernel kernel{0.7};
    std::vector<CollectivePoint> points;
    for (int i = 0; i < 10; ++i) {
        points.push_back(inverse_distances(square(random)));
    }
    const GaussianProcess process(
        block_covariance_matrix(
            10,
            10,
            [&](auto i, auto j) { return gradient_covariance(kernel, points[i], points[j]); }),
        0.01,
        random_numbers(random, 80, 1));
    const auto energy = [&](const Eigen::MatrixXd& x) {
        const Eigen::VectorXd q = inverse_distances(x).coordinates;
        double sum = 0.0;
        for (Eigen::Index i = 0; i < 10; ++i) {
            sum -= value_gradient_covariance(kernel, q, points[i])
                       .dot(process.dual_coefficients().segment(8 * i, 8));
        }
        return sum;
    };
    const Eigen::VectorXd x = square(random);
    const CollectivePoint at = inverse_distances(x);
    const Eigen::VectorXd forces = process.mean(block_covariance_matrix(
        10, 1, [&](auto i, auto) { return gradient_covariance(kernel, points[i], at); }));
    EXPECT_LT(testing::relative_deviation(-testing::derivatives(energy, x, 0.005), forces), 1e-8);
    // No net force and no torque, whatever the data: q knows neither place nor orientation.
    EXPECT_NEAR(forces(Eigen::seq(0, 6, 2)).sum(), 0.0, 1e-11);
    double torque = 0.0;
    for (Eigen::Index i = 0; i < 4; ++i) {
        torque += x[2 * i] * forces[2 * i + 1] - x[2 * i + 1] * forces[2 * i];
    }
    EXPECT_NEAR(torque, 0.0, 1e-11);
}

// A slope as the difference of two values close by, all of which are jointly normal: conditioning
// that distribution of values alone gives the same mean and variance.
TEST(ConservativeKernels, ConditionOnSlopesAsOnDifferencesOfValues) {
    std::mt19937 random(408);
    const GaussianKernel kernel{1.0};
    constexpr Eigen::Index count = 5;
    constexpr double step = 1e-3;
    constexpr double noise = 0.01;
    const Eigen::MatrixXd x = 1.5 * random_numbers(random, 1, count);
    const Eigen::VectorXd y = random_numbers(random, count, 1);
    const Eigen::MatrixXd at = Eigen::MatrixXd::Constant(1, 1, 0.3);

    Eigen::MatrixXd places(1, 2 * count + 1);
    places << x.array() + step, x.array() - step, at;
    Eigen::MatrixXd combine = Eigen::MatrixXd::Zero(count + 1, 2 * count + 1);
    for (Eigen::Index i = 0; i < count; ++i) {
        combine(i, i) = 0.5 / step;
        combine(i, count + i) = -0.5 / step;
    }
    combine(count, 2 * count) = 1.0;
    Eigen::MatrixXd joint =
        combine * covariance_matrix(kernel, places, places) * combine.transpose();
    joint.diagonal().head(count).array() += noise;
    // The last row of the inverse holds variance and mean of the last value, given the others.
    const Eigen::MatrixXd precision = joint.inverse();
    const double variance = 1.0 / precision(count, count);
    const double mean = -variance * precision.row(count).head(count).dot(y);

    const auto point = [](const Eigen::VectorXd& where) { return cartesian(where); };
    const GaussianProcess process(
        block_covariance_matrix(count,
                                count,
                                [&](auto i, auto j) {
                                    return gradient_covariance(
                                        kernel, point(x.col(i)), point(x.col(j)));
                                }),
        noise,
        y);
    const Eigen::MatrixXd cross =
        block_covariance_matrix(1, count, [&](auto, auto j) {
            return value_gradient_covariance(kernel, at.col(0), point(x.col(j)));
        }).transpose();
    EXPECT_NEAR(process.mean(cross)[0], mean, 1e-4);
    EXPECT_NEAR(process.variance(cross, Eigen::VectorXd::Ones(1))[0], variance, 1e-4);
    EXPECT_GT(std::abs(mean), 0.05);
}

// (1 − r²/ℓ²)/ℓ² φ as a number, which it is in one dimension.
TEST(ConservativeKernels, AScalarFactorIsRightInOneDimensionOnly) {
    std::mt19937 random(409);
    const GaussianKernel kernel{1.0};
    const auto scalar = [&](const Eigen::VectorXd& r) -> Eigen::MatrixXd {
        const KernelFactors f = kernel.factors(r.squaredNorm());
        return (f[1] - r.squaredNorm() * f[2]) * Eigen::MatrixXd::Identity(r.size(), r.size());
    };
    const Eigen::VectorXd one = Eigen::VectorXd::Constant(1, 0.7);
    EXPECT_NEAR(scalar(one)(0, 0), curl_free_covariance(kernel, one)(0, 0), 1e-15);

    // A field F = K(x)(1, 0) has the curl −∂K/∂y.
    const Eigen::Vector2d two(0.4, 0.7);
    const auto first = [&](const auto& block) {
        return slopes([&](const Eigen::VectorXd& x) -> Eigen::VectorXd { return block(x).col(0); },
                      two);
    };
    const Eigen::MatrixXd wrong = first(scalar);
    const Eigen::MatrixXd right =
        first([&](const Eigen::VectorXd& x) { return curl_free_covariance(kernel, x); });
    EXPECT_GT(std::abs(wrong(1, 0) - wrong(0, 1)), 0.5);
    EXPECT_NEAR(right(1, 0), right(0, 1), 1e-10);

    const Eigen::MatrixXd x = 2.0 * random_numbers(random, 2, 30);
    EXPECT_LT(smallest_eigenvalue(30, [&](auto i, auto j) { return scalar(x.col(i) - x.col(j)); }),
              -0.1);
}

TEST(ConservativeKernels, RefuseWhatDoesNotFit) {
    const CollectivePoint two = cartesian(Eigen::Vector2d(0.1, 0.2));
    const CollectivePoint three = cartesian(Eigen::Vector3d(0.1, 0.2, 0.3));
    CollectivePoint damaged = two;
    damaged.jacobian = three.jacobian;
    const GaussianKernel kernel;
    EXPECT_THAT(testing::error_of<InputError>(
                    [&] { static_cast<void>(gradient_covariance(kernel, two, three)); }),
                ::testing::HasSubstr("points of 2 and of 3 collective coordinates"));
    EXPECT_THAT(testing::error_of<InputError>(
                    [&] { static_cast<void>(gradient_covariance(kernel, two, damaged)); }),
                ::testing::HasSubstr("a Jacobian of 3 rows, where 2 are expected"));
    EXPECT_THROW(static_cast<void>(value_gradient_covariance(kernel, three.coordinates, two)),
                 InputError);
    const auto growing = [](Eigen::Index i, Eigen::Index) -> Eigen::MatrixXd {
        return Eigen::MatrixXd::Zero(2 + i, 2);
    };
    EXPECT_THAT(testing::error_of<InputError>(
                    [&] { static_cast<void>(block_covariance_matrix(2, 1, growing)); }),
                ::testing::HasSubstr("a 3 x 2 block among blocks of 2 x 2"));
    EXPECT_THAT(testing::error_of<InputError>(
                    [&] { static_cast<void>(block_covariance_matrix(0, 1, growing)); }),
                ::testing::HasSubstr("0 x 1 blocks"));
}

}  // namespace
}  // namespace keesom

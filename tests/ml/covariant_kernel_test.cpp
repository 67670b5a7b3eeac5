// SPDX-License-Identifier: BSD-3-Clause
//
// Covariant kernels in closed form against averages over rotations taken point by point, against
// Cartesian formulas, and against the covariance they are made for.
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/smooth_step.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>
#include <keesom/ml/kernels/covariant_sum.hpp>
#include <keesom/ml/kernels/spherical_bessel.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <numbers>
#include <random>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>
#include <utility>
#include <vector>

namespace keesom {
namespace {

using testing::derivative;
using testing::derivatives;
using testing::random_environment;
using testing::random_environments;
using testing::random_rotation;
using testing::relative_deviation;
using testing::turned;
using testing::wigner_matrix;
using Matrix9 = Eigen::Matrix<double, 9, 9>;

TEST(ScaledSphericalBessel, AgreesWithFiftyDigits) {
    using Real = boost::multiprecision::cpp_bin_float_50;
    for (const int max_order : {0, 1, 4, 8}) {
        // On both sides of where the series gives way to the recurrence.
        for (const double c : {1e-6, 0.01, 0.5, 3.9, 4.1, 11.9, 12.1, 35.9, 36.1, 400.0, 5000.0}) {
            const Eigen::VectorXd values = scaled_spherical_bessel(max_order, c);
            for (int order = 0; order <= max_order; ++order) {
                const Real x = c;
                const Real exact = exp(-x) * sqrt(boost::math::constants::half_pi<Real>() / x) *
                                   boost::math::cyl_bessel_i(order + Real(0.5), x);
                EXPECT_NEAR(values[order] / static_cast<double>(exact), 1.0, 3e-14)
                    << order << ' ' << c;
            }
        }
    }
}

TEST(ScaledSphericalBessel, OfZeroIsThatOfACentralPoint) {
    EXPECT_EQ(scaled_spherical_bessel(2, 0.0), Eigen::Vector3d(1.0, 0.0, 0.0));
}

/// Weight of a neighbor, u.
double weight(const CovariantKernelOptions& options, const Eigen::Vector3d& r) {
    return smooth_step_down((r.norm() - options.cutoff_radius + options.cutoff_width) /
                            options.cutoff_width);
}

/// Calls visit(r, s, u·u') for all pairs of neighbors of one element.
template <class Visit>
void for_each_pair(const CovariantKernelOptions& options,
                   const AtomicEnvironment& a,
                   const AtomicEnvironment& b,
                   const Visit& visit) {
    for (Eigen::Index i = 0; i < a.displacements.cols(); ++i) {
        for (Eigen::Index j = 0; j < b.displacements.cols(); ++j) {
            if (a.neighbor_elements[static_cast<std::size_t>(i)] ==
                b.neighbor_elements[static_cast<std::size_t>(j)]) {
                const Eigen::Vector3d r = a.displacements.col(i);
                const Eigen::Vector3d s = b.displacements.col(j);
                visit(r, s, weight(options, r) * weight(options, s));
            }
        }
    }
}

/// Overlap of two densities as they stand.
double overlap(const CovariantKernelOptions& options,
               const AtomicEnvironment& a,
               const AtomicEnvironment& b) {
    const double scale = 1.0 / (4.0 * options.gaussian_width * options.gaussian_width);
    double sum = 0.0;
    for_each_pair(options, a, b, [&](const Eigen::Vector3d& r, const Eigen::Vector3d& s, double u) {
        sum += u * std::exp(-scale * (r - s).squaredNorm());
    });
    return sum;
}

Eigen::MatrixXd covariance(const CovariantKernel& kernel,
                           const AtomicEnvironment& a,
                           const AtomicEnvironment& b) {
    return kernel(kernel.density(a), kernel.density(b));
}

Eigen::Matrix3d about_z(double angle) {
    return Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitZ()).toRotationMatrix();
}

// The average over all rotations: trapezoids for the two angles about z, exact for trigonometric
// polynomials, and Gauss-Legendre for the cosine of the one about y.
TEST(CovariantKernel, IsTheAverageOverAllRotations) {
    std::mt19937 random(311);
    const AtomicEnvironment a = random_environment(random, 4);
    const AtomicEnvironment b = random_environment(random, 5);
    CovariantKernelOptions options;
    options.gaussian_width = 2.0;
    options.cutoff_radius = 9.0;
    constexpr int steps = 32;
    constexpr int max_rank = 3;
    std::vector<Eigen::MatrixXd> averages;
    for (int rank = 0; rank <= max_rank; ++rank) {
        averages.emplace_back(Eigen::MatrixXd::Zero(2 * rank + 1, 2 * rank + 1));
    }
    const auto add = [&](const Eigen::Matrix3d& rotation, double share) {
        const double value = share * overlap(options, a, turned(b, rotation));
        for (int rank = 0; rank <= max_rank; ++rank) {
            averages[static_cast<std::size_t>(rank)] += value * wigner_matrix(rank, rotation);
        }
    };
    using Rule = boost::math::quadrature::gauss<double, 15>;
    for (int first = 0; first < steps; ++first) {
        for (int last = 0; last < steps; ++last) {
            for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
                const double node = Rule::abscissa()[k];
                const double share = Rule::weights()[k] / (2.0 * steps * steps);
                for (const double cosine : {node, -node}) {
                    const Eigen::Matrix3d middle =
                        Eigen::AngleAxisd(std::acos(cosine), Eigen::Vector3d::UnitY())
                            .toRotationMatrix();
                    add(about_z(2.0 * std::numbers::pi * first / steps) * middle *
                            about_z(2.0 * std::numbers::pi * last / steps),
                        share);
                    if (node == 0.0) {
                        break;
                    }
                }
            }
        }
    }
    for (int rank = 0; rank <= max_rank; ++rank) {
        const Eigen::MatrixXd& average = averages[static_cast<std::size_t>(rank)];
        const Eigen::MatrixXd closed = covariance(CovariantKernel(rank, options), a, b);
        EXPECT_LT((closed - average).cwiseAbs().maxCoeff(), 1e-11 * average.cwiseAbs().maxCoeff())
            << rank;
    }
}

TEST(CovariantKernel, TurnsWithBothEnvironments) {
    std::mt19937 random(312);
    for (int rank = 0; rank <= 5; ++rank) {
        const CovariantKernel kernel(rank, {});
        const AtomicEnvironment a = random_environment(random, 6);
        const AtomicEnvironment b = random_environment(random, 9);
        const Eigen::Matrix3d S = random_rotation(random);
        const Eigen::Matrix3d T = random_rotation(random);
        const Eigen::MatrixXd expected =
            wigner_matrix(rank, S) * covariance(kernel, a, b) * wigner_matrix(rank, T).transpose();
        EXPECT_LT((covariance(kernel, turned(a, S), turned(b, T)) - expected).cwiseAbs().maxCoeff(),
                  1e-12 * expected.cwiseAbs().maxCoeff())
            << rank;
        EXPECT_LT((covariance(kernel, b, a) - covariance(kernel, a, b).transpose()).norm(),
                  1e-13 * expected.norm());
    }
}

// Glielmo, Sollich, De Vita (2017), with i_1 in hyperbolic functions.
TEST(CovariantKernel, OfRankOneIsTheVectorKernel) {
    std::mt19937 random(313);
    const AtomicEnvironment a = random_environment(random, 7);
    const AtomicEnvironment b = random_environment(random, 8);
    const CovariantKernelOptions options;
    const double variance = options.gaussian_width * options.gaussian_width;
    Eigen::Matrix3d expected = Eigen::Matrix3d::Zero();
    for_each_pair(options, a, b, [&](const Eigen::Vector3d& r, const Eigen::Vector3d& s, double u) {
        const double c = r.norm() * s.norm() / (2.0 * variance);
        const double i1 = (c * std::cosh(c) - std::sinh(c)) / (c * c);
        expected += u * std::exp(-(r.squaredNorm() + s.squaredNorm()) / (4.0 * variance)) * i1 *
                    r.normalized() * s.normalized().transpose();
    });
    const Eigen::MatrixXd spherical = covariance(CovariantKernel(1, options), a, b);
    const Eigen::Matrix3d to_spherical = spherical_values(1, Eigen::Matrix3d::Identity());
    const Eigen::Matrix3d cartesian = to_spherical.transpose() * spherical * to_spherical;
    EXPECT_LT((cartesian - expected).norm(), 1e-12 * expected.norm());
}

/// ⟨S_ac S_bd e^{c S_zz}⟩ of all rotations S, row 3a + b, column 3c + d.
Matrix9 quadrupole_average(double c) {
    const double sinh = std::sinh(c);
    const double cosh = std::cosh(c);
    const double I0 = sinh / c;
    const double I1 = cosh / c - sinh / (c * c);
    const double I2 = sinh / c - 2.0 * cosh / (c * c) + 2.0 * sinh / (c * c * c);
    const double P = (I0 + I2) / 4.0;
    const double H = I1 / 2.0;
    const double D = (I0 - I2) / 2.0;
    constexpr Eigen::Index xx = 0;
    constexpr Eigen::Index xy = 1;
    constexpr Eigen::Index yx = 3;
    constexpr Eigen::Index yy = 4;
    constexpr Eigen::Index zz = 8;
    Matrix9 average = Matrix9::Zero();
    average(xx, xx) = average(xx, yy) = average(yy, xx) = average(yy, yy) = P;
    average(xy, xy) = average(yx, yx) = H;
    average(xy, yx) = average(yx, xy) = -H;
    average(xx, zz) = average(zz, xx) = average(yy, zz) = average(zz, yy) = D;
    average(zz, zz) = I2;
    return average;
}

/// The same with rotations about the y axis only, ∫ sin β dβ e^{c cos β}/2.
Matrix9 average_about_one_axis(double c) {
    Matrix9 average = Matrix9::Zero();
    using Rule = boost::math::quadrature::gauss<double, 30>;
    for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
        for (const double cosine : {Rule::abscissa()[k], -Rule::abscissa()[k]}) {
            const Eigen::Matrix3d S =
                Eigen::AngleAxisd(std::acos(cosine), Eigen::Vector3d::UnitY()).toRotationMatrix();
            for (Eigen::Index row = 0; row < 9; ++row) {
                for (Eigen::Index column = 0; column < 9; ++column) {
                    average(row, column) += 0.5 * Rule::weights()[k] * std::exp(c * cosine) *
                                            S(row / 3, column / 3) * S(row % 3, column % 3);
                }
            }
        }
    }
    return average;
}

/// A rotation that takes r onto the z axis, followed by one about it.
Eigen::Matrix3d aligning(const Eigen::Vector3d& r, double angle) {
    return about_z(angle) *
           Eigen::Quaterniond::FromTwoVectors(r, Eigen::Vector3d::UnitZ()).toRotationMatrix();
}

/// A:K:B with K = Σ_ij w (R_i ⊗ R_i)ᵀ Φ (R_j ⊗ R_j) for two symmetric traceless matrices.
template <class Average>
double quadrupole_covariance(const CovariantKernelOptions& options,
                             const AtomicEnvironment& a,
                             const AtomicEnvironment& b,
                             const Eigen::Matrix3d& of_a,
                             const Eigen::Matrix3d& of_b,
                             double angle,
                             const Average& average) {
    const double variance = options.gaussian_width * options.gaussian_width;
    double sum = 0.0;
    for_each_pair(options, a, b, [&](const Eigen::Vector3d& r, const Eigen::Vector3d& s, double u) {
        const Eigen::Matrix3d R = aligning(r, angle);
        const Eigen::Matrix3d S = aligning(s, 0.0);
        // Row-major, as the pairs of Φ are; both matrices are symmetric.
        const Eigen::Matrix3d left = R * of_a * R.transpose();
        const Eigen::Matrix3d right = S * of_b * S.transpose();
        const double c = r.norm() * s.norm() / (2.0 * variance);
        sum += u * std::exp(-(r.squaredNorm() + s.squaredNorm()) / (4.0 * variance)) *
               left.reshaped().dot(average(c) * right.reshaped());
    });
    return sum;
}

Eigen::Matrix3d random_quadrupole(std::mt19937& random) {
    std::normal_distribution<double> normal;
    Eigen::Matrix3d matrix = Eigen::Matrix3d::NullaryExpr([&] { return normal(random); });
    matrix = (matrix + matrix.transpose()).eval();
    matrix.diagonal().array() -= matrix.trace() / 3.0;
    return matrix;
}

Eigen::Matrix<double, 5, 1> spherical_of(const Eigen::Matrix3d& m) {
    Eigen::Matrix<double, 6, 1> components;
    components << m(0, 0), m(0, 1), m(0, 2), m(1, 1), m(1, 2), m(2, 2);
    return spherical_from_quadrupole(components);
}

// Bereau, DiStasio, Tkatchenko, von Lilienfeld (2018), with all of its matrix.
TEST(CovariantKernel, OfRankTwoIsTheQuadrupoleKernel) {
    std::mt19937 random(314);
    const CovariantKernelOptions options;
    const CovariantKernel kernel(2, options);
    for (int trial = 0; trial < 5; ++trial) {
        const AtomicEnvironment a = random_environment(random, 7);
        const AtomicEnvironment b = random_environment(random, 8);
        const Eigen::Matrix3d of_a = random_quadrupole(random);
        const Eigen::Matrix3d of_b = random_quadrupole(random);
        const double expected =
            quadrupole_covariance(options, a, b, of_a, of_b, 0.3, quadrupole_average);
        EXPECT_NEAR(spherical_of(of_a).dot(covariance(kernel, a, b) * spherical_of(of_b)),
                    expected,
                    1e-11 * std::abs(expected));
    }
}

// The rotation that takes r onto z is free by a turn about z. A kernel must not depend on it; one
// that averages about a single axis does, and so predicts what depends on how it was programmed.
TEST(CovariantKernel, CannotBeAnAverageAboutOneAxis) {
    std::mt19937 random(315);
    const CovariantKernelOptions options;
    const AtomicEnvironment a = random_environment(random, 7);
    const AtomicEnvironment b = random_environment(random, 8);
    const Eigen::Matrix3d of_a = random_quadrupole(random);
    const Eigen::Matrix3d of_b = random_quadrupole(random);
    const auto change = [&](const auto& average) {
        const double before = quadrupole_covariance(options, a, b, of_a, of_b, 0.0, average);
        const double after = quadrupole_covariance(options, a, b, of_a, of_b, 1.0, average);
        return std::abs(after / before - 1.0);
    };
    EXPECT_LT(change(quadrupole_average), 1e-12);
    EXPECT_GT(change(average_about_one_axis), 0.1);
}

TEST(CovariantKernel, HasTheSlopesOfItsRadialFunctions) {
    for (const double width : {0.5, 1.0, 3.0}) {
        for (int rank = 0; rank <= 5; ++rank) {
            const CovariantKernel kernel(rank, {.gaussian_width = width});
            for (const double r : {0.1, 1.5, 5.2, 6.5, 7.9, 9.0}) {
                EXPECT_NEAR(kernel.weight(r).slope,
                            derivative([&](double x) { return kernel.weight(x).value; }, r),
                            1e-9);
                for (const double s : {1.8, 6.0}) {
                    const auto value = [&](double x) { return kernel.overlap(x, s).value; };
                    EXPECT_NEAR(kernel.overlap(r, s).slope, derivative(value, r), 1e-8)
                        << width << ' ' << rank << ' ' << r << ' ' << s;
                }
            }
        }
    }
}

/// Σ_j s_j K(ρ, ρ_j) α_j, and what is left of ρ_j and α_j.
struct Prediction {
    explicit Prediction(int rank, const CovariantKernelOptions& options)
        : kernel(rank, options), environments(random_environments(318, 6)) {
        for (const AtomicEnvironment& environment : environments) {
            duals.emplace_back(random_vector(2 * rank + 1));
            const Eigen::Index j = std::ssize(duals) - 1;
            for (const auto& [element, shell] : kernel.density(environment)) {
                for (Eigen::Index k = 0; k < shell.distances.size(); ++k) {
                    neighbors[element].push_back(
                        {j,
                         shell.distances[k],
                         shell.weights[k] * shell.harmonics.col(k).dot(duals.back())});
                }
            }
        }
        similarities = random_vector(std::ssize(environments));
        seed = random_vector(2 * rank + 1);
    }

    Eigen::VectorXd random_vector(Eigen::Index size) {
        std::normal_distribution<double> normal;
        return Eigen::VectorXd::NullaryExpr(size, [&] { return normal(random); });
    }

    std::mt19937 random{319};
    CovariantKernel kernel;
    std::vector<AtomicEnvironment> environments;
    std::vector<Eigen::VectorXd> duals;
    CovariantSum::Neighbors neighbors;
    Eigen::VectorXd similarities;
    Eigen::VectorXd seed;
};

TEST(CovariantSum, IsTheSumOfKernels) {
    std::mt19937 random(320);
    for (int rank = 0; rank <= 3; ++rank) {
        const Prediction given(rank, {.gaussian_width = 0.5});
        const AtomicEnvironment environment = random_environment(random, 9);
        Eigen::VectorXd expected = Eigen::VectorXd::Zero(2 * rank + 1);
        for (std::size_t j = 0; j < given.environments.size(); ++j) {
            expected += given.similarities[static_cast<Eigen::Index>(j)] *
                        covariance(given.kernel, environment, given.environments[j]) *
                        given.duals[j];
        }
        const CovariantSum sum(given.kernel, given.neighbors);
        EXPECT_LT((sum.evaluate(environment, given.similarities) - expected).norm(),
                  1e-13 * expected.norm());
    }
}

TEST(CovariantSum, HasTheDerivativesOfItsValue) {
    std::mt19937 random(321);
    for (int rank = 0; rank <= 3; ++rank) {
        const Prediction given(rank, {.gaussian_width = 0.5});
        AtomicEnvironment environment = random_environment(random, 9);
        const CovariantSum sum(given.kernel, given.neighbors);
        Eigen::Matrix3Xd by_displacements = Eigen::Matrix3Xd::Zero(3, 9);
        const Eigen::VectorXd by_similarities =
            sum.add_pullback(environment, given.similarities, given.seed, by_displacements);
        const auto of_displacements = [&](const Eigen::MatrixXd& displacements) {
            AtomicEnvironment moved = environment;
            moved.displacements = displacements;
            return given.seed.dot(sum.evaluate(moved, given.similarities));
        };
        const auto of_similarities = [&](const Eigen::MatrixXd& similarities) {
            return given.seed.dot(sum.evaluate(environment, similarities));
        };
        EXPECT_LT(relative_deviation(by_displacements,
                                     derivatives(of_displacements, environment.displacements)),
                  1e-7);
        EXPECT_LT(
            relative_deviation(by_similarities, derivatives(of_similarities, given.similarities)),
            1e-10);
    }
}

TEST(CovariantKernel, HasNoNegativeEigenvalue) {
    const std::vector<AtomicEnvironment> environments = random_environments(316, 12);
    for (const int rank : {0, 1, 2, 3}) {
        const CovariantKernel kernel(rank, {});
        const Eigen::Index size = 2 * rank + 1;
        Eigen::MatrixXd all(12 * size, 12 * size);
        for (Eigen::Index i = 0; i < 12; ++i) {
            for (Eigen::Index j = 0; j < 12; ++j) {
                all.block(size * i, size * j, size, size) =
                    covariance(kernel,
                               environments[static_cast<std::size_t>(i)],
                               environments[static_cast<std::size_t>(j)]);
            }
        }
        const Eigen::VectorXd eigenvalues =
            Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(all).eigenvalues();
        EXPECT_GT(eigenvalues.minCoeff(), -1e-13 * eigenvalues.maxCoeff()) << rank;
    }
}

TEST(CovariantKernel, DoesNotSeeNeighborsBeyondItsCutoff) {
    std::mt19937 random(317);
    const CovariantKernel kernel(1, {});
    AtomicEnvironment a = random_environment(random, 6);
    const AtomicEnvironment b = random_environment(random, 6);
    const Eigen::MatrixXd before = covariance(kernel, a, b);
    a.neighbor_elements.push_back(1);
    a.displacements.conservativeResize(3, 7);
    a.displacements.col(6) = Eigen::Vector3d(0.0, 8.0, 0.0);
    EXPECT_EQ(covariance(kernel, a, b), before);
}

TEST(CovariantKernel, RefusesOptionsOutOfRange) {
    EXPECT_THROW(CovariantKernel(-1, {}), InputError);
    EXPECT_THROW(CovariantKernel(31, {}), InputError);
    EXPECT_THAT(
        testing::error_of<InputError>([] { CovariantKernel kernel(1, {.gaussian_width = 0.0}); }),
        ::testing::HasSubstr("gaussian_width, got 0"));
    EXPECT_THROW(CovariantKernel(1, {.cutoff_radius = 4.0, .cutoff_width = 5.0}), InputError);
}

}  // namespace
}  // namespace keesom

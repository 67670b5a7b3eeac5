// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {
namespace {

using testing::random_environment;
using testing::random_rotation;
using testing::small_descriptor;
using testing::turned;
using testing::wigner_matrix;

Eigen::MatrixXd evaluated(const CovariantSpectrum& spectrum,
                          int rank,
                          const Eigen::MatrixXd& coefficients) {
    Eigen::MatrixXd tensors(spectrum.size(), 2 * rank + 1);
    spectrum.evaluate(coefficients, tensors);
    return tensors;
}

TEST(CovariantSpectrum, OfRankZeroIsThePowerSpectrum) {
    std::mt19937 random(71);
    const DensityExpansion expansion(small_descriptor());
    const Eigen::MatrixXd a = expansion.expand(random_environment(random, 7));
    const Eigen::MatrixXd b = expansion.expand(random_environment(random, 5));
    const int max_angular = small_descriptor().max_angular;
    const CovariantSpectrum spectrum(0, a.rows(), max_angular);
    EXPECT_EQ(spectrum.size(), a.rows() * (a.rows() + 1) / 2 * (max_angular + 1));
    double product = 0.0;
    for (Eigen::Index q = 0; q < a.rows(); ++q) {
        for (Eigen::Index k = 0; k < a.rows(); ++k) {
            for (int l = 0; l <= max_angular; ++l) {
                double of_a = 0.0;
                double of_b = 0.0;
                for (int m = -l; m <= l; ++m) {
                    const Eigen::Index lm = harmonics_index(l, m);
                    of_a += a(q, lm) * a(k, lm);
                    of_b += b(q, lm) * b(k, lm);
                }
                product += of_a * of_b / (2.0 * l + 1.0);
            }
        }
    }
    EXPECT_NEAR(evaluated(spectrum, 0, a).col(0).dot(evaluated(spectrum, 0, b).col(0)),
                product,
                1e-13 * std::abs(product));
}

TEST(CovariantSpectrum, ContractsToTheWeightedSumOfItsTensors) {
    std::mt19937 random(75);
    std::normal_distribution<double> normal;
    const DensityExpansion expansion(small_descriptor());
    const Eigen::MatrixXd coefficients = expansion.expand(random_environment(random, 7));
    for (const int rank : {0, 1, 2, 3}) {
        const CovariantSpectrum spectrum(rank, 6, small_descriptor().max_angular);
        const Eigen::VectorXd weights =
            Eigen::VectorXd::NullaryExpr(spectrum.size(), [&] { return normal(random); });
        const Eigen::VectorXd expected =
            evaluated(spectrum, rank, coefficients).transpose() * weights;
        EXPECT_LT((spectrum.contract(coefficients, weights) - expected).norm(),
                  1e-12 * expected.norm())
            << rank;
    }
}

TEST(CovariantSpectrum, TurnsLikeTheHarmonicsOfItsRank) {
    std::mt19937 random(72);
    const DensityExpansion expansion(small_descriptor());
    const AtomicEnvironment environment = random_environment(random, 7);
    for (const int rank : {1, 2, 3}) {
        const CovariantSpectrum spectrum(rank, 6, small_descriptor().max_angular);
        const Eigen::MatrixXd before = evaluated(spectrum, rank, expansion.expand(environment));
        EXPECT_EQ(before.rows(), spectrum.size());
        // Improper rotations too: these tensors are no pseudotensors.
        for (const double sign : {1.0, -1.0}) {
            const Eigen::Matrix3d rotation = sign * random_rotation(random);
            const Eigen::MatrixXd after =
                evaluated(spectrum, rank, expansion.expand(turned(environment, rotation)));
            EXPECT_LT((after - before * wigner_matrix(rank, rotation).transpose()).norm(),
                      1e-12 * before.norm())
                << rank << " " << sign;
            EXPECT_GT((after - before).norm(), 1e-2 * before.norm());
        }
    }
}

TEST(CovariantSpectrum, HasTheScalarProductsOfTheFullTensors) {
    std::mt19937 random(73);
    const DensityExpansion expansion(small_descriptor());
    constexpr int max_angular = 3;
    constexpr Eigen::Index channels = 4;
    const CovariantSpectrum spectrum(2, channels, max_angular);
    const std::vector<HarmonicCoupling> couplings = harmonic_couplings(2, max_angular);
    const auto full = [&](const Eigen::MatrixXd& c) {
        std::vector<double> values;
        for (int l = 0; l <= max_angular; ++l) {
            for (int k = 0; k <= max_angular; ++k) {
                for (const HarmonicCoupling& coupling : couplings) {
                    if (coupling.l != std::min(l, k) || coupling.l_prime != std::max(l, k)) {
                        continue;
                    }
                    for (const Eigen::MatrixXd& g : coupling.components) {
                        const Eigen::MatrixXd oriented =
                            l <= k ? g : Eigen::MatrixXd(g.transpose());
                        const Eigen::MatrixXd products =
                            c.block(0, l * l, channels, 2 * l + 1) * oriented *
                            c.block(0, k * k, channels, 2 * k + 1).transpose();
                        values.insert(
                            values.end(), products.data(), products.data() + products.size());
                    }
                }
            }
        }
        return Eigen::VectorXd(
            Eigen::Map<Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size())));
    };
    const Eigen::MatrixXd a = expansion.expand(random_environment(random, 6));
    const Eigen::MatrixXd b = expansion.expand(random_environment(random, 8));
    const double expected = full(a).dot(full(b));
    EXPECT_NEAR(evaluated(spectrum, 2, a).cwiseProduct(evaluated(spectrum, 2, b)).sum(),
                expected,
                1e-12 * full(a).norm() * full(b).norm());
}

TEST(HarmonicCouplings, OfTwoVectorsToRankTwoAreTheirTracelessProduct) {
    const std::vector<HarmonicCoupling> couplings = harmonic_couplings(2, 1);
    const auto found = std::find_if(couplings.begin(), couplings.end(), [](const auto& coupling) {
        return coupling.l == 1 && coupling.l_prime == 1;
    });
    ASSERT_NE(found, couplings.end());
    const Eigen::Vector3d a(0.3, -1.2, 0.7);
    const Eigen::Vector3d b(1.1, 0.4, -0.5);
    const Eigen::Matrix3d product = 0.5 * (a * b.transpose() + b * a.transpose());
    const Eigen::Matrix<double, 5, 1> expected =
        spherical_from_quadrupole(symmetric_components(product));
    Eigen::Matrix<double, 5, 1> coupled;
    for (Eigen::Index m = 0; m < 5; ++m) {
        coupled[m] = spherical_from_vector(a).dot(found->components[static_cast<std::size_t>(m)] *
                                                  spherical_from_vector(b));
    }
    // Σ G² = 5 and five orthonormal matrices: the scale is one.
    EXPECT_LT((coupled - expected).norm(), 1e-13);
}

TEST(HarmonicCouplings, KeepParityAndTheTriangle) {
    for (const int rank : {0, 1, 2}) {
        const std::vector<HarmonicCoupling> couplings = harmonic_couplings(rank, 5);
        std::size_t expected = 0;
        for (int l = 0; l <= 5; ++l) {
            for (int k = l; k <= 5; ++k) {
                if ((l + k + rank) % 2 == 0 && k - l <= rank && l + k >= rank) {
                    ++expected;
                }
            }
        }
        EXPECT_EQ(couplings.size(), expected);
        for (const HarmonicCoupling& coupling : couplings) {
            double square = 0.0;
            for (const Eigen::MatrixXd& component : coupling.components) {
                square += component.squaredNorm();
            }
            EXPECT_NEAR(square, 2.0 * rank + 1.0, 1e-13);
        }
    }
}

TEST(CovariantSpectrum, RejectsWhatItCannotBe) {
    EXPECT_THAT(testing::error_of<InputError>([] { CovariantSpectrum(-1, 4, 3); }),
                ::testing::HasSubstr("rank"));
    EXPECT_THAT(testing::error_of<InputError>([] { CovariantSpectrum(1, 0, 3); }),
                ::testing::HasSubstr("channels"));
    EXPECT_THAT(testing::error_of<InputError>([] { CovariantSpectrum(1, 4, -1); }),
                ::testing::HasSubstr("max_angular"));
}

}  // namespace
}  // namespace keesom

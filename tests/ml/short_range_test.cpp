// SPDX-License-Identifier: BSD-3-Clause
//
// The basis of short-range properties against kernels written down term by term, and what a model
// makes of its weights against the basis.
#include "environments.hpp"

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/model/short_range_model.hpp>
#include <keesom/ml/regression/short_range_basis.hpp>

#include <Eigen/Core>
#include <Eigen/LU>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <set>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>
#include <vector>

namespace keesom {
namespace {

using ::testing::HasSubstr;

NormalizedExpansions expansions_of(const std::vector<AtomicEnvironment>& environments) {
    static const FeatureCalculator calculator(testing::small_descriptor());
    return calculator.normalized_expansions(environments);
}

ShortRangeSizes small_sizes() {
    return {.invariants = 150, .channels = 5, .points = {12, 7, 6}};
}

const ShortRangeBasis& small_basis() {
    static const ShortRangeBasis basis(
        short_range_points(expansions_of(testing::random_environments(111, 30)), small_sizes()));
    return basis;
}

ShortRangeElement random_element() {
    std::mt19937 random(112);
    std::normal_distribution<double> normal;
    std::vector<Eigen::VectorXd> weights;
    for (const AtomProperty& property : short_range_properties()) {
        weights.emplace_back(Eigen::VectorXd::NullaryExpr(small_basis().size(property.rank()),
                                                          [&] { return normal(random); }));
    }
    return short_range_element(small_basis(), weights);
}

/// One of the points as an environment.
NormalizedExpansions points_as_environments(const ShortRangePoints& points, Eigen::Index count) {
    NormalizedExpansions expansions;
    expansions.invariants = points.invariants.topRows(count).transpose();
    for (Eigen::Index j = 0; j < count; ++j) {
        Eigen::MatrixXd c = Eigen::MatrixXd::Zero(points.channels(1), 9);
        for (const int rank : {1, 2}) {
            const Eigen::Index width = 2 * rank + 1;
            if (j < points.count(rank)) {
                c.middleCols(rank * rank, width) =
                    points.tensors[static_cast<std::size_t>(rank - 1)].middleCols(width * j, width);
            }
        }
        expansions.coefficients.push_back(c);
    }
    return expansions;
}

/// k^λ_mm' of two environments, term by term.
double kernel(int rank,
              const NormalizedExpansions& a,
              Eigen::Index i,
              int m,
              const NormalizedExpansions& b,
              Eigen::Index j,
              int m_other) {
    const ShortRangeSizes sizes = small_sizes();
    double product = 0.0;
    for (Eigen::Index k = 0; k < sizes.invariants; ++k) {
        product += a.invariants(k, i) * b.invariants(k, j);
    }
    double sum = rank == 0 ? 1.0 : 0.0;
    for (Eigen::Index q = 0; rank > 0 && q < sizes.channels; ++q) {
        sum += a.coefficients[static_cast<std::size_t>(i)](q, harmonics_index(rank, m)) *
               b.coefficients[static_cast<std::size_t>(j)](q, harmonics_index(rank, m_other));
    }
    return product * sum;
}

Eigen::MatrixXd kernels(int rank, const NormalizedExpansions& a, const NormalizedExpansions& b) {
    const Eigen::Index width = 2 * rank + 1;
    Eigen::MatrixXd result(width * a.invariants.cols(), width * b.invariants.cols());
    for (Eigen::Index row = 0; row < result.rows(); ++row) {
        for (Eigen::Index column = 0; column < result.cols(); ++column) {
            result(row, column) = kernel(rank,
                                         a,
                                         row / width,
                                         static_cast<int>(row % width) - rank,
                                         b,
                                         column / width,
                                         static_cast<int>(column % width) - rank);
        }
    }
    return result;
}

TEST(ShortRangeDeviations, AreThereForEveryProperty) {
    EXPECT_EQ(short_range_deviations.size(), short_range_properties().size());
    EXPECT_GT(*std::min_element(short_range_deviations.begin(), short_range_deviations.end()), 0.0);
}

TEST(FarthestPoints, AreDistinctAndTheSameEveryTime) {
    const Eigen::MatrixXd x = expansions_of(testing::random_environments(113, 40)).invariants;
    const std::vector<Eigen::Index> chosen = farthest_points(x, 15);
    EXPECT_EQ(chosen, farthest_points(x, 15));
    EXPECT_EQ(std::set<Eigen::Index>(chosen.begin(), chosen.end()).size(), 15U);
    // The first is the one nearest to the mean; fewer points are the first of more.
    Eigen::Index nearest = 0;
    (x.colwise() - x.rowwise().mean()).colwise().norm().minCoeff(&nearest);
    EXPECT_EQ(chosen.front(), nearest);
    const std::vector<Eigen::Index> fewer = farthest_points(x, 6);
    EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), chosen.begin()));
}

TEST(FarthestPoints, LeaveNothingFarther) {
    const Eigen::MatrixXd x = expansions_of(testing::random_environments(114, 40)).invariants;
    const std::vector<Eigen::Index> chosen = farthest_points(x, 10);
    const auto distance_to_first = [&](Eigen::Index i, std::size_t count) {
        double nearest = 10.0;
        for (std::size_t j = 0; j < count; ++j) {
            nearest = std::min(nearest, (x.col(i) - x.col(chosen[j])).norm());
        }
        return nearest;
    };
    for (std::size_t k = 1; k < chosen.size(); ++k) {
        for (Eigen::Index i = 0; i < x.cols(); ++i) {
            EXPECT_LE(distance_to_first(i, k), distance_to_first(chosen[k], k) + 1e-12);
        }
    }
}

TEST(FarthestPoints, TakeIdenticalEnvironmentsOnce) {
    std::mt19937 random(115);
    const std::vector<AtomicEnvironment> some = testing::random_environments(116, 6);
    std::vector<AtomicEnvironment> images = some;
    for (const AtomicEnvironment& environment : some) {
        images.push_back(testing::turned(environment, testing::random_rotation(random)));
    }
    EXPECT_EQ(farthest_points(expansions_of(images).invariants, 12).size(), 6U);
    EXPECT_TRUE(farthest_points(Eigen::MatrixXd(3, 0), 4).empty());
}

TEST(ShortRangePoints, AreInSinglePrecisionAndAsManyAsThereAre) {
    const NormalizedExpansions few = expansions_of(testing::random_environments(117, 4));
    const ShortRangePoints points = short_range_points(few, small_sizes());
    EXPECT_EQ(points.count(0), 4);
    EXPECT_EQ(points.count(1), 4);
    EXPECT_EQ(points.count(2), 4);
    EXPECT_EQ(points.channels(2), 5);
    const Eigen::MatrixXd x = points.invariants;
    EXPECT_EQ(x, x.cast<float>().cast<double>());
    ShortRangeSizes large = small_sizes();
    large.invariants = 100000;
    large.channels = 1000;
    const ShortRangePoints all = short_range_points(few, large);
    EXPECT_EQ(all.invariants.cols(), few.invariants.rows());
    EXPECT_EQ(all.channels(1), few.coefficients.front().rows());
    EXPECT_EQ(small_basis().points().count(1), 7);
    EXPECT_EQ(small_basis().size(2), 5 * 6);
}

TEST(ShortRangePoints, RejectSizesThatMakeNoSense) {
    const NormalizedExpansions few = expansions_of(testing::random_environments(118, 4));
    const auto error_with = [&](auto change) {
        ShortRangeSizes sizes = small_sizes();
        change(sizes);
        return testing::error_of<InputError>(
            [&] { static_cast<void>(short_range_points(few, sizes)); });
    };
    EXPECT_THAT(error_with([](ShortRangeSizes& sizes) { sizes.invariants = 0; }),
                HasSubstr("got 4, 0 and 5"));
    EXPECT_THAT(error_with([](ShortRangeSizes& sizes) { sizes.channels = 0; }),
                HasSubstr("got 4, 150 and 0"));
    EXPECT_THAT(error_with([](ShortRangeSizes& sizes) { sizes.points[2] = 13; }),
                HasSubstr("got 12, 7 and 13"));
}

TEST(ShortRangeBasis, HasTheNormalizedKernelBetweenItsPoints) {
    const ShortRangePoints& points = small_basis().points();
    for (const int rank : {0, 1, 2}) {
        const NormalizedExpansions there = points_as_environments(points, points.count(rank));
        Eigen::MatrixXd expected = kernels(rank, there, there);
        expected /= expected.diagonal().mean();
        const Eigen::MatrixXd features = small_basis().features(rank, there);
        // K (K + ε)⁻¹ K is K up to ε.
        EXPECT_LT((features.transpose() * features - expected).cwiseAbs().maxCoeff(), 1e-3) << rank;
        EXPECT_NEAR(features.colwise().squaredNorm().mean(), 1.0, 1e-3) << rank;
    }
}

TEST(ShortRangeBasis, IsTheProcessConditionedOnItsPoints) {
    const ShortRangePoints& points = small_basis().points();
    const NormalizedExpansions others = expansions_of(testing::random_environments(119, 6));
    for (const int rank : {0, 1, 2}) {
        const NormalizedExpansions there = points_as_environments(points, points.count(rank));
        Eigen::MatrixXd matrix = kernels(rank, there, there);
        const double scale = matrix.diagonal().mean();
        matrix /= scale;
        matrix.diagonal().array() += 1e-3;
        const Eigen::MatrixXd cross = kernels(rank, there, others) / scale;
        const Eigen::MatrixXd expected = cross.transpose() * matrix.inverse() * cross;
        const Eigen::MatrixXd features = small_basis().features(rank, others);
        EXPECT_LT((features.transpose() * features - expected).cwiseAbs().maxCoeff(), 1e-10)
            << rank;
        const Eigen::VectorXd missing =
            (kernels(rank, others, others) / scale - expected).diagonal();
        const Eigen::VectorXd found = small_basis().unexplained_variances(rank, others, features);
        const Eigen::Index width = 2 * rank + 1;
        for (Eigen::Index i = 0; i < found.size(); ++i) {
            EXPECT_NEAR(found[i], missing.segment(width * i, width).mean(), 1e-10) << rank;
            EXPECT_GT(found[i], 0.0);
        }
        const Eigen::VectorXd at_points =
            small_basis().unexplained_variances(rank, there, small_basis().features(rank, there));
        EXPECT_LT(at_points.maxCoeff(), 1e-3) << rank;
    }
}

TEST(ShortRangeBasis, OfPointsWithoutTensorsHasTensorsOfZero) {
    AtomicEnvironment lone;
    lone.element = 8;
    lone.displacements.resize(3, 0);
    const ShortRangeBasis basis(short_range_points(expansions_of({lone}), small_sizes()));
    const NormalizedExpansions others = expansions_of(testing::random_environments(120, 3));
    for (const int rank : {1, 2}) {
        EXPECT_EQ(basis.features(rank, others).norm(), 0.0);
        EXPECT_EQ(basis.collapsed(rank, Eigen::VectorXd::Ones(basis.size(rank))).norm(), 0.0);
    }
    EXPECT_GT(basis.features(0, others).norm(), 0.0);
}

TEST(ShortRangeBasis, MayHaveNoPointsForTensors) {
    ShortRangeSizes sizes = small_sizes();
    sizes.points = {5, 0, 0};
    const NormalizedExpansions some = expansions_of(testing::random_environments(121, 8));
    const ShortRangeBasis basis(short_range_points(some, sizes));
    EXPECT_EQ(basis.size(2), 0);
    EXPECT_EQ(basis.features(2, some).cols(), 5 * 8);
    const std::vector<Eigen::VectorXd> weights = [&] {
        std::vector<Eigen::VectorXd> ones;
        for (const AtomProperty& property : short_range_properties()) {
            ones.emplace_back(Eigen::VectorXd::Ones(basis.size(property.rank())));
        }
        return ones;
    }();
    const ShortRangeElement element = short_range_element(basis, weights);
    EXPECT_NO_THROW(element.validate(some.invariants.rows(), 5));
    EXPECT_EQ(element.evaluate(some)[1].norm(), 0.0);
    EXPECT_GT(element.evaluate(some)[0].norm(), 0.0);
}

TEST(ShortRangeElement, IsTheBasisWithItsWeights) {
    std::mt19937 random(122);
    std::normal_distribution<double> normal;
    const NormalizedExpansions others = expansions_of(testing::random_environments(123, 6));
    std::vector<Eigen::VectorXd> weights;
    for (const AtomProperty& property : short_range_properties()) {
        weights.emplace_back(Eigen::VectorXd::NullaryExpr(small_basis().size(property.rank()),
                                                          [&] { return normal(random); }));
    }
    const std::vector<Eigen::MatrixXd> values =
        short_range_element(small_basis(), weights).evaluate(others);
    ASSERT_EQ(values.size(), short_range_properties().size());
    for (std::size_t p = 0; p < values.size(); ++p) {
        const int rank = short_range_properties()[p].rank();
        const Eigen::MatrixXd features = small_basis().features(rank, others);
        const Eigen::VectorXd expected =
            short_range_deviations[p] * (features.transpose() * weights[p]);
        EXPECT_EQ(values[p].rows(), 2 * rank + 1);
        EXPECT_LT((values[p].reshaped() - expected).cwiseAbs().maxCoeff(), 1e-10) << p;
        EXPECT_GT(expected.norm(), 1e-3) << p;
    }
}

TEST(ShortRangeElement, TurnsItsTensorsWithTheEnvironment) {
    std::mt19937 random(124);
    const ShortRangeElement element = random_element();
    const std::vector<AtomicEnvironment> environments = testing::random_environments(125, 5);
    const std::vector<Eigen::MatrixXd> before = element.evaluate(expansions_of(environments));
    for (const double sign : {1.0, -1.0}) {
        const Eigen::Matrix3d rotation = sign * testing::random_rotation(random);
        std::vector<AtomicEnvironment> images;
        for (const AtomicEnvironment& environment : environments) {
            images.push_back(testing::turned(environment, rotation));
        }
        const std::vector<Eigen::MatrixXd> after = element.evaluate(expansions_of(images));
        for (std::size_t p = 0; p < after.size(); ++p) {
            const Eigen::MatrixXd expected =
                testing::wigner_matrix(short_range_properties()[p].rank(), rotation) * before[p];
            EXPECT_LT((after[p] - expected).cwiseAbs().maxCoeff(), 1e-12) << p;
        }
    }
}

TEST(ShortRangeElement, DoesNotDependOnTheOrderOfNeighbors) {
    const ShortRangeElement element = random_element();
    AtomicEnvironment environment = testing::random_environments(126, 1).front();
    const std::vector<Eigen::MatrixXd> before = element.evaluate(expansions_of({environment}));
    std::reverse(environment.neighbor_elements.begin(), environment.neighbor_elements.end());
    environment.displacements = environment.displacements.rowwise().reverse().eval();
    const std::vector<Eigen::MatrixXd> after = element.evaluate(expansions_of({environment}));
    for (std::size_t p = 0; p < after.size(); ++p) {
        EXPECT_LT((after[p] - before[p]).cwiseAbs().maxCoeff(), 1e-12) << p;
    }
}

TEST(ShortRangeElement, PullsBackToInvariantsAndCoefficients) {
    std::mt19937 random(127);
    std::normal_distribution<double> normal;
    const ShortRangeElement element = random_element();
    const NormalizedExpansions expansions = expansions_of(testing::random_environments(128, 2));
    std::vector<Eigen::MatrixXd> seeds = element.evaluate(expansions);
    for (Eigen::MatrixXd& seed : seeds) {
        seed = seed.unaryExpr([&](double) { return normal(random); }).eval();
    }
    const auto sum = [&](const NormalizedExpansions& at) {
        const std::vector<Eigen::MatrixXd> values = element.evaluate(at);
        double total = 0.0;
        for (std::size_t p = 0; p < values.size(); ++p) {
            total += values[p].cwiseProduct(seeds[p]).sum();
        }
        return total;
    };
    Eigen::MatrixXd x_gradient =
        Eigen::MatrixXd::Zero(expansions.invariants.rows(), expansions.invariants.cols());
    std::vector<Eigen::MatrixXd> coefficient_gradients;
    for (const Eigen::MatrixXd& coefficients : expansions.coefficients) {
        coefficient_gradients.emplace_back(
            Eigen::MatrixXd::Zero(coefficients.rows(), coefficients.cols()));
    }
    element.add_pullback(expansions, seeds, x_gradient, coefficient_gradients);
    NormalizedExpansions moved = expansions;
    EXPECT_LT(testing::relative_deviation(x_gradient,
                                          testing::derivatives(
                                              [&](const Eigen::MatrixXd& x) {
                                                  moved.invariants = x;
                                                  return sum(moved);
                                              },
                                              expansions.invariants)),
              1e-9);
    moved = expansions;
    for (std::size_t i = 0; i < coefficient_gradients.size(); ++i) {
        EXPECT_LT(testing::relative_deviation(coefficient_gradients[i],
                                              testing::derivatives(
                                                  [&](const Eigen::MatrixXd& c) {
                                                      moved.coefficients[i] = c;
                                                      return sum(moved);
                                                  },
                                                  expansions.coefficients[i])),
                  1e-9);
        moved.coefficients[i] = expansions.coefficients[i];
    }
}

TEST(ShortRangeElement, RejectsPartsThatDoNotFit) {
    const auto error_after = [](auto change) {
        ShortRangeElement element = random_element();
        change(element);
        return testing::error_of<ModelError>([&] { element.validate(200, 8); });
    };
    EXPECT_NO_THROW(random_element().validate(200, 8));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.points.invariants(3, 4) = std::nan(""); }),
                HasSubstr("finite invariants"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.points.invariants.resize(0, 0); }),
                HasSubstr("at least one point"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.points.invariants.setZero(12, 201); }),
                HasSubstr("201 invariants"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.points.tensors[1].setZero(9, 30); }),
                HasSubstr("5 and 9 channels"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.points.tensors[1].setZero(5, 31); }),
                HasSubstr("rank 2"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.points.tensors[0].setZero(5, 39); }),
                HasSubstr("up to 12 points, got 39"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.coefficients.pop_back(); }),
                HasSubstr("expected 10 properties, got 9"));
    EXPECT_THAT(error_after([](ShortRangeElement& e) { e.coefficients[1].setZero(7, 4); }),
                HasSubstr("penetration dipole has 7 x 4, expected 7 x 5"));
}

TEST(ShortRangeBasis, RejectsPointsWhoseKernelIsNotFinite) {
    ShortRangePoints points = small_basis().points();
    points.invariants *= 1e200;
    EXPECT_THAT(testing::error_of<ModelError>([&] { ShortRangeBasis basis(points); }),
                HasSubstr("kernel of rank 0"));
}

}  // namespace
}  // namespace keesom

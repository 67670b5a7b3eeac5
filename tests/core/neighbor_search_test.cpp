// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/neighbor_search.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace keesom {

namespace {

using Pairs = std::vector<std::pair<Eigen::Index, Eigen::Index>>;

Pairs close_pairs(const Eigen::Matrix3Xd& positions, double cutoff) {
    Pairs pairs;
    visit_close_pairs(
        positions, cutoff, [&](Eigen::Index i, Eigen::Index j) { pairs.emplace_back(i, j); });
    return pairs;
}

Pairs by_double_loop(const Eigen::Matrix3Xd& positions, double cutoff) {
    Pairs pairs;
    for (Eigen::Index j = 0; j < positions.cols(); ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            if ((positions.col(i) - positions.col(j)).norm() <= cutoff) {
                pairs.emplace_back(i, j);
            }
        }
    }
    return pairs;
}

Eigen::Matrix3Xd random_positions(Eigen::Index count, double extent) {
    std::mt19937 generator(5);
    std::uniform_real_distribution<double> coordinate(-extent, extent);
    return Eigen::Matrix3Xd::NullaryExpr(3, count, [&] { return coordinate(generator); });
}

}  // namespace

TEST(NeighborSearch, FindsThePairsOfADoubleLoopInItsOrder) {
    for (const Eigen::Index count : {0, 1, 2, 100, 128, 129, 700}) {
        for (const double cutoff : {0.3, 2.0, 30.0}) {
            const Eigen::Matrix3Xd positions = random_positions(count, 6.0);
            EXPECT_EQ(close_pairs(positions, cutoff), by_double_loop(positions, cutoff))
                << count << " points, cutoff " << cutoff;
        }
    }
}

TEST(NeighborSearch, FindsPairsWherePointsAreInOnePlaneOrFarAway) {
    Eigen::Matrix3Xd positions = random_positions(300, 6.0);
    positions.row(2).setZero();
    EXPECT_EQ(close_pairs(positions, 1.5), by_double_loop(positions, 1.5));
    for (const double far : {1e9, 1e300, std::numeric_limits<double>::max()}) {
        positions.col(0).setConstant(far);
        positions.col(299).setConstant(-far);
        EXPECT_EQ(close_pairs(positions, 1.5), by_double_loop(positions, 1.5)) << far;
    }
}

TEST(NeighborSearch, TakesHundredThousandPoints) {
    // A jittered lattice: 5·10⁹ pairs for a double loop, some 8·10⁵ within the cutoff.
    constexpr int edge = 47;
    Eigen::Matrix3Xd positions = random_positions(edge * edge * edge, 0.04);
    for (Eigen::Index i = 0; i < positions.cols(); ++i) {
        positions.col(i) += Eigen::Vector3d(static_cast<double>(i % edge),
                                            static_cast<double>((i / edge) % edge),
                                            static_cast<double>(i / (edge * edge)));
    }
    const Pairs pairs = close_pairs(positions, 1.2);
    // Every point has its six neighbors within 1.09, those across a diagonal beyond 1.29.
    EXPECT_EQ(pairs.size(), 3U * edge * edge * (edge - 1));
}

}  // namespace keesom

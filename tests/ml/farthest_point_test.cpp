// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/farthest_point.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace keesom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FarthestPoint, CoversALineFromItsEndsInwards) {
    Eigen::MatrixXd points(1, 6);
    points << 0.0, 1.0, 2.1, 4.0, 9.0, 3.0;
    // The mean is 3.2; 9 is farthest from it, then 0, then 4 (4 away from both 0 and 5 from 9).
    EXPECT_THAT(select_farthest(points, 3, 0.0), ElementsAre(4, 0, 3));
}

TEST(FarthestPoint, StopsWhenOnlyCopiesAreLeft) {
    Eigen::MatrixXd points(2, 5);
    points << 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1e-9, 0.0, 0.0;
    EXPECT_EQ(select_farthest(points, 5, 1e-6).size(), 2U);
}

TEST(FarthestPoint, TakesTheFirstOfEquals) {
    Eigen::MatrixXd points(1, 4);
    points << -1.0, 1.0, -1.0, 1.0;
    EXPECT_THAT(select_farthest(points, 2, 0.0), ElementsAre(0, 1));
}

TEST(FarthestPoint, NeverLeavesAPointFartherThanItsRadius) {
    const Eigen::MatrixXd points = Eigen::MatrixXd::Random(3, 200);
    const std::vector<Eigen::Index> chosen = select_farthest(points, 20, 0.0);
    const auto gap_without_last = [&](std::size_t count) {
        double gap = 0.0;
        for (Eigen::Index i = 0; i < points.cols(); ++i) {
            double nearest = std::numeric_limits<double>::infinity();
            for (std::size_t k = 0; k < count; ++k) {
                nearest = std::min(nearest, (points.col(i) - points.col(chosen[k])).norm());
            }
            gap = std::max(gap, nearest);
        }
        return gap;
    };
    // Each choice was the point that the earlier ones left farthest away.
    for (std::size_t k = 2; k < chosen.size(); ++k) {
        double distance = std::numeric_limits<double>::infinity();
        for (std::size_t j = 0; j < k; ++j) {
            distance = std::min(distance, (points.col(chosen[k]) - points.col(chosen[j])).norm());
        }
        EXPECT_NEAR(distance, gap_without_last(k), 1e-14);
    }
}

TEST(FarthestPoint, OfNothingIsNothing) {
    EXPECT_THAT(select_farthest(Eigen::MatrixXd(3, 0), 5, 0.0), IsEmpty());
    EXPECT_THAT(select_farthest(Eigen::MatrixXd::Random(3, 4), 0, 0.0), IsEmpty());
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/interaction/benchmark.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace keesom {

TEST(ErrorStatistics, OfKnownErrors) {
    const std::vector<double> errors = {1.0, -3.0, 0.0, 2.0};
    const std::vector<std::string> names = {"a", "b", "c", "d"};
    const ErrorStatistics statistics = error_statistics(errors, names);
    EXPECT_EQ(statistics.n, 4U);
    EXPECT_DOUBLE_EQ(statistics.mae, 1.5);
    EXPECT_DOUBLE_EQ(statistics.rmse, std::sqrt(14.0 / 4.0));
    EXPECT_DOUBLE_EQ(statistics.mean_error, 0.0);
    EXPECT_DOUBLE_EQ(statistics.max_abs_error, 3.0);
    EXPECT_EQ(statistics.worst, "b");
}

TEST(ErrorStatistics, OfNothingAreZeroAndNameNobody) {
    const ErrorStatistics statistics = error_statistics({}, {});
    EXPECT_EQ(statistics.n, 0U);
    EXPECT_EQ(statistics.mae, 0.0);
    EXPECT_TRUE(statistics.worst.empty());
}

TEST(ErrorStatistics, NameTheWorstEvenWhereAllErrorsAreZero) {
    EXPECT_EQ(error_statistics(std::vector{0.0}, std::vector<std::string>{"only"}).worst, "only");
}

}  // namespace keesom

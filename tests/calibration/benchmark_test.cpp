// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/benchmark.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
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

TEST(EnergyDifferences, AreThoseOfTheSystemsThatBothHave) {
    const auto entry = [](std::size_t index, const char* name, EnergyComponents energy) {
        BenchmarkEntry result;
        result.index = index;
        result.name = name;
        result.energy = energy;
        return result;
    };
    BenchmarkResult one;
    one.entries = {entry(0, "a", {1.0, 0.5, 0.0, 0.0}),
                   entry(1, "a", {2.0, -1.0, -0.5, 0.0}),
                   entry(2, "only here", {9.0, 9.0, 9.0, 9.0})};
    BenchmarkResult two;
    two.entries = {entry(1, "a", {1.0, 0.5, 1.0, 0.0}), entry(0, "a", {1.5, 0.5, 0.0, 0.25})};
    const EnergyDifferences differences = energy_differences(one, two);
    EXPECT_EQ(differences.first_order.n, 2U);
    EXPECT_DOUBLE_EQ(differences.first_order.mae, 0.5);
    EXPECT_DOUBLE_EQ(differences.first_order.mean_error, -0.5);
    EXPECT_EQ(differences.total.n, 2U);
    EXPECT_DOUBLE_EQ(differences.total.mae, (0.75 + 2.0) / 2.0);
    EXPECT_DOUBLE_EQ(differences.total.max_abs_error, 2.0);
    EXPECT_EQ(energy_differences(one, BenchmarkResult()).total.n, 0U);
}

}  // namespace keesom

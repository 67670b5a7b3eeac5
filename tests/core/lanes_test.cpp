// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/lanes.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>

namespace keesom {

namespace {

Lanes lanes_of(double a, double b) {
    std::array<double, Lanes::size> values{};
    values.fill(a);
    values[3] = b;
    return Lanes(values);
}

}  // namespace

TEST(Lanes, ComputeEachForItself) {
    Lanes x = lanes_of(3.0, -5.0);
    x = 2.0 * -x + 1.0 / x - x / 4.0;
    x += 1.0;
    x *= lanes_of(1.0, 2.0);
    for (std::size_t lane = 0; lane < Lanes::size; ++lane) {
        const double expected =
            lane == 3 ? (10.0 - 0.2 + 1.25 + 1.0) * 2.0 : -6.0 + 1.0 / 3.0 - 0.75 + 1.0;
        EXPECT_DOUBLE_EQ(x.array()[lane], expected);
    }
    EXPECT_EQ(abs(lanes_of(-1.5, 2.0)).array(), lanes_of(1.5, 2.0).array());
    EXPECT_EQ(pi<Lanes>().array()[7], pi<double>());
}

TEST(Lanes, CompareEachForItself) {
    const Lanes x = lanes_of(1.0, 3.0);
    EXPECT_TRUE(any(x > 2.0));
    EXPECT_FALSE(all(x > 2.0));
    EXPECT_TRUE(all(x > 0.0));
    EXPECT_FALSE(any(x < 1.0));
    EXPECT_FALSE(any(both(x > 2.0, x < 2.0)));
    EXPECT_TRUE(any(both(x > 2.0, x != 2.0)));
    EXPECT_EQ(select(x > 2.0, lanes_of(7.0, 8.0), 9.0).array(), lanes_of(9.0, 8.0).array());
}

// Twice the rounding of a double, from the smallest normal numbers to the largest.
TEST(Lanes, HaveExponentialsAndRootsOfFullAccuracy) {
    constexpr double rounding = std::numeric_limits<double>::epsilon();
    for (double x = -707.9; x < 709.0; x += 0.37) {
        EXPECT_NEAR(exp(lanes_of(0.0, x)).array()[3] / std::exp(x), 1.0, 2.0 * rounding) << x;
    }
    for (double x = 1e-300; x < 1e300; x *= 31.7) {
        EXPECT_NEAR(sqrt(lanes_of(0.0, x)).array()[3] / std::sqrt(x), 1.0, 2.0 * rounding) << x;
    }
    EXPECT_EQ(exp(lanes_of(0.0, -708.1)).array(), lanes_of(1.0, 0.0).array());
    EXPECT_EQ(exp(Lanes(-std::numeric_limits<double>::infinity())).array()[0], 0.0);
    EXPECT_EQ(sqrt(Lanes(0.0)).array()[0], 0.0);
}

TEST(Lanes, HaveErrorFunctionsOfSixteenDecimals) {
    for (double x = -8.0; x < 8.0; x += 0.0137) {
        EXPECT_NEAR(erf(lanes_of(0.0, x)).array()[3], std::erf(x), 4e-16) << x;
    }
    EXPECT_EQ(erf(lanes_of(1e3, -1e3)).array(), lanes_of(1.0, -1.0).array());
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "dispersion/slow_mbd.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/frequency_grid.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <string>
#include <vector>

namespace keesom {
namespace {

TEST(FrequencyGrid, AgreesWithGolubAndWelsch) {
    for (const int n : {1, 2, 3, 8, 15, 16, 60, max_frequencies}) {
        const FrequencyGrid grid = gauss_legendre_frequencies(n);
        const testing::GolubWelsch rule(n);
        ASSERT_EQ(grid.size(), n);
        for (Eigen::Index k = 0; k < n; ++k) {
            // Back on (−1, 1), where the rule is well conditioned.
            const double u = grid.frequencies[k];
            const double x = (u - 0.6) / (u + 0.6);
            EXPECT_NEAR(x, rule.points[k], 1e-14) << n << " " << k;
            const double weight = grid.weights[k] * (1.0 - x) * (1.0 - x) / 1.2;
            EXPECT_NEAR(weight / rule.weights[k], 1.0, 1e-9) << n << " " << k;
        }
    }
}

TEST(FrequencyGrid, AscendsAndHasItsMedianAtTheScale) {
    const FrequencyGrid grid = gauss_legendre_frequencies(15, 0.8);
    for (Eigen::Index k = 1; k < grid.size(); ++k) {
        EXPECT_GT(grid.frequencies[k], grid.frequencies[k - 1]);
    }
    EXPECT_NEAR(grid.frequencies[7], 0.8, 1e-15);
    EXPECT_GT(grid.weights.minCoeff(), 0.0);
}

// With t = 1/(1 + u/L) = (1 − x)/2, ∫ t^{k+2} du = L/(k + 1): a polynomial of degree k in x.
TEST(FrequencyGrid, IsExactForPolynomialsUpToTwiceItsSize) {
    const double scale = 0.6;
    const FrequencyGrid grid = gauss_legendre_frequencies(6, scale);
    const auto error = [&](int k) {
        const double sum =
            ((1.0 + grid.frequencies.array() / scale).pow(-k - 2) * grid.weights.array()).sum();
        return std::abs(sum - scale / (k + 1));
    };
    for (int k = 0; k <= 11; ++k) {
        EXPECT_LT(error(k), 1e-15) << k;
    }
    EXPECT_GT(error(12), 1e-10);
}

TEST(FrequencyGrid, RecoversC6OfEveryFreeAtomByCasimirAndPolder) {
    const FrequencyGrid grid = gauss_legendre_frequencies(15);
    for (int z = 1; z <= 36; ++z) {
        const Oscillators atom = scaled_oscillators(std::vector{z}, Eigen::VectorXd::Ones(1));
        double c6 = 0.0;
        for (Eigen::Index k = 0; k < grid.size(); ++k) {
            const double alpha = atom.dynamic_polarizabilities(grid.frequencies[k])[0];
            c6 += 3.0 / std::numbers::pi * grid.weights[k] * alpha * alpha;
        }
        // Alkali metals respond at a tenth of the frequency that the grid is made for.
        const double tolerance = std::set{3, 11, 19}.contains(z) ? 1e-4
                                 : z <= 2 || (z >= 5 && z <= 10) || (z >= 14 && z <= 18) || z > 31
                                     ? 2e-9
                                     : 1e-6;
        EXPECT_NEAR(c6 / free_atom(z).c6, 1.0, tolerance) << element_symbol(z);
    }
}

TEST(FrequencyGrid, RejectsImpossibleSizes) {
    const auto message = [](int n, double scale) -> std::string {
        try {
            gauss_legendre_frequencies(n, scale);
        } catch (const InputError& error) {
            return error.what();
        }
        return "nothing thrown";
    };
    EXPECT_EQ(message(0, 0.6), "expected 1 to 200 frequencies, got 0");
    EXPECT_EQ(message(201, 0.6), "expected 1 to 200 frequencies, got 201");
    EXPECT_EQ(message(15, -0.5), "expected a positive frequency scale, got -0.5");
}

}  // namespace
}  // namespace keesom

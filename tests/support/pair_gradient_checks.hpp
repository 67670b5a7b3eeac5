// SPDX-License-Identifier: BSD-3-Clause
//
// Derivatives of pair energies against central differences in 50 digits, whose error is far below
// the last digit of a double: pair energies are templates on the scalar type.
#pragma once

#include "displaced_charges.hpp"
#include "energy_term_checks.hpp"

#include <keesom/multipoles/pair_gradient.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <vector>

namespace keesom::testing {

inline Multipole<double> random_multipole(std::mt19937& generator) {
    return {uniform(generator, -1.0, 1.0),
            random_vector(generator, 0.5),
            random_traceless(generator, 0.5)};
}

/// The 13 numbers of a multipole, all elements of the quadrupole among them.
template <class Scalar>
void append(const Multipole<Scalar>& multipole, std::vector<Scalar>& numbers) {
    numbers.push_back(multipole.charge);
    numbers.insert(numbers.end(), multipole.dipole.data(), multipole.dipole.data() + 3);
    numbers.insert(numbers.end(), multipole.quadrupole.data(), multipole.quadrupole.data() + 9);
}

inline constexpr std::size_t multipole_numbers = 13;

template <class Scalar>
Multipole<Scalar> multipole_from(const Scalar* numbers) {
    return {numbers[0],
            Eigen::Map<const Vector3<Scalar>>(numbers + 1),
            Eigen::Map<const Eigen::Matrix<Scalar, 3, 3>>(numbers + 4)};
}

/// Σ_i |actual_i − ∂f/∂x_i| small against the largest derivative.
/// @param f  function of a vector of Real50
template <class Function>
void expect_derivatives_of(const Function& f,
                           const std::vector<double>& x,
                           const std::vector<double>& actual,
                           double relative_tolerance) {
    const Real50 h = 1e-20;
    std::vector<Real50> numbers(x.begin(), x.end());
    std::vector<double> expected;
    double largest = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        numbers[i] = x[i] + h;
        const Real50 right = f(numbers);
        numbers[i] = x[i] - h;
        const Real50 left = f(numbers);
        numbers[i] = x[i];
        expected.push_back(static_cast<double>(Real50((right - left) / (2 * h))));
        largest = std::max(largest, std::abs(expected.back()));
    }
    ASSERT_EQ(actual.size(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(actual[i], expected[i], relative_tolerance * largest) << "number " << i;
    }
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
//
// Textbook closed forms for two Slater densities, as they stand in the literature, to be evaluated
// with so many digits that their cancellation does not matter. The library computes all of this by
// another route.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace keesom::testing {

/// Overlap of two unit Slater densities of decay rates a ≠ b, or a = b exactly.
template <class Real>
Real textbook_overlap(const Real& a, const Real& b, const Real& r) {
    const Real pi = acos(Real(-1));
    if (a == b) {
        const Real x = a * r;
        return a * a * a / (64 * pi) * (1 + x + x * x / 3) * exp(-x);
    }
    const Real d = a * a - b * b;
    return a * a * a * b * b * b / (8 * pi * r * d * d * d) *
           ((a * r * d - 4 * a * b) * exp(-b * r) + (b * r * d + 4 * a * b) * exp(-a * r));
}

/// 1 − λ_1, …, 1 − λ_9 for a point charge and a Slater density.
template <class Real>
std::array<Real, 5> textbook_one_center(const Real& a, const Real& r) {
    const Real x = a * r;
    const Real decayed = exp(-x);
    const Real x2 = x * x;
    const Real x3 = x2 * x;
    const Real x4 = x3 * x;
    const Real x5 = x4 * x;
    return {(1 + x / 2) * decayed,
            (1 + x + x2 / 2) * decayed,
            (1 + x + x2 / 2 + x3 / 6) * decayed,
            (1 + x + x2 / 2 + x3 / 6 + x4 / 30) * decayed,
            (1 + x + x2 / 2 + x3 / 6 + 4 * x4 / 105 + x5 / 210) * decayed};
}

/// 1 − λ_1, …, 1 − λ_9 for two Slater densities of decay rates a ≠ b.
template <class Real>
std::array<Real, 5> textbook_two_center(const Real& a, const Real& b, const Real& r) {
    const Real A = b * b / (b * b - a * a);
    const Real B = a * a / (a * a - b * b);
    // 1 − λ_n of a density of rate α enters twice, with these two polynomials.
    const auto one_sided = [&](const Real& rate, const Real& C, const Real& D) {
        const Real x = rate * r;
        const Real x2 = x * x;
        const Real x3 = x2 * x;
        const Real x4 = x3 * x;
        const Real x5 = x4 * x;
        const Real p3 = 1 + x + x2 / 2;
        const Real p5 = p3 + x3 / 6;
        const std::array<Real, 5> first = {
            1 + x / 2, p3, p5, p5 + x4 / 30, p5 + 4 * x4 / 105 + x5 / 210};
        const std::array<Real, 5> second = {1,
                                            1 + x,
                                            1 + x + x2 / 3,
                                            1 + x + 2 * x2 / 5 + x3 / 15,
                                            1 + x + 3 * x2 / 7 + 2 * x3 / 21 + x4 / 105};
        std::array<Real, 5> part;
        for (std::size_t k = 0; k < 5; ++k) {
            part[k] = C * C * (first[k] + 2 * D * second[k]) * exp(-x);
        }
        return part;
    };
    std::array<Real, 5> sum = one_sided(a, A, B);
    const std::array<Real, 5> other = one_sided(b, B, A);
    for (std::size_t k = 0; k < 5; ++k) {
        sum[k] += other[k];
    }
    return sum;
}

/// 1 − λ_1, 1 − λ_3, 1 − λ_5 for two Slater densities of one decay rate.
template <class Real>
std::array<Real, 3> textbook_equal(const Real& a, const Real& r) {
    const Real x = a * r;
    const Real decayed = exp(-x);
    const Real x2 = x * x;
    const Real x3 = x2 * x;
    const Real x4 = x3 * x;
    const Real x5 = x4 * x;
    const Real p3 = 1 + x + x2 / 2 + 7 * x3 / 48 + x4 / 48;
    return {(1 + 11 * x / 16 + 3 * x2 / 16 + x3 / 48) * decayed,
            p3 * decayed,
            (1 + x + x2 / 2 + x3 / 6 + x4 / 24 + x5 / 144) * decayed};
}

/// (−(1/r) d/dr)ᵏ φ(r), k = 0 … 4, by central differences in w = r², where the operator is −2 d/dw.
/// Good to step² relative if φ has digits enough.
template <class Real, class RadialFunction>
std::array<Real, 5> radial_factors_by_differences(RadialFunction&& phi,
                                                  const Real& r,
                                                  const Real& step) {
    const Real w = r * r;
    const Real h = step * w;
    std::array<Real, 5> v;
    for (int i = 0; i < 5; ++i) {
        v[static_cast<std::size_t>(i)] = phi(Real(sqrt(w + (i - 2) * h)));
    }
    return {v[2],
            -2 * (v[3] - v[1]) / (2 * h),
            4 * (v[3] - 2 * v[2] + v[1]) / (h * h),
            -8 * (v[4] - 2 * v[3] + 2 * v[1] - v[0]) / (2 * h * h * h),
            16 * (v[4] - 4 * v[3] + 6 * v[2] - 4 * v[1] + v[0]) / (h * h * h * h)};
}

}  // namespace keesom::testing

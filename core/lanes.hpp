// SPDX-License-Identifier: BSD-3-Clause
//
// Eight numbers that are computed with at once: a scalar type for the formulas of pairs of atoms,
// which are templates on it. Compilers make of each operation one instruction, or as many as the
// processor needs. Not a public header.
#pragma once

#include <keesom/core/scalar.hpp>

#include <Eigen/Core>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

// Nothing that is made of lanes is passed between what is compiled for different processors.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace keesom {

/// Of each lane, whether a condition holds.
class LanesMask {
public:
    using Values = std::int64_t __attribute__((vector_size(64)));

    explicit LanesMask(const Values& values) : values_(values) {}

    [[nodiscard]] const Values& values() const { return values_; }

    friend LanesMask both(const LanesMask& a, const LanesMask& b) {
        return LanesMask(a.values_ & b.values_);
    }

    friend bool any(const LanesMask& mask) {
        std::int64_t bits = 0;
        for (std::size_t lane = 0; lane < sizeof(Values) / sizeof(bits); ++lane) {
            bits |= mask.values_[lane];
        }
        return bits != 0;
    }

    friend bool all(const LanesMask& mask) { return !any(LanesMask(~mask.values_)); }

private:
    Values values_;
};

class Lanes {
public:
    static constexpr int size = 8;

    using Values = double __attribute__((vector_size(size * sizeof(double))));

    Lanes() = default;

    Lanes(double value) : values_(value - Values{}) {}  // NOLINT(google-explicit-constructor)

    explicit Lanes(const Values& values) : values_(values) {}

    explicit Lanes(const std::array<double, size>& values)
        : values_(std::bit_cast<Values>(values)) {}

    [[nodiscard]] std::array<double, size> array() const {
        return std::bit_cast<std::array<double, size>>(values_);
    }

    /// One after the other, so that the order never depends on the processor.
    friend double sum(const Lanes& x) {
        double total = 0.0;
        for (const double value : x.array()) {
            total += value;
        }
        return total;
    }

    Lanes& operator+=(const Lanes& other) { return *this = *this + other; }

    Lanes& operator-=(const Lanes& other) { return *this = *this - other; }

    Lanes& operator*=(const Lanes& other) { return *this = *this * other; }

    Lanes& operator/=(const Lanes& other) { return *this = *this / other; }

    friend Lanes operator-(const Lanes& a) { return Lanes(-a.values_); }

    friend Lanes operator+(const Lanes& a, const Lanes& b) { return Lanes(a.values_ + b.values_); }

    friend Lanes operator-(const Lanes& a, const Lanes& b) { return Lanes(a.values_ - b.values_); }

    friend Lanes operator*(const Lanes& a, const Lanes& b) { return Lanes(a.values_ * b.values_); }

    friend Lanes operator/(const Lanes& a, const Lanes& b) { return Lanes(a.values_ / b.values_); }

    friend LanesMask operator<(const Lanes& a, const Lanes& b) {
        return LanesMask(a.values_ < b.values_);
    }

    friend LanesMask operator>(const Lanes& a, const Lanes& b) { return b < a; }

    friend LanesMask operator!=(const Lanes& a, const Lanes& b) {
        return LanesMask(a.values_ != b.values_);
    }

    friend Lanes select(const LanesMask& mask, const Lanes& yes, const Lanes& no) {
        return Lanes(mask.values() ? yes.values_ : no.values_);
    }

    /// 0 where it would be below the normal numbers.
    friend Lanes exp(const Lanes& x) {
        const Lanes value = x.mapped([](const auto& values) { return values.exp(); });
        return select(x < -708.0, 0.0, value);
    }

    friend Lanes sqrt(const Lanes& x) {
        return x.mapped([](const auto& values) { return values.sqrt(); });
    }

    /// The error function to 3e-16, not of a small argument.
    friend Lanes erf(const Lanes& x) {
        // exp(x²) erfc(x) = P(t), 0 ≤ x ≤ 6.2, by Chebyshev interpolation to 1e-17; where x is
        // larger, erfc(x) is too small to matter.
        constexpr double end = 6.2;
        constexpr double middle = 4.0;
        constexpr std::array<double, 18> P = {0.28543411140179858419,
                                              -0.32961043419911596004,
                                              0.20861363014313422323,
                                              -0.1084633210355975669,
                                              0.046360622033034705302,
                                              -0.016107507259521562126,
                                              0.0044170899580895409781,
                                              -0.00089194419252623485409,
                                              0.0001068965063658488368,
                                              1.8669639133269310434e-6,
                                              -3.3569762864198365032e-6,
                                              4.128306935973376665e-7,
                                              6.1966074324921293565e-8,
                                              -1.9691726087023002861e-8,
                                              -8.8198549677958283687e-10,
                                              7.6968790806109977107e-10,
                                              9.647654273688403288e-12,
                                              -2.5934462911777117696e-11};
        const Lanes size = abs(x);
        const Lanes inside = select(size < end, size, end);
        const Lanes t = (((end + 2.0 * middle) / end) * inside - middle) / (inside + middle);
        Lanes sum = P.back();
        for (std::size_t k = P.size() - 1; k > 0; --k) {
            sum = sum * t + P[k - 1];
        }
        const Lanes value = 1.0 - exp(-size * size) * sum;
        return select(x < 0.0, -value, value);
    }

    friend Lanes cbrt(const Lanes& x) {
        return x.mapped([](const auto& values) {
            return values.unaryExpr([](double value) { return std::cbrt(value); });
        });
    }

    friend Lanes abs(const Lanes& x) { return select(x < 0.0, -x, x); }

private:
    template <class Function>
    [[nodiscard]] Lanes mapped(const Function& function) const {
        alignas(Values) std::array<double, size> values = array();
        Eigen::Map<Eigen::Array<double, size, 1>, alignof(Values)> map(values.data());
        map = function(map);
        return Lanes(values);
    }

    Values values_;
};

template <>
inline Lanes pi<Lanes>() {
    return std::numbers::pi;
}

}  // namespace keesom

template <>
struct std::numeric_limits<keesom::Lanes> : std::numeric_limits<double> {};

template <>
struct Eigen::NumTraits<keesom::Lanes> : Eigen::GenericNumTraits<keesom::Lanes> {
    using Real = keesom::Lanes;
    using NonInteger = keesom::Lanes;
    using Nested = keesom::Lanes;
    using Literal = double;

    enum {
        IsComplex = 0,
        IsInteger = 0,
        IsSigned = 1,
        RequireInitialization = 0,
        ReadCost = 1,
        AddCost = 1,
        MulCost = 1
    };
};

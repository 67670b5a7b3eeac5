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

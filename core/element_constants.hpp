// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace keesom {

/// A fitted constant that has one value for each element.
class ElementConstants {
public:
    ElementConstants() = default;

    /// @param name how messages call the constant, "exchange amplitude"
    /// @param values by atomic number
    ElementConstants(std::string name, std::map<int, double> values);

    /// @throws ModelError if the element has no value
    [[nodiscard]] double operator()(int atomic_number) const;

    /// Values for a list of atoms; (N).
    /// @throws ModelError if an element has no value
    [[nodiscard]] Eigen::VectorXd of(std::span<const int> atomic_numbers) const;

    [[nodiscard]] const std::map<int, double>& values() const { return values_; }

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::string name_;
    std::map<int, double> values_;
};

/// What a constant of the physics may be. None may be NaN, which is what a constant is until
/// somebody gives it a value, nor infinite.
enum class ConstantRange { finite, not_negative, positive };

/// Of a constant with limits of its own, both allowed.
struct ConstantLimits {
    double lowest = -std::numeric_limits<double>::infinity();
    double largest = std::numeric_limits<double>::infinity();
};

/// @param name how the message calls the constant, "thole_a"
/// @throws ModelError naming the constant and its value if it is out of range
void require_constant(std::string_view name, double value, ConstantRange range);
void require_constant(std::string_view name, double value, ConstantLimits limits);

/// @throws ModelError naming the constant and the element; also if no element has a value
void require_constant(std::string_view name, const ElementConstants& values, ConstantRange range);
void require_constant(std::string_view name, const ElementConstants& values, ConstantLimits limits);

}  // namespace keesom

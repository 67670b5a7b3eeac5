// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include <map>
#include <span>
#include <string>

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

}  // namespace keesom

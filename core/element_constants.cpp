// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/element_constants.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

template <class Allowed>
void require_of_each_element(std::string_view name,
                             const ElementConstants& values,
                             Allowed allowed) {
    if (values.values().empty()) {
        throw ModelError(fmt::format("{} has no value for any element", name));
    }
    for (const auto& [element, value] : values.values()) {
        require_constant(
            fmt::format("{} of element {}", name, element_symbol(element)), value, allowed);
    }
}

}  // namespace

ElementConstants::ElementConstants(std::string name, std::map<int, double> values)
    : name_(std::move(name)), values_(std::move(values)) {}

double ElementConstants::operator()(int atomic_number) const {
    const auto found = values_.find(atomic_number);
    if (found == values_.end()) {
        throw ModelError(fmt::format("no {} for element {}", name_, element_symbol(atomic_number)));
    }
    return found->second;
}

Eigen::VectorXd ElementConstants::of(std::span<const int> atomic_numbers) const {
    Eigen::VectorXd result(static_cast<Eigen::Index>(atomic_numbers.size()));
    for (std::size_t i = 0; i < atomic_numbers.size(); ++i) {
        result[static_cast<Eigen::Index>(i)] = (*this)(atomic_numbers[i]);
    }
    return result;
}

void require_constant(std::string_view name, double value, ConstantRange range) {
    switch (range) {
        case ConstantRange::finite:
            if (!std::isfinite(value)) {
                throw ModelError(fmt::format("{} is {}, expected a finite number", name, value));
            }
            break;
        case ConstantRange::not_negative:
            if (!(value >= 0.0 && std::isfinite(value))) {
                throw ModelError(
                    fmt::format("{} is {}, expected 0 or a positive number", name, value));
            }
            break;
        case ConstantRange::positive:
            if (!(value > 0.0 && std::isfinite(value))) {
                throw ModelError(fmt::format("{} is {}, expected a positive number", name, value));
            }
            break;
    }
}

void require_constant(std::string_view name, double value, ConstantLimits limits) {
    if (value >= limits.lowest && value <= limits.largest && std::isfinite(value)) {
        return;
    }
    if (std::isfinite(limits.largest)) {
        throw ModelError(fmt::format("{} is {}, expected a number from {} to {}",
                                     name,
                                     value,
                                     limits.lowest,
                                     limits.largest));
    }
    throw ModelError(fmt::format("{} is {}, expected {} or more", name, value, limits.lowest));
}

void require_constant(std::string_view name, const ElementConstants& values, ConstantRange range) {
    require_of_each_element(name, values, range);
}

void require_constant(std::string_view name,
                      const ElementConstants& values,
                      ConstantLimits limits) {
    require_of_each_element(name, values, limits);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// The numbers that a fit of the physical constants varies.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_term.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace keesom {

/// One number that the optimizer may change: a constant, or its value for one element.
struct FreeParameter {
    ConstantReference constant;
    std::vector<double EnergyComponents::*> changes;  ///< components that depend on it
    int element = 0;                                  ///< 0 for a constant of all elements
    ConstantLimits limits;

    [[nodiscard]] double value() const;
    void assign(double number) const;
};

/// Limits of a constant that may be any number.
inline constexpr ConstantLimits no_limits = {.lowest = -std::numeric_limits<double>::infinity()};

/// Those of the constants with the given paths; `changes` is what depends on them.
std::vector<FreeParameter> free_parameters(ParameterSet& parameters,
                                           const std::set<std::string>& paths,
                                           const std::vector<double EnergyComponents::*>& changes,
                                           ConstantLimits limits = no_limits);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/free_parameters.hpp>

#include <map>
#include <utility>
#include <variant>

namespace keesom {

namespace {

/// Appends a constant, or each of its elements.
void append_free(std::vector<FreeParameter>& free, const FreeParameter& parameter) {
    if (ElementConstants* const* by_element =
            std::get_if<ElementConstants*>(&parameter.constant.value)) {
        for (const auto& [element, value] : (*by_element)->values()) {
            free.push_back(parameter);
            free.back().element = element;
        }
    } else {
        free.push_back(parameter);
    }
}

}  // namespace

double FreeParameter::value() const {
    if (double* const* number = std::get_if<double*>(&constant.value)) {
        return **number;
    }
    return (*std::get<ElementConstants*>(constant.value))(element);
}

void FreeParameter::assign(double number) const {
    if (double* const* target = std::get_if<double*>(&constant.value)) {
        **target = number;
        return;
    }
    ElementConstants& constants = *std::get<ElementConstants*>(constant.value);
    std::map<int, double> values = constants.values();
    values[element] = number;
    constants = ElementConstants(constants.name(), std::move(values));
}

std::vector<FreeParameter> free_parameters(ParameterSet& parameters,
                                           const std::set<std::string>& paths,
                                           const std::vector<double EnergyComponents::*>& changes,
                                           ConstantLimits limits) {
    std::vector<FreeParameter> free;
    for (const ConstantReference& constant : constants_of(parameters)) {
        if (paths.contains(constant.path())) {
            append_free(free, {.constant = constant, .changes = changes, .limits = limits});
        }
    }
    return free;
}

}  // namespace keesom

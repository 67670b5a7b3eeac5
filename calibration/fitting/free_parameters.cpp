// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/free_parameters.hpp>

#include <cmath>
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
                                           const std::vector<double EnergyComponents::*>& changes) {
    std::vector<FreeParameter> free;
    for (const ConstantReference& constant : constants_of(parameters)) {
        if (paths.contains(constant.path())) {
            append_free(free, {.constant = constant, .changes = changes});
        }
    }
    return free;
}

RelativeChargeTransfer::RelativeChargeTransfer(const std::vector<int>& elements) {
    std::map<int, double> values;
    for (const int element : elements) {
        values[element] = 0.5;
    }
    strength = ElementConstants("charge-transfer strength", std::move(values));
}

std::vector<FreeParameter> RelativeChargeTransfer::free() {
    std::vector<FreeParameter> free;
    append_free(free,
                {.constant = {"charge_transfer", "strength", "1", &strength},
                 .changes = {&EnergyComponents::induction},
                 .lower = 0.0,
                 .upper = largest_strength});
    append_free(free,
                {.constant = {"charge_transfer", "contraction", "1", &contraction},
                 .changes = {&EnergyComponents::induction},
                 .lower = 1.0});
    return free;
}

OverlapParameters RelativeChargeTransfer::constants(const OverlapParameters& exchange,
                                                    const OverlapParameters& names) const {
    const auto each = [&](const ElementConstants& name, const ElementConstants& of, auto value) {
        std::map<int, double> values;
        for (const auto& [element, number] : of.values()) {
            values[element] = value(element, number);
        }
        return ElementConstants(name.name(), std::move(values));
    };
    const auto divided = [&](double divisor) {
        return [divisor](int /*element*/, double number) { return number / divisor; };
    };
    OverlapParameters transfer;
    transfer.amplitude = each(names.amplitude, exchange.amplitude, [&](int element, double number) {
        return strength(element) * number / std::pow(contraction, 1.5);
    });
    transfer.decay_scale =
        each(names.decay_scale, exchange.decay_scale, divided(1.0 / contraction));
    transfer.dipole_scale = each(names.dipole_scale, exchange.dipole_scale, divided(contraction));
    transfer.quadrupole_scale =
        each(names.quadrupole_scale, exchange.quadrupole_scale, divided(contraction * contraction));
    transfer.population_exponent = exchange.population_exponent;
    return transfer;
}

}  // namespace keesom

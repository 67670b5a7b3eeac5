// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

namespace keesom {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema_name = "keesom-parameters";
constexpr int schema_version = 3;

std::string known_keys(const std::set<std::string>& keys) {
    return fmt::format("{}", fmt::join(keys, ", "));
}

/// Complains of the first key of `object` that is not allowed, and of the first that is missing.
void require_keys(const Json& object, const std::set<std::string>& keys, const std::string& where) {
    if (!object.is_object()) {
        throw ModelError(fmt::format("{}: expected an object", where));
    }
    for (const auto& item : object.items()) {
        if (!keys.contains(item.key())) {
            throw ModelError(fmt::format(
                "{}: unknown key '{}', expected {}", where, item.key(), known_keys(keys)));
        }
    }
    for (const std::string& key : keys) {
        if (!object.contains(key)) {
            throw ModelError(fmt::format("{}: key '{}' is missing", where, key));
        }
    }
}

std::string read_string(const Json& object, const std::string& key, const std::string& where) {
    const Json& value = object.at(key);
    if (!value.is_string()) {
        throw ModelError(fmt::format("{}: '{}' is {}, expected text", where, key, value.dump()));
    }
    return value.get<std::string>();
}

double read_number(const Json& value, const std::string& where) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
        throw ModelError(fmt::format("{}: {} is not a finite number", where, value.dump()));
    }
    return value.get<double>();
}

/// "exchange.decay_scale" → "exchange decay scale", as messages call the constant.
std::string spoken_name(const ConstantReference& constant) {
    std::string name = constant.section + " " + constant.key;
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

void read_constant(const Json& entry, const ConstantReference& constant, const std::string& where) {
    const bool by_element = std::holds_alternative<ElementConstants*>(constant.value);
    require_keys(entry, {"unit", "origin", by_element ? "values" : "value"}, where);
    const std::string unit = read_string(entry, "unit", where);
    if (unit != constant.unit) {
        throw ModelError(
            fmt::format("{}: unit is '{}', expected '{}'", where, unit, constant.unit));
    }
    if (!by_element) {
        *std::get<double*>(constant.value) = read_number(entry["value"], where);
        return;
    }
    std::map<int, double> values;
    if (!entry["values"].is_object() || entry["values"].empty()) {
        throw ModelError(fmt::format("{}: expected values by element symbol", where));
    }
    for (const auto& item : entry["values"].items()) {
        int element = 0;
        try {
            element = atomic_number(item.key());
        } catch (const InputError& error) {
            throw ModelError(fmt::format("{}: {}", where, error.what()));
        }
        const double value = read_number(item.value(), where + "." + item.key());
        if (!values.emplace(element, value).second) {
            throw ModelError(fmt::format("{}: element {} has two values, '{}' is the second",
                                         where,
                                         element_symbol(element),
                                         item.key()));
        }
    }
    *std::get<ElementConstants*>(constant.value) =
        ElementConstants(spoken_name(constant), std::move(values));
}

std::set<std::string> sections_of(const std::vector<ConstantReference>& constants) {
    std::set<std::string> sections;
    for (const ConstantReference& constant : constants) {
        sections.insert(constant.section);
    }
    return sections;
}

ParameterSet read_parameters(const Json& file, const std::string& where) {
    ParameterSet parameters;
    const std::vector<ConstantReference> constants = constants_of(parameters);
    std::set<std::string> top = sections_of(constants);
    top.insert({"schema", "version", "name", "origin", "short_range"});
    require_keys(file, top, where);
    if (read_string(file, "schema", where) != schema_name) {
        throw ModelError(fmt::format(
            "{}: schema is {}, expected '{}'", where, file["schema"].dump(), schema_name));
    }
    if (file["version"] != schema_version) {
        throw ModelError(fmt::format("{}: version is {}, this program reads version {}",
                                     where,
                                     file["version"].dump(),
                                     schema_version));
    }
    parameters.name = read_string(file, "name", where);
    parameters.origin = read_string(file, "origin", where);
    if (!file["short_range"].is_boolean()) {
        throw ModelError(fmt::format("{}: short_range: expected true or false", where));
    }
    parameters.short_range = file["short_range"].get<bool>();
    for (const std::string& section : sections_of(constants)) {
        std::set<std::string> keys;
        for (const ConstantReference& constant : constants) {
            if (constant.section == section) {
                keys.insert(constant.key);
            }
        }
        require_keys(file[section], keys, where + ": " + section);
    }
    for (const ConstantReference& constant : constants) {
        const Json& entry = file[constant.section][constant.key];
        const std::string here = where + ": " + constant.path();
        read_constant(entry, constant, here);
        parameters.origins[constant.path()] = read_string(entry, "origin", here);
    }
    try {
        parameters.validate();
    } catch (const ModelError& error) {
        throw ModelError(fmt::format("{}: {}", where, error.what()));
    }
    return parameters;
}

void append_spread(std::vector<ConstantReference>& constants,
                   const std::string& name,
                   ResidualSpread& spread) {
    constants.push_back({"spread", name + "_absolute", "hartree", &spread.absolute});
    constants.push_back({"spread", name + "_relative", "1", &spread.relative});
}

void require_spread(const std::string& name, const ResidualSpread& spread) {
    require_constant(name + "_absolute", spread.absolute, ConstantRange::not_negative);
    require_constant(name + "_relative", spread.relative, ConstantRange::not_negative);
}

}  // namespace

void ParameterSet::validate() const {
    electrostatics.validate();
    exchange.validate();
    polarization.validate();
    charge_transfer.validate();
    dispersion.validate();
    require_constant("closest_contact", closest_contact, ConstantRange::positive);
    for (std::size_t c = 0; c < component_names.size(); ++c) {
        require_spread(component_names[c].name, spread.components[c]);
    }
    require_spread("total", spread.total);
}

std::vector<ConstantReference> constants_of(ParameterSet& parameters) {
    std::vector<ConstantReference> constants;
    constants.push_back(
        {"electrostatics", "decay_scale", "1", &parameters.electrostatics.decay_scale});
    OverlapParameters& exchange = parameters.exchange;
    // A pair has the product of two amplitudes: hartree·bohr³ altogether.
    constants.push_back({"exchange", "amplitude", "hartree^(1/2)·bohr^(3/2)", &exchange.amplitude});
    constants.push_back({"exchange", "decay_scale", "1", &exchange.decay_scale});
    constants.push_back({"exchange", "dipole_scale", "1", &exchange.dipole_scale});
    constants.push_back({"exchange", "quadrupole_scale", "1", &exchange.quadrupole_scale});
    constants.push_back({"exchange", "population_exponent", "1", &exchange.population_exponent});
    constants.push_back({"polarization", "thole_a", "1", &parameters.polarization.thole_a});
    constants.push_back({"polarization",
                         "polarizability_exponent",
                         "1",
                         &parameters.polarization.polarizability_exponent});
    constants.push_back({"charge_transfer", "strength", "1", &parameters.charge_transfer.strength});
    constants.push_back(
        {"charge_transfer", "contraction", "1", &parameters.charge_transfer.contraction});
    constants.push_back({"dispersion", "beta", "1", &parameters.dispersion.mbd.beta});
    constants.push_back({"dispersion", "steepness", "1", &parameters.dispersion.mbd.steepness});
    constants.push_back({"dispersion", "c8_scale", "1", &parameters.dispersion.c8_scale});
    constants.push_back({"dispersion", "c10_scale", "1", &parameters.dispersion.c10_scale});
    constants.push_back(
        {"dispersion", "tang_toennies_scale", "1", &parameters.dispersion.tang_toennies_scale});
    constants.push_back(
        {"dispersion", "quadrupole_factor", "bohr^2", &parameters.dispersion.quadrupole_factor});
    constants.push_back({"fitted_range", "closest_contact", "1", &parameters.closest_contact});
    for (std::size_t c = 0; c < component_names.size(); ++c) {
        append_spread(constants, component_names[c].name, parameters.spread.components[c]);
    }
    append_spread(constants, "total", parameters.spread.total);
    return constants;
}

ParameterSet load_parameters(const std::filesystem::path& path) {
    const std::string where = path.string();
    try {
        return read_parameters(Json::parse(read_json_text(path)), where);
    } catch (const Json::exception&) {
        throw ModelError(fmt::format("{}: a number is out of range", where));
    } catch (const InputError& error) {
        throw ModelError(fmt::format("{}: {}", where, error.what()));
    }
}

void save_parameters(const std::filesystem::path& path, const ParameterSet& parameters) {
    ParameterSet copy = parameters;
    Json file;
    file["schema"] = schema_name;
    file["version"] = schema_version;
    file["name"] = copy.name;
    file["origin"] = copy.origin;
    file["short_range"] = copy.short_range;
    for (const ConstantReference& constant : constants_of(copy)) {
        Json entry;
        entry["unit"] = constant.unit;
        const auto origin = copy.origins.find(constant.path());
        entry["origin"] = origin == copy.origins.end() ? copy.origin : origin->second;
        if (double* const* value = std::get_if<double*>(&constant.value)) {
            entry["value"] = **value;
        } else {
            for (const auto& [element, number] :
                 std::get<ElementConstants*>(constant.value)->values()) {
                entry["values"][element_symbol(element)] = number;
            }
        }
        file[constant.section][constant.key] = std::move(entry);
    }
    write_file(path, file.dump(4) + "\n");
}

ParameterSet initial_parameters(std::span<const int> elements) {
    ParameterSet parameters;
    parameters.name = "initial";
    parameters.origin = "starting point of a fit";
    const auto constant = [&](double value) {
        std::map<int, double> values;
        for (const int element : elements) {
            values[element] = value;
        }
        return values;
    };
    for (const ConstantReference& reference : constants_of(parameters)) {
        if (ElementConstants* const* by_element =
                std::get_if<ElementConstants*>(&reference.value)) {
            **by_element = ElementConstants(spoken_name(reference), constant(1.0));
        } else {
            *std::get<double*>(reference.value) = 1.0;
        }
    }
    const auto set = [&](ElementConstants& target, double value) {
        target = ElementConstants(target.name(), constant(value));
    };
    set(parameters.exchange.amplitude, 2.5);
    set(parameters.exchange.dipole_scale, 2.0);
    set(parameters.exchange.quadrupole_scale, 2.0);
    set(parameters.charge_transfer.strength, 0.5);
    parameters.charge_transfer.contraction = 1.1;

    parameters.polarization.thole_a = 0.39;
    parameters.origins["polarization.thole_a"] =
        "Ren and Ponder, J. Phys. Chem. B 107, 5933 (2003)";
    parameters.origins["polarization.polarizability_exponent"] =
        "fixed: polarizability proportional to the volume of the atom";
    parameters.dispersion.mbd = {.beta = 0.5, .steepness = 6.0};
    parameters.origins["dispersion.beta"] =
        "fixed: chosen by a study of DFT-SAPT dispersion energies, not by this fit";
    parameters.origins["dispersion.steepness"] =
        "Ambrosetti et al., J. Chem. Phys. 140, 18A508 (2014)";
    parameters.origins["fitted_range.closest_contact"] =
        "contact of van der Waals spheres: nothing has been fitted";
    const std::vector<ConstantReference> constants = constants_of(parameters);
    for (const ConstantReference& reference : constants) {
        if (reference.section == "spread") {
            parameters.origins[reference.path()] = "nothing has been fitted";
        }
    }

    std::map<int, double> quadrupole_factors;
    for (const int element : elements) {
        quadrupole_factors[element] = free_atom_quadrupole_factor(element);
    }
    parameters.dispersion.quadrupole_factor = ElementConstants(
        parameters.dispersion.quadrupole_factor.name(), std::move(quadrupole_factors));
    parameters.origins["dispersion.quadrupole_factor"] =
        "Grimme et al., J. Chem. Phys. 132, 154104 (2010), squares of the tabulated roots";
    return parameters;
}

}  // namespace keesom

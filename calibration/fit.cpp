// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fit.hpp>
#include <keesom/calibration/fitting/close_approaches.hpp>
#include <keesom/calibration/fitting/fit_stage.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/ml/training/calibration.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace keesom {

namespace {

// What has to remain of exchange at a close approach when the attractions known so far are
// subtracted. Exchange is fitted before charge transfer and the higher orders of dispersion, and
// anions penetrate more than the neutral molecules that a fit sees most of.
constexpr double wall_of_exchange = 0.5;
constexpr double wall_of_induction = 0.4;
constexpr double wall_of_total = 0.3;

std::optional<double> scale_of(const ReferenceSystem& system) {
    const auto found = system.info.find("scale");
    if (found == system.info.end()) {
        return std::nullopt;
    }
    double scale = 0.0;
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), scale);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw InputError(fmt::format("{}: scale '{}' is not a number", system.where, text));
    }
    return scale;
}

/// Systems that take part in the fit; the others go to `skipped` with the reason.
std::vector<FitSystem> select_systems(std::span<const ReferenceSystem> systems,
                                      const PropertyModel& model,
                                      const FitOptions& options,
                                      std::vector<SkippedSystem>& skipped) {
    const auto reason_against = [&](const ReferenceSystem& system) -> std::string {
        if (system.three_body) {
            return "three-body reference";
        }
        if (!system.reference_components()) {
            return "no reference components";
        }
        if (scale_of(system).value_or(1.0) < options.smallest_scale) {
            return "scale too small";
        }
        const std::vector<int> supported = model.supported_elements();
        for (const Molecule& monomer : system.monomers) {
            for (const int element : monomer.atomic_numbers) {
                if (!std::binary_search(supported.begin(), supported.end(), element)) {
                    return fmt::format("element {}", element_symbol(element));
                }
            }
        }
        return {};
    };
    std::vector<const ReferenceSystem*> chosen;
    std::vector<Molecule> molecules;
    for (const ReferenceSystem& system : systems) {
        std::string reason = reason_against(system);
        if (!reason.empty()) {
            skipped.push_back({system.name, std::move(reason)});
            continue;
        }
        chosen.push_back(&system);
        molecules.insert(molecules.end(), system.monomers.begin(), system.monomers.end());
    }
    MonomerLibrary library(molecules);
    library.predict(model);
    std::vector<FitSystem> result;
    std::size_t next = 0;
    for (const ReferenceSystem* system : chosen) {
        FitSystem fit;
        fit.name = system->name;
        fit.reference = system->reference_components();
        fit.reference_total = system->reference_energy("e_ref");
        try {
            for (std::size_t m = 0; m < system->monomers.size(); ++m) {
                fit.monomers.push_back(library.monomer(next + m));
            }
            fit.elements = elements_of(fit.monomers);
            require_separate(fit.monomers);
            result.push_back(std::move(fit));
        } catch (const Error& error) {
            skipped.push_back({system->name, error.what()});
        }
        next += system->monomers.size();
    }
    return result;
}

/// Ratio that the closest contacts of one system in a thousand go below.
double closest_fitted_contact(std::span<const FitSystem> systems) {
    std::vector<double> ratios;
    ratios.reserve(systems.size());
    for (const FitSystem& system : systems) {
        ratios.push_back(closest_contact(system.monomers).ratio);
    }
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 1000];
}

/// Energies without constants to fit. Systems that have none, since their molecules are too close,
/// move to `skipped`.
void add_fixed_energies(const Polarization& polarization,
                        const Dispersion& dispersion,
                        std::vector<FitSystem>& systems,
                        std::vector<SkippedSystem>& skipped) {
    std::vector<std::string> errors(systems.size());
    parallel_for(systems.size(), [&](std::size_t i) {
        try {
            systems[i].polarization = polarization.energy(systems[i].monomers).induction;
            systems[i].many_body = dispersion.many_body_energy(Sites(systems[i].monomers));
        } catch (const NumericalError& error) {
            errors[i] = error.what();
        }
    });
    std::vector<FitSystem> kept;
    for (std::size_t i = 0; i < systems.size(); ++i) {
        if (errors[i].empty()) {
            kept.push_back(std::move(systems[i]));
        } else {
            skipped.push_back({systems[i].name, errors[i]});
        }
    }
    systems = std::move(kept);
}

/// The spread under which errors are most likely.
/// @param exchange energy of the system that each error belongs to
ResidualSpread spread_of(const std::vector<double>& errors, const std::vector<double>& exchange) {
    const auto size = static_cast<Eigen::Index>(errors.size());
    const VarianceLine line =
        most_likely_variance(Eigen::VectorXd::Map(errors.data(), size),
                             Eigen::VectorXd::Map(exchange.data(), size).array().square().matrix());
    return {.absolute = std::sqrt(line.floor), .relative = std::sqrt(line.slope)};
}

/// Errors of each component and of the total, and their spread.
void add_errors(std::span<const FitSystem> references,
                const std::vector<EnergyComponents>& energies,
                FitReport& report) {
    PhysicsSpread& spread = report.parameters.spread;
    std::vector<std::string> names;
    std::vector<double> exchange;
    for (std::size_t i = 0; i < references.size(); ++i) {
        names.push_back(references[i].name);
        exchange.push_back(energies[i].exchange);
    }
    for (std::size_t c = 0; c < component_names.size(); ++c) {
        const ComponentName& component = component_names[c];
        std::vector<double> errors;
        for (std::size_t i = 0; i < references.size(); ++i) {
            errors.push_back(energies[i].*component.value -
                             (*references[i].reference).*component.value);
        }
        report.components.push_back(error_statistics(errors, names));
        spread.components[c] = spread_of(errors, exchange);
    }
    std::vector<double> errors;
    std::vector<double> exchange_with_total;
    std::vector<std::string> with_total;
    for (std::size_t i = 0; i < references.size(); ++i) {
        if (references[i].reference_total) {
            errors.push_back(energies[i].total() - *references[i].reference_total);
            exchange_with_total.push_back(exchange[i]);
            with_total.push_back(references[i].name);
        }
    }
    report.total = error_statistics(errors, with_total);
    if (errors.empty()) {
        // Components are all that is known; as if their errors were independent.
        ResidualSpread& total = spread.total = {.absolute = 0.0, .relative = 0.0};
        for (const ResidualSpread& part : spread.components) {
            total.absolute = std::hypot(total.absolute, part.absolute);
            total.relative = std::hypot(total.relative, part.relative);
        }
    } else {
        spread.total = spread_of(errors, exchange_with_total);
    }
}

/// Says of each fitted constant what it was fitted to.
void add_origins(const FitStage& stage,
                 std::size_t n_systems,
                 std::size_t n_totals,
                 std::size_t n_close_approaches,
                 ParameterSet& parameters) {
    std::string fitted =
        fmt::format("fitted to the reference components of {} and the total energies of {} systems",
                    n_systems,
                    n_totals);
    if (n_close_approaches > 0) {
        fitted += fmt::format(
            "; net repulsion of at least {} of exchange asked of {} random close approaches",
            *stage.wall,
            n_close_approaches);
    }
    std::map<std::string, std::string>& origins = parameters.origins;
    for (const FreeParameter& parameter : stage.free) {
        origins[parameter.constant.path()] = fitted;
    }
    constexpr double largest = ChargeTransferParameters::largest_strength;
    origins["charge_transfer.strength"] = fmt::format(
        "{}; charge transfer of a pair of atoms is a fraction, at most {}, of its exchange at "
        "a larger distance",
        fitted,
        largest * largest);
    origins["charge_transfer.contraction"] =
        fmt::format("one number for all elements, at least 1; {}", fitted);
    origins["fitted_range.closest_contact"] = fmt::format(
        "distance over the sum of free-atom van der Waals radii that one in a thousand of {} "
        "fitted systems goes below",
        n_systems);
    const std::vector<ConstantReference> constants = constants_of(parameters);
    for (const ConstantReference& constant : constants) {
        if (constant.section == "spread") {
            origins[constant.path()] = fmt::format(
                "makes the residuals of the fit most likely, {}",
                constant.key.starts_with("total") && n_totals > 0
                    ? fmt::format("of {} total energies", n_totals)
                    : fmt::format("of the reference components of {} systems", n_systems));
        }
    }
}

}  // namespace

FitReport fit_components(std::span<const ReferenceSystem> systems,
                         const PropertyModel& model,
                         const FitOptions& options,
                         const FitLog& log) {
    FitReport report;
    FitData data;
    data.systems = select_systems(systems, model, options, report.skipped);
    if (data.systems.empty()) {
        throw InputError("no system has components to fit, of elements the property model knows");
    }
    // An element that no system has gets no constants.
    std::set<int> present;
    for (const FitSystem& system : data.systems) {
        present.insert(system.elements.begin(), system.elements.end());
    }
    const std::vector<int> elements(present.begin(), present.end());
    report.parameters = initial_parameters(elements);
    ParameterSet& parameters = report.parameters;

    const Polarization polarization(parameters.polarization);
    const Dispersion many_body(parameters.dispersion);
    add_fixed_energies(polarization, many_body, data.systems, report.skipped);
    const std::size_t n_systems = data.systems.size();
    report.n_systems = n_systems;
    std::vector<FitSystem> close_approaches =
        random_close_approaches(data.systems, options.close_approaches, polarization, many_body);
    std::move(close_approaches.begin(), close_approaches.end(), std::back_inserter(data.systems));
    const std::span<const FitSystem> references = std::span(data.systems).first(n_systems);
    for (const FitSystem& system : data.systems) {
        data.energies.push_back({.induction = system.polarization, .dispersion = system.many_body});
    }

    const FittedTerm electrostatics = {
        component_names[0], [&]() -> EnergyFunction {
            return [term = Electrostatics(parameters.electrostatics)](const FitSystem& s) {
                return term.energy(s.monomers).electrostatics;
            };
        }};
    const FittedTerm exchange = {
        component_names[1], [&]() -> EnergyFunction {
            return [term = Exchange(parameters.exchange)](const FitSystem& s) {
                return term.energy(s.monomers).exchange;
            };
        }};
    const FittedTerm induction = {
        component_names[2], [&]() -> EnergyFunction {
            return [term = ChargeTransfer(parameters.charge_transfer, parameters.exchange)](
                       const FitSystem& s) {
                return s.polarization + term.energy(s.monomers).induction;
            };
        }};
    const FittedTerm dispersion = {
        component_names[3], [&]() -> EnergyFunction {
            return [term = Dispersion(parameters.dispersion)](const FitSystem& s) {
                return s.many_body + term.pairwise_energy(Sites(s.monomers));
            };
        }};
    const std::set<std::string> exchange_paths = {"exchange.amplitude",
                                                  "exchange.decay_scale",
                                                  "exchange.dipole_scale",
                                                  "exchange.quadrupole_scale",
                                                  "exchange.population_exponent"};
    std::vector<FreeParameter> charge_transfer =
        free_parameters(parameters,
                        {"charge_transfer.strength"},
                        {&EnergyComponents::induction},
                        ChargeTransferParameters::strength_limits);
    const std::vector<FreeParameter> contraction =
        free_parameters(parameters,
                        {"charge_transfer.contraction"},
                        {&EnergyComponents::induction},
                        ChargeTransferParameters::contraction_limits);
    charge_transfer.insert(charge_transfer.end(), contraction.begin(), contraction.end());
    std::vector<FitStage> stages = {
        {.name = "electrostatics",
         .terms = {electrostatics},
         .wall = std::nullopt,
         .free = free_parameters(
             parameters, {"electrostatics.decay_scale"}, {&EnergyComponents::electrostatics})},
        {.name = "exchange",
         .terms = {exchange},
         .wall = wall_of_exchange,
         // Charge transfer is relative to exchange.
         .free = free_parameters(parameters,
                                 exchange_paths,
                                 {&EnergyComponents::exchange, &EnergyComponents::induction})},
        {.name = "induction",
         .terms = {induction},
         .wall = wall_of_induction,
         .free = charge_transfer},
        {.name = "dispersion",
         .terms = {dispersion},
         .wall = wall_of_total,
         .free = free_parameters(
             parameters,
             {"dispersion.c8_scale", "dispersion.c10_scale", "dispersion.tang_toennies_scale"},
             {&EnergyComponents::dispersion})},
    };
    FitStage all = {.name = "all components and total energies",
                    .terms = {electrostatics, exchange, induction, dispersion},
                    .totals = true,
                    .wall = wall_of_total,
                    .free = {}};
    for (const FitStage& stage : stages) {
        all.free.insert(all.free.end(), stage.free.begin(), stage.free.end());
    }
    stages.push_back(all);
    if (n_systems < all.free.size()) {
        throw InputError(
            fmt::format("{} systems cannot determine {} constants", n_systems, all.free.size()));
    }
    for (const FitStage& stage : stages) {
        if (!fit_stage(stage, options, log, data)) {
            report.warnings.push_back(
                fmt::format("the fit of {} stopped after {} iterations without converging",
                            stage.name,
                            options.max_iterations));
        }
    }
    parameters.closest_contact = closest_fitted_contact(references);
    add_errors(references, data.energies, report);
    add_origins(all, n_systems, report.total.n, data.systems.size() - n_systems, parameters);
    return report;
}

}  // namespace keesom

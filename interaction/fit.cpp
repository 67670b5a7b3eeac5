// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/fit.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <ceres/ceres.h>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace keesom {

namespace {

/// A system ready for fitting.
struct FitSystem {
    std::string name;
    std::vector<Monomer> monomers;
    EnergyComponents reference;
    double tolerance = 0.0;  ///< what a residual is measured in, hartree
};

/// One number that the optimizer may change: a constant, or its value for one element.
struct FreeParameter {
    ConstantReference constant;
    int element = 0;

    [[nodiscard]] double value() const {
        if (double* const* number = std::get_if<double*>(&constant.value)) {
            return **number;
        }
        return (*std::get<ElementConstants*>(constant.value))(element);
    }

    void assign(double number) const {
        if (double* const* target = std::get_if<double*>(&constant.value)) {
            **target = number;
            return;
        }
        ElementConstants& constants = *std::get<ElementConstants*>(constant.value);
        std::map<int, double> values = constants.values();
        values[element] = number;
        constants = ElementConstants(constants.name(), std::move(values));
    }
};

std::vector<FreeParameter> free_parameters(ParameterSet& parameters,
                                           const std::set<std::string>& paths) {
    std::vector<FreeParameter> free;
    for (const ConstantReference& constant : constants_of(parameters)) {
        if (!paths.contains(constant.path())) {
            continue;
        }
        if (ElementConstants* const* by_element = std::get_if<ElementConstants*>(&constant.value)) {
            for (const auto& [element, value] : (*by_element)->values()) {
                free.push_back({constant, element});
            }
        } else {
            free.push_back({constant, 0});
        }
    }
    return free;
}

/// Energies of all systems, in parallel, each in its own slot.
template <class Energy>
std::vector<double> energies_of(const std::vector<FitSystem>& systems, const Energy& energy) {
    std::vector<double> energies(systems.size());
    parallel_for(systems.size(), [&](std::size_t i) { energies[i] = energy(systems[i]); });
    return energies;
}

/// What one component is fitted with.
struct ComponentModel {
    ComponentName component;
    std::set<std::string> paths;  ///< of the constants to fit
    /// Energy of every system for a set of constants, hartree.
    std::function<std::vector<double>(const ParameterSet&)> energies;
};

/// Weighted least-squares fit of the constants of one component, in place.
void fit_component(const ComponentModel& model,
                   const std::vector<FitSystem>& systems,
                   const FitOptions& options,
                   const FitLog& log,
                   ParameterSet& parameters) {
    const std::vector<FreeParameter> free = free_parameters(parameters, model.paths);
    std::vector<double> x;
    for (const FreeParameter& parameter : free) {
        x.push_back(parameter.value());
    }
    const auto residuals_of = [&](double const* const* blocks, double* residuals) {
        for (std::size_t i = 0; i < free.size(); ++i) {
            free[i].assign(blocks[0][i]);
        }
        std::vector<double> energies;
        try {
            energies = model.energies(parameters);
        } catch (const Error&) {
            return false;  // constants that a term rejects: the optimizer tries a shorter step
        }
        for (std::size_t i = 0; i < systems.size(); ++i) {
            residuals[i] =
                (energies[i] - systems[i].reference.*model.component.value) / systems[i].tolerance;
        }
        return true;
    };
    ceres::Problem problem;
    auto* cost = new ceres::DynamicNumericDiffCostFunction<decltype(residuals_of), ceres::CENTRAL>(
        &residuals_of, ceres::DO_NOT_TAKE_OWNERSHIP);
    cost->AddParameterBlock(static_cast<int>(free.size()));
    cost->SetNumResiduals(static_cast<int>(systems.size()));
    problem.AddResidualBlock(cost, nullptr, x.data());  // the problem owns the cost function

    ceres::Solver::Options solver;
    solver.linear_solver_type = ceres::DENSE_QR;
    solver.max_num_iterations = options.max_iterations;
    solver.function_tolerance = 1e-8;
    solver.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(solver, &problem, &summary);
    if (!summary.IsSolutionUsable()) {
        throw NumericalError(
            fmt::format("fit of {} failed: {}", model.component.name, summary.message));
    }
    for (std::size_t i = 0; i < free.size(); ++i) {
        free[i].assign(x[i]);
    }
    if (log) {
        log(fmt::format("{}: {} constants, {} iterations, cost {:.6g} to {:.6g}",
                        model.component.name,
                        free.size(),
                        summary.iterations.size(),
                        summary.initial_cost,
                        summary.final_cost));
    }
}

/// Charge transfer shares the anisotropy and the population exponent of exchange.
OverlapParameters charge_transfer_of(const ParameterSet& parameters) {
    OverlapParameters overlap = parameters.charge_transfer;
    overlap.dipole_scale = parameters.exchange.dipole_scale;
    overlap.quadrupole_scale = parameters.exchange.quadrupole_scale;
    overlap.population_exponent = parameters.exchange.population_exponent;
    return overlap;
}

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
            if (monomer.charge != 0) {
                return "charged monomer";
            }
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
        fit.reference = *system->reference_components();
        fit.tolerance =
            options.absolute_error + options.relative_error * std::abs(fit.reference.exchange);
        try {
            for (std::size_t m = 0; m < system->monomers.size(); ++m) {
                fit.monomers.push_back(library.monomer(next + m));
            }
            require_separate(fit.monomers);
            result.push_back(std::move(fit));
        } catch (const Error& error) {
            skipped.push_back({system->name, error.what()});
        }
        next += system->monomers.size();
    }
    return result;
}

}  // namespace

FitReport fit_components(std::span<const ReferenceSystem> systems,
                         const PropertyModel& model,
                         const FitOptions& options,
                         const FitLog& log) {
    FitReport report;
    const std::vector<FitSystem> chosen = select_systems(systems, model, options, report.skipped);
    if (chosen.empty()) {
        throw InputError("no system has components to fit, of elements the property model knows");
    }
    report.n_systems = chosen.size();
    const std::vector<int> elements = model.supported_elements();
    report.parameters = initial_parameters(elements);
    ParameterSet& parameters = report.parameters;

    // Polarization and many-body dispersion have no constants to fit: once is enough.
    const Polarization polarization(parameters.polarization);
    const Dispersion many_body(parameters.dispersion);
    const std::vector<double> polarization_energies = energies_of(
        chosen, [&](const FitSystem& s) { return polarization.energy(s.monomers).induction; });
    const std::vector<double> many_body_energies = energies_of(
        chosen, [&](const FitSystem& s) { return many_body.many_body_energy(s.monomers); });
    const auto added = [](std::vector<double> energies, const std::vector<double>& fixed) {
        for (std::size_t i = 0; i < energies.size(); ++i) {
            energies[i] += fixed[i];
        }
        return energies;
    };

    const std::vector<ComponentModel> models = {
        {component_names[0],
         {"electrostatics.decay_scale"},
         [&](const ParameterSet& p) {
             const Electrostatics term(p.electrostatics);
             return energies_of(chosen, [&](const FitSystem& s) {
                 return term.energy(s.monomers).electrostatics;
             });
         }},
        {component_names[1],
         {"exchange.amplitude",
          "exchange.decay_scale",
          "exchange.dipole_scale",
          "exchange.quadrupole_scale",
          "exchange.population_exponent"},
         [&](const ParameterSet& p) {
             const Exchange term(p.exchange);
             return energies_of(
                 chosen, [&](const FitSystem& s) { return term.energy(s.monomers).exchange; });
         }},
        {component_names[2],
         {"charge_transfer.amplitude", "charge_transfer.decay_scale"},
         [&](const ParameterSet& p) {
             const ChargeTransfer term(charge_transfer_of(p));
             return added(
                 energies_of(chosen,
                             [&](const FitSystem& s) { return term.energy(s.monomers).induction; }),
                 polarization_energies);
         }},
        {component_names[3],
         {"dispersion.c8_scale", "dispersion.c10_scale", "dispersion.tang_toennies_scale"},
         [&](const ParameterSet& p) {
             const Dispersion term(p.dispersion);
             return added(
                 energies_of(chosen,
                             [&](const FitSystem& s) { return term.pairwise_energy(s.monomers); }),
                 many_body_energies);
         }},
    };
    std::vector<std::string> names;
    for (const FitSystem& system : chosen) {
        names.push_back(system.name);
    }
    for (const ComponentModel& component : models) {
        fit_component(component, chosen, options, log, parameters);
        const std::vector<double> energies = component.energies(parameters);
        std::vector<double> errors;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            errors.push_back(energies[i] - chosen[i].reference.*component.component.value);
        }
        report.components.push_back(error_statistics(errors, names));
        for (const std::string& path : component.paths) {
            parameters.origins[path] = fmt::format("fitted to the reference {} of {} systems",
                                                   component.component.name,
                                                   chosen.size());
        }
    }
    parameters.charge_transfer = charge_transfer_of(parameters);
    for (const char* key : {"dipole_scale", "quadrupole_scale", "population_exponent"}) {
        parameters.origins[fmt::format("charge_transfer.{}", key)] = "that of exchange";
    }
    return report;
}

}  // namespace keesom

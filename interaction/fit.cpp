// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/fit.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include <algorithm>
#include <ceres/ceres.h>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <glog/logging.h>
#include <iterator>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace keesom {

namespace {

/// κ of charge transfer, relative to exchange. Its square leaves exchange the larger one.
constexpr double largest_transfer_strength = 0.9;

/// No two atoms of different molecules rest closer than this fraction of the sum of their van der
/// Waals radii: 1.4 Å for hydrogen and oxygen.
constexpr double largest_close_approach = 0.42;

// What has to remain of exchange at a close approach when the attractions known so far are
// subtracted. Exchange is fitted before charge transfer and the higher orders of dispersion, and
// anions, which no fit has seen yet, penetrate more than the neutral molecules that it sees.
constexpr double wall_of_exchange = 0.5;
constexpr double wall_of_induction = 0.4;
constexpr double wall_of_dispersion = 0.3;

/// A system ready for fitting.
struct FitSystem {
    std::string name;
    std::vector<Monomer> monomers;
    EnergyComponents reference;
    double tolerance = 0.0;     ///< what a residual is measured in, hartree
    double polarization = 0.0;  ///< has no constants to fit: calculated once, hartree
    double many_body = 0.0;     ///< likewise
};

/// One number that the optimizer may change: a constant, or its value for one element.
struct FreeParameter {
    ConstantReference constant;
    int element = 0;
    double lower = std::numeric_limits<double>::lowest();
    double upper = std::numeric_limits<double>::max();

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

std::vector<FreeParameter> free_parameters(ParameterSet& parameters,
                                           const std::set<std::string>& paths) {
    std::vector<FreeParameter> free;
    for (const ConstantReference& constant : constants_of(parameters)) {
        if (paths.contains(constant.path())) {
            append_free(free, {.constant = constant});
        }
    }
    return free;
}

/// Charge transfer relative to exchange, the form in which it is fitted: that of a pair of atoms is
/// −κ_iκ_j times their exchange at s times the distance.
struct RelativeChargeTransfer {
    ElementConstants strength;  ///< κ
    double contraction = 1.1;   ///< s

    explicit RelativeChargeTransfer(const std::vector<int>& elements) {
        std::map<int, double> values;
        for (const int element : elements) {
            values[element] = 0.5;
        }
        strength = ElementConstants("charge-transfer strength", std::move(values));
    }

    [[nodiscard]] std::vector<FreeParameter> free() {
        std::vector<FreeParameter> free;
        append_free(free,
                    {.constant = {"charge_transfer", "strength", "1", &strength},
                     .lower = 0.0,
                     .upper = largest_transfer_strength});
        append_free(
            free,
            {.constant = {"charge_transfer", "contraction", "1", &contraction}, .lower = 1.0});
        return free;
    }

    /// The constants of charge transfer that stand for this, given those of exchange. Densities
    /// contracted by s have s times the decay rate, a dipole of 1/s, a quadrupole of 1/s² and s³
    /// times the overlap.
    [[nodiscard]] OverlapParameters constants(const OverlapParameters& exchange,
                                              const OverlapParameters& names) const {
        const auto each =
            [&](const ElementConstants& name, const ElementConstants& of, auto value) {
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
        transfer.amplitude =
            each(names.amplitude, exchange.amplitude, [&](int element, double number) {
                return strength(element) * number / std::pow(contraction, 1.5);
            });
        transfer.decay_scale =
            each(names.decay_scale, exchange.decay_scale, divided(1.0 / contraction));
        transfer.dipole_scale =
            each(names.dipole_scale, exchange.dipole_scale, divided(contraction));
        transfer.quadrupole_scale = each(
            names.quadrupole_scale, exchange.quadrupole_scale, divided(contraction * contraction));
        transfer.population_exponent = exchange.population_exponent;
        return transfer;
    }
};

/// What one component is fitted with.
struct ComponentModel {
    ComponentName component;
    std::set<std::string> paths;      ///< of the constants that the fit determines
    std::vector<FreeParameter> free;  ///< what it varies
    /// The least total at a close approach, with the components known so far, over exchange.
    std::optional<double> wall;
    /// Energy for the present constants, hartree.
    std::function<std::vector<double>(const std::vector<FitSystem>&)> energies;
};

/// What the fit of one component has to agree with.
struct FitData {
    std::vector<FitSystem> systems;
    /// Systems without reference; `reference` collects the components known so far.
    std::vector<FitSystem> close_approaches;
};

/// Keeps the log of Ceres from the standard error stream while it lives. What goes wrong is in the
/// summary of the solver.
class SilentLog {
public:
    SilentLog() : level_(FLAGS_minloglevel) { FLAGS_minloglevel = google::GLOG_FATAL; }

    ~SilentLog() { FLAGS_minloglevel = level_; }

    SilentLog(const SilentLog&) = delete;
    SilentLog(SilentLog&&) = delete;
    SilentLog& operator=(const SilentLog&) = delete;
    SilentLog& operator=(SilentLog&&) = delete;

private:
    int level_;
};

/// Weighted least-squares fit of the constants of one component, in place. Leaves the energies of
/// the component with the close approaches.
/// @returns whether the fit converged
bool fit_component(const ComponentModel& model,
                   const FitOptions& options,
                   const FitLog& log,
                   FitData& data) {
    const std::vector<FreeParameter>& free = model.free;
    const std::vector<FitSystem>& systems = data.systems;
    const auto with_component = [&](const FitSystem& close, double energy) {
        EnergyComponents components = close.reference;
        components.*model.component.value = energy;
        return components;
    };
    std::vector<double> x;
    for (const FreeParameter& parameter : free) {
        x.push_back(parameter.value());
    }
    const auto residuals_of = [&](double const* const* blocks, double* residuals) {
        for (std::size_t i = 0; i < free.size(); ++i) {
            free[i].assign(blocks[0][i]);
        }
        std::vector<double> energies;
        std::vector<double> close_energies;
        try {
            energies = model.energies(systems);
            close_energies = model.energies(data.close_approaches);
        } catch (const Error&) {
            return false;  // constants that a term rejects: the optimizer tries a shorter step
        }
        for (std::size_t i = 0; i < systems.size(); ++i) {
            *residuals++ =
                (energies[i] - systems[i].reference.*model.component.value) / systems[i].tolerance;
        }
        for (std::size_t i = 0; i < close_energies.size(); ++i) {
            const EnergyComponents known =
                with_component(data.close_approaches[i], close_energies[i]);
            const double missing = model.wall ? *model.wall * known.exchange - known.total() : 0.0;
            *residuals++ =
                std::max(0.0, missing) /
                (options.absolute_error + options.relative_error * std::abs(known.exchange));
        }
        return true;
    };
    ceres::Problem problem;
    auto* cost = new ceres::DynamicNumericDiffCostFunction<decltype(residuals_of), ceres::CENTRAL>(
        &residuals_of, ceres::DO_NOT_TAKE_OWNERSHIP);
    cost->AddParameterBlock(static_cast<int>(free.size()));
    cost->SetNumResiduals(static_cast<int>(systems.size() + data.close_approaches.size()));
    problem.AddResidualBlock(cost, nullptr, x.data());  // the problem owns the cost function
    for (std::size_t i = 0; i < free.size(); ++i) {
        problem.SetParameterLowerBound(x.data(), static_cast<int>(i), free[i].lower);
        problem.SetParameterUpperBound(x.data(), static_cast<int>(i), free[i].upper);
    }

    ceres::Solver::Options solver;
    solver.linear_solver_type = ceres::DENSE_QR;
    solver.max_num_iterations = options.max_iterations;
    solver.function_tolerance = 1e-8;
    solver.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    {
        const SilentLog silent;
        ceres::Solve(solver, &problem, &summary);
    }
    if (!summary.IsSolutionUsable()) {
        std::string reason = summary.message;
        while (!reason.empty() && reason.back() == '.') {
            reason.pop_back();
        }
        throw NumericalError(fmt::format("fit of {} failed: {}", model.component.name, reason));
    }
    for (std::size_t i = 0; i < free.size(); ++i) {
        free[i].assign(x[i]);
    }
    const std::vector<double> close_energies = model.energies(data.close_approaches);
    std::size_t n_below = 0;
    for (std::size_t i = 0; i < close_energies.size(); ++i) {
        FitSystem& close = data.close_approaches[i];
        close.reference = with_component(close, close_energies[i]);
        n_below += close.reference.total() < 0.0 ? 1 : 0;
    }
    if (log) {
        log(fmt::format("{}: {} constants, {} iterations, cost {:.6g} to {:.6g}",
                        model.component.name,
                        free.size(),
                        summary.iterations.size(),
                        summary.initial_cost,
                        summary.final_cost));
        if (model.wall) {
            log(fmt::format("  {} of {} close approaches attract", n_below, close_energies.size()));
        }
    }
    return summary.termination_type == ceres::CONVERGENCE;
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

Eigen::Vector3d random_direction(std::mt19937_64& generator) {
    std::normal_distribution<double> normal;
    Eigen::Vector3d direction;
    for (double& component : direction) {
        component = normal(generator);
    }
    return direction.normalized();
}

/// Pairs of the monomers that are fitted, turned at random and brought closer than any molecules
/// come, as many for each pair of elements. Kept are those for which polarization and many-body
/// dispersion have a solution.
std::vector<FitSystem> random_close_approaches(const std::vector<FitSystem>& systems,
                                               const FitOptions& options,
                                               const Polarization& polarization,
                                               const Dispersion& dispersion) {
    struct Atom {
        const Monomer* monomer;
        Eigen::Index index;
    };

    std::map<int, std::vector<Atom>> atoms;
    for (const FitSystem& system : systems) {
        for (const Monomer& monomer : system.monomers) {
            for (Eigen::Index i = 0; i < monomer.size(); ++i) {
                const int element = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
                atoms[element].push_back({&monomer, i});
            }
        }
    }
    std::mt19937_64 generator(20);
    const auto draw = [&](const std::vector<Atom>& from) {
        return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(generator)];
    };
    std::vector<FitSystem> result;
    for (auto second = atoms.begin(); second != atoms.end(); ++second) {
        for (auto first = atoms.begin(); first != std::next(second); ++first) {
            const double contact =
                free_atom(first->first).vdw_radius + free_atom(second->first).vdw_radius;
            std::uniform_real_distribution<double> distance(coincidence_distance,
                                                            largest_close_approach * contact);
            int kept = 0;
            for (int trial = 0;
                 kept < options.close_approaches && trial < 100 * options.close_approaches;
                 ++trial) {
                const Atom a = draw(first->second);
                const Atom b = draw(second->second);
                const double angle =
                    std::uniform_real_distribution<double>(0.0, std::numbers::pi)(generator);
                const Monomer turned = b.monomer->rotated(
                    Eigen::AngleAxisd(angle, random_direction(generator)).toRotationMatrix());
                const double r = distance(generator);
                const Eigen::Vector3d shift = a.monomer->molecule().positions.col(a.index) +
                                              r * random_direction(generator) -
                                              turned.molecule().positions.col(b.index);
                FitSystem close;
                close.monomers = {*a.monomer, turned.translated(shift)};
                if (closest_contact(close.monomers).distance < r * (1.0 - 1e-9)) {
                    continue;
                }
                try {
                    close.polarization = polarization.energy(close.monomers).induction;
                    close.many_body = dispersion.many_body_energy(close.monomers);
                } catch (const NumericalError&) {
                    continue;
                }
                close.reference.induction = close.polarization;
                close.reference.dispersion = close.many_body;
                result.push_back(std::move(close));
                ++kept;
            }
        }
    }
    return result;
}

/// Ratio that the closest contacts of one system in a thousand go below.
double closest_fitted_contact(const std::vector<FitSystem>& systems) {
    std::vector<double> ratios;
    ratios.reserve(systems.size());
    for (const FitSystem& system : systems) {
        ratios.push_back(closest_contact(system.monomers).ratio);
    }
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 1000];
}

std::vector<int> elements_of(const std::vector<FitSystem>& systems) {
    std::set<int> elements;
    for (const FitSystem& system : systems) {
        for (const Monomer& monomer : system.monomers) {
            elements.insert(monomer.molecule().atomic_numbers.begin(),
                            monomer.molecule().atomic_numbers.end());
        }
    }
    return {elements.begin(), elements.end()};
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
            systems[i].many_body = dispersion.many_body_energy(systems[i].monomers);
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
    const std::vector<int> elements = elements_of(data.systems);
    report.parameters = initial_parameters(elements);
    ParameterSet& parameters = report.parameters;

    const Polarization polarization(parameters.polarization);
    const Dispersion many_body(parameters.dispersion);
    add_fixed_energies(polarization, many_body, data.systems, report.skipped);
    const std::size_t n_systems = data.systems.size();
    report.n_systems = n_systems;
    data.close_approaches = random_close_approaches(data.systems, options, polarization, many_body);

    const auto energies_of = [](const std::vector<FitSystem>& of, const auto& energy) {
        std::vector<double> energies(of.size());
        parallel_for(of.size(), [&](std::size_t i) { energies[i] = energy(of[i]); });
        return energies;
    };
    const auto free_of = [&](const std::set<std::string>& paths) {
        return free_parameters(parameters, paths);
    };
    const std::set<std::string> electrostatics_paths = {"electrostatics.decay_scale"};
    const std::set<std::string> exchange_paths = {"exchange.amplitude",
                                                  "exchange.decay_scale",
                                                  "exchange.dipole_scale",
                                                  "exchange.quadrupole_scale",
                                                  "exchange.population_exponent"};
    const std::set<std::string> dispersion_paths = {
        "dispersion.c8_scale", "dispersion.c10_scale", "dispersion.tang_toennies_scale"};
    RelativeChargeTransfer relative(elements);
    const std::vector<ComponentModel> models = {
        {component_names[0],
         electrostatics_paths,
         free_of(electrostatics_paths),
         std::nullopt,
         [&](const std::vector<FitSystem>& of) {
             const Electrostatics term(parameters.electrostatics);
             return energies_of(
                 of, [&](const FitSystem& s) { return term.energy(s.monomers).electrostatics; });
         }},
        {component_names[1],
         exchange_paths,
         free_of(exchange_paths),
         wall_of_exchange,
         [&](const std::vector<FitSystem>& of) {
             const Exchange term(parameters.exchange);
             return energies_of(
                 of, [&](const FitSystem& s) { return term.energy(s.monomers).exchange; });
         }},
        {component_names[2],
         {},
         relative.free(),
         wall_of_induction,
         [&](const std::vector<FitSystem>& of) {
             const ChargeTransfer term(
                 relative.constants(parameters.exchange, parameters.charge_transfer));
             return energies_of(of, [&](const FitSystem& s) {
                 return s.polarization + term.energy(s.monomers).induction;
             });
         }},
        {component_names[3],
         dispersion_paths,
         free_of(dispersion_paths),
         wall_of_dispersion,
         [&](const std::vector<FitSystem>& of) {
             const Dispersion term(parameters.dispersion);
             return energies_of(of, [&](const FitSystem& s) {
                 return s.many_body + term.pairwise_energy(s.monomers);
             });
         }},
    };
    const std::size_t n_constants = std::accumulate(
        models.begin(), models.end(), std::size_t{0}, [](std::size_t sum, const ComponentModel& m) {
            return sum + m.free.size();
        });
    if (n_systems < n_constants) {
        throw InputError(
            fmt::format("{} systems cannot determine {} constants", n_systems, n_constants));
    }
    std::vector<std::string> names;
    for (const FitSystem& system : data.systems) {
        names.push_back(system.name);
    }
    const auto fitted_to = [&](const ComponentModel& component) {
        const std::string fitted = fmt::format(
            "fitted to the reference {} of {} systems", component.component.name, n_systems);
        return component.wall && !data.close_approaches.empty()
                   ? fmt::format(
                         "{}; net repulsion of at least {} of exchange asked of {} random "
                         "close approaches",
                         fitted,
                         *component.wall,
                         data.close_approaches.size())
                   : fitted;
    };
    for (const ComponentModel& component : models) {
        if (!fit_component(component, options, log, data)) {
            report.warnings.push_back(
                fmt::format("the fit of {} stopped after {} iterations without converging",
                            component.component.name,
                            options.max_iterations));
        }
        const std::vector<double> energies = component.energies(data.systems);
        std::vector<double> errors;
        for (std::size_t i = 0; i < n_systems; ++i) {
            errors.push_back(energies[i] - data.systems[i].reference.*component.component.value);
        }
        report.components.push_back(error_statistics(errors, names));
        for (const std::string& path : component.paths) {
            parameters.origins[path] = fitted_to(component);
        }
    }
    parameters.charge_transfer =
        relative.constants(parameters.exchange, parameters.charge_transfer);
    const std::string fitted = fitted_to(models[2]);
    parameters.origins["charge_transfer.amplitude"] = fmt::format(
        "{}; charge transfer of a pair of atoms is a fraction, at most {}, of its exchange at "
        "a larger distance",
        fitted,
        largest_transfer_strength * largest_transfer_strength);
    parameters.origins["charge_transfer.decay_scale"] =
        fmt::format("that of exchange, times one number for all elements; {}", fitted);
    parameters.origins["charge_transfer.dipole_scale"] =
        "that of exchange over the ratio of the decay scales";
    parameters.origins["charge_transfer.quadrupole_scale"] =
        "that of exchange over the square of the ratio of the decay scales";
    parameters.origins["charge_transfer.population_exponent"] = "that of exchange";
    parameters.closest_contact = closest_fitted_contact(data.systems);
    parameters.origins["fitted_range.closest_contact"] = fmt::format(
        "distance over the sum of free-atom van der Waals radii that one in a thousand of {} "
        "fitted "
        "systems goes below",
        n_systems);
    return report;
}

}  // namespace keesom

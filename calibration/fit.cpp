// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fit.hpp>
#include <keesom/calibration/fitting/fit_checkpoint.hpp>
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/calibration/fitting/gauss_newton.hpp>
#include <keesom/calibration/fitting/short_range_problem.hpp>
#include <keesom/calibration/fitting/short_range_unknowns.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/ml/training/calibration.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

namespace keesom {

namespace {

// A constant whose standard deviation is more than this of its prior one is not determined.
constexpr double undetermined_share = 0.5;

// Steps that lower the cost by a smaller share end the learning of the short range: what further
// ones learn, systems left out do not share.
constexpr double learning_decrease = 5e-3;

// For each close approach that is in a fit from the start, others that it is tried on afterwards.
constexpr int wall_trials = 20;

// Steps that fill a hole; they need not improve on the fit of everything else.
constexpr int wall_iterations = 10;

// Pairwise terms, which are cheap, have to leave this share of exchange, or a close approach gets
// the others too: polarization and many-body dispersion seldom attract by more.
constexpr double wall_suspicion = 0.3;

/// Ratio that the closest contacts of one system in a thousand go below.
double closest_fitted_contact(const FitData& data) {
    const std::vector<AtomProperties> properties = properties_of(data.molecules);
    std::vector<double> ratios;
    ratios.reserve(data.systems.size());
    for (const FitSystem& system : data.systems) {
        ratios.push_back(closest_contact(monomers_of(system, properties)).ratio);
    }
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 1000];
}

/// The fold of a group, the same on every machine (FNV-1a).
int fold_of(const std::string& group, int folds) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : group) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return static_cast<int>((hash >> 32U) % static_cast<std::uint64_t>(folds));
}

/// One number of some systems: errors, with the names of the systems and exchange energies.
struct Errors {
    std::vector<double> values;
    std::vector<std::string> names;
    std::vector<double> exchange;

    void add(double value, const FitSystem& system, const EnergyComponents& energy) {
        values.push_back(value);
        names.push_back(system.name);
        exchange.push_back(energy.exchange);
    }

    [[nodiscard]] ErrorStatistics statistics() const { return error_statistics(values, names); }

    /// The spread under which they are most likely.
    [[nodiscard]] ResidualSpread spread() const {
        const auto size = static_cast<Eigen::Index>(values.size());
        if (size == 0) {
            return {.absolute = 0.0, .relative = 0.0};
        }
        const VarianceLine line = most_likely_variance(
            Eigen::VectorXd::Map(values.data(), size),
            Eigen::VectorXd::Map(exchange.data(), size).array().square().matrix());
        return {.absolute = std::sqrt(line.floor), .relative = std::sqrt(line.slope)};
    }
};

/// Errors of the components and of the total.
struct ErrorsOfSystems {
    std::array<Errors, component_names.size()> components;
    Errors total;

    void add(const FitSystem& system, const EnergyComponents& energy) {
        for (std::size_t c = 0; c < component_names.size(); ++c) {
            if (system.components[c]) {
                components[c].add(
                    energy.*component_names[c].value - *system.components[c], system, energy);
            }
        }
        if (system.total) {
            total.add(energy.total() - *system.total, system, energy);
        }
    }

    [[nodiscard]] SetErrors statistics(std::string set) const {
        SetErrors result;
        result.set = std::move(set);
        result.total = total.statistics();
        for (const Errors& component : components) {
            result.components.push_back(component.statistics());
        }
        return result;
    }

    [[nodiscard]] PhysicsSpread spread() const {
        PhysicsSpread result;
        for (std::size_t c = 0; c < components.size(); ++c) {
            result.components[c] = components[c].spread();
        }
        if (!total.values.empty()) {
            result.total = total.spread();
            return result;
        }
        // Components are all that is known; as if their errors were independent.
        result.total = {.absolute = 0.0, .relative = 0.0};
        for (const ResidualSpread& part : result.components) {
            result.total.absolute = std::hypot(result.total.absolute, part.absolute);
            result.total.relative = std::hypot(result.total.relative, part.relative);
        }
        return result;
    }
};

std::vector<SetErrors> errors_by_set(std::span<const FitSystem> systems,
                                     std::span<const EnergyComponents> energies) {
    std::map<std::string, ErrorsOfSystems> errors;
    for (std::size_t s = 0; s < systems.size(); ++s) {
        errors[systems[s].set].add(systems[s], energies[s]);
    }
    std::vector<SetErrors> result;
    result.reserve(errors.size());
    for (const auto& [set, of_set] : errors) {
        result.push_back(of_set.statistics(set));
    }
    return result;
}

/// A fit of some unknowns, and what follows from it.
class Fit {
public:
    Fit(const FitData& data,
        const ShortRangeUnknowns& unknowns,
        const FitOptions& options,
        FitCheckpoint& checkpoint,
        const FitLog& log)
        : data_(data), unknowns_(unknowns), options_(options), checkpoint_(checkpoint), log_(log) {}

    /// The problem of all systems but those of a fold.
    /// @param holes  further close approaches, which have to stay where they are
    [[nodiscard]] ShortRangeProblem problem(std::optional<int> fold,
                                            std::span<const FitSystem> holes = {}) const {
        std::vector<const FitSystem*> systems;
        for (const FitSystem& system : data_.systems) {
            if (!fold || fold != fold_in(system)) {
                systems.push_back(&system);
            }
        }
        for (const std::span<const FitSystem> close : {std::span(data_.close_approaches), holes}) {
            for (const FitSystem& system : close) {
                systems.push_back(&system);
            }
        }
        return {data_.molecules,
                unknowns_,
                initial_parameters(unknowns_.elements()),
                std::move(systems),
                options_};
    }

    struct Fitted {
        Eigen::VectorXd z;
        std::size_t n_holes = 0;  ///< close approaches that took part beside those of the start
    };

    /// Fits, and as long as there are close approaches that fall in, goes on with them in the fit.
    [[nodiscard]] Fitted run(std::optional<int> fold,
                             const Eigen::VectorXd& start,
                             const std::string& what,
                             std::vector<std::string>& warnings) const {
        const ShortRangeProblem known = problem(fold);
        GaussNewtonState state = minimum(known, start, options_.max_iterations, what);
        if (!state.converged) {
            warnings.push_back(fmt::format(
                "the fit of {} stopped after {} steps without converging", what, state.iterations));
        }
        std::vector<FitSystem> holes;
        for (int round = 1; options_.wall_rounds > 0; ++round) {
            std::vector<FitSystem> found = attracting(known, state.z, round);
            if (found.empty()) {
                break;
            }
            if (round > options_.wall_rounds) {
                warnings.push_back(fmt::format(
                    "after the fit of {}, {} close approaches still attract", what, found.size()));
                break;
            }
            std::move(found.begin(), found.end(), std::back_inserter(holes));
            state = minimum(problem(fold, holes),
                            state.z,
                            std::min(wall_iterations, options_.max_iterations),
                            fmt::format("{}, wall {}", what, round));
        }
        return {std::move(state.z), holes.size()};
    }

    /// Energies of systems by fits that have not seen them, each from the same start.
    [[nodiscard]] std::vector<EnergyComponents> left_out(const Eigen::VectorXd& start,
                                                         std::vector<std::string>& warnings) const {
        std::vector<EnergyComponents> result(data_.systems.size());
        for (int fold = 0; fold < options_.folds; ++fold) {
            const Fitted fitted =
                run(fold, start, fmt::format("fold {} of {}", fold + 1, options_.folds), warnings);
            const std::vector<EnergyComponents> all =
                energies(problem(fold), fitted.z, data_.systems);
            for (std::size_t s = 0; s < data_.systems.size(); ++s) {
                if (fold_in(data_.systems[s]) == fold) {
                    result[s] = all[s];
                }
            }
        }
        return result;
    }

    /// Fits all unknowns and says how well it went.
    [[nodiscard]] FitReport report(const Eigen::VectorXd& start,
                                   const std::string& what,
                                   Eigen::VectorXd& z) const {
        FitReport report;
        const ShortRangeProblem all = problem(std::nullopt);
        Fitted fitted = run(std::nullopt, start, what, report.warnings);
        z = std::move(fitted.z);
        const std::vector<EnergyComponents> energies = Fit::energies(all, z, data_.systems);
        report.n_systems = data_.systems.size();
        report.n_unknowns = unknowns_.size();
        report.skipped = data_.skipped;
        report.undetermined = undetermined(all, z);
        report.parameters = all.parameters(z);
        report.parameters.closest_contact = closest_fitted_contact(data_);
        ErrorsOfSystems errors;
        for (std::size_t s = 0; s < energies.size(); ++s) {
            errors.add(data_.systems[s], energies[s]);
        }
        report.all = errors.statistics("all");
        report.parameters.spread = errors.spread();
        report.fitted = errors_by_set(data_.systems, energies);
        if (options_.folds > 0) {
            report.left_out = errors_by_set(data_.systems, left_out(start, report.warnings));
        }
        add_origins(report, data_.close_approaches.size() + fitted.n_holes);
        return report;
    }

private:
    [[nodiscard]] GaussNewtonState minimum(const ShortRangeProblem& problem,
                                           const Eigen::VectorXd& start,
                                           int max_iterations,
                                           const std::string& what) const {
        GaussNewtonOptions solver;
        solver.max_iterations = max_iterations;
        if (unknowns_.size() > unknowns_.constants()) {
            solver.relative_decrease = learning_decrease;
        }
        if (log_) {
            log_(fmt::format("{}: {} unknowns, {} residuals",
                             what,
                             problem.unknowns(),
                             problem.weights().size()));
        }
        const auto after_step = [&](const GaussNewtonState& state) {
            checkpoint_.keep(what, state);
            if (log_) {
                log_(fmt::format("  step {}: cost {:.6g}, damping {:.1g}",
                                 state.iterations,
                                 state.cost,
                                 state.damping));
            }
        };
        return minimize(problem, start, solver, checkpoint_.find(what), after_step);
    }

    [[nodiscard]] static std::vector<EnergyComponents> energies(
        const ShortRangeProblem& problem,
        const Eigen::VectorXd& z,
        std::span<const FitSystem> systems) {
        std::vector<const FitSystem*> pointers;
        for (const FitSystem& system : systems) {
            pointers.push_back(&system);
        }
        return problem.energies(z, pointers);
    }

    /// Close approaches, out of many, that attract at z.
    [[nodiscard]] std::vector<FitSystem> attracting(const ShortRangeProblem& problem,
                                                    const Eigen::VectorXd& z,
                                                    int round) const {
        std::vector<FitSystem> drawn =
            more_close_approaches(data_, wall_trials * options_.close_approaches, round);
        std::vector<FitSystem> suspects;
        const std::vector<EnergyComponents> pairwise = energies(problem, z, drawn);
        const FixedEnergies fixed(data_);
        for (std::size_t s = 0; s < drawn.size(); ++s) {
            if (pairwise[s].total() < wall_suspicion * pairwise[s].exchange &&
                fixed.solves(drawn[s])) {
                suspects.push_back(std::move(drawn[s]));
            }
        }
        const std::vector<EnergyComponents> whole = energies(problem, z, suspects);
        std::vector<FitSystem> result;
        for (std::size_t s = 0; s < suspects.size(); ++s) {
            if (whole[s].total() < 0.0) {
                result.push_back(std::move(suspects[s]));
            }
        }
        if (log_) {
            log_(fmt::format(
                "{} of {} other close approaches attract", result.size(), drawn.size()));
        }
        return result;
    }

    [[nodiscard]] std::optional<int> fold_in(const FitSystem& system) const {
        if (options_.folds == 0) {
            return std::nullopt;
        }
        return fold_of(system.group, options_.folds);
    }

    /// Constants that systems say little about: of large variance in the block of the constants
    /// alone.
    [[nodiscard]] std::vector<std::string> undetermined(const ShortRangeProblem& problem,
                                                        const Eigen::VectorXd& z) const {
        Eigen::MatrixXd precision = problem.linearize(z)->blocks(problem.weights()).front().values;
        precision.diagonal().array() += 1.0;
        const Eigen::VectorXd variances =
            precision.llt()
                .solve(Eigen::MatrixXd::Identity(precision.rows(), precision.cols()))
                .diagonal();
        std::vector<std::string> names;
        for (std::size_t e = 0; e < unknowns_.elements().size(); ++e) {
            for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
                if (constant_deviations()[p] > 0.0 &&
                    std::sqrt(variances[unknowns_.constant(e, p)]) > undetermined_share) {
                    names.push_back(fmt::format("{} of {}",
                                                short_range_properties()[p].name,
                                                element_symbol(unknowns_.elements()[e])));
                }
            }
        }
        return names;
    }

    /// Says of each constant what it was fitted to.
    void add_origins(FitReport& report, std::size_t n_close_approaches) const {
        std::size_t with_components = 0;
        for (const FitSystem& system : data_.systems) {
            with_components += system.components.front() ? 1 : 0;
        }
        const std::string references =
            fmt::format("the components of {} and the total energies of {} systems",
                        with_components,
                        report.all.total.n);
        std::string fitted = fmt::format("fitted to {}", references);
        if (n_close_approaches > 0) {
            fitted += fmt::format(
                "; net repulsion of at least {} of exchange asked of {} random close approaches",
                ShortRangeProblem::wall,
                n_close_approaches);
        }
        std::map<std::string, std::string>& origins = report.parameters.origins;
        const std::vector<ConstantReference> constants = constants_of(report.parameters);
        for (const ConstantReference& constant : constants) {
            const std::string path = constant.path();
            if (constant.section == "spread") {
                origins[path] =
                    fmt::format("makes the residuals of the fit most likely, {}", references);
            } else if (ShortRangeProblem::varies(path)) {
                origins[path] = fitted;
            }
        }
        origins["fitted_range.closest_contact"] = fmt::format(
            "distance over the sum of free-atom van der Waals radii that one in a thousand of {} "
            "fitted systems goes below",
            data_.systems.size());
    }

    const FitData& data_;
    const ShortRangeUnknowns& unknowns_;
    const FitOptions& options_;
    FitCheckpoint& checkpoint_;
    const FitLog& log_;
};

FitData required_data(std::span<const ReferenceSystem> systems,
                      const PropertyModel& model,
                      const FitOptions& options) {
    FitData data = fit_data(systems, model, options);
    if (data.systems.empty()) {
        throw InputError("no system has energies to fit, of elements the property model knows");
    }
    const std::size_t constants =
        static_cast<std::size_t>(global_constants) +
        data.elements().size() * static_cast<std::size_t>(std::count_if(
                                     constant_deviations().begin(),
                                     constant_deviations().end(),
                                     [](double deviation) { return deviation > 0.0; }));
    if (data.systems.size() < constants) {
        throw InputError(fmt::format(
            "{} systems cannot determine {} constants", data.systems.size(), constants));
    }
    return data;
}

FitReport fit_constants(const FitData& data,
                        const FitOptions& options,
                        FitCheckpoint& checkpoint,
                        const FitLog& log,
                        Eigen::VectorXd& z) {
    const ShortRangeUnknowns unknowns(data.molecules);
    return Fit(data, unknowns, options, checkpoint, log)
        .report(Eigen::VectorXd::Zero(unknowns.size()), "constants", z);
}

}  // namespace

FitReport fit_constants(std::span<const ReferenceSystem> systems,
                        const PropertyModel& model,
                        const FitOptions& options,
                        const FitLog& log) {
    const FitData data = required_data(systems, model, options);
    FitCheckpoint checkpoint(options.checkpoint);
    Eigen::VectorXd z;
    return fit_constants(data, options, checkpoint, log, z);
}

FitReport fit_short_range(std::span<const ReferenceSystem> systems,
                          const KernelPropertyModel& model,
                          const ShortRangeSizes& sizes,
                          const FitOptions& options,
                          const FitLog& log) {
    const FitData data = required_data(systems, model, options);
    FitOptions constants_only = options;
    constants_only.folds = 0;
    constants_only.wall_rounds = 0;
    FitCheckpoint checkpoint(options.checkpoint);
    Eigen::VectorXd constants;
    fit_constants(data, constants_only, checkpoint, log, constants);

    const ShortRangeUnknowns unknowns(data.molecules, model, sizes);
    Eigen::VectorXd start = Eigen::VectorXd::Zero(unknowns.size());
    start.head(constants.size()) = constants;
    Eigen::VectorXd z;
    FitReport report = Fit(data, unknowns, options, checkpoint, log)
                           .report(start, "constants and short-range properties", z);
    report.parameters.short_range = true;
    report.model = model.data();
    for (ElementModel& element : report.model->elements) {
        const auto found =
            std::find(unknowns.elements().begin(), unknowns.elements().end(), element.element);
        element.short_range.reset();
        if (found != unknowns.elements().end()) {
            element.short_range =
                unknowns.learned(static_cast<std::size_t>(found - unknowns.elements().begin()), z);
        }
    }
    return report;
}

}  // namespace keesom

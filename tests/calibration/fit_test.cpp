// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fit.hpp>
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ml/trained_models.hpp>
#include <random>
#include <string>
#include <support/energy_term_checks.hpp>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <utility>
#include <vector>

namespace keesom {

namespace {

/// Gives every molecule the properties it was made with.
class TableModel : public PropertyModel {
public:
    void add(const std::string& name, AtomProperties properties) {
        table_[name] = std::move(properties);
    }

    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override {
        return {table_.at(molecule.name), {}, {}};
    }

    [[nodiscard]] std::vector<int> supported_elements() const override { return {1, 6, 7, 8, 9}; }

private:
    std::map<std::string, AtomProperties> table_;
};

/// Constants near the starting point, but not on it.
ParameterSet true_parameters() {
    ParameterSet parameters = initial_parameters(std::vector{1, 6, 7, 8});
    const auto scaled = [](ElementConstants& constants, double step) {
        std::map<int, double> values = constants.values();
        double factor = 0.9;
        for (auto& [element, value] : values) {
            value *= factor;
            factor += step;
        }
        constants = ElementConstants(constants.name(), std::move(values));
    };
    scaled(parameters.electrostatics.decay_scale, 0.05);
    scaled(parameters.exchange.amplitude, 0.1);
    scaled(parameters.exchange.decay_scale, 0.06);
    scaled(parameters.exchange.dipole_scale, 0.07);
    scaled(parameters.exchange.quadrupole_scale, 0.03);
    scaled(parameters.dispersion.quadrupole_factor, 0.06);
    scaled(parameters.dispersion.tang_toennies_scale, 0.04);
    parameters.dispersion.c10_scale = 0.8;
    scaled(parameters.charge_transfer.strength, 0.15);
    parameters.charge_transfer.contraction = 1.15;
    return parameters;
}

/// Only the references: the true constants know of no wall.
const FitOptions without_wall = [] {
    FitOptions options;
    options.close_approaches = 0;
    return options;
}();

struct SyntheticSet {
    TableModel model;
    std::vector<ReferenceSystem> systems;
};

void set_references(ReferenceSystem& system, const EnergyComponents& energy) {
    const auto text = [](double value) {
        return fmt::format("{:.12e}", value / units::kcal_per_mol);
    };
    system.info["elst"] = text(energy.electrostatics);
    system.info["exch"] = text(energy.exchange);
    system.info["ind"] = text(energy.induction);
    system.info["disp"] = text(energy.dispersion);
    system.info["e_ref"] = text(energy.total());
}

SyntheticSet synthetic_set(int n_systems) {
    SyntheticSet set;
    const Physics physics(true_parameters());
    std::mt19937 generator(11);
    for (int i = 0; i < n_systems; ++i) {
        const std::vector<Monomer> monomers =
            testing::without_short_range(testing::random_monomers(generator, 2, 4));
        const EnergyComponents energy = physics.interaction_energy(monomers);
        ReferenceSystem system{};
        system.name = fmt::format("system {}", i);
        for (const Monomer& monomer : monomers) {
            system.monomers.push_back(monomer.molecule());
            system.monomers.back().name = fmt::format("{} {}", system.name, system.monomers.size());
            set.model.add(system.monomers.back().name, monomer.properties());
        }
        set_references(system, energy);
        set.systems.push_back(std::move(system));
    }
    return set;
}

}  // namespace

TEST(FitConstants, RecoversTheEnergiesOfKnownConstants) {
    const SyntheticSet set = synthetic_set(120);
    const FitReport report = fit_constants(set.systems, set.model, without_wall);
    EXPECT_EQ(report.n_systems, 120U);
    EXPECT_TRUE(report.skipped.empty());
    ASSERT_EQ(report.all.components.size(), component_names.size());
    for (std::size_t i = 0; i < report.all.components.size(); ++i) {
        EXPECT_LT(report.all.components[i].mae, 1e-5) << component_names[i].name;
    }
    EXPECT_EQ(report.all.total.n, 120U);
    EXPECT_LT(report.all.total.mae, 1e-5);
    const ParameterSet expected = true_parameters();
    for (const auto& [element, value] : expected.electrostatics.decay_scale.values()) {
        EXPECT_NEAR(report.parameters.electrostatics.decay_scale(element), value, 1e-3) << element;
    }
    EXPECT_NEAR(report.parameters.charge_transfer.contraction, 1.15, 1e-2);
    EXPECT_NEAR(report.parameters.dispersion.tang_toennies_scale(6),
                expected.dispersion.tang_toennies_scale(6),
                1e-2);
    // The model knows fluorine, but no system has any: nothing to fit, no constants.
    EXPECT_FALSE(report.parameters.exchange.amplitude.values().contains(9));
    EXPECT_THROW((void)report.parameters.dispersion.quadrupole_factor(9), ModelError);
}

TEST(FitConstants, FollowsTotalsWhereComponentsDisagreeWithThem) {
    SyntheticSet set = synthetic_set(80);
    std::mt19937 generator(4);
    std::normal_distribution<double> factor(1.0, 0.1);
    for (ReferenceSystem& system : set.systems) {
        for (const char* component : {"elst", "exch", "ind", "disp"}) {
            std::string& text = system.info.at(component);
            text = fmt::format("{:.12e}", std::stod(text) * factor(generator));
        }
    }
    SyntheticSet without_totals = set;
    for (ReferenceSystem& system : without_totals.systems) {
        system.info.erase("e_ref");
    }
    const auto error_of_totals = [&](const FitReport& report) {
        const Physics physics(report.parameters);
        double sum = 0.0;
        for (const ReferenceSystem& system : set.systems) {
            std::vector<Monomer> monomers;
            for (const Molecule& molecule : system.monomers) {
                monomers.emplace_back(molecule, set.model.predict(molecule).properties);
            }
            sum += std::abs(physics.interaction_energy(monomers).total() -
                            *system.reference_energy("e_ref"));
        }
        return sum / static_cast<double>(set.systems.size());
    };
    const FitReport with = fit_constants(set.systems, set.model, without_wall);
    const FitReport without =
        fit_constants(without_totals.systems, without_totals.model, without_wall);
    EXPECT_EQ(with.all.total.n, 80U);
    EXPECT_EQ(without.all.total.n, 0U);
    EXPECT_NEAR(error_of_totals(with), with.all.total.mae, 1e-9);
    EXPECT_LT(error_of_totals(with), 0.9 * error_of_totals(without));
}

TEST(FitConstants, LeavesOutWhatItCannotUseAndSaysWhy) {
    SyntheticSet set = synthetic_set(40);
    for (const char* key : {"elst", "exch", "ind", "disp", "e_ref"}) {
        set.systems[0].info.erase(key);
    }
    set.systems[1].info["scale"] = "0.8";
    set.systems[2].monomers[0].atomic_numbers[0] = 18;
    const FitReport report = fit_constants(set.systems, set.model, without_wall);
    EXPECT_EQ(report.n_systems, 37U);
    ASSERT_EQ(report.skipped.size(), 3U);
    EXPECT_EQ(report.skipped[0].reason, "no reference energies");
    EXPECT_EQ(report.skipped[1].reason, "scale too small");
    EXPECT_EQ(report.skipped[2].reason, "element Ar");
}

TEST(FitConstants, KeepsChargeTransferWithinItsLimits) {
    SyntheticSet set = synthetic_set(40);
    for (ReferenceSystem& system : set.systems) {
        // More charge transfer than exchange: the fit may not follow.
        const double exchange = std::stod(system.info["exch"]);
        system.info["ind"] = fmt::format("{:.12e}", -1.5 * exchange);
    }
    const ParameterSet fitted = fit_constants(set.systems, set.model, without_wall).parameters;
    EXPECT_NO_THROW(fitted.charge_transfer.validate());
    double largest = 0.0;
    for (const auto& [element, strength] : fitted.charge_transfer.strength.values()) {
        largest = std::max(largest, strength);
    }
    EXPECT_GT(largest, 0.7) << "nearly as much as it may";
}

TEST(FitConstants, KnowsHowCloseItsSystemsCome) {
    const SyntheticSet set = synthetic_set(40);
    const ParameterSet fitted = fit_constants(set.systems, set.model, without_wall).parameters;
    double smallest = 1.0;
    for (const ReferenceSystem& system : set.systems) {
        std::vector<Monomer> monomers;
        for (const Molecule& molecule : system.monomers) {
            monomers.emplace_back(molecule, set.model.predict(molecule).properties);
        }
        smallest = std::min(smallest, closest_contact(monomers).ratio);
    }
    EXPECT_DOUBLE_EQ(fitted.closest_contact, smallest);
}

TEST(FitConstants, KnowsHowFarItsEnergiesAreFromTheReferences) {
    SyntheticSet set = synthetic_set(200);
    std::mt19937 generator(5);
    std::normal_distribution<double> normal;
    const ResidualSpread noise = {.absolute = 0.2 * units::kcal_per_mol, .relative = 0.05};
    for (ReferenceSystem& system : set.systems) {
        const double exchange = *system.reference_energy("exch");
        const double error = noise.of(exchange) * normal(generator);
        system.info["e_ref"] = fmt::format(
            "{:.12e}", (*system.reference_energy("e_ref") + error) / units::kcal_per_mol);
    }
    // The totals hardly count beside the components, which have no errors.
    FitOptions options = without_wall;
    options.total_tolerance = 1.0;
    const FitReport report = fit_constants(set.systems, set.model, options);
    const PhysicsSpread& spread = report.parameters.spread;
    for (const ResidualSpread& component : spread.components) {
        EXPECT_LT(component.absolute, 3e-3 * noise.absolute);
        EXPECT_LT(component.relative, 1e-3 * noise.relative);
    }
    EXPECT_NEAR(spread.total.absolute, noise.absolute, 0.2 * noise.absolute);
    EXPECT_NEAR(spread.total.relative, noise.relative, 0.2 * noise.relative);

    for (ReferenceSystem& system : set.systems) {
        system.info.erase("e_ref");
    }
    const PhysicsSpread without = fit_constants(set.systems, set.model, options).parameters.spread;
    double squares = 0.0;
    for (const ResidualSpread& component : without.components) {
        squares += component.absolute * component.absolute;
    }
    EXPECT_DOUBLE_EQ(without.total.absolute, std::sqrt(squares));
}

TEST(FitConstants, NeedsMoreSystemsThanConstants) {
    const SyntheticSet set = synthetic_set(12);
    EXPECT_THAT(
        testing::error_of<InputError>([&] { (void)fit_constants(set.systems, set.model, {}); }),
        ::testing::StartsWith("12 systems cannot determine"));
}

TEST(FitConstants, SaysWhatDidNotConvergeAndWhatStillAttracts) {
    const SyntheticSet set = synthetic_set(40);
    FitOptions options;
    options.max_iterations = 1;
    options.close_approaches = 2;
    const FitReport report = fit_constants(set.systems, set.model, options);
    EXPECT_THAT(report.warnings,
                ::testing::ElementsAre(
                    "the fit of constants stopped after 1 steps without converging",
                    ::testing::MatchesRegex(
                        "after the fit of constants, [0-9]+ close approaches still attract")));
}

TEST(FitConstants, UsesTheReferencesThatThereAre) {
    SyntheticSet set = synthetic_set(60);
    for (std::size_t i = 0; i < set.systems.size(); ++i) {
        const char* const keys[] = {"elst", "exch", "ind", "disp", "e_ref"};
        set.systems[i].info.erase(keys[i % 5]);
    }
    const FitReport report = fit_constants(set.systems, set.model, without_wall);
    EXPECT_EQ(report.n_systems, 60U);
    for (const ErrorStatistics& component : report.all.components) {
        EXPECT_EQ(component.n, 48U);
        EXPECT_LT(component.mae, 1e-5);
    }
    EXPECT_EQ(report.all.total.n, 48U);
}

// Close approaches that neither fit has seen fall in less often after the second.
TEST(FitConstants, FillsTheHolesThatItFinds) {
    const SyntheticSet set = synthetic_set(80);
    FitOptions options;
    options.close_approaches = 2;
    options.wall_rounds = 0;
    const FitReport before = fit_constants(set.systems, set.model, options);
    options.wall_rounds = 3;
    const FitReport after = fit_constants(set.systems, set.model, options);

    const FitData data = fit_data(set.systems, set.model, options);
    const FixedEnergies fixed(data);
    const std::vector<AtomProperties> properties = properties_of(data.molecules);
    const Physics physics_before(before.parameters);
    const Physics physics_after(after.parameters);
    int n_before = 0;
    int n_after = 0;
    for (FitSystem& close : more_close_approaches(data, 60, 10)) {
        if (fixed.solves(close)) {
            const std::vector<Monomer> monomers = monomers_of(close, properties);
            n_before += physics_before.interaction_energy(monomers).total() < 0.0 ? 1 : 0;
            n_after += physics_after.interaction_energy(monomers).total() < 0.0 ? 1 : 0;
        }
    }
    EXPECT_GT(n_before, 5);
    EXPECT_LT(n_after, n_before / 2);
    EXPECT_THAT(after.parameters.origins.at("exchange.amplitude"),
                ::testing::ContainsRegex("asked of [0-9]+ random close approaches"));
}

TEST(FitConstants, NamesThoseThatNothingDetermines) {
    SyntheticSet set = synthetic_set(60);
    for (ReferenceSystem& system : set.systems) {
        for (const char* key : {"exch", "ind", "disp", "e_ref"}) {
            system.info.erase(key);
        }
    }
    const std::vector<std::string> undetermined =
        fit_constants(set.systems, set.model, without_wall).undetermined;
    EXPECT_THAT(undetermined, ::testing::Contains("exchange amplitude of C"));
    EXPECT_THAT(undetermined, ::testing::Not(::testing::Contains("penetration decay of C")));
}

TEST(FitConstants, NeedsSystems) {
    EXPECT_THROW((void)fit_constants({}, TableModel(), {}), InputError);
}

namespace {

/// Dimers of small molecules, each at four distances, with the energies that atoms of a model with
/// short-range properties have.
std::vector<ReferenceSystem> learned_curves(const KernelPropertyModel& truth) {
    std::vector<Molecule> molecules;
    for (const PropertyRecord& record : testing::small_records(14)) {
        if (record.molecule.charge == 0) {
            molecules.push_back(record.molecule);
        }
    }
    std::mt19937 generator(31);
    std::vector<ReferenceSystem> systems;
    const ParameterSet parameters = initial_parameters(truth.supported_elements());
    const Physics physics(parameters);
    for (std::size_t k = 0; k < 40; ++k) {
        std::vector<Molecule> dimer = {molecules[k % molecules.size()],
                                       molecules[(3 * k + 1) % molecules.size()]};
        for (Molecule& molecule : dimer) {
            molecule.positions =
                testing::random_rotation(generator) *
                (molecule.positions.colwise() - molecule.positions.rowwise().mean());
        }
        for (const double distance : {7.5, 8.5, 9.5, 11.0}) {
            ReferenceSystem system{};
            system.monomers = dimer;
            system.monomers[1].positions.row(0).array() += distance;
            system.name = fmt::format("dimer {} at {}", k, distance);
            system.info["set"] = "curves";
            system.info["system"] = fmt::format("dimer {}", k);
            system.info["scale"] = fmt::format("{}", distance / 7.5);
            std::vector<Monomer> monomers;
            for (const Molecule& molecule : system.monomers) {
                monomers.emplace_back(molecule, truth.predict(molecule).properties);
            }
            if (closest_contact(monomers).ratio < 0.6) {
                continue;
            }
            const EnergyComponents energy = physics.interaction_energy(monomers);
            set_references(system, energy);
            systems.push_back(std::move(system));
        }
    }
    return systems;
}

}  // namespace

TEST(FitConstants, GoOnWhereTheyWereStopped) {
    const SyntheticSet set = synthetic_set(40);
    const auto fitted = [&](const FitOptions& options, int& steps) {
        steps = 0;
        return fit_constants(set.systems, set.model, options, [&](const std::string& line) {
            steps += line.find("  step") == 0 ? 1 : 0;
        });
    };
    int whole_steps = 0;
    const FitReport whole = fitted(without_wall, whole_steps);
    const testing::TemporaryFolder folder;
    FitOptions options = without_wall;
    options.checkpoint = folder.path() / "fit.checkpoint";
    options.max_iterations = 2;
    int first_steps = 0;
    fitted(options, first_steps);
    options.max_iterations = without_wall.max_iterations;
    int other_steps = 0;
    const FitReport rest = fitted(options, other_steps);
    EXPECT_EQ(first_steps, 2);
    EXPECT_EQ(other_steps, whole_steps - 2);
    EXPECT_EQ(rest.all.total.mae, whole.all.total.mae);
    EXPECT_EQ(rest.parameters.exchange.amplitude.values(),
              whole.parameters.exchange.amplitude.values());
}

TEST(FitShortRange, LearnsWhatConstantsCannotSay) {
    const KernelPropertyModel model = testing::small_model();
    const std::vector<ReferenceSystem> systems = learned_curves(testing::with_short_range(model));
    ShortRangeSizes sizes;
    sizes.invariants = 30;
    sizes.channels = 6;
    sizes.points = {10, 6, 4};
    FitOptions options = without_wall;
    options.folds = 3;
    const FitReport constants = fit_constants(systems, model, options);
    const FitReport learned = fit_short_range(systems, model, sizes, options);
    EXPECT_LT(learned.all.total.mae, 0.3 * constants.all.total.mae);
    ASSERT_EQ(learned.left_out.size(), 1U);
    EXPECT_EQ(learned.left_out[0].set, "curves");
    EXPECT_EQ(learned.left_out[0].total.n, learned.n_systems);
    EXPECT_GT(learned.left_out[0].total.mae, learned.all.total.mae);
    EXPECT_LT(learned.left_out[0].total.mae, 0.8 * constants.left_out[0].total.mae);

    // What it hands over gives the energies that it reports.
    ASSERT_TRUE(learned.model);
    const KernelPropertyModel handed_over(*learned.model);
    const Physics physics(learned.parameters);
    double sum = 0.0;
    for (const ReferenceSystem& system : systems) {
        std::vector<Monomer> monomers;
        for (const Molecule& molecule : system.monomers) {
            monomers.emplace_back(molecule, handed_over.predict(molecule).properties);
        }
        sum += std::abs(physics.interaction_energy(monomers).total() -
                        *system.reference_energy("e_ref"));
    }
    EXPECT_NEAR(sum / static_cast<double>(systems.size()),
                learned.all.total.mae,
                1e-3 * learned.all.total.mae);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/fit.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <support/energy_term_checks.hpp>
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

    [[nodiscard]] std::vector<int> supported_elements() const override { return {1, 6, 7, 8}; }

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
    scaled(parameters.charge_transfer.amplitude, 0.05);
    scaled(parameters.charge_transfer.decay_scale, 0.04);
    parameters.dispersion.c8_scale = 1.2;
    parameters.dispersion.c10_scale = 0.8;
    parameters.dispersion.tang_toennies_scale = 0.9;
    parameters.charge_transfer.dipole_scale = parameters.exchange.dipole_scale;
    parameters.charge_transfer.quadrupole_scale = parameters.exchange.quadrupole_scale;
    return parameters;
}

struct SyntheticSet {
    TableModel model;
    std::vector<ReferenceSystem> systems;
};

SyntheticSet synthetic_set(int n_systems) {
    SyntheticSet set;
    const Physics physics(true_parameters());
    std::mt19937 generator(11);
    for (int i = 0; i < n_systems; ++i) {
        const std::vector<Monomer> monomers = testing::random_monomers(generator, 2, 4);
        const EnergyComponents energy = physics.interaction_energy(monomers);
        ReferenceSystem system{};
        system.name = fmt::format("system {}", i);
        for (const Monomer& monomer : monomers) {
            system.monomers.push_back(monomer.molecule());
            system.monomers.back().name = fmt::format("{} {}", system.name, system.monomers.size());
            set.model.add(system.monomers.back().name, monomer.properties());
        }
        const auto text = [](double value) {
            return fmt::format("{:.12e}", value / units::kcal_per_mol);
        };
        system.info["elst"] = text(energy.electrostatics);
        system.info["exch"] = text(energy.exchange);
        system.info["ind"] = text(energy.induction);
        system.info["disp"] = text(energy.dispersion);
        set.systems.push_back(std::move(system));
    }
    return set;
}

}  // namespace

TEST(FitComponents, RecoversTheEnergiesOfKnownConstants) {
    const SyntheticSet set = synthetic_set(120);
    const FitReport report = fit_components(set.systems, set.model, {});
    EXPECT_EQ(report.n_systems, 120U);
    EXPECT_TRUE(report.skipped.empty());
    ASSERT_EQ(report.components.size(), component_names.size());
    for (std::size_t i = 0; i < report.components.size(); ++i) {
        EXPECT_LT(report.components[i].mae, 1e-6) << component_names[i].name;
    }
    const ParameterSet expected = true_parameters();
    for (const auto& [element, value] : expected.electrostatics.decay_scale.values()) {
        EXPECT_NEAR(report.parameters.electrostatics.decay_scale(element), value, 1e-3) << element;
    }
    EXPECT_NEAR(report.parameters.dispersion.tang_toennies_scale, 0.9, 1e-3);
}

TEST(FitComponents, LeavesOutWhatItCannotUseAndSaysWhy) {
    SyntheticSet set = synthetic_set(40);
    set.systems[0].info.erase("disp");
    set.systems[1].info["scale"] = "0.8";
    set.systems[2].monomers[0].charge = 2;
    set.systems[3].monomers[0].atomic_numbers[0] = 18;
    const FitReport report = fit_components(set.systems, set.model, {});
    EXPECT_EQ(report.n_systems, 36U);
    ASSERT_EQ(report.skipped.size(), 4U);
    EXPECT_EQ(report.skipped[0].reason, "no reference components");
    EXPECT_EQ(report.skipped[1].reason, "scale too small");
    EXPECT_EQ(report.skipped[2].reason, "charged monomer");
    EXPECT_EQ(report.skipped[3].reason, "element Ar");
}

TEST(FitComponents, NeedsSystems) {
    EXPECT_THROW((void)fit_components({}, TableModel(), {}), InputError);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// What one dimer costs, step by step: loading the model, predicting a molecule, each energy term.
// Adenine and thymine, 15 atoms each.
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <benchmark/benchmark.h>

#include <filesystem>
#include <vector>

namespace {

using namespace keesom;

const std::filesystem::path data = KEESOM_BENCH_DATA_DIR;

const KernelPropertyModel& property_model() {
    static const KernelPropertyModel model = load_model(data / "models" / "organic");
    return model;
}

const ParameterSet& parameters() {
    static const ParameterSet set = load_parameters(data / "parameters" / "organic.json");
    return set;
}

const std::vector<Monomer>& adenine_thymine() {
    static const std::vector<Monomer> dimer = [] {
        std::vector<Monomer> monomers;
        const auto systems = read_reference_systems(data / "benchmarks" / "s22.xyz.gz");
        for (const Molecule& molecule : systems.at(6).monomers) {
            monomers.emplace_back(molecule, property_model().predict(molecule).properties);
        }
        return monomers;
    }();
    return dimer;
}

void load_shipped_model(benchmark::State& state) {
    for (auto iteration : state) {
        benchmark::DoNotOptimize(load_model(data / "models" / "organic"));
    }
}

void predict_molecule(benchmark::State& state) {
    const Molecule& molecule = adenine_thymine().front().molecule();
    for (auto iteration : state) {
        benchmark::DoNotOptimize(property_model().predict(molecule));
    }
}

void energy_of_term(benchmark::State& state, const EnergyTerm& term) {
    const std::vector<Monomer>& dimer = adenine_thymine();
    for (auto iteration : state) {
        benchmark::DoNotOptimize(term.energy(dimer));
    }
}

void electrostatics(benchmark::State& state) {
    energy_of_term(state, Electrostatics(parameters().electrostatics));
}

void exchange(benchmark::State& state) {
    energy_of_term(state, Exchange(parameters().exchange));
}

void polarization(benchmark::State& state) {
    energy_of_term(state, Polarization(parameters().polarization));
}

void charge_transfer(benchmark::State& state) {
    energy_of_term(state, ChargeTransfer(parameters().charge_transfer));
}

void dispersion(benchmark::State& state) {
    energy_of_term(state, Dispersion(parameters().dispersion));
}

void whole_energy(benchmark::State& state) {
    const Physics physics(parameters());
    for (auto iteration : state) {
        benchmark::DoNotOptimize(physics.interaction_energy(adenine_thymine()));
    }
}

BENCHMARK(load_shipped_model)->Unit(benchmark::kMillisecond);
BENCHMARK(predict_molecule)->Unit(benchmark::kMillisecond);
BENCHMARK(electrostatics)->Unit(benchmark::kMicrosecond);
BENCHMARK(exchange)->Unit(benchmark::kMicrosecond);
BENCHMARK(polarization)->Unit(benchmark::kMicrosecond);
BENCHMARK(charge_transfer)->Unit(benchmark::kMicrosecond);
BENCHMARK(dispersion)->Unit(benchmark::kMillisecond);
BENCHMARK(whole_energy)->Unit(benchmark::kMillisecond);

}  // namespace

// SPDX-License-Identifier: BSD-3-Clause
//
// What one dimer costs, step by step: loading the model, predicting a molecule, each energy term,
// and the derivatives of all that. Adenine and thymine, 15 atoms each.
#include "shipped.hpp"

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/dispersion/pairwise.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <Eigen/Geometry>
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace {

using namespace keesom;

using bench::data;
using bench::model;
using bench::parameters;

const std::vector<Molecule>& adenine_thymine() {
    static const std::vector<Molecule> molecules =
        read_reference_systems(data / "benchmarks" / "s22.xyz.gz").at(6).monomers;
    return molecules;
}

const std::vector<Monomer>& adenine_thymine_monomers() {
    static const std::vector<Monomer> dimer = [] {
        std::vector<Monomer> monomers;
        for (const Molecule& molecule : adenine_thymine()) {
            monomers.push_back(model().monomer(molecule));
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
    for (auto iteration : state) {
        benchmark::DoNotOptimize(model().property_model().predict(adenine_thymine().front()));
    }
}

template <class Term>
void energy(benchmark::State& state, Term (*make)()) {
    const Term term = make();
    const Sites sites(adenine_thymine_monomers());
    for (auto iteration : state) {
        benchmark::DoNotOptimize(term.energy(sites));
    }
}

template <class Term>
void energy_and_gradient(benchmark::State& state, Term (*make)()) {
    const Term term = make();
    const Sites sites(adenine_thymine_monomers());
    EnergyGradient gradient(sites.size());
    for (auto iteration : state) {
        benchmark::DoNotOptimize(term.energy_and_gradient(sites, total_seed, gradient));
    }
}

template <class Term>
void register_term(const std::string& name, Term (*make)()) {
    benchmark::RegisterBenchmark(name.c_str(), energy<Term>, make)->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark((name + "_and_gradient").c_str(), energy_and_gradient<Term>, make)
        ->Unit(benchmark::kMicrosecond);
}

ChargeTransfer charge_transfer() {
    return {parameters().charge_transfer, parameters().exchange};
}

const bool terms_registered = [] {
    register_term<Electrostatics>("electrostatics",
                                  [] { return Electrostatics(parameters().electrostatics); });
    register_term<Exchange>("exchange", [] { return Exchange(parameters().exchange); });
    register_term<Polarization>("polarization",
                                [] { return Polarization(parameters().polarization); });
    register_term<ChargeTransfer>("charge_transfer", charge_transfer);
    register_term<Dispersion>("dispersion", [] { return Dispersion(parameters().dispersion); });
    return true;
}();

void whole_energy(benchmark::State& state) {
    for (auto iteration : state) {
        benchmark::DoNotOptimize(model().physics().interaction_energy(adenine_thymine_monomers()));
    }
}

void whole_energy_and_gradient(benchmark::State& state) {
    for (auto iteration : state) {
        benchmark::DoNotOptimize(model().physics().component_gradients(adenine_thymine_monomers()));
    }
}

void energy_from_molecules(benchmark::State& state) {
    for (auto iteration : state) {
        benchmark::DoNotOptimize(model().interaction_energy(adenine_thymine()));
    }
}

void energy_and_gradient_from_molecules(benchmark::State& state) {
    for (auto iteration : state) {
        benchmark::DoNotOptimize(model().linearize(adenine_thymine()).gradients());
    }
}

/// Adenine and thymine that is moved before each evaluation, as in a screening of poses.
template <class Evaluate>
void poses(benchmark::State& state, const Evaluate& evaluate) {
    const Physics& physics = model().physics();
    std::vector<PreparedMonomer> dimer;
    for (const Monomer& monomer : adenine_thymine_monomers()) {
        dimer.push_back(physics.prepare(monomer));
    }
    const Eigen::Matrix3d step =
        Eigen::AngleAxisd(1e-3, Eigen::Vector3d::UnitZ()).toRotationMatrix();
    for (auto iteration : state) {
        const Eigen::Vector3d center = dimer[1].center();
        dimer[1] = dimer[1].translated(-center).rotated(step).translated(center);
        benchmark::DoNotOptimize(evaluate(physics, dimer));
    }
    state.SetItemsProcessed(state.iterations());
}

void pose_energy(benchmark::State& state) {
    poses(state, [](const Physics& physics, const std::vector<PreparedMonomer>& dimer) {
        return physics.interaction_energy(dimer);
    });
}

void pose_rigid_forces(benchmark::State& state) {
    poses(state, [](const Physics& physics, const std::vector<PreparedMonomer>& dimer) {
        return physics.energy_and_rigid_forces(dimer);
    });
}

Sites sites_of(const std::vector<PreparedMonomer>& dimer) {
    const std::vector<const Monomer*> monomers = {&dimer[0].monomer(), &dimer[1].monomer()};
    require_separate(monomers);
    return Sites(monomers);
}

/// All terms, of dispersion C8 and C10 only.
struct WithoutManyBody {
    Electrostatics electrostatics{parameters().electrostatics};
    Exchange exchange{parameters().exchange};
    Polarization polarization{parameters().polarization};
    ChargeTransfer charge_transfer{parameters().charge_transfer, parameters().exchange};
    Dispersion dispersion{parameters().dispersion};

    [[nodiscard]] EnergyComponents energy(const Sites& sites) const {
        EnergyComponents sum;
        for (const EnergyTerm* term : terms()) {
            sum += term->energy(sites);
        }
        sum.dispersion = dispersion.pairwise_energy(sites);
        return sum;
    }

    [[nodiscard]] std::vector<RigidForce> rigid_forces(
        const std::vector<PreparedMonomer>& dimer) const {
        const Sites sites = sites_of(dimer);
        EnergyGradient gradient(sites.size());
        for (const EnergyTerm* term : terms()) {
            benchmark::DoNotOptimize(term->energy_and_gradient(sites, total_seed, gradient));
        }
        const DispersionParameters& constants = dispersion.parameters();
        benchmark::DoNotOptimize(dispersion.pairwise_energy(sites));
        add_higher_order_gradient(sites,
                                  constants.quadrupole_factor,
                                  constants.tang_toennies_scale,
                                  {constants.c8_scale, constants.c10_scale},
                                  gradient);
        std::vector<RigidForce> forces;
        for (std::size_t m = 0; m < dimer.size(); ++m) {
            const auto [first, count] = sites.monomers()[m];
            forces.push_back(
                rigid_force(dimer[m].monomer(), gradient.segment(first, count), dimer[m].center()));
        }
        return forces;
    }

private:
    [[nodiscard]] std::array<const EnergyTerm*, 4> terms() const {
        return {&electrostatics, &exchange, &polarization, &charge_transfer};
    }
};

void pose_energy_without_many_body(benchmark::State& state) {
    const WithoutManyBody terms;
    poses(state, [&](const Physics& /*physics*/, const std::vector<PreparedMonomer>& dimer) {
        return terms.energy(sites_of(dimer));
    });
}

void pose_rigid_forces_without_many_body(benchmark::State& state) {
    const WithoutManyBody terms;
    poses(state, [&](const Physics& /*physics*/, const std::vector<PreparedMonomer>& dimer) {
        return terms.rigid_forces(dimer);
    });
}

BENCHMARK(load_shipped_model)->Unit(benchmark::kMillisecond);
BENCHMARK(predict_molecule)->Unit(benchmark::kMicrosecond);
BENCHMARK(whole_energy)->Unit(benchmark::kMicrosecond);
BENCHMARK(whole_energy_and_gradient)->Unit(benchmark::kMicrosecond);
BENCHMARK(energy_from_molecules)->Unit(benchmark::kMicrosecond);
BENCHMARK(energy_and_gradient_from_molecules)->Unit(benchmark::kMicrosecond);
BENCHMARK(pose_energy)->Unit(benchmark::kMicrosecond)->UseRealTime()->ThreadRange(1, 2);
BENCHMARK(pose_rigid_forces)->Unit(benchmark::kMicrosecond)->UseRealTime()->ThreadRange(1, 2);
BENCHMARK(pose_energy_without_many_body)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime()
    ->ThreadRange(1, 2);
BENCHMARK(pose_rigid_forces_without_many_body)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime()
    ->ThreadRange(1, 2);

}  // namespace

// SPDX-License-Identifier: BSD-3-Clause
//
// Many-body dispersion against system size. The systems are stacks of flat carbon–hydrogen sheets
// with about the density of a molecular crystal, two of them a dimer.
#include <keesom/core/molecule.hpp>
#include <keesom/core/monomer.hpp>
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/screening.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace keesom {
namespace {

constexpr MbdOptions options{.beta = 0.5};

/// A sheet of atoms 2.6 bohr apart at height z, carbon and hydrogen in turn.
Monomer sheet(Eigen::Index n_atoms, double z) {
    Molecule molecule;
    molecule.positions.resize(3, n_atoms);
    const auto side = static_cast<Eigen::Index>(std::ceil(std::sqrt(static_cast<double>(n_atoms))));
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        molecule.atomic_numbers.push_back(i % 2 == 0 ? 6 : 1);
        molecule.positions.col(i) << 2.6 * static_cast<double>(i / side),
            2.6 * static_cast<double>(i % side), z;
    }
    // A closed shell, whatever the number of hydrogen atoms.
    molecule.charge = static_cast<int>((n_atoms / 2) % 2);
    AtomProperties properties(n_atoms);
    properties.valence_populations.setConstant(4.0);
    properties.valence_widths.setConstant(0.45);
    properties.hirshfeld_ratios.setConstant(0.8);
    return {molecule, properties};
}

std::vector<Monomer> stack(Eigen::Index n_atoms) {
    return {sheet(n_atoms / 2, 0.0), sheet(n_atoms - n_atoms / 2, 6.8)};
}

struct Cluster {
    Eigen::Matrix3Xd positions;
    Oscillators oscillators;
};

Cluster cluster(Eigen::Index n_atoms) {
    const std::vector<Monomer> monomers = stack(n_atoms);
    Cluster joined{Eigen::Matrix3Xd(3, n_atoms), {}};
    std::vector<int> atomic_numbers;
    Eigen::VectorXd ratios(n_atoms);
    Eigen::Index offset = 0;
    for (const Monomer& monomer : monomers) {
        const Molecule& molecule = monomer.molecule();
        joined.positions.middleCols(offset, monomer.size()) = molecule.positions;
        ratios.segment(offset, monomer.size()) = monomer.properties().hirshfeld_ratios;
        atomic_numbers.insert(
            atomic_numbers.end(), molecule.atomic_numbers.begin(), molecule.atomic_numbers.end());
        offset += monomer.size();
    }
    joined.oscillators = scaled_oscillators(atomic_numbers, ratios);
    return joined;
}

void frequency_grid(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(gauss_legendre_frequencies(static_cast<int>(state.range(0))));
    }
}

void screening(benchmark::State& state) {
    const Cluster atoms = cluster(state.range(0));
    const FrequencyGrid grid = gauss_legendre_frequencies(options.n_frequencies);
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            range_separated_screening(atoms.positions, atoms.oscillators, options, grid));
    }
}

void coupled_oscillators(benchmark::State& state) {
    const Cluster atoms = cluster(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            coupled_oscillator_energy(atoms.positions, atoms.oscillators, options));
    }
}

void mbd_rsscs(benchmark::State& state) {
    const Cluster atoms = cluster(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(mbd_rsscs_energy(atoms.positions, atoms.oscillators, options));
    }
}

void mbd_rsscs_gradient(benchmark::State& state) {
    const Cluster atoms = cluster(state.range(0));
    OscillatorGradient gradient;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            mbd_rsscs_energy(atoms.positions, atoms.oscillators, options, &gradient));
    }
}

Dispersion whole_term() {
    return Dispersion({options,
                       1.0,
                       1.0,
                       ElementConstants("Tang-Toennies scale", {{1, 1.0}, {6, 1.0}}),
                       ElementConstants("quadrupole factor", {{1, 4.0}, {6, 9.6}})});
}

/// The whole term of a dimer: the complex, both monomers, and the C8 and C10 pairs.
void dispersion_term(benchmark::State& state) {
    const std::vector<Monomer> monomers = stack(state.range(0));
    const Dispersion term = whole_term();
    for (auto _ : state) {
        benchmark::DoNotOptimize(term.energy(monomers));
    }
}

void dispersion_term_gradient(benchmark::State& state) {
    const Sites sites(stack(state.range(0)));
    const Dispersion term = whole_term();
    EnergyGradient gradient(sites.size());
    for (auto _ : state) {
        benchmark::DoNotOptimize(term.energy_and_gradient(sites, {.dispersion = 1.0}, gradient));
    }
}

BENCHMARK(frequency_grid)->Arg(15);
BENCHMARK(screening)->Arg(6)->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);
BENCHMARK(coupled_oscillators)->Arg(6)->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);
BENCHMARK(mbd_rsscs)->Arg(6)->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);
BENCHMARK(mbd_rsscs_gradient)->Arg(6)->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);
BENCHMARK(dispersion_term)->Arg(6)->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);
BENCHMARK(dispersion_term_gradient)->Arg(6)->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace keesom

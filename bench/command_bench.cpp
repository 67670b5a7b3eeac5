// SPDX-License-Identifier: BSD-3-Clause
//
// Whole commands from a cold start, as a user meets them.
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/reference_systems.hpp>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

using namespace keesom;

const std::filesystem::path data = KEESOM_BENCH_DATA_DIR;

void run(benchmark::State& state, const std::string& arguments) {
    const std::string command = std::string(KEESOM_COMMAND) + " " + arguments + " >/dev/null";
    for (auto iteration : state) {
        if (std::system(command.c_str()) != 0) {
            state.SkipWithError("the command failed");
            break;
        }
    }
}

/// Adenine and thymine, 15 atoms each, as two files.
std::string adenine_and_thymine() {
    const auto systems = read_reference_systems(data / "benchmarks" / "s22.xyz.gz");
    std::string arguments;
    for (const Molecule& molecule : systems.at(6).monomers) {
        XyzFrame frame;
        frame.atomic_numbers = molecule.atomic_numbers;
        frame.positions = molecule.positions;
        const std::filesystem::path file =
            std::filesystem::temp_directory_path() /
            ("keesom-bench-" + chemical_formula(molecule.atomic_numbers) + ".xyz");
        std::ofstream stream(file);
        write_extended_xyz(stream, frame);
        arguments += " " + file.string();
    }
    return arguments;
}

void energy_of_two_15_atom_molecules(benchmark::State& state) {
    run(state, "energy" + adenine_and_thymine());
}

void benchmark_s66x8(benchmark::State& state) {
    run(state, "benchmark s66x8");
}

BENCHMARK(energy_of_two_15_atom_molecules)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(benchmark_s66x8)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

}  // namespace

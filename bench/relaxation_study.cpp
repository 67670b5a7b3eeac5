// SPDX-License-Identifier: BSD-3-Clause
//
// Not a benchmark of time: whether complexes relax to the geometries that they are known to have.
// Each complex of a set is displaced at random, relaxed, and compared with its reference geometry.
//
//     relaxation_study MODEL_FOLDER SET[:BEGINNING_OF_NAMES]...
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/motion/moving_complex.hpp>
#include <keesom/motion/optimization.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace keesom;

// As far as a start is from its reference: each molecule but the first.
constexpr double shift = 0.3 * units::angstrom;
constexpr double turn = 0.26;  // radian, 15 degrees

constexpr int starts = 3;

Molecule joined(const std::vector<Molecule>& molecules) {
    const XyzFrame frame = frame_of(molecules);
    Molecule whole;
    whole.atomic_numbers = frame.atomic_numbers;
    whole.positions = frame.positions;
    return whole;
}

/// Root mean square distance of atoms when one complex lies on the other as well as it can.
double root_mean_square(const std::vector<Molecule>& from, const std::vector<Molecule>& to) {
    const Molecule moved = joined(from);
    const Molecule target = joined(to);
    const auto motion = rigid_motion(moved, target, std::numeric_limits<double>::infinity());
    const Eigen::Matrix3Xd image = (motion->rotation * moved.positions).colwise() + motion->shift;
    return std::sqrt((image - target.positions).colwise().squaredNorm().mean());
}

struct Relaxed {
    double energy = 0.0;           ///< hartree
    double deviation = 0.0;        ///< root mean square from the reference, bohr
    double start_deviation = 0.0;  ///< of the start
    int steps = 0;
    bool is_relaxed = false;
};

Relaxed relaxed_from(const MovingComplex& complex,
                     std::vector<Placement> start,
                     const std::vector<Molecule>& reference) {
    Relaxed result;
    result.start_deviation = root_mean_square(complex.molecules(start), reference);
    const OptimizationResult end = optimize(complex.bodies(), complex, std::move(start), {});
    result.energy = end.last.energy;
    result.deviation = root_mean_square(complex.molecules(end.last.placements), reference);
    result.steps = end.last.number;
    result.is_relaxed = end.end == OptimizationEnd::relaxed;
    return result;
}

std::vector<Placement> displaced(const MovingComplex& complex, std::mt19937_64& generator) {
    std::vector<Placement> start = complex.start();
    for (std::size_t b = 1; b < start.size(); ++b) {
        start[b] = turned(start[b], turn * random_direction(generator));
        start[b].center += shift * random_direction(generator);
    }
    return start;
}

struct Row {
    std::string name;
    double reference_energy = 0.0;
    double energy_there = 0.0;  ///< of the reference geometry
    Relaxed from_reference;
    std::array<Relaxed, starts> from_displaced;
};

Row relaxed_row(const ReferenceSystem& system, const InteractionModel& model, std::size_t seed) {
    const MovingComplex complex(system.monomers, model);
    Row row;
    const auto name = system.info.find("system");
    row.name = name == system.info.end() ? system.name : name->second;
    row.reference_energy = *system.reference_energy("e_ref");
    row.energy_there = complex(complex.start()).energy;
    row.from_reference = relaxed_from(complex, complex.start(), system.monomers);
    std::mt19937_64 generator(seed);
    for (Relaxed& relaxed : row.from_displaced) {
        relaxed = relaxed_from(complex, displaced(complex, generator), system.monomers);
    }
    return row;
}

std::vector<Row> relaxed_rows(const std::filesystem::path& file,
                              const std::string& prefix,
                              const InteractionModel& model) {
    std::vector<ReferenceSystem> systems;
    for (ReferenceSystem& system : read_reference_systems(file)) {
        if (system.name.starts_with(prefix)) {
            systems.push_back(std::move(system));
        }
    }
    std::vector<Row> rows(systems.size());
    parallel_for(systems.size(),
                 [&](std::size_t i) { rows[i] = relaxed_row(systems[i], model, i + 1); });
    return rows;
}

void print_rows(const std::vector<Row>& rows) {
    fmt::print("  {:<28}{:>10}{:>10}{:>10}{:>8}{:>8}{:>24}{:>24}\n",
               "",
               "reference",
               "there",
               "relaxed",
               "steps",
               "RMS/Å",
               "from displaced RMS/Å",
               "relaxed");
    for (const Row& row : rows) {
        fmt::print("  {:<28}{:>10.2f}{:>10.2f}{:>10.2f}{:>8}{:>8.3f}",
                   row.name,
                   row.reference_energy / units::kcal_per_mol,
                   row.energy_there / units::kcal_per_mol,
                   row.from_reference.energy / units::kcal_per_mol,
                   row.from_reference.steps,
                   row.from_reference.deviation / units::angstrom);
        for (const Relaxed& relaxed : row.from_displaced) {
            fmt::print("{:>8.3f}", relaxed.deviation / units::angstrom);
        }
        for (const Relaxed& relaxed : row.from_displaced) {
            fmt::print(
                "{:>8.2f}{}", relaxed.energy / units::kcal_per_mol, relaxed.is_relaxed ? "" : "!");
        }
        fmt::print("\n");
    }
}

void print_summary(const std::vector<Row>& rows) {
    constexpr double near = 0.1 * units::angstrom;
    std::size_t near_from_reference = 0;
    std::size_t near_always = 0;
    double squares = 0.0;
    double start_squares = 0.0;
    std::vector<double> deviations;
    for (const Row& row : rows) {
        near_from_reference += row.from_reference.deviation < near ? 1 : 0;
        bool always = true;
        for (const Relaxed& relaxed : row.from_displaced) {
            always = always && relaxed.deviation < near;
            squares += relaxed.deviation * relaxed.deviation;
            start_squares += relaxed.start_deviation * relaxed.start_deviation;
            deviations.push_back(relaxed.deviation);
        }
        near_always += always ? 1 : 0;
    }
    const auto n = static_cast<double>(deviations.size());
    std::nth_element(deviations.begin(),
                     deviations.begin() + static_cast<std::ptrdiff_t>(deviations.size() / 2),
                     deviations.end());
    fmt::print(
        "within 0.1 Å: {} of {} from the reference, {} from all displaced starts; RMS of the "
        "starts "
        "{:.3f}, of the ends {:.3f}, median {:.3f} Å\n\n",
        near_from_reference,
        rows.size(),
        near_always,
        std::sqrt(start_squares / n) / units::angstrom,
        std::sqrt(squares / n) / units::angstrom,
        deviations[deviations.size() / 2] / units::angstrom);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: relaxation_study MODEL_FOLDER SET[:BEGINNING_OF_NAMES]...\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    const InteractionModel model(std::make_shared<KernelPropertyModel>(load_model(folder)),
                                 load_parameters(folder / parameter_file));
    for (const std::string set : std::span(argv, static_cast<std::size_t>(argc)).subspan(2)) {
        const std::size_t colon = set.find(':');
        const std::string prefix = colon == std::string::npos ? "" : set.substr(colon + 1);
        const std::vector<Row> rows = relaxed_rows(set.substr(0, colon), prefix, model);
        print_rows(rows);
        print_summary(rows);
    }
    return 0;
}

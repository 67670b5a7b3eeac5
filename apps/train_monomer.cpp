// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/force_set.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace keesom::apps {

namespace {

constexpr double gigabyte = 1e9;
constexpr double kcal_per_mol_angstrom = units::kcal_per_mol / units::angstrom;

struct TrainMonomerOptions {
    std::string set;
    std::string test;
    OutputOptions output;
    std::size_t geometries = 1000;
    double memory = 8.0;
};

struct Split {
    std::vector<ForceRecord> training;
    std::vector<ForceRecord> rest;
};

/// `count` records, evenly spread along the file, and the others.
Split split(const std::vector<ForceRecord>& records, std::size_t count) {
    Split result;
    const std::size_t n = records.size();
    for (std::size_t r = 0; r < n; ++r) {
        const bool is_training = (r + 1) * count / n > r * count / n;
        (is_training ? result.training : result.rest).push_back(records[r]);
    }
    return result;
}

void print_errors(const std::string& name,
                  const ForceField& force_field,
                  const std::vector<ForceRecord>& records) {
    const ForceErrors errors = errors_on(force_field, records);
    fmt::print("  {:<22}{:>8}{:>12.4f}{:>12.4f}{:>12.4f}{:>12.4f}\n",
               name,
               records.size(),
               errors.mean_absolute_force / kcal_per_mol_angstrom,
               errors.force / kcal_per_mol_angstrom,
               errors.mean_absolute_energy / units::kcal_per_mol,
               errors.energy / units::kcal_per_mol);
}

void require_same_molecule(const ForceSet& set, const ForceSet& test, const std::string& name) {
    if (set.atomic_numbers != test.atomic_numbers || set.charge != test.charge) {
        throw InputError(fmt::format(
            "{}: other atoms, another order of them or another charge than in the training set",
            name));
    }
}

void run_train_monomer(const TrainMonomerOptions& options) {
    std::vector<std::filesystem::path> inputs = {options.set};
    if (!options.test.empty()) {
        inputs.emplace_back(options.test);
    }
    require_output_folder(
        options.output.path, force_field_manifest, inputs, options.output.replace);
    const ForceSet set = read_force_set(options.set);
    ForceSet test;
    if (!options.test.empty()) {
        test = read_force_set(options.test);
        require_same_molecule(set, test, options.test);
    }
    const Split records = split(set.records, std::min(options.geometries, set.records.size()));
    std::vector<Eigen::Matrix3Xd> geometries;
    for (const ForceRecord& record : records.training) {
        geometries.push_back(record.positions);
    }

    const ForceField force_field = naming(options.set, [&] {
        const std::vector<Permutation> permutations =
            recovered_permutations(set.atomic_numbers, geometries);
        fmt::print("{}, charge {:+}: {} geometries, {} exchanges of equal atoms\n",
                   chemical_formula(set.atomic_numbers),
                   set.charge,
                   records.training.size(),
                   permutations.size());
        ForceFieldOptions training;
        training.memory = options.memory * gigabyte;
        const double length_scale =
            chosen_length_scale(set.atomic_numbers, records.training, permutations, training);
        return train_force_field(
            set.atomic_numbers, records.training, permutations, length_scale, training);
    });
    ForceField::Parameters parameters = force_field.parameters();
    parameters.charge = set.charge;
    const std::vector<TrainingSource> sources = {
        {std::filesystem::path(options.set).filename().string(), sha256_of_file(options.set)}};
    save_force_field(ForceField(std::move(parameters)), sources, options.output.path);

    const auto lowest = std::min_element(
        records.training.begin(),
        records.training.end(),
        [](const ForceRecord& a, const ForceRecord& b) { return a.energy < b.energy; });
    fmt::print(
        "length scale {}, relaxed {:.2f} kcal/mol below the lowest geometry, written to {}\n\n",
        force_field.parameters().length_scale,
        (lowest->energy - force_field.parameters().minimum) / units::kcal_per_mol,
        options.output.path);
    fmt::print("  {:<22}{:>8}{:>12}{:>12}{:>12}{:>12}\n  {:<22}{:>8}{:>24}{:>24}\n",
               "errors on",
               "n",
               "force MAE",
               "RMSE",
               "energy MAE",
               "RMSE",
               "",
               "",
               "kcal/mol/Å",
               "kcal/mol");
    print_errors("training geometries", force_field, records.training);
    if (!records.rest.empty()) {
        print_errors("others of the set", force_field, records.rest);
    }
    if (!test.records.empty()) {
        print_errors("test set", force_field, test.records);
    }
}

}  // namespace

void add_train_monomer(CLI::App& app) {
    auto options = std::make_shared<TrainMonomerOptions>();
    CLI::App* verb = app.add_subcommand(
        "train-monomer", "Train the force field of one flexible molecule from its forces");
    verb->add_option("SET", options->set, "Geometries with energies and forces")->required();
    add_output_options(*verb, "--output", "Folder of the force field, made anew", options->output)
        ->required();
    verb->add_option("--test", options->test, "Second set to measure errors on");
    verb->add_option("--geometries", options->geometries, "Train on so many, evenly spread")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->add_option("--memory", options->memory, "Solve iteratively where it would take more, GB")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add_help(
        *verb,
        "Sets are extended XYZ as ASE writes it, a geometry a frame, with the key energy in eV "
        "and the\ncolumn forces in eV/Å; see docs/data-formats.md.\n",
        "keesom train-monomer ethanol.xyz --output ethanol");
    verb->callback([options] { run_train_monomer(*options); });
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include "benchmark_page.hpp"
#include "data_files.hpp"
#include "help.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/calibration/benchmark.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/interaction/given_properties.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

struct BenchmarkOptions {
    std::vector<std::string> sets;
    std::string reference_key;
    std::string properties;
    ModelOptions model;
    EnergyUnit unit;
    bool json = false;
    bool verbose = false;
    OutputOptions csv;
    OutputOptions html{.path = {}, .replace = false, .marker = benchmark_file};
};

/// A set by name or by file, with the key of its reference energies.
struct RequestedSet {
    std::string name;
    std::filesystem::path path;
    std::string reference_key;
};

RequestedSet find_set(const std::string& name, const std::string& reference_key) {
    RequestedSet set{name, name, reference_key.empty() ? "e_ref" : reference_key};
    const auto shipped = shipped_sets().find(name);
    if (shipped != shipped_sets().end()) {
        set.path = data_folder() / "benchmarks" / shipped->second.file;
        if (reference_key.empty()) {
            set.reference_key = shipped->second.reference_key;
        }
    } else if (!std::filesystem::exists(set.path)) {
        std::vector<std::string> names;
        for (const auto& [known, unused] : shipped_sets()) {
            names.push_back(known);
        }
        throw InputError(
            fmt::format("{}: no such file, and no shipped set ({})", name, fmt::join(names, ", ")));
    }
    return set;
}

/// One warning for each set that has contacts beyond what the constants were fitted to.
std::vector<std::string> contact_warnings(const std::vector<EvaluatedSet>& sets,
                                          const ParameterSet& parameters) {
    std::vector<std::string> warnings;
    for (const EvaluatedSet& set : sets) {
        std::size_t close = 0;
        const BenchmarkEntry* closest = nullptr;
        for (const BenchmarkEntry& entry : set.result.entries) {
            if (entry.contact.ratio < parameters.closest_contact) {
                ++close;
                if (closest == nullptr || entry.contact.ratio < closest->contact.ratio) {
                    closest = &entry;
                }
            }
        }
        if (close > 0) {
            warnings.push_back(
                fmt::format("{}: {} of {} systems have contacts closer than any in the fit of the "
                            "constants ({:.2f} of the sum of van der Waals radii), {} the closest "
                            "({:.2f})",
                            set.set,
                            close,
                            set.result.entries.size(),
                            parameters.closest_contact,
                            closest->name,
                            closest->contact.ratio));
        }
    }
    return warnings;
}

/// How far an atom of the systems that were evaluated is from where its properties were given for.
double largest_distance(const BenchmarkResult& result,
                        const std::vector<ReferenceSystem>& systems,
                        const GivenProperties& given) {
    double largest = 0.0;
    for (const BenchmarkEntry& entry : result.entries) {
        for (const Molecule& monomer : systems[entry.index].monomers) {
            largest = std::max(largest, given.distance(monomer));
        }
    }
    return largest;
}

void run_benchmark_verb(const BenchmarkOptions& options) {
    std::vector<RequestedSet> requested;
    for (const std::string& name : options.sets) {
        requested.push_back(find_set(name, options.reference_key));
    }
    std::vector<std::filesystem::path> inputs = files_of(options.model);
    for (const RequestedSet& set : requested) {
        inputs.push_back(set.path);
    }
    if (!options.properties.empty()) {
        inputs.emplace_back(options.properties);
    }
    require_outputs({options.csv, options.html}, inputs);
    const Session session(options.model);
    std::shared_ptr<const GivenProperties> given;
    std::optional<InteractionModel> with_given;
    if (!options.properties.empty()) {
        given = std::make_shared<GivenProperties>(read_property_set(options.properties),
                                                  session.property_model);
        with_given.emplace(given, session.parameters);
    }
    std::vector<EvaluatedSet> evaluated;
    for (const RequestedSet& set : requested) {
        EvaluatedSet result{set.name,
                            set.path.filename().string(),
                            set.reference_key,
                            read_reference_systems(set.path),
                            {},
                            {}};
        const auto run = [&](const InteractionModel& model) {
            ProgressBar bar(set.name, result.systems.size());
            return run_benchmark(
                result.systems, model, set.reference_key, [&bar](std::size_t done) {
                    bar.show(done);
                });
        };
        result.result = run(session.model);
        if (with_given) {
            result.predicted = std::exchange(result.result, run(*with_given));
            result.given_distance = largest_distance(result.result, result.systems, *given);
        }
        evaluated.push_back(std::move(result));
    }
    nlohmann::ordered_json json = session.description();
    if (with_given) {
        json["properties"] = std::filesystem::path(options.properties).filename().string();
    }
    json.update(to_json(evaluated, options.unit));
    if (options.json) {
        print_json(json);
    } else {
        fmt::print("{}\n", session.headline());
        if (with_given) {
            fmt::print("Properties given in {}\n", options.properties);
        }
        for (const EvaluatedSet& set : evaluated) {
            fmt::print("\n{}", to_table(set, options.unit, options.verbose));
        }
    }
    if (!options.csv.path.empty()) {
        write_file(options.csv.path, to_csv(evaluated, options.unit));
    }
    std::vector<std::string> warnings = contact_warnings(evaluated, session.parameters);
    append_model_warning(session, warnings);
    if (!options.html.path.empty()) {
        const std::map<std::string, std::string> pages =
            benchmark_pages(evaluated, session, options.properties, warnings, options.unit);
        write_folder(options.html.path, benchmark_file, [&](const std::filesystem::path& folder) {
            write_file(folder / benchmark_file, json_text(json));
            for (const auto& [name, page] : pages) {
                write_file(folder / name, page);
            }
        });
    }
    print_warnings(warnings);
    for (const EvaluatedSet& set : evaluated) {
        if (set.result.entries.empty()) {
            throw InputError(fmt::format("{}: none of {} systems could be evaluated, the first: {}",
                                         set.set,
                                         set.result.skipped.size(),
                                         set.result.skipped.front().reason));
        }
    }
}

}  // namespace

void add_benchmark(CLI::App& app) {
    auto options = std::make_shared<BenchmarkOptions>();
    CLI::App* verb =
        app.add_subcommand("benchmark", "Errors on sets of systems with reference energies");
    verb->add_option("SET", options->sets, "s22, s66, s66x8, ssi, or an extended-XYZ file")
        ->required();
    verb->add_option(
        "--reference",
        options->reference_key,
        "Key of the reference energies (default e_ref, for shipped sets the best known)");
    verb->add_option("--properties",
                     options->properties,
                     "Property set (extended XYZ) to take the atoms of the monomers from in place "
                     "of predicting them");
    add_model_options(*verb, options->model);
    add_unit_option(*verb, options->unit);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--verbose", options->verbose, "Name every system that was skipped, and why");
    add_output_options(*verb, "--csv", "Write one line for each system to this file", options->csv);
    add_output_options(*verb,
                       "--html",
                       "Write pages with figures, tables and the worst cases to this folder",
                       options->html);
    add_help(
        *verb,
        "Sets are extended XYZ, plain or gzip: coordinates in Å, reference energies in kcal/mol\n"
        "(e_ref, elst, exch, ind, dhf, disp); see docs/data-formats.md. Systems that cannot be\n"
        "computed are counted by reason.\n"
        "With --properties each monomer must be in that file, turned and shifted and its atoms in\n"
        "any order, no atom more than 0.1 Å away; systems with others are skipped. Energies with\n"
        "predicted properties are computed too, and how far apart the two are is printed.\n",
        "keesom benchmark s22 s66 my-set.xyz.gz --csv errors.csv --html errors");
    verb->callback([options] { run_benchmark_verb(*options); });
}

}  // namespace keesom::apps

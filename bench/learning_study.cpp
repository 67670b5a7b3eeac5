// SPDX-License-Identifier: BSD-3-Clause
//
// What the learning of atoms' properties is worth, and what else was tried: the numbers behind
// docs/learning.
//
//   learning_study STUDY [--neutral-hcno] FOLDER SET...
//
// STUDY is
//   curves        errors on one fixed fifth of the species, trained on ever more of the others
//   held-out      what cross-validation predicts, to plot, and its errors
//   settings      the product's regressions with other descriptors
//   charges       charges learned directly, as local properties
//   tensors       dipoles and quadrupoles by other covariant kernels
//
// Tables are written to FOLDER/STUDY.csv, or FOLDER/STUDY_hcno.csv with --neutral-hcno, which keeps
// neutral molecules of H, C, N and O only. The last three take half of the species, and learn
// tensors from some atoms of each element.
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/held_out.hpp>
#include <keesom/ml/regression/tensor_regression.hpp>
#include <keesom/ml/training/atom_table.hpp>
#include <keesom/ml/training/charge_regression.hpp>
#include <keesom/ml/training/molecular_graph.hpp>
#include <keesom/ml/training/training.hpp>

#include <Eigen/Core>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

using Records = std::vector<PropertyRecord>;

/// A table that is written line by line, so that a study cut short leaves what it has found.
class Table {
public:
    Table(const std::filesystem::path& path, std::string_view header) : stream_(path) {
        if (!stream_) {
            throw InputError(fmt::format("{}: cannot be written", path.string()));
        }
        stream_ << header << '\n';
    }

    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        stream_ << fmt::format(format, std::forward<Values>(values)...) << '\n' << std::flush;
    }

private:
    std::ofstream stream_;
};

/// Where tables go.
struct Output {
    std::filesystem::path folder;
    std::string_view suffix;  ///< of their names

    [[nodiscard]] Table table(std::string_view name, std::string_view header) const {
        return {folder / fmt::format("{}{}.csv", name, suffix), header};
    }
};

bool is_neutral_hcno(const PropertyRecord& record) {
    constexpr int hcno[] = {1, 6, 7, 8};
    return record.molecule.charge == 0 &&
           std::ranges::all_of(record.molecule.atomic_numbers, [&](int element) {
               return std::ranges::find(hcno, element) != std::end(hcno);
           });
}

bool is_multipole(const AtomProperty& property) {
    return property.key == "charge" || !property.is_scalar();
}

/// Of tables of what was tried.
constexpr std::string_view attempt_header =
    "variant,noise,element,property,count,mae,standard_deviation";

struct Spread {
    double mean_absolute = 0.0;
    double standard_deviation = 0.0;
};

Spread spread_of(const Eigen::Ref<const Eigen::ArrayXXd>& errors,
                 const Eigen::Ref<const Eigen::ArrayXXd>& reference) {
    return {errors.abs().mean(), std::sqrt((reference - reference.mean()).square().mean())};
}

// ---- Learning curves.

/// Records of each species; species in the order of their keys, which are hashes and so a shuffle
/// that does not depend on the order of the files.
std::vector<Records> shuffled_species(const Records& records) {
    std::map<std::uint64_t, Records> species;
    for (const PropertyRecord& record : records) {
        species[species_key(record.molecule)].push_back(record);
    }
    std::vector<Records> result;
    for (auto& [key, members] : species) {
        result.push_back(std::move(members));
    }
    return result;
}

/// Records of the species [first, last).
Records join(const std::vector<Records>& species, std::size_t first, std::size_t last) {
    Records joined;
    for (std::size_t s = first; s < last; ++s) {
        joined.insert(joined.end(), species[s].begin(), species[s].end());
    }
    return joined;
}

std::map<int, int> count_atoms(const Records& records) {
    std::map<int, int> counts;
    for (const PropertyRecord& record : records) {
        for (const int element : record.molecule.atomic_numbers) {
            ++counts[element];
        }
    }
    return counts;
}

void learning_curves(const Records& records, const Output& output) {
    Table table = output.table(
        "curves", "species,molecules,atoms,element,property,unit,count,mae,standard_deviation");
    const std::vector<Records> species = shuffled_species(records);
    const std::size_t trained = species.size() * 4 / 5;
    const Records test = join(species, trained, species.size());
    TrainingOptions options;
    options.folds = 2;  // the fewest: the model does not depend on them, only its own errors do
    const std::vector<std::size_t> sizes = {
        species.size() / 16, species.size() / 8, species.size() / 4, species.size() / 2, trained};
    for (const std::size_t size : sizes) {
        const Records training = join(species, 0, size);
        const KernelPropertyModel model = train(training, options).model;
        // Small sets may lack an element.
        const std::vector<int> known = model.supported_elements();
        Records familiar;
        std::ranges::copy_if(test, std::back_inserter(familiar), [&](const PropertyRecord& record) {
            return std::ranges::all_of(record.molecule.atomic_numbers, [&](int element) {
                return std::ranges::binary_search(known, element);
            });
        });
        std::vector<PropertyPrediction> predictions(familiar.size());
        parallel_for(familiar.size(),
                     [&](std::size_t r) { predictions[r] = model.predict(familiar[r].molecule); });
        std::map<int, int> counts = count_atoms(training);
        for (const PropertyErrors& errors : property_errors(familiar, predictions)) {
            table.add("{},{},{},{},{},{},{},{:.6f},{:.6f}",
                      size,
                      training.size(),
                      counts[errors.element],
                      element_symbol(errors.element),
                      errors.property,
                      errors.unit,
                      errors.count,
                      errors.mean_absolute_error,
                      errors.standard_deviation);
        }
    }
}

// ---- Predictions of molecules left out.

// Values of one property of one element that are written; a plot shows no more.
constexpr int plotted_values = 3000;

void held_out_predictions(const Records& records, const Output& output) {
    const TrainingResult result = train(records, {});
    Table summary = output.table(
        "held-out_errors", "molecules,element,property,unit,count,mae,rmse,standard_deviation");
    const auto summarize = [&](std::string_view molecules,
                               const std::vector<PropertyErrors>& all_errors) {
        for (const PropertyErrors& errors : all_errors) {
            summary.add("{},{},{},{},{},{:.6f},{:.6f},{:.6f}",
                        molecules,
                        element_symbol(errors.element),
                        errors.property,
                        errors.unit,
                        errors.count,
                        errors.mean_absolute_error,
                        errors.root_mean_square_error,
                        errors.standard_deviation);
        }
    };
    summarize("all", result.errors);
    Records neutral;
    std::vector<PropertyPrediction> of_neutral;
    for (std::size_t r = 0; r < records.size(); ++r) {
        if (is_neutral_hcno(records[r])) {
            neutral.push_back(records[r]);
            of_neutral.push_back(result.held_out[r]);
        }
    }
    summarize("neutral HCNO", property_errors(neutral, of_neutral));
    Table table = output.table("held-out", "element,property,component,reference,predicted,sd");
    const std::map<int, int> counts = count_atoms(records);
    for (const AtomProperty& property : density_properties()) {
        if (!is_multipole(property)) {
            continue;
        }
        std::map<int, Eigen::Index> seen;
        for (std::size_t r = 0; r < records.size(); ++r) {
            const auto reference = property.values(records[r].properties);
            const auto predicted = property.values(result.held_out[r].properties);
            const Eigen::VectorXd& deviations = property.deviations(result.held_out[r].uncertainty);
            for (Eigen::Index i = 0; i < reference.cols(); ++i) {
                const int element = records[r].molecule.atomic_numbers[static_cast<std::size_t>(i)];
                const Eigen::Index every =
                    1 + counts.at(element) * property.components() / plotted_values;
                if (seen[element]++ % every != 0) {
                    continue;
                }
                for (Eigen::Index c = 0; c < property.components(); ++c) {
                    table.add("{},{},{},{:.5f},{:.5f},{:.5f}",
                              element_symbol(element),
                              property.key,
                              c,
                              reference(c, i),
                              predicted(c, i),
                              deviations[i]);
                }
            }
        }
    }
}

// ---- What was tried: on the same molecules, in the same folds.

/// Half of the species, so that many regressions take minutes.
Records compared_molecules(const Records& records) {
    const std::vector<Records> species = shuffled_species(records);
    Records compared = join(species, 0, species.size() / 2);
    fmt::print("{} of {} species: {} of {} molecules\n",
               species.size() / 2,
               species.size(),
               compared.size(),
               records.size());
    std::fflush(stdout);
    return compared;
}

/// Atoms of each element with their features, and the records they refer to.
struct Atoms {
    Records records;  // in the order of their folds
    std::vector<int> folds;
    std::vector<ElementAtoms> elements;
};

Atoms gather(const Records& records, DescriptorOptions descriptor) {
    const std::vector<int> fold_of = assign_folds(records, TrainingOptions().folds);
    std::vector<std::size_t> order(records.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t r) { return fold_of[r]; });
    Atoms atoms;
    for (const std::size_t r : order) {
        atoms.records.push_back(records[r]);
        atoms.folds.push_back(fold_of[r]);
    }
    descriptor.elements = elements_of(records);
    atoms.elements = gather_atoms(atoms.records, atoms.folds, descriptor);
    return atoms;
}

/// Reports the errors of charges of each record.
void add_charges(std::string_view variant,
                 double noise,
                 const Atoms& atoms,
                 const std::vector<Eigen::VectorXd>& predicted,
                 Table& table) {
    for (const ElementAtoms& element : atoms.elements) {
        Eigen::ArrayXd reference(static_cast<Eigen::Index>(element.atoms.size()));
        Eigen::ArrayXd errors(reference.size());
        for (std::size_t i = 0; i < element.atoms.size(); ++i) {
            const auto [record, index] = element.atoms[i];
            const auto row = static_cast<Eigen::Index>(i);
            reference[row] = atoms.records[record].properties.charges[index];
            errors[row] = predicted[record][index] - reference[row];
        }
        const Spread spread = spread_of(errors, reference);
        table.add("{},{},{},charge,{},{:.6f},{:.6f}",
                  variant,
                  noise,
                  element_symbol(element.element),
                  reference.size(),
                  spread.mean_absolute,
                  spread.standard_deviation);
    }
}

/// Charges of the atoms of an element, predicted without their folds.
Eigen::VectorXd local_charges(const ElementAtoms& atoms,
                              const Eigen::VectorXd& reference,
                              int exponent,
                              double noise) {
    const Eigen::MatrixXd& x = atoms.features.ranks[0];
    const double mean = reference.mean();
    const Eigen::VectorXd centred = reference.array() - mean;
    Eigen::MatrixXd covariance = x.transpose() * x;
    covariance = covariance.array().pow(exponent);
    covariance.diagonal().array() += noise;
    const CholeskyFactor factor(std::move(covariance));
    return reference + leave_groups_out(factor, factor.solve(centred), atoms.fold_starts);
}

void directly_learned_charges(const Records& records, const Output& output) {
    Table table = output.table("charges", attempt_header);
    const Atoms atoms = gather(compared_molecules(records), {});
    for (const int exponent : {1, 2, 3}) {
        for (const double noise : {1e-4, 1e-3, 1e-2}) {
            std::vector<Eigen::VectorXd> predicted;
            for (const PropertyRecord& record : atoms.records) {
                predicted.emplace_back(record.molecule.size());
            }
            for (const ElementAtoms& element : atoms.elements) {
                Eigen::VectorXd reference(static_cast<Eigen::Index>(element.atoms.size()));
                for (std::size_t i = 0; i < element.atoms.size(); ++i) {
                    const TrainingAtom& atom = element.atoms[i];
                    reference[static_cast<Eigen::Index>(i)] =
                        atoms.records[atom.record].properties.charges[atom.index];
                }
                const Eigen::VectorXd charges = local_charges(element, reference, exponent, noise);
                for (std::size_t i = 0; i < element.atoms.size(); ++i) {
                    const TrainingAtom& atom = element.atoms[i];
                    predicted[atom.record][atom.index] = charges[static_cast<Eigen::Index>(i)];
                }
            }
            for (std::size_t r = 0; r < atoms.records.size(); ++r) {
                predicted[r].array() +=
                    atoms.records[r].molecule.charge / static_cast<double>(predicted[r].size()) -
                    predicted[r].mean();
            }
            add_charges(fmt::format("local zeta {}", exponent), noise, atoms, predicted, table);
        }
    }
}

// ---- Dipoles and quadrupoles.

// Atoms of each element, as many as the covariances of all pairs can be had for in seconds.
constexpr Eigen::Index tensor_atoms = 800;

/// Some atoms of an element, evenly taken from all folds, and their tensors of one rank.
struct TensorSample {
    int rank = 0;
    std::vector<AtomicEnvironment> environments;
    std::vector<Eigen::Index> fold_starts;
    Eigen::MatrixXd invariants;  // (features, N)
    Eigen::MatrixXd tensors;     // second order; (features, (2λ+1) N)
    Eigen::MatrixXd targets;     // (2λ+1, N)
};

TensorSample sample(const ElementAtoms& atoms,
                    const Records& records,
                    const AtomProperty& property) {
    const auto all = static_cast<Eigen::Index>(atoms.atoms.size());
    const Eigen::Index count = std::min(all, tensor_atoms);
    const Eigen::Index components = property.spherical_components();
    const auto rank = static_cast<std::size_t>(property.rank());
    TensorSample result;
    result.rank = property.rank();
    result.invariants.resize(atoms.features.ranks[0].rows(), count);
    result.tensors.resize(atoms.features.ranks[rank].rows(), components * count);
    result.targets.resize(components, count);
    for (Eigen::Index i = 0; i < count; ++i) {
        const Eigen::Index from = i * all / count;
        const TrainingAtom& atom = atoms.atoms[static_cast<std::size_t>(from)];
        const PropertyRecord& record = records[atom.record];
        while (result.fold_starts.size() < atoms.fold_starts.size() &&
               atoms.fold_starts[result.fold_starts.size()] <= from) {
            result.fold_starts.push_back(i);
        }
        result.environments.push_back(atomic_environment(
            record.molecule, atom.index, DescriptorOptions().radial.cutoff_radius));
        result.invariants.col(i) = atoms.features.ranks[0].col(from);
        result.tensors.middleCols(components * i, components) =
            atoms.features.ranks[rank].middleCols(components * from, components);
        result.targets.col(i) =
            spherical_values(property.rank(), property.values(record.properties).col(atom.index));
    }
    result.fold_starts.resize(atoms.fold_starts.size(), count);
    return result;
}

/// Tensors c_{qλ} of first order: sums over single neighbors. (channels, (2λ+1) N)
Eigen::MatrixXd first_order_tensors(const TensorSample& sample, const std::vector<int>& elements) {
    DescriptorOptions options;
    options.elements = elements;
    const DensityExpansion expansion(options);
    const Eigen::Index components = 2 * sample.rank + 1;
    Eigen::MatrixXd tensors(expansion.channels(), sample.targets.size());
    parallel_for(sample.environments.size(), [&](std::size_t i) {
        const Eigen::MatrixXd coefficients = expansion.expand(sample.environments[i]);
        tensors.middleCols(components * static_cast<Eigen::Index>(i), components) =
            coefficients.middleCols(harmonics_index(sample.rank, -sample.rank), components) /
            coefficients.norm();
    });
    return tensors;
}

/// Errors of the Gaussian process of a covariance; (2λ+1, N).
Eigen::MatrixXd process_errors(Eigen::MatrixXd covariance,
                               const TensorSample& sample,
                               double regularization) {
    covariance.diagonal().array() += regularization * covariance.diagonal().mean();
    const CholeskyFactor factor(std::move(covariance));
    std::vector<Eigen::Index> rows;
    for (const Eigen::Index start : sample.fold_starts) {
        rows.push_back(sample.targets.rows() * start);
    }
    return leave_groups_out(factor, factor.solve(sample.targets.reshaped()), rows)
        .reshaped(sample.targets.rows(), sample.targets.cols());
}

/// Reports errors (2λ+1, N) of spherical components as those of Cartesian ones.
void add_tensors(std::string_view variant,
                 double noise,
                 const ElementAtoms& atoms,
                 const AtomProperty& property,
                 const TensorSample& sample,
                 const Eigen::MatrixXd& errors,
                 Table& table) {
    const Spread spread = spread_of(cartesian_values(sample.rank, errors),
                                    cartesian_values(sample.rank, sample.targets));
    table.add("{},{},{},{},{},{:.6f},{:.6f}",
              variant,
              noise,
              element_symbol(atoms.element),
              property.key,
              sample.targets.cols(),
              spread.mean_absolute,
              spread.standard_deviation);
}

void covariant_kernels(const ElementAtoms& atoms,
                       const Records& records,
                       const AtomProperty& property,
                       const std::vector<int>& elements,
                       Table& table) {
    const TensorSample data = sample(atoms, records, property);
    const auto attempt = [&](std::string_view variant, const auto& errors) {
        for (const double noise : {3e-5, 3e-4, 3e-3, 3e-2}) {
            add_tensors(variant, noise, atoms, property, data, errors(noise), table);
        }
    };
    const auto products = [&](std::string_view name,
                              const Eigen::MatrixXd& tensors,
                              Eigen::Index invariants) {
        const TensorData product{
            data.invariants.topRows(std::min(invariants, data.invariants.rows())),
            tensors,
            data.targets};
        attempt(fmt::format("{} x {} invariants", name, invariants), [&](double regularization) {
            return regress_tensors(product, regularization, data.fold_starts).errors;
        });
    };
    const Eigen::MatrixXd first_order = first_order_tensors(data, elements);
    const Eigen::Index leading = TrainingOptions().tensor_invariants;
    products("first order", first_order, 1);
    products("first order", first_order, leading);
    products("first order", first_order, data.invariants.rows());
    products("second order", data.tensors, 1);
    products("second order", data.tensors, leading);
    for (const double width : {0.5, 1.0}) {
        const CovariantKernel kernel(data.rank, {.gaussian_width = width});
        std::vector<CovariantKernel::Density> densities(data.environments.size());
        parallel_for(densities.size(),
                     [&](std::size_t i) { densities[i] = kernel.density(data.environments[i]); });
        for (const int exponent : {0, 2, 4}) {
            const Eigen::MatrixXd covariance = kernel.covariance(
                densities, (data.invariants.transpose() * data.invariants).array().pow(exponent));
            attempt(fmt::format("closed form sigma {} x scalar kernel zeta {}", width, exponent),
                    [&](double regularization) {
                        return process_errors(covariance, data, regularization);
                    });
        }
    }
}

void other_tensor_kernels(const Records& records, const Output& output) {
    Table table = output.table("tensors", attempt_header);
    const Atoms atoms = gather(compared_molecules(records), {});
    for (const ElementAtoms& element : atoms.elements) {
        for (const AtomProperty& property : density_properties()) {
            if (!property.is_scalar()) {
                covariant_kernels(
                    element, atoms.records, property, elements_of(atoms.records), table);
            }
        }
    }
}

// ---- The product's regressions with another descriptor.

void other_settings(const Records& all, const Output& output) {
    Table table = output.table("settings", attempt_header);
    const Records records = compared_molecules(all);
    const TrainingOptions product;
    const auto charges = [&](std::string_view variant, const Atoms& atoms, double staying_spread) {
        const ChargePrior prior = {.noise = product.regularization.charges,
                                   .staying_spread = staying_spread};
        add_charges(variant,
                    prior.noise,
                    atoms,
                    regress_charges(atoms.records, atoms.folds, atoms.elements, prior).held_out,
                    table);
    };
    const auto run = [&](std::string_view variant, const Atoms& atoms) {
        charges(variant, atoms, product.staying_spread);
        for (const ElementAtoms& element : atoms.elements) {
            for (const AtomProperty& property : density_properties()) {
                if (!property.is_scalar()) {
                    const TensorSample data = sample(element, atoms.records, property);
                    const TensorData products{data.invariants.topRows(product.tensor_invariants),
                                              data.tensors,
                                              data.targets};
                    const double ridge = product.regularization.tensors;
                    add_tensors(variant,
                                ridge,
                                element,
                                property,
                                data,
                                regress_tensors(products, ridge, data.fold_starts).errors,
                                table);
                }
            }
        }
    };
    const Atoms product_atoms = gather(records, product.descriptor);
    charges("flow alone", product_atoms, 0.0);
    run("product", product_atoms);
    for (const double cutoff : {6.0, 8.0, 13.0}) {
        DescriptorOptions descriptor = product.descriptor;
        descriptor.radial.cutoff_radius = cutoff;
        run(fmt::format("cutoff {} bohr", cutoff), gather(records, descriptor));
    }
    DescriptorOptions descriptor = product.descriptor;
    descriptor.element_coupling = 0.0;
    run("element_coupling 0", gather(records, descriptor));
}

// ---- The program.

struct Study {
    std::string_view name;
    void (*run)(const Records& records, const Output& output);
};

constexpr Study studies[] = {{"curves", learning_curves},
                             {"held-out", held_out_predictions},
                             {"settings", other_settings},
                             {"charges", directly_learned_charges},
                             {"tensors", other_tensor_kernels}};

void run(std::vector<std::string> arguments) {
    const bool neutral_hcno = std::erase(arguments, "--neutral-hcno") > 0;
    const auto study = std::ranges::find(
        studies, arguments.empty() ? std::string_view() : arguments.front(), &Study::name);
    if (study == std::end(studies) || arguments.size() < 3) {
        throw InputError(
            "expected: learning_study curves|held-out|settings|charges|tensors [--neutral-hcno] "
            "FOLDER SET...");
    }
    Records records;
    for (std::size_t a = 2; a < arguments.size(); ++a) {
        Records more = read_property_set(arguments[a]);
        std::ranges::move(more, std::back_inserter(records));
    }
    if (neutral_hcno) {
        std::erase_if(records, std::not_fn(is_neutral_hcno));
    }
    const Output output{arguments[1], neutral_hcno ? "_hcno" : ""};
    std::filesystem::create_directories(output.folder);
    study->run(records, output);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run({argv + 1, argv + argc});
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "learning_study: {}\n", error.what());
        return 1;
    }
}

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/farthest_point.hpp>
#include <keesom/ml/kernels.hpp>
#include <keesom/ml/spherical_tensors.hpp>
#include <keesom/ml/training_assembly.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>
#include <utility>

namespace keesom {

namespace {

// Environments nearer than this in the power spectrum (a distance on the unit sphere) teach nothing
// new and only make the kernel matrix singular.
constexpr double smallest_distance = 1e-4;

// Rows of the kernel matrix made at a time: bounds the memory of the regression of tensors.
constexpr Eigen::Index atoms_per_block = 256;

// A property that is the same for all training atoms still needs a scale to divide by.
constexpr double smallest_deviation = 1e-6;

constexpr std::size_t rank_count = 3;  // scalars, dipoles, quadrupoles

double root_mean_square(const Eigen::VectorXd& values) {
    return std::max(smallest_deviation,
                    std::sqrt(values.squaredNorm() / static_cast<double>(values.size())));
}

/// For every element and rank, high ranks first since they take longest.
template <class Task>
void run_regressions(std::size_t elements, const Task& task) {
    parallel_for(rank_count * elements, [&](std::size_t index) {
        task(index % elements, rank_count - 1 - index / elements);
    });
}

}  // namespace

std::vector<int> elements_of(const std::vector<const PropertyRecord*>& records) {
    std::set<int> elements;
    for (const PropertyRecord* record : records) {
        elements.insert(record->molecule.atomic_numbers.begin(),
                        record->molecule.atomic_numbers.end());
    }
    return {elements.begin(), elements.end()};
}

TrainingAssembly::TrainingAssembly(const std::vector<const PropertyRecord*>& records,
                                   const TrainingOptions& options)
    : options_(options) {
    if (options_.descriptor.elements.empty()) {
        options_.descriptor.elements = elements_of(records);
    }
    for (const int element : options_.descriptor.elements) {
        assemblies_.push_back(gather(records, element));
    }
    calculate_features();
    parallel_for(assemblies_.size(), [&](std::size_t e) { choose_sparse(assemblies_[e]); });
    run_regressions(assemblies_.size(),
                    [&](std::size_t e, std::size_t rank) { regress(assemblies_[e], rank); });
}

KernelModelData TrainingAssembly::solve(const Regularization& regularization) const {
    KernelModelData model;
    model.descriptor = options_.descriptor;
    model.contraction = contraction_;
    model.zeta = options_.zeta;
    model.regularization = regularization;
    for (const ElementAssembly& assembly : assemblies_) {
        model.elements.push_back(assembly.regression);
    }
    run_regressions(assemblies_.size(), [&](std::size_t e, std::size_t rank) {
        solve_rank(assemblies_[e], rank, regularization, model.elements[e]);
    });
    return model;
}

TrainingAssembly::ElementAssembly TrainingAssembly::gather(
    const std::vector<const PropertyRecord*>& records, int element) const {
    ElementAssembly assembly;
    assembly.regression.element = element;
    std::vector<Eigen::VectorXd> values;
    for (const PropertyRecord* record : records) {
        const Molecule& molecule = record->molecule;
        for (Eigen::Index i = 0; i < molecule.size(); ++i) {
            if (molecule.atomic_numbers[static_cast<std::size_t>(i)] == element) {
                assembly.environments.push_back(
                    atomic_environment(molecule, i, options_.descriptor.radial.cutoff_radius));
                values.push_back(stacked_properties(record->properties, i));
            }
        }
    }
    if (values.empty()) {
        throw InputError(
            fmt::format("training set has no atom of element {}", element_symbol(element)));
    }
    const auto n = static_cast<Eigen::Index>(values.size());
    assembly.scalars.resize(n, scalar_property_count);
    assembly.dipoles.resize(3 * n);
    assembly.quadrupoles.resize(5 * n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::VectorXd& atom = values[static_cast<std::size_t>(i)];
        assembly.scalars.row(i) = atom.head<scalar_property_count>().transpose();
        assembly.dipoles.segment<3>(3 * i) = spherical_from_vector(atom.segment<3>(dipole_row));
        assembly.quadrupoles.segment<5>(5 * i) =
            spherical_from_quadrupole(atom.segment<6>(quadrupole_row));
    }
    standardize(assembly);
    return assembly;
}

void TrainingAssembly::standardize(ElementAssembly& assembly) {
    ElementRegression& regression = assembly.regression;
    regression.training_atoms = assembly.scalars.rows();
    regression.means = assembly.scalars.colwise().mean().transpose();
    regression.smallest = assembly.scalars.colwise().minCoeff().transpose();
    assembly.scalars.rowwise() -= regression.means.transpose();
    for (Eigen::Index p = 0; p < scalar_property_count; ++p) {
        regression.deviations[p] = root_mean_square(assembly.scalars.col(p));
        assembly.scalars.col(p) /= regression.deviations[p];
    }
    assembly.dipole_scale = root_mean_square(assembly.dipoles);
    assembly.dipoles /= assembly.dipole_scale;
    assembly.quadrupole_scale = root_mean_square(assembly.quadrupoles);
    assembly.quadrupoles /= assembly.quadrupole_scale;
}

void TrainingAssembly::calculate_features() {
    if (options_.descriptor.max_channels > 0) {
        const DensityExpansion expansion(options_.descriptor);
        std::vector<Eigen::MatrixXd> expansions;
        std::vector<int> centers;
        for (const ElementAssembly& assembly : assemblies_) {
            for (const AtomicEnvironment& environment : assembly.environments) {
                expansions.push_back(expansion.expand(environment));
                centers.push_back(environment.element);
            }
        }
        contraction_ = principal_channels(expansions, centers, options_.descriptor.max_channels);
    }
    const FeatureCalculator calculator(options_.descriptor, contraction_);
    parallel_for(assemblies_.size(), [&](std::size_t e) {
        assemblies_[e].features = calculator.features(assemblies_[e].environments);
    });
}

void TrainingAssembly::choose_sparse(ElementAssembly& assembly) const {
    const auto own = options_.sparse_counts.find(assembly.regression.element);
    const int count = own == options_.sparse_counts.end() ? options_.sparse_count : own->second;
    const std::vector<Eigen::Index> chosen =
        select_farthest(assembly.features.invariants, count, smallest_distance);
    assembly.sparse_features = select(assembly.features, chosen);
    for (const Eigen::Index index : chosen) {
        assembly.regression.sparse_environments.push_back(
            assembly.environments[static_cast<std::size_t>(index)]);
    }
}

Eigen::MatrixXd TrainingAssembly::kernel(const EnvironmentFeatures& a,
                                         const EnvironmentFeatures& b,
                                         std::size_t rank) const {
    Eigen::MatrixXd scalar = invariant_kernel(a.invariants, b.invariants, options_.zeta);
    if (rank == 0) {
        return scalar;
    }
    return rank == 1 ? covariant_kernel(scalar, a.vectors, b.vectors, 1)
                     : covariant_kernel(scalar, a.tensors, b.tensors, 2);
}

void TrainingAssembly::regress(ElementAssembly& assembly, std::size_t rank) const {
    const auto d = static_cast<Eigen::Index>(2 * rank + 1);
    const Eigen::Index n = assembly.features.size();
    auto system = std::make_unique<SparseRegression>(
        kernel(assembly.sparse_features, assembly.sparse_features, rank),
        rank == 0 ? scalar_property_count : 1);
    for (Eigen::Index first = 0; first < n; first += atoms_per_block) {
        const Eigen::Index count = std::min(atoms_per_block, n - first);
        std::vector<Eigen::Index> block(static_cast<std::size_t>(count));
        std::iota(block.begin(), block.end(), first);
        const Eigen::MatrixXd rows =
            kernel(select(assembly.features, block), assembly.sparse_features, rank);
        if (rank == 0) {
            system->add(rows, assembly.scalars.middleRows(first, count));
        } else {
            const Eigen::VectorXd& targets = rank == 1 ? assembly.dipoles : assembly.quadrupoles;
            system->add(rows, targets.segment(d * first, d * count));
        }
    }
    assembly.systems[rank] = std::move(system);
}

void TrainingAssembly::solve_rank(const ElementAssembly& assembly,
                                  std::size_t rank,
                                  const Regularization& regularization,
                                  ElementRegression& regression) {
    const SparseRegression& system = *assembly.systems[rank];
    if (rank == 0) {
        SparseSolution solution = system.solve(regularization.scalars);
        regression.scalar_coefficients = std::move(solution.dual_coefficients);
        regression.posterior_factor = std::move(solution.posterior_factor);
        regression.prior_factor = system.prior_factor();
    } else if (rank == 1) {
        regression.dipole_coefficients =
            assembly.dipole_scale * system.solve(regularization.dipoles).dual_coefficients.col(0);
    } else {
        regression.quadrupole_coefficients =
            assembly.quadrupole_scale *
            system.solve(regularization.quadrupoles).dual_coefficients.col(0);
    }
}

}  // namespace keesom

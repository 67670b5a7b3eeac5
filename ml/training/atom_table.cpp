// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/model/property_model.hpp>
#include <keesom/ml/regression/single_precision.hpp>
#include <keesom/ml/training/atom_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace keesom {

namespace {

constexpr std::size_t task_size = 64;  // atoms whose features are one task

// Mean square of a feature below which it is noise.
constexpr double smallest_variance = 1e-5;

EnvironmentFeatures all_features(const FeatureCalculator& calculator,
                                 std::span<const AtomicEnvironment> environments) {
    const auto n = static_cast<Eigen::Index>(environments.size());
    EnvironmentFeatures all;
    for (std::size_t rank = 0; rank < rank_count; ++rank) {
        all.ranks[rank].resize(calculator.size(rank), static_cast<Eigen::Index>(2 * rank + 1) * n);
    }
    parallel_for((environments.size() + task_size - 1) / task_size, [&](std::size_t block) {
        const std::size_t first = block * task_size;
        const EnvironmentFeatures features = calculator.features(
            environments.subspan(first, std::min(task_size, environments.size() - first)));
        for (std::size_t rank = 0; rank < rank_count; ++rank) {
            all.ranks[rank].middleCols(static_cast<Eigen::Index>((2 * rank + 1) * first),
                                       features.ranks[rank].cols()) = features.ranks[rank];
        }
    });
    return all;
}

}  // namespace

Eigen::VectorXd ElementAtoms::feature_scales() const {
    return (reduction.variances.array() + smallest_variance).sqrt();
}

std::vector<int> elements_of(std::span<const PropertyRecord> records) {
    std::set<int> elements;
    for (const PropertyRecord& record : records) {
        elements.insert(record.molecule.atomic_numbers.begin(),
                        record.molecule.atomic_numbers.end());
    }
    return {elements.begin(), elements.end()};
}

std::vector<ElementAtoms> gather_atoms(std::span<const PropertyRecord> records,
                                       std::span<const int> folds,
                                       const DescriptorOptions& descriptor) {
    const int fold_count = folds.back() + 1;
    std::vector<ElementAtoms> table;
    for (const int element : descriptor.elements) {
        ElementAtoms atoms;
        atoms.element = element;
        std::vector<AtomicEnvironment> environments;
        for (std::size_t r = 0; r < records.size(); ++r) {
            while (static_cast<int>(atoms.fold_starts.size()) <= folds[r]) {
                atoms.fold_starts.push_back(static_cast<Eigen::Index>(atoms.atoms.size()));
            }
            const Molecule& molecule = records[r].molecule;
            for (Eigen::Index i = 0; i < molecule.size(); ++i) {
                if (molecule.atomic_numbers[static_cast<std::size_t>(i)] == element) {
                    atoms.atoms.push_back({r, i});
                    environments.push_back(
                        atomic_environment(molecule, i, descriptor.radial.cutoff_radius));
                }
            }
        }
        if (environments.empty()) {
            throw InputError(
                fmt::format("training set has no atom of element {}", element_symbol(element)));
        }
        atoms.fold_starts.resize(static_cast<std::size_t>(fold_count),
                                 static_cast<Eigen::Index>(atoms.atoms.size()));
        atoms.electronegativity_charges.resize(static_cast<Eigen::Index>(atoms.atoms.size()));
        atoms.local_charges.resize(static_cast<Eigen::Index>(atoms.atoms.size()));
        for (std::size_t i = 0; i < atoms.atoms.size(); ++i) {
            const Molecule& molecule = records[atoms.atoms[i].record].molecule;
            const auto row = static_cast<Eigen::Index>(i);
            atoms.electronegativity_charges[row] = electronegativity_charge(molecule);
            atoms.local_charges[row] = local_charge(molecule);
        }
        atoms.reduction = principal_reduction(descriptor, environments);
        FeatureReduction& reduction = atoms.reduction.reduction;
        std::vector<Eigen::MatrixXd> contraction = reduction.channels.matrices();
        for (Eigen::MatrixXd& matrix : contraction) {
            matrix = rounded_to_float(matrix);
        }
        reduction.channels = ChannelContraction(std::move(contraction));
        for (RowMatrix& directions : reduction.directions) {
            directions = rounded_to_float(directions);
        }
        atoms.features = all_features(FeatureCalculator(descriptor, reduction), environments);
        table.push_back(std::move(atoms));
    }
    return table;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// A model small enough to be trained within a test, on a few molecules of the shipped training set.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/training/training.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace keesom::testing {

/// The first molecules of the training set with at most `largest` atoms.
inline std::vector<PropertyRecord> small_records(std::size_t count = 24, Eigen::Index largest = 7) {
    std::vector<PropertyRecord> chosen;
    const std::filesystem::path path =
        std::filesystem::path(KEESOM_TEST_DATA_DIR) / "training" / "aim_train.xyz.gz";
    for (PropertyRecord& record : read_property_set(path)) {
        if (record.molecule.size() <= largest && chosen.size() < count) {
            chosen.push_back(std::move(record));
        }
    }
    return chosen;
}

inline TrainingOptions small_training() {
    TrainingOptions options;
    options.descriptor.radial.max_radial = 4;
    options.descriptor.max_angular = 3;
    options.descriptor.max_channels = 8;
    options.descriptor.tensor_channels = 4;
    options.descriptor.max_features = 60;
    options.descriptor.max_tensor_features = 12;
    options.tensor_invariants = 8;
    options.folds = 3;
    options.sources = {{"small", "0123"}};
    return options;
}

inline KernelPropertyModel small_model() {
    const std::vector<PropertyRecord> records = small_records();
    return train(records, small_training()).model;
}

inline TrainingOptions small_closed_form_training() {
    TrainingOptions options = small_training();
    options.tensor_kernel = TensorKernel::ClosedForm;
    options.closed_form_atoms = 30;
    return options;
}

inline KernelPropertyModel small_closed_form_model() {
    const std::vector<PropertyRecord> records = small_records();
    return train(records, small_closed_form_training()).model;
}

/// The same model as if it had learned short-range properties: random weights on points among the
/// environments of a few molecules.
inline KernelPropertyModel with_short_range(const KernelPropertyModel& model) {
    std::mt19937 random(103);
    std::normal_distribution<double> normal;
    const std::vector<PropertyRecord> records = small_records();
    KernelModelData data = model.data();
    for (ElementModel& element : data.elements) {
        std::vector<AtomicEnvironment> environments;
        for (const PropertyRecord& record : records) {
            for (const ElementEnvironments& of_element : model.environments(record.molecule)) {
                if (of_element.element == element.element) {
                    environments.insert(environments.end(),
                                        of_element.environments.begin(),
                                        of_element.environments.end());
                }
            }
        }
        const ShortRangeBasis basis(
            short_range_points(FeatureCalculator(data.descriptor, element.reduction)
                                   .normalized_expansions(environments),
                               {.invariants = 40, .channels = 6, .points = {8, 6, 4}}));
        std::vector<Eigen::VectorXd> weights;
        for (const AtomProperty& property : short_range_properties()) {
            weights.emplace_back(Eigen::VectorXd::NullaryExpr(basis.size(property.rank()),
                                                              [&] { return normal(random); }));
        }
        element.short_range = short_range_element(basis, weights);
    }
    return KernelPropertyModel(std::move(data));
}

/// Methanol, unlike any geometry of the training set.
inline Molecule methanol() {
    Molecule molecule;
    molecule.name = "methanol";
    molecule.atomic_numbers = {6, 8, 1, 1, 1, 1};
    molecule.positions.resize(3, 6);
    // clang-format off
    molecule.positions << -0.05,  0.06, -1.09,  0.43,  0.46, -0.84,
                           0.66, -0.76,  0.97,  1.10,  1.06, -1.10,
                           0.00,  0.00,  0.03, -0.90,  0.88,  0.05;
    // clang-format on
    molecule.positions *= units::angstrom;
    return molecule;
}

}  // namespace keesom::testing

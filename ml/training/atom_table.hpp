// SPDX-License-Identifier: BSD-3-Clause
//
// The atoms of a training set, sorted by element. Not a public header.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/descriptors/environment_features.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

namespace keesom {

/// An atom of a training set.
struct TrainingAtom {
    std::size_t record = 0;
    Eigen::Index index = 0;  ///< in its molecule
};

/// The atoms of one element, in the order of their molecules.
struct ElementAtoms {
    int element = 0;
    std::vector<TrainingAtom> atoms;
    std::vector<Eigen::Index> fold_starts;      ///< first atom of each fold
    Eigen::VectorXd electronegativity_charges;  ///< z of the molecule of each; (N)
    Eigen::VectorXd local_charges;              ///< (N)
    PrincipalReduction reduction;
    EnvironmentFeatures features;

    /// √(λ_k + r): how large each invariant feature is, or could be without being noticed; (K).
    [[nodiscard]] Eigen::VectorXd feature_scales() const;
};

/// What quadratic forms leave out, of the spread of what they describe. A training atom has a
/// length Σ_k x_k²/(λ_k + r) of about 100.
inline constexpr double form_tolerance = 1e-5;

/// Atomic numbers, ascending, distinct.
std::vector<int> elements_of(std::span<const PropertyRecord> records);

/// Gathers atoms and finds their features; reductions are rounded to single precision, as model
/// files keep them.
/// @param records in the order of their folds
/// @param folds of the records, ascending
/// @throws InputError for an element without atoms
std::vector<ElementAtoms> gather_atoms(std::span<const PropertyRecord> records,
                                       std::span<const int> folds,
                                       const DescriptorOptions& descriptor);

}  // namespace keesom

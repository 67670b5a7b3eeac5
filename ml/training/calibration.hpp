// SPDX-License-Identifier: BSD-3-Clause
//
// How far predictions for molecules never seen can be trusted. Not a public header.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/model/property_model.hpp>

#include <Eigen/Core>

#include <span>

namespace keesom {

/// The line s² = slope·v + floor, both non-negative, under which independent normal errors are most
/// likely, Σ ln s² + e²/s² least. Its mean of e²/s² is 1.
/// @param errors at least one
/// @param novelty of each, non-negative
VarianceLine most_likely_variance(const Eigen::VectorXd& errors, const Eigen::VectorXd& novelty);

/// Sets the variances and the novelty thresholds of elements, from predictions for records that the
/// regressions have not seen; tensors by orthonormal component. Lines follow from the neutral
/// molecules; where an element has fewer than 5 atoms in ions, these have the factor of all ions of
/// all elements.
/// @param predicted one for each record
/// @param novelty of the atoms of each record
void calibrate(std::span<const PropertyRecord> records,
               std::span<const AtomProperties> predicted,
               std::span<const Eigen::VectorXd> novelty,
               double novelty_quantile,
               std::span<ElementModel> elements);

}  // namespace keesom

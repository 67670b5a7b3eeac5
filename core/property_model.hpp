// SPDX-License-Identifier: BSD-3-Clause
//
// The interface between a molecule and its atoms' properties, however these are found.
#pragma once

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/molecule.hpp>

#include <vector>

namespace keesom {

struct PropertyPrediction {
    AtomProperties properties;
    PropertyUncertainty uncertainty;
    Eigen::VectorX<bool> unfamiliar;  ///< (N), atoms beyond the experience of the model
};

/// Molecule in, atoms out. Implementations are immutable and may be used from many threads.
class PropertyModel {
public:
    virtual ~PropertyModel() = default;
    PropertyModel() = default;
    PropertyModel(const PropertyModel&) = default;
    PropertyModel(PropertyModel&&) = default;
    PropertyModel& operator=(const PropertyModel&) = default;
    PropertyModel& operator=(PropertyModel&&) = default;

    /// Properties of each atom; charges add up to the charge of the molecule.
    /// @throws ModelError for an element that is not among supported_elements()
    [[nodiscard]] virtual PropertyPrediction predict(const Molecule& molecule) const = 0;

    /// Atomic numbers the model was trained on, ascending.
    [[nodiscard]] virtual std::vector<int> supported_elements() const = 0;
};

}  // namespace keesom

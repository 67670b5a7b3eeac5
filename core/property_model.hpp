// SPDX-License-Identifier: BSD-3-Clause
//
// The interface between a molecule and its atoms' properties, however these are found.
#pragma once

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/energy_error.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/molecule.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace keesom {

struct PropertyPrediction {
    AtomProperties properties;
    PropertyUncertainty uncertainty;
    Eigen::VectorX<bool> unfamiliar;  ///< (N), atoms beyond the experience of the model
};

/// A prediction with what is needed to differentiate it. Nothing of the size of the Jacobian of all
/// properties by all positions is formed.
class PropertyLinearization {
public:
    explicit PropertyLinearization(PropertyPrediction prediction)
        : prediction_(std::move(prediction)) {}

    virtual ~PropertyLinearization() = default;
    PropertyLinearization(const PropertyLinearization&) = delete;
    PropertyLinearization(PropertyLinearization&&) = delete;
    PropertyLinearization& operator=(const PropertyLinearization&) = delete;
    PropertyLinearization& operator=(PropertyLinearization&&) = delete;

    [[nodiscard]] const PropertyPrediction& prediction() const { return prediction_; }

    /// (∂p/∂r)ᵀ ∂E/∂p: what the positions contribute to an energy by way of the properties;
    /// (3, N), hartree/bohr.
    [[nodiscard]] virtual Eigen::Matrix3Xd pullback_to_positions(
        const AtomPropertyGradient& gradient) const = 0;

    /// What the errors of the prediction contribute to the error of an energy, for each element.
    [[nodiscard]] virtual std::vector<ErrorSources> error_sources(
        const AtomPropertyGradient& gradient) const = 0;

private:
    PropertyPrediction prediction_;
};

/// That of a molecule after r → U r for an orthogonal U: its properties turn with it, and errors
/// are those that they were.
std::unique_ptr<const PropertyLinearization> rotated(
    std::shared_ptr<const PropertyLinearization> linearization, const Eigen::Matrix3d& rotation);

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

    /// The same prediction, ready to be differentiated.
    /// @throws ModelError as predict() does, and unless a model overrides this: its properties are
    ///         then known at one geometry only
    [[nodiscard]] virtual std::unique_ptr<const PropertyLinearization> linearize(
        const Molecule& molecule) const;

    /// Atomic numbers the model was trained on, ascending.
    [[nodiscard]] virtual std::vector<int> supported_elements() const = 0;
};

}  // namespace keesom

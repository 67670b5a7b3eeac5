// SPDX-License-Identifier: BSD-3-Clause
//
// Atomic properties from elsewhere in the place of predicted ones: the error that is left is that
// of the physics, and what the energies move by is the error of learning.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/core/property_model.hpp>

#include <memory>
#include <vector>

namespace keesom {

/// Atoms of a molecule may be this far from those of a record that is taken for the same molecule,
/// bohr. Geometries of one conformer that come from different methods are that close, conformers
/// are further apart. How close it was is distance().
inline constexpr double given_geometry_tolerance = 0.2;

/// Knows the molecules of a property set and no others. A molecule is one of the set if its charge
/// is the same, and a rotation, a shift and an exchange of atoms of the same element bring no atom
/// further from its image than given_geometry_tolerance; of several such records it is the closest
/// one. Dipoles and quadrupoles turn with the molecule. Charges, which miss the charge of the
/// molecule by errors of integration, are shifted evenly. Short-range properties, which no density
/// has, remain those of another model. No uncertainties are known, and no atom is unfamiliar.
class GivenProperties : public PropertyModel {
public:
    /// @param short_range predicts the short-range properties; null: they are 0
    explicit GivenProperties(std::vector<PropertyRecord> records,
                             std::shared_ptr<const PropertyModel> short_range = nullptr);

    /// @throws ModelError that names the molecule if it is not in the set, or whatever the model of
    ///         the short range throws
    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override;

    [[nodiscard]] std::vector<int> supported_elements() const override;

    /// How far the furthest atom of the molecule is from where the set has it, bohr.
    /// @throws ModelError likewise
    [[nodiscard]] double distance(const Molecule& molecule) const;

private:
    std::vector<PropertyRecord> records_;
    std::shared_ptr<const PropertyModel> short_range_;
};

}  // namespace keesom

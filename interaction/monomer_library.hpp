// SPDX-License-Identifier: BSD-3-Clause
//
// Sets of dimers hold the same monomers many times, moved as rigid bodies. Predicted multipoles are
// covariant, so one prediction serves them all: the properties turn with the molecule.
#pragma once

#include <keesom/core/monomer.hpp>
#include <keesom/core/property_model.hpp>

#include <exception>
#include <optional>
#include <span>
#include <vector>

namespace keesom {

/// Rigid motion r → rotation·r + shift.
struct RigidMotion {
    Eigen::Matrix3d rotation;
    Eigen::Vector3d shift;  ///< bohr
};

/// Proper rigid motion that carries `from` onto `to`, atom by atom in the given order, if there is
/// one that leaves no atom further than `tolerance` (bohr) from its image.
///
/// Least squares by singular value decomposition: Kabsch, Acta Cryst. A 32, 922 (1976).
std::optional<RigidMotion> rigid_motion(const Molecule& from, const Molecule& to, double tolerance);

/// Properties of many molecules, predicted once for each distinct one.
class MonomerLibrary {
public:
    /// Finds the distinct molecules. Molecules are the same if elements, charge and the order of
    /// atoms agree and a rigid motion superimposes them to `tolerance` (bohr); the first one met
    /// represents the others. Does not predict yet.
    ///
    /// The tolerance that is not given is well above the rounding of coordinates in extended XYZ,
    /// 1e-6 Å or better, and so small that properties do not change within it.
    explicit MonomerLibrary(std::span<const Molecule> molecules, double tolerance = 1e-4);

    [[nodiscard]] std::size_t distinct() const { return representatives_.size(); }

    /// Predicts every distinct molecule, in parallel. A molecule that cannot be predicted does not
    /// stop the others; its error appears when it is asked for.
    void predict(const PropertyModel& model);

    /// The i-th molecule of the constructor, with its properties.
    /// @throws the error for which its representative could not be predicted
    [[nodiscard]] Monomer monomer(std::size_t index) const;

    /// Which of the distinct molecules the i-th one is, and the motion that carries it there.
    [[nodiscard]] std::size_t representative(std::size_t index) const {
        return entries_.at(index).representative;
    }

    [[nodiscard]] const RigidMotion& motion(std::size_t index) const {
        return entries_.at(index).motion;
    }

    /// The atoms of that molecule which are beyond the experience of the model; (N).
    /// @throws likewise
    [[nodiscard]] const Eigen::VectorX<bool>& unfamiliar(std::size_t index) const;

private:
    struct Entry {
        Molecule molecule;
        std::size_t representative = 0;
        RigidMotion motion;  ///< from the representative
    };

    struct Representative {
        std::size_t entry = 0;
        std::optional<PropertyPrediction> prediction;
        std::exception_ptr error;
    };

    [[nodiscard]] const PropertyPrediction& prediction(const Entry& entry) const;

    std::vector<Entry> entries_;
    std::vector<Representative> representatives_;
};

}  // namespace keesom

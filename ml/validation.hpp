// SPDX-License-Identifier: BSD-3-Clause
//
// Reference properties against predicted ones, atom by atom.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/core/property_model.hpp>

#include <Eigen/Core>

#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Errors of one property of one element, over components for tensors.
struct PropertyErrors {
    int element = 0;
    std::string property;  ///< its key
    std::string unit;
    Eigen::Index count = 0;
    double mean_absolute_error = 0.0;
    double root_mean_square_error = 0.0;
    double standard_deviation = 0.0;  ///< of the reference values; about 0 for tensors
    double r_squared = 0.0;           ///< 1 − Σ error² / Σ deviation²
};

/// Rows of HeldOutAtoms: scalars in the order charge, valence population, valence width, ratio,
/// then dipole, then quadrupole.
inline constexpr Eigen::Index scalar_row_count = 4;
inline constexpr Eigen::Index dipole_row = scalar_row_count;
inline constexpr Eigen::Index quadrupole_row = dipole_row + 3;
inline constexpr Eigen::Index property_row_count = quadrupole_row + 6;

/// The 13 numbers of one atom.
Eigen::VectorXd stacked_properties(const AtomProperties& properties, Eigen::Index atom);

/// Reference and prediction of the atoms of one element.
struct HeldOutAtoms {
    int element = 0;
    Eigen::MatrixXd reference;   ///< (13, n): 4 scalars, dipole, quadrupole
    Eigen::MatrixXd predicted;   ///< (13, n)
    Eigen::MatrixXd deviations;  ///< (4, n), predicted standard deviations of the scalars
    Eigen::VectorXd novelty;     ///< (n)
};

struct Validation {
    std::vector<PropertyErrors> errors;
    std::vector<HeldOutAtoms> atoms;  ///< for each element
};

/// Collects the predictions of one or several models for the atoms of some elements.
class ValidationCollector {
public:
    /// @param elements atomic numbers, ascending
    explicit ValidationCollector(std::vector<int> elements);

    /// Adds the prediction of a model for the atoms of a record.
    /// @throws ModelError for an element that the model does not have
    /// @throws InputError for an element that is not collected
    void add(const PropertyModel& model, const PropertyRecord& record);

    /// Errors of all that was added; elements without atoms are left out.
    [[nodiscard]] Validation finish() const;

private:
    struct Atom {
        Eigen::VectorXd reference;
        Eigen::VectorXd predicted;
        Eigen::Vector4d deviations;
        double novelty = 0.0;
    };

    std::vector<int> elements_;
    std::vector<std::vector<Atom>> atoms_;  // for each element
};

/// Reference properties against those predicted by a model.
/// @throws ModelError for an element that the model does not have
Validation validate(const PropertyModel& model, std::span<const PropertyRecord> records);

}  // namespace keesom

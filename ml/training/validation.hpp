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

    // Of z = error over predicted standard deviation.
    double z_root_mean_square = 0.0;  ///< 1 if deviations are right on average
    double within_one = 0.0;          ///< fraction with |z| ≤ 1; 0.683 for a normal distribution
    double within_two = 0.0;          ///< fraction with |z| ≤ 2; 0.954
};

/// Errors for each element, ascending, and each of density_properties().
/// @param predictions one for each record
std::vector<PropertyErrors> property_errors(std::span<const PropertyRecord> records,
                                            std::span<const PropertyPrediction> predictions);

}  // namespace keesom

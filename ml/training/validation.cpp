// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/atom_properties.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/training/atom_table.hpp>
#include <keesom/ml/training/validation.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace keesom {

namespace {

/// Reference and error of every component of every atom of an element, and errors over predicted
/// deviations, of orthonormal components.
struct Values {
    std::vector<double> reference;
    std::vector<double> error;
    std::vector<double> z;
};

Values values_of(const AtomProperty& property,
                 int element,
                 std::span<const PropertyRecord> records,
                 std::span<const PropertyPrediction> predictions) {
    Values values;
    for (std::size_t r = 0; r < records.size(); ++r) {
        const auto reference = property.values(records[r].properties);
        const auto predicted = property.values(predictions[r].properties);
        const Eigen::VectorXd& deviations = property.deviations(predictions[r].uncertainty);
        for (Eigen::Index i = 0; i < reference.cols(); ++i) {
            if (records[r].molecule.atomic_numbers[static_cast<std::size_t>(i)] != element) {
                continue;
            }
            const Eigen::VectorXd error = predicted.col(i) - reference.col(i);
            const Eigen::VectorXd z = spherical_values(property.rank(), error) / deviations[i];
            values.reference.insert(
                values.reference.end(), reference.col(i).begin(), reference.col(i).end());
            values.error.insert(values.error.end(), error.begin(), error.end());
            values.z.insert(values.z.end(), z.begin(), z.end());
        }
    }
    return values;
}

PropertyErrors errors_of(const AtomProperty& property, int element, const Values& values) {
    const auto n = static_cast<Eigen::Index>(values.error.size());
    const Eigen::Map<const Eigen::ArrayXd> reference(values.reference.data(), n);
    const Eigen::Map<const Eigen::ArrayXd> error(values.error.data(), n);
    const Eigen::Map<const Eigen::ArrayXd> z(values.z.data(),
                                             static_cast<Eigen::Index>(values.z.size()));
    const auto z_count = static_cast<double>(z.size());
    const double variance = (reference - reference.mean()).square().mean();

    PropertyErrors result;
    result.element = element;
    result.property = property.key;
    result.unit = property.unit;
    result.count = n;
    result.mean_absolute_error = error.abs().mean();
    result.root_mean_square_error = std::sqrt(error.square().mean());
    result.standard_deviation = std::sqrt(variance);
    result.r_squared = 1.0 - error.square().mean() / variance;
    result.z_root_mean_square = std::sqrt(z.square().mean());
    result.within_one = static_cast<double>((z.abs() <= 1.0).count()) / z_count;
    result.within_two = static_cast<double>((z.abs() <= 2.0).count()) / z_count;
    return result;
}

}  // namespace

std::vector<PropertyErrors> property_errors(std::span<const PropertyRecord> records,
                                            std::span<const PropertyPrediction> predictions) {
    std::vector<PropertyErrors> errors;
    for (const int element : elements_of(records)) {
        for (const AtomProperty& property : density_properties()) {
            errors.push_back(
                errors_of(property, element, values_of(property, element, records, predictions)));
        }
    }
    return errors;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/validation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

/// A property and its rows of HeldOutAtoms.
struct PropertyRows {
    const AtomProperty* property;
    Eigen::Index first;
};

/// All properties, scalars first.
std::vector<PropertyRows> property_rows() {
    std::vector<PropertyRows> rows;
    Eigen::Index first = 0;
    for (const bool scalars : {true, false}) {
        for (const AtomProperty& property : atom_properties()) {
            if (property.is_scalar() == scalars) {
                rows.push_back({&property, first});
                first += property.components();
            }
        }
    }
    return rows;
}

PropertyErrors errors_of(const HeldOutAtoms& atoms, const PropertyRows& rows) {
    const Eigen::Index components = rows.property->components();
    const Eigen::MatrixXd reference = atoms.reference.middleRows(rows.first, components);
    const Eigen::MatrixXd difference =
        atoms.predicted.middleRows(rows.first, components) - reference;
    const auto count = static_cast<double>(difference.size());
    const double square = difference.squaredNorm() / count;
    const double variance = (reference.array() - reference.mean()).matrix().squaredNorm() / count;
    PropertyErrors result;
    result.element = atoms.element;
    result.property = rows.property->key;
    result.unit = rows.property->unit;
    result.count = difference.size();
    result.mean_absolute_error = difference.lpNorm<1>() / count;
    result.root_mean_square_error = std::sqrt(square);
    result.standard_deviation = std::sqrt(variance);
    result.r_squared = variance > 0.0 ? 1.0 - square / variance : 0.0;
    return result;
}

}  // namespace

Eigen::VectorXd stacked_properties(const AtomProperties& properties, Eigen::Index atom) {
    Eigen::VectorXd values(property_row_count);
    for (const auto& [property, first] : property_rows()) {
        values.segment(first, property->components()) = property->values(properties).col(atom);
    }
    return values;
}

ValidationCollector::ValidationCollector(std::vector<int> elements)
    : elements_(std::move(elements)), atoms_(elements_.size()) {}

void ValidationCollector::add(const PropertyModel& model, const PropertyRecord& record) {
    const PropertyPrediction prediction = model.predict(record.molecule);
    for (Eigen::Index i = 0; i < record.molecule.size(); ++i) {
        const int z = record.molecule.atomic_numbers[static_cast<std::size_t>(i)];
        const auto found = std::lower_bound(elements_.begin(), elements_.end(), z);
        if (found == elements_.end() || *found != z) {
            throw InputError(fmt::format(
                "{}: element {} is not among those validated", record.where, element_symbol(z)));
        }
        Atom atom;
        atom.reference = stacked_properties(record.properties, i);
        atom.predicted = stacked_properties(prediction.properties, i);
        for (const auto& [property, first] : property_rows()) {
            if (property->is_scalar()) {
                atom.deviations[first] = property->deviations(prediction.uncertainty)[i];
            }
        }
        atom.novelty = prediction.uncertainty.novelty[i];
        atoms_[static_cast<std::size_t>(found - elements_.begin())].push_back(std::move(atom));
    }
}

Validation ValidationCollector::finish() const {
    Validation validation;
    for (std::size_t e = 0; e < elements_.size(); ++e) {
        if (atoms_[e].empty()) {
            continue;
        }
        const auto n = static_cast<Eigen::Index>(atoms_[e].size());
        HeldOutAtoms atoms;
        atoms.element = elements_[e];
        atoms.reference.resize(property_row_count, n);
        atoms.predicted.resize(property_row_count, n);
        atoms.deviations.resize(scalar_row_count, n);
        atoms.novelty.resize(n);
        for (Eigen::Index i = 0; i < n; ++i) {
            const Atom& atom = atoms_[e][static_cast<std::size_t>(i)];
            atoms.reference.col(i) = atom.reference;
            atoms.predicted.col(i) = atom.predicted;
            atoms.deviations.col(i) = atom.deviations;
            atoms.novelty[i] = atom.novelty;
        }
        for (const PropertyRows& rows : property_rows()) {
            validation.errors.push_back(errors_of(atoms, rows));
        }
        validation.atoms.push_back(std::move(atoms));
    }
    return validation;
}

Validation validate(const PropertyModel& model, std::span<const PropertyRecord> records) {
    ValidationCollector collector(model.supported_elements());
    for (const PropertyRecord& record : records) {
        collector.add(model, record);
    }
    return collector.finish();
}

}  // namespace keesom

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

struct PropertyRows {
    const char* name;
    Eigen::Index first;
    Eigen::Index count;
};

constexpr PropertyRows property_table[] = {{"charge", 0, 1},
                                           {"valence_population", 1, 1},
                                           {"valence_width", 2, 1},
                                           {"hirshfeld_ratio", 3, 1},
                                           {"dipole", dipole_row, 3},
                                           {"quadrupole", quadrupole_row, 6}};

PropertyErrors errors_of(const HeldOutAtoms& atoms, const PropertyRows& property) {
    const Eigen::MatrixXd reference = atoms.reference.middleRows(property.first, property.count);
    const Eigen::MatrixXd difference =
        atoms.predicted.middleRows(property.first, property.count) - reference;
    const auto count = static_cast<double>(difference.size());
    const double square = difference.squaredNorm() / count;
    const double variance = (reference.array() - reference.mean()).matrix().squaredNorm() / count;
    PropertyErrors result;
    result.element = atoms.element;
    result.property = property.name;
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
    values << properties.charges[atom], properties.valence_populations[atom],
        properties.valence_widths[atom], properties.hirshfeld_ratios[atom],
        properties.dipoles.col(atom), properties.quadrupoles.col(atom);
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
        atom.deviations << prediction.uncertainty.charges[i],
            prediction.uncertainty.valence_populations[i], prediction.uncertainty.valence_widths[i],
            prediction.uncertainty.hirshfeld_ratios[i];
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
        for (const PropertyRows& property : property_table) {
            validation.errors.push_back(errors_of(atoms, property));
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

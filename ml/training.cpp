// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/model_card.hpp>
#include <keesom/ml/molecular_graph.hpp>
#include <keesom/ml/training.hpp>
#include <keesom/ml/training_assembly.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

namespace keesom {

namespace {

constexpr double smallest_uncertainty_scale = 1e-6;

std::vector<const PropertyRecord*> pointers(std::span<const PropertyRecord> records) {
    std::vector<const PropertyRecord*> result;
    for (const PropertyRecord& record : records) {
        result.push_back(&record);
    }
    return result;
}

void report(const TrainingProgress& progress, std::string_view stage, double fraction) {
    if (progress) {
        progress(stage, fraction);
    }
}

double quantile(Eigen::VectorXd values, double fraction) {
    std::sort(values.data(), values.data() + values.size());
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<Eigen::Index>(std::ceil(fraction * last))];
}

void calibrate(KernelModelData& model, const Validation& validation, double novelty_quantile) {
    for (const HeldOutAtoms& atoms : validation.atoms) {
        const auto element = std::find_if(
            model.elements.begin(), model.elements.end(), [&](const ElementRegression& candidate) {
                return candidate.element == atoms.element;
            });
        for (Eigen::Index p = 0; p < scalar_property_count; ++p) {
            const Eigen::VectorXd ratios = (atoms.predicted.row(p) - atoms.reference.row(p))
                                               .cwiseQuotient(atoms.deviations.row(p))
                                               .transpose();
            element->uncertainty_scales[p] =
                std::max(smallest_uncertainty_scale,
                         std::sqrt(ratios.squaredNorm() / static_cast<double>(ratios.size())));
        }
        element->novelty_threshold = quantile(atoms.novelty, novelty_quantile);
    }
}

/// Validations of models that differ in the regularization only.
std::vector<Validation> validate_folds(std::span<const PropertyRecord> records,
                                       const TrainingOptions& options,
                                       std::span<const Regularization> regularizations,
                                       const TrainingProgress& progress) {
    options.validate();
    const std::vector<int> fold_of = assign_folds(records, options.folds);
    TrainingOptions fold_options = options;
    if (fold_options.descriptor.elements.empty()) {
        fold_options.descriptor.elements = elements_of(pointers(records));
    }
    std::vector<ValidationCollector> collectors(
        regularizations.size(), ValidationCollector(fold_options.descriptor.elements));
    for (int fold = 0; fold < options.folds; ++fold) {
        report(progress, "cross-validation", static_cast<double>(fold) / options.folds);
        std::vector<const PropertyRecord*> training;
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (fold_of[i] != fold) {
                training.push_back(&records[i]);
            }
        }
        const TrainingAssembly assembly(training, fold_options);
        for (std::size_t r = 0; r < regularizations.size(); ++r) {
            const KernelPropertyModel model(assembly.solve(regularizations[r]));
            for (std::size_t i = 0; i < records.size(); ++i) {
                if (fold_of[i] == fold) {
                    collectors[r].add(model, records[i]);
                }
            }
        }
    }
    report(progress, "cross-validation", 1.0);
    std::vector<Validation> validations;
    for (const ValidationCollector& collector : collectors) {
        validations.push_back(collector.finish());
    }
    return validations;
}

}  // namespace

void TrainingOptions::validate() const {
    if (zeta < 1) {
        throw InputError(fmt::format("expected a positive zeta, got {}", zeta));
    }
    for (const double value :
         {regularization.scalars, regularization.dipoles, regularization.quadrupoles}) {
        if (!(value > 0.0)) {
            throw InputError(fmt::format("expected a positive regularization, got {}", value));
        }
    }
    if (sparse_count < 1) {
        throw InputError(fmt::format("expected a positive sparse_count, got {}", sparse_count));
    }
    for (const auto& [element, count] : sparse_counts) {
        if (count < 1) {
            throw InputError(fmt::format("expected a positive sparse_count of element {}, got {}",
                                         element_symbol(element),
                                         count));
        }
    }
    if (folds < 0 || folds == 1) {
        throw InputError(fmt::format("expected no folds or at least 2, got {}", folds));
    }
    if (!(novelty_quantile > 0.0 && novelty_quantile <= 1.0)) {
        throw InputError(
            fmt::format("expected novelty_quantile between 0 and 1, got {}", novelty_quantile));
    }
}

std::vector<int> assign_folds(std::span<const PropertyRecord> records, int folds) {
    std::map<std::uint64_t, int> counts;
    std::vector<std::uint64_t> keys;
    for (const PropertyRecord& record : records) {
        keys.push_back(species_key(record.molecule));
        ++counts[keys.back()];
    }
    if (folds < 2 || counts.size() < static_cast<std::size_t>(folds)) {
        throw InputError(
            fmt::format("cannot divide {} species into {} folds", counts.size(), folds));
    }
    std::map<std::uint64_t, int> fold_of;
    std::vector<int> filled(static_cast<std::size_t>(folds), 0);
    std::vector<int> assigned;
    for (const std::uint64_t key : keys) {
        auto found = fold_of.find(key);
        if (found == fold_of.end()) {
            const auto emptiest = std::min_element(filled.begin(), filled.end());
            *emptiest += counts[key];
            found = fold_of.emplace(key, static_cast<int>(emptiest - filled.begin())).first;
        }
        assigned.push_back(found->second);
    }
    return assigned;
}

std::vector<Validation> scan_regularization(std::span<const PropertyRecord> records,
                                            const TrainingOptions& options,
                                            std::span<const double> candidates,
                                            const TrainingProgress& progress) {
    std::vector<Regularization> regularizations;
    for (const double value : candidates) {
        regularizations.push_back({value, value, value});
    }
    return validate_folds(records, options, regularizations, progress);
}

Validation cross_validate(std::span<const PropertyRecord> records,
                          const TrainingOptions& options,
                          const TrainingProgress& progress) {
    return validate_folds(records, options, {&options.regularization, 1}, progress).front();
}

KernelPropertyModel train(std::span<const PropertyRecord> records,
                          const TrainingOptions& options,
                          const TrainingProgress& progress) {
    options.validate();
    if (records.empty()) {
        throw InputError("cannot train on 0 molecules");
    }
    Validation validation;
    if (options.folds > 0) {
        validation = cross_validate(records, options, progress);
    }
    report(progress, "training", 0.0);
    KernelModelData model =
        TrainingAssembly(pointers(records), options).solve(options.regularization);
    calibrate(model, validation, options.novelty_quantile);
    model.training_set = options.training_set;
    model.training_set_sha256 = options.training_set_sha256;
    model.training_molecules = static_cast<Eigen::Index>(records.size());
    std::set<int> charges;
    for (const PropertyRecord& record : records) {
        charges.insert(record.molecule.charge);
    }
    model.training_charges.assign(charges.begin(), charges.end());
    model.card = model_card(model, options, validation);
    report(progress, "training", 1.0);
    return KernelPropertyModel(std::move(model));
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/environment_kernel.hpp>
#include <keesom/ml/regression/held_out.hpp>
#include <keesom/ml/regression/single_precision.hpp>
#include <keesom/ml/regression/tensor_regression.hpp>
#include <keesom/ml/training/atom_table.hpp>
#include <keesom/ml/training/calibration.hpp>
#include <keesom/ml/training/charge_regression.hpp>
#include <keesom/ml/training/closed_form_regression.hpp>
#include <keesom/ml/training/model_card.hpp>
#include <keesom/ml/training/molecular_graph.hpp>
#include <keesom/ml/training/training.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace keesom {

namespace {

// A spread below this is the rounding of files: core populations of hydrogen.
constexpr double smallest_spread = 1e-5;

void report(const TrainingProgress& progress, std::string_view stage, double fraction) {
    if (progress) {
        progress(stage, fraction);
    }
}

std::vector<int> charges_of(std::span<const PropertyRecord> records) {
    std::set<int> charges;
    for (const PropertyRecord& record : records) {
        charges.insert(record.molecule.charge);
    }
    return {charges.begin(), charges.end()};
}

/// What is predicted for each record by regressions that have not seen its fold.
struct HeldOut {
    std::vector<Eigen::VectorXd> charges;
    std::vector<Eigen::MatrixXd> locals;  ///< as local_values() are; (local properties, N)
    std::vector<AtomProperties> tensors;  ///< without scalars
    std::vector<Eigen::VectorXd> novelty;
};

/// Records in the order of their folds, and where each of them was.
struct SortedRecords {
    std::vector<PropertyRecord> records;
    std::vector<int> folds;
    std::vector<std::size_t> origins;
};

SortedRecords sorted_by_fold(std::span<const PropertyRecord> records, int folds) {
    const std::vector<int> fold_of = assign_folds(records, folds);
    SortedRecords sorted;
    sorted.origins.resize(records.size());
    std::iota(sorted.origins.begin(), sorted.origins.end(), std::size_t{0});
    std::stable_sort(sorted.origins.begin(), sorted.origins.end(), [&](auto a, auto b) {
        return fold_of[a] < fold_of[b];
    });
    for (const std::size_t origin : sorted.origins) {
        sorted.records.push_back(records[origin]);
        sorted.folds.push_back(fold_of[origin]);
    }
    return sorted;
}

/// Values of some property of the atoms of an element.
template <class ValuesOfRecord>
Eigen::MatrixXd gather(const ElementAtoms& element,
                       Eigen::Index components,
                       const ValuesOfRecord& values_of_record) {
    Eigen::MatrixXd values(components, static_cast<Eigen::Index>(element.atoms.size()));
    for (std::size_t i = 0; i < element.atoms.size(); ++i) {
        const TrainingAtom& atom = element.atoms[i];
        values.col(static_cast<Eigen::Index>(i)) = values_of_record(atom.record).col(atom.index);
    }
    return values;
}

/// local_values() of each record; (local properties, N).
std::vector<Eigen::MatrixXd> local_targets(std::span<const PropertyRecord> records) {
    std::vector<Eigen::MatrixXd> targets;
    for (const PropertyRecord& record : records) {
        Eigen::MatrixXd& values = targets.emplace_back(
            static_cast<Eigen::Index>(local_properties().size()), record.molecule.size());
        for (std::size_t p = 0; p < local_properties().size(); ++p) {
            const AtomProperty& property = *local_properties()[p];
            values.row(static_cast<Eigen::Index>(p)) =
                local_values(property,
                             record.molecule.atomic_numbers,
                             record.properties.charges,
                             property.values(record.properties).row(0).transpose());
        }
    }
    return targets;
}

void learn_locals(const ElementAtoms& atoms,
                  const std::vector<Eigen::MatrixXd>& locals,
                  double noise,
                  ElementModel& model,
                  HeldOut& held_out) {
    const Eigen::MatrixXd& x = atoms.features.ranks[0];
    const Eigen::VectorXd& charges = atoms.local_charges;
    const auto outputs = static_cast<Eigen::Index>(local_properties().size());
    const Eigen::MatrixXd values =
        gather(atoms, outputs, [&](std::size_t r) -> const Eigen::MatrixXd& {
            return locals[r];
        }).transpose();
    const Eigen::RowVectorXd means = values.colwise().mean();
    Eigen::MatrixXd centred = values.rowwise() - means;
    const Eigen::RowVectorXd spreads =
        (centred.colwise().squaredNorm() / static_cast<double>(values.rows())).cwiseSqrt();
    for (Eigen::Index p = 0; p < outputs; ++p) {
        if (spreads[p] < smallest_spread) {
            centred.col(p).setZero();
        }
    }

    Eigen::MatrixXd covariance = environment_kernel(x, charges, x, charges);
    covariance.diagonal().array() += noise;
    const CholeskyFactor factor(std::move(covariance));
    const Eigen::MatrixXd dual = factor.solve(centred);
    const Eigen::MatrixXd predicted =
        (centred + leave_groups_out(factor, dual, atoms.fold_starts)).rowwise() + means;

    for (Eigen::Index p = 0; p < outputs; ++p) {
        model.locals.push_back(charged_quadratic_form(
            x, charges, dual.col(p), atoms.feature_scales(), form_tolerance * spreads[p]));
        model.locals.back().constant += means[p];
    }
    for (std::size_t i = 0; i < atoms.atoms.size(); ++i) {
        const TrainingAtom& atom = atoms.atoms[i];
        held_out.locals[atom.record].col(atom.index) =
            predicted.row(static_cast<Eigen::Index>(i)).transpose();
    }
}

void learn_tensor(const AtomProperty& property,
                  const ElementAtoms& atoms,
                  std::span<const PropertyRecord> records,
                  const TrainingOptions& options,
                  ElementModel& model,
                  HeldOut& held_out) {
    const auto rank = static_cast<std::size_t>(property.rank());
    const Eigen::MatrixXd& x = atoms.features.ranks[0];
    TensorData data;
    data.invariants = x.topRows(std::min<Eigen::Index>(options.tensor_invariants, x.rows()));
    data.tensors = atoms.features.ranks[rank];
    data.targets =
        spherical_values(property.rank(), gather(atoms, property.components(), [&](std::size_t r) {
                             return property.values(records[r].properties);
                         }));
    const TensorRegression regression =
        regress_tensors(data, options.regularization.tensors, atoms.fold_starts);
    // Predictions need no principal directions of the tensors: they are a part of the weights.
    model.tensor_weights.push_back(regression.weights * atoms.reduction.reduction.directions[rank]);
    const Eigen::MatrixXd predicted =
        cartesian_values(property.rank(), data.targets + regression.errors);
    for (std::size_t i = 0; i < atoms.atoms.size(); ++i) {
        const TrainingAtom& atom = atoms.atoms[i];
        property.values(held_out.tensors[atom.record]).col(atom.index) =
            predicted.col(static_cast<Eigen::Index>(i));
    }
}

/// At most `most` of n atoms, evenly chosen; ascending.
std::vector<Eigen::Index> evenly_chosen(Eigen::Index n, Eigen::Index most) {
    const Eigen::Index count = std::min(n, most);
    std::vector<Eigen::Index> chosen;
    for (Eigen::Index i = 0; i < count; ++i) {
        chosen.push_back(i * n / count);
    }
    return chosen;
}

void learn_closed_form(const ElementAtoms& atoms,
                       std::span<const PropertyRecord> records,
                       const TrainingOptions& options,
                       ElementModel& model,
                       HeldOut& held_out) {
    const Eigen::MatrixXd& x = atoms.features.ranks[0];
    std::vector<AtomicEnvironment> environments(atoms.atoms.size());
    parallel_for(environments.size(), [&](std::size_t i) {
        environments[i] = atomic_environment(records[atoms.atoms[i].record].molecule,
                                             atoms.atoms[i].index,
                                             options.closed_form.cutoff_radius);
    });
    const std::vector<Eigen::Index> chosen = evenly_chosen(x.cols(), options.closed_form_atoms);
    ClosedFormData data;
    data.invariants = x(Eigen::all, chosen);
    data.ranks = {tensor_ranks().begin(), tensor_ranks().end()};
    for (const Eigen::Index i : chosen) {
        data.environments.push_back(environments[static_cast<std::size_t>(i)]);
    }
    for (const AtomProperty* property : tensor_properties()) {
        const Eigen::MatrixXd values = gather(atoms, property->components(), [&](std::size_t r) {
            return property->values(records[r].properties);
        });
        data.targets.push_back(spherical_values(property->rank(), values)(Eigen::all, chosen));
    }
    const ClosedFormRegression regression(
        std::move(data), options.closed_form, options.regularization.tensors);

    std::vector<Eigen::Index> others(chosen.size());
    std::iota(others.begin(), others.end(), Eigen::Index{0});
    model.closed_form = regression.learn_from(others);
    for (std::size_t f = 0; f < atoms.fold_starts.size(); ++f) {
        const Eigen::Index first = atoms.fold_starts[f];
        const Eigen::Index last = group_end(atoms.fold_starts, f, x.cols());
        others.clear();
        for (std::size_t j = 0; j < chosen.size(); ++j) {
            if (chosen[j] < first || chosen[j] >= last) {
                others.push_back(static_cast<Eigen::Index>(j));
            }
        }
        const ClosedFormPrediction prediction(
            regression.learn_from(others), options.closed_form, tensor_ranks());
        parallel_for(static_cast<std::size_t>(last - first), [&](std::size_t k) {
            const Eigen::Index i = first + static_cast<Eigen::Index>(k);
            const TrainingAtom& atom = atoms.atoms[static_cast<std::size_t>(i)];
            const std::vector<Eigen::VectorXd> tensors =
                prediction.evaluate(environments[static_cast<std::size_t>(i)], x.col(i));
            for (std::size_t p = 0; p < tensors.size(); ++p) {
                const AtomProperty& property = *tensor_properties()[p];
                property.values(held_out.tensors[atom.record]).col(atom.index) =
                    cartesian_values(property.rank(), tensors[p]);
            }
        });
    }
}

/// Novelty of each atom to a process that has not seen its fold.
Eigen::VectorXd held_out_novelty(const ElementAtoms& atoms, double ridge) {
    const Eigen::MatrixXd& x = atoms.features.ranks[0];
    Eigen::MatrixXd all = x * x.transpose();
    all.diagonal().array() += ridge;
    Eigen::VectorXd result(x.cols());
    parallel_for(atoms.fold_starts.size(), [&](std::size_t f) {
        const Eigen::Index first = atoms.fold_starts[f];
        const Eigen::Index last = group_end(atoms.fold_starts, f, x.cols());
        if (first == last) {
            return;
        }
        const Eigen::MatrixXd own = x.middleCols(first, last - first);
        const Eigen::LLT<Eigen::MatrixXd> llt(all - own * own.transpose());
        const Eigen::MatrixXd solved = llt.matrixL().solve(own);
        result.segment(first, last - first) =
            ridge * solved.colwise().squaredNorm().transpose() +
            (1.0 - own.colwise().squaredNorm().array()).max(0.0).matrix().transpose();
    });
    return result;
}

/// All that is learned of one element but what makes its charges.
ElementModel learn_element(const ElementAtoms& atoms,
                           std::span<const PropertyRecord> records,
                           const std::vector<Eigen::MatrixXd>& locals,
                           const TrainingOptions& options,
                           HeldOut& held_out) {
    const Regularization& regularization = options.regularization;
    ElementModel model;
    model.element = atoms.element;
    model.training_atoms = static_cast<Eigen::Index>(atoms.atoms.size());
    model.reduction.channels = atoms.reduction.reduction.channels;
    model.reduction.directions[0] = atoms.reduction.reduction.directions[0];
    learn_locals(atoms, locals, regularization.scalars, model, held_out);
    model.smallest.resize(static_cast<Eigen::Index>(local_properties().size()));
    for (std::size_t p = 0; p < local_properties().size(); ++p) {
        const AtomProperty& property = *local_properties()[p];
        model.smallest[static_cast<Eigen::Index>(p)] =
            gather(atoms, 1, [&](std::size_t r) {
                return property.values(records[r].properties);
            }).minCoeff();
    }
    if (options.tensor_kernel == TensorKernel::ClosedForm) {
        learn_closed_form(atoms, records, options, model, held_out);
    } else {
        for (const AtomProperty* property : tensor_properties()) {
            learn_tensor(*property, atoms, records, options, model, held_out);
        }
    }
    model.novelty_weights =
        regularization.novelty / (atoms.reduction.variances.array() + regularization.novelty);
    const Eigen::VectorXd novelties =
        held_out_novelty(atoms, regularization.novelty * static_cast<double>(model.training_atoms));
    for (std::size_t i = 0; i < atoms.atoms.size(); ++i) {
        const TrainingAtom& atom = atoms.atoms[i];
        held_out.novelty[atom.record][atom.index] = novelties[static_cast<Eigen::Index>(i)];
    }
    return model;
}

std::vector<AtomProperties> held_out_properties(std::span<const PropertyRecord> records,
                                                const HeldOut& held_out) {
    std::vector<AtomProperties> all = held_out.tensors;
    for (std::size_t r = 0; r < records.size(); ++r) {
        all[r].charges = held_out.charges[r];
        for (std::size_t p = 0; p < local_properties().size(); ++p) {
            const AtomProperty& property = *local_properties()[p];
            property.values(all[r]).row(0) =
                local_values(property,
                             records[r].molecule.atomic_numbers,
                             all[r].charges,
                             held_out.locals[r].row(static_cast<Eigen::Index>(p)).transpose())
                    .transpose();
        }
    }
    return all;
}

/// Keeps what model files keep.
void round_to_float(ElementModel& model) {
    const auto round = [](ChargedQuadraticForm& form) {
        form.form.directions = rounded_to_float(form.form.directions);
        form.charge_form.directions = rounded_to_float(form.charge_form.directions);
    };
    round(model.electronegativity);
    round(model.staying_charge);
    for (ChargedQuadraticForm& form : model.locals) {
        round(form);
    }
    for (Eigen::MatrixXd& weights : model.tensor_weights) {
        weights = rounded_to_float(weights);
    }
    model.novelty_weights = rounded_to_float(model.novelty_weights);
}

}  // namespace

void TrainingOptions::validate() const {
    const std::pair<const char*, double> positive[] = {
        {"noise of charges", regularization.charges},
        {"noise of scalars", regularization.scalars},
        {"ridge of tensors", regularization.tensors},
        {"ridge of the novelty", regularization.novelty},
        {"spread of the charges that stay", staying_spread},
        {"number of tensor_invariants", tensor_invariants},
        {"number of closed_form_atoms", closed_form_atoms}};
    for (const auto& [name, value] : positive) {
        if (!(value > 0.0)) {
            throw InputError(fmt::format("expected a positive {}, got {}", name, value));
        }
    }
    closed_form.validate();
    if (folds < 2) {
        throw InputError(fmt::format("expected at least 2 folds, got {}", folds));
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

TrainingResult train(std::span<const PropertyRecord> given,
                     const TrainingOptions& options,
                     const TrainingProgress& progress) {
    options.validate();
    if (given.empty()) {
        throw InputError("cannot train on 0 molecules");
    }
    KernelModelData data;
    data.descriptor = options.descriptor;
    if (data.descriptor.elements.empty()) {
        data.descriptor.elements = elements_of(given);
    }
    if (options.tensor_kernel == TensorKernel::ClosedForm) {
        data.closed_form = options.closed_form;
    }
    const SortedRecords sorted = sorted_by_fold(given, options.folds);
    const std::vector<PropertyRecord>& records = sorted.records;

    report(progress, "features", 0.0);
    const std::vector<ElementAtoms> table = gather_atoms(records, sorted.folds, data.descriptor);

    report(progress, "charges", 0.0);
    ChargeRegression charges = regress_charges(
        records,
        sorted.folds,
        table,
        {.noise = options.regularization.charges, .staying_spread = options.staying_spread});

    const std::vector<Eigen::MatrixXd> locals = local_targets(records);
    HeldOut held_out = {charges.held_out, locals, {}, {}};
    for (const PropertyRecord& record : records) {
        held_out.tensors.emplace_back(record.molecule.size());
        held_out.novelty.emplace_back(record.molecule.size());
    }
    for (std::size_t e = 0; e < table.size(); ++e) {
        report(progress,
               "widths, ratios and tensors",
               static_cast<double>(e) / static_cast<double>(table.size()));
        data.elements.push_back(learn_element(table[e], records, locals, options, held_out));
        data.elements.back().electronegativity = std::move(charges.electronegativities[e]);
        data.elements.back().staying_charge = std::move(charges.staying_charges[e]);
        round_to_float(data.elements.back());
    }

    const std::vector<AtomProperties> properties = held_out_properties(records, held_out);
    calibrate(records, properties, held_out.novelty, options.novelty_quantile, data.elements);
    std::vector<PropertyPrediction> predictions(records.size());
    for (std::size_t r = 0; r < records.size(); ++r) {
        predictions[sorted.origins[r]] =
            with_uncertainty(properties[r],
                             held_out.novelty[r],
                             records[r].molecule.charge != 0,
                             element_models(data.elements, records[r].molecule.atomic_numbers));
    }
    std::vector<PropertyErrors> errors = property_errors(given, predictions);

    data.training_sources = options.sources;
    data.training_molecules = static_cast<Eigen::Index>(records.size());
    data.training_charges = charges_of(records);
    data.card = model_card(data, options, errors);
    report(progress, "done", 1.0);
    return {KernelPropertyModel(std::move(data)), std::move(predictions), std::move(errors)};
}

}  // namespace keesom

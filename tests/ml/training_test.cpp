// SPDX-License-Identifier: BSD-3-Clause
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>
#include <keesom/ml/training/molecular_graph.hpp>
#include <keesom/ml/training/training.hpp>

#include <Eigen/Cholesky>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <omp.h>
#include <set>
#include <string>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {
namespace {

using ::testing::HasSubstr;

TEST(Folds, KeepAllGeometriesOfASpeciesTogether) {
    std::vector<PropertyRecord> records = testing::small_records();
    for (std::size_t i = 0; i < 5; ++i) {
        PropertyRecord displaced = records[i];
        displaced.molecule.positions *= 1.02;
        records.push_back(displaced);
    }
    const std::vector<int> folds = assign_folds(records, 4);
    std::map<std::uint64_t, std::set<int>> folds_of_species;
    std::vector<int> filled(4, 0);
    for (std::size_t i = 0; i < records.size(); ++i) {
        folds_of_species[species_key(records[i].molecule)].insert(folds[i]);
        ++filled[static_cast<std::size_t>(folds[i])];
    }
    for (const auto& [key, used] : folds_of_species) {
        EXPECT_EQ(used.size(), 1U);
    }
    EXPECT_LT(folds_of_species.size(), records.size());
    EXPECT_LE(*std::max_element(filled.begin(), filled.end()) -
                  *std::min_element(filled.begin(), filled.end()),
              2);
}

TEST(Folds, NeedEnoughSpecies) {
    std::vector<PropertyRecord> records(3, testing::small_records(1).front());
    EXPECT_THAT(testing::error_of<InputError>([&] { static_cast<void>(assign_folds(records, 2)); }),
                HasSubstr("1 species into 2 folds"));
}

TEST(Training, LearnsItsDataWhenNotRegularized) {
    const std::vector<PropertyRecord> records = testing::small_records(10);
    TrainingOptions options = testing::small_training();
    options.descriptor.radial.max_radial = 6;
    options.descriptor.max_tensor_features = 40;
    options.tensor_invariants = 20;
    options.regularization = {1e-10, 1e-10, 1e-12, 1e-4};
    const KernelPropertyModel model = train(records, options).model;
    for (const PropertyRecord& record : records) {
        const AtomProperties predicted = model.predict(record.molecule).properties;
        for (const AtomProperty& property : density_properties()) {
            // References miss the total charge by their own rounding.
            EXPECT_LT((property.values(predicted) - property.values(record.properties)).norm(),
                      property.is_scalar() ? 5e-3 : 2e-2)
                << record.molecule.name << " " << property.key;
        }
    }
}

/// The oxygen atoms of some records: environments, invariants as the model has them, and values.
struct OxygenAtoms {
    std::vector<AtomicEnvironment> environments;
    std::vector<Eigen::VectorXd> invariants;
    std::vector<Eigen::VectorXd> references;  // spherical components
    std::vector<Eigen::VectorXd> held_out;
    std::vector<int> folds;
};

OxygenAtoms oxygen_atoms(const std::vector<PropertyRecord>& records,
                         const std::vector<int>& folds,
                         const TrainingResult& result,
                         const AtomProperty& property) {
    OxygenAtoms atoms;
    for (std::size_t r = 0; r < records.size(); ++r) {
        for (const ElementEnvironments& found : result.model.environments(records[r].molecule)) {
            for (std::size_t i = 0; found.element == 8 && i < found.atoms.size(); ++i) {
                const auto spherical = [&](const AtomProperties& properties) {
                    return spherical_values(property.rank(),
                                            property.values(properties).col(found.atoms[i]));
                };
                atoms.environments.push_back(found.environments[i]);
                atoms.invariants.emplace_back(
                    found.expansions.invariants.col(static_cast<Eigen::Index>(i)));
                atoms.references.emplace_back(spherical(records[r].properties));
                atoms.held_out.emplace_back(spherical(result.held_out[r].properties));
                atoms.folds.push_back(folds[r]);
            }
        }
    }
    return atoms;
}

TEST(Training, InClosedFormIsTheProcessOfItsKernel) {
    const std::vector<PropertyRecord> records = testing::small_records();
    const TrainingOptions options = testing::small_closed_form_training();
    const std::vector<int> folds = assign_folds(records, options.folds);
    const TrainingResult result = train(records, options);
    for (const AtomProperty* property : tensor_properties()) {
        const OxygenAtoms atoms = oxygen_atoms(records, folds, result, *property);
        const std::size_t n = atoms.folds.size();
        ASSERT_GT(n, 8U);
        ASSERT_LE(n, static_cast<std::size_t>(options.closed_form_atoms));
        const CovariantKernel kernel(property->rank(), options.closed_form);
        const Eigen::Index components = 2 * property->rank() + 1;
        const auto covariance = [&](std::size_t i, std::size_t j) -> Eigen::MatrixXd {
            const double similarity = atoms.invariants[i].dot(atoms.invariants[j]);
            return similarity * similarity *
                   kernel(kernel.density(atoms.environments[i]),
                          kernel.density(atoms.environments[j]));
        };
        double variance = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            variance += covariance(i, i).diagonal().mean() / static_cast<double>(n);
        }
        for (std::size_t i = 0; i < n; ++i) {
            std::vector<std::size_t> others;
            for (std::size_t j = 0; j < n; ++j) {
                if (atoms.folds[j] != atoms.folds[i]) {
                    others.push_back(j);
                }
            }
            const Eigen::Index size = components * std::ssize(others);
            Eigen::MatrixXd all(size, size);
            Eigen::MatrixXd with_all(components, size);
            Eigen::VectorXd values(size);
            for (std::size_t a = 0; a < others.size(); ++a) {
                const Eigen::Index row = components * static_cast<Eigen::Index>(a);
                for (std::size_t b = 0; b < others.size(); ++b) {
                    all.block(
                        row, components * static_cast<Eigen::Index>(b), components, components) =
                        covariance(others[a], others[b]);
                }
                with_all.middleCols(row, components) = covariance(i, others[a]);
                values.segment(row, components) = atoms.references[others[a]];
            }
            all.diagonal().array() += options.regularization.tensors * variance;
            const Eigen::VectorXd expected = with_all * all.ldlt().solve(values);
            // Models keep single precision.
            EXPECT_LT((atoms.held_out[i] - expected).norm(), 1e-5 * (1.0 + expected.norm())) << i;
        }
    }
}

TEST(Training, SaysInTheCardThatTensorsAreInClosedForm) {
    EXPECT_THAT(testing::small_closed_form_model().data().card,
                HasSubstr("by a kernel in closed form, from up to 30 atoms"));
}

TEST(Training, DoesNotDependOnTheNumberOfThreads) {
    const std::vector<PropertyRecord> records = testing::small_records();
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const TrainingResult one = train(records, testing::small_training());
    omp_set_num_threads(2);
    const TrainingResult two = train(records, testing::small_training());
    omp_set_num_threads(before);
    for (std::size_t e = 0; e < one.model.data().elements.size(); ++e) {
        const ElementModel& a = one.model.data().elements[e];
        const ElementModel& b = two.model.data().elements[e];
        EXPECT_EQ(a.electronegativity.form.directions, b.electronegativity.form.directions);
        EXPECT_EQ(a.locals[1].form.directions, b.locals[1].form.directions);
        EXPECT_EQ(a.tensor_weights, b.tensor_weights);
        EXPECT_EQ(a.novelty_weights, b.novelty_weights);
        EXPECT_EQ(a.novelty_threshold, b.novelty_threshold);
    }
    EXPECT_EQ(one.model.data().card, two.model.data().card);
}

TEST(Training, CalibratesItsUncertaintiesOnSpeciesLeftOut) {
    const std::vector<PropertyRecord> records = testing::small_records();
    const TrainingOptions options = testing::small_training();
    const TrainingResult result = train(records, options);
    for (const PropertyErrors& row : result.errors) {
        if (row.root_mean_square_error > 1e-5) {  // not the cores of hydrogen
            EXPECT_NEAR(row.z_root_mean_square, 1.0, 1e-6) << row.element << " " << row.property;
        }
    }
    Eigen::Index unfamiliar = 0;
    Eigen::Index atoms = 0;
    for (const PropertyPrediction& prediction : result.held_out) {
        unfamiliar += prediction.unfamiliar.count();
        atoms += prediction.unfamiliar.size();
    }
    EXPECT_LE(static_cast<double>(unfamiliar),
              (1.0 - options.novelty_quantile) * static_cast<double>(atoms));
}

TEST(Training, WritesItsErrorsIntoTheModelCard) {
    const std::vector<PropertyRecord> records = testing::small_records();
    std::vector<std::string> stages;
    const KernelPropertyModel model =
        train(records, testing::small_training(), [&](std::string_view stage, double fraction) {
            EXPECT_GE(fraction, 0.0);
            EXPECT_LE(fraction, 1.0);
            stages.emplace_back(stage);
        }).model;
    EXPECT_EQ(stages.front(), "features");
    EXPECT_EQ(stages.back(), "done");
    for (const char* text :
         {"`small`: 24 molecules", "| H | charge | e |", "quadrupole", "RMS of z", "Limits"}) {
        EXPECT_THAT(model.data().card, HasSubstr(text));
    }
}

TEST(Training, LeavesOutWhatItPredicts) {
    // Nonsense in one species changes what is predicted for the others, and not for itself.
    const std::vector<PropertyRecord> records = testing::small_records();
    std::vector<PropertyRecord> spoilt = records;
    AtomProperties& nonsense = spoilt[3].properties;
    nonsense.valence_widths *= 1.1;
    nonsense.dipoles *= -2.0;
    nonsense.charges *= 1.5;
    const std::vector<int> folds = assign_folds(records, testing::small_training().folds);
    const TrainingResult before = train(records, testing::small_training());
    const TrainingResult after = train(spoilt, testing::small_training());
    bool others_changed = false;
    for (std::size_t r = 0; r < records.size(); ++r) {
        const double difference = testing::largest_difference(before.held_out[r].properties,
                                                              after.held_out[r].properties);
        if (folds[r] == folds[3]) {
            // But for the spread of the element, which scales its prior.
            EXPECT_LT(difference, 2e-2) << r;
        } else {
            others_changed = others_changed || difference > 2e-2;
        }
    }
    EXPECT_TRUE(others_changed);
}

TEST(PropertyErrors, CountEveryComponentOnce) {
    const std::vector<PropertyRecord> records = testing::small_records();
    const TrainingResult result = train(records, testing::small_training());
    double sum = 0.0;
    double squares = 0.0;
    Eigen::Index count = 0;
    for (std::size_t r = 0; r < records.size(); ++r) {
        for (Eigen::Index i = 0; i < records[r].molecule.size(); ++i) {
            if (records[r].molecule.atomic_numbers[static_cast<std::size_t>(i)] == 1) {
                const Eigen::Vector3d error = result.held_out[r].properties.dipoles.col(i) -
                                              records[r].properties.dipoles.col(i);
                sum += error.lpNorm<1>();
                squares += error.squaredNorm();
                count += 3;
            }
        }
    }
    const PropertyErrors& row = result.errors[1];
    ASSERT_EQ(row.element, 1);
    ASSERT_EQ(row.property, "dipole");
    EXPECT_EQ(row.count, count);
    const auto n = static_cast<double>(count);
    EXPECT_NEAR(row.mean_absolute_error, sum / n, 1e-14);
    EXPECT_NEAR(row.root_mean_square_error, std::sqrt(squares / n), 1e-14);
    EXPECT_NEAR(row.r_squared,
                1.0 - squares / n / (row.standard_deviation * row.standard_deviation),
                1e-12);
}

TEST(TrainingOptions, RejectValuesOutOfRange) {
    const auto error_after = [](auto change) {
        TrainingOptions options;
        change(options);
        return testing::error_of<InputError>([&] { options.validate(); });
    };
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.regularization.tensors = -1.0; }),
                HasSubstr("ridge of tensors, got -1"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.tensor_invariants = 0; }),
                HasSubstr("tensor_invariants"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.folds = 1; }), HasSubstr("folds"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.novelty_quantile = 1.5; }),
                HasSubstr("novelty_quantile"));
}

TEST(Training, NeedsDataOfEveryElementAskedFor) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.descriptor.elements = {1, 6, 7, 8, 16};
    EXPECT_THAT(testing::error_of<InputError>([&] { static_cast<void>(train(records, options)); }),
                HasSubstr("no atom of element S"));
    EXPECT_THAT(testing::error_of<InputError>(
                    [] { static_cast<void>(train({}, testing::small_training())); }),
                HasSubstr("0 molecules"));
}

}  // namespace
}  // namespace keesom

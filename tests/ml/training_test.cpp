// SPDX-License-Identifier: BSD-3-Clause
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/molecular_graph.hpp>
#include <keesom/ml/training.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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
    options.sparse_count = 1000;
    options.regularization = {1e-12, 1e-12, 1e-12};
    const KernelPropertyModel model = train(records, options);
    for (const PropertyErrors& row : validate(model, records).errors) {
        // Charges are shifted to the total charge, which the reference misses by its own rounding.
        const bool scalar = row.property != "dipole" && row.property != "quadrupole";
        EXPECT_LT(row.root_mean_square_error, scalar ? 2e-3 : 2e-2)
            << row.element << " " << row.property;
    }
}

TEST(Training, DoesNotDependOnTheNumberOfThreads) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.folds = 2;
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const KernelPropertyModel one = train(records, options);
    omp_set_num_threads(2);
    const KernelPropertyModel two = train(records, options);
    omp_set_num_threads(before);
    for (std::size_t e = 0; e < one.data().elements.size(); ++e) {
        const ElementRegression& a = one.data().elements[e];
        const ElementRegression& b = two.data().elements[e];
        EXPECT_EQ(a.scalar_coefficients, b.scalar_coefficients);
        EXPECT_EQ(a.dipole_coefficients, b.dipole_coefficients);
        EXPECT_EQ(a.quadrupole_coefficients, b.quadrupole_coefficients);
        EXPECT_EQ(a.posterior_factor, b.posterior_factor);
        EXPECT_EQ(a.uncertainty_scales, b.uncertainty_scales);
        EXPECT_EQ(a.novelty_threshold, b.novelty_threshold);
    }
    EXPECT_EQ(one.data().card, two.data().card);
}

TEST(Training, CalibratesItsUncertaintiesOnHeldOutSpecies) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.folds = 3;
    const Validation validation = cross_validate(records, options);
    const KernelPropertyModel model = train(records, options);
    const HeldOutAtoms& hydrogen = validation.atoms.front();
    ASSERT_EQ(hydrogen.element, 1);
    const ElementRegression& regression = model.data().elements.front();
    const Eigen::RowVectorXd z = (hydrogen.predicted.row(0) - hydrogen.reference.row(0))
                                     .cwiseQuotient(hydrogen.deviations.row(0)) /
                                 regression.uncertainty_scales[0];
    EXPECT_NEAR(z.squaredNorm() / static_cast<double>(z.size()), 1.0, 1e-12);
    const auto beyond = (hydrogen.novelty.array() > regression.novelty_threshold).count();
    EXPECT_LE(static_cast<double>(beyond),
              (1.0 - options.novelty_quantile) * static_cast<double>(hydrogen.novelty.size()));
}

TEST(Training, WritesItsErrorsIntoTheModelCard) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.folds = 2;
    std::vector<std::string> stages;
    const KernelPropertyModel model =
        train(records, options, [&](std::string_view stage, double fraction) {
            EXPECT_GE(fraction, 0.0);
            EXPECT_LE(fraction, 1.0);
            stages.emplace_back(stage);
        });
    EXPECT_EQ(stages.front(), "cross-validation");
    EXPECT_EQ(stages.back(), "training");
    for (const char* text :
         {"`small`: 24 molecules", "| H | charge | e |", "quadrupole", "Limits"}) {
        EXPECT_THAT(model.data().card, HasSubstr(text));
    }
}

TEST(Training, UsesTheNumberOfRepresentativesAskedFor) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.sparse_counts = {{6, 11}};
    const KernelPropertyModel model = train(records, options);
    EXPECT_EQ(model.data().elements[0].sparse_environments.size(), 25U);
    EXPECT_EQ(model.data().elements[1].sparse_environments.size(), 11U);
}

TEST(CrossValidation, IsTheScanAtItsOwnRegularization) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.folds = 2;
    options.regularization = {1e-2, 1e-2, 1e-2};
    const Validation one = cross_validate(records, options);
    const std::vector<double> candidates = {1e-4, 1e-2};
    const std::vector<Validation> scan = scan_regularization(records, options, candidates);
    ASSERT_EQ(scan.size(), 2U);
    EXPECT_EQ(scan[1].atoms.front().predicted, one.atoms.front().predicted);
    EXPECT_NE(scan[0].atoms.front().predicted, one.atoms.front().predicted);
}

TEST(CrossValidation, SeesEveryAtomOnceAndCountsItsErrorsRightly) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.folds = 3;
    const Validation validation = cross_validate(records, options);
    Eigen::Index atoms = 0;
    for (const HeldOutAtoms& element : validation.atoms) {
        atoms += element.novelty.size();
    }
    Eigen::Index expected = 0;
    for (const PropertyRecord& record : records) {
        expected += record.molecule.size();
    }
    EXPECT_EQ(atoms, expected);

    const PropertyErrors& row = validation.errors[4];
    ASSERT_EQ(row.property, "dipole");
    const HeldOutAtoms& hydrogen = validation.atoms.front();
    double sum = 0.0;
    double squares = 0.0;
    for (Eigen::Index i = 0; i < hydrogen.novelty.size(); ++i) {
        for (Eigen::Index k = 4; k < 7; ++k) {
            const double error = hydrogen.predicted(k, i) - hydrogen.reference(k, i);
            sum += std::abs(error);
            squares += error * error;
        }
    }
    const auto n = static_cast<double>(3 * hydrogen.novelty.size());
    EXPECT_EQ(row.count, 3 * hydrogen.novelty.size());
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
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.zeta = 0; }), HasSubstr("zeta"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.regularization.dipoles = -1.0; }),
                HasSubstr("-1"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.sparse_count = 0; }),
                HasSubstr("sparse_count"));
    EXPECT_THAT(error_after([](TrainingOptions& o) {
                    o.sparse_counts = {{6, -2}};
                }),
                HasSubstr("element C"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.folds = 1; }), HasSubstr("folds"));
    EXPECT_THAT(error_after([](TrainingOptions& o) { o.novelty_quantile = 1.5; }),
                HasSubstr("novelty_quantile"));
}

TEST(Training, NeedsDataOfEveryElementAskedFor) {
    const std::vector<PropertyRecord> records = testing::small_records();
    TrainingOptions options = testing::small_training();
    options.descriptor.elements = {1, 6, 8, 16};
    EXPECT_THAT(testing::error_of<InputError>([&] { static_cast<void>(train(records, options)); }),
                HasSubstr("element S"));
    EXPECT_THAT(testing::error_of<InputError>(
                    [] { static_cast<void>(train({}, testing::small_training())); }),
                HasSubstr("0 molecules"));
}

}  // namespace
}  // namespace keesom

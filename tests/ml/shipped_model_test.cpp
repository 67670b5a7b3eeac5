// SPDX-License-Identifier: BSD-3-Clause
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/ml/training/validation.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <support/ions.hpp>

namespace keesom {
namespace {

const std::filesystem::path model_directory =
    std::filesystem::path(KEESOM_TEST_DATA_DIR) / "models" / "organic";

const std::filesystem::path training_directory =
    std::filesystem::path(KEESOM_TEST_DATA_DIR) / "training";

TEST(ShippedModel, HasTheSymmetriesOfSpace) {
    const KernelPropertyModel model = load_model(model_directory);
    EXPECT_THAT(model.supported_elements(), ::testing::ElementsAre(1, 6, 7, 8, 9, 15, 16, 17, 35));
    testing::expect_covariance(model, testing::methanol());
    testing::expect_permutation_equivariance(model, testing::methanol());
    testing::expect_physical(model, testing::methanol());
}

TEST(ShippedModel, WasTrainedOnTheShippedTrainingSets) {
    const KernelPropertyModel model = load_model(model_directory);
    std::size_t molecules = 0;
    for (const TrainingSource& source : model.data().training_sources) {
        const std::filesystem::path path = training_directory / source.name;
        EXPECT_EQ(source.sha256, sha256_of_file(path)) << source.name;
        molecules += read_property_set(path).size();
    }
    EXPECT_EQ(model.data().training_molecules, static_cast<Eigen::Index>(molecules));
}

TEST(ShippedModel, DescribesItsTrainingMolecules) {
    const KernelPropertyModel model = load_model(model_directory);
    const std::vector<PropertyRecord> records = testing::small_records(150, 9);
    std::map<std::string, double> worst;
    std::vector<PropertyPrediction> predictions;
    for (const PropertyRecord& record : records) {
        predictions.push_back(model.predict(record.molecule));
    }
    for (const PropertyErrors& row : property_errors(records, predictions)) {
        worst[row.property] = std::max(worst[row.property], row.root_mean_square_error);
    }
    // No measure of quality, which is in the model card: these find a model of other units, signs
    // or order of components.
    EXPECT_LT(worst["charge"], 0.05);
    EXPECT_LT(worst["valence_width"], 0.01);
    EXPECT_LT(worst["hirshfeld_ratio"], 0.06);
    EXPECT_LT(worst["dipole"], 0.03);
    EXPECT_LT(worst["quadrupole"], 0.08);
}

TEST(ShippedModel, IsSmallAndItsFilesAreSmall) {
    std::uintmax_t total = 0;
    for (const auto& entry : std::filesystem::directory_iterator(model_directory)) {
        EXPECT_LT(entry.file_size(), 10U << 20U) << entry.path();
        total += entry.file_size();
    }
    EXPECT_LT(total, 15U << 20U);
}

TEST(ShippedModel, ChargesBothEndsOfAZwitterion) {
    const KernelPropertyModel model = load_model(model_directory);
    const XyzFrame frame = parse_extended_xyz(testing::xyz_of(testing::glycine), "glycine").at(0);
    const Eigen::VectorXd charges = model
                                        .predict({.name = "glycine",
                                                  .atomic_numbers = frame.atomic_numbers,
                                                  .positions = frame.positions})
                                        .properties.charges;
    // Reference calculation of this geometry.
    EXPECT_NEAR(charges[0] + charges.tail(3).sum(), 0.61, 0.05);
    EXPECT_NEAR(charges.segment(2, 3).sum(), -0.65, 0.05);
}

TEST(ShippedModel, CallsAStretchedMoleculeUnfamiliarAndMethanolNot) {
    const KernelPropertyModel model = load_model(model_directory);
    EXPECT_FALSE(model.predict(testing::methanol()).unfamiliar.any());
    Molecule stretched = testing::methanol();
    stretched.positions *= 1.5;
    EXPECT_TRUE(model.predict(stretched).unfamiliar.any());
}

}  // namespace
}  // namespace keesom

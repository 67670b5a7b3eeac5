// SPDX-License-Identifier: BSD-3-Clause
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <utility>

namespace keesom {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string contents(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class ModelFile : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        model_ = std::make_unique<KernelPropertyModel>(testing::small_model());
    }

    static void TearDownTestSuite() { model_.reset(); }

    void SetUp() override { save_model(*model_, directory()); }

    static const KernelPropertyModel& model() { return *model_; }

    [[nodiscard]] std::filesystem::path directory() const { return folder_.path() / "model"; }

    void edit_manifest(const std::function<void(json&)>& edit) const {
        json manifest = json::parse(contents(directory() / "manifest.json"));
        edit(manifest);
        std::ofstream(directory() / "manifest.json") << manifest.dump(2);
    }

    /// Puts another array in the place of one, with the right hash and shape in the manifest.
    void replace_array(const std::string& key, const Eigen::MatrixXd& matrix) const {
        const NpyArray<double> array(matrix);
        const std::string bytes = npy_bytes(array);
        std::ofstream(directory() / (key + ".npy"), std::ios::binary) << bytes;
        edit_manifest([&](json& manifest) {
            manifest["arrays"][key]["sha256"] = sha256(bytes);
            manifest["arrays"][key]["shape"] = array.shape;
            manifest["arrays"][key]["dtype"] = "<f8";
        });
    }

    [[nodiscard]] std::string load_error() const {
        return testing::error_of<ModelError>([&] { static_cast<void>(load_model(directory())); });
    }

private:
    static inline std::unique_ptr<KernelPropertyModel> model_;
    testing::TemporaryFolder folder_;
};

TEST_F(ModelFile, GivesTheSameBitsAfterSavingAndLoading) {
    const KernelPropertyModel loaded = load_model(directory());
    const PropertyPrediction before = model().predict(testing::methanol());
    const PropertyPrediction after = loaded.predict(testing::methanol());
    EXPECT_EQ(testing::largest_difference(before.properties, after.properties), 0.0);
    for (const AtomProperty& property : density_properties()) {
        EXPECT_EQ(property.deviations(before.uncertainty), property.deviations(after.uncertainty));
    }
    EXPECT_EQ(before.uncertainty.novelty, after.uncertainty.novelty);
    EXPECT_EQ(loaded.data().card, model().data().card);
    EXPECT_EQ(loaded.data().training_charges, model().data().training_charges);
}

TEST_F(ModelFile, IsTheSameEveryTimeItIsWritten) {
    const std::filesystem::path again = directory().parent_path() / "again";
    save_model(load_model(directory()), again);
    for (const auto& entry : std::filesystem::directory_iterator(directory())) {
        EXPECT_EQ(contents(entry.path()), contents(again / entry.path().filename()))
            << entry.path();
    }
}

TEST_F(ModelFile, KeepsArraysInSinglePrecisionThatLosesNothing) {
    const json manifest = json::parse(contents(directory() / "manifest.json"));
    for (const auto& item : manifest["arrays"].items()) {
        EXPECT_EQ(item.value()["dtype"], "<f4") << item.key();
    }
    // What single precision does not hold is written in double precision.
    KernelModelData data = model().data();
    data.elements[0].novelty_weights[0] += 1e-12;
    const std::filesystem::path where = directory().parent_path() / "double";
    save_model(KernelPropertyModel(data), where);
    EXPECT_EQ(load_model(where).data().elements[0].novelty_weights,
              data.elements[0].novelty_weights);
}

TEST_F(ModelFile, ReportsAMissingDirectory) {
    EXPECT_THAT(testing::error_of<ModelError>(
                    [&] { static_cast<void>(load_model(directory() / "nowhere")); }),
                AllOf(HasSubstr("nowhere"), HasSubstr("no such file")));
}

TEST_F(ModelFile, ReportsADamagedManifest) {
    const std::string text = contents(directory() / "manifest.json");
    std::ofstream(directory() / "manifest.json") << text.substr(0, text.size() / 2);
    EXPECT_THAT(load_error(), AllOf(HasSubstr("manifest.json"), HasSubstr("not valid JSON")));
}

TEST_F(ModelFile, ReportsAnotherSchemaOrVersion) {
    edit_manifest([](json& manifest) { manifest["version"] = 99; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("manifest.json"), HasSubstr("version is 99")));
    edit_manifest([](json& manifest) { manifest["schema"] = "something"; });
    EXPECT_THAT(load_error(), HasSubstr("schema"));
    edit_manifest([](json& manifest) { manifest = json::array(); });
    EXPECT_THAT(load_error(), HasSubstr("schema"));
}

TEST_F(ModelFile, ReportsUnknownAndMissingKeys) {
    edit_manifest([](json& manifest) { manifest["colour"] = "red"; });
    EXPECT_THAT(load_error(), HasSubstr("unknown key 'colour'"));
    edit_manifest([](json& manifest) {
        manifest.erase("colour");
        manifest["descriptor"]["max_radius"] = 2;
    });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("descriptor"), HasSubstr("max_radius")));
    edit_manifest([](json& manifest) {
        manifest["descriptor"].erase("max_radius");
        manifest["descriptor"].erase("max_radial");
    });
    EXPECT_THAT(load_error(), HasSubstr("key 'max_radial' is missing"));
}

TEST_F(ModelFile, ReportsValuesOfTheWrongTypeOrRange) {
    edit_manifest([](json& manifest) { manifest["descriptor"]["central_weight"] = "small"; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("central_weight"), HasSubstr("wrong type")));
    edit_manifest([](json& manifest) {
        manifest["descriptor"]["central_weight"] = 1.0;
        manifest["descriptor"]["cutoff_radius"] = -3.0;
    });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("manifest.json"), HasSubstr("cutoff_radius")));
}

TEST_F(ModelFile, ReportsIntegersThatWouldBeCut) {
    edit_manifest([](json& manifest) { manifest["descriptor"]["max_radial"] = 4294967300; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("max_radial"), HasSubstr("expected an integer")));
    save_model(model(), directory());
    edit_manifest([](json& manifest) { manifest["validity"]["charges"] = {0, 0.5}; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("charges"), HasSubstr("expected integers")));
}

TEST_F(ModelFile, ReportsElementsThatAreNoList) {
    edit_manifest([](json& manifest) { manifest["elements"] = manifest["elements"][0]; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("elements"), HasSubstr("expected a list")));
}

TEST_F(ModelFile, ReportsOtherUnits) {
    edit_manifest([](json& manifest) { manifest["properties"]["dipole"] = "debye"; });
    EXPECT_THAT(load_error(), HasSubstr("units"));
}

TEST_F(ModelFile, ReportsAChangedArray) {
    const std::filesystem::path path = directory() / "O_forms.npy";
    std::string bytes = contents(path);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_THAT(load_error(), AllOf(HasSubstr("O_forms.npy"), HasSubstr("SHA-256")));
}

TEST_F(ModelFile, ReportsAMissingArray) {
    std::filesystem::remove(directory() / "H_features.npy");
    EXPECT_THAT(load_error(), AllOf(HasSubstr("H_features.npy"), HasSubstr("no such file")));
    edit_manifest([](json& manifest) { manifest["arrays"].erase("H_features"); });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("H_features"), HasSubstr("missing")));
}

TEST_F(ModelFile, ReportsAnArrayOfAnotherShapeOrTooMany) {
    edit_manifest([](json& manifest) { manifest["arrays"]["O_dipole_weights"]["shape"] = {3}; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("O_dipole_weights.npy"), HasSubstr("shape")));
    save_model(model(), directory());
    edit_manifest(
        [](json& manifest) { manifest["arrays"]["surplus"] = manifest["arrays"]["H_features"]; });
    EXPECT_THAT(load_error(), HasSubstr("unknown array 'surplus'"));
}

TEST_F(ModelFile, ReportsArraysThatDoNotFitTheirCounts) {
    const Eigen::MatrixXd forms =
        read_npy<float>(directory() / "H_forms.npy").matrix().cast<double>();
    replace_array("H_forms", forms.topRows(forms.rows() - 1));
    EXPECT_THAT(load_error(), AllOf(HasSubstr("H_forms"), HasSubstr("fewer directions")));
    save_model(model(), directory());
    edit_manifest([](json& manifest) {
        json& counts = manifest["elements"][0]["scalars"]["hirshfeld_ratio"]["directions"];
        counts[0] = counts[0].get<int>() - 1;
    });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("H_forms"), HasSubstr("more directions")));
    save_model(model(), directory());
    replace_array("H_contraction", Eigen::MatrixXd::Ones(3, 12));
    EXPECT_THAT(load_error(), AllOf(HasSubstr("H_contraction"), HasSubstr("3 rows")));
}

TEST_F(ModelFile, ReportsVariancesOfAnotherProperty) {
    edit_manifest([](json& manifest) { manifest["elements"][0]["variances"].erase("dipole"); });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("variances"), HasSubstr("'dipole' is missing")));
}

class ShortRangeModelFile : public ModelFile {
protected:
    static void SetUpTestSuite() {
        ModelFile::SetUpTestSuite();
        learned_ = std::make_unique<KernelPropertyModel>(testing::with_short_range(model()));
    }

    static void TearDownTestSuite() {
        learned_.reset();
        ModelFile::TearDownTestSuite();
    }

    void SetUp() override { save_model(*learned_, directory()); }

    static const KernelPropertyModel& learned() { return *learned_; }

private:
    static inline std::unique_ptr<KernelPropertyModel> learned_;
};

TEST_F(ShortRangeModelFile, GivesTheSameBitsAfterSavingAndLoading) {
    const KernelPropertyModel loaded = load_model(directory());
    const PropertyPrediction before = learned().predict(testing::methanol());
    const PropertyPrediction after = loaded.predict(testing::methanol());
    EXPECT_EQ(testing::largest_difference(before.properties, after.properties), 0.0);
    for (const AtomProperty& property : atom_properties()) {
        EXPECT_EQ(property.deviations(before.uncertainty), property.deviations(after.uncertainty));
    }
    const json manifest = json::parse(contents(directory() / "manifest.json"));
    EXPECT_EQ(manifest["properties"]["exchange_dipole"], "e*bohr");
    EXPECT_EQ(manifest["arrays"]["O_short_range_points"]["dtype"], "<f4");
    const std::filesystem::path again = directory().parent_path() / "again";
    save_model(loaded, again);
    EXPECT_EQ(contents(directory() / "manifest.json"), contents(again / "manifest.json"));
}

TEST_F(ShortRangeModelFile, MayHaveElementsWithoutShortRangeProperties) {
    KernelModelData data = learned().data();
    data.elements[0].short_range.reset();
    save_model(KernelPropertyModel(std::move(data)), directory());
    const KernelPropertyModel loaded = load_model(directory());
    EXPECT_FALSE(loaded.data().elements[0].short_range.has_value());
    EXPECT_TRUE(loaded.data().elements[1].short_range.has_value());
}

TEST_F(ShortRangeModelFile, ReportsArraysThatDoNotFitTheirCounts) {
    edit_manifest([](json& manifest) { manifest["elements"][0]["short_range"]["points"][0] = 9; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("H_short_range_points.npy"), HasSubstr("9 points")));
    edit_manifest([](json& manifest) {
        manifest["elements"][0]["short_range"]["points"] = {8, 6};
    });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("short_range: points"), HasSubstr("got 2")));
    save_model(learned(), directory());
    replace_array("O_short_range_dipoles", Eigen::MatrixXd::Zero(5, 6));
    EXPECT_THAT(load_error(), AllOf(HasSubstr("O_short_range_dipoles.npy"), HasSubstr("5 rows")));
    save_model(learned(), directory());
    replace_array("O_short_range_quadrupoles", Eigen::MatrixXd::Zero(8, 5));
    EXPECT_THAT(load_error(),
                AllOf(HasSubstr("manifest.json"), HasSubstr("penetration quadrupole has 4 x 5")));
    save_model(learned(), directory());
    replace_array("O_short_range_scalars", Eigen::MatrixXd::Constant(48, 1, std::nan("")));
    EXPECT_THAT(load_error(), HasSubstr("penetration decay"));
    save_model(learned(), directory());
    replace_array("C_short_range_points", Eigen::MatrixXd::Constant(8, 61, 0.1));
    EXPECT_THAT(load_error(), AllOf(HasSubstr("element C"), HasSubstr("61 invariants")));
}

TEST_F(ShortRangeModelFile, ReportsWhatOnlyHalfOfTheManifestKnows) {
    edit_manifest([](json& manifest) { manifest["elements"][1].erase("short_range"); });
    EXPECT_THAT(load_error(), HasSubstr("unknown array 'C_short_range_"));
    save_model(learned(), directory());
    edit_manifest(
        [](json& manifest) { manifest["arrays"].erase("H_short_range_point_quadrupoles"); });
    EXPECT_THAT(load_error(),
                AllOf(HasSubstr("H_short_range_point_quadrupoles"), HasSubstr("is missing")));
    save_model(learned(), directory());
    edit_manifest([](json& manifest) { manifest["properties"].erase("exchange_decay"); });
    EXPECT_THAT(load_error(), HasSubstr("properties and units"));
    save_model(model(), directory());
    edit_manifest([](json& manifest) {
        manifest["elements"][0]["short_range"] = {{"points", {1, 1, 1}}};
    });
    EXPECT_THAT(load_error(), HasSubstr("unknown key 'short_range'"));
}

class ClosedFormModelFile : public ModelFile {
protected:
    static void SetUpTestSuite() {
        ModelFile::SetUpTestSuite();
        closed_form_ = std::make_unique<KernelPropertyModel>(testing::small_closed_form_model());
    }

    static void TearDownTestSuite() {
        closed_form_.reset();
        ModelFile::TearDownTestSuite();
    }

    void SetUp() override { save_model(*closed_form_, directory()); }

    static const KernelPropertyModel& closed_form() { return *closed_form_; }

    [[nodiscard]] Eigen::MatrixXd neighbors_of_oxygen() const {
        return read_npy<float>(directory() / "O_closed_form_neighbors.npy").matrix().cast<double>();
    }

private:
    static inline std::unique_ptr<KernelPropertyModel> closed_form_;
};

TEST_F(ClosedFormModelFile, GivesTheSameBitsAfterSavingAndLoading) {
    const KernelPropertyModel loaded = load_model(directory());
    const PropertyPrediction before = closed_form().predict(testing::methanol());
    const PropertyPrediction after = loaded.predict(testing::methanol());
    EXPECT_EQ(testing::largest_difference(before.properties, after.properties), 0.0);
    EXPECT_GT(before.properties.dipoles.norm(), 0.1);
    const json manifest = json::parse(contents(directory() / "manifest.json"));
    EXPECT_EQ(manifest["closed_form"]["gaussian_width"], 0.5);
    for (const auto& item : manifest["arrays"].items()) {
        EXPECT_EQ(item.value()["dtype"], "<f4") << item.key();
    }
    const std::filesystem::path again = directory().parent_path() / "again";
    save_model(loaded, again);
    EXPECT_EQ(contents(directory() / "manifest.json"), contents(again / "manifest.json"));
}

TEST_F(ClosedFormModelFile, ReportsAKernelOutOfRange) {
    edit_manifest([](json& manifest) { manifest["closed_form"]["gaussian_width"] = -1.0; });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("manifest.json"), HasSubstr("gaussian_width")));
    edit_manifest([](json& manifest) {
        manifest["closed_form"]["gaussian_width"] = 0.5;
        manifest["closed_form"]["cutoff_radius"] = 12.0;
    });
    EXPECT_THAT(load_error(), HasSubstr("see farther"));
    edit_manifest([](json& manifest) { manifest["closed_form"].erase("cutoff_radius"); });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("closed_form"), HasSubstr("is missing")));
    edit_manifest([](json& manifest) { manifest.erase("closed_form"); });
    EXPECT_THAT(load_error(), AllOf(HasSubstr("dipole_weights"), HasSubstr("is missing")));
}

TEST_F(ClosedFormModelFile, ReportsNeighborsThatDoNotFit) {
    const Eigen::MatrixXd neighbors = neighbors_of_oxygen();
    const auto error_with = [&](Eigen::Index column, double value) {
        Eigen::MatrixXd changed = neighbors;
        changed(1, column) = value;
        replace_array("O_closed_form_neighbors", changed);
        return load_error();
    };
    for (const Eigen::Index column : {0, 1}) {
        EXPECT_THAT(error_with(column, 0.5),
                    AllOf(HasSubstr("O_closed_form_neighbors.npy"), HasSubstr("row 1")));
        EXPECT_THAT(error_with(column, 1e20), HasSubstr("row 1"));
        EXPECT_THAT(error_with(column, 500), AllOf(HasSubstr("element O"), HasSubstr("fit")));
    }
    EXPECT_THAT(error_with(2, -1.0), HasSubstr("fit"));
    EXPECT_THAT(error_with(3, std::nan("")), HasSubstr("fit"));
    replace_array("O_closed_form_neighbors", neighbors.leftCols(2));
    EXPECT_THAT(load_error(), HasSubstr("3 columns"));
    replace_array("O_closed_form_neighbors", neighbors.leftCols(4));
    EXPECT_THAT(load_error(), HasSubstr("fit"));
}

TEST_F(ModelFile, ReportsAnElementTooFew) {
    edit_manifest([](json& manifest) { manifest["elements"].erase(0); });
    EXPECT_THAT(load_error(), HasSubstr("unknown array 'H_"));
}

TEST_F(ModelFile, ReportsAMissingModelCard) {
    std::filesystem::remove(directory() / "MODEL_CARD.md");
    EXPECT_THAT(load_error(), HasSubstr("MODEL_CARD.md"));
}

TEST_F(ModelFile, ReportsAPlaceThatCannotBeWritten) {
    const std::filesystem::path file = directory() / "manifest.json" / "model";
    EXPECT_THAT(testing::error_of<InputError>([&] { save_model(model(), file); }),
                HasSubstr("cannot be written"));
}

}  // namespace
}  // namespace keesom

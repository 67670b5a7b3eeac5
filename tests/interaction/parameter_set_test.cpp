// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace keesom {

namespace {

constexpr std::array elements = {1, 6, 7, 8};

class ParameterFile : public ::testing::Test {
protected:
    void SetUp() override {
        path = std::filesystem::path(::testing::TempDir()) /
               (std::string("keesom-parameters-") +
                ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".json");
        save_parameters(path, initial_parameters(elements));
    }

    void TearDown() override { std::filesystem::remove(path); }

    /// Replaces the first occurrence of a text in the file.
    void change(const std::string& from, const std::string& to) const {
        std::ifstream in(path);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        const std::size_t place = text.find(from);
        ASSERT_NE(place, std::string::npos) << from;
        std::ofstream(path) << text.replace(place, from.size(), to);
    }

    void expect_complaint(const std::string& fragment) const {
        try {
            (void)load_parameters(path);
            FAIL() << "no complaint about " << fragment;
        } catch (const ModelError& error) {
            EXPECT_THAT(error.what(), ::testing::HasSubstr(path.string()));
            EXPECT_THAT(error.what(), ::testing::HasSubstr(fragment));
        }
    }

    std::filesystem::path path;
};

}  // namespace

TEST_F(ParameterFile, ReturnsEveryConstantBitByBit) {
    ParameterSet written = initial_parameters(elements);
    double number = 0.1;
    for (const ConstantReference& constant : constants_of(written)) {
        number += 1.0 / 3.0;
        if (double* const* value = std::get_if<double*>(&constant.value)) {
            **value = number;
        } else {
            ElementConstants& by_element = *std::get<ElementConstants*>(constant.value);
            by_element = ElementConstants(by_element.name(),
                                          {{1, number}, {6, number / 7.0}, {8, 2.0 * number}});
        }
    }
    // The one constant that cannot be as large as those.
    written.charge_transfer.strength = {written.charge_transfer.strength.name(),
                                        {{1, 0.1}, {6, 0.3 / 7.0}, {8, 2.0 / 3.0}}};
    written.short_range = true;
    save_parameters(path, written);
    ParameterSet read = load_parameters(path);
    const std::vector<ConstantReference> expected = constants_of(written);
    const std::vector<ConstantReference> actual = constants_of(read);
    ASSERT_EQ(expected.size(), actual.size());
    EXPECT_TRUE(read.short_range);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (double* const* value = std::get_if<double*>(&expected[i].value)) {
            EXPECT_EQ(*std::get<double*>(actual[i].value), **value) << expected[i].path();
        } else {
            EXPECT_EQ(std::get<ElementConstants*>(actual[i].value)->values(),
                      std::get<ElementConstants*>(expected[i].value)->values())
                << expected[i].path();
        }
    }
}

TEST_F(ParameterFile, ListsEveryConstantOnce) {
    ParameterSet parameters;
    std::set<std::string> paths;
    for (const ConstantReference& constant : constants_of(parameters)) {
        EXPECT_TRUE(paths.insert(constant.path()).second) << constant.path();
    }
}

TEST_F(ParameterFile, RejectsUnknownKeysAtEveryLevel) {
    change("\"schema\"", "\"surprise\": 1, \"schema\"");
    expect_complaint("unknown key 'surprise'");
    SetUp();
    change("\"thole_a\"", "\"thole_b\"");
    expect_complaint("unknown key 'thole_b'");
    SetUp();
    change("\"unit\"", "\"units\"");
    expect_complaint("unknown key 'units'");
    SetUp();
    change("\"C\"", "\"Xx\"");
    expect_complaint("Xx");
}

TEST_F(ParameterFile, RejectsTwoValuesOfOneElement) {
    change("\"C\"", "\"D\"");  // hydrogen by another name
    expect_complaint("element H has two values");
}

TEST_F(ParameterFile, RejectsMissingKeys) {
    change("\"origin\": \"starting point of a fit\",", "");
    expect_complaint("'origin' is missing");
}

TEST_F(ParameterFile, RejectsOtherUnits) {
    change("hartree^(1/2)", "kcal^(1/2)");
    expect_complaint("expected 'hartree^(1/2)");
}

TEST_F(ParameterFile, RejectsValuesOfAnotherKind) {
    change("0.39", "null");
    expect_complaint("polarization.thole_a");
    SetUp();
    change("\"short_range\": false", "\"short_range\": 0");
    expect_complaint("short_range: expected true or false");
}

TEST_F(ParameterFile, RejectsChargeTransferThatExceedsExchange) {
    change("\"value\": 1.1", "\"value\": 0.5");
    expect_complaint("charge_transfer contraction is 0.5, expected 1 or more");
}

TEST_F(ParameterFile, RejectsOtherVersions) {
    change("\"version\": 3", "\"version\": 2");
    expect_complaint("version is 2, this program reads version 3");
}

TEST_F(ParameterFile, RejectsWhatIsNotJson) {
    std::ofstream(path) << "{\"schema\": ";
    expect_complaint("not valid JSON");
    std::filesystem::remove(path);
    expect_complaint("no such file");
}

TEST(ParameterSet, RefusesEveryConstantThatWasNeverGiven) {
    EXPECT_NO_THROW(Physics{initial_parameters(elements)});
    ParameterSet empty;
    const std::vector<ConstantReference> never_given = constants_of(empty);
    for (std::size_t i = 0; i < never_given.size(); ++i) {
        ParameterSet parameters = initial_parameters(elements);
        const ConstantReference constant = constants_of(parameters)[i];
        if (double* const* value = std::get_if<double*>(&constant.value)) {
            **value = *std::get<double*>(never_given[i].value);
        } else {
            *std::get<ElementConstants*>(constant.value) = ElementConstants();
        }
        if (constant.path() == "dispersion.steepness") {
            EXPECT_NO_THROW(parameters.validate()) << "published, so there is a default";
            continue;
        }
        const auto complaint =
            ::testing::ThrowsMessage<ModelError>(::testing::HasSubstr(constant.key));
        EXPECT_THAT([&] { parameters.validate(); }, complaint) << constant.path();
        if (constant.section != "fitted_range" && constant.section != "spread") {
            EXPECT_THAT([&] { Physics{parameters}; }, complaint) << constant.path();
        }
    }
}

TEST(PhysicsSpread, GrowsWithExchange) {
    PhysicsSpread spread;
    spread.components = {{{.absolute = 3.0, .relative = 0.0},
                          {.absolute = 3.0, .relative = 0.5},
                          {.absolute = 0.0, .relative = 0.5},
                          {.absolute = 0.0, .relative = 0.0}}};
    spread.total = {.absolute = 6.0, .relative = 1.0};
    const EnergyComponents energy = {
        .electrostatics = -20.0, .exchange = 8.0, .induction = -2.0, .dispersion = -1.0};
    const EnergyDeviations deviations = spread.of(energy);
    EXPECT_DOUBLE_EQ(deviations.components.electrostatics, 3.0);
    EXPECT_DOUBLE_EQ(deviations.components.exchange, 5.0);
    EXPECT_DOUBLE_EQ(deviations.components.induction, 4.0);
    EXPECT_DOUBLE_EQ(deviations.components.dispersion, 0.0);
    EXPECT_DOUBLE_EQ(deviations.total, 10.0);
}

TEST(InitialParameters, DoNotInventAQuadrupoleFactor) {
    EXPECT_NEAR(
        initial_parameters(std::array{17}).dispersion.quadrupole_factor(17), 13.907854, 1e-6);
    EXPECT_THROW((void)initial_parameters(std::array{1, 18}), ModelError);
}

TEST_F(ParameterFile, RejectsConstantsOutOfRange) {
    change("0.39", "-0.39");
    expect_complaint("thole_a is -0.39, expected a positive number");
}

TEST(ElementConstants, NameTheElementTheyLack) {
    const ElementConstants constants("exchange amplitude", {{1, 2.0}});
    EXPECT_EQ(constants(1), 2.0);
    try {
        (void)constants(6);
        FAIL();
    } catch (const ModelError& error) {
        EXPECT_STREQ(error.what(), "no exchange amplitude for element C");
    }
}

}  // namespace keesom

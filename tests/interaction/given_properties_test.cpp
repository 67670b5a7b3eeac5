// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/given_properties.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <support/energy_term_checks.hpp>
#include <support/expect_error.hpp>
#include <utility>
#include <vector>

namespace keesom {

namespace {

PropertyRecord random_record(std::mt19937& generator) {
    const Monomer monomer = testing::random_monomer(generator, 6);
    PropertyRecord record;
    record.molecule = monomer.molecule();
    record.properties = monomer.properties();
    return record;
}

std::vector<PropertyRecord> random_records(std::mt19937& generator, int count) {
    std::vector<PropertyRecord> records;
    for (int i = 0; i < count; ++i) {
        records.push_back(random_record(generator));
    }
    return records;
}

Molecule moved(const Molecule& molecule, const Eigen::Matrix3d& rotation) {
    Molecule copy = molecule;
    copy.positions =
        ((rotation * molecule.positions).colwise() + Eigen::Vector3d(3.0, 1.0, -2.0)).eval();
    return copy;
}

/// The properties of one molecule, whatever it is asked about.
class FixedProperties : public PropertyModel {
public:
    explicit FixedProperties(PropertyRecord record) : record_(std::move(record)) {}

    [[nodiscard]] PropertyPrediction predict(const Molecule& /*molecule*/) const override {
        PropertyPrediction prediction;
        prediction.properties = record_.properties;
        return prediction;
    }

    [[nodiscard]] std::vector<int> supported_elements() const override {
        return record_.molecule.atomic_numbers;
    }

private:
    PropertyRecord record_;
};

std::string error_for(const PropertyModel& model, const Molecule& molecule) {
    return testing::error_of<ModelError>([&] { static_cast<void>(model.predict(molecule)); });
}

}  // namespace

TEST(GivenProperties, TurnWithAMoleculeThatWasMoved) {
    std::mt19937 generator(21);
    const std::vector<PropertyRecord> records = random_records(generator, 12);
    const GivenProperties model(records);
    for (const PropertyRecord& record : records) {
        const Eigen::Matrix3d rotation = testing::random_rotation(generator);
        const PropertyPrediction prediction = model.predict(moved(record.molecule, rotation));
        const AtomProperties expected = rotated(record.properties, rotation);
        for (const AtomProperty& property : density_properties()) {
            EXPECT_LT((property.values(prediction.properties) - property.values(expected))
                          .cwiseAbs()
                          .maxCoeff(),
                      1e-12)
                << property.key;
            EXPECT_EQ(property.deviations(prediction.uncertainty).size(), 0) << property.key;
        }
        EXPECT_FALSE(prediction.unfamiliar.any());
    }
}

TEST(GivenProperties, LeaveTheShortRangeToAModel) {
    std::mt19937 generator(27);
    const PropertyRecord record = random_record(generator);
    PropertyRecord other = record;
    for (const AtomProperty& property : atom_properties()) {
        property.values(other.properties) *= 0.5;
    }
    const GivenProperties model({record}, std::make_shared<FixedProperties>(other));
    const Molecule& molecule = record.molecule;
    const AtomProperties predicted = model.predict(molecule).properties;
    const AtomProperties alone = GivenProperties({record}).predict(molecule).properties;
    for (const AtomProperty& property : density_properties()) {
        EXPECT_EQ(property.values(predicted), property.values(alone)) << property.key;
    }
    for (const AtomProperty& property : short_range_properties()) {
        EXPECT_GT(property.values(other.properties).norm(), 0.0) << property.key;
        EXPECT_EQ(property.values(predicted), property.values(other.properties)) << property.key;
        EXPECT_EQ(property.values(alone).norm(), 0.0) << property.key;
    }
}

TEST(GivenProperties, AddUpToTheChargeOfTheMolecule) {
    std::mt19937 generator(22);
    PropertyRecord record = random_record(generator);
    record.properties.charges[0] += 0.003;
    const Eigen::VectorXd charges =
        GivenProperties({record}).predict(record.molecule).properties.charges;
    EXPECT_NEAR(charges.sum(), record.molecule.charge, 1e-14);
    EXPECT_NEAR((charges - record.properties.charges).cwiseAbs().maxCoeff(), 0.0005, 1e-12);
}

TEST(GivenProperties, AreThoseOfTheClosestGeometry) {
    std::mt19937 generator(23);
    const PropertyRecord record = random_record(generator);
    PropertyRecord close = record;
    close.molecule.positions(0, 2) += 0.03;
    close.properties.hirshfeld_ratios.setConstant(0.5);
    Molecule molecule = moved(record.molecule, testing::random_rotation(generator));
    molecule.positions(1, 4) += 1e-3;
    for (const auto& records : {std::vector{record, close}, std::vector{close, record}}) {
        const GivenProperties model(records);
        EXPECT_EQ(model.predict(molecule).properties.hirshfeld_ratios,
                  record.properties.hirshfeld_ratios);
        EXPECT_GT(model.distance(molecule), 1e-4);
        EXPECT_LT(model.distance(molecule), 1e-3);
    }
}

TEST(GivenProperties, FollowTheirAtomsIntoAnotherOrder) {
    std::mt19937 generator(25);
    for (const PropertyRecord& record : random_records(generator, 12)) {
        const GivenProperties model({record});
        std::vector<Eigen::Index> order = {0, 1, 2, 3, 4, 5};
        std::shuffle(order.begin(), order.end(), generator);
        const Monomer expected =
            testing::permuted(Monomer(record.molecule, record.properties)
                                  .rotated(testing::random_rotation(generator)),
                              order);
        const AtomProperties found = model.predict(expected.molecule()).properties;
        for (const AtomProperty& property : density_properties()) {
            EXPECT_LT((property.values(found) - property.values(expected.properties()))
                          .cwiseAbs()
                          .maxCoeff(),
                      1e-12)
                << property.key;
        }
        EXPECT_LT(model.distance(expected.molecule()), 1e-12);
    }
}

TEST(GivenProperties, AreFoundForLinearMoleculesAndPairsOfAtoms) {
    std::mt19937 generator(26);
    for (const Eigen::Index n : {2, 3}) {
        PropertyRecord record;
        record.molecule.atomic_numbers.assign(static_cast<std::size_t>(n), 1);
        record.molecule.atomic_numbers[0] = 6;
        record.molecule.positions = Eigen::Matrix3Xd::Zero(3, n);
        record.molecule.positions.row(2).setLinSpaced(0.0, 2.2 * static_cast<double>(n - 1));
        record.properties = AtomProperties(n);
        record.properties.dipoles.row(2).setConstant(0.2);
        const Eigen::Matrix3d rotation = testing::random_rotation(generator);
        const AtomProperties found =
            GivenProperties({record}).predict(moved(record.molecule, rotation)).properties;
        EXPECT_LT((found.dipoles - rotation * record.properties.dipoles).norm(), 1e-12) << n;
    }
}

TEST(GivenProperties, AreNotThoseOfAnotherGeometryOrCharge) {
    std::mt19937 generator(24);
    const std::vector<PropertyRecord> records = random_records(generator, 3);
    const GivenProperties model(records);
    const Molecule& molecule = records.front().molecule;
    Molecule stretched = molecule;
    stretched.positions *= 1.2;
    EXPECT_THAT(error_for(model, stretched), ::testing::HasSubstr("in this geometry"));
    Molecule mirrored = molecule;
    mirrored.positions.row(0) *= -1.0;
    EXPECT_THAT(error_for(model, mirrored), ::testing::HasSubstr("in this geometry"));
    Molecule cation = molecule;
    cation.charge += 2;
    EXPECT_THAT(error_for(model, cation), ::testing::HasSubstr("charge 2"));
}

}  // namespace keesom

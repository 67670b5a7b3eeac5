// SPDX-License-Identifier: BSD-3-Clause
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/property_model.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <support/expect_error.hpp>
#include <utility>

namespace keesom {
namespace {

class SmallModel : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        model_ = std::make_unique<KernelPropertyModel>(testing::small_model());
    }

    static void TearDownTestSuite() { model_.reset(); }

    static const KernelPropertyModel& model() { return *model_; }

private:
    static inline std::unique_ptr<KernelPropertyModel> model_;
};

TEST_F(SmallModel, TurnsItsMultipolesWithTheMolecule) {
    testing::expect_covariance(model(), testing::methanol());
}

TEST_F(SmallModel, DoesNotDependOnTheOrderOfAtoms) {
    testing::expect_permutation_equivariance(model(), testing::methanol());
}

TEST_F(SmallModel, PredictsPhysicalPropertiesThatAddUpToTheCharge) {
    testing::expect_physical(model(), testing::methanol());
    Molecule cation = testing::methanol();
    cation.charge = 1;
    testing::expect_physical(model(), cation);
}

TEST_F(SmallModel, GivesEquivalentAtomsTheSameProperties) {
    Molecule water;
    water.atomic_numbers = {8, 1, 1};
    water.positions.resize(3, 3);
    // clang-format off
    water.positions << 0.0, 1.43, -1.43,
                       0.0, 0.0,   0.0,
                       0.0, 1.11,  1.11;
    // clang-format on
    const AtomProperties properties = model().predict(water).properties;
    EXPECT_NEAR(properties.charges[1], properties.charges[2], 1e-12);
    // The dipole of oxygen lies on the axis, its quadrupole has no component that would break C2v.
    EXPECT_NEAR(properties.dipoles(0, 0), 0.0, 1e-12);
    EXPECT_NEAR(properties.dipoles(1, 0), 0.0, 1e-12);
    EXPECT_GT(std::abs(properties.dipoles(2, 0)), 1e-3);
    EXPECT_NEAR(properties.quadrupoles(1, 0), 0.0, 1e-12);
    EXPECT_NEAR(properties.quadrupoles(2, 0), 0.0, 1e-12);
    EXPECT_NEAR(properties.quadrupoles(4, 0), 0.0, 1e-12);
}

TEST_F(SmallModel, IsSmoothWhenAnAtomCrossesTheCutoff) {
    const double cutoff = model().data().descriptor.radial.cutoff_radius;
    Molecule pair = testing::methanol();
    pair.atomic_numbers.push_back(8);
    pair.positions.conservativeResize(3, 7);
    const auto charge_at = [&](double distance) {
        pair.positions.col(6) = pair.positions.col(1) - distance * Eigen::Vector3d::UnitY();
        const AtomProperties properties = model().predict(pair).properties;
        // Not the charge: its shift to the total charge mixes in all the other atoms.
        return properties.valence_populations[1];
    };
    const double h = 1e-3;
    EXPECT_NEAR(charge_at(cutoff - h), charge_at(cutoff + h), 1e-8);
    const double slope_inside = (charge_at(cutoff - h) - charge_at(cutoff - 2.0 * h)) / h;
    EXPECT_NEAR(slope_inside, 0.0, 1e-5);
    EXPECT_GT(std::abs(charge_at(cutoff - 4.0) - charge_at(cutoff)), 1e-6);
}

TEST_F(SmallModel, KnowsWhatItWasTrainedOn) {
    const std::vector<PropertyRecord> records = testing::small_records();
    const PropertyPrediction at_training = model().predict(records.front().molecule);
    EXPECT_LT(at_training.uncertainty.novelty.maxCoeff(), 0.05);
    Molecule strange = testing::methanol();
    strange.positions *= 1.6;
    EXPECT_GT(model().predict(strange).uncertainty.novelty.maxCoeff(),
              3.0 * at_training.uncertainty.novelty.maxCoeff());
}

TEST_F(SmallModel, NamesAnElementThatItDoesNotHave) {
    Molecule thiol = testing::methanol();
    thiol.atomic_numbers[1] = 16;
    EXPECT_THAT(testing::error_of<ModelError>([&] { static_cast<void>(model().predict(thiol)); }),
                ::testing::HasSubstr("element S"));
}

TEST_F(SmallModel, StaysPositiveFarFromAnyMolecule) {
    // Atoms on top of each other, which no chemistry has: the raw regression may go anywhere.
    KernelModelData data = model().data();
    for (ElementRegression& element : data.elements) {
        element.scalar_coefficients *= -30.0;
    }
    const KernelPropertyModel wild(std::move(data));
    for (const double scale : {0.7, 1.0, 1.5}) {
        Molecule molecule = testing::methanol();
        molecule.positions *= scale;
        const AtomProperties properties = wild.predict(molecule).properties;
        EXPECT_GT(properties.valence_populations.minCoeff(), 0.0);
        EXPECT_GT(properties.valence_widths.minCoeff(), 0.0);
        EXPECT_GT(properties.hirshfeld_ratios.minCoeff(), 0.0);
    }
}

TEST_F(SmallModel, ShiftsTheMostUncertainChargesMost) {
    Molecule neutral = testing::methanol();
    Molecule cation = neutral;
    cation.charge = 1;
    const PropertyPrediction prediction = model().predict(neutral);
    const Eigen::VectorXd shift =
        model().predict(cation).properties.charges - prediction.properties.charges;
    const Eigen::VectorXd weights = prediction.uncertainty.charges.cwiseAbs2();
    EXPECT_LT((shift - weights / weights.sum()).norm(), 1e-12);
}

TEST_F(SmallModel, RejectsPartsThatDoNotFit) {
    KernelModelData data = model().data();
    data.elements[0].dipole_coefficients.conservativeResize(4);
    EXPECT_THAT(testing::error_of<ModelError>([&] { KernelPropertyModel broken(data); }),
                ::testing::HasSubstr("dipole coefficients of element H"));
    data = model().data();
    data.elements[1].scalar_coefficients(0, 0) = std::nan("");
    EXPECT_THAT(testing::error_of<ModelError>([&] { KernelPropertyModel broken(data); }),
                ::testing::HasSubstr("not finite"));
    data = model().data();
    data.elements.pop_back();
    EXPECT_THAT(testing::error_of<ModelError>([&] { KernelPropertyModel broken(data); }),
                ::testing::HasSubstr("elements"));
}

}  // namespace
}  // namespace keesom

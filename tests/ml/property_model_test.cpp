// SPDX-License-Identifier: BSD-3-Clause
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/ml/model/property_model.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <support/expect_error.hpp>
#include <utility>
#include <vector>

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
    const auto properties_at = [&](double distance) {
        pair.positions.col(6) = pair.positions.col(1) - distance * Eigen::Vector3d::UnitY();
        return model().predict(pair).properties;
    };
    const double h = 1e-3;
    const AtomProperties inside = properties_at(cutoff - h);
    const AtomProperties at = properties_at(cutoff);
    const AtomProperties outside = properties_at(cutoff + h);
    // Charges polarize each other over any distance; all else is what the environment says.
    const Eigen::VectorXd curvature =
        (inside.charges - 2.0 * at.charges + outside.charges) / (h * h);
    EXPECT_LT(curvature.cwiseAbs().maxCoeff(), 0.1);
    for (const AtomProperty& property : density_properties()) {
        if (property.key == "charge" || property.key == "valence_population") {
            continue;
        }
        const auto of_the_oxygen = [&](const AtomProperties& properties) {
            return Eigen::VectorXd(property.values(properties).col(1));
        };
        EXPECT_LT((of_the_oxygen(outside) - of_the_oxygen(inside)).norm(), 1e-8) << property.key;
        EXPECT_GT((of_the_oxygen(properties_at(cutoff - 4.0)) - of_the_oxygen(at)).norm(), 1e-5)
            << property.key;
    }
}

TEST_F(SmallModel, DoesNotChangeWhenAnotherMoleculeIsFarAway) {
    Molecule pair = testing::methanol();
    Molecule other = testing::methanol();
    other.positions.colwise() += Eigen::Vector3d(0.0, 0.0, 500.0);
    pair.atomic_numbers.insert(
        pair.atomic_numbers.end(), other.atomic_numbers.begin(), other.atomic_numbers.end());
    pair.positions.resize(3, 12);
    pair.positions << testing::methanol().positions, other.positions;
    const AtomProperties alone = model().predict(testing::methanol()).properties;
    const AtomProperties both = model().predict(pair).properties;
    EXPECT_LT((both.charges.head(6) - alone.charges).cwiseAbs().maxCoeff(), 1e-4);
    EXPECT_LT((both.dipoles.leftCols(6) - alone.dipoles).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_NEAR(both.charges.head(6).sum(), 0.0, 1e-12);
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

TEST_F(SmallModel, HasNoShortRangePropertiesWhereNoneWereLearned) {
    const PropertyPrediction prediction = model().predict(testing::methanol());
    for (const AtomProperty& property : short_range_properties()) {
        EXPECT_EQ(property.values(prediction.properties).cwiseAbs().maxCoeff(), 0.0);
        EXPECT_EQ(property.deviations(prediction.uncertainty).size(), 0);
    }
}

TEST_F(SmallModel, PredictsShortRangePropertiesAsItDoesOthers) {
    const KernelPropertyModel learned = testing::with_short_range(model());
    testing::expect_covariance(learned, testing::methanol());
    testing::expect_permutation_equivariance(learned, testing::methanol());
    testing::expect_physical(learned, testing::methanol());
    const PropertyPrediction prediction = learned.predict(testing::methanol());
    for (const AtomProperty& property : short_range_properties()) {
        EXPECT_GT(property.values(prediction.properties).colwise().norm().minCoeff(), 1e-6)
            << property.key;
    }
    // What the density determines stays as it was.
    const PropertyPrediction before = model().predict(testing::methanol());
    for (const AtomProperty& property : density_properties()) {
        EXPECT_EQ(property.values(prediction.properties), property.values(before.properties));
        EXPECT_EQ(property.deviations(prediction.uncertainty),
                  property.deviations(before.uncertainty));
    }
}

TEST_F(SmallModel, KnowsShortRangePropertiesNearItsPointsOnly) {
    const KernelPropertyModel learned = testing::with_short_range(model());
    Molecule strange = testing::methanol();
    strange.positions *= 1.4;
    const PropertyUncertainty known = learned.predict(testing::methanol()).uncertainty;
    const PropertyUncertainty unknown = learned.predict(strange).uncertainty;
    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
        const AtomProperty& property = short_range_properties()[p];
        ASSERT_EQ(property.deviations(known).size(), 6) << property.key;
        EXPECT_GT(property.deviations(known).minCoeff(), 0.0) << property.key;
        if (property.is_scalar()) {
            EXPECT_LT(property.deviations(known).maxCoeff(), short_range_deviations[p]);
            EXPECT_GT(property.deviations(unknown).sum(), property.deviations(known).sum());
        }
    }
}

TEST_F(SmallModel, KnowsNothingOfShortRangePropertiesOfElementsWithoutPoints) {
    KernelModelData data = testing::with_short_range(model()).data();
    for (ElementModel& element : data.elements) {
        if (element.element == 8) {
            element.short_range.reset();
        }
    }
    const PropertyPrediction prediction =
        KernelPropertyModel(std::move(data)).predict(testing::methanol());
    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
        const AtomProperty& property = short_range_properties()[p];
        EXPECT_EQ(property.values(prediction.properties).col(1).norm(), 0.0);
        EXPECT_EQ(property.deviations(prediction.uncertainty)[1], short_range_deviations[p]);
        EXPECT_GT(property.values(prediction.properties).col(0).norm(), 0.0);
    }
}

TEST_F(SmallModel, TakesErrorsOfShortRangePropertiesToEnergies) {
    const KernelPropertyModel learned = testing::with_short_range(model());
    const auto linearization = learned.linearize(testing::methanol());
    AtomPropertyGradient gradient(6);
    Eigen::VectorXd expected = Eigen::VectorXd::Zero(6);
    for (const AtomProperty& property : short_range_properties()) {
        // A derivative by one component that no other shares and, of a quadrupole, by a trace of 0.
        property.values(gradient).row(0).setConstant(0.5);
        if (property.rank() == 2) {
            property.values(gradient).row(3).setConstant(-0.5);
        }
        expected += (property.rank() == 2 ? 0.5 : 0.25) *
                    property.deviations(linearization->prediction().uncertainty).cwiseAbs2();
    }
    Eigen::VectorXd found = Eigen::VectorXd::Zero(6);
    for (const ErrorSources& sources : linearization->error_sources(gradient)) {
        found(sources.atoms) +=
            sources.amplitudes.colwise().squaredNorm().transpose() + sources.independent;
    }
    EXPECT_LT((found - expected).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_GT(expected.minCoeff(), 0.0);
}

TEST_F(SmallModel, SeesAtomsOfEachElementAsTheyAre) {
    const std::vector<ElementEnvironments> environments = model().environments(testing::methanol());
    ASSERT_EQ(environments.size(), 3U);
    EXPECT_EQ(environments[0].element, 1);
    EXPECT_EQ(environments[0].atoms, (std::vector<Eigen::Index>{2, 3, 4, 5}));
    EXPECT_EQ(environments[0].expansions.coefficients.size(), 4U);
    EXPECT_EQ(environments[2].element, 8);
    EXPECT_EQ(environments[2].expansions.invariants.cols(), 1);
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
    for (ElementModel& element : data.elements) {
        for (ChargedQuadraticForm& form : element.locals) {
            form.constant = -30.0;
        }
    }
    const KernelPropertyModel wild(std::move(data));
    for (const double scale : {0.8, 1.0, 1.5}) {
        Molecule molecule = testing::methanol();
        molecule.positions *= scale;
        const AtomProperties properties = wild.predict(molecule).properties;
        EXPECT_GT(properties.valence_populations.minCoeff(), 0.0);
        EXPECT_GT(properties.valence_widths.minCoeff(), 0.0);
        EXPECT_GT(properties.hirshfeld_ratios.minCoeff(), 0.0);
    }
}

TEST_F(SmallModel, KeepsPopulationsAndChargesTogether) {
    const AtomProperties properties = model().predict(testing::methanol()).properties;
    // Hydrogen has no core: N = 1 − q.
    for (Eigen::Index i = 2; i < 6; ++i) {
        EXPECT_NEAR(properties.valence_populations[i] + properties.charges[i], 1.0, 1e-6);
    }
    // The cores of carbon and oxygen hold some 1.6 electrons of the 1s shell in this partition.
    EXPECT_NEAR(properties.core_charges()[0], 6.0 - 1.64, 0.05);
    EXPECT_NEAR(properties.core_charges()[1], 8.0 - 1.62, 0.05);
}

TEST_F(SmallModel, LetsElectronegativitiesDependOnTheCharge) {
    Molecule cation = testing::methanol();
    cation.charge = 1;
    const AtomProperties neutral = model().predict(testing::methanol()).properties;
    const AtomProperties charged = model().predict(cation).properties;
    EXPECT_NEAR(charged.charges.sum(), 1.0, 1e-12);
    EXPECT_GT((charged.charges - neutral.charges).cwiseAbs().maxCoeff(), 0.05);
}

TEST_F(SmallModel, PredictsLargerDeviationsForStrangerAtoms) {
    Molecule strange = testing::methanol();
    strange.positions *= 1.4;
    const PropertyUncertainty known = model().predict(testing::methanol()).uncertainty;
    const PropertyUncertainty unknown = model().predict(strange).uncertainty;
    for (const AtomProperty& property : density_properties()) {
        EXPECT_EQ(property.deviations(known).size(), 6) << property.key;
        EXPECT_GT(property.deviations(known).minCoeff(), 0.0) << property.key;
        EXPECT_GE(property.deviations(unknown).sum(), property.deviations(known).sum())
            << property.key;
    }
}

TEST_F(SmallModel, RejectsPartsThatDoNotFit) {
    const auto error_after = [](auto change) {
        KernelModelData data = model().data();
        change(data);
        return testing::error_of<ModelError>([&] { KernelPropertyModel broken(data); });
    };
    EXPECT_THAT(error_after([](KernelModelData& data) {
                    data.elements[0].tensor_weights[0].conservativeResize(4, 3);
                }),
                ::testing::HasSubstr("weights of tensors of element H"));
    EXPECT_THAT(error_after([](KernelModelData& data) {
                    data.elements[1].electronegativity.form.directions(0, 0) = std::nan("");
                }),
                ::testing::HasSubstr("not finite"));
    EXPECT_THAT(error_after([](KernelModelData& data) { data.elements[1].variances.pop_back(); }),
                ::testing::HasSubstr("variances of element C"));
    EXPECT_THAT(error_after([](KernelModelData& data) { data.elements[1].short_range.emplace(); }),
                ::testing::HasSubstr("element C: short-range points"));
    EXPECT_THAT(error_after([](KernelModelData& data) { data.elements.pop_back(); }),
                ::testing::HasSubstr("elements"));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// What a property model says about derivatives by positions against differences of its predictions.
#include "model_checks.hpp"
#include "trained_models.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <Eigen/Core>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <support/finite_differences.hpp>
#include <support/ions.hpp>
#include <utility>
#include <vector>

namespace keesom {
namespace {

using testing::relative_deviation;

constexpr double tolerance = 1e-8;

const KernelPropertyModel& shipped_model() {
    static const KernelPropertyModel model =
        load_model(std::filesystem::path(KEESOM_TEST_DATA_DIR) / "models" / "organic");
    return model;
}

Molecule molecule_of(const std::string& atoms, int charge = 0) {
    const XyzFrame frame = parse_extended_xyz(testing::xyz_of(atoms), "molecule").at(0);
    Molecule molecule;
    molecule.name = "molecule";
    molecule.atomic_numbers = frame.atomic_numbers;
    molecule.positions = frame.positions;
    molecule.charge = charge;
    return molecule;
}

Molecule water() {
    return molecule_of(
        "O 0.00 0.00 0.00\n"
        "H 0.76 0.00 0.59\n"
        "H -0.74 0.05 0.60\n");
}

Molecule carbon_dioxide() {
    return molecule_of(
        "O 0.0 0.0 -1.16\n"
        "C 0.0 0.0 0.00\n"
        "O 0.0 0.0 1.17\n");
}

/// The bond of C and O, with the hydrogen of the latter, at `part` of the way from whole to broken.
Molecule stretched_methanol(double part) {
    Molecule molecule = testing::methanol();
    const double length = (1.1 + 0.2 * part) * (covalent_radius(6) + covalent_radius(8));
    const Eigen::Vector3d bond = molecule.positions.col(1) - molecule.positions.col(0);
    const Eigen::Vector3d shift = (length / bond.norm() - 1.0) * bond;
    molecule.positions.col(1) += shift;
    molecule.positions.col(5) += shift;
    return molecule;
}

/// With a water molecule whose oxygen is just within the cutoff of the methanol's.
Molecule methanol_and_water_at_the_cutoff() {
    Molecule molecule = testing::methanol();
    Molecule other = water();
    other.positions.colwise() += molecule.positions.col(1) - Eigen::Vector3d(0.0, 10.95, 0.0);
    molecule.atomic_numbers.insert(
        molecule.atomic_numbers.end(), other.atomic_numbers.begin(), other.atomic_numbers.end());
    Eigen::Matrix3Xd positions(3, molecule.positions.cols() + other.positions.cols());
    positions << molecule.positions, other.positions;
    molecule.positions = positions;
    return molecule;
}

Molecule imidazole() {
    return molecule_of(
        "N 1.126 0.000 -0.031\n"
        "C 0.296 1.115 -0.015\n"
        "N -0.963 0.742 0.010\n"
        "C -0.937 -0.633 0.020\n"
        "C 0.353 -1.137 0.000\n"
        "H 2.132 0.014 0.021\n"
        "H 0.650 2.141 0.001\n"
        "H -1.858 -1.203 -0.010\n"
        "H 0.756 -2.140 0.012\n");
}

AtomPropertyGradient random_gradient(std::mt19937& random, Eigen::Index n) {
    std::normal_distribution<double> normal;
    AtomPropertyGradient gradient(n);
    for (const AtomProperty& property : atom_properties()) {
        auto values = property.values(gradient);
        values = Eigen::MatrixXd::NullaryExpr(
            values.rows(), values.cols(), [&] { return normal(random); });
    }
    return gradient;
}

double product(const AtomPropertyGradient& gradient, const AtomProperties& properties) {
    double sum = 0.0;
    for (const AtomProperty& property : atom_properties()) {
        sum += property.values(gradient).cwiseProduct(property.values(properties)).sum();
    }
    return sum;
}

void expect_same_prediction(const PropertyPrediction& a, const PropertyPrediction& b) {
    EXPECT_EQ(testing::largest_difference(a.properties, b.properties), 0.0);
    EXPECT_EQ(a.uncertainty.novelty, b.uncertainty.novelty);
    EXPECT_EQ(a.unfamiliar, b.unfamiliar);
}

/// Of the products with each of the gradients; positions stand in the order of their columns.
Eigen::MatrixXd differences(const PropertyModel& model,
                            const Molecule& molecule,
                            const std::vector<AtomPropertyGradient>& gradients,
                            double step) {
    const auto count = static_cast<Eigen::Index>(gradients.size());
    Molecule moved = molecule;
    Eigen::MatrixXd result(molecule.positions.size(), count);
    for (Eigen::Index k = 0; k < result.rows(); ++k) {
        const double start = molecule.positions(k);
        const auto products = [&](double position) {
            moved.positions(k) = position;
            const AtomProperties properties = model.predict(moved).properties;
            Eigen::RowVectorXd values(count);
            for (Eigen::Index g = 0; g < count; ++g) {
                values[g] = product(gradients[static_cast<std::size_t>(g)], properties);
            }
            return values;
        };
        result.row(k) = testing::derivative(products, start, step);
        moved.positions(k) = start;
    }
    return result;
}

/// Of each property by itself, so that a large one does not hide a small one, and of all.
void expect_derivatives(const PropertyModel& model, const Molecule& molecule, double step = 0.02) {
    std::mt19937 random(91);
    const auto linearization = model.linearize(molecule);
    expect_same_prediction(linearization->prediction(), model.predict(molecule));
    std::vector<std::string> names = {"all"};
    std::vector<AtomPropertyGradient> gradients = {random_gradient(random, molecule.size())};
    for (const AtomProperty& property : atom_properties()) {
        if (property.deviations(linearization->prediction().uncertainty).size() == 0) {
            continue;  // a model that has not learned it
        }
        names.emplace_back(property.key);
        AtomPropertyGradient& one = gradients.emplace_back(molecule.size());
        property.values(one) = property.values(gradients.front());
    }
    const Eigen::MatrixXd expected = differences(model, molecule, gradients, step);
    for (std::size_t g = 0; g < gradients.size(); ++g) {
        const Eigen::MatrixXd found = linearization->pullback_to_positions(gradients[g]).reshaped();
        EXPECT_LT(relative_deviation(found, expected.col(static_cast<Eigen::Index>(g))), tolerance)
            << names[g];
    }
}

void expect_symmetries(const PropertyModel& model, const Molecule& molecule) {
    std::mt19937 random(92);
    const AtomPropertyGradient seeds = random_gradient(random, molecule.size());
    const std::shared_ptr<const PropertyLinearization> linearization = model.linearize(molecule);
    const Eigen::Matrix3Xd gradient = linearization->pullback_to_positions(seeds);
    const double largest = gradient.cwiseAbs().maxCoeff();
    EXPECT_LT(gradient.rowwise().sum().norm(), 1e-12 * largest);

    AtomPropertyGradient of_scalars = seeds;
    for (const AtomProperty& property : atom_properties()) {
        if (!property.is_scalar()) {
            property.values(of_scalars).setZero();
        }
    }
    const Eigen::Matrix3Xd by_scalars = linearization->pullback_to_positions(of_scalars);
    Eigen::Vector3d torque = Eigen::Vector3d::Zero();
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        const Eigen::Vector3d position = molecule.positions.col(i);
        torque += position.cross(Eigen::Vector3d(by_scalars.col(i)));
    }
    EXPECT_LT(torque.norm(), 1e-11 * by_scalars.cwiseAbs().maxCoeff());

    for (const double sign : {1.0, -1.0}) {
        const Eigen::Matrix3d rotation = sign * testing::random_rotation(random);
        Molecule image = molecule;
        image.positions = (rotation * molecule.positions).eval();
        const AtomPropertyGradient turned = rotated_gradient(seeds, rotation);
        EXPECT_LT(relative_deviation(model.linearize(image)->pullback_to_positions(turned),
                                     rotation * gradient),
                  1e-11);
        EXPECT_LT(
            relative_deviation(rotated(linearization, rotation)->pullback_to_positions(turned),
                               rotation * gradient),
            1e-13);
    }
}

TEST(Linearization, IsThatOfPredictionsOfNeutralMolecules) {
    for (const Molecule& molecule : {water(),
                                     carbon_dioxide(),
                                     testing::methanol(),
                                     imidazole(),
                                     molecule_of(testing::glycine)}) {
        expect_derivatives(shipped_model(), molecule);
    }
}

TEST(Linearization, IsThatOfPredictionsOfIons) {
    expect_derivatives(shipped_model(), molecule_of(testing::acetate, -1));
    expect_derivatives(shipped_model(), molecule_of(testing::succinate, -2));
}

TEST(Linearization, IsThatOfPredictionsWhereABondBreaks) {
    // What is left of a bond decides over the mean charges within a tenth of a bohr.
    for (const double part : {0.2, 0.5, 0.9}) {
        expect_derivatives(shipped_model(), stretched_methanol(part), 0.002);
    }
}

TEST(Linearization, IsThatOfPredictionsOfPartsNearTheCutoff) {
    expect_derivatives(shipped_model(), methanol_and_water_at_the_cutoff());
}

TEST(Linearization, IsThatOfPredictionsOfASmallModel) {
    const KernelPropertyModel model = testing::small_model();
    expect_derivatives(model, testing::methanol());
    Molecule cation = testing::methanol();
    cation.charge = 1;
    expect_derivatives(model, cation);
}

TEST(Linearization, IsThatOfPredictionsOfShortRangeProperties) {
    const KernelPropertyModel model = testing::with_short_range(testing::small_model());
    expect_derivatives(model, testing::methanol());
    expect_symmetries(model, testing::methanol());
}

TEST(Linearization, IsThatOfPredictionsInClosedForm) {
    const KernelPropertyModel model = testing::small_closed_form_model();
    expect_derivatives(model, testing::methanol());
    expect_symmetries(model, testing::methanol());
    expect_derivatives(testing::with_short_range(model), testing::methanol());
}

TEST(Linearization, IsThatOfPredictionsKeptPositive) {
    KernelModelData data = testing::small_model().data();
    for (ElementModel& element : data.elements) {
        for (ChargedQuadraticForm& form : element.locals) {
            form.constant = -1.0;
        }
        element.locals[0].constant = 9.0;  // core populations
    }
    const KernelPropertyModel model(std::move(data));
    const AtomProperties properties = model.predict(testing::methanol()).properties;
    ASSERT_LT(properties.valence_widths.maxCoeff(), 0.3);
    ASSERT_LT(properties.valence_populations.maxCoeff(), 2.0);
    expect_derivatives(model, testing::methanol());
}

TEST(Linearization, HasTheSymmetriesOfSpace) {
    expect_symmetries(shipped_model(), imidazole());
}

}  // namespace
}  // namespace keesom

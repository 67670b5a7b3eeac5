// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/atom_properties.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>

#include <Eigen/Geometry>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <variant>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

Molecule water() {
    Molecule molecule;
    molecule.name = "water";
    molecule.atomic_numbers = {8, 1, 1};
    molecule.positions.resize(3, 3);
    molecule.positions << 0.0, 1.43, -1.43, 0.0, 0.0, 0.0, 0.0, 1.11, 1.11;
    return molecule;
}

/// Physical values, every component its own.
AtomProperties distinct_properties() {
    AtomProperties properties(3);
    double value = 0.0;
    for (const AtomProperty& property : atom_properties()) {
        for (double& component : property.values(properties).reshaped()) {
            component = value += 0.01;
        }
        if (property.rank() == 2) {
            property.values(properties).row(5) =
                -property.values(properties).row(0) - property.values(properties).row(3);
        }
    }
    properties.charges << -0.8, 0.37, 0.43;
    return properties;
}

TEST(AtomPropertyTable, HasEveryMemberOnce) {
    std::set<const double*> addresses;
    std::set<const Eigen::VectorXd*> deviations;
    const AtomProperties properties(1);
    const PropertyUncertainty uncertainty;
    std::size_t size = 0;
    for (const AtomProperty& property : atom_properties()) {
        addresses.insert(property.values(properties).data());
        deviations.insert(&property.deviations(uncertainty));
        size +=
            std::visit([&](auto member) { return sizeof(properties.*member); }, property.member);
    }
    EXPECT_EQ(addresses.size(), atom_properties().size());
    EXPECT_EQ(deviations.size(), atom_properties().size());
    EXPECT_EQ(size, sizeof(AtomProperties));
    EXPECT_EQ((deviations.size() + 1) * sizeof(Eigen::VectorXd), sizeof(PropertyUncertainty));
}

TEST(AtomPropertyTable, HasNoNameTwice) {
    for (const auto text : {&AtomProperty::key,
                            &AtomProperty::name,
                            &AtomProperty::symbol,
                            &AtomProperty::output_key}) {
        std::set<std::string_view> names;
        for (const AtomProperty& property : atom_properties()) {
            EXPECT_FALSE((property.*text).empty()) << property.key;
            EXPECT_TRUE(names.insert(property.*text).second) << property.*text;
        }
    }
}

TEST(AtomPropertyTable, KnowsTheShapeOfEachProperty) {
    AtomProperties properties(4);
    for (const AtomProperty& property : atom_properties()) {
        EXPECT_EQ(property.is_scalar(), property.components() == 1);
        EXPECT_LE(property.spherical_components(), property.components());
        EXPECT_EQ(property.values(properties).rows(), property.components()) << property.key;
        EXPECT_EQ(property.values(properties).cols(), 4) << property.key;
        EXPECT_EQ(property.values(AtomProperties()).cols(), 0) << property.key;
        property.set_zero(properties, 2);
        EXPECT_EQ(property.values(properties).cols(), 2) << property.key;
    }
    EXPECT_EQ(properties.size(), 2);
    EXPECT_EQ(properties.quadrupoles.cols(), 2);
}

TEST(AtomPropertyTable, ReachesTheMembersInPlace) {
    AtomProperties properties(2);
    for (const AtomProperty& property : atom_properties()) {
        property.values(properties).setConstant(static_cast<double>(property.rank()) + 0.5);
    }
    EXPECT_EQ(properties.charges, Eigen::Vector2d::Constant(0.5));
    EXPECT_EQ(properties.dipoles, Eigen::Matrix3Xd::Constant(3, 2, 1.5));
    EXPECT_EQ(properties.quadrupoles, Matrix6Xd::Constant(6, 2, 2.5));
    EXPECT_EQ(properties.hirshfeld_ratios, Eigen::Vector2d::Constant(0.5));
}

TEST(AtomPropertyTable, LosesNothingOnTheWayToAFileAndBack) {
    const TemporaryFolder folder;
    const AtomProperties properties = distinct_properties();
    std::ostringstream text;
    write_extended_xyz(text, property_frame(water(), properties));
    const auto records = read_property_set(folder.file("water.xyz", text.str()));
    ASSERT_EQ(records.size(), 1U);
    for (const AtomProperty& property : density_properties()) {
        EXPECT_EQ(property.values(records[0].properties), property.values(properties))
            << property.key;
    }
}

TEST(AtomPropertyTable, EveryPropertyTurnsByItsRank) {
    const Eigen::Matrix3d rotation =
        Eigen::AngleAxisd(1.3, Eigen::Vector3d(0.2, -1.0, 0.7).normalized()).toRotationMatrix();
    const AtomProperties properties = distinct_properties();
    const AtomProperties turned = rotated(properties, rotation);
    const Eigen::Vector3d direction(0.4, -0.3, 1.1);
    const Eigen::Vector3d image = rotation * direction;
    for (const AtomProperty& property : atom_properties()) {
        const auto before = property.values(properties);
        const auto after = property.values(turned);
        for (Eigen::Index i = 0; i < before.cols(); ++i) {
            if (property.is_scalar()) {
                EXPECT_EQ(after(0, i), before(0, i)) << property.key;
                continue;
            }
            // What the property is along a direction does not change if both turn.
            const auto along = [&](const auto& values, const Eigen::Vector3d& axis) {
                return property.rank() == 1 ? axis.dot(Eigen::Vector3d(values.col(i)))
                                            : axis.dot(symmetric_matrix(values.col(i)) * axis);
            };
            EXPECT_NEAR(along(after, image), along(before, direction), 1e-14) << property.key;
            EXPECT_GT((after.col(i) - before.col(i)).norm(), 1e-3) << property.key;
        }
    }
}

TEST(AtomPropertyTable, DerivativesTurnWithTheirProperties) {
    const Eigen::Matrix3d rotation =
        Eigen::AngleAxisd(-0.8, Eigen::Vector3d(1.0, 0.4, -0.3).normalized()).toRotationMatrix();
    const AtomProperties properties = distinct_properties();
    AtomPropertyGradient gradient(properties.size());
    for (const AtomProperty& property : atom_properties()) {
        property.values(gradient) = property.values(properties).array().sin();
    }
    const AtomPropertyGradient turned_gradient = rotated_gradient(gradient, rotation);
    const AtomProperties turned = rotated(properties, rotation);
    for (const AtomProperty& property : atom_properties()) {
        // An energy that is linear in the property is one number in any frame.
        const auto energy = [&](const AtomProperties& by, const AtomProperties& at) {
            return property.values(by).cwiseProduct(property.values(at)).sum();
        };
        EXPECT_NEAR(energy(turned_gradient, turned), energy(gradient, properties), 1e-13)
            << property.key;
        if (!property.is_scalar()) {
            EXPECT_GT((property.values(turned_gradient) - property.values(gradient)).norm(), 1e-3)
                << property.key;
        }
    }
}

TEST(AtomPropertyTable, EveryPropertyIsChecked) {
    EXPECT_NO_THROW(distinct_properties().validate(3));
    for (const AtomProperty& property : atom_properties()) {
        const auto error = [&](const auto& damage) {
            AtomProperties properties = distinct_properties();
            damage(properties);
            return error_of<InputError>([&] { properties.validate(3); });
        };
        const auto with = [&](double value) {
            return error([&](AtomProperties& p) {
                property.values(p)(property.components() - 1, 1) = value;
            });
        };
        const std::string name(property.name);
        EXPECT_THAT(with(std::numeric_limits<double>::quiet_NaN()), HasSubstr(name + " of atom 2"));
        EXPECT_THAT(with(1.001 * property.largest), HasSubstr(name + " of atom 2"));
        if (property.is_positive || property.rank() == 2) {
            EXPECT_THAT(with(-0.2), HasSubstr(name + " of atom 2"));
        }
        EXPECT_THAT(error([&](AtomProperties& p) { property.set_zero(p, 2); }),
                    HasSubstr("do not describe 3 atoms"));
    }
}

}  // namespace

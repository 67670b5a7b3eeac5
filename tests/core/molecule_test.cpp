// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/molecule.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <support/expect_error.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

Molecule water_molecule() {
    Molecule molecule{.name = "water", .atomic_numbers = {8, 1, 1}, .positions = {}, .charge = 0};
    molecule.positions.resize(3, 3);
    // clang-format off
    molecule.positions << 0.0, 1.43, -1.43,
                          0.0, 1.11,  1.11,
                          0.0, 0.00,  0.00;
    // clang-format on
    return molecule;
}

TEST(Molecule, AcceptsWater) {
    EXPECT_NO_THROW(water_molecule().validate());
}

TEST(Molecule, RejectsNoAtoms) {
    const Molecule empty{.name = "nothing", .atomic_numbers = {}, .positions = {}, .charge = 0};
    EXPECT_THAT(error_of<InputError>([&] { empty.validate(); }),
                AllOf(HasSubstr("nothing"), HasSubstr("no atoms")));
}

TEST(Molecule, RejectsPositionsThatAreNotFinite) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        Molecule molecule = water_molecule();
        molecule.positions(1, 2) = bad;
        EXPECT_THAT(error_of<InputError>([&] { molecule.validate(); }),
                    AllOf(HasSubstr("atom 3 (H)"), HasSubstr("not finite")));
    }
}

TEST(Molecule, RejectsCoincidingAtoms) {
    Molecule molecule = water_molecule();
    molecule.positions.col(2) = molecule.positions.col(1) + Eigen::Vector3d(0.0, 0.0, 0.5);
    EXPECT_THAT(error_of<InputError>([&] { molecule.validate(); }),
                AllOf(HasSubstr("atom 2 (H)"), HasSubstr("atom 3 (H)"), HasSubstr("coincide")));
}

TEST(Molecule, RejectsAnOddNumberOfElectrons) {
    for (const int charge : {-1, 1}) {
        Molecule radical = water_molecule();
        radical.charge = charge;
        EXPECT_THAT(error_of<InputError>([&] { radical.validate(); }),
                    AllOf(HasSubstr("H2O"), HasSubstr("closed shell")));
    }
    Molecule dication = water_molecule();
    dication.charge = 2;
    EXPECT_NO_THROW(dication.validate());
}

TEST(Molecule, RejectsMorePositiveChargeThanProtons) {
    Molecule molecule = water_molecule();
    molecule.charge = 12;
    EXPECT_THROW(molecule.validate(), InputError);
}

TEST(Molecule, RejectsSizesThatDisagree) {
    Molecule molecule = water_molecule();
    molecule.atomic_numbers.pop_back();
    EXPECT_THAT(error_of<InputError>([&] { molecule.validate(); }),
                AllOf(HasSubstr("2 elements"), HasSubstr("3 positions")));
}

TEST(Molecule, RejectsUnknownElements) {
    Molecule molecule = water_molecule();
    molecule.atomic_numbers[0] = 0;
    EXPECT_THROW(molecule.validate(), InputError);
}

TEST(ChemicalFormula, FollowsHill) {
    EXPECT_EQ(chemical_formula(std::vector<int>{8, 1, 1}), "H2O");
    EXPECT_EQ(chemical_formula(std::vector<int>{1, 6, 8, 6, 1, 1, 1, 1, 1}), "C2H6O");
    EXPECT_EQ(chemical_formula(std::vector<int>{17, 6, 35, 1, 1}), "CH2BrCl");
    EXPECT_EQ(chemical_formula(std::vector<int>{17, 11}), "ClNa");
}

TEST(RequireSeparate, NamesAtomsOfBothMolecules) {
    const Molecule a = water_molecule();
    Molecule b = water_molecule();
    b.name = "other";
    b.positions.colwise() += Eigen::Vector3d(0.0, 0.0, 5.0);
    EXPECT_NO_THROW(require_separate(std::array<const Molecule*, 2>{&a, &b}));
    b.positions.col(2) = a.positions.col(0) + Eigen::Vector3d(0.1, 0.0, 0.0);
    EXPECT_THAT(error_of<InputError>([&] {
                    require_separate(std::array<const Molecule*, 2>{&a, &b});
                }),
                AllOf(HasSubstr("atom 1 (O)"), HasSubstr("atom 3 (H)"), HasSubstr("'other'")));
}

TEST(Molecule, RefusesMoreChargeThanItHasProtons) {
    Molecule hydrogen;
    hydrogen.atomic_numbers = {1, 1};
    hydrogen.positions = Eigen::Matrix3Xd::Zero(3, 2);
    hydrogen.positions(2, 1) = 1.4;
    for (const int charge : {4, -4, std::numeric_limits<int>::min(), 2147483646}) {
        hydrogen.charge = charge;
        EXPECT_THROW(hydrogen.validate(), InputError) << charge;
    }
    hydrogen.charge = 2;
    EXPECT_NO_THROW(hydrogen.validate());
}

}  // namespace

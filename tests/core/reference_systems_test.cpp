// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/reference_systems.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kcal_per_mol = 1.0 / 627.509474063;

/// A frame of three helium atoms, far apart, or of three that count as connected.
std::string helium_frame(const std::string& comment, const std::string& spacing = "3.0") {
    return "3\n" + comment + "\nHe 0 0 -" + spacing + "\nHe 0 0 0\nHe 0 0 " + spacing + "\n";
}

std::vector<ReferenceSystem> read_systems(const std::string& text) {
    const TemporaryFolder folder;
    return read_reference_systems(folder.file("set.xyz", text));
}

ReferenceSystem system_of(const std::string& comment) {
    return read_systems(helium_frame(comment)).at(0);
}

std::string system_error(const std::string& text) {
    return error_of<InputError>([&] { read_systems(text); });
}

TEST(ReferenceSystems, AreDividedAsStated) {
    const auto systems =
        read_systems(helium_frame("name=first natoms_a=2 charge_a=1 charge_b=-1") +
                     helium_frame("natoms_list=\"1,1,1\" charge_list=\"0,0,2\" e_type=three_body"));
    ASSERT_EQ(systems.size(), 2U);
    EXPECT_EQ(systems[0].name, "first");
    EXPECT_FALSE(systems[0].three_body);
    ASSERT_EQ(systems[0].monomers.size(), 2U);
    EXPECT_EQ(systems[0].monomers[0].size(), 2);
    EXPECT_EQ(systems[0].monomers[0].charge, 1);
    EXPECT_EQ(systems[0].monomers[1].charge, -1);
    EXPECT_EQ(systems[0].monomers[0].name, "first monomer 1");

    EXPECT_EQ(systems[1].name, "set #2");
    EXPECT_TRUE(systems[1].three_body);
    EXPECT_THAT(systems[1].where, HasSubstr("set.xyz:6"));
    ASSERT_EQ(systems[1].monomers.size(), 3U);
    EXPECT_EQ(systems[1].monomers[2].charge, 2);
}

TEST(ReferenceSystems, AreDividedByConnectivityOtherwise) {
    const ReferenceSystem system = system_of("no keys");
    ASSERT_EQ(system.monomers.size(), 3U);
    EXPECT_EQ(system.monomers[1].charge, 0);
    EXPECT_EQ(system_of("charge_list=1,0,-1").monomers[2].charge, -1);
}

TEST(ReferenceSystems, TakeChargesThatAreNotStatedForZero) {
    const ReferenceSystem system = system_of("natoms_a=1 charge_b=1");
    EXPECT_EQ(system.monomers[0].charge, 0);
    EXPECT_EQ(system.monomers[1].charge, 1);
}

TEST(ReferenceSystems, NeedTwoMonomers) {
    const std::string keys = "natoms_a=1";
    EXPECT_THAT(system_error(helium_frame(keys) + helium_frame("one molecule", "0.7")),
                AllOf(HasSubstr("set.xyz:6: "), HasSubstr("connected")));
    EXPECT_THAT(system_error(helium_frame("natoms_list=3")), HasSubstr("single monomer"));
}

TEST(ReferenceSystems, NameChargesThatDoNotAddUp) {
    EXPECT_THAT(system_error(helium_frame("natoms_a=1 charge=1")),
                AllOf(HasSubstr("set.xyz:1: "), HasSubstr("charge=1")));
    EXPECT_THAT(system_error(helium_frame("charge_a=1 charge_b=0")),
                AllOf(HasSubstr("set.xyz:1: "), HasSubstr("2 charges for 3")));
}

TEST(ReferenceSystems, AddChargesUpThatAreTooLargeForAnInteger) {
    const auto systems = read_systems(
        helium_frame("natoms_list=1,1,1 charge_list=\"2147483647,1,-2147483647\" charge=1"));
    EXPECT_EQ(systems.at(0).monomers.at(2).charge, -2147483647);
}

TEST(ReferenceSystems, NameThePlaceOfAnElementWithoutRadius) {
    EXPECT_THAT(system_error("2\n\nOg 0 0 0\nHe 0 0 9\n"),
                AllOf(HasSubstr("set.xyz:1: "), HasSubstr("Og")));
}

TEST(ReferenceSystems, RefuseAnEmptySet) {
    EXPECT_THROW(read_systems(""), InputError);
    EXPECT_THROW(read_systems("\n\n"), InputError);
}

TEST(ReferenceSystem, ConvertsEnergiesToHartree) {
    const ReferenceSystem system =
        system_of("natoms_a=1 e_ref=-4.918 bad=4.9x worse=nan note=\"\" huge=1e300");
    ASSERT_TRUE(system.reference_energy("e_ref").has_value());
    EXPECT_DOUBLE_EQ(*system.reference_energy("e_ref"), -4.918 * kcal_per_mol);
    EXPECT_EQ(system.reference_energy("e_ref_alt"), std::nullopt);
    for (const char* key : {"bad", "worse", "note", "huge"}) {
        EXPECT_THAT(error_of<InputError>([&] { (void)system.reference_energy(key); }),
                    AllOf(HasSubstr("set.xyz:1: "), HasSubstr(key)));
    }
}

TEST(ReferenceSystem, AddsTheHigherOrdersToInduction) {
    const std::string keys = "natoms_a=1 elst=-36.226 exch=64.903 ind=-12.252 disp=-12.514";
    const auto without = system_of(keys).reference_components();
    ASSERT_TRUE(without.has_value());
    EXPECT_DOUBLE_EQ(without->electrostatics, -36.226 * kcal_per_mol);
    EXPECT_DOUBLE_EQ(without->exchange, 64.903 * kcal_per_mol);
    EXPECT_DOUBLE_EQ(without->induction, -12.252 * kcal_per_mol);
    EXPECT_DOUBLE_EQ(without->dispersion, -12.514 * kcal_per_mol);
    const auto with = system_of(keys + " dhf=-9.655").reference_components();
    ASSERT_TRUE(with.has_value());
    EXPECT_DOUBLE_EQ(with->induction, (-12.252 - 9.655) * kcal_per_mol);
    EXPECT_NEAR(with->total(), -5.744 * kcal_per_mol, 1e-12);
}

TEST(ReferenceSystem, HasComponentsOnlyIfAllFourAreThere) {
    EXPECT_FALSE(
        system_of("natoms_a=1 elst=1 exch=2 ind=3 dhf=4").reference_components().has_value());
    EXPECT_FALSE(system_of("natoms_a=1 e_ref=1").reference_components().has_value());
    const ReferenceSystem bad = system_of("natoms_a=1 elst=1 exch=2 ind=3 disp=inf");
    EXPECT_THAT(error_of<InputError>([&] { (void)bad.reference_components(); }), HasSubstr("disp"));
}

}  // namespace

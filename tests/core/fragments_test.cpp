// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <support/expect_error.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::quoted;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two water molecules whose atoms are mixed: O H' O' H H' H.
Molecule mixed_waters() {
    Molecule molecule{
        .name = "dimer", .atomic_numbers = {8, 1, 8, 1, 1, 1}, .positions = {}, .charge = 0};
    molecule.positions.resize(3, 6);
    // clang-format off
    molecule.positions << 0.0, 1.43, 0.0, 1.43, -1.43, -1.43,
                          0.0, 1.11, 0.0, 1.11,  1.11,  1.11,
                          0.0, 5.50, 5.5, 0.00,  5.50,  0.00;
    // clang-format on
    return molecule;
}

TEST(ConnectedFragments, AreOrderedByTheirFirstAtom) {
    const Molecule molecule = mixed_waters();
    EXPECT_THAT(connected_fragments(molecule.atomic_numbers, molecule.positions),
                ElementsAre(ElementsAre(0, 3, 5), ElementsAre(1, 2, 4)));
}

TEST(ConnectedFragments, EndAtThirteenTenthsOfTheCovalentRadii) {
    const std::vector<int> carbon_and_oxygen = {6, 8};
    const double limit = 1.3 * (0.76 + 0.66) * units::angstrom;
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 2);
    positions(1, 1) = limit * (1.0 - 1e-9);
    EXPECT_EQ(connected_fragments(carbon_and_oxygen, positions).size(), 1U);
    positions(1, 1) = limit * (1.0 + 1e-9);
    EXPECT_EQ(connected_fragments(carbon_and_oxygen, positions).size(), 2U);
}

TEST(ConnectedFragments, JoinAChainWhateverTheOrderOfItsAtoms) {
    const std::vector<int> carbons(5, 6);
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 5);
    positions.row(0) << 0.0, 12.0, 6.0, 3.0, 9.0;
    positions.row(0) *= 2.9 / 3.0;
    EXPECT_THAT(connected_fragments(carbons, positions), ElementsAre(ElementsAre(0, 1, 2, 3, 4)));
}

TEST(ConnectedFragments, AreRefusedForSizesThatDisagree) {
    EXPECT_THROW(connected_fragments(std::vector<int>{1}, Eigen::Matrix3Xd::Zero(3, 2)),
                 InputError);
}

TEST(ContiguousFragments, FollowOneAnother) {
    EXPECT_THAT(contiguous_fragments(std::vector<Eigen::Index>{2, 1, 3}),
                ElementsAre(ElementsAre(0, 1), ElementsAre(2), ElementsAre(3, 4, 5)));
}

TEST(ParseFragments, ReadsRangesFromOne) {
    EXPECT_THAT(parse_fragments("1-3,4-5"), ElementsAre(ElementsAre(0, 1, 2), ElementsAre(3, 4)));
    EXPECT_THAT(parse_fragments("1-2+6, 3-5"),
                ElementsAre(ElementsAre(0, 1, 5), ElementsAre(2, 3, 4)));
    EXPECT_THAT(parse_fragments("7"), ElementsAre(ElementsAre(6)));
}

TEST(ParseFragments, QuotesWhatItCannotRead) {
    for (const char* text : {"",
                             "1-3,",
                             "0-2",
                             "a",
                             "1-",
                             "-3",
                             "1--3",
                             "1-2-3",
                             "1.5",
                             "1++2",
                             "99999999999999999999"}) {
        EXPECT_THAT(error_of<InputError>([&] { parse_fragments(text); }), HasSubstr(quoted(text)));
    }
    EXPECT_THAT(error_of<InputError>([] { parse_fragments("1-2,5-3"); }), HasSubstr("'5-3'"));
}

TEST(ParseFragments, DoesNotFillTheMemoryWithRangesOnTopOfRanges) {
    EXPECT_THAT(error_of<InputError>([] { parse_fragments("1-1000000+1-1000000"); }),
                HasSubstr("more than 1000000 atoms"));
}

TEST(ParseCharges, ReadsSigns) {
    EXPECT_THAT(parse_charges("0,-1, +2"), ElementsAre(0, -1, 2));
}

TEST(ParseCharges, QuotesWhatItCannotRead) {
    for (const char* text : {"", "0,", "1.5", "-", "+-1", "one"}) {
        EXPECT_THAT(error_of<InputError>([&] { parse_charges(text); }), HasSubstr(quoted(text)));
    }
}

TEST(SplitMolecule, GivesEachFragmentItsAtomsAndItsCharge) {
    const Molecule molecule = mixed_waters();
    const std::vector<Fragment> fragments = {{0, 3, 5}, {2, 1, 4}};
    const auto monomers = split_molecule(molecule, fragments, std::vector<int>{0, -1});
    ASSERT_EQ(monomers.size(), 2U);
    EXPECT_EQ(monomers[0].name, "dimer monomer 1");
    EXPECT_EQ(monomers[1].name, "dimer monomer 2");
    EXPECT_EQ(monomers[0].charge, 0);
    EXPECT_EQ(monomers[1].charge, -1);
    EXPECT_THAT(monomers[1].atomic_numbers, ElementsAre(8, 1, 1));
    EXPECT_EQ(monomers[1].positions.col(0), molecule.positions.col(2));
    EXPECT_EQ(monomers[1].positions.col(1), molecule.positions.col(1));
}

TEST(SplitMolecule, NamesTheAtomThatIsNotInExactlyOneFragment) {
    const Molecule molecule = mixed_waters();
    const std::vector<int> charges = {0, 0};
    const auto split = [&](const std::vector<Fragment>& fragments) {
        return error_of<InputError>([&] { split_molecule(molecule, fragments, charges); });
    };
    EXPECT_THAT(split({{0, 3, 5}, {1, 4}}), HasSubstr("atom 3 (O) is in no fragment"));
    EXPECT_THAT(split({{0, 3, 5}, {1, 2, 3, 4}}),
                AllOf(HasSubstr("atom 4"), HasSubstr("fragment 2")));
    EXPECT_THAT(split({{0, 3, 3, 5}, {1, 2, 4}}), AllOf(HasSubstr("atom 4"), HasSubstr("twice")));
    EXPECT_THAT(split({{0, 3, 5}, {1, 2, 6}}), AllOf(HasSubstr("atom 7"), HasSubstr("6 atoms")));
    EXPECT_THAT(split({{0, 1, 2, 3, 4, 5}, {}}), HasSubstr("fragment 2 has no atoms"));
}

TEST(SplitMolecule, NeedsAChargeForEachFragment) {
    const std::vector<Fragment> fragments = {{0, 3, 5}, {2, 1, 4}};
    EXPECT_THAT(error_of<InputError>(
                    [&] { split_molecule(mixed_waters(), fragments, std::vector<int>{0}); }),
                HasSubstr("1 charges for 2 fragments"));
}

}  // namespace

// SPDX-License-Identifier: BSD-3-Clause
//
// Forgotten charges and forgotten hydrogen atoms, as a user is told of them.
#include "run_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <support/ions.hpp>
#include <vector>

namespace keesom::testing {

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* bare_benzene =
    "6\n\nC 1.39 0 0\nC 0.695 1.2038 0\nC -0.695 1.2038 0\n"
    "C -1.39 0 0\nC -0.695 -1.2038 0\nC 0.695 -1.2038 0\n";

CommandResult beside_water(const CommandFolder& folder,
                           const std::string& molecule,
                           const std::string& options = {}) {
    return run_keesom("energy " + folder.file("molecule.xyz", molecule) + " " + examples +
                      "/water.xyz --json " + options);
}

std::vector<std::string> warnings(const CommandResult& result) {
    EXPECT_EQ(result.status, 0) << result.errors;
    return result.json().at("warnings");
}

}  // namespace

TEST(Perception, DianionTakenForNeutralIsReported) {
    const CommandFolder folder;
    EXPECT_THAT(warnings(beside_water(folder, xyz_of(succinate))),
                ElementsAre(AllOf(HasSubstr("molecule.xyz: bonds suggest the charge -2 (O"),
                                  HasSubstr("have a bond too few), 0 is used; --charges"))));
    EXPECT_THAT(warnings(beside_water(folder, xyz_of(succinate), "--charges -2,0")), IsEmpty());
}

TEST(Perception, MoleculesOfAComplexAreNamedByTheirAtoms) {
    const CommandFolder folder;
    const std::string complex =
        xyz_of(std::string(succinate) + "O 0 0 -5\nH 0.76 0 -5.59\nH -0.76 0 -5.59\n");
    EXPECT_THAT(warnings(run_keesom("energy " + folder.file("complex.xyz", complex) + " --json")),
                ElementsAre(HasSubstr("complex.xyz, atoms 1-12: bonds suggest the charge -2")));
}

TEST(Perception, RightChargesAreNotMentioned) {
    const CommandFolder folder;
    EXPECT_THAT(warnings(beside_water(folder, xyz_of(acetate), "--charges=-1,0")), IsEmpty());
    EXPECT_THAT(warnings(beside_water(folder, xyz_of(glycine))), IsEmpty());
    EXPECT_THAT(warnings(run_keesom("properties " + folder.file("acetate.xyz", xyz_of(acetate)) +
                                    " --json --charges=-1")),
                IsEmpty());
}

TEST(Perception, MissingHydrogensAreAnError) {
    const CommandFolder folder;
    expect_bad_input(beside_water(folder, bare_benzene),
                     {"molecule.xyz: 6 hydrogen atoms are missing (C1, C2, ", "obabel -h"});
    expect_bad_input(run_keesom("properties " + folder.file("benzene.xyz", bare_benzene)),
                     {"6 hydrogen atoms"});
    expect_bad_input(run_keesom("energy " + folder.file("waters.xyz", "2\n\nO 0 0 0\nO 0 0 3\n")),
                     {"waters.xyz, atoms 1-1", "2 hydrogen atoms are missing (O1)"});
}

TEST(Perception, OneOfManyComplexesHasAnErrorOfItsOwn) {
    const CommandFolder folder;
    std::string dimers = water_dimer;
    dimers += "2\n\nO 0 0 0\nO 0 0 3\n";
    const CommandResult result =
        run_keesom("energy " + folder.file("dimers.xyz", dimers) + " --json");
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("2 hydrogen atoms are missing (O1)"));
    EXPECT_THAT(result.errors, HasSubstr("1 of 2 complexes have no energy"));
}

TEST(Perception, ChargesBeyondTheTrainingSetAreReported) {
    const CommandFolder folder;
    EXPECT_THAT(warnings(beside_water(folder, xyz_of(acetate), "--charges=-3,0")),
                ElementsAre(HasSubstr("bonds suggest the charge -1"),
                            HasSubstr("molecule 1: charge -3 is beyond those of the training set "
                                      "(-2, -1, 0, 1)")));
}

#ifdef KEESOM_HAS_OPENBABEL
TEST(Perception, OrdinaryMoleculesOfOtherFormatsAreNotMentioned) {
    EXPECT_THAT(warnings(run_keesom("energy " + examples + "/caffeine.sdf " + examples +
                                    "/water.xyz --json")),
                IsEmpty());
}
#endif

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
//
// Forgotten charges and forgotten hydrogen atoms, as a user is told of them.
#include "run_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace keesom::testing {

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* succinate =
    "12\n\n"
    "C 0.0000 0.0000 0.0000\n"
    "C 0.0000 0.0000 1.5300\n"
    "C 1.4186 0.0000 2.1031\n"
    "C 1.4186 0.0000 3.6331\n"
    "O 0.0000 -1.1227 -0.5720\n"
    "O 0.0000 1.1227 -0.5720\n"
    "O 1.4186 -1.1227 4.2052\n"
    "O 1.4186 1.1227 4.2052\n"
    "H -0.5298 0.8898 1.8700\n"
    "H -0.5298 -0.8898 1.8700\n"
    "H 1.9484 0.8898 1.7631\n"
    "H 1.9484 -0.8898 1.7631\n";

constexpr const char* glycine =  // the zwitterion
    "10\n\n"
    "N 0.0000 0.0000 0.0000\n"
    "C 0.0000 0.0000 1.4900\n"
    "C 1.4377 0.0000 2.0133\n"
    "O 2.3519 0.0000 1.1608\n"
    "O 1.5901 0.0000 3.2540\n"
    "H -0.5176 -0.8898 1.8483\n"
    "H -0.5176 0.8898 1.8483\n"
    "H 0.4855 -0.8408 -0.3438\n"
    "H -0.9709 -0.0000 -0.3438\n"
    "H 0.4855 0.8408 -0.3438\n";

constexpr const char* acetate =
    "7\n\n"
    "C 1.1021 0.0056 0.0500\n"
    "C 2.6871 -0.0197 0.0588\n"
    "O 3.2464 1.0255 -0.3025\n"
    "O 3.1977 -1.0873 0.4278\n"
    "H 0.7387 0.9760 -0.2854\n"
    "H 0.7334 -0.1967 1.0555\n"
    "H 0.7334 -0.7744 -0.6158\n";

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
    EXPECT_THAT(warnings(beside_water(folder, succinate)),
                ElementsAre(AllOf(HasSubstr("molecule.xyz: bonds suggest the charge -2 (O"),
                                  HasSubstr("have a bond too few), 0 is used; --charges"))));
    EXPECT_THAT(warnings(beside_water(folder, succinate, "--charges -2,0")), IsEmpty());
}

TEST(Perception, MoleculesOfAComplexAreNamedByTheirAtoms) {
    const CommandFolder folder;
    std::string complex = succinate;
    complex.replace(0, 2, "15");
    complex += "O 0 0 -5\nH 0.76 0 -5.59\nH -0.76 0 -5.59\n";
    EXPECT_THAT(warnings(run_keesom("energy " + folder.file("complex.xyz", complex) + " --json")),
                ElementsAre(HasSubstr("complex.xyz, atoms 1-12: bonds suggest the charge -2")));
}

TEST(Perception, RightChargesAreNotMentioned) {
    const CommandFolder folder;
    EXPECT_THAT(warnings(beside_water(folder, acetate, "--charges=-1,0")), IsEmpty());
    EXPECT_THAT(warnings(beside_water(folder, glycine)), IsEmpty());
    EXPECT_THAT(warnings(run_keesom("properties " + folder.file("acetate.xyz", acetate) +
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
    EXPECT_THAT(warnings(beside_water(folder, acetate, "--charges=-3,0")),
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

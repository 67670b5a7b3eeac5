// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/force_set.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string force_frame(const std::string& keys, const std::string& column = "forces") {
    return "2\n" + keys + " Properties=species:S:1:pos:R:3:" + column +
           ":R:3\nF 0 0 0 0 0 0.5\nH 0 0 0.92 0 0 -0.5\n";
}

ForceSet read_forces(const std::string& text) {
    const TemporaryFolder folder;
    return read_force_set(folder.file("forces.xyz", text));
}

std::string force_error(const std::string& text) {
    return error_of<InputError>([&] { read_forces(text); });
}

TEST(ForceSet, ReadsWhatAseWrites) {
    const ForceSet set = read_forces(force_frame("energy=-27.211386245988 charge=1") +
                                     force_frame("energy=-2 charge=1", "force"));
    EXPECT_THAT(set.atomic_numbers, ElementsAre(9, 1));
    EXPECT_EQ(set.charge, 1);
    ASSERT_EQ(set.records.size(), 2U);
    EXPECT_DOUBLE_EQ(set.records[0].energy, -1.0);
    EXPECT_DOUBLE_EQ(set.records[0].positions(2, 1), 0.92 * units::angstrom);
    // 1 eV/Å is 0.0194469 hartree/bohr (CODATA 2018).
    EXPECT_NEAR(set.records[1].forces(2, 0), 0.5 * 0.0194469, 1e-8);
}

TEST(ForceSet, TakesNoChargeForZero) {
    EXPECT_EQ(read_forces(force_frame("energy=0")).charge, 0);
}

TEST(ForceSet, NamesThePlaceOfWhatIsWrong) {
    const std::string good = force_frame("energy=1");
    EXPECT_THAT(force_error(good + force_frame("charge=0")),
                AllOf(HasSubstr("forces.xyz:5"), HasSubstr("'energy' is missing")));
    EXPECT_THAT(force_error(force_frame("energy=low")), HasSubstr("energy='low' is not a number"));
    EXPECT_THAT(force_error(force_frame("energy=nan")), HasSubstr("not a number"));
    EXPECT_THAT(force_error(force_frame("energy=1", "velocities")),
                HasSubstr("'forces' is missing"));
    EXPECT_THAT(force_error("1\nenergy=1 Properties=species:S:1:pos:R:3:forces:R:1\nF 0 0 0 1\n"),
                HasSubstr("no three numbers"));
    EXPECT_THAT(
        force_error(good +
                    "1\nenergy=1 Properties=species:S:1:pos:R:3:forces:R:3\nF 0 0 0 0 0 0\n"),
        AllOf(HasSubstr("forces.xyz:5"), HasSubstr("other atoms")));
    EXPECT_THAT(force_error(good + force_frame("energy=1 charge=1")), HasSubstr("another charge"));
}

}  // namespace

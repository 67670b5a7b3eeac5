// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::quoted;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;

XyzFrame frame_of(const std::string& text) {
    const auto frames = parse_extended_xyz(text, "test.xyz");
    EXPECT_EQ(frames.size(), 1U);
    return frames.at(0);
}

std::string error_in(const std::string& text) {
    return error_of<InputError>([&] { parse_extended_xyz(text, "test.xyz"); });
}

TEST(ExtendedXyz, ReadsPlainXyz) {
    const XyzFrame frame =
        frame_of("2\nhydrogen fluoride, optimized\nF 0 0 0\n H\t0.5 -1e-1 +0.25\n");
    EXPECT_THAT(frame.atomic_numbers, ElementsAre(9, 1));
    EXPECT_EQ(frame.positions.col(1), Eigen::Vector3d(0.5, -0.1, 0.25) * units::angstrom);
    EXPECT_EQ(frame.comment, "hydrogen fluoride, optimized");
    EXPECT_THAT(frame.info, IsEmpty());
    EXPECT_THAT(frame.columns, IsEmpty());
}

TEST(ExtendedXyz, TakesAtomicNumbersForElementsAndIgnoresFurtherColumnsOfPlainXyz) {
    const XyzFrame frame = frame_of("2\n\n17 0 0 0 -0.2 x\nh 0 0 1.27 0.2\n");
    EXPECT_THAT(frame.atomic_numbers, ElementsAre(17, 1));
}

TEST(ExtendedXyz, ReadsLinesOfWindows) {
    const XyzFrame frame = frame_of("1\r\ncharge=1 name=ion\r\nNa 0 0 1\r\n");
    EXPECT_THAT(frame.info, ElementsAre(Pair("charge", "1"), Pair("name", "ion")));
    EXPECT_EQ(frame.positions(2, 0), units::angstrom);
}

TEST(ExtendedXyz, ReadsSeveralFramesWithBlankLinesAroundThem) {
    const auto frames =
        parse_extended_xyz("\n1\n\nHe 0 0 0\n\n \n 2 \nx\nHe 0 0 0\nHe 0 0 3\n\n\n", "a.xyz");
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].where, "a.xyz:2");
    EXPECT_EQ(frames[1].where, "a.xyz:7");
    EXPECT_EQ(frames[1].size(), 2);
}

TEST(ExtendedXyz, ReadsAFileWithoutTheLastLineEnd) {
    EXPECT_EQ(frame_of("1\n\nHe 0 0 0.5").positions(2, 0), 0.5 * units::angstrom);
}

TEST(ExtendedXyz, ReadsQuotedValues) {
    const XyzFrame frame = frame_of(
        "1\nname=plain text=\"with blanks and = signs\" single='a \"b\"' escaped=\"a\\\"b\\\\c\" "
        "braces={1 2 3} square=[4, 5] empty=\"\" flag word energy = -1.5 e_ref=-0.5,x\nHe 0 0 0\n");
    EXPECT_THAT(frame.info,
                ElementsAre(Pair("braces", "1 2 3"),
                            Pair("e_ref", "-0.5,x"),
                            Pair("empty", ""),
                            Pair("energy", "-1.5"),
                            Pair("escaped", "a\"b\\c"),
                            Pair("name", "plain"),
                            Pair("single", "a \"b\""),
                            Pair("square", "4, 5"),
                            Pair("text", "with blanks and = signs")));
    ASSERT_NE(frame.find("name"), nullptr);
    EXPECT_EQ(*frame.find("name"), "plain");
    EXPECT_EQ(frame.find("flag"), nullptr);
}

TEST(ExtendedXyz, ReadsColumnsOfEveryType) {
    const XyzFrame frame = frame_of(
        "2\nProperties=tag:I:1:species:S:1:label:S:2:pos:R:3:charge:R:1:dipole:R:3:fixed:L:1\n"
        "7 O x y 0 0 1 -0.5 1 2 3 T\n"
        "-8 H x y 0 0 2 0.5 4 5 6 F\n");
    EXPECT_THAT(frame.atomic_numbers, ElementsAre(8, 1));
    EXPECT_EQ(frame.positions.row(2), Eigen::RowVector2d(1.0, 2.0) * units::angstrom);
    ASSERT_EQ(frame.columns.size(), 4U);
    EXPECT_EQ(frame.columns.at("tag"), Eigen::RowVector2d(7.0, -8.0));
    EXPECT_EQ(frame.columns.at("charge"), Eigen::RowVector2d(-0.5, 0.5));
    EXPECT_EQ(frame.columns.at("dipole").col(1), Eigen::Vector3d(4.0, 5.0, 6.0));
    EXPECT_EQ(frame.columns.at("fixed"), Eigen::RowVector2d(1.0, 0.0));
    EXPECT_THAT(frame.info, IsEmpty());
}

TEST(ExtendedXyz, TakesAColumnOfAtomicNumbersForSpecies) {
    EXPECT_THAT(frame_of("1\nProperties=Z:I:1:pos:R:3\n6 0 0 0\n").atomic_numbers, ElementsAre(6));
}

TEST(ExtendedXyz, NamesTheLineOfABadNumberOfAtoms) {
    for (const char* count : {"x", "0", "-1", "1.5", "3 atoms"}) {
        EXPECT_THAT(error_in("1\n\nHe 0 0 0\n" + std::string(count) + "\n\nHe 0 0 0\n"),
                    AllOf(StartsWith("test.xyz:4: "), HasSubstr(quoted(count))));
    }
}

TEST(ExtendedXyz, NoticesThatLinesAreMissing) {
    EXPECT_THAT(error_in("2\n"), StartsWith("test.xyz:1: "));
    EXPECT_THAT(error_in("2\ncomment\n"), HasSubstr("expected 2 atoms"));
    EXPECT_THAT(error_in("3\ncomment\nHe 0.00000 0.00000 0.00000\nHe 0.00000 0.00000 3.00000"),
                AllOf(StartsWith("test.xyz:4: "), HasSubstr("ends after 2")));
}

TEST(ExtendedXyz, DoesNotTrustAHugeNumberOfAtoms) {
    EXPECT_THAT(error_in("9000000000000000000\n\nHe 0 0 0\n"), HasSubstr("1 lines are left"));
    EXPECT_THAT(error_in("99999999999999999999999\n\nHe 0 0 0\n"), HasSubstr("number of atoms"));
}

TEST(ExtendedXyz, NoticesTooManyAtoms) {
    EXPECT_THAT(error_in("1\n\nHe 0 0 0\nHe 0 0 3\n"),
                AllOf(StartsWith("test.xyz:4: "), HasSubstr("'He 0 0 3'")));
}

TEST(ExtendedXyz, NamesUnknownElements) {
    EXPECT_THAT(error_in("2\n\nHe 0 0 0\nXx 0 0 3\n"),
                AllOf(StartsWith("test.xyz:4: "), HasSubstr("'Xx'")));
    EXPECT_THAT(error_in("1\n\n0 0 0 0\n"), HasSubstr("atomic number 0"));
    EXPECT_THAT(error_in("1\n\n119 0 0 0\n"), HasSubstr("119"));
}

TEST(ExtendedXyz, NamesCoordinatesThatAreNoFiniteNumbers) {
    for (const char* word : {"x", "1.0.0", "1,0", "--1", "+-1", "1d0", "0x10", "1e999"}) {
        EXPECT_THAT(
            error_in("1\n\nHe 0 " + std::string(word) + " 0\n"),
            AllOf(StartsWith("test.xyz:3: "), HasSubstr("'" + std::string(word) + "' is not a")));
    }
    for (const char* word : {"nan", "inf", "-Infinity", "NaN", "1.7e308"}) {
        EXPECT_THAT(error_in("1\n\nHe 0 " + std::string(word) + " 0\n"), HasSubstr("not finite"));
    }
}

TEST(ExtendedXyz, NamesAWrongNumberOfColumns) {
    EXPECT_THAT(
        error_in("1\n\nHe 0 0\n"),
        AllOf(StartsWith("test.xyz:3: "), HasSubstr("expected 4 columns"), HasSubstr("got 3")));
    const std::string header = "1\nProperties=species:S:1:pos:R:3:q:R:1\n";
    EXPECT_THAT(error_in(header + "He 0.0000 0.0000 0.0000\n"), HasSubstr("expected 5 columns"));
    EXPECT_THAT(error_in(header + "He 0 0 0 0 0\n"), HasSubstr("got 6"));
    EXPECT_THAT(error_in("2\n\nHe 0.00 0.00 0.00\n\nHe 0.00 0.00 3.00\n"),
                AllOf(StartsWith("test.xyz:4: "), HasSubstr("got 0")));
}

TEST(ExtendedXyz, NamesBadProperties) {
    for (const char* properties : {"species:S:1:pos:R",
                                   "species:S:1:pos:R:3:q:X:1",
                                   "species:S:1:pos:R:3:q:R:0",
                                   "species:S:1:pos:R:3:q:R:-1",
                                   "species:S:1:pos:R:3::R:1",
                                   "species:S:1:pos:R:3:pos:R:3",
                                   "species:S:1:pos:R:2",
                                   "pos:R:3",
                                   "species:S:1",
                                   ""}) {
        EXPECT_THAT(
            error_in("1\nProperties=\"" + std::string(properties) + "\"\nHe 0 0 0 0 0 0 0\n"),
            AllOf(StartsWith("test.xyz:2: "), HasSubstr("Properties")));
    }
}

TEST(ExtendedXyz, NamesBadValuesOfColumns) {
    EXPECT_THAT(error_in("1\nProperties=species:S:1:pos:R:3:q:R:1\nHe 0 0 0 x\n"),
                AllOf(StartsWith("test.xyz:3: "), HasSubstr("q 'x'")));
    EXPECT_THAT(error_in("1\nProperties=species:S:1:pos:R:3:n:I:1\nHe 0 0 0 1.5\n"),
                HasSubstr("not an integer"));
    EXPECT_THAT(error_in("1\nProperties=species:S:1:pos:R:3:b:L:1\nHe 0 0 0 yes\n"),
                HasSubstr("neither T nor F"));
}

TEST(ExtendedXyz, NamesBadComments) {
    EXPECT_THAT(error_in("1\nname=\"no end charge=1\nHe 0 0 0\n"),
                AllOf(StartsWith("test.xyz:2: "), HasSubstr("'name'")));
    EXPECT_THAT(error_in("1\ncharge=0 charge=1\nHe 0 0 0\n"), HasSubstr("'charge' is given twice"));
}

TEST(ExtendedXyz, NeedsAtLeastOneFrame) {
    EXPECT_THAT(error_in("\n \n"), StartsWith("test.xyz: "));
    const keesom::testing::TemporaryFolder folder;
    EXPECT_THROW(read_extended_xyz(folder.file("none.xyz", "")), InputError);
    EXPECT_THROW(read_extended_xyz(folder.path() / "missing.xyz"), InputError);
}

// Whatever a byte of a valid file becomes, the answer is frames or an InputError.
TEST(ExtendedXyz, SurvivesDamagedBytes) {
    const std::string text =
        "2\nname=\"a b\" Properties=species:S:1:pos:R:3:q:R:1\nO 0.0 0.0 0.1 -0.8\nH 0.1 0.9 0.0 "
        "0.8\n";
    std::mt19937 generator(3);
    std::uniform_int_distribution<std::size_t> position(0, text.size() - 1);
    std::uniform_int_distribution<int> byte(0, 255);
    int refused = 0;
    for (int i = 0; i < 5000; ++i) {
        std::string damaged = text;
        damaged[position(generator)] = static_cast<char>(byte(generator));
        try {
            parse_extended_xyz(damaged, "damaged.xyz");
        } catch (const InputError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 1000);
}

TEST(ExtendedXyz, RoundTripsWhatItWrites) {
    std::mt19937 generator(5);
    std::normal_distribution<double> normal(0.0, 10.0);
    const auto random = [&] { return normal(generator); };
    XyzFrame frame;
    frame.atomic_numbers = {8, 1, 1, 92};
    frame.positions = Eigen::Matrix3Xd::NullaryExpr(3, 4, random);
    frame.info = {{"name", "water and more"},
                  {"charge", "-1"},
                  {"empty", ""},
                  {"odd", "back\\slash \"quote\" = {brace} 'single'\nsecond line"}};
    frame.columns["charge"] = Eigen::MatrixXd::NullaryExpr(1, 4, random);
    frame.columns["quadrupole"] = Eigen::MatrixXd::NullaryExpr(6, 4, random);
    frame.columns["quadrupole"](0, 0) = 1.0 / 3.0 * 1e-300;
    frame.columns["quadrupole"](1, 0) = std::numeric_limits<double>::max();

    std::ostringstream stream;
    write_extended_xyz(stream, frame);
    write_extended_xyz(stream, frame);
    const auto frames = parse_extended_xyz(stream.str(), "copy");
    ASSERT_EQ(frames.size(), 2U);
    for (const XyzFrame& copy : frames) {
        EXPECT_EQ(copy.atomic_numbers, frame.atomic_numbers);
        EXPECT_EQ(copy.info, frame.info);
        // Ten decimals in Å: half a unit of the last is 0.95e-10 bohr.
        EXPECT_LT((copy.positions - frame.positions).cwiseAbs().maxCoeff(), 1e-10);
        EXPECT_EQ(copy.columns, frame.columns);
    }
}

TEST(ExtendedXyz, DoesNotWriteWhatCannotBeRead) {
    XyzFrame frame;
    frame.atomic_numbers = {2};
    frame.positions = Eigen::Matrix3Xd::Zero(3, 1);
    std::ostringstream stream;
    const auto error = [&](const XyzFrame& bad) {
        return error_of<InputError>([&] { write_extended_xyz(stream, bad); });
    };
    XyzFrame bad = frame;
    bad.info["two words"] = "x";
    EXPECT_THAT(error(bad), HasSubstr("'two words'"));
    bad = frame;
    bad.columns["a:b"] = Eigen::MatrixXd::Zero(1, 1);
    EXPECT_THAT(error(bad), HasSubstr("'a:b'"));
    bad = frame;
    bad.columns["species"] = Eigen::MatrixXd::Zero(1, 1);
    EXPECT_THAT(error(bad), HasSubstr("'species'"));
    bad = frame;
    bad.columns["q"] = Eigen::MatrixXd::Zero(1, 2);
    EXPECT_THAT(error(bad), HasSubstr("'q'"));
    bad = frame;
    bad.atomic_numbers.push_back(2);
    EXPECT_THAT(error(bad), HasSubstr("2 elements"));
    EXPECT_EQ(stream.str(), "");
}

}  // namespace

// SPDX-License-Identifier: BSD-3-Clause
//
// Files of tests/core/data; what is in them is told by the README there.
#include <keesom/core/errors.hpp>
#include <keesom/core/io/open_babel.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
// Open Babel loses memory of its own: in the readers of MOPAC input and of Gaussian Z-matrices, and
// in that of CML strings that libxml2 gave to it.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:Format::ReadMolecule\nleak:libxml2.so";
}
#endif

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::filesystem::path data(const std::string& name) {
    return std::filesystem::path(KEESOM_CORE_TEST_FILES) / name;
}

std::string text_of(const std::string& name) {
    std::ifstream file(data(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

MoleculeRecord record_of(const std::string& name) {
    const MoleculeFile file = read_open_babel(data(name));
    EXPECT_EQ(file.records.size(), 1U) << name;
    return file.records.at(0);
}

void expect_charge(const MoleculeRecord& record, int charge) {
    EXPECT_TRUE(record.charge_is_stated) << record.molecule.name;
    EXPECT_EQ(record.molecule.charge, charge) << record.molecule.name;
    EXPECT_NO_THROW(record.molecule.validate());
}

void expect_same_molecule(const MoleculeRecord& a, const MoleculeRecord& b, double tolerance) {
    EXPECT_EQ(a.molecule.atomic_numbers, b.molecule.atomic_numbers);
    ASSERT_EQ(a.molecule.size(), b.molecule.size());
    EXPECT_LT((a.molecule.positions - b.molecule.positions).cwiseAbs().maxCoeff(), tolerance);
}

// The files have four decimals of Å, those in PDB three.
constexpr double exact = 1e-12;
constexpr double half_of_third_decimal = 0.0005001 * units::angstrom;

TEST(OpenBabel, ReadsElementsAndCoordinates) {
    const MoleculeRecord water = record_of("water_flat.sdf");
    EXPECT_EQ(water.molecule.name, "water");
    EXPECT_THAT(water.molecule.atomic_numbers, ElementsAre(8, 1, 1));
    Eigen::Matrix3d expected;
    expected << 0.0, 0.9572, -0.2400, 0.0, 0.0, 0.9266, 0.0, 0.0, 0.0;
    EXPECT_LT((water.molecule.positions - expected * units::angstrom).norm(), exact);
    expect_charge(water, 0);
    EXPECT_EQ(read_open_babel(data("water_flat.sdf")).format, "sdf");
}

TEST(OpenBabel, LeavesTheGeometryOfAromaticRingsAlone) {
    const MoleculeFile xyz = read_xyz_molecules(data("benzene.xyz"));
    const MoleculeRecord benzene = record_of("benzene.sdf");
    // benzene.xyz has the same four decimals with a zero after them.
    expect_same_molecule(benzene, xyz.records.at(0), exact);
    expect_charge(benzene, 0);
    EXPECT_FALSE(xyz.records.at(0).charge_is_stated);
}

TEST(OpenBabel, ReadsTheSameMoleculeFromEveryFormat) {
    for (const std::string name : {"acetate", "ammonium", "glycine_zwitterion"}) {
        const MoleculeRecord sdf = record_of(name + ".sdf");
        expect_same_molecule(sdf, record_of(name + ".mol2"), exact);
        expect_same_molecule(sdf, record_of(name + ".cml"), exact);
        expect_same_molecule(sdf, record_of(name + ".pdb"), half_of_third_decimal);
    }
    expect_same_molecule(record_of("formamide.sdf"), record_of("formamide.cml"), exact);
}

TEST(OpenBabel, ReadsTheChargeThatEachFormatStates) {
    for (const std::string extension : {".sdf", ".mol2", ".pdb", ".cml"}) {
        expect_charge(record_of("acetate" + extension), -1);
        expect_charge(record_of("ammonium" + extension), 1);
        expect_charge(record_of("glycine_zwitterion" + extension), 0);
    }
    expect_charge(record_of("acetate.pqr"), -1);
    expect_charge(record_of("acetate.gzmat"), -1);
    expect_charge(record_of("benzene.sdf"), 0);
}

TEST(OpenBabel, PrefersTheChargesOfMol2ToItsOwnPerception) {
    expect_charge(record_of("nitrobenzene.mol2"), 0);
}

TEST(OpenBabel, SaysThatNoChargeIsStated) {
    for (const char* name : {"methanol.pdb", "formamide.cml"}) {
        const MoleculeRecord record = record_of(name);
        EXPECT_FALSE(record.charge_is_stated) << name;
        EXPECT_EQ(record.molecule.charge, 0);
    }
}

// Columns 79-80 of the acetate are blanked: an ion, but the file does not say so.
TEST(OpenBabel, DoesNotGuessTheChargeOfAPdbFile) {
    std::string text = text_of("acetate.pdb");
    text.replace(text.find("O1-"), 3, "O  ");
    const TemporaryFolder folder;
    const MoleculeFile file = read_open_babel(folder.file("acetate.pdb", text));
    ASSERT_EQ(file.records.size(), 1U);
    EXPECT_FALSE(file.records[0].charge_is_stated);
    EXPECT_EQ(file.records[0].molecule.charge, 0);
    EXPECT_THROW(file.records[0].molecule.validate(), InputError);
}

TEST(OpenBabel, ReadsEveryRecord) {
    const MoleculeFile file = read_open_babel(data("three_molecules.sdf"));
    ASSERT_EQ(file.records.size(), 3U);
    EXPECT_EQ(file.records[0].molecule.name, "acetate");
    EXPECT_EQ(file.records[1].molecule.name, "ammonium");
    EXPECT_EQ(file.records[2].molecule.name, "benzene");
    EXPECT_EQ(file.records[0].molecule.charge, -1);
    EXPECT_EQ(file.records[1].molecule.charge, 1);
    EXPECT_EQ(file.records[2].molecule.charge, 0);
    expect_same_molecule(file.records[1], record_of("ammonium.sdf"), exact);
}

TEST(OpenBabel, ReadsEveryRecordOfMol2AndPdb) {
    const TemporaryFolder folder;
    const MoleculeFile mol2 = read_open_babel(
        folder.file("two.mol2", text_of("acetate.mol2") + text_of("ammonium.mol2")));
    ASSERT_EQ(mol2.records.size(), 2U);
    expect_charge(mol2.records[0], -1);
    expect_charge(mol2.records[1], 1);

    const MoleculeFile pdb =
        read_open_babel(folder.file("two.pdb", text_of("acetate.pdb") + text_of("methanol.pdb")));
    ASSERT_EQ(pdb.records.size(), 2U);
    expect_charge(pdb.records[0], -1);
    EXPECT_FALSE(pdb.records[1].charge_is_stated);
    EXPECT_EQ(pdb.records[1].molecule.name, "two #2");
}

TEST(OpenBabel, IgnoresTheCaseOfExtensions) {
    const TemporaryFolder folder;
    EXPECT_EQ(read_open_babel(folder.file("BENZENE.SDF", text_of("benzene.sdf"))).records.size(),
              1U);
}

TEST(OpenBabel, RefusesFilesWithoutThreeDimensionalCoordinates) {
    for (const char* name :
         {"ethanol_depiction.sdf", "ethanol.smi", "ethanol_without_coordinates.pdb"}) {
        EXPECT_THAT(error_of<InputError>([&] { read_open_babel(data(name)); }),
                    AllOf(StartsWith(data(name).string() + ": "),
                          HasSubstr("has no three-dimensional coordinates")));
    }
}

TEST(OpenBabel, RefusesUnknownFormats) {
    const TemporaryFolder folder;
    for (const char* name : {"x.nonsense", "x"}) {
        EXPECT_THAT(error_of<InputError>([&] { read_open_babel(folder.file(name, "text")); }),
                    AllOf(HasSubstr(name), HasSubstr("format")));
    }
}

TEST(OpenBabel, RefusesFilesThatAreNotWhatTheyAreCalled) {
    const TemporaryFolder folder;
    for (const char* name : {"x.sdf", "x.mol2", "x.pdb", "x.cml", "x.pqr"}) {
        const auto path = folder.file(name, "this is no molecule\n");
        EXPECT_THAT(error_of<InputError>([&] { read_open_babel(path); }),
                    StartsWith(path.string() + ": "));
    }
    EXPECT_THAT(error_of<InputError>([&] { read_open_babel(folder.file("x.sdf", "")); }),
                HasSubstr("empty"));
    EXPECT_THAT(error_of<InputError>([&] { read_open_babel(folder.path() / "missing.sdf"); }),
                HasSubstr("no such file"));
    EXPECT_THAT(error_of<InputError>([&] { read_open_babel(folder.path()); }),
                HasSubstr("directory"));
}

TEST(OpenBabel, RefusesToSkipARecordThatIsCutOff) {
    const TemporaryFolder folder;
    const std::string good = text_of("acetate.sdf");
    const auto sdf = folder.file("two.sdf", good + good.substr(0, good.size() / 2));
    EXPECT_THAT(error_of<InputError>([&] { read_open_babel(sdf); }),
                AllOf(HasSubstr("record 2"), HasSubstr("sdf")));
    const std::string mol2_text = text_of("acetate.mol2");
    const auto mol2 =
        folder.file("two.mol2", mol2_text + mol2_text.substr(0, mol2_text.size() / 2));
    EXPECT_THAT(error_of<InputError>([&] { read_open_babel(mol2); }), HasSubstr("record 2"));
}

TEST(OpenBabel, DoesNotReadEndlesslyFromFormatsThatNeverEnd) {
    const TemporaryFolder folder;
    const auto path = folder.file("hydrogen.mopin",
                                  "KEYWORDS\nhydrogen\n\nH 0.0 1 0.0 1 0.0 1 0 0 0\n"
                                  "H 0.74 1 0.0 1 0.0 1 1 0 0\n");
    EXPECT_EQ(read_open_babel(path).records.size(), 1U);
}

TEST(OpenBabel, PrintsNothing) {
    const TemporaryFolder folder;
    const auto broken = folder.file("broken.cml", "<molecule><atom");
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    record_of("acetate.pqr");
    EXPECT_THROW(read_open_babel(broken), InputError);
    EXPECT_THROW(read_open_babel(data("ethanol.smi")), InputError);
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(OpenBabel, ListsItsFormats) {
    const std::vector<std::string> formats = open_babel_formats();
    for (const char* format : {"sdf", "mol2", "pdb", "cml", "xyz"}) {
        EXPECT_THAT(formats, Contains(format));
    }
    EXPECT_TRUE(std::is_sorted(formats.begin(), formats.end()));
}

}  // namespace

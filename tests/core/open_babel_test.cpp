// SPDX-License-Identifier: BSD-3-Clause
//
// Files of tests/core/data; what is in them is told by the README there.
#include <keesom/core/errors.hpp>
#include <keesom/core/io/open_babel.hpp>
#include <keesom/core/units.hpp>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdlib.h>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <thread>
#include <vector>

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

TEST(OpenBabel, GivesTheChargeOfEachAtom) {
    for (const char* extension : {".sdf", ".mol2", ".pdb", ".cml"}) {
        const MoleculeRecord acetate = record_of(std::string("acetate") + extension);
        EXPECT_THAT(acetate.atom_charges, ElementsAre(0, 0, 0, -1, 0, 0, 0)) << extension;
    }
    const std::vector<double> partial =
        record_of("ethylenediammonium_oxalate_partial.mol2").atom_charges;
    ASSERT_EQ(partial.size(), 20U);
    EXPECT_EQ(partial[19], -0.66);
    EXPECT_THAT(record_of("methanol.pdb").atom_charges, ::testing::IsEmpty());
    EXPECT_EQ(record_of("acetate.pqr").atom_charges.size(), 7U);
}

TEST(OpenBabel, RefusesChargesThatNoAtomHas) {
    const TemporaryFolder folder;
    const auto mol2 = [&](const std::string& charge) {
        return folder.file(
            "x.mol2",
            "@<TRIPOS>MOLECULE\nx\n 2 1 0 0 0\nSMALL\nUSER_CHARGES\n\n@<TRIPOS>ATOM\n"
            " 1 O 0 0 0 O.3 1 U " +
                charge + "\n 2 O 0 0 1.5 O.3 1 U -" + charge + "\n@<TRIPOS>BOND\n 1 1 2 1\n");
    };
    for (const char* charge : {"1e300", "119"}) {
        const auto path = mol2(charge);
        EXPECT_THAT(error_of<InputError>([&] { read_open_babel(path); }),
                    AllOf(StartsWith(path.string() + ": record 1"), HasSubstr("impossible")));
    }
}

TEST(OpenBabel, RefusesPeriodicFiles) {
    const TemporaryFolder folder;
    const auto cif = folder.file(
        "x.cif",
        "data_x\n_cell_length_a 5\n_cell_length_b 5\n_cell_length_c 5\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 90\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M 'P 1'\nloop_\n"
        "_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
        "_atom_site_fract_z\nO1 O 0.1 0.1 0.1\nH1 H 0.2 0.3 0.1\n");
    const auto poscar =
        folder.file("POSCAR", "x\n1.0\n5 0 0\n0 5 0\n0 0 5\nO H\n1 1\nCartesian\n0 0 0\n0 0 1\n");
    const auto fhiaims = folder.file("x.fhiaims",
                                     "lattice_vector 5 0 0\nlattice_vector 0 5 0\n"
                                     "lattice_vector 0 0 5\natom 0 0 0 O\natom 0 0 1 H\n");
    for (const auto& path : {cif, poscar, fhiaims}) {
        EXPECT_THAT(error_of<InputError>([&] { read_open_babel(path); }),
                    AllOf(StartsWith(path.string() + ": "), HasSubstr("has a unit cell")));
    }
}

TEST(OpenBabel, ReadsCutOutsOfCrystalsFromPdb) {
    const TemporaryFolder folder;
    const std::string cell =
        "CRYST1   50.000   60.000   70.000  90.00  90.00  90.00 P 1           1\n";
    const auto path = folder.file("acetate.pdb", cell + text_of("acetate.pdb"));
    expect_charge(read_open_babel(path).records.at(0), -1);
}

TEST(OpenBabel, NotesIsotopes) {
    const TemporaryFolder folder;
    std::string text = text_of("ammonium.sdf");
    text.insert(text.find("M  END"), "M  ISO  2   1  15   2   2\n");
    const MoleculeRecord labelled =
        read_open_babel(folder.file("labelled.sdf", text)).records.at(0);
    EXPECT_EQ(labelled.molecule.atomic_numbers, record_of("ammonium.sdf").molecule.atomic_numbers);
    EXPECT_THAT(labelled.notes,
                ElementsAre("2 isotopes (15N, deuterium) are read as their elements"));
    EXPECT_THAT(record_of("ammonium.sdf").notes, ::testing::IsEmpty());
}

// ---------------------------------------------------------------------------------------------------
// Readers of Open Babel that cannot be asked for a record more than there is

void expect_water(const MoleculeRecord& record) {
    EXPECT_THAT(record.molecule.atomic_numbers, ElementsAre(8, 1, 1));
    Eigen::Matrix3d expected;
    expected << 0.0, 0.9572, -0.24, 0.0, 0.0, 0.9266, 0.0, 0.0, 0.0;
    EXPECT_LT((record.molecule.positions - expected * units::angstrom).norm(), exact);
}

TEST(OpenBabelReaders, ReadMaestroFilesOfOneAndSeveralRecords) {
    const std::string head = "{\n s_m_m2io_version\n :::\n 2.0.0\n}\n";
    const std::string water =
        "f_m_ct {\n s_m_title\n :::\n water\n m_atom[3] {\n # first column is atom index #\n"
        " r_m_x_coord\n r_m_y_coord\n r_m_z_coord\n i_m_atomic_number\n i_m_formal_charge\n"
        " :::\n 1 0.0 0.0 0.0 8 0\n 2 0.9572 0.0 0.0 1 0\n 3 -0.24 0.9266 0.0 1 0\n :::\n }\n"
        " m_bond[2] {\n # first column is bond index #\n i_m_from\n i_m_to\n i_m_order\n :::\n"
        " 1 1 2 1\n 2 1 3 1\n :::\n }\n}\n\n";
    const TemporaryFolder folder;
    const MoleculeFile one = read_open_babel(folder.file("one.mae", head + water));
    ASSERT_EQ(one.records.size(), 1U);
    expect_water(one.records[0]);
    expect_charge(one.records[0], 0);
    const MoleculeFile three =
        read_open_babel(folder.file("three.mae", head + water + water + water));
    ASSERT_EQ(three.records.size(), 3U);
    expect_water(three.records[2]);
}

TEST(OpenBabelReaders, ReadFilesThatEndWithTheirOnlyRecord) {
    const TemporaryFolder folder;
    const auto fhiaims = folder.file(
        "water.fhiaims",
        "# water\natom 0.0 0.0 0.0 O\natom 0.9572 0.0 0.0 H\natom -0.24 0.9266 0.0 H\n");
    const auto pcm = folder.file("water.pcm",
                                 "{PCM water\nNA 3\nATOMTYPES 1\nAT 1,6:0,0,0 B 2,1 3,1\n"
                                 "AT 2,21:0.9572,0,0 B 1,1\nAT 3,21:-0.24,0.9266,0 B 1,1\n}\n");
    const auto atom = [](int id, const std::string& element, double x, double y) {
        return "<Atom ID=\"" + std::to_string(id) + "\">\n<X>" + std::to_string(x) + "</X>\n<Y>" +
               std::to_string(y) + "</Y>\n<Z>0</Z>\n<Element>" + element + "</Element>\n</Atom>\n";
    };
    const auto crk3d = folder.file(
        "water.crk3d",
        "<Property Type=\"ModelStructure\">\n<Structure3D>\n<Group Charge=\"0\" Spin=\"0\">\n" +
            atom(1, "O", 0, 0) + atom(2, "H", 0.9572, 0) + atom(3, "H", -0.24, 0.9266) +
            "</Group>\n</Structure3D>\n</Property>\n");
    for (const auto& path : {fhiaims, pcm, crk3d}) {
        const MoleculeFile file = read_open_babel(path);
        ASSERT_EQ(file.records.size(), 1U) << path;
        expect_water(file.records[0]);
    }
}

TEST(OpenBabelReaders, ReadEveryMoleculeOfACmlDocument) {
    const TemporaryFolder folder;
    const auto without_head = [](const std::string& text) { return text.substr(text.find('\n')); };
    const MoleculeFile file = read_open_babel(
        folder.file("two.cml",
                    "<?xml version=\"1.0\"?>\n<cml>" + without_head(text_of("acetate.cml")) +
                        without_head(text_of("ammonium.cml")) + "</cml>\n"));
    ASSERT_EQ(file.records.size(), 2U);
    expect_charge(file.records[0], -1);
    expect_charge(file.records[1], 1);
}

TEST(OpenBabelReaders, RefuseDamagedFiles) {
    const TemporaryFolder folder;
    const auto v3000 =
        folder.file("cut.mol",
                    "water\n keesom            3D\n\n  0  0  0     0  0            999 V3000\n"
                    "M  V30 BEGIN CTAB\nM  V30 COUNTS 3 2 0 0 0\nM  V30 BEGIN ATOM\n"
                    "M  V30 1 O 0 0 0.0001 0\nM  V30 2 H 0.9572 0 0 0\n");
    const auto gro = folder.file(
        "cut.gro", "water\n    3\n    1WAT     OW    1   0.000   0.000   0.000\n    1WAT\n");
    const auto huge =
        folder.file("huge.gro", "water\n99999999\n    1WAT     OW    1   0.000   0.000   0.000\n");
    for (const auto& path : {v3000, gro, huge}) {
        EXPECT_THAT(error_of<InputError>([&] { read_open_babel(path); }),
                    AllOf(StartsWith(path.string() + ": "), HasSubstr("record 1")));
    }
}

TEST(OpenBabelReaders, TakeNoHarmFromLongLines) {
    const TemporaryFolder folder;
    const MoleculeFile file = read_open_babel(folder.file(
        "long.pdb", "REMARK " + std::string(40'000, 'x') + '\n' + text_of("acetate.pdb")));
    ASSERT_EQ(file.records.size(), 1U);
    expect_charge(file.records[0], -1);
}

TEST(OpenBabelReaders, ReadCompressedFiles) {
    namespace io = boost::iostreams;
    const std::string text = text_of("three_molecules.sdf");
    std::string compressed;
    io::filtering_streambuf<io::input> source;
    source.push(io::gzip_compressor());
    source.push(io::array_source(text.data(), text.size()));
    io::copy(source, io::back_inserter(compressed));
    const TemporaryFolder folder;
    const MoleculeFile file = read_open_babel(folder.file("three.sdf.gz", compressed));
    EXPECT_EQ(file.format, "sdf");
    ASSERT_EQ(file.records.size(), 3U);
    expect_charge(file.records[0], -1);
}

TEST(OpenBabelReaders, ServeManyThreadsAtOnce) {
    constexpr std::size_t n_threads = 8;
    std::vector<std::size_t> n_records(n_threads);
    std::vector<std::thread> threads;
    for (std::size_t& n : n_records) {
        threads.emplace_back([&n] {
            for (int i = 0; i < 4; ++i) {
                n += read_open_babel(data("three_molecules.sdf")).records.size();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(n_records, ::testing::Each(12U));
}

// ---------------------------------------------------------------------------------------------------
// Programs in place of the reader

/// A shell script that is the reader while the object lives.
class ReplacedReader {
public:
    explicit ReplacedReader(const std::string& script)
        : path_(folder_.file("reader", "#!/bin/sh\n" + script + '\n')) {
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
        setenv("KEESOM_OPEN_BABEL", path_.c_str(), 1);
    }

    ~ReplacedReader() { unsetenv("KEESOM_OPEN_BABEL"); }

    ReplacedReader(const ReplacedReader&) = delete;
    ReplacedReader(ReplacedReader&&) = delete;
    ReplacedReader& operator=(const ReplacedReader&) = delete;
    ReplacedReader& operator=(ReplacedReader&&) = delete;

    /// The error when a file is read, without the name of the file.
    [[nodiscard]] std::string error(const std::string& text = "text",
                                    const ReaderLimits& limits = {}) const {
        const auto path = folder_.file("x.mol2", text);
        const std::string message =
            error_of<InputError>([&] { read_open_babel(path, {}, limits); });
        EXPECT_THAT(message, StartsWith(path.string() + ": "));
        return message.substr(std::min(message.size(), path.string().size() + 2));
    }

private:
    TemporaryFolder folder_;
    std::filesystem::path path_;
};

constexpr std::size_t more_than_a_pipe_holds = 1 << 22;

TEST(ReplacedReader, ThatCrashesIsAnErrorOfTheFile) {
    const ReplacedReader reader("kill -SEGV $$");
    EXPECT_EQ(reader.error(), "the reader of format 'mol2' crashed (segmentation fault)");
    EXPECT_EQ(reader.error(std::string(more_than_a_pipe_holds, 'x')),
              "the reader of format 'mol2' crashed (segmentation fault)");
}

TEST(ReplacedReader, ThatHangsIsKilledWithAllThatItStarted) {
    ReaderLimits limits;
    limits.time = std::chrono::milliseconds(300);
    const auto begin = std::chrono::steady_clock::now();
    for (const char* script : {"sleep 60", "sleep 60 & wait", "exec >&- 2>&-; sleep 60"}) {
        const ReplacedReader reader(script);
        EXPECT_EQ(reader.error("text", limits),
                  "the reader of format 'mol2' took longer than 0.3 s");
        EXPECT_EQ(reader.error(std::string(more_than_a_pipe_holds, 'x'), limits),
                  "the reader of format 'mol2' took longer than 0.3 s");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(ReplacedReader, ThatFloodsItsOutputIsStopped) {
    ReaderLimits limits;
    limits.output = 1'000'000;
    EXPECT_EQ(ReplacedReader("yes").error("text", limits),
              "the reader of format 'mol2' answered with more than 1000000 bytes");
    EXPECT_EQ(ReplacedReader("head -c 4000000 /dev/zero >&2; exit 3").error(),
              "the reader of format 'mol2' failed with status 3");
}

TEST(ReplacedReader, ThatAnswersWithNonsenseIsAnErrorOfTheFile) {
    for (const char* script :
         {"echo nonsense",
          "true",
          "head -c 1000 /dev/urandom",
          "printf '1\\n\\nHe 0 0 0\\n'",
          "printf '1\\nformat=mol2 title=x dimension=3 cell=F\\nHe 0 0 nan\\n'",
          "printf '9\\nformat=mol2 title=x dimension=3 cell=F\\nHe 0 0 0\\n'"}) {
        EXPECT_THAT(ReplacedReader(script).error(), HasSubstr("reader")) << script;
    }
}

TEST(ReplacedReader, ThatFailsIsQuoted) {
    EXPECT_EQ(ReplacedReader("exit 3").error(), "the reader of format 'mol2' failed with status 3");
    EXPECT_EQ(ReplacedReader("echo no such thing >&2; exit 1").error(), "no such thing");
    EXPECT_EQ(ReplacedReader("exit 4").error(),
              "the reader of format 'mol2' needs more than 4096 MiB");
}

TEST(ReplacedReader, HasToBeAProgram) {
    setenv("KEESOM_OPEN_BABEL", "/nowhere/reader", 1);
    EXPECT_THAT(error_of<InputError>([] { read_open_babel(data("acetate.sdf")); }),
                HasSubstr("KEESOM_OPEN_BABEL=/nowhere/reader"));
    unsetenv("KEESOM_OPEN_BABEL");
    EXPECT_THAT(ReplacedReader("#!/nowhere/interpreter").error(), HasSubstr("reader"));
}

}  // namespace

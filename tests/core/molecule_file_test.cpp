// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/stated_charges.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// Three atoms of helium with this comment.
MoleculeRecord record_of(const std::string& comment) {
    return molecule_record(
        parse_extended_xyz("3\n" + comment + "\nHe 0 0 0\nHe 0 0 3\nHe 0 0 6\n", "he.xyz").at(0));
}

std::string record_error(const std::string& comment) {
    return error_of<InputError>([&] { record_of(comment); });
}

TEST(MoleculeRecord, AssumesNothingThatIsNotStated) {
    const MoleculeRecord record = record_of("three atoms");
    EXPECT_EQ(record.molecule.name, "");
    EXPECT_EQ(record.molecule.charge, 0);
    EXPECT_FALSE(record.charge_is_stated);
    EXPECT_THAT(record.fragment_sizes, IsEmpty());
    EXPECT_THAT(record.fragment_charges, IsEmpty());
}

TEST(MoleculeRecord, TakesNameAndChargeFromKeys) {
    const MoleculeRecord record = record_of("name=\"helium row\" charge=+2");
    EXPECT_EQ(record.molecule.name, "helium row");
    EXPECT_EQ(record.molecule.charge, 2);
    EXPECT_TRUE(record.charge_is_stated);
    EXPECT_TRUE(record_of("charge=0").charge_is_stated);
}

TEST(MoleculeRecord, TakesMonomersFromKeys) {
    const MoleculeRecord dimer = record_of("natoms_a=1 charge_a=1 charge_b=-2");
    EXPECT_THAT(dimer.fragment_sizes, ElementsAre(1, 2));
    EXPECT_THAT(dimer.fragment_charges, ElementsAre(1, -2));
    EXPECT_EQ(dimer.molecule.charge, -1);
    EXPECT_TRUE(dimer.charge_is_stated);

    const MoleculeRecord trimer =
        record_of("natoms_list=\"1, 1,1\" charge_list=\"0,1,1\" natoms_a=1 charge_a=0");
    EXPECT_THAT(trimer.fragment_sizes, ElementsAre(1, 1, 1));
    EXPECT_THAT(trimer.fragment_charges, ElementsAre(0, 1, 1));
    EXPECT_EQ(trimer.molecule.charge, 2);

    const MoleculeRecord without_charges = record_of("natoms_a=2 natoms_b=1");
    EXPECT_THAT(without_charges.fragment_sizes, ElementsAre(2, 1));
    EXPECT_FALSE(without_charges.charge_is_stated);
}

TEST(MoleculeRecord, NamesValuesThatAreNoIntegers) {
    EXPECT_THAT(record_error("charge=1.5"),
                AllOf(StartsWith("he.xyz:1: "), HasSubstr("charge='1.5'")));
    EXPECT_THAT(record_error("natoms_a=x"), HasSubstr("natoms_a='x'"));
    EXPECT_THAT(record_error("natoms_list=1,x,1"), HasSubstr("natoms_list='1,x,1'"));
    EXPECT_THAT(record_error("charge_list=\"\""), HasSubstr("charge_list=''"));
}

TEST(MoleculeRecord, NamesMonomersThatDoNotFit) {
    for (const char* comment : {"natoms_a=3",
                                "natoms_a=0",
                                "natoms_a=-1",
                                "natoms_a=4",
                                "natoms_a=1 natoms_b=1",
                                "natoms_list=1,1",
                                "natoms_list=1,1,1,1",
                                "natoms_list=4,-1",
                                "natoms_list=9223372036854775807,3"}) {
        EXPECT_THAT(record_error(comment),
                    AllOf(StartsWith("he.xyz:1: "), HasSubstr("3 of the frame")))
            << comment;
    }
    EXPECT_THAT(record_error("natoms_list=1,1,1 charge_list=0,0"), HasSubstr("2 charges for 3"));
}

TEST(MoleculeRecord, NamesChargesThatContradictOneAnother) {
    EXPECT_THAT(record_error("charge=1 charge_a=0 charge_b=0"), HasSubstr("charge=1"));
    EXPECT_EQ(record_of("charge=1 charge_a=0 charge_b=1").molecule.charge, 1);
}

TEST(MoleculeRecord, RefusesPeriodicFrames) {
    EXPECT_THAT(record_error("pbc=\"T T T\""), HasSubstr("periodic"));
    EXPECT_THAT(record_error("pbc=\"F F T\" Lattice=\"9 0 0 0 9 0 0 0 9\""), HasSubstr("periodic"));
    EXPECT_THAT(record_error("Lattice=\"9 0 0 0 9 0 0 0 9\""), HasSubstr("periodic"));
    EXPECT_NO_THROW(record_of("pbc=\"F F F\" Lattice=\"9 0 0 0 9 0 0 0 9\""));
}

TEST(ReadXyzMolecules, CallsMoleculesWithoutANameAfterTheFile) {
    const keesom::testing::TemporaryFolder folder;
    const auto one = read_xyz_molecules(folder.file("neon.xyz", "1\n\nNe 0 0 0\n"));
    EXPECT_EQ(one.format, "xyz");
    ASSERT_EQ(one.records.size(), 1U);
    EXPECT_EQ(one.records[0].molecule.name, "neon");

    const auto two = read_xyz_molecules(
        folder.file("gases.xyz", "1\n\nNe 0 0 0\n1\nname=argon charge=0\nAr 0 0 1\n"));
    ASSERT_EQ(two.records.size(), 2U);
    EXPECT_EQ(two.records[0].molecule.name, "gases #1");
    EXPECT_EQ(two.records[1].molecule.name, "argon");
    EXPECT_EQ(two.records[1].molecule.positions(2, 0), units::angstrom);
}

TEST(ReadXyzMolecules, NotesIsotopes) {
    const keesom::testing::TemporaryFolder folder;
    const auto notes = [&](const std::string& text) {
        const MoleculeRecord record = read_xyz_molecules(folder.file("x.xyz", text)).records.at(0);
        EXPECT_EQ(record.molecule.atomic_numbers.back(), 1);
        return record.notes;
    };
    EXPECT_THAT(notes("2\n\nO 0 0 0\nD 0 0 1\n"), ElementsAre("atom 2 is deuterium, read as H"));
    EXPECT_THAT(notes("3\n\nO 0 0 0\nt 0 1 0\nD 0 0 1\n"),
                ElementsAre("2 isotopes (deuterium, tritium) are read as their elements"));
    EXPECT_THAT(notes("2\n\nO 0 0 0\nH 0 0 1\n"), IsEmpty());
}

TEST(HasXyzExtension, IgnoresCaseAndCompression) {
    for (const char* name : {"a.xyz", "a.b.XYZ", "x/a.xyz.gz", "a.extxyz", "a.extxyz.GZ"}) {
        EXPECT_TRUE(has_xyz_extension(name)) << name;
    }
    for (const char* name : {"xyz", "a.sdf", "a.xyz.sdf", "a.gz", "a.xyz.bz2", "a.xyzz"}) {
        EXPECT_FALSE(has_xyz_extension(name)) << name;
    }
}

std::vector<std::optional<int>> totals(const StatedCharges& charges) {
    std::vector<std::optional<int>> values;
    for (const StatedCharge& charge : charges) {
        values.push_back(charge.total);
    }
    return values;
}

TEST(PdbCharges, AreAddedUpForEachModel) {
    const std::string atom =
        "HETATM    1  O   UNL     1       1.000   2.000   3.000  1.00  0.00           ";
    EXPECT_THAT(
        totals(pdb_charges("MODEL 1\n" + atom + "O1-\n" + atom + "N+2\n" + atom +
                           "C  \nENDMDL\nMODEL 2\n" + atom + "O\n" + atom + "N\nENDMDL\nEND\n")),
        ElementsAre(std::optional(1), std::nullopt));
    EXPECT_THAT(totals(pdb_charges(atom + "O1-\nEND\n")), ElementsAre(std::optional(-1)));
    EXPECT_THAT(pdb_charges("END\n"), IsEmpty());
}

TEST(SumOfPartialCharges, HasToBeCloseToAnIntegerAndNotNothing) {
    EXPECT_EQ(sum_of_partial_charges({-0.5, -0.45}), -1);
    EXPECT_EQ(sum_of_partial_charges({0.3, -0.29}), 0);
    EXPECT_EQ(sum_of_partial_charges({0.5, 0.1}), std::nullopt);
    EXPECT_EQ(sum_of_partial_charges({0.0, 0.0}), std::nullopt);
    EXPECT_EQ(sum_of_partial_charges({}), std::nullopt);
}

std::string mol2(const std::string& charge_type,
                 const std::string& charges,
                 const std::string& more) {
    return "@<TRIPOS>MOLECULE\nname\n 1 0 0 0 0\nSMALL\n" + charge_type +
           "\n\n@<TRIPOS>ATOM\n 1 N 0.0 0.0 0.0 N.4 1 UNL1 " + charges + '\n' + more;
}

TEST(Mol2Charges, PreferFormalToPartialCharges) {
    EXPECT_THAT(totals(mol2_charges(mol2("USER_CHARGES", "0.98", ""))),
                ElementsAre(std::optional(1)));
    EXPECT_THAT(totals(mol2_charges(mol2("NO_CHARGES", "0.98", ""))), ElementsAre(std::nullopt));
    EXPECT_THAT(totals(mol2_charges(mol2("USER_CHARGES", "0.0", ""))), ElementsAre(std::nullopt));
    const std::string formal = "@<TRIPOS>UNITY_ATOM_ATTR\n1 1\ncharge 2\n";
    EXPECT_THAT(
        totals(mol2_charges(mol2("NO_CHARGES", "", formal) + mol2("USER_CHARGES", "-1.0", ""))),
        ElementsAre(std::optional(2), std::optional(-1)));
}

TEST(CmlCharges, PreferTheMoleculeToItsAtoms) {
    EXPECT_THAT(
        totals(cml_charges(
            "<cml><molecule formalCharge='-1'><atomArray><atom formalCharge=\"-2\"/>"
            "</atomArray></molecule><molecule id=\"b\"><atom id='a' formalCharge=\"1\"/>"
            "<atom formalCharge = \"+1\"/></molecule><cml:molecule><atom id='formalCharge'/>"
            "</cml:molecule></cml>")),
        ElementsAre(std::optional(-1), std::optional(2), std::nullopt));
}

TEST(StatedCharges, AreGivenForEachAtom) {
    const std::string atom =
        "HETATM    1  O   UNL     1       1.000   2.000   3.000  1.00  0.00           ";
    EXPECT_THAT(pdb_charges(atom + "O1-\n" + atom + "H\n" + atom + "N2+\nEND\n").at(0).of_atoms,
                ElementsAre(-1.0, 0.0, 2.0));
    EXPECT_THAT(pdb_charges(atom + "O\nEND\n").at(0).of_atoms, IsEmpty());

    const std::string two_atoms =
        "@<TRIPOS>MOLECULE\nname\n 2 0\nSMALL\nUSER_CHARGES\n\n@<TRIPOS>ATOM\n"
        " 3 N 0 0 0 N.4 1 U 0.75\n 7 H 0 0 1 H 1 U 0.25\n";
    EXPECT_THAT(mol2_charges(two_atoms).at(0).of_atoms, ElementsAre(0.75, 0.25));
    EXPECT_THAT(
        mol2_charges(two_atoms + "@<TRIPOS>UNITY_ATOM_ATTR\n7 2\nx y\ncharge 2\n").at(0).of_atoms,
        ElementsAre(0.0, 2.0));

    EXPECT_THAT(cml_charges("<molecule><atom/><atom formalCharge='-1'/></molecule>").at(0).of_atoms,
                ElementsAre(0.0, -1.0));
    EXPECT_THAT(cml_charges("<molecule><atomArray atomID='a b' formalCharge='1 -1'/></molecule>")
                    .at(0)
                    .of_atoms,
                ElementsAre(1.0, -1.0));
    EXPECT_THAT(cml_charges("<molecule formalCharge='3'><atom formalCharge='-1'/></molecule>")
                    .at(0)
                    .of_atoms,
                IsEmpty());
}

TEST(StatedCharges, RefuseWhatNoMoleculeHas) {
    using keesom::testing::error_of;
    EXPECT_THAT(error_of<InputError>([] { sum_of_partial_charges({1e300}); }),
                HasSubstr("impossible"));
    EXPECT_THAT(error_of<InputError>([] {
                    sum_of_formal_charges({-2147483648.0, -2147483648.0});
                }),
                HasSubstr("impossible"));
    const auto with_formal_charge = [](const std::string& charge) {
        return mol2("NO_CHARGES", "", "@<TRIPOS>UNITY_ATOM_ATTR\n1 1\ncharge " + charge + '\n');
    };
    for (const char* charge : {"1e300", "99999999999", "-2147483648"}) {
        EXPECT_THROW(mol2_charges(with_formal_charge(charge)), InputError) << charge;
    }
    EXPECT_THROW(cml_charges("<molecule formalCharge='-2147483648'/>"), InputError);
    EXPECT_THROW(cml_charges("<molecule><atom formalCharge='x'/></molecule>"), InputError);
}

TEST(FrameOf, StatesWhereMoleculesEndAndTheirCharges) {
    Molecule first = record_of("").molecule;
    Molecule second = first;
    first.charge = 1;
    second.positions.array() += 4.0;
    const MoleculeRecord record = molecule_record(frame_of(std::array{first, second}));
    EXPECT_THAT(record.fragment_sizes, ElementsAre(3, 3));
    EXPECT_THAT(record.fragment_charges, ElementsAre(1, 0));
    EXPECT_EQ(record.molecule.positions.leftCols(3), first.positions);
    EXPECT_EQ(record.molecule.positions.rightCols(3), second.positions);
    EXPECT_EQ(record.molecule.atomic_numbers, std::vector<int>(6, 2));
}

TEST(MoleculeRecord, RefusesChargesThatOverflow) {
    EXPECT_THAT(record_error("charge_list=2147483647,2147483647"), HasSubstr("impossible"));
    EXPECT_THAT(record_error("charge_a=-2147483648 charge_b=-1"), HasSubstr("impossible"));
    EXPECT_THAT(record_error("natoms_a=-9223372036854775808"), HasSubstr("monomers"));
    EXPECT_THROW(record_of("charge=-2147483648").molecule.validate(), InputError);
}

}  // namespace

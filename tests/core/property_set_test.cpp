// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::quoted;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string properties =
    "species:S:1:pos:R:3:charge:R:1:dipole:R:3:quadrupole:R:6:valence_population:R:1:"
    "valence_width:R:1:hirshfeld_ratio:R:1:extra:R:1";

std::string hydrogen_fluoride(const std::string& keys, const std::string& columns = properties) {
    return "2\n" + keys + " Properties=" + columns +
           "\nF 0 0 0    -0.4  0 0 0.1  -0.1 0 0 -0.1 0 0.2   8.0 0.45 0.95 7\n"
           "H 0 0 0.92  0.4  0 0 0.0   0.0 0 0  0.0 0 0.0   0.6 0.35 0.50 8\n";
}

std::vector<PropertyRecord> read_properties(const std::string& text) {
    const TemporaryFolder folder;
    return read_property_set(folder.file("aim.xyz", text));
}

std::string property_error(const std::string& text) {
    return error_of<InputError>([&] { read_properties(text); });
}

TEST(PropertySet, ReadsMoleculesAndTheirAtoms) {
    const auto records = read_properties(hydrogen_fluoride(
        "name=hf charge=0 source=\"SMILES/F\" split=train molecular_dipole=\"0.0 0.1 0.75\""));
    ASSERT_EQ(records.size(), 1U);
    const PropertyRecord& record = records[0];
    EXPECT_EQ(record.molecule.name, "hf");
    EXPECT_EQ(record.molecule.charge, 0);
    EXPECT_THAT(record.molecule.atomic_numbers, ElementsAre(9, 1));
    EXPECT_EQ(record.source, "SMILES/F");
    EXPECT_EQ(record.split, "train");
    ASSERT_TRUE(record.molecular_dipole.has_value());
    EXPECT_EQ(*record.molecular_dipole, Eigen::Vector3d(0.0, 0.1, 0.75));
    EXPECT_THAT(record.where, HasSubstr("aim.xyz:1"));
    EXPECT_EQ(record.properties.charges, Eigen::Vector2d(-0.4, 0.4));
    EXPECT_EQ(record.properties.dipoles.col(0), Eigen::Vector3d(0.0, 0.0, 0.1));
    EXPECT_EQ(record.properties.quadrupoles(5, 0), 0.2);
    EXPECT_EQ(record.properties.valence_populations, Eigen::Vector2d(8.0, 0.6));
    EXPECT_EQ(record.properties.valence_widths, Eigen::Vector2d(0.45, 0.35));
    EXPECT_EQ(record.properties.hirshfeld_ratios, Eigen::Vector2d(0.95, 0.50));
}

TEST(PropertySet, CanLackNameSourceAndDipole) {
    const auto records = read_properties(hydrogen_fluoride("charge=0"));
    EXPECT_EQ(records.at(0).molecule.name, "aim");
    EXPECT_EQ(records.at(0).source, "");
    EXPECT_FALSE(records.at(0).molecular_dipole.has_value());
}

TEST(PropertySet, NamesAMissingColumn) {
    for (const char* name : {"charge",
                             "dipole",
                             "quadrupole",
                             "valence_population",
                             "valence_width",
                             "hirshfeld_ratio"}) {
        std::string columns = properties;
        columns.replace(columns.find(name), 2, "xx");
        EXPECT_THAT(property_error(hydrogen_fluoride("charge=0", columns)),
                    AllOf(HasSubstr("aim.xyz:1: "), HasSubstr(quoted(name))));
    }
}

TEST(PropertySet, NamesAColumnOfTheWrongWidth) {
    std::string columns = properties;
    columns.replace(columns.find("dipole:R:3:quadrupole:R:6"), 25, "dipole:R:4:quadrupole:R:5");
    EXPECT_THAT(property_error(hydrogen_fluoride("charge=0", columns)),
                AllOf(HasSubstr("'dipole' has 4 columns"), HasSubstr("expected 3")));
}

TEST(PropertySet, NamesAMissingOrWrongCharge) {
    EXPECT_THAT(property_error(hydrogen_fluoride("name=hf")), HasSubstr("'charge' is missing"));
    EXPECT_THAT(property_error(hydrogen_fluoride("charge=2")),
                AllOf(HasSubstr("aim.xyz:1: "), HasSubstr("charge=2")));
}

TEST(PropertySet, NamesABadDipole) {
    for (const char* dipole : {"0 0", "0 0 0 0", "0 0 x", "0 0 nan"}) {
        EXPECT_THAT(property_error(hydrogen_fluoride("charge=0 molecular_dipole=\"" +
                                                     std::string(dipole) + "\"")),
                    HasSubstr("molecular_dipole='" + std::string(dipole) + "'"));
    }
}

TEST(PropertySet, RefusesInvalidMoleculesAndProperties) {
    EXPECT_THAT(property_error(hydrogen_fluoride("charge=1")),
                AllOf(HasSubstr("aim.xyz:1: "), HasSubstr("closed shell")));
    std::string negative = hydrogen_fluoride("charge=0");
    negative.replace(negative.find("0.45"), 4, "-0.4");
    EXPECT_THAT(property_error(negative),
                AllOf(HasSubstr("aim.xyz:1: "), HasSubstr("valence width")));
    std::string absurd = hydrogen_fluoride("charge=0");
    absurd.replace(absurd.find("0.45"), 4, "1e300");
    EXPECT_THAT(property_error(absurd), AllOf(HasSubstr("aim.xyz:1: "), HasSubstr("1e+300")));
}

TEST(PropertySet, RoundTripsAFrame) {
    const PropertyRecord record = read_properties(hydrogen_fluoride("name=\"h f\" charge=0")).at(0);
    std::ostringstream stream;
    write_extended_xyz(stream, property_frame(record.molecule, record.properties));
    const PropertyRecord copy = read_properties(stream.str()).at(0);
    EXPECT_EQ(copy.molecule.name, "h f");
    EXPECT_EQ(copy.molecule.charge, 0);
    EXPECT_EQ(copy.properties.charges, record.properties.charges);
    EXPECT_EQ(copy.properties.dipoles, record.properties.dipoles);
    EXPECT_EQ(copy.properties.quadrupoles, record.properties.quadrupoles);
    EXPECT_EQ(copy.properties.valence_populations, record.properties.valence_populations);
    EXPECT_EQ(copy.properties.valence_widths, record.properties.valence_widths);
    EXPECT_EQ(copy.properties.hirshfeld_ratios, record.properties.hirshfeld_ratios);
    EXPECT_LT((copy.molecule.positions - record.molecule.positions).norm(), 1e-9);
}

TEST(PropertySet, MakesNoFrameOfAtomsThatDoNotBelongTogether) {
    const PropertyRecord record = read_properties(hydrogen_fluoride("charge=0")).at(0);
    EXPECT_THROW(property_frame(record.molecule, AtomProperties(3)), InputError);
}

}  // namespace

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/element_constants.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <support/expect_error.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using ::testing::HasSubstr;

TEST(Elements, SymbolsAndNumbersRoundTripForAll118) {
    std::set<std::string> symbols;
    for (int z = 1; z <= 118; ++z) {
        const std::string symbol = element_symbol(z);
        EXPECT_EQ(atomic_number(symbol), z);
        symbols.insert(symbol);
    }
    EXPECT_EQ(symbols.size(), 118U);
}

TEST(Elements, KnowsPlacesInThePeriodicTable) {
    EXPECT_EQ(atomic_number("H"), 1);
    EXPECT_EQ(atomic_number("Ne"), 10);
    EXPECT_EQ(atomic_number("Fe"), 26);
    EXPECT_EQ(atomic_number("Xe"), 54);
    EXPECT_EQ(atomic_number("Rn"), 86);
    EXPECT_EQ(atomic_number("Og"), 118);
}

TEST(Elements, IgnoresTheCaseOfSymbols) {
    EXPECT_EQ(atomic_number("cl"), 17);
    EXPECT_EQ(atomic_number("CL"), 17);
}

TEST(Elements, TakesDeuteriumAndTritiumForHydrogen) {
    EXPECT_EQ(atomic_number("D"), 1);
    EXPECT_EQ(atomic_number("T"), 1);
}

TEST(Elements, NamesAnUnknownSymbol) {
    EXPECT_THAT(error_of<InputError>([] { atomic_number("Xx"); }), HasSubstr("Xx"));
    EXPECT_THAT(error_of<InputError>([] { atomic_number(""); }), HasSubstr("''"));
    EXPECT_THAT(error_of<InputError>([] { element_symbol(0); }), HasSubstr("0"));
    EXPECT_THAT(error_of<InputError>([] { element_symbol(119); }), HasSubstr("119"));
}

// Cordero et al. (2008), table 2: H 0.31(5), C sp³ 0.76(1), O 0.66(2), S 1.05(3) Å.
TEST(Elements, CovalentRadiiAreThoseOfCordero) {
    EXPECT_DOUBLE_EQ(covalent_radius(1), 0.31 * units::angstrom);
    EXPECT_DOUBLE_EQ(covalent_radius(6), 0.76 * units::angstrom);
    EXPECT_DOUBLE_EQ(covalent_radius(8), 0.66 * units::angstrom);
    EXPECT_DOUBLE_EQ(covalent_radius(16), 1.05 * units::angstrom);
}

TEST(Elements, CovalentRadiiEndAtCurium) {
    EXPECT_GT(covalent_radius(96), 0.0);
    EXPECT_THROW(covalent_radius(97), InputError);
}

// IUPAC: 1.008, 12.011, 15.999 and 83.798 dalton.
TEST(Elements, MassesAreStandardAtomicWeightsFromHydrogenToKrypton) {
    EXPECT_DOUBLE_EQ(atomic_mass(1) / units::dalton, 1.008);
    EXPECT_DOUBLE_EQ(atomic_mass(6) / units::dalton, 12.011);
    EXPECT_DOUBLE_EQ(atomic_mass(8) / units::dalton, 15.999);
    EXPECT_DOUBLE_EQ(atomic_mass(36) / units::dalton, 83.798);
    for (int z = 1; z <= 36; ++z) {
        EXPECT_GT(atomic_mass(z) / units::dalton, z) << z;
        EXPECT_LT(atomic_mass(z) / units::dalton, 2.6 * z + 1.5) << z;
    }
    EXPECT_THROW(atomic_mass(37), ModelError);
}

// Tkatchenko and Scheffler (2009): hydrogen 4.5, 6.5, 3.1; carbon 12.0, 46.6, 3.59 (all a.u.).
TEST(Elements, FreeAtomsAreThoseOfTkatchenkoAndScheffler) {
    EXPECT_DOUBLE_EQ(free_atom(1).polarizability, 4.5);
    EXPECT_DOUBLE_EQ(free_atom(1).c6, 6.5);
    EXPECT_DOUBLE_EQ(free_atom(1).vdw_radius, 3.10);
    EXPECT_DOUBLE_EQ(free_atom(6).polarizability, 12.0);
    EXPECT_DOUBLE_EQ(free_atom(6).c6, 46.6);
    EXPECT_DOUBLE_EQ(free_atom(6).vdw_radius, 3.59);
}

TEST(Elements, FreeAtomsEndAtKrypton) {
    for (int z = 1; z <= 36; ++z) {
        EXPECT_GT(free_atom(z).polarizability, 0.0) << z;
        EXPECT_GT(free_atom(z).c6, 0.0) << z;
        EXPECT_GT(free_atom(z).vdw_radius, 0.0) << z;
    }
    EXPECT_THROW(free_atom(37), ModelError);
}

// DFT-D3: ⟨r⁴⟩/⟨r²⟩ of PBE0/def2-QZVP atoms, 8.1652 for sulfur and 7.1251 for bromine.
TEST(Elements, QuadrupoleFactorsAreThoseOfDftD3) {
    EXPECT_NEAR(free_atom_quadrupole_factor(16), 0.5 * std::sqrt(16.0) * 8.1652, 1e-6);
    EXPECT_NEAR(free_atom_quadrupole_factor(35), 0.5 * std::sqrt(35.0) * 7.1251, 1e-6);
    EXPECT_NEAR(free_atom_quadrupole_factor(6), 0.5 * std::sqrt(6.0) * 7.8715, 1e-6);
}

TEST(Elements, WithoutQuadrupoleFactorAreAnError) {
    EXPECT_THAT(error_of<ModelError>([] { (void)free_atom_quadrupole_factor(18); }),
                HasSubstr("no free-atom quadrupole factor for element Ar"));
}

TEST(ElementConstants, AreRequiredToHaveFiniteValues) {
    EXPECT_NO_THROW(require_constant("c", -1.0, ConstantRange::finite));
    EXPECT_NO_THROW(require_constant("c", 0.0, ConstantRange::not_negative));
    EXPECT_NO_THROW(require_constant("c", 1.0, ConstantRange::positive));
    for (const ConstantRange range :
         {ConstantRange::finite, ConstantRange::not_negative, ConstantRange::positive}) {
        for (const double value :
             {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
            EXPECT_THROW(require_constant("c", value, range), ModelError) << value;
        }
        EXPECT_EQ(error_of<ModelError>([&] { require_constant("c", ElementConstants(), range); }),
                  "c has no value for any element");
    }
    const ElementConstants constants("amplitude", {{1, 0.5}, {6, 0.0}});
    EXPECT_EQ(error_of<ModelError>([&] {
                  require_constant("exchange amplitude", constants, ConstantRange::positive);
              }),
              "exchange amplitude of element C is 0, expected a positive number");
}

TEST(ElementConstants, GivesValuesInTheOrderOfTheAtoms) {
    const ElementConstants constants("amplitude", {{1, 0.5}, {8, 2.0}});
    EXPECT_EQ(constants(8), 2.0);
    EXPECT_EQ(constants.of(std::vector<int>{1, 8, 1}), Eigen::Vector3d(0.5, 2.0, 0.5));
}

TEST(ElementConstants, NamesConstantAndElementThatHasNone) {
    const ElementConstants constants("amplitude", {{1, 0.5}});
    const std::string error = error_of<ModelError>([&] { (void)constants(17); });
    EXPECT_THAT(error, HasSubstr("amplitude"));
    EXPECT_THAT(error, HasSubstr("Cl"));
}

}  // namespace

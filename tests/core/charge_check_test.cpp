// SPDX-License-Identifier: BSD-3-Clause
//
// What of thousands of molecules with known charges is noticed, and what is not, is in
// shipped_data_test.cpp.
#include <keesom/core/charge_check.hpp>
#include <keesom/core/io/extended_xyz.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <support/ions.hpp>

namespace {

using namespace keesom;
using keesom::testing::acetate;
using keesom::testing::glycine;
using keesom::testing::succinate;
using keesom::testing::xyz_of;
using ::testing::ElementsAre;

Molecule molecule_of(const std::string& atoms, int charge) {
    const XyzFrame frame = parse_extended_xyz(xyz_of(atoms), "test").at(0);
    return {.name = "test",
            .atomic_numbers = frame.atomic_numbers,
            .positions = frame.positions,
            .charge = charge};
}

ChargeCheck check(const std::string& atoms, int charge) {
    return check_charge(molecule_of(atoms, charge));
}

void expect_plausible(const std::string& atoms, int charge) {
    EXPECT_EQ(check(atoms, charge).verdict, ChargeVerdict::plausible) << atoms << charge;
}

void expect_other(const std::string& atoms, int used, int suggested) {
    const ChargeCheck result = check(atoms, used);
    EXPECT_EQ(result.verdict, ChargeVerdict::other_charge) << atoms << used;
    EXPECT_EQ(result.charge, suggested) << atoms << used;
}

void expect_missing_hydrogens(const std::string& atoms, int charge, int count) {
    const ChargeCheck result = check(atoms, charge);
    EXPECT_EQ(result.verdict, ChargeVerdict::missing_hydrogens) << atoms << charge;
    EXPECT_EQ(result.missing_hydrogens, count) << atoms << charge;
}

/// A regular polygon of carbon atoms.
std::string ring(int n_atoms, double bond, bool has_hydrogens) {
    std::string atoms;
    const double radius = bond / (2.0 * std::sin(std::numbers::pi / n_atoms));
    for (int i = 0; i < n_atoms; ++i) {
        const double x = std::cos(2.0 * std::numbers::pi * i / n_atoms);
        const double y = std::sin(2.0 * std::numbers::pi * i / n_atoms);
        atoms += fmt::format("C {} {} 0\n", radius * x, radius * y);
        if (has_hydrogens) {
            atoms += fmt::format("H {} {} 0\n", (radius + 1.08) * x, (radius + 1.08) * y);
        }
    }
    return atoms;
}

TEST(ChargeCheck, DianionIsNotTakenForNeutral) {
    expect_plausible(succinate, -2);
    expect_other(succinate, 0, -2);
    const ChargeCheck result = check(succinate, 0);
    ASSERT_EQ(result.atoms.size(), 2U);
    EXPECT_TRUE(result.atoms[0] == 4 || result.atoms[0] == 5);
    EXPECT_TRUE(result.atoms[1] == 6 || result.atoms[1] == 7);
}

TEST(ChargeCheck, AnionIsNotTakenForACation) {
    expect_plausible(acetate, -1);
    expect_other(acetate, 1, -1);
    expect_other(acetate, -3, -1);
}

TEST(ChargeCheck, ZwitterionIsNeutral) {
    expect_plausible(glycine, 0);
    expect_other(glycine, -2, 0);
}

TEST(ChargeCheck, MissingHydrogensAreCounted) {
    expect_missing_hydrogens(ring(6, 1.39, false), 0, 6);
    expect_missing_hydrogens("O 0 0 0\n", 0, 2);
    expect_missing_hydrogens("C 0 0 0\nO 0 0 1.43\n", 0, 4);
    expect_plausible(ring(6, 1.39, true), 0);
}

TEST(ChargeCheck, CarbonAtomsThatLackBondsAreNamed) {
    const std::string ethane_without_two =  // ethane without one atom of each end
        "C 0 0 0\nC 0 0 1.53\nH 1.02 0 -0.39\nH -0.51 0.88 -0.39\n"
        "H -1.02 0 1.92\nH 0.51 0.88 1.92\n";
    EXPECT_THAT(check(ethane_without_two, 0).atoms, ElementsAre(0, 1));
    expect_missing_hydrogens(ethane_without_two, 0, 2);
}

TEST(ChargeCheck, BareIonsHaveTheirCharge) {
    expect_plausible("Cl 0 0 0\n", -1);
    expect_plausible("F 0 0 0\n", -1);
    expect_plausible("S 0 0 0\n", -2);
    expect_other("Cl 0 0 0\n", 1, -1);
}

TEST(ChargeCheck, AromaticIonsAreClosedShells) {
    expect_plausible(ring(5, 1.41, true), -1);
    expect_plausible(ring(7, 1.39, true), 1);
    expect_plausible(ring(3, 1.37, true), 1);
}

TEST(ChargeCheck, ChargesOfNeighborsCancel) {
    expect_plausible("O 0 0 0\nO 1.09 0.67 0\nO -1.09 0.67 0\n", 0);  // ozone
    expect_plausible("C 0 0 0\nO 0 0 1.128\n", 0);                    // carbon monoxide
    expect_plausible("N 0 0 0\nN 0 0 1.128\nO 0 0 2.312\n", 0);       // nitrous oxide
    expect_plausible("N 0 0 0\nN 0 0 1.18\nN 0 0 2.36\n", -1);        // azide
    expect_plausible("C 0 0 0\nN 0 0 1.17\n", -1);                    // cyanide
    expect_plausible("S 0 0 0\nO 1.24 0.72 0\nO -1.24 0.72 0\n", 0);  // sulfur dioxide
    expect_plausible("S 0 0 0\nO 1.42 0 0\nO -0.71 1.23 0\nO -0.71 -1.23 0\n", 0);
    expect_plausible("N 0 0 0\nO 1.24 0 0\nO -0.62 1.07 0\nO -0.62 -1.07 0\n", -1);  // nitrate
}

TEST(ChargeCheck, OctetsMayBeExpanded) {
    const std::string pyramid = "F 0 1.58 0\nF 0 -1.58 0\nF 1.58 0 0\nF -1.58 0 0\n";
    expect_plausible("S 0 0 0\nF 0 0 1.58\nF 0 0 -1.58\n" + pyramid, 0);
    expect_plausible("P 0 0 0\nF 0 0 1.6\nF 0 0 -1.6\n" + pyramid, -1);
    expect_plausible("S 0 0 0\nF 0 0 1.65\nF 0 0 -1.65\nF 1.2 1 0\nF -1.2 1 0\n", 0);
    expect_plausible("I 0 0 0\nI 0 0 2.92\nI 0 0 -2.92\n", -1);
}

TEST(ChargeCheck, SaysNothingAboutMetals) {
    expect_plausible("Na 0 0 0\n", 1);
    expect_plausible("Mg 0 0 0\nO 0 0 2.0\n", 0);
}

TEST(ChargeCheck, LargeConjugatedSystemTakesNoTime) {
    // Polyacetylene without hydrogen atoms at its two ends.
    std::string chain;
    for (int i = 0; i < 2000; ++i) {
        chain += fmt::format("C {} {} 0\nH {} {} 0\n",
                             1.21 * i,
                             i % 2 == 0 ? 0.0 : 0.7,
                             1.21 * i,
                             i % 2 == 0 ? -1.08 : 1.78);
    }
    expect_missing_hydrogens(chain, 0, 2);
}

}  // namespace

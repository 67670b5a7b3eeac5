// SPDX-License-Identifier: BSD-3-Clause
//
// Factors against fundamental constants of CODATA 2018 in SI units: those that units.hpp does not
// use.
#include <keesom/core/units.hpp>

#include <gtest/gtest.h>

namespace {

using namespace keesom;

constexpr double bohr_radius = 5.29177210903e-11;       // m
constexpr double hartree_energy = 4.3597447222071e-18;  // J
constexpr double avogadro = 6.02214076e23;              // 1/mol, exact
constexpr double elementary_charge = 1.602176634e-19;   // C, exact
constexpr double speed_of_light = 299792458.0;          // m/s, exact
constexpr double calorie = 4.184;                       // J, exact

// The constants have 11 to 14 digits, the rounded factors 10 to 12.

TEST(Units, AngstromIsTenToTheMinusTenMeters) {
    EXPECT_NEAR(units::angstrom * bohr_radius, 1e-10, 1e-10 * 1e-11);
}

TEST(Units, KilocaloriePerMoleFollowsFromHartreeAndAvogadro) {
    EXPECT_NEAR(units::kcal_per_mol * hartree_energy * avogadro, 1000.0 * calorie, 4184.0 * 1e-11);
}

TEST(Units, KilojoulePerMoleFollowsFromHartreeAndAvogadro) {
    EXPECT_NEAR(units::kj_per_mol * hartree_energy * avogadro, 1000.0, 1000.0 * 1e-11);
}

TEST(Units, ElectronvoltFollowsFromTheElementaryCharge) {
    EXPECT_NEAR(units::electronvolt * hartree_energy, elementary_charge, elementary_charge * 1e-12);
}

TEST(Units, DebyeIsTenToTheMinus21OverSpeedOfLight) {
    EXPECT_NEAR(
        units::debye * elementary_charge * bohr_radius * speed_of_light, 1e-21, 1e-21 * 1e-9);
}

}  // namespace

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
constexpr double electron_mass = 9.1093837015e-31;      // kg
constexpr double atomic_mass_unit = 1.66053906660e-27;  // kg
constexpr double planck = 6.62607015e-34;               // J s, exact
constexpr double boltzmann = 1.380649e-23;              // J/K, exact

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

TEST(Units, DaltonIsTheAtomicMassConstant) {
    EXPECT_NEAR(units::dalton * electron_mass / atomic_mass_unit, 1.0, 1e-9);
}

TEST(Units, FemtosecondFollowsFromHartreeAndPlancksConstant) {
    constexpr double two_pi = 6.283185307179586;
    EXPECT_NEAR(units::femtosecond * planck / (two_pi * hartree_energy), 1e-15, 1e-15 * 1e-11);
}

TEST(Units, KelvinFollowsFromBoltzmannsConstant) {
    EXPECT_NEAR(units::kelvin * hartree_energy / boltzmann, 1.0, 1e-11);
}

TEST(Units, WavenumberIsTheEnergyOfLightOfOneCentimeter) {
    EXPECT_NEAR(units::wavenumber * hartree_energy / (planck * speed_of_light * 100.0), 1.0, 1e-11);
}

}  // namespace

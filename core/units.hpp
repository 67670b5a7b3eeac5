// SPDX-License-Identifier: BSD-3-Clause
//
// Atomic units inside, other units at the border. A quantity enters by multiplication,
// `r = 3.8 * units::angstrom`, and leaves by division, `e / units::kcal_per_mol`.
//
// CODATA 2018 (Tiesinga, Mohr, Newell, Taylor, Rev. Mod. Phys. 93, 025010 (2021)).
#pragma once

namespace keesom::units {

inline constexpr double bohr = 1.0;
inline constexpr double hartree = 1.0;

/// bohr in one ångström; 1 bohr = 0.529177210903 Å.
inline constexpr double angstrom = bohr / 0.529177210903;

/// hartree in one kcal/mol; 1 hartree = 627.509474063 kcal/mol.
inline constexpr double kcal_per_mol = hartree / 627.509474063;

/// hartree in one kJ/mol; 1 hartree = 2625.49963948 kJ/mol.
inline constexpr double kj_per_mol = kcal_per_mol / 4.184;

/// hartree in one electronvolt; 1 hartree = 27.211386245988 eV.
inline constexpr double electronvolt = hartree / 27.211386245988;

/// e·bohr in one debye; 1 e·bohr = 2.541746473 D.
inline constexpr double debye = 1.0 / 2.541746473;

/// Electron masses in one dalton.
inline constexpr double dalton = 1822.888486209;

/// Atomic units of time in one femtosecond; 1 ħ/hartree = 0.024188843265857 fs.
inline constexpr double femtosecond = 1.0 / 0.024188843265857;

/// Boltzmann's constant times one kelvin, hartree.
inline constexpr double kelvin = hartree / 315775.02480407;

/// Energy ħω of one wavenumber, hartree in one cm⁻¹; 1 hartree = 219474.6313632 cm⁻¹.
inline constexpr double wavenumber = hartree / 219474.6313632;

}  // namespace keesom::units

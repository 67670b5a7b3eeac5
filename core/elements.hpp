// SPDX-License-Identifier: BSD-3-Clause
//
// Facts about elements that no fit touches.
#pragma once

#include <string>
#include <string_view>

namespace keesom {

/// Properties of a free, neutral, spherically averaged atom, in atomic units.
///
/// Tkatchenko and Scheffler, Phys. Rev. Lett. 102, 073005 (2009): static polarizability and C6 from
/// Chu and Dalgarno, J. Chem. Phys. 121, 4083 (2004); radius where the density equals that of the
/// noble gas of the row at its own van der Waals radius.
struct FreeAtom {
    double polarizability;  ///< bohr³
    double c6;              ///< hartree·bohr⁶
    double vdw_radius;      ///< bohr
};

/// Atomic number of a symbol ("C", case does not matter, "D" and "T" count as hydrogen).
/// @throws InputError if there is no such element
int atomic_number(std::string_view symbol);

/// Symbol of an element, "C" for 6.
/// @throws InputError unless 1 ≤ atomic_number ≤ 118
std::string element_symbol(int atomic_number);

/// Covalent radius in bohr: Cordero et al., Dalton Trans. 2832 (2008), sp³ for carbon, low spin for
/// the 3d metals. Elements up to curium (96).
/// @throws InputError for elements without a radius
double covalent_radius(int atomic_number);

/// Mass of the element as it is found in nature, electron masses: standard atomic weights of IUPAC,
/// Meija et al., Pure Appl. Chem. 88, 265 (2016), conventional ones where it gives intervals. H to
/// Kr.
/// @throws ModelError for elements without an entry
double atomic_mass(int atomic_number);

/// Free-atom reference of an element, H to Kr.
/// @throws ModelError for elements without an entry
FreeAtom free_atom(int atomic_number);

/// Q = ½√Z ⟨r⁴⟩/⟨r²⟩ of a free atom, bohr², which gives C8 from C6: Grimme, Antony, Ehrlich, Krieg,
/// J. Chem. Phys. 132, 154104 (2010), from PBE0/def2-QZVP densities. For H, C, N, O, F, P, S, Cl,
/// Br.
/// @throws ModelError for elements without an entry
double free_atom_quadrupole_factor(int atomic_number);

}  // namespace keesom

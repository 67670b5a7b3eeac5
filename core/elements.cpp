// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace keesom {

namespace {

// clang-format off
constexpr std::array<std::string_view, 118> symbols = {
    "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si", "P",
    "S",  "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn",
    "Ga", "Ge", "As", "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru", "Rh",
    "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd",
    "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",  "Re",
    "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th",
    "Pa", "U",  "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf", "Db",
    "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};

// Cordero et al., Dalton Trans. 2832 (2008), table 2, in picometer.
constexpr std::array<int, 96> covalent_radii_pm = {
     31,  28, 128,  96,  84,  76,  71,  66,  57,  58, 166, 141, 121, 111, 107,
    105, 102, 106, 203, 176, 170, 160, 153, 139, 139, 132, 126, 124, 132, 122,
    122, 120, 119, 120, 120, 116, 220, 195, 190, 175, 164, 154, 147, 146, 142,
    139, 145, 144, 142, 139, 139, 138, 139, 140, 244, 215, 207, 204, 203, 201,
    199, 198, 198, 196, 194, 192, 192, 189, 190, 187, 187, 175, 170, 162, 151,
    144, 141, 136, 136, 132, 145, 146, 148, 140, 150, 150, 260, 221, 215, 206,
    200, 196, 190, 187, 180, 169};

// Meija et al., Pure Appl. Chem. 88, 265 (2016), tables 1 and 3, in dalton.
constexpr std::array<double, 36> standard_atomic_weights = {
    1.008, 4.002602, 6.94, 9.0121831, 10.81, 12.011, 14.007, 15.999, 18.998403163,
    20.1797, 22.98976928, 24.305, 26.9815385, 28.085, 30.973761998, 32.06, 35.45, 39.948,
    39.0983, 40.078, 44.955908, 47.867, 50.9415, 51.9961, 54.938044, 55.845, 58.933194,
    58.6934, 63.546, 65.38, 69.723, 72.630, 74.921595, 78.971, 79.904, 83.798};

// Tkatchenko and Scheffler, Phys. Rev. Lett. 102, 073005 (2009), in atomic units.
constexpr std::array<FreeAtom, 36> free_atoms = {
    FreeAtom{4.5, 6.5, 3.1},  // H
    FreeAtom{1.38, 1.46, 2.65},  // He
    FreeAtom{164.2, 1387, 4.16},  // Li
    FreeAtom{38, 214, 4.17},  // Be
    FreeAtom{21, 99.5, 3.89},  // B
    FreeAtom{12, 46.6, 3.59},  // C
    FreeAtom{7.4, 24.2, 3.34},  // N
    FreeAtom{5.4, 15.6, 3.19},  // O
    FreeAtom{3.8, 9.52, 3.04},  // F
    FreeAtom{2.67, 6.38, 2.91},  // Ne
    FreeAtom{162.7, 1556, 3.73},  // Na
    FreeAtom{71, 627, 4.27},  // Mg
    FreeAtom{60, 528, 4.33},  // Al
    FreeAtom{37, 305, 4.2},  // Si
    FreeAtom{25, 185, 4.01},  // P
    FreeAtom{19.6, 134, 3.86},  // S
    FreeAtom{15, 94.6, 3.71},  // Cl
    FreeAtom{11.1, 64.3, 3.55},  // Ar
    FreeAtom{292.9, 3897, 3.71},  // K
    FreeAtom{160, 2221, 4.65},  // Ca
    FreeAtom{120, 1383, 4.59},  // Sc
    FreeAtom{98, 1044, 4.51},  // Ti
    FreeAtom{84, 832, 4.44},  // V
    FreeAtom{78, 602, 3.99},  // Cr
    FreeAtom{63, 552, 3.97},  // Mn
    FreeAtom{56, 482, 4.23},  // Fe
    FreeAtom{50, 408, 4.18},  // Co
    FreeAtom{48, 373, 3.82},  // Ni
    FreeAtom{42, 253, 3.76},  // Cu
    FreeAtom{40, 284, 4.02},  // Zn
    FreeAtom{60, 498, 4.19},  // Ga
    FreeAtom{41, 354, 4.2},  // Ge
    FreeAtom{29, 246, 4.11},  // As
    FreeAtom{25, 210, 4.04},  // Se
    FreeAtom{20, 162, 3.93},  // Br
    FreeAtom{16.8, 129.6, 3.82},  // Kr
};

// clang-format on

struct QuadrupoleFactor {
    int atomic_number;
    double root;  // √Q, as tables of DFT-D3 have it
};

// H to O as printed by DFT-D3, the others from ⟨r⁴⟩/⟨r²⟩ in data/r4r2.py of tad-dftd3 0.7.0:
// F 3.8025, P 9.5361, S 8.1652, Cl 6.7463, Br 7.1251.
constexpr auto quadrupole_factors = std::to_array<QuadrupoleFactor>({{1, 2.00734898},
                                                                     {6, 3.10492822},
                                                                     {7, 2.71175247},
                                                                     {8, 2.59361680},
                                                                     {9, 2.38825250},
                                                                     {15, 4.29727568},
                                                                     {16, 4.04108896},
                                                                     {17, 3.72932350},
                                                                     {35, 4.59089643}});

constexpr double pm = 0.01 * units::angstrom;

}  // namespace

int atomic_number(std::string_view symbol) {
    std::string wanted(symbol);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto c = static_cast<unsigned char>(wanted[i]);
        wanted[i] = static_cast<char>(i == 0 ? std::toupper(c) : std::tolower(c));
    }
    if (wanted == "D" || wanted == "T") {
        return 1;
    }
    const auto* const found = std::find(symbols.begin(), symbols.end(), wanted);
    if (found == symbols.end()) {
        throw InputError(fmt::format("unknown element '{}'", symbol));
    }
    return static_cast<int>(found - symbols.begin()) + 1;
}

std::string element_symbol(int atomic_number) {
    if (atomic_number < 1 || atomic_number > static_cast<int>(symbols.size())) {
        throw InputError(fmt::format("unknown element with atomic number {}", atomic_number));
    }
    return std::string(symbols[static_cast<std::size_t>(atomic_number - 1)]);
}

double covalent_radius(int atomic_number) {
    if (atomic_number < 1 || atomic_number > static_cast<int>(covalent_radii_pm.size())) {
        throw InputError(
            fmt::format("no covalent radius for element {}", element_symbol(atomic_number)));
    }
    return covalent_radii_pm[static_cast<std::size_t>(atomic_number - 1)] * pm;
}

double atomic_mass(int atomic_number) {
    if (atomic_number < 1 || atomic_number > static_cast<int>(standard_atomic_weights.size())) {
        throw ModelError(fmt::format("no mass for element {}", element_symbol(atomic_number)));
    }
    return standard_atomic_weights[static_cast<std::size_t>(atomic_number - 1)] * units::dalton;
}

FreeAtom free_atom(int atomic_number) {
    if (atomic_number < 1 || atomic_number > static_cast<int>(free_atoms.size())) {
        throw ModelError(
            fmt::format("no free-atom reference for element {}", element_symbol(atomic_number)));
    }
    return free_atoms[static_cast<std::size_t>(atomic_number - 1)];
}

double free_atom_quadrupole_factor(int atomic_number) {
    const auto* const found = std::find_if(
        quadrupole_factors.begin(), quadrupole_factors.end(), [&](const QuadrupoleFactor& entry) {
            return entry.atomic_number == atomic_number;
        });
    if (found == quadrupole_factors.end()) {
        throw ModelError(fmt::format("no free-atom quadrupole factor for element {}",
                                     element_symbol(atomic_number)));
    }
    return found->root * found->root;
}

}  // namespace keesom

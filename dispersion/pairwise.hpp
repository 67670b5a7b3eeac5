// SPDX-License-Identifier: BSD-3-Clause
//
// Dispersion beyond dipoles: the C8 and C10 terms of atom pairs, which coupled dipole oscillators
// do not hold.
//
//   C6_ij = 2 C6_i C6_j / (α_j/α_i C6_i + α_i/α_j C6_j)   (Tkatchenko, Scheffler, Phys. Rev. Lett.
//                                                          102, 073005 (2009)), unscreened atoms
//   C8_ij = 3 C6_ij √(Q_i Q_j) e^{x_i+x_j}
//   C10_ij = (49/40) C8_ij²/C6_ij
//
// Q is an element's measure of how far its density reaches (½√Z⟨r⁴⟩/⟨r²⟩ in the convention of
// Grimme, Antony, Ehrlich, Krieg, J. Chem. Phys. 132, 154104 (2010), where tables often hold √Q).
// Each term is damped by its Tang–Toennies function f_n(bR), b = √(c_i e^{y_i}/σ_i · c_j
// e^{y_j}/σ_j) with the valence widths σ, c a fitted constant of each element. How an atom differs
// from others of its element is in its dispersion reach x and dispersion decay y, 0 unless
// something was learned. The energy is negative. Pairs only, isotropic atoms: there is no
// non-additivity in it.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/sites.hpp>
#include <keesom/dispersion/damping.hpp>

#include <vector>

namespace keesom {

/// C6 of unlike atoms from C6 and α of each; hartree·bohr⁶.
template <class Scalar>
Scalar combine_c6(const Scalar& c6_i,
                  const Scalar& polarizability_i,
                  const Scalar& c6_j,
                  const Scalar& polarizability_j) {
    const Scalar ratio = polarizability_j / polarizability_i;
    return Scalar(2) * c6_i * c6_j / (ratio * c6_i + c6_j / ratio);
}

/// C8 and C10 energies of a pair of atoms or of a set of monomers, hartree, both ≤ 0.
template <class Scalar>
struct HigherOrderEnergies {
    Scalar c8{0};   ///< −Σ f₈(bR) C8/R⁸
    Scalar c10{0};  ///< −Σ f₁₀(bR) C10/R¹⁰
};

using HigherOrderDispersion = HigherOrderEnergies<double>;

/// What a pair has to know of each of its atoms.
template <class Scalar>
struct HigherOrderAtom {
    Scalar polarizability;          ///< α, unscreened, bohr³
    Scalar c6;                      ///< unscreened, hartree·bohr⁶
    Scalar root_quadrupole_factor;  ///< √Q eˣ, bohr
    Scalar root_decay_rate;         ///< √(c eʸ/σ), bohr^−½
};

/// Energies of a pair of atoms. A template on the scalar type, so that tests can ask automatic
/// derivatives.
/// @param distance R, bohr
template <class Scalar>
HigherOrderEnergies<Scalar> higher_order_pair(const HigherOrderAtom<Scalar>& i,
                                              const HigherOrderAtom<Scalar>& j,
                                              const Scalar& distance) {
    const Scalar decay_rate = i.root_decay_rate * j.root_decay_rate;
    const Scalar c6 = combine_c6(i.c6, i.polarizability, j.c6, j.polarizability);
    const Scalar c8_over_c6 = Scalar(3) * i.root_quadrupole_factor * j.root_quadrupole_factor;
    const Scalar c10_over_c8 = Scalar(49) / Scalar(40) * c8_over_c6;
    const auto [f8, f10] = tang_toennies_8_and_10(Scalar(decay_rate * distance));
    const Scalar r2 = distance * distance;
    const Scalar undamped8 = c6 * c8_over_c6 / (r2 * r2 * r2 * r2);
    return {-f8 * undamped8, -f10 * undamped8 * c10_over_c8 / r2};
}

/// Derivatives of s8 E8 + s10 E10 of a pair of atoms.
struct HigherOrderPairGradient {
    /// By what one of the atoms is.
    struct Atom {
        double polarizability;  ///< hartree/bohr³
        double c6;              ///< bohr⁻⁶
    };

    double distance;   ///< hartree/bohr
    double log_reach;  ///< by ln √Q of either atom, hartree
    double log_decay;  ///< by ln b, hartree
    Atom i;
    Atom j;
};

/// With x = bR and the undamped energies U_n = −C_n/Rⁿ,
///
///   ∂E_n/∂x = f_n'(x) U_n ,   ∂E_n/∂R = (x ∂E_n/∂x − n E_n)/R ,   ∂E_n/∂ln b = x ∂E_n/∂x ,
///
/// E8 ∝ √Q_i, E10 ∝ Q_i, and E ∝ C6_ij = 2/(ρ/C6_j + 1/(ρ C6_i)), ρ = α_j/α_i.
/// @param seed s8 and s10
HigherOrderPairGradient higher_order_pair_gradient(const HigherOrderAtom<double>& i,
                                                   const HigherOrderAtom<double>& j,
                                                   double distance,
                                                   const HigherOrderDispersion& seed);

/// Of each pair of atoms of different monomers, in the order of Sites::pairs().
/// @param quadrupole_factor Q of each element, bohr²
/// @param tang_toennies_scale c of each element, dimensionless
/// @throws ModelError for an element without one of these or a free-atom reference
std::vector<HigherOrderDispersion> higher_order_pairs(const Sites& sites,
                                                      const ElementConstants& quadrupole_factor,
                                                      const ElementConstants& tang_toennies_scale);

/// Their sum.
HigherOrderDispersion higher_order_dispersion(const Sites& sites,
                                              const ElementConstants& quadrupole_factor,
                                              const ElementConstants& tang_toennies_scale);

/// Adds the derivatives of s8 E8 + s10 E10.
/// @param seed s8 and s10
/// @throws as higher_order_dispersion() does
void add_higher_order_gradient(const Sites& sites,
                               const ElementConstants& quadrupole_factor,
                               const ElementConstants& tang_toennies_scale,
                               const HigherOrderDispersion& seed,
                               EnergyGradient& gradient);

}  // namespace keesom

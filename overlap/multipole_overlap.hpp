// SPDX-License-Identifier: BSD-3-Clause
//
// Overlap of the anisotropic valence densities of molecules, the measure of everything that happens
// between electrons which share space.
//
// At short range an atom is a density of N^p electrons that decays like its valence Slater
// function, at the rate a = (c/σ)·eʸ, and carries a dipole and a quadrupole. These are the atomic
// ones, times a scale for each element: the outermost electrons, which are the ones to overlap, are
// more anisotropic than the whole atom, so the scales exceed 1. To them come the exchange dipole
// and quadrupole of the atom, μ_x and Θ_x. Densities count electrons, hence the minus signs,
//
//     monopole N^p,  dipole −(s_d μ + μ_x),  quadrupole −(s_q Θ + Θ_x).
//
// A pair of atoms contributes K_i K_j times the contraction of these multipoles with the radial
// derivatives of the overlap of the two unit Slater densities, that is K_i K_j ∫ρ_iρ_j with
// densities whose anisotropic part is a derivative of the isotropic one. The amplitude of an atom
// is that of its element times eˣ. Exchange amplitude x, exchange decay y, μ_x and Θ_x are 0 unless
// something was learned.
//
// For large scales or short distances the densities are negative somewhere, and so may be the
// overlap of a pair. Exchange-repulsion is this overlap; charge transfer is a fraction of it at
// `stretch` times each distance, the densities being where they are.
//
// Overlap model of exchange: Van Vleet et al., J. Chem. Theory Comput. 12, 3851 (2016).
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/sites.hpp>

#include <limits>
#include <span>
#include <vector>

namespace keesom {

struct OverlapParameters {
    ElementConstants amplitude;         ///< K of the element, √(hartree·bohr³)
    ElementConstants decay_scale;       ///< c of the decay rate (c/σ)·eʸ, dimensionless
    ElementConstants dipole_scale;      ///< s_d, dimensionless
    ElementConstants quadrupole_scale;  ///< s_q, dimensionless
    double population_exponent = std::numeric_limits<double>::quiet_NaN();  ///< p, dimensionless

    /// @throws ModelError naming the constant that is out of range or was never given
    void validate() const;
};

/// K_i K_j ∫ρ_iρ_j of each pair, in the order of Sites::pairs(), hartree.
/// @param stretch  factor on the distance of each pair; positive
/// @throws ModelError if an element lacks a constant, or its decay scale is not positive
std::vector<double> pair_overlaps(const Sites& sites,
                                  const OverlapParameters& parameters,
                                  double stretch = 1.0);

/// Their sum at the distances that there are.
double multipole_overlap(const Sites& sites, const OverlapParameters& parameters);

/// Adds the derivatives of Σ_k seed_k·pair_overlaps()_k at constant seeds to the gradient of all
/// sites.
/// @param seeds  one for each pair
/// @param stretch  as in pair_overlaps()
void add_overlap_gradient(const Sites& sites,
                          const OverlapParameters& parameters,
                          std::span<const double> seeds,
                          EnergyGradient& gradient,
                          double stretch = 1.0);

}  // namespace keesom

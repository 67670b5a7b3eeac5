// SPDX-License-Identifier: BSD-3-Clause
//
// Overlap of the anisotropic valence densities of molecules, the measure of everything that happens
// between electrons which share space.
//
// At short range an atom is a density of N^p electrons that decays like its valence Slater
// function, at the rate c/σ, and carries a dipole and a quadrupole. These are the atomic ones,
// times a scale for each element: the outermost electrons, which are the ones to overlap, are more
// anisotropic than the whole atom, so the scales exceed 1. Densities count electrons, hence the
// minus signs,
//
//     monopole N^p,  dipole −s_d μ,  quadrupole −s_q Θ.
//
// A pair of atoms contributes K_i K_j times the contraction of these multipoles with the radial
// derivatives of the overlap of the two unit Slater densities, that is K_i K_j ∫ρ_iρ_j with
// densities whose anisotropic part is a derivative of the isotropic one.
//
// For large scales or short distances the densities are negative somewhere, and so may be the
// overlap of a pair. Used for exchange-repulsion and charge transfer, each with constants of its
// own.
//
// Overlap model of exchange: Van Vleet et al., J. Chem. Theory Comput. 12, 3851 (2016).
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/sites.hpp>

#include <limits>
#include <string_view>
#include <vector>

namespace keesom {

struct OverlapParameters {
    ElementConstants amplitude;         ///< K, √(hartree·bohr³)
    ElementConstants decay_scale;       ///< c of the decay rate c/σ, dimensionless
    ElementConstants dipole_scale;      ///< s_d, dimensionless
    ElementConstants quadrupole_scale;  ///< s_q, dimensionless
    double population_exponent = std::numeric_limits<double>::quiet_NaN();  ///< p, dimensionless

    /// @param term whose constants these are, for the message: "exchange"
    /// @throws ModelError naming the constant that is out of range or was never given
    void validate(std::string_view term) const;
};

/// K_i K_j ∫ρ_iρ_j of each pair, in the order of Sites::pairs(), hartree.
/// @throws ModelError if an element lacks a constant, or its decay scale is not positive
std::vector<double> pair_overlaps(const Sites& sites, const OverlapParameters& parameters);

/// Their sum.
double multipole_overlap(const Sites& sites, const OverlapParameters& parameters);

/// Adds `seed` times the derivatives of the sum to the gradient of all sites.
void add_overlap_gradient(const Sites& sites,
                          const OverlapParameters& parameters,
                          double seed,
                          EnergyGradient& gradient);

}  // namespace keesom

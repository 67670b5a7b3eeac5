// SPDX-License-Identifier: BSD-3-Clause
//
// Which atoms an interaction energy comes from. Most of it is a sum over pairs of atoms of
// different monomers; polarization and many-body dispersion belong to all atoms together:
//
//     E = Σ_{i in A, j in B} E_ij + E_polarization + E_many-body dispersion .
#pragma once

#include <keesom/interaction/interaction_model.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace keesom {

/// Energy of two atoms of different monomers; indices count from 0.
struct PairEnergy {
    std::size_t monomer_a = 0;
    Eigen::Index atom_a = 0;
    std::size_t monomer_b = 0;
    Eigen::Index atom_b = 0;
    double distance = 0.0;  ///< bohr

    /// Of induction the charge transfer, of dispersion C8 and C10; hartree.
    EnergyComponents energy;
};

struct PairDecomposition {
    std::vector<PairEnergy> pairs;      ///< all of them, in the order of Sites::pairs()
    EnergyComponents sum;               ///< of all pairs, hartree
    double polarization = 0.0;          ///< hartree
    double many_body_dispersion = 0.0;  ///< hartree
};

/// @param energy interaction energy of the monomers
/// @throws as Physics::pair_energies() does
PairDecomposition pair_decomposition(std::span<const Monomer> monomers,
                                     const Physics& physics,
                                     const EnergyComponents& energy);

/// The part of each atom in the sum of all pairs: half of every pair that it is in; (N) for each
/// monomer, hartree.
/// @param sizes atoms of each monomer
std::vector<Eigen::VectorXd> atom_contributions(const PairDecomposition& decomposition,
                                                std::span<const Eigen::Index> sizes);

}  // namespace keesom

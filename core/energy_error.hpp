// SPDX-License-Identifier: BSD-3-Clause
//
// What errors of predicted atoms do to an energy.
//
// To first order an energy is wrong by Σ_i e_i·∂E/∂p_i, with the errors e_i of the predictions of
// atom i. A model errs alike where environments are alike, in one molecule or in two; errors of
// different properties and of different elements are taken to be independent. With a_i, the
// derivatives of the energy by the properties of an atom times the standard deviations of their
// errors, and with unit vectors x_i for environments,
//
//     σ_E² = Σ_ij max(0, x_i·x_j)^ζ a_i·a_j + Σ_i b_i² ,   ζ = 32,
//
// over atoms of the same element; b_i² is what no other atom shares. Two molecules that are the
// same err together: their contributions add up, not the squares of these. ζ was chosen by the
// likelihood of the errors that predictions for molecules left out of training cause in random
// dimers; without correlations these dimers err by 1.3 to 2 times as much as expected in exchange
// and dispersion when their molecules are the same.
#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// Errors of the atoms of one element in one molecule, as an energy feels them.
struct ErrorSources {
    int element = 0;                  ///< atomic number
    std::vector<Eigen::Index> atoms;  ///< (n), in the molecule
    Eigen::MatrixXd environments;     ///< x, of length 1; (features, n)
    Eigen::MatrixXd amplitudes;       ///< a, of all properties after each other; (K, n), hartree
    Eigen::VectorXd independent;      ///< b²; (n), hartree²
};

/// σ_E, and what part each atom has in it.
struct EnergyError {
    double standard_deviation = 0.0;  ///< hartree

    /// a_i·Σ_j k_ij a_j + b_i², which add up to σ_E²; (N) for each molecule, hartree²
    std::vector<Eigen::VectorXd> contributions;
};

/// @param sources of each molecule
/// @param sizes numbers of atoms of the molecules
EnergyError energy_error(std::span<const std::vector<ErrorSources>> sources,
                         std::span<const Eigen::Index> sizes);

}  // namespace keesom

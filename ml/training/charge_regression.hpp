// SPDX-License-Identifier: BSD-3-Clause
//
// Electronegativities and staying charges learned from charges. Not a public header.
//
// Charges are linear in both (charge_equilibration.hpp), so the charges of all molecules are one
// Gaussian process of covariance
//
//   Cov(q, q') = a K aᵀ + P K' Pᵀ + noise ,   K_ij = δ_{z_i z_j} s_z² k(x_i, Q_i; x_j, Q_j)
//
// with k of environment_kernel.hpp and the spread s_z of the electronegativities of element z that
// would give its training charges exactly; K' is the same with one spread for all.
// Elements and molecules are coupled: the matrix is full.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/regression/quadratic_form.hpp>
#include <keesom/ml/training/atom_table.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// What is assumed of charges before any is seen.
struct ChargePrior {
    /// Variance of the noise over the variance of the charges, of all atoms but hydrogen.
    double noise = 0.0;

    /// Standard deviation of the charges that stay, e; 0 for none.
    double staying_spread = 0.0;
};

struct ChargeRegression {
    std::vector<ChargedQuadraticForm> electronegativities;  ///< for each element
    std::vector<ChargedQuadraticForm> staying_charges;      ///< for each element
    std::vector<Eigen::VectorXd> held_out;                  ///< charges of each record
};

/// @param records in the order of their folds
/// @param folds of the records, ascending
ChargeRegression regress_charges(std::span<const PropertyRecord> records,
                                 std::span<const int> folds,
                                 std::span<const ElementAtoms> elements,
                                 const ChargePrior& prior);

}  // namespace keesom

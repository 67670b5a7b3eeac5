// SPDX-License-Identifier: BSD-3-Clause
//
// From geometries with energies and forces to a force field (force_field.hpp).
//
// The dual coefficients α of M gradients g solve
//
//   (K + λ 1) α = g,   K_ij = 1/|P| Σ_p (f_1 J_iᵀJ_jp − f_2 (J_iᵀΔ)(J_jpᵀΔ)ᵀ) p,   Δ = q_i − q_jp ,
//
// 3NM unknowns, and c is what is left of the energies on average. While the matrix fits in memory
// it is factorized. Beyond, conjugate gradients use products with K, which cost M²|P|D and no
// memory, preconditioned by the Nyström approximation K ≈ K_nm K_mm⁻¹ K_mn of some of the
// geometries (Chmiela et al., Sci. Adv. 9, eadf0873 (2023)).
//
// The length scale is that of least error of forces on geometries that were kept aside, tried with
// some of the others.
#pragma once

#include <keesom/core/io/force_set.hpp>
#include <keesom/ml/force_field/force_field.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace keesom {

struct ForceFieldOptions {
    /// λ over the mean diagonal of K: forces are computed, not measured.
    double noise_ratio = 1e-9;

    /// Largest matrix to factorize, bytes.
    double memory = 8e9;

    /// Residual of the iterative solution over |g|.
    double tolerance = 1e-4;

    /// Share of the geometries that the preconditioner knows.
    double preconditioner_share = 0.1;

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

/// Errors of a force field, root mean squares.
struct ForceErrors {
    double energy = 0.0;  ///< hartree
    double force = 0.0;   ///< of a component, hartree/bohr
    double mean_absolute_energy = 0.0;
    double mean_absolute_force = 0.0;
};

/// @param records of the molecule of the force field
ForceErrors errors_on(const ForceField& force_field, std::span<const ForceRecord> records);

/// Called with the step of the iterative solver and its residual over |g|.
using SolverProgress = std::function<void(int step, double residual)>;

/// The length scale of a grid whose force field, of up to 200 of the records, has the least error
/// of forces on up to 200 of the others. With fewer than 4 records, the middle of the grid.
/// @throws as train_force_field() does
double chosen_length_scale(const std::vector<int>& atomic_numbers,
                           std::span<const ForceRecord> records,
                           const std::vector<Permutation>& permutations,
                           const ForceFieldOptions& options);

/// Trains with a given length scale.
/// @param permutations a group, the identity among them
/// @param length_scale ℓ, in units of the mean standard deviation of a coordinate
/// @throws InputError if there are no records, or they do not have N atoms
/// @throws NumericalError if the equations cannot be solved
ForceField train_force_field(const std::vector<int>& atomic_numbers,
                             std::span<const ForceRecord> records,
                             const std::vector<Permutation>& permutations,
                             double length_scale,
                             const ForceFieldOptions& options,
                             const SolverProgress& progress = {});

}  // namespace keesom

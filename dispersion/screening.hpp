// SPDX-License-Identifier: BSD-3-Clause
//
// Range-separated self-consistent screening (rsSCS): what each atom's polarizability becomes in the
// field of its polarizable neighbors.
//
// At each imaginary frequency the atoms' dipoles answer together, (α⁻¹ + T_sr) μ = E. T_sr couples
// Gaussian charge clouds of width σ_i = (√(2/π) α_i(iu)/3)^{1/3}, σ_ij² = σ_i² + σ_j²:
//
//   T_sr = (1 − f(R)) (λ3(R/σ_ij) δ − 3 λ5(R/σ_ij) n nᵀ)/R³ ,   n = R/|R|
//
// (T is the coupling energy of two dipoles, the negative of the Hessian of 1/R), f the Fermi
// function with S = β(R_vdW,i + R_vdW,j): the long range is left to the many-body Hamiltonian, so
// nothing is counted twice. The response to a uniform field, averaged over its directions,
//
//   α_i^scs = ⅓ Σ_j tr [(α⁻¹ + T_sr)⁻¹]_ij ,
//
// makes new oscillators: C6 = (3/π)∫α²du (Casimir and Polder), ω = 4C6/(3α²),
// R_vdW ∝ (α^scs/α)^{1/3}.
//
// Tkatchenko, DiStasio, Car, Scheffler, Phys. Rev. Lett. 108, 236402 (2012); Ambrosetti, Reilly,
// DiStasio, Tkatchenko, J. Chem. Phys. 140, 18A508 (2014). Screened atoms are isotropic again,
// which forgets most of the anisotropy of a molecule. Atoms pressed together far beyond a bond make
// the response diverge; this is detected and never returned.
#pragma once

#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/mbd_options.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <Eigen/Core>

namespace keesom {

/// Oscillators screened by each other.
/// @param positions (3, N), bohr
/// @throws InputError if oscillators are invalid, ModelError if constants of the options are
/// @throws NumericalError if the response is not positive definite, or a polarizability comes out
///         negative
Oscillators range_separated_screening(const Eigen::Matrix3Xd& positions,
                                      const Oscillators& oscillators,
                                      const MbdOptions& options,
                                      const FrequencyGrid& grid);

/// Derivatives of an energy by positions and unscreened oscillators, from those by positions and
/// screened oscillators.
///
/// With X the response to the uniform fields, X = (α⁻¹ + T_sr)⁻¹(1 … 1)ᵀ, one more solve gives all:
///
///   Y = ⅓ (α⁻¹ + T_sr)⁻¹ (∂E/∂α_1^scs 1 … ∂E/∂α_N^scs 1)ᵀ ,   dE = −tr(Yᵀ d(α⁻¹ + T_sr) X) .
///
/// Nothing is kept from range_separated_screening(): that would take memory for as many matrices as
/// there are frequencies.
/// @param by_screened ∂E, by the positions and by what range_separated_screening() returns
/// @throws as range_separated_screening() does
OscillatorGradient screening_gradient(const Eigen::Matrix3Xd& positions,
                                      const Oscillators& oscillators,
                                      const MbdOptions& options,
                                      const FrequencyGrid& grid,
                                      const OscillatorGradient& by_screened);

}  // namespace keesom

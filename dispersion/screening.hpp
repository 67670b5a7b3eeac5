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

}  // namespace keesom

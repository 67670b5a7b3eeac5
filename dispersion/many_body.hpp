// SPDX-License-Identifier: BSD-3-Clause
//
// Many-body dispersion, MBD@rsSCS: the zero-point energy of coupled dipole oscillators.
//
// The screened oscillators (screening.hpp) couple through the long-range dipole interaction,
//
//   H_ij = ω_i² δ_ij + ω_i ω_j √(α_i α_j) T_lr ,   T_lr = f(R) (δ − 3 n nᵀ)/R³ ,
//
// f the Fermi function with the screened radii. With λ the 3N eigenvalues of H,
//
//   E = ½ Σ √λ − (3/2) Σ ω_i ,
//
//   dE = ¼ tr(H^{−1/2} dH) − (3/2) Σ dω_i ,
//
// which holds pair dispersion −C6/R⁶ at leading order and all many-body terms of coupled dipoles.
// E is negative. Fluctuating quadrupoles are not in it (pairwise.hpp adds them), nor is
// retardation. It breaks where atoms are so close or so polarizable that an eigenvalue turns
// negative.
//
// Tkatchenko, DiStasio, Car, Scheffler, Phys. Rev. Lett. 108, 236402 (2012); Ambrosetti, Reilly,
// DiStasio, Tkatchenko, J. Chem. Phys. 140, 18A508 (2014).
#pragma once

#include <keesom/dispersion/mbd_options.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <Eigen/Core>

namespace keesom {

/// Energy of oscillators as they are, coupled through T_lr; no screening. Hartree.
/// @param positions (3, N), bohr
/// @param gradient where the derivatives go, null where only the energy is wanted
/// @throws InputError if oscillators are invalid, ModelError if constants of the options are
/// @throws NumericalError if an eigenvalue is negative
double coupled_oscillator_energy(const Eigen::Matrix3Xd& positions,
                                 const Oscillators& oscillators,
                                 const MbdOptions& options,
                                 OscillatorGradient* gradient = nullptr);

/// MBD@rsSCS energy of N atoms, relative to infinitely separated ones: screening, then coupling.
/// Hartree.
/// @param positions (3, N), bohr
/// @param oscillators unscreened, from scaled_oscillators()
/// @param gradient where the derivatives by positions and unscreened oscillators go, null where
/// only
///        the energy is wanted
/// @throws InputError if oscillators are invalid, ModelError if constants of the options are
/// @throws NumericalError if the screening diverges or an eigenvalue is negative
double mbd_rsscs_energy(const Eigen::Matrix3Xd& positions,
                        const Oscillators& oscillators,
                        const MbdOptions& options,
                        OscillatorGradient* gradient = nullptr);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Many-body dispersion written down a second time, as slowly and by as different a route as
// possible: couplings from automatic derivatives of the potential, full matrix inverses by LU, the
// quadrature by Golub and Welsch, the energy by integration over imaginary frequency.
#pragma once

#include <keesom/dispersion/mbd_options.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <Eigen/Core>

#include <random>

namespace keesom::testing {

/// Gauss–Legendre points on (−1, 1), ascending, and weights: eigenvalues of the Jacobi matrix, and
/// twice the squared first components of its eigenvectors.
struct GolubWelsch {
    Eigen::VectorXd points;
    Eigen::VectorXd weights;

    explicit GolubWelsch(int n);
};

/// −∇∇ erf(|r|/σ)/|r|.
Eigen::Matrix3d gaussian_coupling(const Eigen::Vector3d& r, double sigma);

/// −∇∇ 1/|r|.
Eigen::Matrix3d point_coupling(const Eigen::Vector3d& r);

/// Range-separated self-consistent screening.
Oscillators slow_screening(const Eigen::Matrix3Xd& positions,
                           const Oscillators& atoms,
                           const MbdOptions& options);

/// (1/2π) ∫₀^∞ ln det(1 + α(iu) T_lr) du: the coupling switched on adiabatically. No eigenvalues.
double slow_coupled_energy(const Eigen::Matrix3Xd& positions,
                           const Oscillators& atoms,
                           const MbdOptions& options);

struct AtomCloud {
    Eigen::Matrix3Xd positions;
    Oscillators oscillators;
};

/// Atoms of H, C, N, O, F, S at least 1.8 bohr apart, about as closely packed as in a molecule.
AtomCloud random_atoms(std::mt19937& generator, int n_atoms);

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/closest_pair.hpp>
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/dipole_coupling.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/screening.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <vector>

namespace keesom {

namespace {

/// Lower triangle of H^{−1/2}, which takes the place of H.
void set_inverse_root(Eigen::MatrixXd& matrix,
                      const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>& solver) {
    const Eigen::MatrixXd factor =
        solver.eigenvectors() * solver.eigenvalues().array().pow(-0.25).matrix().asDiagonal();
    matrix.setZero();
    matrix.selfadjointView<Eigen::Lower>().rankUpdate(factor);
}

}  // namespace

double coupled_oscillator_energy(const Eigen::Matrix3Xd& positions,
                                 const Oscillators& oscillators,
                                 const MbdOptions& options,
                                 OscillatorGradient* gradient) {
    options.validate();
    const Eigen::Index n_atoms = positions.cols();
    oscillators.validate(n_atoms);
    if (gradient != nullptr) {
        *gradient = OscillatorGradient(n_atoms);
    }
    if (n_atoms == 0) {
        return 0.0;
    }
    const Eigen::VectorXd omega = oscillators.frequencies();
    const Eigen::VectorXd root_polarizabilities = oscillators.polarizabilities.cwiseSqrt();
    const Eigen::VectorXd coupling = omega.cwiseProduct(root_polarizabilities);
    const std::vector<detail::DipolePair> pairs =
        detail::dipole_pairs(positions, oscillators.vdw_radii, options.beta);

    // Only the lower triangle is read.
    Eigen::MatrixXd hamiltonian(3 * n_atoms, 3 * n_atoms);
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        hamiltonian.block<3, 3>(3 * i, 3 * i) = omega[i] * omega[i] * Eigen::Matrix3d::Identity();
    }
    for (const detail::DipolePair& pair : pairs) {
        const double R = pair.distance;
        const double strength = coupling[pair.i] * coupling[pair.j] *
                                fermi_damping(R, pair.separation, options.steepness) / (R * R * R);
        detail::set_coupling(hamiltonian, pair, strength, strength);
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
        hamiltonian, gradient == nullptr ? Eigen::EigenvaluesOnly : Eigen::ComputeEigenvectors);
    const Eigen::VectorXd& eigenvalues = solver.eigenvalues();
    if (solver.info() != Eigen::Success || !(eigenvalues[0] > 0.0)) {
        throw NumericalError(fmt::format(
            "many-body dispersion has {} eigenvalues that are not positive, lowest {:.4g}, {}",
            (eigenvalues.array() <= 0.0).count(),
            eigenvalues[0],
            detail::closest_pair(positions)));
    }
    const double energy = 0.5 * eigenvalues.cwiseSqrt().sum() - 1.5 * omega.sum();
    if (gradient == nullptr) {
        return energy;
    }

    set_inverse_root(hamiltonian, solver);
    const Eigen::MatrixXd& inverse_root = hamiltonian;
    Eigen::VectorXd by_coupling = Eigen::VectorXd::Zero(n_atoms);
    for (const detail::DipolePair& pair : pairs) {
        const auto& [i, j, R, direction, separation] = pair;
        const double f = fermi_damping(R, separation, options.steepness);
        const double f_slope = fermi_slope(f, separation, options.steepness);
        const double R3 = R * R * R;
        const double both = coupling[i] * coupling[j];
        // Half of it, since the block stands above the diagonal, too.
        const detail::CouplingGradient by(
            pair, both * f / R3, 0.5 * inverse_root.block<3, 3>(3 * i, 3 * j));
        const double by_strength = by.a + by.b;
        by_coupling[i] += by_strength * coupling[j] * f / R3;
        by_coupling[j] += by_strength * coupling[i] * f / R3;
        detail::add_force(gradient->positions,
                          pair,
                          by_strength * both * (f_slope - 3.0 * f / R) / R3,
                          by.turning);
        detail::add_by_separation(gradient->vdw_radii,
                                  pair,
                                  options.beta,
                                  -by_strength * both * f_slope * R / separation / R3);
    }
    Eigen::VectorXd by_omega = by_coupling.cwiseProduct(root_polarizabilities);
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        by_omega[i] += 0.5 * omega[i] * inverse_root.diagonal().segment<3>(3 * i).sum() - 1.5;
    }
    gradient->polarizabilities =
        0.5 * by_coupling.array() * omega.array() / root_polarizabilities.array();
    gradient->add_by_frequencies(oscillators, by_omega);
    return energy;
}

double mbd_rsscs_energy(const Eigen::Matrix3Xd& positions,
                        const Oscillators& oscillators,
                        const MbdOptions& options,
                        OscillatorGradient* gradient) {
    options.validate();
    const FrequencyGrid grid = gauss_legendre_frequencies(options.n_frequencies);
    const Oscillators screened = range_separated_screening(positions, oscillators, options, grid);
    const double energy = coupled_oscillator_energy(positions, screened, options, gradient);
    if (gradient != nullptr) {
        *gradient = screening_gradient(positions, oscillators, options, grid, *gradient);
    }
    return energy;
}

}  // namespace keesom

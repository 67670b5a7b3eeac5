// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/closest_pair.hpp>
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/screening.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

namespace keesom {

double coupled_oscillator_energy(const Eigen::Matrix3Xd& positions,
                                 const Oscillators& oscillators,
                                 const MbdOptions& options) {
    options.validate();
    const Eigen::Index n_atoms = positions.cols();
    oscillators.validate(n_atoms);
    if (n_atoms == 0) {
        return 0.0;
    }
    const Eigen::VectorXd omega = oscillators.frequencies();
    const Eigen::VectorXd coupling = omega.array() * oscillators.polarizabilities.array().sqrt();

    // Only the lower triangle is read.
    Eigen::MatrixXd hamiltonian(3 * n_atoms, 3 * n_atoms);
    for (Eigen::Index j = 0; j < n_atoms; ++j) {
        hamiltonian.block<3, 3>(3 * j, 3 * j) = omega[j] * omega[j] * Eigen::Matrix3d::Identity();
        for (Eigen::Index i = j + 1; i < n_atoms; ++i) {
            const Eigen::Vector3d r = positions.col(i) - positions.col(j);
            const double distance = r.norm();
            const double separation =
                options.beta * (oscillators.vdw_radii[i] + oscillators.vdw_radii[j]);
            const double strength = coupling[i] * coupling[j] *
                                    fermi_damping(distance, separation, options.steepness) /
                                    (distance * distance * distance);
            const Eigen::Vector3d direction = r / distance;
            auto block = hamiltonian.block<3, 3>(3 * i, 3 * j);
            block = (-3.0 * strength) * direction * direction.transpose();
            block.diagonal().array() += strength;
        }
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(hamiltonian,
                                                                Eigen::EigenvaluesOnly);
    const Eigen::VectorXd& eigenvalues = solver.eigenvalues();
    if (solver.info() != Eigen::Success || !(eigenvalues[0] >= 0.0)) {
        throw NumericalError(
            fmt::format("many-body dispersion has {} negative eigenvalues, lowest {:.4g}, {}",
                        (eigenvalues.array() < 0.0).count(),
                        eigenvalues[0],
                        detail::closest_pair(positions)));
    }
    return 0.5 * eigenvalues.cwiseSqrt().sum() - 1.5 * omega.sum();
}

double mbd_rsscs_energy(const Eigen::Matrix3Xd& positions,
                        const Oscillators& oscillators,
                        const MbdOptions& options) {
    options.validate();
    const FrequencyGrid grid = gauss_legendre_frequencies(options.n_frequencies);
    return coupled_oscillator_energy(
        positions, range_separated_screening(positions, oscillators, options, grid), options);
}

}  // namespace keesom

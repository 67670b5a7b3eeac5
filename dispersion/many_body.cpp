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

#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace keesom {

namespace {

/// The quadrature of coupling_energy(). It converges as ρ^{−2n} with n points; eigenvalues λ within
/// √λ = s/6.5 … 6.5 s, s the frequency in the middle of the grid, have ρ ≥ 1.68: 32 points give all
/// digits.
constexpr int n_trace_points = 32;
constexpr double trace_range = 6.5;

/// Whether T − shift has no eigenvalue ≤ 0: as many pivots of its elimination are positive as
/// eigenvalues are (Sylvester).
bool exceeds(const Eigen::VectorXd& diagonal, const Eigen::VectorXd& squared_below, double shift) {
    double pivot = diagonal[0] - shift;
    for (Eigen::Index i = 1; i < diagonal.size() && pivot > 0.0; ++i) {
        pivot = diagonal[i] - shift - squared_below[i - 1] / pivot;
    }
    return pivot > 0.0;
}

/// ½ Tr(√H − √H₀) = (1/2π) ∫₀^∞ ln [det(H + u²)/det(H₀ + u²)] du with H₀ = ω². Determinants of the
/// tridiagonal form of H are products of pivots, which costs far less than its eigenvalues do.
/// Nothing where the quadrature would not have all digits, as when an eigenvalue is close to 0.
std::optional<double> coupling_energy(const Eigen::MatrixXd& hamiltonian,
                                      const Eigen::VectorXd& omega) {
    using Points = Eigen::Array<double, n_trace_points, 1>;
    static const FrequencyGrid grid = gauss_legendre_frequencies(n_trace_points, 1.0);
    const Eigen::Tridiagonalization<Eigen::MatrixXd> tridiagonal(hamiltonian);
    const Eigen::VectorXd diagonal = tridiagonal.diagonal();
    const Eigen::VectorXd below = tridiagonal.subDiagonal();
    const Eigen::VectorXd squared_below = below.cwiseAbs2();
    // No eigenvalue is outside the circles of Gershgorin.
    Eigen::VectorXd circles = diagonal;
    circles.head(below.size()) += below.cwiseAbs();
    circles.tail(below.size()) += below.cwiseAbs();
    const double highest = std::sqrt(circles.maxCoeff());
    const double middle = std::sqrt(highest * omega.minCoeff());
    const double lowest = middle / trace_range;
    if (!(highest < trace_range * middle) || !exceeds(diagonal, squared_below, lowest * lowest)) {
        return std::nullopt;
    }

    const Points squared_u = (middle * grid.frequencies.array()).square();
    Points pivot = Points::Ones();
    Points log_ratio = Points::Zero();
    for (Eigen::Index i = 0; i < diagonal.size(); ++i) {
        const double uncoupled = omega[i / 3] * omega[i / 3];
        const double from_above = i == 0 ? 0.0 : squared_below[i - 1];
        const Points shift = diagonal[i] - uncoupled - from_above / pivot;
        pivot = uncoupled + squared_u + shift;
        // Not the logarithm of a product: weights grow as u², and digits at high u with them.
        log_ratio += (shift / (uncoupled + squared_u)).log1p();
    }
    return middle / (2.0 * std::numbers::pi) * (grid.weights.array() * log_ratio).sum();
}

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
        hamiltonian.block<3, 3>(3 * pair.i, 3 * pair.j) =
            detail::coupling(pair, strength, strength);
    }
    const std::optional<double> quadrature = coupling_energy(hamiltonian, omega);
    if (gradient == nullptr && quadrature) {
        return *quadrature;
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
    // The same energy with a gradient and without.
    const double energy =
        quadrature.value_or(0.5 * eigenvalues.cwiseSqrt().sum() - 1.5 * omega.sum());
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
        const detail::CouplingGradient<double> by(
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

// SPDX-License-Identifier: BSD-3-Clause
#include "dispersion/slow_mbd.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <boost/math/differentiation/autodiff.hpp>

#include <cmath>
#include <numbers>
#include <vector>

namespace keesom::testing {

GolubWelsch::GolubWelsch(int n) {
    Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
    for (int k = 1; k < n; ++k) {
        jacobi(k, k - 1) = jacobi(k - 1, k) = k / std::sqrt(4.0 * k * k - 1.0);
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(jacobi);
    points = solver.eigenvalues();
    weights = 2.0 * solver.eigenvectors().row(0).transpose().cwiseAbs2();
}

namespace {

/// −∇∇φ(|r|) for a radial potential φ.
template <class Potential>
Eigen::Matrix3d dipole_coupling(const Eigen::Vector3d& r, const Potential& potential) {
    const double distance = r.norm();
    const auto x = boost::math::differentiation::make_fvar<double, 2>(distance);
    const auto value = potential(x);
    const Eigen::Matrix3d along = r * r.transpose() / (distance * distance);
    return -value.derivative(2u) * along -
           value.derivative(1u) / distance * (Eigen::Matrix3d::Identity() - along);
}

/// 3N × 3N matrix of `block(i, j)`, zero on the diagonal.
template <class Block>
Eigen::MatrixXd pair_matrix(Eigen::Index n_atoms, const Block& block) {
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(3 * n_atoms, 3 * n_atoms);
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        for (Eigen::Index j = 0; j < n_atoms; ++j) {
            if (i != j) {
                matrix.block<3, 3>(3 * i, 3 * j) = block(i, j);
            }
        }
    }
    return matrix;
}

}  // namespace

Eigen::Matrix3d gaussian_coupling(const Eigen::Vector3d& r, double sigma) {
    return dipole_coupling(r, [&](const auto& x) {
        using std::erf;
        return erf(x / sigma) / x;
    });
}

Eigen::Matrix3d point_coupling(const Eigen::Vector3d& r) {
    return dipole_coupling(r, [](const auto& x) { return 1.0 / x; });
}

namespace {

double slow_fermi(double distance, double separation, double steepness) {
    return 0.5 * (1.0 + std::tanh(0.5 * steepness * (distance / separation - 1.0)));
}

/// ⅓ Σ_j tr[(α⁻¹ + T_sr)⁻¹]_ij at one frequency.
Eigen::VectorXd slow_screened(const Eigen::Matrix3Xd& positions,
                              const Eigen::VectorXd& polarizabilities,
                              const Eigen::VectorXd& radii,
                              const MbdOptions& options) {
    const Eigen::Index n_atoms = positions.cols();
    const auto width = [&](Eigen::Index i) {
        return std::cbrt(std::sqrt(2.0 / std::numbers::pi) * polarizabilities[i] / 3.0);
    };
    Eigen::MatrixXd response = pair_matrix(n_atoms, [&](Eigen::Index i, Eigen::Index j) {
        const Eigen::Vector3d r = positions.col(i) - positions.col(j);
        const double sigma = std::hypot(width(i), width(j));
        const double share =
            1.0 - slow_fermi(r.norm(), options.beta * (radii[i] + radii[j]), options.steepness);
        return Eigen::Matrix3d(share * gaussian_coupling(r, sigma));
    });
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        response.diagonal().segment<3>(3 * i).setConstant(1.0 / polarizabilities[i]);
    }
    const Eigen::MatrixXd inverse = response.fullPivLu().inverse();
    Eigen::VectorXd screened = Eigen::VectorXd::Zero(n_atoms);
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        for (Eigen::Index j = 0; j < n_atoms; ++j) {
            screened[i] += inverse.block<3, 3>(3 * i, 3 * j).trace() / 3.0;
        }
    }
    return screened;
}

}  // namespace

Oscillators slow_screening(const Eigen::Matrix3Xd& positions,
                           const Oscillators& atoms,
                           const MbdOptions& options) {
    Oscillators screened;
    screened.polarizabilities =
        slow_screened(positions, atoms.polarizabilities, atoms.vdw_radii, options);
    screened.vdw_radii = atoms.vdw_radii;
    screened.c6 = Eigen::VectorXd::Zero(atoms.size());
    for (Eigen::Index i = 0; i < atoms.size(); ++i) {
        screened.vdw_radii[i] *=
            std::cbrt(screened.polarizabilities[i] / atoms.polarizabilities[i]);
    }
    const GolubWelsch rule(options.n_frequencies);
    for (Eigen::Index k = 0; k < rule.points.size(); ++k) {
        const double x = rule.points[k];
        const double u = 0.6 * (1.0 + x) / (1.0 - x);
        const double weight = 1.2 / ((1.0 - x) * (1.0 - x)) * rule.weights[k];
        Eigen::VectorXd dynamic = atoms.polarizabilities;
        for (Eigen::Index i = 0; i < atoms.size(); ++i) {
            const double omega =
                4.0 * atoms.c6[i] / (3.0 * atoms.polarizabilities[i] * atoms.polarizabilities[i]);
            dynamic[i] /= 1.0 + u * u / (omega * omega);
        }
        const Eigen::VectorXd alpha = slow_screened(positions, dynamic, atoms.vdw_radii, options);
        screened.c6 += 3.0 / std::numbers::pi * weight * alpha.cwiseAbs2();
    }
    return screened;
}

double slow_coupled_energy(const Eigen::Matrix3Xd& positions,
                           const Oscillators& atoms,
                           const MbdOptions& options) {
    const Eigen::MatrixXd coupling =
        pair_matrix(positions.cols(), [&](Eigen::Index i, Eigen::Index j) {
            const Eigen::Vector3d r = positions.col(i) - positions.col(j);
            const double separation = options.beta * (atoms.vdw_radii[i] + atoms.vdw_radii[j]);
            return Eigen::Matrix3d(slow_fermi(r.norm(), separation, options.steepness) *
                                   point_coupling(r));
        });
    // The weights of high frequencies amplify rounding errors, hence the extended precision.
    using Extended = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
    const auto log_determinant = [&](double u) {
        Extended matrix = coupling.cast<long double>();
        for (Eigen::Index i = 0; i < atoms.size(); ++i) {
            const double alpha = atoms.polarizabilities[i];
            const double omega = 4.0 * atoms.c6[i] / (3.0 * alpha * alpha);
            matrix.middleRows<3>(3 * i) *= alpha / (1.0 + u * u / (omega * omega));
        }
        matrix.diagonal().array() += 1.0L;
        const Extended upper = matrix.partialPivLu().matrixLU();
        return static_cast<double>(upper.diagonal().array().abs().log().sum());
    };
    const GolubWelsch rule(60);
    double integral = 0.0;
    for (Eigen::Index k = 0; k < rule.points.size(); ++k) {
        const double x = rule.points[k];
        integral += 2.0 / ((1.0 - x) * (1.0 - x)) * rule.weights[k] *
                    log_determinant((1.0 + x) / (1.0 - x));
    }
    return integral / (2.0 * std::numbers::pi);
}

AtomCloud random_atoms(std::mt19937& generator, int n_atoms) {
    AtomCloud cloud{Eigen::Matrix3Xd(3, n_atoms), {}};
    const double edge = 2.6 * std::cbrt(static_cast<double>(n_atoms)) + 1.0;
    std::uniform_real_distribution<double> coordinate(0.0, edge);
    for (Eigen::Index i = 0; i < n_atoms;) {
        const Eigen::Vector3d candidate(
            coordinate(generator), coordinate(generator), coordinate(generator));
        if (i == 0 ||
            (cloud.positions.leftCols(i).colwise() - candidate).colwise().norm().minCoeff() > 1.8) {
            cloud.positions.col(i++) = candidate;
        }
    }
    constexpr int elements[] = {1, 6, 7, 8, 9, 16};
    std::uniform_int_distribution<int> element(0, 5);
    std::uniform_real_distribution<double> ratio(0.6, 1.0);
    std::vector<int> atomic_numbers;
    Eigen::VectorXd ratios(n_atoms);
    for (double& h : ratios) {
        atomic_numbers.push_back(elements[element(generator)]);
        h = ratio(generator);
    }
    cloud.oscillators = scaled_oscillators(atomic_numbers, ratios);
    return cloud;
}

}  // namespace keesom::testing

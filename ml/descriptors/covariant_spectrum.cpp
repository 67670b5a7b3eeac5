// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace keesom {

namespace {

// A coupling that parity or the triangle rule forbids integrates to rounding error.
constexpr double smallest_coupling = 1e-10;

struct SphereQuadrature {
    Eigen::Matrix3Xd points;
    Eigen::VectorXd weights;
};

/// Exact for polynomials up to `degree`: Gauss–Legendre in z (nodes and weights by the eigenvalues
/// and eigenvectors of the Jacobi matrix, Golub and Welsch, Math. Comp. 23, 221 (1969)), uniform in
/// the angle about z.
SphereQuadrature sphere_quadrature(int degree) {
    const Eigen::Index n = degree / 2 + 1;
    const Eigen::Index turns = degree + 1;
    Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index k = 1; k < n; ++k) {
        const auto order = static_cast<double>(k);
        jacobi(k, k - 1) = jacobi(k - 1, k) = order / std::sqrt(4.0 * order * order - 1.0);
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(jacobi);
    SphereQuadrature quadrature{Eigen::Matrix3Xd(3, n * turns), Eigen::VectorXd(n * turns)};
    const double angle = 2.0 * std::numbers::pi / static_cast<double>(turns);
    for (Eigen::Index i = 0; i < n; ++i) {
        const double z = solver.eigenvalues()[i];
        const double sine = std::sqrt(1.0 - z * z);
        const double first = solver.eigenvectors()(0, i);
        for (Eigen::Index t = 0; t < turns; ++t) {
            const double phi = angle * static_cast<double>(t);
            quadrature.points.col(i * turns + t) << sine * std::cos(phi), sine * std::sin(phi), z;
            quadrature.weights[i * turns + t] = 2.0 * first * first * angle;
        }
    }
    return quadrature;
}

}  // namespace

std::vector<HarmonicCoupling> harmonic_couplings(int rank, int max_angular) {
    if (rank < 0) {
        throw InputError(fmt::format("expected a non-negative rank, got {}", rank));
    }
    if (max_angular < 0) {
        throw InputError(fmt::format("expected a non-negative max_angular, got {}", max_angular));
    }
    const SphericalHarmonics harmonics(std::max(rank, max_angular));
    const SphereQuadrature quadrature = sphere_quadrature(rank + 2 * max_angular);
    Eigen::MatrixXd values(harmonics_count(harmonics.max_angular()), quadrature.weights.size());
    for (Eigen::Index p = 0; p < values.cols(); ++p) {
        const auto point = quadrature.points.col(p);
        harmonics.evaluate(point.x(), point.y(), point.z(), values.col(p).data());
    }
    const auto rows_of = [&](int l) {
        return values.middleRows(harmonics_index(l, -l), 2 * l + 1);
    };

    std::vector<HarmonicCoupling> couplings;
    for (int l = 0; l <= max_angular; ++l) {
        for (int l_prime = l; l_prime <= std::min(max_angular, l + rank); ++l_prime) {
            HarmonicCoupling coupling{l, l_prime, {}};
            double square = 0.0;
            for (int m = -rank; m <= rank; ++m) {
                const Eigen::VectorXd weights = quadrature.weights.cwiseProduct(
                    values.row(harmonics_index(rank, m)).transpose());
                coupling.components.emplace_back(rows_of(l) * weights.asDiagonal() *
                                                 rows_of(l_prime).transpose());
                square += coupling.components.back().squaredNorm();
            }
            if (std::sqrt(square) < smallest_coupling) {
                continue;
            }
            for (Eigen::MatrixXd& component : coupling.components) {
                component *= std::sqrt((2.0 * rank + 1.0) / square);
            }
            couplings.push_back(std::move(coupling));
        }
    }
    return couplings;
}

CovariantSpectrum::CovariantSpectrum(int rank, Eigen::Index channels, int max_angular)
    : rank_(rank), channels_(channels), couplings_(harmonic_couplings(rank, max_angular)) {
    if (channels < 1) {
        throw InputError(fmt::format("expected a positive number of channels, got {}", channels));
    }
    for (const HarmonicCoupling& coupling : couplings_) {
        size_ +=
            coupling.l == coupling.l_prime ? channels * (channels + 1) / 2 : channels * channels;
    }
}

void CovariantSpectrum::evaluate(const Eigen::MatrixXd& coefficients,
                                 Eigen::Ref<Eigen::MatrixXd> tensors) const {
    Eigen::MatrixXd products(channels_, channels_);
    Eigen::Index first = 0;
    for (const HarmonicCoupling& coupling : couplings_) {
        const auto rows_of = [&](int l) {
            return coefficients.block(0, harmonics_index(l, -l), channels_, 2 * l + 1);
        };
        Eigen::Index next = first;
        for (Eigen::Index m = 0; m < tensors.cols(); ++m) {
            products.noalias() = rows_of(coupling.l) *
                                 coupling.components[static_cast<std::size_t>(m)] *
                                 rows_of(coupling.l_prime).transpose();
            next = first;
            for (Eigen::Index q = 0; q < channels_; ++q) {
                if (coupling.l == coupling.l_prime) {
                    tensors.col(m).segment(next, q) = std::numbers::sqrt2 * products.col(q).head(q);
                    tensors(next + q, m) = products(q, q);
                    next += q + 1;
                } else {
                    tensors.col(m).segment(next, channels_) = std::numbers::sqrt2 * products.col(q);
                    next += channels_;
                }
            }
        }
        first = next;
    }
}

Eigen::VectorXd CovariantSpectrum::contract(
    const Eigen::MatrixXd& coefficients, const Eigen::Ref<const Eigen::VectorXd>& weights) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(2 * rank_ + 1);
    Eigen::MatrixXd of_pairs(channels_, channels_);
    Eigen::Index next = 0;
    for (const HarmonicCoupling& coupling : couplings_) {
        const auto rows_of = [&](int l) {
            return coefficients.block(0, harmonics_index(l, -l), channels_, 2 * l + 1);
        };
        // Column q is row q of what evaluate() makes of `products`.
        for (Eigen::Index q = 0; q < channels_; ++q) {
            if (coupling.l == coupling.l_prime) {
                of_pairs.col(q).head(q) = std::numbers::sqrt2 * weights.segment(next, q);
                of_pairs(q, q) = weights[next + q];
                of_pairs.col(q).tail(channels_ - q - 1).setZero();
                next += q + 1;
            } else {
                of_pairs.col(q) = std::numbers::sqrt2 * weights.segment(next, channels_);
                next += channels_;
            }
        }
        const Eigen::MatrixXd products =
            rows_of(coupling.l).transpose() * (of_pairs * rows_of(coupling.l_prime));
        for (Eigen::Index m = 0; m < result.size(); ++m) {
            result[m] +=
                coupling.components[static_cast<std::size_t>(m)].cwiseProduct(products).sum();
        }
    }
    return result;
}

}  // namespace keesom

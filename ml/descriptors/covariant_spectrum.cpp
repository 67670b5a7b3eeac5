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

/// Columns of one l of the first channels.
template <class Matrix>
auto rows_of(Matrix& coefficients, Eigen::Index channels, int l) {
    return coefficients.block(0, harmonics_index(l, -l), channels, 2 * l + 1);
}

Eigen::Index channel_pair_count(const HarmonicCoupling& coupling, Eigen::Index channels) {
    return coupling.l == coupling.l_prime ? channels * (channels + 1) / 2 : channels * channels;
}

/// Products of channels (q, q') as the list of pairs: column after column, of equal l the part
/// above the diagonal, times √2 what occurs twice.
void list_pairs(const HarmonicCoupling& coupling,
                const Eigen::MatrixXd& products,
                Eigen::Ref<Eigen::VectorXd> pairs) {
    Eigen::Index next = 0;
    for (Eigen::Index q = 0; q < products.cols(); ++q) {
        if (coupling.l == coupling.l_prime) {
            pairs.segment(next, q) = std::numbers::sqrt2 * products.col(q).head(q);
            pairs[next + q] = products(q, q);
            next += q + 1;
        } else {
            pairs.segment(next, products.rows()) = std::numbers::sqrt2 * products.col(q);
            next += products.rows();
        }
    }
}

/// Weights W of products, from weights of pairs.
void list_pairs_transposed(const HarmonicCoupling& coupling,
                           const Eigen::Ref<const Eigen::VectorXd>& pairs,
                           Eigen::MatrixXd& products) {
    Eigen::Index next = 0;
    for (Eigen::Index q = 0; q < products.cols(); ++q) {
        if (coupling.l == coupling.l_prime) {
            products.col(q).head(q) = std::numbers::sqrt2 * pairs.segment(next, q);
            products(q, q) = pairs[next + q];
            products.col(q).tail(products.rows() - q - 1).setZero();
            next += q + 1;
        } else {
            products.col(q) = std::numbers::sqrt2 * pairs.segment(next, products.rows());
            next += products.rows();
        }
    }
}

/// Adds the derivatives of Σ W ∘ (c_l K c_l'ᵀ).
void add_product_pullback(const HarmonicCoupling& coupling,
                          const Eigen::MatrixXd& w,
                          const Eigen::MatrixXd& k,
                          const Eigen::MatrixXd& coefficients,
                          Eigen::MatrixXd& gradient) {
    const Eigen::Index channels = w.rows();
    const auto of_l = rows_of(coefficients, channels, coupling.l);
    const auto of_l_prime = rows_of(coefficients, channels, coupling.l_prime);
    rows_of(gradient, channels, coupling.l).noalias() += w * (of_l_prime * k.transpose());
    rows_of(gradient, channels, coupling.l_prime).noalias() += w.transpose() * (of_l * k);
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
        size_ += channel_pair_count(coupling, channels);
    }
}

void CovariantSpectrum::evaluate(const Eigen::MatrixXd& coefficients,
                                 Eigen::Ref<Eigen::MatrixXd> tensors) const {
    Eigen::MatrixXd products(channels_, channels_);
    Eigen::Index first = 0;
    for (const HarmonicCoupling& coupling : couplings_) {
        const Eigen::Index count = channel_pair_count(coupling, channels_);
        for (Eigen::Index m = 0; m < tensors.cols(); ++m) {
            products.noalias() = rows_of(coefficients, channels_, coupling.l) *
                                 coupling.components[static_cast<std::size_t>(m)] *
                                 rows_of(coefficients, channels_, coupling.l_prime).transpose();
            list_pairs(coupling, products, tensors.col(m).segment(first, count));
        }
        first += count;
    }
}

Eigen::VectorXd CovariantSpectrum::contract(
    const Eigen::MatrixXd& coefficients, const Eigen::Ref<const Eigen::VectorXd>& weights) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(2 * rank_ + 1);
    Eigen::MatrixXd of_pairs(channels_, channels_);
    Eigen::Index first = 0;
    for (const HarmonicCoupling& coupling : couplings_) {
        const Eigen::Index count = channel_pair_count(coupling, channels_);
        list_pairs_transposed(coupling, weights.segment(first, count), of_pairs);
        first += count;
        const Eigen::MatrixXd products =
            rows_of(coefficients, channels_, coupling.l).transpose() *
            (of_pairs * rows_of(coefficients, channels_, coupling.l_prime));
        for (Eigen::Index m = 0; m < result.size(); ++m) {
            result[m] +=
                coupling.components[static_cast<std::size_t>(m)].cwiseProduct(products).sum();
        }
    }
    return result;
}

void CovariantSpectrum::add_pullback(const Eigen::MatrixXd& coefficients,
                                     const Eigen::Ref<const Eigen::MatrixXd>& seeds,
                                     Eigen::MatrixXd& coefficient_gradient) const {
    Eigen::MatrixXd of_pairs(channels_, channels_);
    Eigen::Index first = 0;
    for (const HarmonicCoupling& coupling : couplings_) {
        const Eigen::Index count = channel_pair_count(coupling, channels_);
        for (Eigen::Index m = 0; m < seeds.cols(); ++m) {
            list_pairs_transposed(coupling, seeds.col(m).segment(first, count), of_pairs);
            add_product_pullback(coupling,
                                 of_pairs,
                                 coupling.components[static_cast<std::size_t>(m)],
                                 coefficients,
                                 coefficient_gradient);
        }
        first += count;
    }
}

Eigen::VectorXd CovariantSpectrum::add_contraction_pullback(
    const Eigen::MatrixXd& coefficients,
    const Eigen::Ref<const Eigen::VectorXd>& weights,
    const Eigen::Ref<const Eigen::VectorXd>& seeds,
    Eigen::MatrixXd& coefficient_gradient) const {
    Eigen::VectorXd weight_gradient(size_);
    Eigen::MatrixXd of_pairs(channels_, channels_);
    Eigen::MatrixXd products(channels_, channels_);
    Eigen::Index first = 0;
    for (const HarmonicCoupling& coupling : couplings_) {
        const Eigen::Index count = channel_pair_count(coupling, channels_);
        Eigen::MatrixXd seeded = seeds[0] * coupling.components[0];
        for (Eigen::Index m = 1; m < seeds.size(); ++m) {
            seeded += seeds[m] * coupling.components[static_cast<std::size_t>(m)];
        }
        products.noalias() = rows_of(coefficients, channels_, coupling.l) * seeded *
                             rows_of(coefficients, channels_, coupling.l_prime).transpose();
        list_pairs(coupling, products, weight_gradient.segment(first, count));
        list_pairs_transposed(coupling, weights.segment(first, count), of_pairs);
        add_product_pullback(coupling, of_pairs, seeded, coefficients, coefficient_gradient);
        first += count;
    }
    return weight_gradient;
}

}  // namespace keesom

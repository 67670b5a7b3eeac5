// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/closest_pair.hpp>
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/dipole_coupling.hpp>
#include <keesom/dispersion/screening.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace keesom {

namespace {

/// A pair of atoms, with what is the same at every frequency.
struct ShortRangePair : detail::DipolePair {
    double share;  // 1 − f
};

std::vector<ShortRangePair> short_range_pairs(const Eigen::Matrix3Xd& positions,
                                              const Eigen::VectorXd& vdw_radii,
                                              const MbdOptions& options) {
    std::vector<ShortRangePair> pairs;
    pairs.reserve(static_cast<std::size_t>(positions.cols() * (positions.cols() - 1) / 2));
    for (const detail::DipolePair& pair :
         detail::dipole_pairs(positions, vdw_radii, options.beta)) {
        pairs.push_back(
            {pair, fermi_complement(pair.distance, pair.separation, options.steepness)});
    }
    return pairs;
}

/// Screens the polarizabilities at one frequency after the other. Keeps its matrices from call to
/// call.
class Screening {
public:
    Screening(const Eigen::Matrix3Xd& positions,
              const Eigen::VectorXd& vdw_radii,
              const MbdOptions& options)
        : positions_(positions),
          options_(options),
          pairs_(short_range_pairs(positions, vdw_radii, options)),
          squared_widths_(positions.cols()),
          response_(3 * positions.cols(), 3 * positions.cols()),
          dipoles_(3 * positions.cols(), 3) {}

    Eigen::VectorXd operator()(const Eigen::VectorXd& polarizabilities) {
        fill_response(polarizabilities);
        // (α⁻¹ + T) μ = E for unit fields along x, y and z. Three right-hand sides give all that is
        // needed of the inverse. The factor takes the place of the matrix.
        const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(response_);
        if (cholesky.info() != Eigen::Success) {
            throw NumericalError(fmt::format("screened polarizabilities diverge, {}",
                                             detail::closest_pair(positions_)));
        }
        const Eigen::Index n_atoms = polarizabilities.size();
        dipoles_ = Eigen::Matrix3d::Identity().replicate(n_atoms, 1);
        cholesky.solveInPlace(dipoles_);

        Eigen::VectorXd screened(n_atoms);
        for (Eigen::Index i = 0; i < n_atoms; ++i) {
            screened[i] = dipoles_.middleRows<3>(3 * i).trace() / 3.0;
            if (!(screened[i] > 0.0)) {
                throw NumericalError(fmt::format("screened polarizability of atom {} is {:.4g}, {}",
                                                 i + 1,
                                                 screened[i],
                                                 detail::closest_pair(positions_)));
            }
        }
        return screened;
    }

    /// Adds derivatives by positions and van der Waals radii, and returns those by the
    /// polarizabilities that were screened last.
    /// @param by_screened by what the screening made of them
    Eigen::VectorXd add_gradient(const Eigen::VectorXd& polarizabilities,
                                 const Eigen::VectorXd& by_screened,
                                 OscillatorGradient& gradient) {
        const Eigen::Index n_atoms = polarizabilities.size();
        Dipoles adjoint(3 * n_atoms, 3);
        for (Eigen::Index i = 0; i < n_atoms; ++i) {
            adjoint.middleRows<3>(3 * i) = by_screened[i] / 3.0 * Eigen::Matrix3d::Identity();
        }
        response_.triangularView<Eigen::Lower>().solveInPlace(adjoint);
        response_.transpose().triangularView<Eigen::Upper>().solveInPlace(adjoint);

        Eigen::VectorXd by_squared_widths = Eigen::VectorXd::Zero(n_atoms);
        for (const ShortRangePair& pair : pairs_) {
            add_pair_gradient(pair, adjoint, gradient, by_squared_widths);
        }
        Eigen::VectorXd by_polarizabilities =
            2.0 / 3.0 * by_squared_widths.cwiseProduct(squared_widths_);
        for (Eigen::Index i = 0; i < n_atoms; ++i) {
            by_polarizabilities[i] +=
                adjoint.middleRows<3>(3 * i).cwiseProduct(dipoles_.middleRows<3>(3 * i)).sum() /
                polarizabilities[i];
        }
        return by_polarizabilities.cwiseQuotient(polarizabilities);
    }

private:
    using Dipoles = Eigen::Matrix<double, Eigen::Dynamic, 3>;

    [[nodiscard]] double squared_width(const ShortRangePair& pair) const {
        return squared_widths_[pair.i] + squared_widths_[pair.j];
    }

    // Lower triangle of α⁻¹ + T_sr.
    void fill_response(const Eigen::VectorXd& polarizabilities) {
        const double factor = std::sqrt(2.0 / std::numbers::pi) / 3.0;
        for (Eigen::Index i = 0; i < polarizabilities.size(); ++i) {
            const double width = std::cbrt(factor * polarizabilities[i]);
            squared_widths_[i] = width * width;
            response_.block<3, 3>(3 * i, 3 * i) = Eigen::Matrix3d::Identity() / polarizabilities[i];
        }
        for (const ShortRangePair& pair : pairs_) {
            const double R = pair.distance;
            const auto [lambda3, lambda5] = gaussian_damping(R / std::sqrt(squared_width(pair)));
            const double strength = pair.share / (R * R * R);
            detail::set_coupling(response_, pair, lambda3 * strength, lambda5 * strength);
        }
    }

    void add_pair_gradient(const ShortRangePair& pair,
                           const Dipoles& adjoint,
                           OscillatorGradient& gradient,
                           Eigen::VectorXd& by_squared_widths) const {
        const double R = pair.distance;
        const double R3 = R * R * R;
        const double zeta = R / std::sqrt(squared_width(pair));
        const auto [lambda3, lambda5] = gaussian_damping(zeta);
        const auto [slope3, slope5] = gaussian_damping_slopes(zeta);
        const double strength = pair.share / R3;
        const double share_slope = -fermi_slope(pair.share, pair.separation, options_.steepness);

        const auto of = [](const Dipoles& dipoles, Eigen::Index atom) {
            return dipoles.middleRows<3>(3 * atom);
        };
        const Eigen::Matrix3d weight = -of(adjoint, pair.i) * of(dipoles_, pair.j).transpose() -
                                       of(adjoint, pair.j) * of(dipoles_, pair.i).transpose();
        const detail::CouplingGradient by(pair, lambda5 * strength, weight);
        const double by_strength = lambda3 * by.a + lambda5 * by.b;
        const double by_zeta = strength * (slope3 * by.a + slope5 * by.b);

        const double by_distance =
            by_strength * (share_slope - 3.0 * pair.share / R) / R3 + by_zeta * zeta / R;
        detail::add_force(gradient.positions, pair, by_distance, by.turning);
        detail::add_by_separation(gradient.vdw_radii,
                                  pair,
                                  options_.beta,
                                  -by_strength * share_slope * R / pair.separation / R3);
        const double by_squared_width = -0.5 * by_zeta * zeta / squared_width(pair);
        by_squared_widths[pair.i] += by_squared_width;
        by_squared_widths[pair.j] += by_squared_width;
    }

    const Eigen::Matrix3Xd& positions_;
    const MbdOptions& options_;
    std::vector<ShortRangePair> pairs_;
    Eigen::VectorXd squared_widths_;
    Eigen::MatrixXd response_;
    Dipoles dipoles_;
};

/// R_vdW ∝ (α^scs/α)^{1/3}.
Eigen::VectorXd screened_radii(const Oscillators& oscillators,
                               const Eigen::VectorXd& screened_polarizabilities) {
    return oscillators.vdw_radii.array() *
           (screened_polarizabilities.array() / oscillators.polarizabilities.array())
               .pow(1.0 / 3.0);
}

}  // namespace

Oscillators range_separated_screening(const Eigen::Matrix3Xd& positions,
                                      const Oscillators& oscillators,
                                      const MbdOptions& options,
                                      const FrequencyGrid& grid) {
    options.validate();
    oscillators.validate(positions.cols());

    Screening screening(positions, oscillators.vdw_radii, options);
    Oscillators screened;
    screened.polarizabilities = screening(oscillators.polarizabilities);
    screened.vdw_radii = screened_radii(oscillators, screened.polarizabilities);
    screened.c6 = Eigen::VectorXd::Zero(positions.cols());
    for (Eigen::Index k = 0; k < grid.size(); ++k) {
        const Eigen::VectorXd at_frequency =
            screening(oscillators.dynamic_polarizabilities(grid.frequencies[k]));
        screened.c6 += 3.0 / std::numbers::pi * grid.weights[k] * at_frequency.cwiseAbs2();
    }
    return screened;
}

OscillatorGradient screening_gradient(const Eigen::Matrix3Xd& positions,
                                      const Oscillators& oscillators,
                                      const MbdOptions& options,
                                      const FrequencyGrid& grid,
                                      const OscillatorGradient& by_screened) {
    options.validate();
    oscillators.validate(positions.cols());

    Screening screening(positions, oscillators.vdw_radii, options);
    OscillatorGradient gradient(positions.cols());
    gradient.positions = by_screened.positions;

    const Eigen::VectorXd& alpha = oscillators.polarizabilities;
    const Eigen::VectorXd screened_alpha = screening(alpha);
    // By ln R^scs, which changes as ln R + ⅓ ln(α^scs/α).
    const Eigen::VectorXd by_log_radius =
        by_screened.vdw_radii.cwiseProduct(screened_radii(oscillators, screened_alpha));
    gradient.vdw_radii = by_log_radius.cwiseQuotient(oscillators.vdw_radii);
    gradient.polarizabilities = -by_log_radius.cwiseQuotient(3.0 * alpha);
    gradient.polarizabilities += screening.add_gradient(
        alpha,
        by_screened.polarizabilities + by_log_radius.cwiseQuotient(3.0 * screened_alpha),
        gradient);

    for (Eigen::Index k = 0; k < grid.size(); ++k) {
        const double u = grid.frequencies[k];
        const Eigen::VectorXd dynamic = oscillators.dynamic_polarizabilities(u);
        const Eigen::VectorXd by_screened_dynamic = 6.0 / std::numbers::pi * grid.weights[k] *
                                                    by_screened.c6.cwiseProduct(screening(dynamic));
        gradient.add_by_dynamic_polarizabilities(
            oscillators, u, screening.add_gradient(dynamic, by_screened_dynamic, gradient));
    }
    return gradient;
}

}  // namespace keesom

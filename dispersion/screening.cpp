// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/closest_pair.hpp>
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/screening.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace keesom {

namespace {

/// All that a pair of atoms needs at every frequency.
struct Pair {
    Eigen::Index first;
    Eigen::Index second;
    double distance;
    Eigen::Vector3d direction;
    double short_range;  // (1 − f)/R³
};

std::vector<Pair> all_pairs(const Eigen::Matrix3Xd& positions,
                            const Eigen::VectorXd& vdw_radii,
                            const MbdOptions& options) {
    std::vector<Pair> pairs;
    pairs.reserve(static_cast<std::size_t>(positions.cols() * (positions.cols() - 1) / 2));
    for (Eigen::Index j = 0; j < positions.cols(); ++j) {
        for (Eigen::Index i = j + 1; i < positions.cols(); ++i) {
            const Eigen::Vector3d r = positions.col(i) - positions.col(j);
            const double distance = r.norm();
            const double separation = options.beta * (vdw_radii[i] + vdw_radii[j]);
            const double share = fermi_complement(distance, separation, options.steepness);
            pairs.push_back(
                {i, j, distance, r / distance, share / (distance * distance * distance)});
        }
    }
    return pairs;
}

/// Screens the polarizabilities at one frequency. Keeps its matrices from call to call.
class Screening {
public:
    Screening(const Eigen::Matrix3Xd& positions,
              const Eigen::VectorXd& vdw_radii,
              const MbdOptions& options)
        : positions_(positions),
          pairs_(all_pairs(positions, vdw_radii, options)),
          squared_widths_(positions.cols()),
          response_(3 * positions.cols(), 3 * positions.cols()),
          dipoles_(3 * positions.cols(), 3) {}

    Eigen::VectorXd operator()(const Eigen::VectorXd& polarizabilities) {
        fill_response(polarizabilities);
        // (α⁻¹ + T) μ = E for unit fields along x, y and z. Three right-hand sides give all that is
        // needed of the inverse.
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

private:
    // Lower triangle of α⁻¹ + T_sr.
    void fill_response(const Eigen::VectorXd& polarizabilities) {
        const double factor = std::sqrt(2.0 / std::numbers::pi) / 3.0;
        for (Eigen::Index i = 0; i < polarizabilities.size(); ++i) {
            const double width = std::cbrt(factor * polarizabilities[i]);
            squared_widths_[i] = width * width;
            response_.block<3, 3>(3 * i, 3 * i) = Eigen::Matrix3d::Identity() / polarizabilities[i];
        }
        for (const Pair& pair : pairs_) {
            const double width =
                std::sqrt(squared_widths_[pair.first] + squared_widths_[pair.second]);
            const auto [lambda3, lambda5] = gaussian_damping(pair.distance / width);
            auto block = response_.block<3, 3>(3 * pair.first, 3 * pair.second);
            block =
                (-3.0 * lambda5 * pair.short_range) * pair.direction * pair.direction.transpose();
            block.diagonal().array() += lambda3 * pair.short_range;
        }
    }

    const Eigen::Matrix3Xd& positions_;
    std::vector<Pair> pairs_;
    Eigen::VectorXd squared_widths_;
    Eigen::MatrixXd response_;
    Eigen::Matrix<double, Eigen::Dynamic, 3> dipoles_;
};

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
    screened.vdw_radii =
        oscillators.vdw_radii.array() *
        (screened.polarizabilities.array() / oscillators.polarizabilities.array()).pow(1.0 / 3.0);
    screened.c6 = Eigen::VectorXd::Zero(positions.cols());
    for (Eigen::Index k = 0; k < grid.size(); ++k) {
        const Eigen::VectorXd at_frequency =
            screening(oscillators.dynamic_polarizabilities(grid.frequencies[k]));
        screened.c6 += 3.0 / std::numbers::pi * grid.weights[k] * at_frequency.cwiseAbs2();
    }
    return screened;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/overlap/charge_transfer.hpp>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace keesom {

void ChargeTransferParameters::validate() const {
    require_constant("charge_transfer strength", strength, strength_limits);
    require_constant("charge_transfer contraction", contraction, contraction_limits);
}

double shifted_strength(double strength, double x) {
    // This form does not leave the limits by rounding.
    const double share = strength / ChargeTransferParameters::largest_strength;
    return ChargeTransferParameters::largest_strength *
           (share / (share + (1.0 - share) * std::exp(-x)));
}

ChargeTransfer::ChargeTransfer(ChargeTransferParameters parameters, OverlapParameters exchange)
    : parameters_(std::move(parameters)), exchange_(std::move(exchange)) {
    parameters_.validate();
    exchange_.validate();
}

Eigen::VectorXd ChargeTransfer::strengths(const Sites& sites) const {
    return parameters_.strength.of(sites.atomic_numbers())
        .binaryExpr(sites.properties().charge_transfer_strengths, &shifted_strength);
}

std::vector<double> ChargeTransfer::pair_energies(const Sites& sites,
                                                  const Eigen::VectorXd& strengths) const {
    std::vector<double> energies = pair_overlaps(sites, exchange_, parameters_.contraction);
    for (std::size_t k = 0; k < energies.size(); ++k) {
        const SitePair& pair = sites.pairs()[k];
        energies[k] *= -strengths[pair.i] * strengths[pair.j];
    }
    return energies;
}

EnergyComponents ChargeTransfer::evaluate(const Sites& sites,
                                          const WeightedGradient* gradient) const {
    const Eigen::VectorXd kappa = strengths(sites);
    const std::vector<double> energies = pair_energies(sites, kappa);
    EnergyComponents energy;
    energy.induction = std::accumulate(energies.begin(), energies.end(), 0.0);
    if (gradient != nullptr) {
        const double seed = gradient->seed.induction;
        const auto log_slope = [&](Eigen::Index i) {
            return 1.0 - kappa[i] / ChargeTransferParameters::largest_strength;
        };
        Eigen::VectorXd& by_x = gradient->sum.properties.charge_transfer_strengths;
        std::vector<double> overlap_seeds;
        overlap_seeds.reserve(energies.size());
        for (std::size_t k = 0; k < energies.size(); ++k) {
            const SitePair& pair = sites.pairs()[k];
            by_x[pair.i] += seed * energies[k] * log_slope(pair.i);
            by_x[pair.j] += seed * energies[k] * log_slope(pair.j);
            overlap_seeds.push_back(-seed * kappa[pair.i] * kappa[pair.j]);
        }
        add_overlap_gradient(
            sites, exchange_, overlap_seeds, gradient->sum, parameters_.contraction);
    }
    return energy;
}

void ChargeTransfer::add_pair_energies(const Sites& sites,
                                       std::span<EnergyComponents> energies) const {
    const std::vector<double> own = pair_energies(sites, strengths(sites));
    for (std::size_t k = 0; k < own.size(); ++k) {
        energies[k].induction += own[k];
    }
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/interaction/energy_linearization.hpp>

#include <cstddef>

namespace keesom {

namespace {

std::array<double, 4> values_of(const EnergyComponents& components) {
    return {components.electrostatics,
            components.exchange,
            components.induction,
            components.dispersion};
}

}  // namespace

std::vector<EnergyGradient> ComponentGradients::combined(const EnergyComponents& seed) const {
    std::vector<EnergyGradient> sums;
    for (std::size_t m = 0; m < gradients.front().size(); ++m) {
        sums.emplace_back(gradients.front()[m].size());
        for (std::size_t c = 0; c < gradients.size(); ++c) {
            sums.back().add(values_of(seed)[c], gradients[c][m]);
        }
    }
    return sums;
}

std::vector<Eigen::Matrix3Xd> EnergyLinearization::gradients(const EnergyComponents& seed) const {
    std::vector<Eigen::Matrix3Xd> result;
    const std::vector<EnergyGradient> partial = components_.combined(seed);
    for (std::size_t m = 0; m < molecules_.size(); ++m) {
        result.push_back(partial[m].positions +
                         molecules_[m]->pullback_to_positions(partial[m].properties));
    }
    return result;
}

EnergyError EnergyLinearization::error(const EnergyComponents& seed) const {
    std::vector<std::vector<ErrorSources>> sources;
    std::vector<Eigen::Index> sizes;
    const std::vector<EnergyGradient> partial = components_.combined(seed);
    for (std::size_t m = 0; m < molecules_.size(); ++m) {
        sources.push_back(molecules_[m]->error_sources(partial[m].properties));
        sizes.push_back(partial[m].size());
    }
    return energy_error(sources, sizes);
}

EnergyUncertainty EnergyLinearization::uncertainty() const {
    EnergyUncertainty result;
    result.components.electrostatics = error({1.0, 0.0, 0.0, 0.0}).standard_deviation;
    result.components.exchange = error({0.0, 1.0, 0.0, 0.0}).standard_deviation;
    result.components.induction = error({0.0, 0.0, 1.0, 0.0}).standard_deviation;
    result.components.dispersion = error({0.0, 0.0, 0.0, 1.0}).standard_deviation;
    const EnergyError of_total = error();
    result.total = of_total.standard_deviation;
    const double variance = result.total * result.total;
    for (std::size_t m = 0; m < of_total.contributions.size() && variance > 0.0; ++m) {
        Eigen::Index atom = 0;
        const double share = of_total.contributions[m].maxCoeff(&atom) / variance;
        if (share > result.share) {
            result.molecule = m;
            result.atom = atom;
            result.share = share;
        }
    }
    return result;
}

}  // namespace keesom

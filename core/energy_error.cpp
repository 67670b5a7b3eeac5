// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/energy_error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

constexpr double likeness_exponent = 32.0;

/// k_ij A_i·A_j of all pairs, summed over the second atoms.
Eigen::VectorXd correlated(const ErrorSources& first, const ErrorSources& second) {
    const Eigen::ArrayXXd likeness = (first.environments.transpose() * second.environments)
                                         .array()
                                         .max(0.0)
                                         .pow(likeness_exponent);
    return (likeness * (first.amplitudes.transpose() * second.amplitudes).array()).rowwise().sum();
}

}  // namespace

EnergyError energy_error(std::span<const std::vector<ErrorSources>> sources,
                         std::span<const Eigen::Index> sizes) {
    EnergyError error;
    double variance = 0.0;
    for (std::size_t m = 0; m < sources.size(); ++m) {
        Eigen::VectorXd contributions = Eigen::VectorXd::Zero(sizes[m]);
        for (const ErrorSources& own : sources[m]) {
            contributions(own.atoms) += own.independent;
            for (const std::vector<ErrorSources>& others : sources) {
                for (const ErrorSources& other : others) {
                    if (other.element == own.element) {
                        contributions(own.atoms) += correlated(own, other);
                    }
                }
            }
        }
        variance += contributions.sum();
        error.contributions.push_back(std::move(contributions));
    }
    error.standard_deviation = std::sqrt(std::max(0.0, variance));
    return error;
}

}  // namespace keesom

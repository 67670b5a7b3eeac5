// SPDX-License-Identifier: BSD-3-Clause
//
// Not a public header.
#pragma once

#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/sites.hpp>

#include <Eigen/Core>

namespace keesom {

/// Derivatives of a pair energy by what describes the two sites, and by R at constant sites.
template <class Site>
struct PairGradient {
    Site a;
    Site b;
    Eigen::Vector3d R;  ///< by r_b − r_a
};

/// Adds the derivative by R of a pair energy to those by the positions.
inline void add_pair_gradient(const Eigen::Vector3d& by_R,
                              const SitePair& pair,
                              EnergyGradient& gradient) {
    gradient.positions.col(pair.i) -= by_R;
    gradient.positions.col(pair.j) += by_R;
}

}  // namespace keesom

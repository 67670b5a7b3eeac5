// SPDX-License-Identifier: BSD-3-Clause
//
// Where no reference reaches: molecules closer than any come, which must repel.
#pragma once

#include <keesom/calibration/fitting/fit_system.hpp>
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/multipoles/polarization.hpp>

#include <Eigen/Core>

#include <random>
#include <vector>

namespace keesom {

/// A unit vector, all directions alike.
Eigen::Vector3d random_direction(std::mt19937_64& generator);

/// Pairs of the monomers of the given systems, turned at random and brought closer than any
/// molecules come, as many for each pair of elements. Kept are those for which polarization and
/// many-body dispersion have a solution. They have no reference.
std::vector<FitSystem> random_close_approaches(const std::vector<FitSystem>& systems,
                                               int for_each_pair,
                                               const Polarization& polarization,
                                               const Dispersion& dispersion);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Rotational invariants of a density expansion (smooth overlap of atomic positions, Bartók, Kondor,
// Csányi, Phys. Rev. B 87, 184115 (2013)).
//
//   p_{q q' l} = Σ_m c_{q l m} c_{q' l m} / √(2l+1)
//
// Normalized to |p| = 1. Each pair q ≤ q' is stored once, pairs q < q' with the factor √2, so that
// the scalar product of two stored vectors is that of the full tensors. It is a three-body
// descriptor: environments that differ in higher correlations only are the same to it.
#pragma once

#include <Eigen/Core>

namespace keesom {

/// Length of the power spectrum of an expansion with so many channels.
constexpr Eigen::Index power_spectrum_size(Eigen::Index channels, int max_angular) {
    return channels * (channels + 1) / 2 * (max_angular + 1);
}

/// Normalized power spectrum.
/// @param coefficients (channels, (max_angular+1)²), not all zero
Eigen::VectorXd power_spectrum(const Eigen::MatrixXd& coefficients);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// The numbers that a fit of the physical constants varies.
#pragma once

#include <keesom/core/energy_term.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace keesom {

/// One number that the optimizer may change: a constant, or its value for one element.
struct FreeParameter {
    ConstantReference constant;
    std::vector<double EnergyComponents::*> changes;  ///< components that depend on it
    int element = 0;                                  ///< 0 for a constant of all elements
    double lower = std::numeric_limits<double>::lowest();
    double upper = std::numeric_limits<double>::max();

    [[nodiscard]] double value() const;
    void assign(double number) const;
};

/// Those of the constants with the given paths; `changes` is what depends on them.
std::vector<FreeParameter> free_parameters(ParameterSet& parameters,
                                           const std::set<std::string>& paths,
                                           const std::vector<double EnergyComponents::*>& changes);

/// Charge transfer relative to exchange, the form in which it is fitted: that of a pair of atoms is
/// −κ_iκ_j times their exchange at s times the distance.
struct RelativeChargeTransfer {
    /// Upper limit of κ. Its square leaves exchange the larger one.
    static constexpr double largest_strength = 0.9;

    ElementConstants strength;  ///< κ
    double contraction = 1.1;   ///< s

    explicit RelativeChargeTransfer(const std::vector<int>& elements);

    [[nodiscard]] std::vector<FreeParameter> free();

    /// The constants of charge transfer that stand for this, given those of exchange. Densities
    /// contracted by s have s times the decay rate, a dipole of 1/s, a quadrupole of 1/s² and s³
    /// times the overlap.
    [[nodiscard]] OverlapParameters constants(const OverlapParameters& exchange,
                                              const OverlapParameters& names) const;
};

}  // namespace keesom

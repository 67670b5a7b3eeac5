// SPDX-License-Identifier: BSD-3-Clause
//
// Bodies relaxed to a minimum of their energy, by L-BFGS: Liu and Nocedal, Math. Program. 45, 503
// (1989). The variables of a body are its center and a quaternion p of any length, which stands for
// the orientation p/|p|. It begins with |p| = 2R, R the radius of the body, so that a change of a
// variable by one bohr moves no atom by much more or less; the torque τ is to it
//
//     ∂E/∂p = −(2/|p|) (0, τ) p/|p| .
#pragma once

#include <keesom/motion/body.hpp>

#include <functional>
#include <span>
#include <vector>

namespace keesom {

/// When a geometry is relaxed: all three at once.
struct OptimizationOptions {
    double force = 1e-6;         ///< largest_force() at most, hartree/bohr
    double displacement = 1e-3;  ///< of any variable in the last step, bohr
    double energy = 1e-9;        ///< change in the last step, hartree
    int most_steps = 1000;

    /// @throws InputError unless all are positive
    void validate() const;
};

/// A geometry on the way; each is lower in energy than the one before.
struct OptimizationStep {
    int number = 0;  ///< 0 for the start
    std::vector<Placement> placements;
    double energy = 0.0;         ///< hartree
    double force = 0.0;          ///< largest_force(), hartree/bohr
    double displacement = 0.0;   ///< of any variable since the step before, bohr
    double energy_change = 0.0;  ///< since the step before, hartree
};

enum class OptimizationEnd {
    relaxed,
    too_many_steps,
    /// No step along the gradient is lower: energy and forces do not belong together, or their last
    /// digits are reached.
    no_descent
};

struct OptimizationResult {
    OptimizationStep last;
    OptimizationEnd end = OptimizationEnd::relaxed;
};

/// @param visit called for the start and each step; may throw to end the work
/// @throws InputError, NumericalError as the surface does at the start; geometries on the way
///         without an energy are avoided
OptimizationResult optimize(std::span<const Body> bodies,
                            const EnergySurface& surface,
                            std::vector<Placement> start,
                            const OptimizationOptions& options,
                            const std::function<void(const OptimizationStep&)>& visit = {});

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// The best placements of rigid molecules: many random starts, each relaxed to the minimum below it,
// which makes a staircase of basins of the energy surface (Wales and Doye, J. Phys. Chem. A 101,
// 5111 (1997)), and what is left of them when those that are the same count once.
//
// At a start every molecule is turned by a rotation that is uniform among all: its quaternion is
// uniform on the sphere of unit quaternions (Shoemake, Graphics Gems III, 124 (1992)), as four
// normal numbers over their length are (Muller, Commun. ACM 2 (4), 19 (1959)). The first molecule
// is in the middle. Each other flies in from a random direction, one atom of its own, drawn at
// random, aimed at one of those that are there, until for the first time
//
//     R_ij = R_vdw,i + R_vdw,j
//
// for a pair of atoms, with the radii of closest_contact.hpp.
//
// The number of starts that came to a pose says how wide its funnel is. The lowest pose found is
// the global minimum only with a probability that grows with their number; that a few came to it
// independently is a good sign.
#pragma once

#include <keesom/interaction/system_energies.hpp>
#include <keesom/motion/moving_complex.hpp>
#include <keesom/motion/optimization.hpp>

#include <cstdint>
#include <vector>

namespace keesom {

struct DockingOptions {
    int starts = 100;
    std::uint64_t seed = 1;  ///< results are the same for the same seed, on any number of threads
    OptimizationOptions relaxation = {};

    /// @throws InputError unless there is a start, and as OptimizationOptions::validate()
    void validate() const;
};

/// Molecules at a minimum of their energy.
struct Pose {
    std::vector<Placement> placements;
    double energy = 0.0;  ///< hartree
    int starts = 1;       ///< that came to it
};

struct DockingResult {
    std::vector<Pose> poses;  ///< that differ, by energy

    /// Starts without an energy, and those that were not relaxed after the steps allowed.
    int failed = 0;
};

/// The start of a number, counted from 0.
/// @throws InputError for flexible molecules
/// @throws ModelError for an element without a free-atom radius
std::vector<Placement> random_start(const MovingComplex& complex,
                                    std::uint64_t seed,
                                    std::uint64_t number);

/// The lowest of all poses that are the same, by energy, with the number of starts that came to any
/// of them. Poses are the same if their energies agree to 10⁻⁵ hartree, and to 0.1 bohr the
/// distances between atoms of different molecules, sorted, for each pair of elements. So it does
/// not matter which of equal atoms and molecules is where, nor do mirror images differ: of
/// molecules that are achiral, they have the same energy.
std::vector<Pose> distinct_poses(const MovingComplex& complex, std::vector<Pose> poses);

/// Runs on all OpenMP threads.
/// @param progress called after each start
/// @throws InputError for flexible molecules
/// @throws NumericalError if all starts fail
DockingResult dock(const MovingComplex& complex,
                   const DockingOptions& options,
                   const ProgressCallback& progress = {});

}  // namespace keesom

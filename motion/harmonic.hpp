// SPDX-License-Identifier: BSD-3-Clause
//
// Small vibrations of bodies about a minimum of their energy: Wilson, Decius and Cross, Molecular
// Vibrations, McGraw-Hill (1955). The coordinates of a body are the displacement of its center and
// small turns θ_k about those of its principal axes that have a moment of inertia, weighted by its
// inertia,
//
//     q = (√M Δc, √I_k θ_k) .
//
// With H the matrix of second derivatives of the energy by q, P that of the projection on what is
// orthogonal to the motions of the whole complex, three translations and three rotations (two of
// atoms and linear molecules on a line),
//
//     P H P e = ω² e ,   zero-point energy = ½ Σ ω   over real ω ,
//
// so that N coordinates have N − 6 (N − 5) modes.
//
// H is made of differences of forces, and of torques in the frame of the body, at displaced places.
// Where torques do not vanish, turns about two axes of a body depend on their order, and the torque
// that is differentiated has a part that is antisymmetric in the axes; what remains when H is made
// symmetric is the Hessian by the components of one turn as a vector, that of turned().
#pragma once

#include <keesom/motion/body.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

namespace keesom {

/// How a body moves along a mode.
struct BodyDisplacement {
    Eigen::Vector3d center = Eigen::Vector3d::Zero();
    Eigen::Vector3d turn = Eigen::Vector3d::Zero();  ///< about the center, body frame
};

struct NormalMode {
    double frequency = 0.0;  ///< ω, hartree/ħ; −|ω| of an imaginary one, a way down in energy

    /// Of each body, for one unit of the normal coordinate, bohr·√(electron mass):
    /// Σ M |center|² + Σ I_k turn_k² = 1.
    std::vector<BodyDisplacement> displacements;
};

struct HarmonicVibrations {
    std::vector<NormalMode> modes;   ///< by rising frequency, imaginary ones first
    double zero_point_energy = 0.0;  ///< of the modes with a real frequency, hartree
    double force = 0.0;              ///< largest_force() where the bodies are, hartree/bohr

    /// Largest |H − Hᵀ| before H is made symmetric, over the largest |H|: the error of differences
    /// and, where torques do not vanish, these.
    double asymmetry = 0.0;
};

/// Places are displaced on all OpenMP threads; the result does not depend on their number.
/// @param placements a minimum of the energy: elsewhere frequencies mean little
/// @throws InputError, NumericalError as the surface does
HarmonicVibrations harmonic_vibrations(std::span<const Body> bodies,
                                       const EnergySurface& surface,
                                       std::span<const Placement> placements);

/// The placements after a displacement along a mode.
/// @param amount of its normal coordinate, bohr·√(electron mass)
std::vector<Placement> displaced(std::span<const Placement> placements,
                                 const NormalMode& mode,
                                 double amount);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Bodies in motion. A step of length h is made of motions that are each solved exactly,
//
//     kick h/2, drift h/2, thermostat h, drift h/2, kick h/2 ,
//
// where a kick changes momenta by forces and torques, a drift moves bodies that are free, and the
// thermostat, which is there with friction only, is an Ornstein–Uhlenbeck process of the momenta:
// Leimkuhler and Matthews, Appl. Math. Res. Express 2013, 34. A free body turns about its principal
// axes one after the other, 1 2 3 2 1, about axis k with the angular velocity L_k/I_k: Dullweber,
// Leimkuhler and McLachlan, J. Chem. Phys. 107, 5840 (1997).
//
// Without friction a step is symplectic, and the same backwards. Momentum and angular momentum are
// conserved by each of its parts, hence to rounding; the energy fluctuates by an amount that falls
// as h², and does not drift.
#pragma once

#include <keesom/motion/body.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <vector>

namespace keesom {

struct Momentum {
    Eigen::Vector3d linear = Eigen::Vector3d::Zero();   ///< ħ/bohr
    Eigen::Vector3d angular = Eigen::Vector3d::Zero();  ///< about the center, body frame; ħ
};

/// Where bodies are, and how they move; one of each for each body.
struct MotionState {
    std::vector<Placement> placements;
    std::vector<Momentum> momenta;
};

/// Σ P²/2M + Σ L_k²/2I_k, hartree.
double kinetic_energy(std::span<const Body> bodies, std::span<const Momentum> momenta);

/// Σ P, ħ/bohr.
Eigen::Vector3d total_momentum(std::span<const Momentum> momenta);

/// Σ (c × P + q L q*) about the origin, ħ.
Eigen::Vector3d total_angular_momentum(const MotionState& state);

/// Momenta drawn from Maxwell's distribution.
/// @param thermal_energy kT, hartree
std::vector<Momentum> thermal_momenta(std::span<const Body> bodies,
                                      double thermal_energy,
                                      std::uint64_t seed);

/// Takes momentum and angular momentum away from bodies, which then neither move nor turn as a
/// whole.
void stop_as_a_whole(std::span<const Body> bodies, MotionState& state);

struct DynamicsOptions {
    double time_step = 0.0;       ///< h, atomic units of time
    double friction = 0.0;        ///< of the thermostat, per atomic unit of time; 0: none
    double thermal_energy = 0.0;  ///< kT of the thermostat, hartree
    std::uint64_t seed = 0;       ///< of the thermostat

    /// @throws InputError unless the step is positive and friction and energy are not negative
    void validate() const;
};

class Dynamics {
public:
    /// @param bodies, surface used as long as this is
    /// @param step the number of steps that led to the state: the thermostat draws other random
    ///        numbers in each, and always the same in one
    /// @throws InputError as DynamicsOptions::validate(); and what the surface throws
    Dynamics(std::span<const Body> bodies,
             const EnergySurface& surface,
             MotionState state,
             const DynamicsOptions& options,
             std::uint64_t step = 0);

    /// One step on.
    /// @throws what the surface throws
    void advance();

    [[nodiscard]] const MotionState& state() const { return state_; }

    [[nodiscard]] std::uint64_t step() const { return step_; }

    [[nodiscard]] double potential_energy() const { return here_.energy; }

    [[nodiscard]] double kinetic_energy() const {
        return keesom::kinetic_energy(bodies_, state_.momenta);
    }

private:
    void kick(double time);
    void drift(double time);
    void thermalize();

    std::span<const Body> bodies_;
    const EnergySurface& surface_;
    MotionState state_;
    DynamicsOptions options_;
    std::uint64_t step_;
    BodyEnergy here_;
};

}  // namespace keesom

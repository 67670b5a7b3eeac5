// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/motion/dynamics.hpp>
#include <keesom/motion/random_stream.hpp>

#include <Eigen/QR>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

/// The thermostat's random numbers of a step; the initial momenta have stream 0.
constexpr std::uint64_t stream_of_step(std::uint64_t step) {
    return step + 1;
}

/// L_k/I_k, zero about axes around which nothing turns.
Eigen::Vector3d angular_velocity(const Body& body, const Momentum& momentum) {
    return (body.moments.array() > 0.0)
        .select(momentum.angular.array() / body.moments.array().max(1e-300), 0.0);
}

/// Turns the free body about its axis `k` for a time.
void turn_about(
    Eigen::Index k, double time, const Body& body, Placement& placement, Momentum& momentum) {
    if (!(body.moments[k] > 0.0)) {
        return;
    }
    const double angle = time * momentum.angular[k] / body.moments[k];
    const Eigen::Vector3d axis = Eigen::Vector3d::Unit(k);
    placement.orientation = placement.orientation * Eigen::AngleAxisd(angle, axis);
    momentum.angular = Eigen::AngleAxisd(-angle, axis) * momentum.angular;
}

Eigen::Matrix3d matrix_of_square(const Eigen::Vector3d& r) {
    return r.squaredNorm() * Eigen::Matrix3d::Identity() - r * r.transpose();
}

}  // namespace

double kinetic_energy(std::span<const Body> bodies, std::span<const Momentum> momenta) {
    double energy = 0.0;
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        energy += 0.5 * momenta[b].linear.squaredNorm() / bodies[b].mass;
        energy += 0.5 * momenta[b].angular.dot(angular_velocity(bodies[b], momenta[b]));
    }
    return energy;
}

Eigen::Vector3d total_momentum(std::span<const Momentum> momenta) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (const Momentum& momentum : momenta) {
        sum += momentum.linear;
    }
    return sum;
}

Eigen::Vector3d total_angular_momentum(const MotionState& state) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (std::size_t b = 0; b < state.momenta.size(); ++b) {
        const Placement& placement = state.placements[b];
        sum += placement.center.cross(state.momenta[b].linear) +
               placement.orientation * state.momenta[b].angular;
    }
    return sum;
}

std::vector<Momentum> thermal_momenta(std::span<const Body> bodies,
                                      double thermal_energy,
                                      std::uint64_t seed) {
    RandomStream noise(seed, 0);
    std::vector<Momentum> momenta;
    momenta.reserve(bodies.size());
    for (const Body& body : bodies) {
        Momentum& momentum = momenta.emplace_back();
        momentum.linear = std::sqrt(body.mass * thermal_energy) * noise.normal_vector();
        momentum.angular =
            (body.moments * thermal_energy).cwiseSqrt().cwiseProduct(noise.normal_vector());
    }
    return momenta;
}

void stop_as_a_whole(std::span<const Body> bodies, MotionState& state) {
    const Eigen::Vector3d center = center_of_mass(bodies, state.placements);
    const Eigen::Vector3d velocity = total_momentum(state.momenta) / total_mass(bodies);
    Eigen::Vector3d turning = Eigen::Vector3d::Zero();
    Eigen::Matrix3d inertia = Eigen::Matrix3d::Zero();
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        const Placement& placement = state.placements[b];
        Momentum& momentum = state.momenta[b];
        momentum.linear -= bodies[b].mass * velocity;
        const Eigen::Vector3d arm = placement.center - center;
        turning += arm.cross(momentum.linear) + placement.orientation * momentum.angular;
        const Eigen::Matrix3d axes = placement.orientation.toRotationMatrix();
        inertia += bodies[b].mass * matrix_of_square(arm) +
                   axes * bodies[b].moments.asDiagonal() * axes.transpose();
    }
    // Of bodies on a line the inertia has no inverse.
    const Eigen::Vector3d spin = inertia.completeOrthogonalDecomposition().solve(turning);
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        const Placement& placement = state.placements[b];
        const Eigen::Vector3d arm = placement.center - center;
        state.momenta[b].linear -= bodies[b].mass * spin.cross(arm);
        state.momenta[b].angular -=
            bodies[b].moments.cwiseProduct(placement.orientation.conjugate() * spin);
    }
}

void DynamicsOptions::validate() const {
    if (!(time_step > 0.0) || !std::isfinite(time_step)) {
        throw InputError(fmt::format("expected a positive time step, got {}", time_step));
    }
    if (!(friction >= 0.0) || !(thermal_energy >= 0.0)) {
        throw InputError(
            fmt::format("expected friction and thermal energy of 0 or more, got {}, {}",
                        friction,
                        thermal_energy));
    }
}

Dynamics::Dynamics(std::span<const Body> bodies,
                   const EnergySurface& surface,
                   MotionState state,
                   const DynamicsOptions& options,
                   std::uint64_t step)
    : bodies_(bodies), surface_(surface), state_(std::move(state)), options_(options), step_(step) {
    options_.validate();
    here_ = surface_(state_.placements);
}

void Dynamics::kick(double time) {
    for (std::size_t b = 0; b < bodies_.size(); ++b) {
        state_.momenta[b].linear += time * here_.forces[b].force;
        const Eigen::Vector3d torque =
            state_.placements[b].orientation.conjugate() * here_.forces[b].torque;
        state_.momenta[b].angular +=
            (bodies_[b].moments.array() > 0.0).select(time * torque, Eigen::Vector3d::Zero());
    }
}

void Dynamics::drift(double time) {
    for (std::size_t b = 0; b < bodies_.size(); ++b) {
        const Body& body = bodies_[b];
        Placement& placement = state_.placements[b];
        Momentum& momentum = state_.momenta[b];
        placement.center += time / body.mass * momentum.linear;
        turn_about(0, 0.5 * time, body, placement, momentum);
        turn_about(1, 0.5 * time, body, placement, momentum);
        turn_about(2, time, body, placement, momentum);
        turn_about(1, 0.5 * time, body, placement, momentum);
        turn_about(0, 0.5 * time, body, placement, momentum);
        placement.orientation.normalize();
    }
}

void Dynamics::thermalize() {
    const double kept = std::exp(-options_.friction * options_.time_step);
    const double drawn = std::sqrt(1.0 - kept * kept);
    RandomStream noise(options_.seed, stream_of_step(step_));
    for (std::size_t b = 0; b < bodies_.size(); ++b) {
        Momentum& momentum = state_.momenta[b];
        momentum.linear =
            kept * momentum.linear +
            drawn * std::sqrt(bodies_[b].mass * options_.thermal_energy) * noise.normal_vector();
        momentum.angular =
            kept * momentum.angular + drawn * (bodies_[b].moments * options_.thermal_energy)
                                                  .cwiseSqrt()
                                                  .cwiseProduct(noise.normal_vector());
    }
}

void Dynamics::advance() {
    const double half = 0.5 * options_.time_step;
    kick(half);
    drift(half);
    if (options_.friction > 0.0) {
        thermalize();
    }
    drift(half);
    here_ = surface_(state_.placements);
    kick(half);
    ++step_;
}

}  // namespace keesom

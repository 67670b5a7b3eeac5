// SPDX-License-Identifier: BSD-3-Clause
#include "water.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>
#include <keesom/motion/dynamics.hpp>
#include <keesom/motion/moving_complex.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {

namespace {

using testing::shipped_model;
using testing::water_cluster;

constexpr double room_temperature = 300.0 * units::kelvin;

BodyEnergy no_forces(std::span<const Placement> placements) {
    const Eigen::Vector3d none = Eigen::Vector3d::Zero();
    return {0.0, std::vector<RigidForce>(placements.size(), {none, none})};
}

const EnergySurface free_space = no_forces;

const MovingComplex& prism() {
    static const MovingComplex complex(water_cluster("water6PR"), shipped_model());
    return complex;
}

/// A water hexamer at 100 K that neither moves nor turns as a whole.
MotionState cold_prism() {
    MotionState state{prism().start(), thermal_momenta(prism().bodies(), 100.0 * units::kelvin, 5)};
    stop_as_a_whole(prism().bodies(), state);
    return state;
}

/// Largest change of the whole energy along a trajectory.
double energy_change(double time_step, int steps) {
    const EnergySurface surface = prism();
    Dynamics dynamics(
        prism().bodies(), surface, cold_prism(), {.time_step = time_step * units::femtosecond});
    const double energy = dynamics.kinetic_energy() + dynamics.potential_energy();
    double largest = 0.0;
    for (int i = 0; i < steps; ++i) {
        dynamics.advance();
        largest = std::max(
            largest, std::abs(dynamics.kinetic_energy() + dynamics.potential_energy() - energy));
    }
    return largest;
}

TEST(Dynamics, ConservesEnergyToTheSquareOfTheTimeStep) {
    const double coarse = energy_change(2.0, 40);
    const double fine = energy_change(1.0, 80);
    EXPECT_GT(coarse, 1e-9);
    EXPECT_NEAR(coarse / fine, 4.0, 0.4);
}

TEST(Dynamics, HasNoSecularDriftOfEnergy) {
    // A thousand steps: the mean energy of each fifth is that of the first to a part of the
    // fluctuation. Forces that are not those of the energy would carry it away.
    const EnergySurface surface = prism();
    Dynamics dynamics(
        prism().bodies(), surface, cold_prism(), {.time_step = 2.0 * units::femtosecond});
    constexpr int fifth = 200;
    Eigen::Vector<double, 5> means = Eigen::Vector<double, 5>::Zero();
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (double& mean : means) {
        for (int i = 0; i < fifth; ++i) {
            dynamics.advance();
            const double energy = dynamics.kinetic_energy() + dynamics.potential_energy();
            mean += energy / fifth;
            lowest = std::min(lowest, energy);
            highest = std::max(highest, energy);
        }
    }
    EXPECT_LT((means.array() - means[0]).abs().maxCoeff(), 0.2 * (highest - lowest));
}

TEST(Dynamics, ConservesMomentumAndAngularMomentumToRounding) {
    const EnergySurface surface = prism();
    MotionState state{prism().start(), thermal_momenta(prism().bodies(), room_temperature, 7)};
    const Eigen::Vector3d momentum = total_momentum(state.momenta);
    const Eigen::Vector3d angular_momentum = total_angular_momentum(state);
    ASSERT_GT(momentum.norm(), 1.0);
    ASSERT_GT(angular_momentum.norm(), 10.0);
    Dynamics dynamics(prism().bodies(), surface, state, {.time_step = 1.0 * units::femtosecond});
    for (int i = 0; i < 50; ++i) {
        dynamics.advance();
    }
    EXPECT_LT((total_momentum(dynamics.state().momenta) - momentum).norm(),
              1e-11 * momentum.norm());
    EXPECT_LT((total_angular_momentum(dynamics.state()) - angular_momentum).norm(),
              1e-11 * angular_momentum.norm());
}

TEST(Dynamics, ReturnsToItsStartWhenItIsReversed) {
    const EnergySurface surface = prism();
    const MotionState start = cold_prism();
    const DynamicsOptions options{.time_step = 1.0 * units::femtosecond};
    Dynamics forth(prism().bodies(), surface, start, options);
    for (int i = 0; i < 40; ++i) {
        forth.advance();
    }
    MotionState reversed = forth.state();
    EXPECT_GT((reversed.placements[0].center - start.placements[0].center).norm(), 0.01);
    for (Momentum& momentum : reversed.momenta) {
        momentum.linear *= -1.0;
        momentum.angular *= -1.0;
    }
    Dynamics back(prism().bodies(), surface, reversed, options);
    for (int i = 0; i < 40; ++i) {
        back.advance();
    }
    for (std::size_t b = 0; b < start.placements.size(); ++b) {
        const Placement& end = back.state().placements[b];
        EXPECT_LT((end.center - start.placements[b].center).norm(), 1e-10);
        EXPECT_LT(end.orientation.angularDistance(start.placements[b].orientation), 1e-10);
        EXPECT_LT((back.state().momenta[b].linear + start.momenta[b].linear).norm(), 1e-8);
    }
}

TEST(Dynamics, TurnsAFreeTopAsEulersEquationsDo) {
    // A symmetric top: its axis precesses about L with |L|/I, and the body turns about its axis
    // with L_z (1/I_z − 1/I).
    const std::vector<Body> top = {
        {.mass = 1.0, .moments = Eigen::Vector3d(2.0, 2.0, 3.0), .radius = 1.0}};
    const Eigen::Vector3d angular(0.6, 0.0, 0.8);
    MotionState state;
    state.placements.resize(1);
    state.momenta.resize(1);
    state.momenta[0].angular = angular;
    const Eigen::Vector3d turning = total_angular_momentum(state);
    const auto error_after = [&](double time_step, int steps) {
        Dynamics dynamics(top, free_space, state, {.time_step = time_step});
        for (int i = 0; i < steps; ++i) {
            dynamics.advance();
        }
        EXPECT_LT((total_angular_momentum(dynamics.state()) - turning).norm(), 1e-12);
        const double time = time_step * steps;
        const Eigen::Quaterniond expected(
            Eigen::AngleAxisd(time * angular.norm() / 2.0, turning.normalized()) *
            Eigen::AngleAxisd(time * angular.z() * (1.0 / 3.0 - 1.0 / 2.0),
                              Eigen::Vector3d::UnitZ()));
        return dynamics.state().placements[0].orientation.angularDistance(expected);
    };
    const double coarse = error_after(0.02, 500);
    const double fine = error_after(0.01, 1000);
    EXPECT_LT(fine, 1e-4);
    EXPECT_NEAR(coarse / fine, 4.0, 0.1);
}

TEST(ThermalMomenta, HaveMaxwellsDistribution) {
    // 4000 bodies: moments of p/√(M kT) and L_k/√(I_k kT), six numbers each, are those of the
    // normal distribution within five standard deviations.
    const Body water = RigidMolecule(testing::real_dimers()[0][0]).body;
    const std::vector<Body> bodies(4000, water);
    const std::vector<Momentum> momenta = thermal_momenta(bodies, room_temperature, 3);
    double second = 0.0;
    double fourth = 0.0;
    double product = 0.0;
    const auto count = static_cast<double>(6 * bodies.size());
    for (const Momentum& momentum : momenta) {
        Eigen::Vector<double, 6> z;
        z << momentum.linear / std::sqrt(water.mass * room_temperature),
            momentum.angular.cwiseQuotient((water.moments * room_temperature).cwiseSqrt());
        second += z.squaredNorm() / count;
        fourth += z.array().pow(4).sum() / count;
        product += z[0] * z[3] / static_cast<double>(bodies.size());
    }
    EXPECT_NEAR(second, 1.0, 5.0 * std::sqrt(2.0 / count));
    EXPECT_NEAR(fourth, 3.0, 5.0 * std::sqrt(96.0 / count));
    EXPECT_NEAR(product, 0.0, 5.0 / std::sqrt(static_cast<double>(bodies.size())));
    EXPECT_NEAR(kinetic_energy(bodies, momenta) / (0.5 * count * room_temperature),
                1.0,
                5.0 * std::sqrt(2.0 / count));
}

TEST(Dynamics, BringsBodiesInAFieldToTheTemperatureOfTheThermostat) {
    // Waters that are held by springs and by a field along their first axis, from rest.
    const Body water = RigidMolecule(testing::real_dimers()[0][0]).body;
    const std::vector<Body> bodies(300, water);
    const double spring = 0.02;
    const double field = 0.004;
    const EnergySurface held = [&](std::span<const Placement> placements) {
        BodyEnergy here;
        for (const Placement& placement : placements) {
            const Eigen::Vector3d axis = placement.orientation * Eigen::Vector3d::UnitX();
            here.energy += 0.5 * spring * placement.center.squaredNorm() - field * axis.z();
            const Eigen::Vector3d torque = field * axis.cross(Eigen::Vector3d::UnitZ());
            here.forces.push_back({-spring * placement.center, torque});
        }
        return here;
    };
    MotionState state;
    state.placements.resize(bodies.size());
    state.momenta.resize(bodies.size());
    Dynamics dynamics(bodies,
                      held,
                      state,
                      {.time_step = 2.0 * units::femtosecond,
                       .friction = 0.01 / units::femtosecond,
                       .thermal_energy = room_temperature,
                       .seed = 11});
    const int relaxation = 500;
    const int steps = 1500;
    double kinetic = 0.0;
    double fourth = 0.0;
    double stretch = 0.0;
    double alignment = 0.0;
    for (int i = 0; i < relaxation + steps; ++i) {
        dynamics.advance();
        if (i < relaxation) {
            continue;
        }
        kinetic += dynamics.kinetic_energy();
        for (std::size_t b = 0; b < bodies.size(); ++b) {
            const Momentum& momentum = dynamics.state().momenta[b];
            fourth += std::pow(momentum.angular.y(), 4);
            const Placement& placement = dynamics.state().placements[b];
            stretch += placement.center.squaredNorm();
            alignment += (placement.orientation * Eigen::Vector3d::UnitX()).z();
        }
    }
    const double samples = static_cast<double>(bodies.size()) * steps;
    EXPECT_NEAR(kinetic / samples / (3.0 * room_temperature), 1.0, 0.01);
    const double squared = water.moments.y() * room_temperature;
    EXPECT_NEAR(fourth / samples / (3.0 * squared * squared), 1.0, 0.04);
    EXPECT_NEAR(stretch / samples / (3.0 * room_temperature / spring), 1.0, 0.03);
    // Langevin's function of the field over kT.
    const double x = field / room_temperature;
    EXPECT_NEAR(alignment / samples / (1.0 / std::tanh(x) - 1.0 / x), 1.0, 0.02);
}

TEST(Dynamics, GoesOnFromAStateAsIfItHadNotStopped) {
    const EnergySurface surface = prism();
    const DynamicsOptions options{.time_step = 1.0 * units::femtosecond,
                                  .friction = 0.001 / units::femtosecond,
                                  .thermal_energy = room_temperature,
                                  .seed = 2};
    Dynamics whole(prism().bodies(), surface, cold_prism(), options);
    for (int i = 0; i < 6; ++i) {
        whole.advance();
    }
    Dynamics first(prism().bodies(), surface, cold_prism(), options);
    for (int i = 0; i < 3; ++i) {
        first.advance();
    }
    Dynamics second(prism().bodies(), surface, first.state(), options, first.step());
    for (int i = 0; i < 3; ++i) {
        second.advance();
    }
    EXPECT_EQ(second.step(), 6U);
    for (std::size_t b = 0; b < prism().bodies().size(); ++b) {
        EXPECT_EQ(second.state().placements[b].center, whole.state().placements[b].center);
        EXPECT_EQ(second.state().placements[b].orientation.coeffs(),
                  whole.state().placements[b].orientation.coeffs());
        EXPECT_EQ(second.state().momenta[b].linear, whole.state().momenta[b].linear);
        EXPECT_EQ(second.state().momenta[b].angular, whole.state().momenta[b].angular);
    }
}

TEST(StopAsAWhole, TakesAwayMomentumAndAngularMomentum) {
    const MotionState state = cold_prism();
    EXPECT_LT(total_momentum(state.momenta).norm(), 1e-11);
    EXPECT_LT(total_angular_momentum(state).norm(), 1e-10);
    EXPECT_GT(kinetic_energy(prism().bodies(), state.momenta), 10.0 * 100.0 * units::kelvin);
}

TEST(StopAsAWhole, StopsAtomsOnALine) {
    const std::vector<Body> atoms(2, Body{.mass = 1.0});
    MotionState state;
    state.placements.resize(2);
    state.placements[1].center.x() = 2.0;
    state.momenta.resize(2);
    state.momenta[1].linear = Eigen::Vector3d(1.0, 2.0, 3.0);
    stop_as_a_whole(atoms, state);
    EXPECT_LT(total_angular_momentum(state).norm(), 1e-14);
    EXPECT_NEAR(state.momenta[1].linear.x(), 0.5, 1e-14);
}

TEST(DynamicsOptions, HaveATimeStep) {
    EXPECT_EQ(testing::error_of<InputError>([] { DynamicsOptions{}.validate(); }),
              "expected a positive time step, got 0");
    EXPECT_EQ(testing::error_of<InputError>(
                  [] { DynamicsOptions{.time_step = 1.0, .friction = -1.0}.validate(); }),
              "expected friction and thermal energy of 0 or more, got -1, 0");
}

}  // namespace

}  // namespace keesom

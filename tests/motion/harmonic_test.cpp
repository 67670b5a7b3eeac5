// SPDX-License-Identifier: BSD-3-Clause
#include "water.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/motion/dynamics.hpp>
#include <keesom/motion/harmonic.hpp>
#include <keesom/motion/moving_complex.hpp>
#include <keesom/motion/optimization.hpp>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <omp.h>
#include <span>
#include <utility>
#include <vector>

namespace keesom {

namespace {

using testing::shipped_model;
using testing::Springs;

// Of differences with a step of 5·10⁻⁴ bohr at distances of some bohr, relative.
constexpr double tolerance = 1e-7;
// What they make of a frequency that is zero.
constexpr double soft = 1e-3;

const Eigen::Quaterniond askew = Eigen::Quaterniond(0.5, -0.3, 0.7, 0.2).normalized();

/// The whole turned about the origin and shifted.
std::vector<Placement> elsewhere(std::vector<Placement> placements) {
    for (Placement& placement : placements) {
        placement.center = askew * placement.center + Eigen::Vector3d(3.0, -1.0, 2.0);
        placement.orientation = askew * placement.orientation;
    }
    return placements;
}

std::vector<double> frequencies(const HarmonicVibrations& vibrations) {
    std::vector<double> values;
    for (const NormalMode& mode : vibrations.modes) {
        values.push_back(mode.frequency);
    }
    return values;
}

void expect_near(const std::vector<double>& values,
                 const std::vector<double>& expected,
                 double relative) {
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(values[i], expected[i], relative * expected.back()) << "mode " << i;
    }
}

/// Atoms that springs hold together.
struct SpringMolecule {
    SpringMolecule(std::vector<int> atomic_numbers, const Eigen::Matrix3Xd& positions)
        : molecule{.name = {},
                   .atomic_numbers = std::move(atomic_numbers),
                   .positions = positions,
                   .charge = 0} {
        for (Eigen::Index a = 0; a < positions.cols(); ++a) {
            const int z = molecule.atomic_numbers[static_cast<std::size_t>(a)];
            bodies.push_back({.mass = atomic_mass(z)});
            placements.emplace_back().center = positions.col(a);
        }
        placements = elsewhere(placements);
    }

    [[nodiscard]] HarmonicVibrations vibrations() const {
        const Springs springs(molecule, strength);
        return harmonic_vibrations(
            bodies,
            [&](std::span<const Placement> here) {
                Eigen::Matrix3Xd positions(3, molecule.size());
                for (std::size_t a = 0; a < here.size(); ++a) {
                    positions.col(static_cast<Eigen::Index>(a)) = here[a].center;
                }
                const EnergyAndGradient shape = springs.deformation(positions);
                BodyEnergy result{shape.energy, {}};
                for (const auto& gradient : shape.gradient.colwise()) {
                    result.forces.push_back({-gradient, Eigen::Vector3d::Zero()});
                }
                return result;
            },
            placements);
    }

    static constexpr double strength = 0.4;
    Molecule molecule;
    std::vector<Body> bodies;
    std::vector<Placement> placements;
};

TEST(HarmonicVibrations, OfTwoPointsOnASpringAreOne) {
    Eigen::Matrix3Xd positions(3, 2);
    positions << 0.0, 0.0, 0.0, 0.0, 0.0, 1.8;
    const SpringMolecule pair({1, 17}, positions);
    const HarmonicVibrations vibrations = pair.vibrations();
    const double inverse_mass = 1.0 / atomic_mass(1) + 1.0 / atomic_mass(17);
    const double expected = std::sqrt(SpringMolecule::strength * inverse_mass);
    expect_near(frequencies(vibrations), {expected}, tolerance);
    EXPECT_DOUBLE_EQ(vibrations.zero_point_energy, 0.5 * vibrations.modes[0].frequency);
    // The center of mass stays.
    const std::vector<BodyDisplacement>& displacements = vibrations.modes[0].displacements;
    EXPECT_LT((atomic_mass(1) * displacements[0].center + atomic_mass(17) * displacements[1].center)
                  .norm(),
              1e-10);
}

TEST(HarmonicVibrations, OfALinearMoleculeAreThoseOfTextbooks) {
    // Springs of strength k between neighbors of mass m, M, m and between the ends.
    Eigen::Matrix3Xd positions = Eigen::Matrix3Xd::Zero(3, 3);
    positions.row(2) << -2.2, 0.0, 2.2;
    const std::vector<double> found =
        frequencies(SpringMolecule({8, 6, 8}, positions).vibrations());
    ASSERT_EQ(found.size(), 4U);
    const double k = SpringMolecule::strength;
    const double m = atomic_mass(8);
    const double antisymmetric = std::sqrt(k * (1.0 / m + 2.0 / atomic_mass(6)));
    EXPECT_LT(std::abs(found[0]), soft * antisymmetric);  // Springs do not resist bending.
    EXPECT_LT(std::abs(found[1]), soft * antisymmetric);
    EXPECT_NEAR(found[2] / std::sqrt(3.0 * k / m), 1.0, tolerance);
    EXPECT_NEAR(found[3] / antisymmetric, 1.0, tolerance);
}

TEST(HarmonicVibrations, OfABentMoleculeAreThoseOfItsCartesianHessian) {
    Eigen::Matrix3Xd positions(3, 3);
    positions << 0.0, 1.43, -1.43, 0.0, 0.0, 0.0, 0.0, 1.11, 1.11;
    const SpringMolecule water({8, 1, 1}, positions);
    // Of a relaxed spring the Hessian is k u uᵀ between its ends.
    Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(9, 9);
    for (Eigen::Index a = 0; a < 3; ++a) {
        for (Eigen::Index b = 0; b < a; ++b) {
            Eigen::VectorXd along = Eigen::VectorXd::Zero(9);
            const Eigen::Vector3d u = (positions.col(a) - positions.col(b)).normalized();
            along.segment<3>(3 * a) = u / std::sqrt(water.bodies[static_cast<std::size_t>(a)].mass);
            along.segment<3>(3 * b) =
                -u / std::sqrt(water.bodies[static_cast<std::size_t>(b)].mass);
            hessian += SpringMolecule::strength * along * along.transpose();
        }
    }
    const Eigen::VectorXd squares =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian).eigenvalues();
    EXPECT_LT(squares.head(6).cwiseAbs().maxCoeff(), 1e-15);
    expect_near(frequencies(water.vibrations()),
                {std::sqrt(squares[6]), std::sqrt(squares[7]), std::sqrt(squares[8])},
                tolerance);
}

/// Two equal bodies on a spring, each with its first axis u drawn into the line n between them:
/// E = k (r − d)²/2 − w (u₁ + u₂)·n.
struct TwoTops {
    static constexpr double k = 0.01;
    static constexpr double w = 0.02;
    static constexpr double d = 5.0;
    static constexpr double mass = 3e4;
    static constexpr double moment = 5e4;

    static BodyEnergy energy(std::span<const Placement> placements) {
        const Eigen::Vector3d r = placements[1].center - placements[0].center;
        const double distance = r.norm();
        const Eigen::Vector3d n = r / distance;
        BodyEnergy result{0.5 * k * (distance - d) * (distance - d), {}};
        Eigen::Vector3d pull = k * (distance - d) * n;  // ∂E/∂r
        std::vector<Eigen::Vector3d> torques;
        for (const Placement& placement : placements) {
            const Eigen::Vector3d u = placement.orientation * Eigen::Vector3d::UnitX();
            result.energy -= w * u.dot(n);
            pull -= w / distance * (u - u.dot(n) * n);
            torques.emplace_back(w * u.cross(n));
        }
        result.forces = {{pull, torques[0]}, {-pull, torques[1]}};
        return result;
    }

    /// At the minimum.
    static HarmonicVibrations vibrations(double moment_about_first_axis) {
        const Eigen::Vector3d moments(moment_about_first_axis, moment, moment);
        const std::vector<Body> bodies(2, {.mass = mass, .moments = moments, .radius = 1.0});
        std::vector<Placement> placements(2);
        placements[1].center.x() = d;
        placements[1].orientation = Eigen::AngleAxisd(0.4, Eigen::Vector3d::UnitX());
        return harmonic_vibrations(bodies, energy, elsewhere(placements));
    }

    /// The stretch, and of each of two planes a vibration of u₁ against u₂, and one of both against
    /// n, which turns the other way: J φ' = −2 I θ', J = m d²/2.
    static std::vector<double> expected() {
        const double apart = std::sqrt(w / moment);
        const double together = std::sqrt(w * (1.0 / moment + 4.0 / (mass * d * d)));
        return {apart, apart, together, together, std::sqrt(2.0 * k / mass)};
    }
};

TEST(HarmonicVibrations, OfLinearBodiesOnALineAreFive) {
    std::vector<double> expected = TwoTops::expected();
    std::sort(expected.begin(), expected.end());
    const HarmonicVibrations vibrations = TwoTops::vibrations(0.0);
    expect_near(frequencies(vibrations), expected, tolerance);
    EXPECT_LT(vibrations.force, 1e-15);
    EXPECT_LT(vibrations.asymmetry, tolerance);
}

TEST(HarmonicVibrations, OfTopsOnALineAreSix) {
    std::vector<double> expected = TwoTops::expected();
    std::sort(expected.begin(), expected.end());
    std::vector<double> found = frequencies(TwoTops::vibrations(2e4));
    ASSERT_EQ(found.size(), 6U);
    EXPECT_LT(std::abs(found[0]), soft * expected[0]);  // One against the other about the line.
    found.erase(found.begin());
    expect_near(found, expected, tolerance);
}

TEST(HarmonicVibrations, AreImaginaryAtASaddle) {
    // Both axes against the line.
    const std::vector<Body> bodies(
        2,
        {.mass = TwoTops::mass, .moments = {0.0, TwoTops::moment, TwoTops::moment}, .radius = 1.0});
    std::vector<Placement> placements(2);
    placements[1].center.x() = -TwoTops::d;
    const HarmonicVibrations vibrations = harmonic_vibrations(bodies, TwoTops::energy, placements);
    const std::vector<double> expected = TwoTops::expected();
    std::vector<double> found = frequencies(vibrations);
    ASSERT_EQ(found.size(), 5U);
    EXPECT_NEAR(found[0], -expected[2], tolerance * expected[2]);
    EXPECT_NEAR(found[3], -expected[0], tolerance * expected[0]);
    EXPECT_NEAR(found[4], expected[4], tolerance * expected[4]);
    EXPECT_DOUBLE_EQ(vibrations.zero_point_energy, 0.5 * found[4]);
}

/// Two waters of one shape, which is that of springs at rest; rigid ones without springs.
MovingComplex water_dimer(double strength = 0.0) {
    std::vector<Molecule> molecules = testing::real_dimers()[0];
    const RigidMolecule shape(molecules[0]);
    const Placement place = RigidMolecule(molecules[1]).placement;
    molecules[1].positions =
        (place.orientation.toRotationMatrix() * shape.positions).colwise() + place.center;
    std::vector<std::shared_ptr<const MonomerPotential>> springs;
    if (strength > 0.0) {
        springs.push_back(std::make_shared<Springs>(molecules[0], strength));
    }
    return {molecules, shipped_model(), springs};
}

std::vector<Placement> relaxed(const MovingComplex& complex) {
    return optimize(complex.bodies(), complex, complex.start(), {}).last.placements;
}

TEST(HarmonicVibrations, OfAWaterDimerAreTheSameHoweverItIsTurned) {
    const MovingComplex complex = water_dimer();
    const std::vector<Placement> place = relaxed(complex);
    const HarmonicVibrations here = harmonic_vibrations(complex.bodies(), complex, place);
    ASSERT_EQ(here.modes.size(), 6U);
    EXPECT_GT(here.modes.front().frequency, 0.0);
    EXPECT_LT(here.asymmetry, 1e-4);
    const HarmonicVibrations there =
        harmonic_vibrations(complex.bodies(), complex, elsewhere(place));
    expect_near(frequencies(there), frequencies(here), 1e-6);
}

TEST(HarmonicVibrations, DoNotDependOnTheNumberOfThreads) {
    const MovingComplex complex = water_dimer();
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const HarmonicVibrations one = harmonic_vibrations(complex.bodies(), complex, complex.start());
    omp_set_num_threads(2);
    const HarmonicVibrations two = harmonic_vibrations(complex.bodies(), complex, complex.start());
    omp_set_num_threads(threads);
    EXPECT_EQ(frequencies(one), frequencies(two));
    EXPECT_EQ(one.asymmetry, two.asymmetry);
}

TEST(HarmonicVibrations, OfStiffMoleculesApproachThoseOfRigidOnes) {
    const MovingComplex rigid = water_dimer();
    const std::vector<double> limit =
        frequencies(harmonic_vibrations(rigid.bodies(), rigid, relaxed(rigid)));
    const auto deviation = [&](double strength) {
        const MovingComplex stiff = water_dimer(strength);
        const std::vector<double> found =
            frequencies(harmonic_vibrations(stiff.bodies(), stiff, relaxed(stiff)));
        EXPECT_EQ(found.size(), 12U);
        double largest = 0.0;
        for (std::size_t i = 0; i < limit.size(); ++i) {
            largest = std::max(largest, std::abs(found[i] / limit[i] - 1.0));
        }
        return largest;
    };
    const double stiff = deviation(3.0);
    EXPECT_LT(stiff, 0.05);
    EXPECT_NEAR(deviation(12.0) / stiff, 0.25, 0.05);
}

TEST(HarmonicVibrations, ArePeriodsOfDynamics) {
    const MovingComplex complex = water_dimer();
    const std::vector<Placement> place = relaxed(complex);
    const NormalMode mode = harmonic_vibrations(complex.bodies(), complex, place).modes.front();
    MotionState state{displaced(place, mode, 0.5), std::vector<Momentum>(place.size())};
    constexpr int quarter = 40;
    const double period = 2.0 * 3.14159265358979323846 / mode.frequency;
    const EnergySurface surface = complex;
    Dynamics dynamics(complex.bodies(), surface, state, {.time_step = period / (4.0 * quarter)});
    /// The normal coordinate, over that of the start.
    const auto elongation = [&] {
        double sum = 0.0;
        for (std::size_t b = 0; b < place.size(); ++b) {
            const Placement& now = dynamics.state().placements[b];
            const Eigen::AngleAxisd turn(place[b].orientation.conjugate() * now.orientation);
            const Body& body = complex.bodies()[b];
            sum += body.mass * mode.displacements[b].center.dot(now.center - place[b].center) +
                   body.moments.cwiseProduct(mode.displacements[b].turn)
                       .dot(turn.angle() * turn.axis());
        }
        return sum / 0.5;
    };
    EXPECT_NEAR(elongation(), 1.0, 1e-12);
    for (const double expected : {0.0, -1.0, 0.0, 1.0}) {
        for (int i = 0; i < quarter; ++i) {
            dynamics.advance();
        }
        EXPECT_NEAR(elongation(), expected, 0.01);
    }
}

}  // namespace

}  // namespace keesom

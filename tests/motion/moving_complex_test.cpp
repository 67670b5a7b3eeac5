// SPDX-License-Identifier: BSD-3-Clause
#include "water.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/motion/moving_complex.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>

namespace keesom {

namespace {

using testing::shipped_model;

/// Forces and torques against differences of energies.
void expect_exact_forces(const MovingComplex& complex, const std::vector<Placement>& placements) {
    const BodyEnergy here = complex(placements);
    double scale = 0.0;
    double deviation = 0.0;
    for (std::size_t b = 0; b < placements.size(); ++b) {
        const Eigen::Vector3d torque =
            placements[b].orientation.conjugate() * here.forces[b].torque;
        for (Eigen::Index k = 0; k < 3; ++k) {
            const auto energy_of = [&](const auto& move) {
                return [&, move](double x) {
                    std::vector<Placement> moved = placements;
                    move(moved[b], x);
                    return complex(moved).energy;
                };
            };
            const double by_center = testing::derivative(
                energy_of([&](Placement& p, double x) { p.center[k] += x; }), 0.0, 0.02);
            deviation = std::max(deviation, std::abs(by_center + here.forces[b].force[k]));
            scale = std::max(scale, std::abs(by_center));
            if (complex.bodies()[b].moments[k] > 0.0) {
                const double by_angle =
                    testing::derivative(energy_of([&](Placement& p, double x) {
                                            p = turned(p, x * Eigen::Vector3d::Unit(k));
                                        }),
                                        0.0,
                                        0.02);
                deviation = std::max(deviation, std::abs(by_angle + torque[k]));
                scale = std::max(scale, std::abs(by_angle));
            }
        }
    }
    EXPECT_GT(scale, 1e-4);
    EXPECT_LT(deviation, 1e-7 * scale);
}

TEST(MovingComplex, StartsWithTheEnergyOfTheMolecules) {
    for (const std::vector<Molecule>& molecules : testing::real_dimers()) {
        const MovingComplex complex(molecules, shipped_model());
        const double energy = complex(complex.start()).energy;
        EXPECT_NEAR(energy, shipped_model().interaction_energy(molecules).total(), 1e-11);
        const std::vector<Molecule> back = complex.molecules(complex.start());
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            EXPECT_LT((back[m].positions - molecules[m].positions).cwiseAbs().maxCoeff(), 1e-13);
            EXPECT_EQ(back[m].atomic_numbers, molecules[m].atomic_numbers);
        }
    }
}

TEST(MovingComplex, HasTheForcesOfRigidMolecules) {
    for (const std::vector<Molecule>& molecules :
         {testing::real_dimers()[0], testing::real_dimers()[4]}) {
        const MovingComplex complex(molecules, shipped_model());
        expect_exact_forces(complex, complex.start());
    }
}

TEST(MovingComplex, HasTheForcesOfFlexibleMoleculesBesideRigidOnes) {
    std::vector<Molecule> molecules = testing::real_dimers()[0];
    ASSERT_EQ(molecules[0].size(), 3);
    // The other order of atoms is another molecule to the potential: it stays rigid.
    std::swap(molecules[1].atomic_numbers[0], molecules[1].atomic_numbers[1]);
    molecules[1].positions.col(0).swap(molecules[1].positions.col(1));
    const std::vector<std::shared_ptr<const MonomerPotential>> springs = {
        std::make_shared<testing::Springs>(molecules[0])};
    const MovingComplex complex(molecules, shipped_model(), springs);
    ASSERT_EQ(complex.bodies().size(), 4U);
    EXPECT_TRUE(complex.is_flexible(0));
    EXPECT_FALSE(complex.is_flexible(1));
    std::vector<Placement> placements = complex.start();
    placements[1].center += Eigen::Vector3d(0.05, -0.03, 0.02);
    expect_exact_forces(complex, placements);
}

TEST(MovingComplex, NeedsTwoMolecules) {
    EXPECT_EQ(testing::error_of<InputError>([] {
                  const MovingComplex complex({testing::real_dimers()[0][0]}, shipped_model());
              }),
              "expected two or more molecules");
}

}  // namespace

}  // namespace keesom

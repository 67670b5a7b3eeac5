// SPDX-License-Identifier: BSD-3-Clause
//
// The gradient of the whole energy: through every term, and through the learned atoms.
#include "shipped_model.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/rigid_force.hpp>
#include <keesom/interaction/given_properties.hpp>
#include <keesom/interaction/pair_decomposition.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <Eigen/Geometry>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <random>
#include <support/energy_term_checks.hpp>
#include <support/finite_differences.hpp>
#include <support/ions.hpp>
#include <vector>

namespace keesom {

namespace {

using testing::real_dimers;
using testing::shipped_model;

/// The energy and its derivatives.
struct EnergyWithGradient {
    EnergyComponents energy;
    std::vector<Eigen::Matrix3Xd> gradients;
};

EnergyWithGradient gradient_of(const std::vector<Molecule>& molecules) {
    const EnergyLinearization linearization = shipped_model().linearize(molecules);
    return {linearization.energy(), linearization.gradients()};
}

double total(const std::vector<Molecule>& molecules) {
    return shipped_model().interaction_energy(molecules).total();
}

/// Along displacements of all atoms.
double numerical_slope(const std::vector<Molecule>& molecules,
                       const std::vector<Eigen::Matrix3Xd>& displacements) {
    return testing::derivatives(
        [&](const Eigen::MatrixXd& way) {
            std::vector<Molecule> displaced = molecules;
            for (std::size_t m = 0; m < molecules.size(); ++m) {
                displaced[m].positions += way(0, 0) * displacements[m];
            }
            return total(displaced);
        },
        Eigen::MatrixXd::Zero(1, 1))(0, 0);
}

/// Of random length and direction for each atom of some molecules.
std::vector<Eigen::Matrix3Xd> random_displacements(const std::vector<Molecule>& molecules,
                                                   std::mt19937_64& generator) {
    std::normal_distribution<double> component;
    std::vector<Eigen::Matrix3Xd> displacements;
    for (const Molecule& molecule : molecules) {
        displacements.emplace_back(Eigen::Matrix3Xd::NullaryExpr(
            3, molecule.size(), [&] { return component(generator); }));
    }
    return displacements;
}

double largest(const std::vector<Eigen::Matrix3Xd>& gradients) {
    double value = 0.0;
    for (const Eigen::Matrix3Xd& gradient : gradients) {
        value = std::max(value, gradient.cwiseAbs().maxCoeff());
    }
    return value;
}

Molecule shifted(Molecule molecule, const Eigen::Vector3d& shift) {
    molecule.positions.colwise() += shift;
    return molecule;
}

/// Acetate, and ammonium beside its oxygen atoms.
std::vector<Molecule> ion_pair() {
    const XyzFrame acetate =
        parse_extended_xyz(testing::xyz_of(testing::acetate), "acetate").front();
    Eigen::Matrix3Xd ammonium(3, 5);
    // clang-format off
    ammonium << 0.0, 1.12, -1.12, -1.12,  1.12,
                0.0, 1.12, -1.12,  1.12, -1.12,
                0.0, 1.12,  1.12, -1.12, -1.12;
    // clang-format on
    return {Molecule{"acetate", acetate.atomic_numbers, acetate.positions, -1},
            shifted(Molecule{"ammonium", {7, 1, 1, 1, 1}, ammonium, 1},
                    Eigen::Vector3d(11.5, 0.3, 0.4))};
}

std::vector<Molecule> water_trimer() {
    std::vector<Molecule> trimer = real_dimers()[0];
    trimer.push_back(shifted(trimer[0], Eigen::Vector3d(1.0, 6.5, 0.5)));
    return trimer;
}

/// Hydrogen bonds, a stack, an ion pair, three molecules.
std::vector<std::vector<Molecule>> complexes() {
    const std::vector<std::vector<Molecule>> dimers = real_dimers();
    return {dimers[0], dimers[1], dimers[2], ion_pair(), water_trimer()};
}

}  // namespace

TEST(EnergyAndGradient, IsTheDerivativeOfTheEnergyByEveryPosition) {
    // Along displacements of all atoms at once: whichever component is wrong, each of them shows
    // it.
    std::mt19937_64 generator(11);
    for (const std::vector<Molecule>& molecules : complexes()) {
        const EnergyWithGradient result = gradient_of(molecules);
        for (int n = 0; n < 5; ++n) {
            const std::vector<Eigen::Matrix3Xd> displacements =
                random_displacements(molecules, generator);
            double slope = 0.0;
            for (std::size_t m = 0; m < molecules.size(); ++m) {
                slope += result.gradients[m].cwiseProduct(displacements[m]).sum();
            }
            EXPECT_NEAR(
                slope, numerical_slope(molecules, displacements), 1e-7 * largest(result.gradients))
                << molecules[0].name << " and " << molecules[1].name;
        }
    }
}

TEST(EnergyAndGradient, HasTheEnergyAndThePredictionsToo) {
    for (const std::vector<Molecule>& molecules : complexes()) {
        const EnergyWithGradient result = gradient_of(molecules);
        const EnergyComponents expected = shipped_model().interaction_energy(molecules);
        EXPECT_EQ(result.energy.electrostatics, expected.electrostatics);
        EXPECT_EQ(result.energy.exchange, expected.exchange);
        EXPECT_EQ(result.energy.induction, expected.induction);
        EXPECT_NEAR(
            result.energy.dispersion, expected.dispersion, 1e-13 * std::abs(expected.dispersion));
        EXPECT_EQ(shipped_model().linearize(molecules).prediction(1).properties.charges,
                  shipped_model().property_model().predict(molecules[1]).properties.charges);
    }
}

TEST(EnergyAndGradient, ConservesMomentumAndAngularMomentum) {
    for (const std::vector<Molecule>& molecules : complexes()) {
        const EnergyWithGradient result = gradient_of(molecules);
        Eigen::Vector3d force = Eigen::Vector3d::Zero();
        Eigen::Vector3d torque = Eigen::Vector3d::Zero();
        double arm = 0.0;
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            for (Eigen::Index i = 0; i < molecules[m].size(); ++i) {
                const Eigen::Vector3d r = molecules[m].positions.col(i);
                force -= result.gradients[m].col(i);
                torque -= r.cross(result.gradients[m].col(i));
                arm = std::max(arm, r.norm());
            }
        }
        const double scale = largest(result.gradients);
        EXPECT_LT(force.norm(), 1e-10 * scale);
        EXPECT_LT(torque.norm(), 1e-10 * scale * arm);
    }
}

TEST(EnergyAndGradient, TurnsWithTheMolecules) {
    std::mt19937 generator(71);
    for (std::vector<Molecule> molecules : complexes()) {
        const EnergyWithGradient before = gradient_of(molecules);
        const Eigen::Matrix3d rotation = testing::random_rotation(generator);
        for (Molecule& molecule : molecules) {
            molecule.positions =
                (rotation * molecule.positions).colwise() + Eigen::Vector3d(3.0, -1.0, 2.0);
        }
        const EnergyWithGradient after = gradient_of(molecules);
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            EXPECT_LT((after.gradients[m] - rotation * before.gradients[m]).cwiseAbs().maxCoeff(),
                      1e-10 * largest(before.gradients));
        }
    }
}

TEST(EnergyAndGradient, DoesNotDependOnTheOrderOfMolecules) {
    for (const std::vector<Molecule>& molecules : complexes()) {
        const EnergyWithGradient result = gradient_of(molecules);
        const EnergyWithGradient reversed = gradient_of({molecules.rbegin(), molecules.rend()});
        for (std::size_t m = 0; m < molecules.size(); ++m) {
            const Eigen::Matrix3Xd& other = reversed.gradients[molecules.size() - 1 - m];
            EXPECT_LT((result.gradients[m] - other).cwiseAbs().maxCoeff(),
                      1e-10 * largest(result.gradients));
        }
    }
}

TEST(EnergyAndGradient, OfComponentsAddUpToThatOfTheTotal) {
    const std::vector<Molecule> water = real_dimers()[0];
    Eigen::Matrix3Xd sum = Eigen::Matrix3Xd::Zero(3, water[0].size());
    for (const EnergyComponents& seed : {EnergyComponents{1.0, 0.0, 0.0, 0.0},
                                         EnergyComponents{0.0, 1.0, 0.0, 0.0},
                                         EnergyComponents{0.0, 0.0, 1.0, 0.0},
                                         EnergyComponents{0.0, 0.0, 0.0, 1.0}}) {
        sum += shipped_model().linearize(water).gradients(seed)[0];
    }
    const EnergyWithGradient whole = gradient_of(water);
    EXPECT_LT((sum - whole.gradients[0]).cwiseAbs().maxCoeff(), 1e-12 * largest(whole.gradients));
}

TEST(EnergyAndGradient, VanishesBetweenMoleculesFarApart) {
    std::vector<Molecule> water = real_dimers()[0];
    water[1].positions.row(0).array() += 1e4;
    EXPECT_LT(largest(gradient_of(water).gradients), 1e-11);
}

TEST(EnergyAndGradient, IsNotDefinedForPropertiesOfOneGeometry) {
    const std::vector<Molecule> water = real_dimers()[0];
    std::vector<PropertyRecord> records;
    for (const Molecule& molecule : water) {
        PropertyRecord& record = records.emplace_back();
        record.molecule = molecule;
        record.properties = shipped_model().property_model().predict(molecule).properties;
    }
    const InteractionModel given(std::make_shared<GivenProperties>(records),
                                 testing::shipped_parameters());
    EXPECT_THROW((void)given.linearize(water), ModelError);
}

namespace {

/// What rigid_force() says of monomer m, checked against finite differences by rigid motions about
/// the center of its atoms.
RigidForce checked_rigid_force(const Physics& physics,
                               std::vector<Monomer> monomers,
                               std::size_t m,
                               const EnergyGradient& gradient) {
    const Monomer monomer = monomers[m];
    const Eigen::Vector3d center = monomer.molecule().positions.rowwise().mean();
    const RigidForce actual = rigid_force(monomer, gradient, center);
    const double scale = actual.force.norm() + actual.torque.norm();
    for (Eigen::Index axis = 0; axis < 3; ++axis) {
        const Eigen::Vector3d e = Eigen::Vector3d::Unit(axis);
        const double by_shift = testing::derivative(
            [&](double t) {
                monomers[m] = monomer.translated(t * e);
                return physics.interaction_energy(monomers).total();
            },
            0.0);
        EXPECT_NEAR(actual.force[axis], -by_shift, 1e-8 * scale);
        const double by_angle = testing::derivative(
            [&](double t) {
                const Eigen::Matrix3d turn = Eigen::AngleAxisd(t, e).toRotationMatrix();
                monomers[m] = monomer.translated(-center).rotated(turn).translated(center);
                return physics.interaction_energy(monomers).total();
            },
            0.0);
        EXPECT_NEAR(actual.torque[axis], -by_angle, 1e-8 * scale);
    }
    return actual;
}

}  // namespace

TEST(RigidForce, IsTheDerivativeByRigidMotion) {
    for (const std::vector<Molecule>& molecules : complexes()) {
        std::vector<Monomer> monomers;
        for (const Molecule& molecule : molecules) {
            monomers.push_back(shipped_model().monomer(molecule));
        }
        const Physics& physics = shipped_model().physics();
        const std::vector<EnergyGradient> partial =
            physics.component_gradients(monomers).combined(total_seed);
        const EnergyWithGradient whole = gradient_of(molecules);
        for (std::size_t m = 0; m < monomers.size(); ++m) {
            const RigidForce actual = checked_rigid_force(physics, monomers, m, partial[m]);
            // The forces on the atoms, which know of the learned properties, say the same.
            const Eigen::Vector3d center = molecules[m].positions.rowwise().mean();
            const RigidForce by_atoms = rigid_force(molecules[m], whole.gradients[m], center);
            const double scale = actual.force.norm() + actual.torque.norm();
            EXPECT_LT((by_atoms.force - actual.force).norm(), 1e-10 * scale);
            EXPECT_LT((by_atoms.torque - actual.torque).norm(), 1e-10 * scale);
        }
    }
}

TEST(RigidForce, CountsShortRangeMultipoles) {
    std::mt19937 generator(17);
    const Physics& physics = shipped_model().physics();
    for (int repeat = 0; repeat < 5; ++repeat) {
        const std::vector<Monomer> monomers = testing::random_monomers(generator, 2, 4);
        ASSERT_GT(monomers[0].properties().exchange_quadrupoles.norm(), 0.0);
        const std::vector<EnergyGradient> gradients =
            physics.component_gradients(monomers).combined(total_seed);
        for (std::size_t m = 0; m < monomers.size(); ++m) {
            checked_rigid_force(physics, monomers, m, gradients[m]);
        }
    }
}

TEST(PairEnergies, AddUpToWhatIsPairwise) {
    std::vector<Monomer> monomers;
    for (const Molecule& molecule : water_trimer()) {
        monomers.push_back(shipped_model().monomer(molecule));
    }
    const Sites sites(monomers);
    EnergyComponents sum;
    for (const EnergyComponents& pair : shipped_model().physics().pair_energies(sites)) {
        sum += pair;
    }
    const ParameterSet& parameters = testing::shipped_parameters();
    const EnergyComponents all = shipped_model().physics().interaction_energy(monomers);
    EXPECT_NEAR(sum.electrostatics, all.electrostatics, 1e-15);
    EXPECT_NEAR(sum.exchange, all.exchange, 1e-15);
    EXPECT_NEAR(sum.induction + Polarization(parameters.polarization).energy(monomers).induction,
                all.induction,
                1e-15);
    EXPECT_NEAR(sum.dispersion + Dispersion(parameters.dispersion).many_body_energy(sites),
                all.dispersion,
                1e-15);
}

TEST(PairDecomposition, LeavesPolarizationAndManyBodyDispersion) {
    std::vector<Monomer> monomers;
    for (const Molecule& molecule : water_trimer()) {
        monomers.push_back(shipped_model().monomer(molecule));
    }
    const Physics& physics = shipped_model().physics();
    const EnergyComponents all = physics.interaction_energy(monomers);
    const PairDecomposition parts = pair_decomposition(monomers, physics, all);
    ASSERT_EQ(parts.pairs.size(), 27U);
    for (const PairEnergy& pair : parts.pairs) {
        EXPECT_LT(pair.monomer_a, pair.monomer_b);
        const Eigen::Vector3d R = monomers[pair.monomer_b].molecule().positions.col(pair.atom_b) -
                                  monomers[pair.monomer_a].molecule().positions.col(pair.atom_a);
        EXPECT_NEAR(pair.distance, R.norm(), 1e-12);
    }
    EXPECT_NEAR(
        parts.sum.total() + parts.polarization + parts.many_body_dispersion, all.total(), 1e-15);
    const ParameterSet& parameters = testing::shipped_parameters();
    EXPECT_NEAR(parts.polarization,
                Polarization(parameters.polarization).energy(monomers).induction,
                1e-15);
}

TEST(PairDecomposition, HalfOfEveryPairIsOfEitherAtom) {
    PairDecomposition parts;
    parts.pairs = {{.monomer_a = 0, .atom_a = 0, .monomer_b = 1, .atom_b = 1, .energy = {-1.0}},
                   {.monomer_a = 0, .atom_a = 1, .monomer_b = 1, .atom_b = 1, .energy = {4.0, 2.0}},
                   {.monomer_a = 1, .atom_a = 0, .monomer_b = 2, .atom_b = 0, .energy = {0.5}}};
    const std::array<Eigen::Index, 3> sizes = {2, 2, 1};
    const std::vector<Eigen::VectorXd> atoms = atom_contributions(parts, sizes);
    ASSERT_EQ(atoms.size(), 3U);
    EXPECT_EQ(atoms[0], Eigen::Vector2d(-0.5, 3.0));
    EXPECT_EQ(atoms[1], Eigen::Vector2d(0.25, 2.5));
    EXPECT_EQ(atoms[2], Eigen::VectorXd::Constant(1, 0.25));
}

TEST(SystemEnergies, OfNonAdditivePartsHaveNoDetails) {
    ReferenceSystem system;
    system.monomers = water_trimer();
    system.three_body = true;
    const std::vector<ReferenceSystem> systems = {system};
    EXPECT_TRUE(system_energies(systems, shipped_model()).front().energy);
    for (const EnergyDetails& details : {EnergyDetails{true, false}, EnergyDetails{false, true}}) {
        const SystemEnergy result = system_energies(systems, shipped_model(), {}, details).front();
        EXPECT_FALSE(result.energy);
        EXPECT_NE(result.error.find("non-additive"), std::string::npos) << result.error;
    }
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "shipped_model.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/pose_energies.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <support/energy_term_checks.hpp>
#include <support/expect_error.hpp>
#include <vector>

namespace keesom {

namespace {

using testing::error_of;
using testing::real_dimers;
using testing::shipped_model;

/// The shipped model, which counts what it predicts.
class CountingModel : public PropertyModel {
public:
    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override {
        ++calls;
        return shipped_model().property_model().predict(molecule);
    }

    [[nodiscard]] std::vector<int> supported_elements() const override {
        return shipped_model().property_model().supported_elements();
    }

    mutable std::atomic<int> calls = 0;
};

/// A molecule about the place of the guest of a dimer, turned and up to 2 bohr farther away.
Molecule placed(const Molecule& molecule,
                const std::vector<Molecule>& dimer,
                std::mt19937& generator) {
    const Eigen::Vector3d center = dimer[1].positions.rowwise().mean();
    const Eigen::Vector3d away = (center - dimer[0].positions.rowwise().mean()).normalized();
    Molecule pose = molecule;
    const Eigen::Vector3d middle = molecule.positions.rowwise().mean();
    pose.positions = testing::random_rotation(generator) * (molecule.positions.colwise() - middle);
    pose.positions.colwise() += center + testing::uniform(generator, 1.0, 3.0) * away;
    return pose;
}

std::vector<std::vector<Molecule>> poses_of(const std::vector<Molecule>& dimer,
                                            int count,
                                            std::mt19937& generator) {
    std::vector<std::vector<Molecule>> poses;
    for (int i = 0; i < count; ++i) {
        poses.push_back({placed(dimer[1], dimer, generator)});
    }
    return poses;
}

/// Positions as an sdf file has them.
Molecule as_in_sdf(const Molecule& molecule) {
    constexpr double last_digit = 1e-4 * units::angstrom;
    Molecule rounded = molecule;
    rounded.positions = (molecule.positions / last_digit).array().round() * last_digit;
    return rounded;
}

std::vector<Molecule> together(std::vector<Molecule> host, const std::vector<Molecule>& pose) {
    host.insert(host.end(), pose.begin(), pose.end());
    return host;
}

std::vector<SystemEnergy> energies_beside(const std::vector<Molecule>& host,
                                          const std::vector<std::vector<Molecule>>& poses) {
    const std::vector<PreparedHost> hosts = {prepare_host(host, shipped_model())};
    return pose_energies(poses, hosts, shipped_model());
}

Molecule xenon(double z) {
    Molecule molecule;
    molecule.atomic_numbers = {54};
    molecule.positions = Eigen::Vector3d(0.0, 0.0, z);
    return molecule;
}

}  // namespace

TEST(PoseEnergies, OfRigidCopiesAreThoseOfPlainMolecules) {
    std::mt19937 generator(91);
    for (const std::vector<Molecule>& dimer : real_dimers()) {
        const std::vector<std::vector<Molecule>> poses = poses_of(dimer, 4, generator);
        const std::vector<SystemEnergy> energies = energies_beside({dimer[0]}, poses);
        ASSERT_EQ(energies.size(), poses.size());
        for (std::size_t p = 0; p < poses.size(); ++p) {
            ASSERT_TRUE(energies[p].energy) << energies[p].error;
            const EnergyComponents expected =
                shipped_model().interaction_energy(together({dimer[0]}, poses[p]));
            for (const ComponentName& component : component_names) {
                EXPECT_NEAR(
                    (*energies[p].energy).*component.value, expected.*component.value, 1e-9);
            }
        }
    }
}

TEST(PoseEnergies, PredictsAShapeOnceAlsoWhereFilesHaveRoundedIt) {
    std::mt19937 generator(92);
    const std::vector<Molecule> dimer = real_dimers()[3];
    auto counting = std::make_shared<CountingModel>();
    const InteractionModel model(counting, testing::shipped_parameters());
    const std::vector<PreparedHost> hosts = {prepare_host({&dimer[0], 1}, model)};
    EXPECT_EQ(counting->calls, 1);
    std::vector<std::vector<Molecule>> poses = poses_of(dimer, 30, generator);
    for (std::vector<Molecule>& pose : poses) {
        pose[0] = as_in_sdf(pose[0]);
    }
    (void)pose_energies(poses, hosts, model);
    EXPECT_EQ(counting->calls, 2);
}

// An energy moves by no more than its gradient times what the positions move.
TEST(PoseEnergies, OfRoundedPositionsDifferByTheRounding) {
    std::mt19937 generator(93);
    const std::vector<Molecule> dimer = real_dimers()[3];
    std::vector<std::vector<Molecule>> poses = poses_of(dimer, 6, generator);
    for (std::vector<Molecule>& pose : poses) {
        pose[0] = as_in_sdf(pose[0]);
    }
    const std::vector<SystemEnergy> energies = energies_beside({dimer[0]}, poses);
    for (std::size_t p = 0; p < poses.size(); ++p) {
        ASSERT_TRUE(energies[p].energy) << energies[p].error;
        const std::vector<Molecule> molecules = together({dimer[0]}, poses[p]);
        const SystemEnergy exact = system_energy(molecules, shipped_model());
        constexpr double farthest = 4e-4;
        const double bound = farthest * exact.gradients[1].colwise().norm().sum();
        const double difference = energies[p].energy->total() - exact.energy->total();
        EXPECT_LT(std::abs(difference), bound);
        EXPECT_LT(bound, 1e-4);
        EXPECT_NEAR(energies[p].contact->distance, exact.contact->distance, farthest);
        if (p == 0) {  // it represents the others
            EXPECT_NEAR(difference, 0.0, 1e-9);
        }
    }
}

TEST(PoseEnergies, AreOrderedByPoseAndThenByHost) {
    std::mt19937 generator(94);
    const std::vector<Molecule> dimer = real_dimers()[0];
    Molecule far = dimer[1];
    far.positions.row(2).array() += 12.0;
    Molecule farther = dimer[1];
    farther.positions.row(2).array() -= 11.0;
    const std::vector<std::vector<Molecule>> hosts = {{dimer[0]}, {dimer[0], far}};
    std::vector<std::vector<Molecule>> poses = poses_of(dimer, 2, generator);
    poses.push_back({dimer[1], farther});
    std::vector<PreparedHost> prepared;
    for (const std::vector<Molecule>& host : hosts) {
        prepared.push_back(prepare_host(host, shipped_model()));
    }
    const std::vector<SystemEnergy> energies = pose_energies(poses, prepared, shipped_model());
    ASSERT_EQ(energies.size(), 6U);
    for (std::size_t i = 0; i < energies.size(); ++i) {
        ASSERT_TRUE(energies[i].energy) << energies[i].error;
        const std::vector<Molecule> molecules = together(hosts[i % 2], poses[i / 2]);
        const double of_host =
            i % 2 == 0 ? 0.0 : shipped_model().interaction_energy(hosts[1]).total();
        EXPECT_NEAR(energies[i].energy->total(),
                    shipped_model().interaction_energy(molecules).total() - of_host,
                    1e-9);
        EXPECT_EQ(energies[i].unfamiliar.size(), molecules.size());
    }
}

// The molecules of a host are nearer to each other than to any pose, or far apart.
TEST(PoseEnergies, AreWithoutThoseOfTheHostAlone) {
    std::mt19937 generator(96);
    const std::vector<Molecule> dimer = real_dimers()[0];
    std::vector<std::vector<Molecule>> poses;
    for (int i = 0; i < 3; ++i) {
        Molecule pose = placed(dimer[1], dimer, generator);
        pose.positions.row(2).array() += 12.0;
        poses.push_back({pose});
    }
    poses.push_back(poses[0]);
    poses.back().push_back(dimer[1]);
    poses.back().back().positions.row(2).array() -= 10.0;
    for (const double distance : {0.0, 25.0}) {
        std::vector<Molecule> host = dimer;
        host[1].positions.row(0).array() += distance;
        const EnergyComponents of_host = shipped_model().interaction_energy(host);
        const std::vector<SystemEnergy> energies = energies_beside(host, poses);
        for (std::size_t p = 0; p < poses.size(); ++p) {
            ASSERT_TRUE(energies[p].energy) << energies[p].error;
            const EnergyComponents all =
                shipped_model().interaction_energy(together(host, poses[p]));
            for (const ComponentName& component : component_names) {
                EXPECT_NEAR((*energies[p].energy).*component.value,
                            all.*component.value - of_host.*component.value,
                            1e-9);
            }
            EXPECT_GE(energies[p].contact->monomer_b, 2U);
        }
    }
}

// To the last bit: nothing is taken off that is only nearly 0.
TEST(PoseEnergies, BesideOneMoleculeAreInteractionEnergies) {
    std::mt19937 generator(97);
    const std::vector<Molecule> dimer = real_dimers()[0];
    const std::vector<std::vector<Molecule>> poses = poses_of(dimer, 1, generator);
    const PreparedHost host = prepare_host({&dimer[0], 1}, shipped_model());
    const EnergyComponents energy = *energies_beside({dimer[0]}, poses)[0].energy;
    const PreparedHost pose = prepare_host(poses[0], shipped_model());
    const std::vector<PreparedMonomer> both = {host.monomers[0], pose.monomers[0]};
    const EnergyComponents expected = shipped_model().physics().interaction_energy(both);
    for (const ComponentName& component : component_names) {
        EXPECT_EQ(energy.*component.value, expected.*component.value);
    }
}

TEST(PoseEnergies, KeepTheErrorOfEachPoseToItself) {
    std::mt19937 generator(95);
    const std::vector<Molecule> dimer = real_dimers()[0];
    std::vector<std::vector<Molecule>> poses = poses_of(dimer, 2, generator);
    Molecule upon = dimer[0];
    upon.positions.row(0).array() += 0.1;
    upon.name = "upon";
    poses.insert(poses.begin() + 1, {{xenon(20.0)}, {upon}, {}});
    const std::vector<SystemEnergy> energies = energies_beside({dimer[0]}, poses);
    const auto rethrow = [&](std::size_t p) { std::rethrow_exception(energies[p].thrown); };
    EXPECT_TRUE(energies[0].energy);
    EXPECT_FALSE(energies[1].energy);
    EXPECT_EQ(error_of<ModelError>([&] { rethrow(1); }), energies[1].error);
    // Of one shape with the first, and yet under its own name.
    EXPECT_THAT(error_of<InputError>([&] { rethrow(2); }), ::testing::HasSubstr("upon"));
    EXPECT_THAT(error_of<InputError>([&] { rethrow(3); }), ::testing::HasSubstr("no molecules"));
    EXPECT_TRUE(energies[4].energy);
}

TEST(PreparedHost, IsRefusedBeforeAnyPoseIs) {
    const std::vector<Molecule> rare = {real_dimers()[0][0], xenon(20.0)};
    EXPECT_THROW((void)prepare_host(rare, shipped_model()), ModelError);
    std::vector<Molecule> many;
    for (Eigen::Index i = 0; i <= largest_system; ++i) {
        many.push_back(xenon(5.0 * static_cast<double>(i)));
    }
    EXPECT_THROW((void)prepare_host(many, shipped_model()), InputError);
    many.resize(1);
    many[0].positions(0, 0) = std::nan("");
    EXPECT_THROW((void)prepare_host(many, shipped_model()), InputError);
    std::vector<Molecule> upon = {rare[0], rare[0]};
    upon[1].positions.row(0).array() += 0.1;
    EXPECT_THROW((void)prepare_host(upon, shipped_model()), InputError);
}

// The larger of the dimers of L7 that has two parts of its own, 61 and 40 atoms.
TEST(PoseEnergies, WithinALargeReachAreThoseWithoutOne) {
    for (const ReferenceSystem& system :
         read_reference_systems(std::string(KEESOM_TEST_DATA_DIR) + "/clusters/l7.xyz.gz")) {
        if (system.name != "L7-c3gc") {
            continue;
        }
        const std::vector<PreparedHost> hosts = {
            prepare_host(std::span(system.monomers).first(1), shipped_model())};
        const std::vector<std::vector<Molecule>> poses = {{system.monomers[1]}};
        const auto within = [&](double reach) {
            const SystemEnergy result =
                pose_energies(poses, hosts, shipped_model(), {.reach = reach}).front();
            return result.energy.value();
        };
        const EnergyComponents all = within(std::numeric_limits<double>::infinity());
        const auto error = [&](double angstrom) {
            return std::abs(within(angstrom * units::angstrom).total() - all.total()) /
                   units::kcal_per_mol;
        };
        EXPECT_EQ(within(1e3).total(), all.total());
        // Of −41 kcal/mol.
        EXPECT_GT(error(4.0), 1e-3);
        EXPECT_LT(error(4.0), 1.0);
        EXPECT_LT(error(6.0), 0.3);
        EXPECT_LT(error(8.0), 0.1);
    }
}

// What acts from beyond the reach are permanent multipoles, on the dipoles of the pose too, and
// dispersion of pairs.
TEST(PoseEnergies, BeyondTheReachAreOfPermanentMultipolesAndPairs) {
    const std::vector<Molecule> dimer = real_dimers().front();
    const std::vector<PreparedHost> hosts = {
        prepare_host(std::span(dimer).first(1), shipped_model())};
    Molecule guest = dimer[1];
    guest.positions.colwise() += Eigen::Vector3d(14.0, 0.0, 0.0);
    const std::vector<std::vector<Molecule>> poses = {{guest}};
    const EnergyComponents all =
        pose_energies(poses, hosts, shipped_model()).front().energy.value();
    const EnergyComponents beyond =
        pose_energies(poses, hosts, shipped_model(), {.reach = 1.0}).front().energy.value();
    EXPECT_EQ(beyond.electrostatics, all.electrostatics);
    EXPECT_EQ(beyond.exchange, all.exchange);
    EXPECT_LT(beyond.induction, 0.0);
    EXPECT_GT(beyond.induction, all.induction);
    EXPECT_NEAR(beyond.dispersion / all.dispersion, 1.0, 0.15);
}

namespace {

constexpr double everywhere = std::numeric_limits<double>::infinity();

std::vector<EnergyUncertainty> uncertainties_beside(const std::vector<Molecule>& host,
                                                    const std::vector<std::vector<Molecule>>& poses,
                                                    double reach = everywhere) {
    const PoseOptions options = {.reach = reach, .uncertainty = true};
    const std::vector<PreparedHost> hosts = {prepare_host(host, shipped_model(), options)};
    std::vector<EnergyUncertainty> uncertainties;
    for (const SystemEnergy& result : pose_energies(poses, hosts, shipped_model(), options)) {
        uncertainties.push_back(result.uncertainty.value());
    }
    return uncertainties;
}

void expect_equal(const EnergyUncertainty& uncertainty, const EnergyUncertainty& expected) {
    constexpr double tolerance = 1e-6;
    EXPECT_NEAR(uncertainty.total, expected.total, tolerance * expected.total);
    for (const ComponentName& component : component_names) {
        EXPECT_NEAR(uncertainty.components.*component.value,
                    expected.components.*component.value,
                    tolerance * expected.total);
    }
    EXPECT_EQ(uncertainty.molecule, expected.molecule);
    EXPECT_EQ(uncertainty.atom, expected.atom);
    EXPECT_NEAR(uncertainty.share, expected.share, tolerance);
}

}  // namespace

TEST(PoseEnergies, HaveTheUncertaintyOfPlainMolecules) {
    std::mt19937 generator(96);
    for (const std::vector<Molecule>& dimer : real_dimers()) {
        const std::vector<std::vector<Molecule>> poses = poses_of(dimer, 3, generator);
        const std::vector<EnergyUncertainty> uncertainties =
            uncertainties_beside({dimer[0]}, poses);
        for (std::size_t p = 0; p < poses.size(); ++p) {
            expect_equal(
                uncertainties[p],
                system_energy(together({dimer[0]}, poses[p]), shipped_model(), {.gradients = true})
                    .uncertainty.value());
        }
    }
}

// What errors do to the energy of the hosts with each other is in both energies that it is the
// difference of.
TEST(PoseEnergies, OfSeveralHostsHaveTheUncertaintyOfADifference) {
    const std::vector<Molecule> dimer = real_dimers()[0];
    Molecule third = dimer[1];
    third.positions.colwise() += Eigen::Vector3d(1.0, 6.5, 0.5);
    const std::vector<Molecule> all = together(dimer, {third});
    std::vector<Monomer> monomers;
    std::vector<std::shared_ptr<const PropertyLinearization>> linearizations;
    for (const Molecule& molecule : all) {
        linearizations.push_back(shipped_model().property_model().linearize(molecule));
        monomers.emplace_back(molecule, linearizations.back()->prediction().properties);
    }
    const Physics& physics = shipped_model().physics();
    ComponentGradients gradients = physics.component_gradients(monomers);
    const ComponentGradients of_hosts =
        physics.component_gradients(std::span<const Monomer>(monomers).first(2));
    for (std::size_t c = 0; c < gradients.gradients.size(); ++c) {
        for (std::size_t m = 0; m < 2; ++m) {
            gradients.gradients[c][m].add(-1.0, of_hosts.gradients[c][m]);
        }
    }
    const EnergyUncertainty expected = EnergyLinearization(gradients, linearizations).uncertainty();
    EXPECT_GT(expected.total, 0.0);
    expect_equal(uncertainties_beside(dimer, {{third}}).front(), expected);
    expect_equal(uncertainties_beside(dimer, {{third}}, 1e3).front(), expected);
    // Nothing is near enough to respond but the pose.
    EXPECT_NEAR(uncertainties_beside(dimer, {{third}}, 0.1).front().total,
                expected.total,
                0.5 * expected.total);
}

TEST(PoseEnergies, NeedAPositiveReach) {
    EXPECT_THAT(
        error_of<InputError>([&] { pose_energies({}, {}, shipped_model(), {.reach = 0.0}); }),
        ::testing::HasSubstr("expected a positive reach, got 0 bohr"));
}

}  // namespace keesom

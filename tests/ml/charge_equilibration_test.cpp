// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"
#include "trained_models.hpp"

#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/model/charge_equilibration.hpp>

#include <Eigen/LU>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <support/expect_error.hpp>
#include <support/finite_differences.hpp>
#include <vector>

namespace keesom {
namespace {

/// CₙH₂ₙ₊₂, all bonds anti; carbon atoms come first.
Molecule alkane(int carbons) {
    Molecule molecule;
    const double half_angle = 0.5 * 111.0 * std::numbers::pi / 180.0;
    const double along = 1.53 * std::sin(half_angle);
    const double across = 1.53 * std::cos(half_angle);
    std::vector<Eigen::Vector3d> places;
    for (int i = 0; i < carbons; ++i) {
        places.emplace_back(along * i, i % 2 == 0 ? 0.0 : across, 0.0);
    }
    molecule.atomic_numbers.assign(static_cast<std::size_t>(carbons), 6);
    for (int i = 0; i < carbons; ++i) {
        const double side = i % 2 == 0 ? -1.0 : 1.0;
        const Eigen::Vector3d carbon = places[static_cast<std::size_t>(i)];
        places.push_back(carbon + Eigen::Vector3d(0.0, side * 0.63, 0.89));
        places.push_back(carbon + Eigen::Vector3d(0.0, side * 0.63, -0.89));
        if (i == 0 || i == carbons - 1) {
            const double end = i == 0 ? -1.0 : 1.0;
            places.push_back(carbon + Eigen::Vector3d(end * 0.9, -side * 0.62, 0.0));
        }
    }
    molecule.atomic_numbers.resize(places.size(), 1);
    molecule.positions.resize(3, static_cast<Eigen::Index>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) {
        molecule.positions.col(static_cast<Eigen::Index>(i)) = units::angstrom * places[i];
    }
    return molecule;
}

Molecule together(const Molecule& a, const Molecule& b, double distance) {
    Molecule both = a;
    both.charge = a.charge + b.charge;
    both.atomic_numbers.insert(
        both.atomic_numbers.end(), b.atomic_numbers.begin(), b.atomic_numbers.end());
    both.positions.resize(3, a.size() + b.size());
    both.positions << a.positions, b.positions.colwise() + Eigen::Vector3d(0.0, 0.0, distance);
    return both;
}

Molecule hydroxide() {
    Molecule molecule;
    molecule.name = "hydroxide";
    molecule.atomic_numbers = {8, 1};
    molecule.positions = Eigen::Matrix3Xd::Zero(3, 2);
    molecule.positions(0, 1) = 0.96 * units::angstrom;
    molecule.charge = -1;
    return molecule;
}

Molecule ammonium() {
    Molecule molecule;
    molecule.atomic_numbers = {7, 1, 1, 1, 1};
    molecule.positions.resize(3, 5);
    // clang-format off
    molecule.positions << 0.0, 0.59,  0.59, -0.59, -0.59,
                          0.0, 0.59, -0.59,  0.59, -0.59,
                          0.0, 0.59, -0.59, -0.59,  0.59;
    // clang-format on
    molecule.positions *= units::angstrom;
    molecule.charge = 1;
    return molecule;
}

Eigen::VectorXd random_electronegativities(unsigned seed, Eigen::Index n) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0, 0.1);
    return Eigen::VectorXd::NullaryExpr(n, [&] { return normal(random); });
}

TEST(ChargeEquilibration, KeepsTheChargeAndIsSymmetric) {
    for (Molecule molecule : {testing::methanol(), alkane(5), ammonium(), hydroxide()}) {
        const ChargeResponse response = charge_response(molecule);
        const Eigen::Index n = molecule.size();
        EXPECT_LT((response.a - response.a.transpose()).norm(), 1e-14);
        EXPECT_LT((response.a * Eigen::VectorXd::Ones(n)).norm(), 1e-12);
        EXPECT_NEAR(response.offsets.sum(), molecule.charge, 1e-12);
        EXPECT_LT((response.projection * Eigen::VectorXd::Ones(n)).norm(), 1e-12);
        EXPECT_LT((response.projection - response.projection.transpose()).norm(), 1e-14);
    }
}

TEST(ChargeEquilibration, LeavesStayingChargesThatAddUpWhereTheyAre) {
    const Molecule molecule = alkane(5);
    Eigen::VectorXd staying = random_electronegativities(63, molecule.size());
    staying.array() -= staying.mean();
    EXPECT_LT((charge_response(molecule).projection * staying - staying).norm(),
              0.03 * staying.norm());
}

TEST(ChargeEquilibration, FindsTheLeastEnergyOfChargesMovedAlongBonds) {
    // The variables of the other route are the charges that bonds move.
    Molecule molecule = testing::methanol();
    molecule.charge = 1;
    const Eigen::Index n = molecule.size();
    const std::vector<Bond> found = bonds(molecule.atomic_numbers, molecule.positions);
    ASSERT_EQ(found.size(), 5U);
    Eigen::MatrixXd transfer = Eigen::MatrixXd::Zero(n, 5);
    for (std::size_t b = 0; b < found.size(); ++b) {
        transfer(found[b].first, static_cast<Eigen::Index>(b)) = -1.0;
        transfer(found[b].second, static_cast<Eigen::Index>(b)) = 1.0;
    }
    Eigen::MatrixXd coulomb(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
            const double s_i =
                covalent_radius(molecule.atomic_numbers[static_cast<std::size_t>(i)]);
            const double s_j =
                covalent_radius(molecule.atomic_numbers[static_cast<std::size_t>(j)]);
            const double r = (molecule.positions.col(i) - molecule.positions.col(j)).norm();
            coulomb(i, j) = i == j ? 0.1 + std::sqrt(2.0 / std::numbers::pi) / s_i
                                   : std::erf(r / std::sqrt(s_i * s_i + s_j * s_j)) / r;
        }
    }
    const Eigen::VectorXd chi = random_electronegativities(61, n);
    const Eigen::VectorXd even = Eigen::VectorXd::Constant(n, 1.0 / static_cast<double>(n));
    // No bond is stretched, so 1/w = 0.1 for all of them.
    const Eigen::MatrixXd hessian =
        transfer.transpose() * coulomb * transfer + 0.1 * Eigen::MatrixXd::Identity(5, 5);
    const Eigen::VectorXd moved =
        -hessian.inverse() * (transfer.transpose() * (chi + coulomb * even));
    const ChargeResponse response = charge_response(molecule);
    EXPECT_LT((response.a * chi + response.offsets - even - transfer * moved).norm(), 1e-12);
}

TEST(ChargeEquilibration, LeavesMoleculesAloneThatAreNotBonded) {
    const Molecule a = testing::methanol();
    const Molecule b = alkane(2);
    // They polarize each other, as dipoles do, but no charge passes between them.
    double previous = 1e-2;
    for (const double distance : {20.0, 200.0, 2000.0}) {
        const ChargeResponse both = charge_response(together(a, b, distance));
        EXPECT_LT((both.a.topLeftCorner(6, 6) * Eigen::VectorXd::Ones(6)).norm(), 1e-13);
        EXPECT_LT((both.a.topRightCorner(6, 8) * Eigen::VectorXd::Ones(8)).norm(), 1e-13);
        const double difference = (both.a.topLeftCorner(6, 6) - charge_response(a).a).norm() +
                                  both.a.topRightCorner(6, 8).norm();
        EXPECT_LT(difference, previous);
        previous = 2e-3 * difference;
        EXPECT_LT(both.offsets.norm(), 1e-15);
        EXPECT_LT((both.projection.topLeftCorner(6, 6) - charge_response(a).projection).norm() +
                      both.projection.topRightCorner(6, 8).norm(),
                  1e-13);
    }
}

TEST(ChargeEquilibration, GivesEachIonItsOwnCharge) {
    // Next to each other in one monomer, whose total charge is 0 or −1.
    for (const Molecule& cation : {ammonium(), testing::methanol()}) {
        const Molecule pair = together(cation, hydroxide(), 20.0);
        const ChargeResponse response = charge_response(pair);
        EXPECT_NEAR(response.offsets.head(cation.size()).sum(), cation.charge, 1e-12);
        EXPECT_NEAR(response.offsets.tail(2).sum(), -1.0, 1e-12);
    }
    Molecule unclear = together(testing::methanol(), alkane(2), 20.0);
    unclear.charge = 1;
    unclear.name = "unclear";
    EXPECT_THAT(testing::error_of<InputError>([&] { static_cast<void>(charge_response(unclear)); }),
                ::testing::AllOf(::testing::HasSubstr("2 unbonded parts of 'unclear'"),
                                 ::testing::HasSubstr("+1")));
}

TEST(ChargeEquilibration, ReachesNotFarAlongASaturatedChain) {
    const Molecule chain = alkane(16);
    const Eigen::MatrixXd a = charge_response(chain).a;
    // All that the half of the chain beyond some carbon gets when the first one is made more
    // attractive, as a part of what the first one gets.
    const auto beyond = [&](Eigen::Index carbon) {
        double moved = 0.0;
        for (Eigen::Index i = 0; i < chain.size(); ++i) {
            if (chain.positions(0, i) > chain.positions(0, carbon) + 0.1) {
                moved += a(0, i);
            }
        }
        return std::abs(moved / a(0, 0));
    };
    EXPECT_LT(beyond(3), 0.05);
    EXPECT_LT(beyond(7), 0.4 * beyond(3));
    EXPECT_LT(beyond(11), 0.5 * beyond(7));
}

TEST(ChargeEquilibration, DoesNotChangeWhenAChainGrowsAtItsOtherEnd) {
    const Eigen::MatrixXd shorter = charge_response(alkane(10)).a;
    const Eigen::MatrixXd longer = charge_response(alkane(14)).a;
    EXPECT_LT((shorter.topLeftCorner(2, 2) - longer.topLeftCorner(2, 2)).cwiseAbs().maxCoeff(),
              1e-3 * std::abs(shorter(0, 0)));
}

TEST(ChargeEquilibration, IsSmoothWhenABondBreaks) {
    const double limit = bond_tolerance * (covalent_radius(6) + covalent_radius(8));
    const Molecule methanol = testing::methanol();
    const Eigen::Vector3d axis =
        (methanol.positions.col(1) - methanol.positions.col(0)).normalized();
    const auto charges_at = [&](double distance) {
        Molecule stretched = methanol;
        const Eigen::Vector3d shift =
            methanol.positions.col(0) + distance * axis - methanol.positions.col(1);
        stretched.positions.col(1) += shift;
        stretched.positions.col(5) += shift;
        return charge_response(stretched).charges(random_electronegativities(62, 6),
                                                  random_electronegativities(64, 6));
    };
    const double h = 1e-3;
    const Eigen::VectorXd at = charges_at(limit);
    EXPECT_LT((charges_at(limit - h) - charges_at(limit + h)).norm(), 1e-4);
    EXPECT_LT((charges_at(limit - h) - 2.0 * at + charges_at(limit + h)).norm() / (h * h), 5.0);
    EXPECT_GT((charges_at(limit - 0.8) - at).norm(), 1e-2);
}

TEST(ChargeEquilibration, PullsBackToPositions) {
    Molecule half_open = testing::methanol();
    half_open.charge = 1;
    const Eigen::Vector3d bond = half_open.positions.col(1) - half_open.positions.col(0);
    const Eigen::Vector3d shift =
        (1.2 * (covalent_radius(6) + covalent_radius(8)) / bond.norm() - 1.0) * bond;
    half_open.positions.col(1) += shift;
    half_open.positions.col(5) += shift;
    for (const Molecule& molecule :
         {half_open, alkane(4), together(hydroxide(), ammonium(), 6.0)}) {
        const Eigen::VectorXd chi = random_electronegativities(65, molecule.size());
        const Eigen::VectorXd staying = random_electronegativities(66, molecule.size());
        const Eigen::VectorXd seeds = random_electronegativities(67, molecule.size());
        const Eigen::MatrixXd expected = testing::derivatives(
            [&](const Eigen::MatrixXd& positions) {
                Molecule moved = molecule;
                moved.positions = positions;
                return seeds.dot(charge_response(moved).charges(chi, staying));
            },
            molecule.positions);
        EXPECT_LT(
            testing::relative_deviation(
                charge_response_pullback(molecule, charge_response(molecule), chi, staying, seeds),
                expected),
            1e-8);
    }
}

}  // namespace
}  // namespace keesom

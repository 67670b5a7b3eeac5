// SPDX-License-Identifier: BSD-3-Clause
//
// Force fields against processes assembled in another way, against finite differences, and against
// the symmetries that they have by construction.
#include "environments.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/monomer_potential.hpp>
#include <keesom/ml/force_field/assignment.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>
#include <keesom/ml/force_field/pair_coordinates.hpp>
#include <keesom/ml/force_field/permutations.hpp>
#include <keesom/ml/kernels/conservative_kernel.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <support/finite_differences.hpp>
#include <utility>
#include <vector>

namespace keesom {
namespace {

using testing::random_rotation;

TEST(Assignment, CostsLeastOfAll) {
    std::mt19937 random(341);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    for (Eigen::Index n = 1; n <= 6; ++n) {
        for (int trial = 0; trial < 20; ++trial) {
            // Every other trial with many equal costs.
            const Eigen::MatrixXd costs = Eigen::MatrixXd::NullaryExpr(n, n, [&] {
                const double cost = uniform(random);
                return trial % 2 == 0 ? cost : std::round(2.0 * cost);
            });
            const auto cost_of = [&](const std::vector<Eigen::Index>& columns) {
                double sum = 0.0;
                for (Eigen::Index row = 0; row < n; ++row) {
                    sum += costs(row, columns[static_cast<std::size_t>(row)]);
                }
                return sum;
            };
            std::vector<Eigen::Index> columns(static_cast<std::size_t>(n));
            std::iota(columns.begin(), columns.end(), Eigen::Index{0});
            double least = cost_of(columns);
            while (std::next_permutation(columns.begin(), columns.end())) {
                least = std::min(least, cost_of(columns));
            }
            EXPECT_NEAR(cost_of(least_cost_assignment(costs)), least, 1e-13);
        }
    }
}

/// Ammonia-like: three arms of springs about a center, a spring between each two of their ends.
struct Pyramid {
    static inline const std::vector<int> atomic_numbers = {7, 1, 1, 1};

    static Eigen::Matrix3Xd equilibrium() {
        Eigen::Matrix3Xd positions(3, 4);
        positions << 0.0, 1.8, -0.9, -0.9,  //
            0.0, 0.0, 1.6, -1.6,            //
            0.0, 0.6, 0.6, 0.6;
        return positions;
    }

    static double energy(const Eigen::Matrix3Xd& positions) {
        const auto stretch = [&](Eigen::Index a, Eigen::Index b, double length) {
            const double r = (positions.col(a) - positions.col(b)).norm();
            return 1.0 - std::exp(length - r);
        };
        double sum = 0.0;
        for (Eigen::Index a = 1; a < 4; ++a) {
            sum += 0.15 * std::pow(stretch(0, a, 1.9), 2);
            for (Eigen::Index b = 1; b < a; ++b) {
                sum += 0.05 * std::pow(stretch(a, b, 3.1), 2);
            }
        }
        return sum - 56.0;
    }

    static std::vector<ForceRecord> records(unsigned seed, int count, double amplitude) {
        std::mt19937 random(seed);
        std::normal_distribution<double> normal(0.0, amplitude);
        std::vector<ForceRecord> all;
        for (int i = 0; i < count; ++i) {
            ForceRecord record;
            record.positions = random_rotation(random) *
                               (equilibrium() +
                                Eigen::MatrixXd::NullaryExpr(3, 4, [&] { return normal(random); }));
            record.energy = energy(record.positions);
            record.forces = -testing::derivatives(energy, record.positions);
            all.push_back(record);
        }
        return all;
    }
};

const std::vector<Permutation>& exchanges_of_three() {
    static const std::vector<Permutation> all = {
        {0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1}};
    return all;
}

/// As x'_a = x_p(a).
Eigen::Matrix3Xd permuted(const Eigen::Matrix3Xd& positions, const Permutation& permutation) {
    return positions(Eigen::all, permutation);
}

TEST(PairCoordinates, FollowTheAtoms) {
    const Eigen::Matrix3Xd x = Pyramid::equilibrium();
    const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(6, 0.5, 2.0);
    const PairCoordinates coordinates(x, weights);
    EXPECT_NEAR(coordinates.values[0], 0.5 / std::sqrt(x.col(1).norm()), 1e-15);
    const Eigen::VectorXd g = Eigen::VectorXd::LinSpaced(6, -1.0, 2.0);
    const Eigen::MatrixXd expected = testing::derivatives(
        [&](const Eigen::Matrix3Xd& moved) {
            return PairCoordinates(moved, weights).values.dot(g);
        },
        x);
    EXPECT_LT((coordinates.gradient(g) - expected).norm(), 1e-10);
    // J and Jᵀ are one matrix.
    const Eigen::Matrix3Xd v = Eigen::VectorXd::LinSpaced(12, 0.3, -1.0).reshaped(3, 4);
    EXPECT_NEAR(coordinates.along(v).dot(g), coordinates.gradient(g).cwiseProduct(v).sum(), 1e-14);
    EXPECT_THROW(PairCoordinates(Eigen::Matrix3Xd::Zero(3, 2), Eigen::VectorXd::Ones(1)),
                 NumericalError);
}

TEST(PairCoordinates, PermuteWithTheAtoms) {
    const ForceRecord record = Pyramid::records(342, 1, 0.3).front();
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(6);
    for (const Permutation& p : exchanges_of_three()) {
        EXPECT_EQ(PairCoordinates(permuted(record.positions, p), ones).values,
                  PairCoordinates(record.positions, ones).values(pair_permutation(p)));
    }
}

TEST(PairWeights, MakeTheMeanVarianceOne) {
    std::vector<Eigen::Matrix3Xd> geometries;
    for (const ForceRecord& record : Pyramid::records(361, 300, 0.1)) {
        geometries.push_back(record.positions);
        geometries.back().col(3) *= 1.0 + 0.1 * static_cast<double>(geometries.size() % 3);
    }
    const Eigen::VectorXd weights =
        pair_weights(geometries, std::vector<Permutation>{{0, 1, 2, 3}});
    Eigen::MatrixXd values(6, 300);
    for (Eigen::Index i = 0; i < 300; ++i) {
        values.col(i) = PairCoordinates(geometries[static_cast<std::size_t>(i)], weights).values;
    }
    values.colwise() -= values.rowwise().mean().eval();
    const Eigen::VectorXd variances = values.rowwise().squaredNorm() / 300.0;
    EXPECT_NEAR(variances.mean(), 1.0, 1e-12);
    // w² σ² with w = σ^{−1/2}: what varies more still counts more, by its standard deviation.
    const Eigen::VectorXd plain = (variances.array() / weights.array().square()).sqrt();
    EXPECT_LT(
        (variances.cwiseQuotient(plain) - Eigen::VectorXd::Constant(6, variances[0] / plain[0]))
            .norm(),
        1e-9 * variances[0] / plain[0]);

    const Eigen::VectorXd alike = pair_weights(geometries, exchanges_of_three());
    EXPECT_NEAR(alike[0], alike[1], 1e-12 * alike[0]);
    EXPECT_NEAR(alike[0], alike[3], 1e-12 * alike[0]);
    EXPECT_THROW(pair_weights(std::vector<Eigen::Matrix3Xd>(3, geometries.front()),
                              std::vector<Permutation>{{0, 1, 2, 3}}),
                 NumericalError);
}

TEST(Permutations, AreRecoveredFromGeometriesThatExchangeAtoms) {
    std::vector<Eigen::Matrix3Xd> geometries;
    std::mt19937 random(343);
    for (const ForceRecord& record : Pyramid::records(344, 60, 0.1)) {
        // Arms of three lengths, which move from one to the next.
        Eigen::Matrix3Xd positions = record.positions;
        const std::array<double, 3> lengths = {1.0, 1.25, 1.5};
        Permutation order = {0, 1, 2};
        std::shuffle(order.begin(), order.end(), random);
        for (Eigen::Index a = 1; a < 4; ++a) {
            const double length =
                lengths[static_cast<std::size_t>(order[static_cast<std::size_t>(a - 1)])];
            positions.col(a) = positions.col(0) + length * (positions.col(a) - positions.col(0));
        }
        geometries.push_back(positions);
    }
    EXPECT_THAT(recovered_permutations(Pyramid::atomic_numbers, geometries),
                ::testing::UnorderedElementsAreArray(exchanges_of_three()));
}

TEST(Permutations, AreNoneWhereAtomsStay) {
    std::vector<Eigen::Matrix3Xd> geometries;
    for (const ForceRecord& record : Pyramid::records(345, 30, 0.05)) {
        Eigen::Matrix3Xd positions = record.positions;
        for (Eigen::Index a = 1; a < 4; ++a) {
            positions.col(a) = positions.col(0) + (1.0 + 0.3 * static_cast<double>(a)) *
                                                      (positions.col(a) - positions.col(0));
        }
        geometries.push_back(positions);
    }
    EXPECT_EQ(recovered_permutations(Pyramid::atomic_numbers, geometries).size(), 1U);
    geometries.emplace_back(Eigen::Matrix3Xd::Random(3, 5));
    EXPECT_THROW(recovered_permutations(Pyramid::atomic_numbers, geometries), InputError);
}

ForceField trained(const std::vector<ForceRecord>& records,
                   const std::vector<Permutation>& permutations,
                   const ForceFieldOptions& options = {}) {
    return train_force_field(Pyramid::atomic_numbers, records, permutations, 30.0, options);
}

// The same process with dense Jacobians, permutation matrices and a sum over all pairs.
TEST(ForceField, IsTheProcessOfItsKernel) {
    const std::vector<ForceRecord> records = Pyramid::records(346, 6, 0.2);
    const Matern52Kernel kernel{30.0};
    ForceFieldOptions options;
    options.noise_ratio = 1e-6;
    const ForceField force_field = trained(records, exchanges_of_three(), options);

    const Eigen::VectorXd& weights = force_field.parameters().pair_weights;
    const auto collective = [&](const Eigen::Matrix3Xd& x) {
        CollectivePoint point{PairCoordinates(x, weights).values, Eigen::MatrixXd(6, 12)};
        for (Eigen::Index k = 0; k < 6; ++k) {
            point.jacobian.row(k) = testing::derivatives(
                                        [&](const Eigen::Matrix3Xd& moved) {
                                            return PairCoordinates(moved, weights).values[k];
                                        },
                                        x)
                                        .reshaped()
                                        .transpose();
        }
        return point;
    };
    const auto matrix_of = [](const Permutation& p) {
        Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(12, 12);
        for (std::size_t a = 0; a < p.size(); ++a) {
            matrix.block<3, 3>(3 * static_cast<Eigen::Index>(a), 3 * p[a]).setIdentity();
        }
        return matrix;
    };
    const auto covariance = [&](const Eigen::Matrix3Xd& x, const Eigen::Matrix3Xd& y) {
        Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(12, 12);
        for (const Permutation& p : exchanges_of_three()) {
            sum += gradient_covariance(kernel, collective(x), collective(permuted(y, p))) *
                   matrix_of(p);
        }
        return Eigen::MatrixXd(sum / 6.0);
    };
    const auto at = [&](Eigen::Index i) { return records[static_cast<std::size_t>(i)].positions; };
    const Eigen::MatrixXd all = block_covariance_matrix(
        6, 6, [&](Eigen::Index i, Eigen::Index j) { return covariance(at(i), at(j)); });
    EXPECT_LT((all - all.transpose()).norm(), 1e-9 * all.norm());
    Eigen::VectorXd gradients(72);
    for (Eigen::Index i = 0; i < 6; ++i) {
        gradients.segment(12 * i, 12) = -records[static_cast<std::size_t>(i)].forces.reshaped();
    }
    const GaussianProcess process(all, 1e-6 * all.diagonal().mean(), gradients);
    const Eigen::Matrix3Xd x = Pyramid::records(347, 1, 0.2).front().positions;
    const Eigen::VectorXd expected = process.mean(block_covariance_matrix(
        6, 1, [&](Eigen::Index i, Eigen::Index) { return covariance(at(i), x); }));
    const Eigen::VectorXd found = force_field.energy_and_gradient(x).gradient.reshaped();
    EXPECT_LT((found - expected).norm(), 1e-7 * expected.norm());
}

TEST(ForceField, LearnsAPotentialFromFewOfItsForces) {
    const std::vector<ForceRecord> test = Pyramid::records(348, 50, 0.1);
    const ForceErrors errors =
        errors_on(trained(Pyramid::records(349, 200, 0.1), exchanges_of_three()), test);
    double squares = 0.0;
    for (const ForceRecord& record : test) {
        squares += record.forces.squaredNorm() / 12.0;
    }
    EXPECT_LT(errors.force, 0.003 * std::sqrt(squares / 50.0));
    EXPECT_LT(errors.energy, 2e-5);
    EXPECT_LT(errors.mean_absolute_force, errors.force);
}

TEST(ForceField, LearnsMoreWithItsSymmetry) {
    const std::vector<ForceRecord> records = Pyramid::records(350, 10, 0.1);
    const std::vector<ForceRecord> test = Pyramid::records(351, 50, 0.1);
    const double with = errors_on(trained(records, exchanges_of_three()), test).force;
    const double without = errors_on(trained(records, {{0, 1, 2, 3}}), test).force;
    EXPECT_LT(with, 0.5 * without);
}

TEST(ForceField, ForcesAreTheSlopesOfItsEnergy) {
    const ForceField force_field = trained(Pyramid::records(352, 20, 0.2), exchanges_of_three());
    const Eigen::Matrix3Xd x = Pyramid::records(353, 1, 0.2).front().positions;
    const Eigen::MatrixXd expected = testing::derivatives(
        [&](const Eigen::Matrix3Xd& moved) {
            return force_field.energy_and_gradient(moved).energy + 56.0;
        },
        x);
    EXPECT_LT((force_field.energy_and_gradient(x).gradient - expected).norm(),
              1e-8 * expected.norm());
}

TEST(ForceField, ConservesMomentumAndAngularMomentum) {
    const ForceField force_field = trained(Pyramid::records(354, 20, 0.2), exchanges_of_three());
    for (const ForceRecord& record : Pyramid::records(355, 5, 0.3)) {
        const Eigen::Matrix3Xd& x = record.positions;
        const Eigen::Matrix3Xd gradient = force_field.energy_and_gradient(x).gradient;
        Eigen::Vector3d torque = Eigen::Vector3d::Zero();
        for (Eigen::Index a = 0; a < 4; ++a) {
            const Eigen::Vector3d r = x.col(a);
            const Eigen::Vector3d g = gradient.col(a);
            torque += r.cross(g);
        }
        EXPECT_LT(gradient.rowwise().sum().norm(), 1e-14 * gradient.norm());
        EXPECT_LT(torque.norm(), 1e-13 * gradient.norm());
    }
}

TEST(ForceField, DoesNotTellEqualAtomsApart) {
    const ForceField force_field = trained(Pyramid::records(356, 15, 0.2), exchanges_of_three());
    const Eigen::Matrix3Xd x = Pyramid::records(357, 1, 0.2).front().positions;
    const EnergyAndGradient before = force_field.energy_and_gradient(x);
    for (const Permutation& p : exchanges_of_three()) {
        const EnergyAndGradient after = force_field.energy_and_gradient(permuted(x, p));
        EXPECT_NEAR(after.energy, before.energy, 1e-12);
        EXPECT_LT((after.gradient - permuted(before.gradient, p)).norm(),
                  1e-11 * before.gradient.norm());
    }
}

TEST(ForceField, IsTheSameByConjugateGradients) {
    const std::vector<ForceRecord> records = Pyramid::records(358, 40, 0.15);
    ForceFieldOptions options;
    options.noise_ratio = 1e-8;
    const ForceField direct = trained(records, exchanges_of_three(), options);
    options.memory = 0.0;
    options.tolerance = 1e-9;
    const ForceField iterative = trained(records, exchanges_of_three(), options);
    for (const ForceRecord& record : Pyramid::records(359, 5, 0.15)) {
        const EnergyAndGradient expected = direct.energy_and_gradient(record.positions);
        const EnergyAndGradient found = iterative.energy_and_gradient(record.positions);
        EXPECT_NEAR(found.energy, expected.energy, 1e-7);
        EXPECT_LT((found.gradient - expected.gradient).norm(), 1e-5 * expected.gradient.norm());
    }
}

TEST(ForceField, KnowsTheRelaxedMolecule) {
    const ForceField force_field = trained(Pyramid::records(364, 80, 0.1), exchanges_of_three());
    EXPECT_NEAR(force_field.parameters().minimum, -56.0, 2e-5);
    for (const ForceRecord& record : Pyramid::records(365, 5, 0.1)) {
        EXPECT_NEAR(force_field.deformation(record.positions).energy, record.energy + 56.0, 1e-4);
        EXPECT_EQ(force_field.deformation(record.positions).gradient,
                  force_field.energy_and_gradient(record.positions).gradient);
    }
}

TEST(ForceField, IsFamiliarWithShapesLikeThoseItLearned) {
    const std::vector<ForceRecord> records = Pyramid::records(366, 40, 0.1);
    const ForceField force_field = trained(records, exchanges_of_three());
    // The largest of the distances to the nearest neighbor, by another route.
    const auto q = [&](const ForceRecord& record, const Permutation& p) {
        return PairCoordinates(permuted(record.positions, p), force_field.parameters().pair_weights)
            .values;
    };
    double spacing = 0.0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        double nearest = 1e9;
        for (std::size_t j = 0; j < records.size(); ++j) {
            for (const Permutation& p : exchanges_of_three()) {
                if (i != j) {
                    nearest = std::min(
                        nearest,
                        (q(records[i], exchanges_of_three()[0]) - q(records[j], p)).norm());
                }
            }
        }
        spacing = std::max(spacing, nearest);
    }
    EXPECT_NEAR(force_field.parameters().spacing, spacing, 1e-12 * spacing);

    EXPECT_TRUE(force_field.is_familiar(Pyramid::equilibrium()));
    EXPECT_TRUE(force_field.is_familiar(permuted(records[3].positions, exchanges_of_three()[4])));
    EXPECT_FALSE(force_field.is_familiar(1.5 * Pyramid::equilibrium()));
    EXPECT_THROW(static_cast<void>(force_field.is_familiar(Eigen::Matrix3Xd::Zero(3, 3))),
                 InputError);
}

TEST(ForceField, DescribesOneMolecule) {
    const ForceField force_field = trained(Pyramid::records(367, 5, 0.2), exchanges_of_three());
    Molecule molecule{"", Pyramid::atomic_numbers, Pyramid::equilibrium(), 0};
    EXPECT_TRUE(force_field.describes(molecule));
    molecule.charge = 1;
    EXPECT_FALSE(force_field.describes(molecule));
    molecule.charge = 0;
    molecule.atomic_numbers = {1, 7, 1, 1};
    EXPECT_FALSE(force_field.describes(molecule));
}

TEST(Deformation, IsThatOfMoleculesWithAPotential) {
    const auto force_field = std::make_shared<const ForceField>(
        trained(Pyramid::records(368, 20, 0.2), exchanges_of_three()));
    const Molecule pyramid{"", Pyramid::atomic_numbers, Pyramid::equilibrium(), 0};
    Molecule stretched = pyramid;
    stretched.positions *= 1.5;
    const Molecule other{"", {2}, Eigen::Matrix3Xd::Zero(3, 1), 0};
    const std::vector<Molecule> molecules = {pyramid, other, stretched};
    const std::vector<std::shared_ptr<const MonomerPotential>> potentials = {force_field};
    const Deformation result = deformation(molecules, potentials);
    EXPECT_EQ(result.energies[0], force_field->deformation(pyramid.positions).energy);
    EXPECT_FALSE(result.energies[1]);
    EXPECT_EQ(result.total(), *result.energies[0] + *result.energies[2]);
    EXPECT_EQ(result.gradients[2], force_field->deformation(stretched.positions).gradient);
    EXPECT_EQ(result.gradients[1], other.positions);
    EXPECT_EQ(result.unfamiliar, (std::vector<bool>{false, false, true}));
}

TEST(ForceField, ChoosesTheLengthScaleOfLeastError) {
    const std::vector<ForceRecord> records = Pyramid::records(362, 60, 0.2);
    const double chosen =
        chosen_length_scale(Pyramid::atomic_numbers, records, exchanges_of_three(), {});
    std::vector<ForceRecord> tried;
    std::vector<ForceRecord> aside;
    for (std::size_t r = 0; r < records.size(); ++r) {
        (r % 2 == 0 ? tried : aside).push_back(records[r]);
    }
    const auto error = [&](double length_scale) {
        return errors_on(
                   train_force_field(
                       Pyramid::atomic_numbers, tried, exchanges_of_three(), length_scale, {}),
                   aside)
            .force;
    };
    for (const double length_scale : {30.0, 100.0, 300.0, 1000.0}) {
        EXPECT_LE(error(chosen), error(length_scale));
    }
}

TEST(ForceFieldFile, GivesTheSameBitsBack) {
    const testing::TemporaryFolder folder;
    ForceField::Parameters parameters =
        trained(Pyramid::records(363, 10, 0.2), exchanges_of_three()).parameters();
    parameters.charge = 1;
    const ForceField force_field(parameters);
    const std::filesystem::path path = folder.path() / "field";
    const std::vector<TrainingSource> sources = {{"set.xyz", "0123"}};
    save_force_field(force_field, sources, path);
    const ForceField again = load_force_field(path);
    EXPECT_EQ(again.parameters().charge, 1);
    EXPECT_EQ(again.parameters().permutations, parameters.permutations);
    const Eigen::Matrix3Xd x = Pyramid::records(364, 1, 0.2).front().positions;
    EXPECT_EQ(again.energy_and_gradient(x).energy, force_field.energy_and_gradient(x).energy);
    EXPECT_EQ(again.energy_and_gradient(x).gradient, force_field.energy_and_gradient(x).gradient);
}

TEST(ForceFieldFile, RefusesWhatWasChanged) {
    const testing::TemporaryFolder folder;
    const ForceField force_field = trained(Pyramid::records(365, 4, 0.2), exchanges_of_three());
    const std::filesystem::path path = folder.path() / "field";
    save_force_field(force_field, {}, path);
    const std::filesystem::path manifest = path / force_field_manifest;
    std::stringstream text;
    text << std::ifstream(manifest).rdbuf();
    const auto error_after = [&](const std::string& from, const std::string& to) {
        std::string changed = text.str();
        const std::size_t place = changed.find(from);
        EXPECT_NE(place, std::string::npos) << from;
        changed.replace(place, from.size(), to);
        std::ofstream(manifest) << changed;
        return testing::error_of<ModelError>([&] { load_force_field(path); });
    };
    using ::testing::HasSubstr;
    EXPECT_THAT(error_after("keesom-force-field", "other"), HasSubstr("schema"));
    EXPECT_THAT(error_after("\"version\": 2", "\"version\": 7"), HasSubstr("version is 7"));
    EXPECT_THAT(error_after("\"charge\"", "\"load\""), HasSubstr("load"));
    EXPECT_THAT(error_after("\"length_scale\": 30.0", "\"length_scale\": -1.0"),
                HasSubstr("positive length scale"));
    EXPECT_THAT(error_after("\"permutations\": [", "\"permutations\": [[0.5],"),
                HasSubstr("integers"));
    EXPECT_THAT(error_after("\"permutations\": [", "\"permutations\": [[1, 0, 2, 3],"),
                HasSubstr("different elements"));
    std::ofstream(manifest) << text.str();
    std::ofstream(path / "dual.npy", std::ios::app) << "x";
    EXPECT_THAT(testing::error_of<ModelError>([&] { load_force_field(path); }),
                HasSubstr("SHA-256"));
}

TEST(ForceField, RefusesWhatDoesNotFit) {
    const std::vector<ForceRecord> records = Pyramid::records(360, 3, 0.1);
    const ForceField force_field = trained(records, exchanges_of_three());
    EXPECT_THROW(static_cast<void>(force_field.energy_and_gradient(Eigen::Matrix3Xd::Zero(3, 5))),
                 InputError);
    EXPECT_THROW(trained({}, exchanges_of_three()), InputError);
    EXPECT_THROW(trained(records, {{1, 0, 2, 3}}), ModelError);
    ForceFieldOptions options;
    options.noise_ratio = 0.0;
    EXPECT_THAT(
        testing::error_of<InputError>([&] { trained(records, exchanges_of_three(), options); }),
        ::testing::HasSubstr("noise_ratio"));
    ForceField::Parameters parameters = force_field.parameters();
    parameters.dual.conservativeResize(5, 3);
    EXPECT_THROW(ForceField{parameters}, ModelError);
}

}  // namespace
}  // namespace keesom

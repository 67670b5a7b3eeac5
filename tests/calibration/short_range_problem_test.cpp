// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/short_range_problem.hpp>
#include <keesom/interaction/interaction_model.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <ml/trained_models.hpp>
#include <random>
#include <support/energy_term_checks.hpp>
#include <utility>
#include <vector>

namespace keesom {

namespace {

Eigen::VectorXd random_numbers(std::mt19937& generator, Eigen::Index count, double deviation) {
    std::normal_distribution<double> normal(0.0, deviation);
    return Eigen::VectorXd::NullaryExpr(count, [&] { return normal(generator); });
}

/// Largest difference from Jᵀ w J, over its largest element.
double farthest_from_exact(const LinearizedResiduals& linearized,
                           const Eigen::VectorXd& w,
                           const MatrixBlock& block) {
    double farthest = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < block.unknowns.size(); ++i) {
        const Eigen::VectorXd unit = Eigen::VectorXd::Unit(
            linearized.backward(Eigen::VectorXd::Zero(w.size())).size(), block.unknowns[i]);
        const Eigen::VectorXd exact =
            linearized.backward(w.cwiseProduct(linearized.forward(unit)))(block.unknowns);
        const Eigen::VectorXd column = block.values.col(static_cast<Eigen::Index>(i));
        farthest = std::max(farthest, (column - exact).cwiseAbs().maxCoeff());
        largest = std::max(largest, exact.cwiseAbs().maxCoeff());
    }
    return farthest / largest;
}

/// Pairs of molecules at random, with references that have nothing to do with their energies.
class ShortRangeFit : public ::testing::Test {
protected:
    static const KernelPropertyModel& model() {
        static const KernelPropertyModel trained = testing::small_model();
        return trained;
    }

    void SetUp() override {
        for (const PropertyRecord& record : testing::small_records(12)) {
            molecules.push_back({record.molecule, model().predict(record.molecule).properties});
        }
        for (std::size_t k = 0; k < 20; ++k) {
            FitSystem system;
            system.monomers = {placed(k % molecules.size(), 0.0),
                               placed((5 * k + 1) % molecules.size(), k % 5 == 0 ? 5.0 : 9.0)};
            if (k % 5 != 0) {  // the others are close approaches
                for (auto& component : system.components) {
                    component = 0.01 * random_numbers(generator, 1, 1.0)[0];
                }
                system.components[k % 4].reset();
                system.total = 0.01;
                system.weights.components = 0.5;
            }
            system.polarization = -0.002;
            system.many_body = -0.003;
            systems.push_back(std::move(system));
        }
        ShortRangeSizes sizes;
        sizes.invariants = 20;
        sizes.channels = 4;
        sizes.points = {12, 4, 3};
        unknowns = std::make_unique<ShortRangeUnknowns>(molecules, model(), sizes);
        parameters = initial_parameters(unknowns->elements());
        for (const FitSystem& system : systems) {
            pointers.push_back(&system);
        }
        problem = std::make_unique<ShortRangeProblem>(
            molecules, *unknowns, parameters, pointers, FitOptions());
    }

    PlacedMolecule placed(std::size_t molecule, double x) {
        PlacedMolecule result;
        result.index = molecule;
        result.rotation = testing::random_rotation(generator);
        result.molecule = molecules[molecule].molecule;
        Eigen::Matrix3Xd& positions = result.molecule.positions;
        positions = (result.rotation * positions).eval();
        positions.colwise() += Eigen::Vector3d(x, 0.0, 0.0) - positions.rowwise().mean();
        return result;
    }

    std::mt19937 generator{7};
    std::vector<FitMolecule> molecules;
    std::vector<FitSystem> systems;
    std::vector<const FitSystem*> pointers;
    ParameterSet parameters;
    std::unique_ptr<ShortRangeUnknowns> unknowns;
    std::unique_ptr<ShortRangeProblem> problem;
};

}  // namespace

TEST_F(ShortRangeFit, KnowsTheDerivativesOfItsResiduals) {
    const Eigen::VectorXd z = random_numbers(generator, unknowns->size(), 0.3);
    const auto linearized = problem->linearize(z);
    for (int k = 0; k < 4; ++k) {
        Eigen::VectorXd direction = random_numbers(generator, unknowns->size(), 1.0);
        if (k == 0) {
            direction.tail(unknowns->size() - global_constants).setZero();
        } else if (k == 1) {
            direction.head(unknowns->constants()).setZero();
        }
        direction.normalize();
        const auto difference = [&](double h) -> Eigen::VectorXd {
            return (problem->residuals(z + h * direction) - problem->residuals(z - h * direction)) /
                   (2.0 * h);
        };
        const Eigen::VectorXd expected = (4.0 * difference(0.02) - difference(0.04)) / 3.0;
        // Features, and derivatives by properties, are kept in single precision.
        EXPECT_LT((linearized->forward(direction) - expected).norm(), 2e-4 * expected.norm()) << k;
    }
}

TEST_F(ShortRangeFit, GoesBackwardByTheTransposedOfForward) {
    const auto linearized = problem->linearize(random_numbers(generator, unknowns->size(), 0.3));
    const Eigen::VectorXd v = random_numbers(generator, unknowns->size(), 1.0);
    const Eigen::VectorXd u = random_numbers(generator, problem->weights().size(), 1.0);
    const double forward = u.dot(linearized->forward(v));
    EXPECT_NEAR(linearized->backward(u).dot(v), forward, 1e-4 * std::abs(forward));
}

TEST_F(ShortRangeFit, HasEachUnknownInOneBlockAndThatOfTheConstantsExactly) {
    const auto linearized = problem->linearize(random_numbers(generator, unknowns->size(), 0.3));
    const Eigen::VectorXd w = random_numbers(generator, problem->weights().size(), 1.0).cwiseAbs();
    const std::vector<MatrixBlock> blocks = linearized->blocks(w);
    EXPECT_LT(farthest_from_exact(*linearized, w, blocks.front()), 1e-5);
    ASSERT_EQ(static_cast<Eigen::Index>(blocks.front().unknowns.size()), unknowns->constants());
    std::vector<int> found(static_cast<std::size_t>(unknowns->size()), 0);
    for (const MatrixBlock& block : blocks) {
        EXPECT_TRUE(block.values.isApprox(block.values.transpose(), 1e-5));
        for (const Eigen::Index unknown : block.unknowns) {
            ++found[static_cast<std::size_t>(unknown)];
        }
    }
    EXPECT_THAT(found, ::testing::Each(1));
}

// Atoms count as if they were alone in their systems, which some are.
TEST_F(ShortRangeFit, HasTheBlockOfAtomsThatAreTheOnlyOnesOfTheirElement) {
    int compared = 0;
    for (std::size_t e = 0; e < unknowns->elements().size(); ++e) {
        std::vector<const FitSystem*> with_one;
        for (const FitSystem& system : systems) {
            std::ptrdiff_t n = 0;
            for (const PlacedMolecule& monomer : system.monomers) {
                const std::vector<int>& atoms = monomer.molecule.atomic_numbers;
                n += std::count(atoms.begin(), atoms.end(), unknowns->elements()[e]);
            }
            if (n == 1) {
                with_one.push_back(&system);
            }
        }
        if (with_one.size() < 2) {
            continue;
        }
        const ShortRangeProblem of_these(molecules, *unknowns, parameters, with_one, FitOptions());
        const auto linearized =
            of_these.linearize(random_numbers(generator, unknowns->size(), 0.3));
        const Eigen::VectorXd w =
            random_numbers(generator, of_these.weights().size(), 1.0).cwiseAbs();
        const MatrixBlock scalars = linearized->blocks(w)[1 + rank_count * e];
        EXPECT_LT(farthest_from_exact(*linearized, w, scalars), 1e-4) << e;
        ++compared;
    }
    EXPECT_GT(compared, 0);
}

TEST_F(ShortRangeFit, GivesItsEnergiesToTheModelAndTheConstantsThatItEndsWith) {
    const Eigen::VectorXd z = random_numbers(generator, unknowns->size(), 0.3);
    KernelModelData data = model().data();
    for (std::size_t e = 0; e < unknowns->elements().size(); ++e) {
        for (ElementModel& element : data.elements) {
            if (element.element == unknowns->elements()[e]) {
                element.short_range = unknowns->learned(e, z);
            }
        }
    }
    const KernelPropertyModel learned(data);
    const ParameterSet constants = problem->parameters(z);
    const Physics physics(constants);
    const Polarization polarization(constants.polarization);
    const Dispersion dispersion(constants.dispersion);
    const std::vector<EnergyComponents> energies = problem->energies(z, pointers);
    for (std::size_t s = 0; s < systems.size(); ++s) {
        if (s % 5 == 0) {
            continue;  // too close for polarization
        }
        std::vector<Monomer> monomers;
        for (const PlacedMolecule& monomer : systems[s].monomers) {
            monomers.emplace_back(monomer.molecule, learned.predict(monomer.molecule).properties);
        }
        EnergyComponents expected = physics.interaction_energy(monomers);
        expected.induction += systems[s].polarization - polarization.energy(monomers).induction;
        expected.dispersion += systems[s].many_body - dispersion.many_body_energy(Sites(monomers));
        for (const ComponentName& component : component_names) {
            EXPECT_NEAR(energies[s].*component.value,
                        expected.*component.value,
                        1e-5 * std::abs(expected.*component.value) + 1e-9)
                << component.name << " of system " << s;
        }
    }
}

}  // namespace keesom

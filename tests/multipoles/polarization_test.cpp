// SPDX-License-Identifier: BSD-3-Clause
#include "support/displaced_charges.hpp"
#include "support/energy_term_checks.hpp"
#include "support/gradient_checks.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/multipoles/polarization.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <Eigen/LU>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace keesom {
namespace {

using testing::Real50;

constexpr PolarizationParameters standard{0.39, 1.0};

/// One carbon-like atom of polarizability 12·ratio.
Monomer polarizable_atom(const Eigen::Vector3d& position,
                         double charge,
                         const Eigen::Vector3d& dipole = Eigen::Vector3d::Zero(),
                         double ratio = 0.8) {
    Molecule molecule{"", {6}, position, 0};
    AtomProperties properties(1);
    properties.charges << charge;
    properties.dipoles = dipole;
    properties.valence_populations << 4.0;
    properties.valence_widths << 0.5;
    properties.hirshfeld_ratios << ratio;
    return {molecule, properties};
}

double polarization_energy(const std::vector<Monomer>& monomers,
                           const PolarizationParameters& parameters = standard) {
    return Polarization(parameters).energy(monomers).induction;
}

/// Coupling and fields of the model rebuilt from finite differences: λ_3, λ_5 and λ_7 multiply the
/// gradients of rank 1, 2 and 3 of 1/R, each split into its parts by hand.
struct Rebuilt {
    Eigen::MatrixXd response;
    Eigen::VectorXd field;
};

Rebuilt rebuild(const std::vector<Monomer>& monomers, const PolarizationParameters& parameters) {
    struct Site {
        Eigen::Vector3d position;
        Multipole<double> permanent;
        double polarizability;
        std::size_t monomer;
    };

    std::vector<Site> sites;
    for (std::size_t m = 0; m < monomers.size(); ++m) {
        for (Eigen::Index i = 0; i < monomers[m].size(); ++i) {
            const int z = monomers[m].molecule().atomic_numbers[static_cast<std::size_t>(i)];
            const double ratio = monomers[m].properties().hirshfeld_ratios[i];
            sites.push_back(
                {monomers[m].molecule().positions.col(i),
                 atomic_multipole(monomers[m].properties(), i),
                 free_atom(z).polarizability * std::pow(ratio, parameters.polarizability_exponent),
                 m});
        }
    }
    const auto n = static_cast<Eigen::Index>(sites.size());
    Rebuilt rebuilt{Eigen::MatrixXd::Zero(3 * n, 3 * n), Eigen::VectorXd::Zero(3 * n)};
    for (Eigen::Index i = 0; i < n; ++i) {
        const Site& a = sites[static_cast<std::size_t>(i)];
        rebuilt.response.block<3, 3>(3 * i, 3 * i).diagonal().setConstant(1.0 / a.polarizability);
        for (Eigen::Index j = 0; j < n; ++j) {
            if (i == j) {
                continue;
            }
            const Site& b = sites[static_cast<std::size_t>(j)];
            const Eigen::Vector3d x = a.position - b.position;  // from source to field point
            const double r = x.norm();
            const double v = parameters.thole_a * std::pow(r, 3) /
                             std::sqrt(a.polarizability * b.polarizability);
            const double lambda3 = 1.0 - std::exp(-v);
            const double lambda5 = 1.0 - (1.0 + v) * std::exp(-v);
            const double lambda7 = 1.0 - (1.0 + v + 0.6 * v * v) * std::exp(-v);
            const Eigen::Matrix3d dipole_field =
                3.0 * lambda5 * x * x.transpose() / std::pow(r, 5) -
                lambda3 * Eigen::Matrix3d::Identity() / std::pow(r, 3);
            rebuilt.response.block<3, 3>(3 * i, 3 * j) = -dipole_field;
            if (a.monomer == b.monomer) {
                continue;
            }
            const Eigen::Vector3d quadrupole_x = b.permanent.quadrupole * x;
            rebuilt.field.segment<3>(3 * i) +=
                lambda3 * b.permanent.charge * x / std::pow(r, 3) +
                dipole_field * b.permanent.dipole +
                (5.0 * lambda7 * quadrupole_x.dot(x) * x / std::pow(r, 7) -
                 2.0 * lambda5 * quadrupole_x / std::pow(r, 5));
        }
    }
    return rebuilt;
}

TEST(InducedDipoles, SolveTheEquationsBuiltFromTheTextbook) {
    std::mt19937 generator(31);
    const std::vector<Monomer> monomers = testing::random_monomers(generator, 3, 5);
    const PolarizationParameters parameters{0.5, 1.2};
    const Rebuilt rebuilt = rebuild(monomers, parameters);
    const Eigen::VectorXd expected = rebuilt.response.fullPivLu().solve(rebuilt.field);
    const InducedDipoles induced = solve_induced_dipoles(Sites(monomers), parameters);
    EXPECT_LT((induced.dipoles.reshaped() - expected).norm(), 1e-12 * expected.norm());
    EXPECT_LT((induced.fields.reshaped() - rebuilt.field).norm(), 1e-13 * rebuilt.field.norm());
    EXPECT_NEAR(induced.energy, -0.5 * expected.dot(rebuilt.field), 1e-14);
}

TEST(InducedDipoles, FarAwayFieldIsThatOfDisplacedCharges) {
    std::mt19937 generator(32);
    const Monomer source = testing::random_monomer(generator, 4);
    const Eigen::Vector3d where(9.0, -11.0, 8.0);
    const InducedDipoles induced = solve_induced_dipoles(
        Sites(std::vector<Monomer>{polarizable_atom(where, 0.0), source}), standard);
    // Energy of a test charge displaced by ±1e-9 along each axis, differentiated.
    const Real50 h = 1e-9;
    for (Eigen::Index axis = 0; axis < 3; ++axis) {
        Real50 field = 0;
        for (const int side : {-1, 1}) {
            const std::vector<testing::DisplacedCharge> test{
                {Real50(-side) / (2 * h), side * h * Vector3<Real50>::Unit(axis)}};
            for (Eigen::Index i = 0; i < source.size(); ++i) {
                field += testing::interact(
                    test,
                    testing::displaced_charges(atomic_multipole(source.properties(), i), h),
                    source.molecule().positions.col(i) - where,
                    [](const Real50& r) -> Real50 { return 1 / r; });
            }
        }
        EXPECT_NEAR(induced.fields(axis, 0), static_cast<double>(field), 1e-14);
    }
}

// Two atoms in line: μ_1 = α(F_1 + tμ_2), μ_2 = α(F_2 + tμ_1), t = 2/R³ far away.
TEST(InducedDipoles, OfTwoAtomsAreThoseOfTheAnalyticSolution) {
    const double R = 12.0;
    const double q1 = 0.7;
    const double q2 = -0.4;
    const InducedDipoles induced = solve_induced_dipoles(
        Sites(std::vector<Monomer>{polarizable_atom(Eigen::Vector3d::Zero(), q1),
                                   polarizable_atom(Eigen::Vector3d(0.0, 0.0, R), q2)}),
        standard);
    const double alpha = 12.0 * 0.8;
    const double t = 2.0 / std::pow(R, 3);
    const double F1 = -q2 / (R * R);
    const double F2 = q1 / (R * R);
    const double denominator = 1.0 - alpha * alpha * t * t;
    const double mu1 = alpha * (F1 + alpha * t * F2) / denominator;
    const double mu2 = alpha * (F2 + alpha * t * F1) / denominator;
    EXPECT_NEAR(induced.polarizabilities[0], alpha, 1e-13);
    EXPECT_NEAR(induced.dipoles(2, 0), mu1, 1e-14);
    EXPECT_NEAR(induced.dipoles(2, 1), mu2, 1e-14);
    EXPECT_NEAR(induced.dipoles.topRows(2).norm(), 0.0, 1e-16);
    EXPECT_NEAR(induced.energy, -0.5 * (mu1 * F1 + mu2 * F2), 1e-15);
}

// The energy belongs to the field that determined the dipoles: it is the value of the functional at
// its minimum, and a step δ in any direction raises it by ½ δ(α⁻¹ + C)δ exactly.
TEST(Polarization, EnergyIsTheMinimumOfTheVariationalFunctional) {
    std::mt19937 generator(33);
    const std::vector<Monomer> monomers = testing::random_monomers(generator, 2, 6);
    const Rebuilt rebuilt = rebuild(monomers, standard);
    const auto functional = [&](const Eigen::VectorXd& dipoles) {
        return 0.5 * dipoles.dot(rebuilt.response * dipoles) - rebuilt.field.dot(dipoles);
    };
    const Eigen::VectorXd solution =
        solve_induced_dipoles(Sites(monomers), standard).dipoles.reshaped();
    const double energy = polarization_energy(monomers);
    EXPECT_NEAR(energy, functional(solution), 1e-15);
    for (int trial = 0; trial < 10; ++trial) {
        Eigen::VectorXd step(solution.size());
        for (Eigen::Index i = 0; i < step.size(); i += 3) {
            step.segment<3>(i) = testing::random_vector(generator, 1e-3);
        }
        const double rise = functional(solution + step) - energy;
        EXPECT_GT(rise, 0.0);
        EXPECT_NEAR(rise, 0.5 * step.dot(rebuilt.response * step), 1e-14);
    }
}

// A uniform field is not at hand, a very distant strong ion is: dE/dF = −μ when the source is
// scaled.
TEST(Polarization, EnergyResponseToTheSourceIsTheDipole) {
    const auto at = [&](double charge) {
        return std::vector<Monomer>{
            polarizable_atom(Eigen::Vector3d::Zero(), 0.0, Eigen::Vector3d::Zero(), 0.7),
            polarizable_atom(Eigen::Vector3d(3.0, 1.0, 2.0), charge)};
    };
    const double h = 1e-4;
    const double derivative =
        (polarization_energy(at(1.0 + h)) - polarization_energy(at(1.0 - h))) / (2.0 * h);
    const InducedDipoles induced = solve_induced_dipoles(Sites(at(1.0)), standard);
    EXPECT_NEAR(derivative, -induced.dipoles.col(0).dot(induced.fields.col(0)), 1e-10);
    EXPECT_LT(derivative, -1e-3);
}

TEST(Polarization, OfAnAtomByADistantIonFallsOffWithTheFourthPower) {
    const double R = 60.0;
    const double q = 1.0;
    const double energy = polarization_energy({polarizable_atom(Eigen::Vector3d::Zero(), 0.0),
                                               polarizable_atom(Eigen::Vector3d(R, 0.0, 0.0), q)});
    // The ion's own dipole answers only to that of the atom: a correction of order α²·4/R⁶.
    EXPECT_NEAR(energy / (-0.5 * 12.0 * 0.8 * q * q / std::pow(R, 4)), 1.0, 1e-7);
}

TEST(Polarization, UsesTheExponentOfTheHirshfeldRatio) {
    const auto energy = [](double exponent) {
        return polarization_energy({polarizable_atom(Eigen::Vector3d::Zero(), 0.0),
                                    polarizable_atom(Eigen::Vector3d(80.0, 0.0, 0.0), 1.0)},
                                   {0.39, exponent});
    };
    EXPECT_NEAR(energy(2.0) / energy(1.0), 0.8, 1e-7);
}

TEST(Polarization, OfThreeMonomersIsNotTheSumOverPairs) {
    const Eigen::Vector3d none = Eigen::Vector3d::Zero();
    const Monomer ion = polarizable_atom({-8.0, 0.0, 0.0}, 1.0);
    const Monomer middle = polarizable_atom(none, 0.0);
    const Monomer same_ion = polarizable_atom({8.0, 0.0, 0.0}, 1.0);
    const Monomer opposite_ion = polarizable_atom({8.0, 0.0, 0.0}, -1.0);
    const auto nonadditivity = [&](const Monomer& other) {
        return polarization_energy({ion, middle, other}) - polarization_energy({ion, middle}) -
               polarization_energy({middle, other}) - polarization_energy({ion, other});
    };
    // In the middle the fields of equal ions cancel, those of opposite ions add.
    EXPECT_GT(nonadditivity(same_ion), 1e-3);
    EXPECT_LT(nonadditivity(opposite_ion), -1e-3);
}

TEST(Polarization, OfOneMonomerVanishes) {
    std::mt19937 generator(34);
    EXPECT_EQ(polarization_energy(testing::random_monomers(generator, 1, 6)), 0.0);
}

TEST(Polarization, IsAttractiveAndOnlyInduction) {
    std::mt19937 generator(35);
    for (int trial = 0; trial < 5; ++trial) {
        const EnergyComponents energy =
            Polarization(standard).energy(testing::random_monomers(generator, 2, 6));
        EXPECT_LT(energy.induction, 0.0);
        EXPECT_EQ(energy.total(), energy.induction);
    }
}

TEST(Polarization, IsSymmetric) {
    std::mt19937 generator(36);
    const Polarization term(standard);
    testing::expect_symmetric(term, testing::random_monomers(generator, 2, 12), 1e-10);
    testing::expect_symmetric(term, testing::random_monomers(generator, 3, 6), 1e-10);
}

// Hardly damped, two atoms closer than (4α²)^{1/6} polarize each other without end.
TEST(Polarization, ReportsTheCatastropheWithTheClosestAtoms) {
    const std::vector<Monomer> dimer{polarizable_atom(Eigen::Vector3d::Zero(), 0.1),
                                     polarizable_atom(Eigen::Vector3d(2.0, 0.0, 0.0), 0.1),
                                     polarizable_atom(Eigen::Vector3d(20.0, 0.0, 0.0), 0.1)};
    EXPECT_NO_THROW(static_cast<void>(polarization_energy(dimer, standard)));
    try {
        static_cast<void>(polarization_energy(dimer, {50.0, 1.0}));
        FAIL() << "no catastrophe";
    } catch (const NumericalError& error) {
        EXPECT_EQ(std::string(error.what()),
                  "polarization catastrophe, the induced dipoles have no finite solution: C1 of "
                  "monomer 1 and C1 of monomer 2 are 2.000 bohr apart");
    }
}

TEST(Polarization, RejectsMeaninglessParameters) {
    EXPECT_THROW(Polarization({0.0, 1.0}), ModelError);
    EXPECT_THROW(Polarization({0.39, std::nan("")}), ModelError);
}

TEST(Polarization, HasTheExactGradient) {
    std::mt19937 generator(37);
    const Polarization term({0.45, 1.1});
    testing::expect_exact_gradient(term, testing::random_monomers(generator, 2, 5), 1e-8);
    testing::expect_exact_gradient(term, testing::random_monomers(generator, 3, 3), 1e-8);
}

}  // namespace
}  // namespace keesom

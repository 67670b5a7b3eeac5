// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 7: momentum, angular momentum and energy along trajectories of two models of ethanol,
// learned from the same forces. One is an energy that depends on distances; the other learns each
// component of each force by itself. Then two molecules of ethanol, flexible and with the
// interaction of keesom between them, whose atoms are learned too and change with every step.
#include "chapter.hpp"

#include <keesom/core/io/force_set.hpp>
#include <keesom/core/monomer_potential.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/ml/regression/cholesky.hpp>

#include <Eigen/Geometry>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

constexpr double dalton = 1822.888486209;     // electron masses, CODATA 2018
constexpr double femtosecond = 41.341373336;  // atomic units of time, CODATA 2018
constexpr double room_temperature = 9.5e-4;   // kT at 300 K, hartree

/// Positions to forces; (3, N).
using Forces = std::function<Eigen::Matrix3Xd(const Eigen::Matrix3Xd&)>;

struct State {
    Eigen::Matrix3Xd positions;
    Eigen::Matrix3Xd velocities;
};

Eigen::Vector3d momentum(const State& state, const Eigen::RowVectorXd& masses) {
    return state.velocities * masses.transpose();
}

Eigen::Vector3d angular_momentum(const State& state, const Eigen::RowVectorXd& masses) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (Eigen::Index a = 0; a < masses.size(); ++a) {
        const Eigen::Vector3d r = state.positions.col(a);
        const Eigen::Vector3d p = masses[a] * state.velocities.col(a);
        sum += r.cross(p);
    }
    return sum;
}

double kinetic_energy(const State& state, const Eigen::RowVectorXd& masses) {
    return 0.5 * (state.velocities.colwise().squaredNorm() * masses.transpose()).value();
}

/// Takes away momentum and angular momentum.
void stop_as_a_whole(State& state, const Eigen::RowVectorXd& masses) {
    const Eigen::Vector3d center = state.positions * masses.transpose() / masses.sum();
    state.positions.colwise() -= center;
    const Eigen::Vector3d drift = momentum(state, masses) / masses.sum();
    state.velocities.colwise() -= drift;
    Eigen::Matrix3d inertia = Eigen::Matrix3d::Zero();
    for (Eigen::Index a = 0; a < masses.size(); ++a) {
        const Eigen::Vector3d r = state.positions.col(a);
        inertia += masses[a] * (r.squaredNorm() * Eigen::Matrix3d::Identity() - r * r.transpose());
    }
    const Eigen::Vector3d spin = inertia.inverse() * angular_momentum(state, masses);
    for (Eigen::Index a = 0; a < masses.size(); ++a) {
        const Eigen::Vector3d r = state.positions.col(a);
        state.velocities.col(a) -= spin.cross(r);
    }
    state.positions.colwise() += center;
}

/// Velocity Verlet; calls visit(step, state) after each step.
template <class Visit>
void move(State state,
          const Eigen::RowVectorXd& masses,
          const Forces& forces,
          double time_step,
          int steps,
          const Visit& visit) {
    const auto kick = [&](const Eigen::Matrix3Xd& pull) {
        state.velocities += 0.5 * time_step * (pull.array().rowwise() / masses.array()).matrix();
    };
    Eigen::Matrix3Xd pull = forces(state.positions);
    for (int step = 1; step <= steps; ++step) {
        kick(pull);
        state.positions += time_step * state.velocities;
        pull = forces(state.positions);
        kick(pull);
        visit(step, state);
    }
}

/// Each component of each force by itself, a function of the Cartesian positions.
class ComponentWise {
public:
    explicit ComponentWise(const std::vector<ForceRecord>& records)
        : points_(records.front().positions.size(), static_cast<Eigen::Index>(records.size())) {
        Eigen::MatrixXd forces(points_.cols(), points_.rows());
        for (Eigen::Index i = 0; i < points_.cols(); ++i) {
            const ForceRecord& record = records[static_cast<std::size_t>(i)];
            points_.col(i) = record.positions.reshaped();
            forces.row(i) = record.forces.reshaped().transpose();
        }
        Eigen::MatrixXd covariance = covariance_matrix(kernel_, points_, points_);
        covariance.diagonal().array() += 1e-6;
        dual_ = CholeskyFactor(covariance).solve(forces);
    }

    [[nodiscard]] Eigen::Matrix3Xd operator()(const Eigen::Matrix3Xd& positions) const {
        const Eigen::MatrixXd here = positions.reshaped();
        const Eigen::MatrixXd forces = covariance_matrix(kernel_, here, points_) * dual_;
        return forces.reshaped(3, positions.cols());
    }

private:
    Matern52Kernel kernel_{50.0};  // bohr; with the noise the best of a grid
    Eigen::MatrixXd points_;       // (3N, M)
    Eigen::MatrixXd dual_;         // (M, 3N)
};

/// What a trajectory gains at most.
struct Drift {
    double momentum = 0.0;          ///< thermal momenta, √(M kT)
    double angular_momentum = 0.0;  ///< ħ
    double energy = 0.0;            ///< hartree
};

/// Velocities of 300 K.
Eigen::Matrix3Xd thermal_velocities(const Eigen::RowVectorXd& masses, std::mt19937& random) {
    std::normal_distribution<double> normal;
    Eigen::Matrix3Xd velocities(3, masses.size());
    for (Eigen::Index a = 0; a < masses.size(); ++a) {
        for (double& component : velocities.col(a)) {
            component = std::sqrt(room_temperature / masses[a]) * normal(random);
        }
    }
    return velocities;
}

/// Flexible molecules and the interaction between them.
class Complex {
public:
    Complex(std::vector<Molecule> molecules, std::shared_ptr<const ForceField> force_field)
        : molecules_(std::move(molecules)),
          potentials_{std::move(force_field)},
          model_(std::make_shared<const KernelPropertyModel>(
                     load_model(std::string(KEESOM_TALK_DATA_DIR) + "/models/organic")),
                 load_parameters(std::string(KEESOM_TALK_DATA_DIR) +
                                 "/models/organic/parameters.json")) {}

    /// E = E_interaction + Σ V, with the derivatives by all positions.
    /// @param atoms_follow whether the derivatives know that learned atoms change with the shape
    [[nodiscard]] EnergyAndGradient operator()(const Eigen::Matrix3Xd& positions,
                                               bool atoms_follow = true) {
        Eigen::Index first = 0;
        for (Molecule& molecule : molecules_) {
            molecule.positions = positions.middleCols(first, molecule.size());
            first += molecule.size();
        }
        const EnergyLinearization interaction = model_.linearize(molecules_);
        const Deformation shape = deformation(molecules_, potentials_);
        const std::vector<Eigen::Matrix3Xd> gradients =
            atoms_follow ? interaction.gradients() : gradients_of_given_atoms(interaction);
        EnergyAndGradient whole{interaction.energy().total() + shape.total(),
                                Eigen::Matrix3Xd(3, first)};
        first = 0;
        for (std::size_t m = 0; m < molecules_.size(); ++m) {
            whole.gradient.middleCols(first, molecules_[m].size()) =
                gradients[m] + shape.gradients[m];
            first += molecules_[m].size();
        }
        return whole;
    }

private:
    [[nodiscard]] std::vector<Eigen::Matrix3Xd> gradients_of_given_atoms(
        const EnergyLinearization& interaction) const {
        std::vector<Monomer> monomers;
        for (std::size_t m = 0; m < molecules_.size(); ++m) {
            monomers.emplace_back(molecules_[m], interaction.prediction(m).properties);
        }
        std::vector<Eigen::Matrix3Xd> gradients;
        for (const EnergyGradient& gradient :
             model_.physics().component_gradients(monomers).combined(total_seed)) {
            gradients.push_back(gradient.positions);
        }
        return gradients;
    }

    std::vector<Molecule> molecules_;
    std::vector<std::shared_ptr<const MonomerPotential>> potentials_;
    InteractionModel model_;
};

/// Two molecules that collide.
void two_molecules(talk::Chapter& chapter,
                   const std::shared_ptr<const ForceField>& force_field,
                   const Eigen::Matrix3Xd& a,
                   const Eigen::Matrix3Xd& b,
                   const Eigen::RowVectorXd& masses_of_one) {
    const Molecule ethanol{"ethanol", force_field->parameters().atomic_numbers, a, 0};
    Complex complex({ethanol, ethanol}, force_field);
    Eigen::RowVectorXd masses(2 * masses_of_one.size());
    masses << masses_of_one, masses_of_one;

    // As close as hydrogen bonds are.
    constexpr double contact = 4.0;  // bohr
    Eigen::Matrix3Xd other = b;
    const auto closest = [&] {
        double least = 1e9;
        for (const auto& atom : other.colwise()) {
            least = std::min(least, (a.colwise() - atom).colwise().norm().minCoeff());
        }
        return least;
    };
    while (closest() < contact) {
        other.row(0).array() += 0.05;
    }
    std::mt19937 random(18);
    State start{Eigen::Matrix3Xd(3, masses.size()), thermal_velocities(masses, random)};
    start.positions << a, other;
    stop_as_a_whole(start, masses);

    const double scale = std::sqrt(masses.sum() * room_temperature);
    const auto drift = [&](double step_fs, int steps, bool atoms_follow) {
        const Eigen::Vector3d turning = angular_momentum(start, masses);
        const double energy = kinetic_energy(start, masses) + complex(start.positions).energy;
        double potential = 0.0;
        Drift largest;
        move(
            start,
            masses,
            [&](const Eigen::Matrix3Xd& positions) -> Eigen::Matrix3Xd {
                const EnergyAndGradient here = complex(positions, atoms_follow);
                potential = here.energy;
                return -here.gradient;
            },
            step_fs* femtosecond,
            steps,
            [&](int, const State& state) {
                const double e = kinetic_energy(state, masses) + potential - energy;
                largest.momentum =
                    std::max(largest.momentum, momentum(state, masses).norm() / scale);
                largest.angular_momentum = std::max(
                    largest.angular_momentum, (angular_momentum(state, masses) - turning).norm());
                largest.energy = std::max(largest.energy, std::abs(e));
            });
        return largest;
    };
    const Drift whole = drift(0.25, 100, true);
    const Drift of_half_step = drift(0.125, 200, true);
    const Drift of_given_atoms = drift(0.125, 200, false);
    talk::Chapter::number("two molecules: momentum gained", whole.momentum);
    talk::Chapter::number("angular momentum gained, hbar", whole.angular_momentum);
    talk::Chapter::number("energy gained, kT", whole.energy / room_temperature);
    talk::Chapter::number("with half of the time step", of_half_step.energy / room_temperature);
    talk::Chapter::number("with forces that take the atoms for given: momentum",
                          of_given_atoms.momentum);
    talk::Chapter::number("angular momentum, hbar", of_given_atoms.angular_momentum);
    talk::Chapter::number("energy, kT", of_given_atoms.energy / room_temperature);
    chapter.claim("two flexible molecules with learned atoms conserve momentum",
                  whole.momentum < 1e-10);
    chapter.claim("and angular momentum", whole.angular_momentum < 1e-9);
    const double ratio = whole.energy / of_half_step.energy;
    chapter.claim("and energy, to the order of the integrator", ratio > 3.0 && ratio < 5.0);
    chapter.claim("forces that take the atoms for given conserve momentum",
                  of_given_atoms.momentum < 1e-10);
    chapter.claim("but no angular momentum", of_given_atoms.angular_momentum > 0.1);
    chapter.claim("and no energy", of_given_atoms.energy > 5.0 * of_half_step.energy);
}

/// The geometry laid onto the first one: a model of Cartesian forces knows no rotation.
ForceRecord aligned(const ForceRecord& record, const Eigen::Matrix3Xd& reference) {
    const Eigen::Matrix4d motion = Eigen::umeyama(record.positions, reference, false);
    const Eigen::Matrix3d rotation = motion.topLeftCorner<3, 3>();
    ForceRecord turned = record;
    turned.positions =
        (rotation * record.positions).colwise() + Eigen::Vector3d(motion.topRightCorner<3, 1>());
    turned.forces = rotation * record.forces;
    return turned;
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    const ForceSet ethanol =
        read_force_set(std::string(KEESOM_TALK_DATA_DIR) + "/forces/ethanol.xyz.gz");
    std::vector<ForceRecord> training;
    std::vector<Eigen::Matrix3Xd> geometries;
    for (std::size_t r = 0; r < ethanol.records.size(); r += 12) {
        training.push_back(aligned(ethanol.records[r], ethanol.records.front().positions));
        geometries.push_back(training.back().positions);
    }
    const auto force_field = std::make_shared<const ForceField>(
        train_force_field(ethanol.atomic_numbers,
                          training,
                          recovered_permutations(ethanol.atomic_numbers, geometries),
                          300.0,
                          {}));
    const Forces conserving = [&](const Eigen::Matrix3Xd& positions) -> Eigen::Matrix3Xd {
        return -force_field->energy_and_gradient(positions).gradient;
    };
    const ComponentWise component_wise(training);

    Eigen::RowVectorXd masses(static_cast<Eigen::Index>(ethanol.atomic_numbers.size()));
    for (Eigen::Index a = 0; a < masses.size(); ++a) {
        const int z = ethanol.atomic_numbers[static_cast<std::size_t>(a)];
        masses[a] = dalton * (z == 1 ? 1.00784 : z == 6 ? 12.011 : 15.999);
    }
    // At rest as a whole, so that what moves it later is the fault of the model.
    std::mt19937 random(17);
    State start{training.front().positions, thermal_velocities(masses, random)};
    stop_as_a_whole(start, masses);

    const auto scale = std::sqrt(masses.sum() * room_temperature);
    const auto total_energy = [&](const State& state) {
        return kinetic_energy(state, masses) +
               force_field->energy_and_gradient(state.positions).energy;
    };

    constexpr int rows = 100;
    const auto largest_drift = [&](const Forces& forces,
                                   double step_fs,
                                   int steps,
                                   Eigen::Ref<Eigen::MatrixXd> table) {
        Drift largest;
        const double energy = total_energy(start);
        const Eigen::Vector3d turning = angular_momentum(start, masses);
        move(
            start, masses, forces, step_fs * femtosecond, steps, [&](int step, const State& state) {
                const double p = momentum(state, masses).norm() / scale;
                const double l = (angular_momentum(state, masses) - turning).norm();
                const double e = total_energy(state) - energy;
                largest.momentum = std::max(largest.momentum, p);
                largest.angular_momentum = std::max(largest.angular_momentum, l);
                largest.energy = std::max(largest.energy, std::abs(e));
                if (table.size() > 0 && step % (steps / rows) == 0) {
                    table.row(step / (steps / rows) - 1) << p, l, e / room_temperature;
                }
            });
        return largest;
    };

    Eigen::MatrixXd table(rows, 7);
    table.col(0) = Eigen::VectorXd::LinSpaced(rows, 1.0, rows) * 200.0 / rows;  // fs
    Eigen::MatrixXd none;
    const Drift of_conserving = largest_drift(conserving, 0.25, 800, table.middleCols(1, 3));
    const Drift of_half_step = largest_drift(conserving, 0.125, 1600, none);
    const Drift of_components = largest_drift(component_wise, 0.25, 800, table.middleCols(4, 3));

    double squares = 0.0;
    double squares_by_components = 0.0;
    double components = 0.0;
    for (std::size_t r = 1; r < ethanol.records.size(); r += 40) {
        const ForceRecord record = aligned(ethanol.records[r], ethanol.records.front().positions);
        squares += (conserving(record.positions) - record.forces).squaredNorm();
        squares_by_components += (component_wise(record.positions) - record.forces).squaredNorm();
        components += static_cast<double>(record.forces.size());
    }
    constexpr double unit = units::kcal_per_mol / units::angstrom;
    talk::Chapter::number("error of forces, kcal/mol/angstrom, energy of distances",
                          std::sqrt(squares / components) / unit);
    talk::Chapter::number("by components", std::sqrt(squares_by_components / components) / unit);
    talk::Chapter::number("momentum gained, energy of distances", of_conserving.momentum);
    talk::Chapter::number("by components", of_components.momentum);
    talk::Chapter::number("angular momentum gained, hbar, energy of distances",
                          of_conserving.angular_momentum);
    talk::Chapter::number("by components", of_components.angular_momentum);
    talk::Chapter::number("energy gained, kT, energy of distances",
                          of_conserving.energy / room_temperature);
    talk::Chapter::number("with half of the time step", of_half_step.energy / room_temperature);
    talk::Chapter::number("by components", of_components.energy / room_temperature);

    chapter.claim("an energy of distances conserves momentum to rounding",
                  of_conserving.momentum < 1e-11);
    chapter.claim("and angular momentum", of_conserving.angular_momentum < 1e-10);
    const double ratio = of_conserving.energy / of_half_step.energy;
    chapter.claim("its energy error falls as the square of the time step",
                  ratio > 3.0 && ratio < 5.0);
    // Forces of all training geometries add up to nothing, predictions are linear in them.
    chapter.claim("component by component, momentum is conserved because all data do so",
                  of_components.momentum < 1e-3);
    chapter.claim("angular momentum is not", of_components.angular_momentum > 1.0);
    chapter.claim("nor is energy", of_components.energy > 1000.0 * of_conserving.energy);
    two_molecules(chapter, force_field, training.front().positions, training[40].positions, masses);
    chapter.table("noether",
                  {"time",
                   "momentum",
                   "angular_momentum",
                   "energy",
                   "component_momentum",
                   "component_angular_momentum",
                   "component_energy"},
                  table);
    return chapter.status();
}

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
#include <keesom/motion/dynamics.hpp>
#include <keesom/motion/moving_complex.hpp>

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

constexpr double room_temperature = 300.0 * units::kelvin;  // kT

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

/// Atoms at 300 K, at rest as a whole, so that what moves or turns it later is the fault of the
/// model.
MotionState thermal_start(std::span<const Body> atoms,
                          std::vector<Placement> placements,
                          std::uint64_t seed) {
    MotionState start{std::move(placements), thermal_momenta(atoms, room_temperature, seed)};
    stop_as_a_whole(atoms, start);
    return start;
}

/// Follows a trajectory; calls visit(step, gain) with what it has gained after each step.
template <class Visit>
Drift largest_drift(std::span<const Body> atoms,
                    const EnergySurface& surface,
                    const MotionState& start,
                    double step_fs,
                    int steps,
                    const Visit& visit) {
    const double thermal_momentum = std::sqrt(total_mass(atoms) * room_temperature);
    Dynamics dynamics(atoms, surface, start, {.time_step = step_fs * units::femtosecond});
    const auto whole_energy = [&] {
        return dynamics.kinetic_energy() + dynamics.potential_energy();
    };
    const double energy = whole_energy();
    const Eigen::Vector3d turning = total_angular_momentum(start);
    Drift largest;
    for (int step = 1; step <= steps; ++step) {
        dynamics.advance();
        const Drift gain{total_momentum(dynamics.state().momenta).norm() / thermal_momentum,
                         (total_angular_momentum(dynamics.state()) - turning).norm(),
                         whole_energy() - energy};
        largest.momentum = std::max(largest.momentum, gain.momentum);
        largest.angular_momentum = std::max(largest.angular_momentum, gain.angular_momentum);
        largest.energy = std::max(largest.energy, std::abs(gain.energy));
        visit(step, gain);
    }
    return largest;
}

/// Energy and forces where learned atoms are taken for given, though they change with the shape.
BodyEnergy of_given_atoms(std::span<const Molecule> molecules,
                          const InteractionModel& model,
                          std::span<const std::shared_ptr<const MonomerPotential>> potentials) {
    std::vector<Monomer> monomers;
    for (const Molecule& molecule : molecules) {
        monomers.push_back(model.monomer(molecule));
    }
    const ComponentGradients components = model.physics().component_gradients(monomers);
    const std::vector<EnergyGradient> gradients = components.combined(total_seed);
    const Deformation shape = deformation(molecules, potentials);
    BodyEnergy result{components.energy.total() + shape.total(), {}};
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        const std::vector<RigidForce> forces =
            forces_on_atoms(gradients[m].positions + shape.gradients[m]);
        result.forces.insert(result.forces.end(), forces.begin(), forces.end());
    }
    return result;
}

/// Two molecules of ethanol in geometries of the data, in contact.
void two_molecules(talk::Chapter& chapter,
                   const std::shared_ptr<const ForceField>& force_field,
                   const std::vector<int>& atomic_numbers,
                   const Eigen::Matrix3Xd& a,
                   const Eigen::Matrix3Xd& b) {
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
    const std::vector<Molecule> molecules = {
        {.name = "a", .atomic_numbers = atomic_numbers, .positions = a, .charge = 0},
        {.name = "b", .atomic_numbers = atomic_numbers, .positions = other, .charge = 0}};
    const std::string folder = std::string(KEESOM_TALK_DATA_DIR) + "/models/organic";
    const InteractionModel model(std::make_shared<const KernelPropertyModel>(load_model(folder)),
                                 load_parameters(folder + "/parameters.json"));
    const std::vector<std::shared_ptr<const MonomerPotential>> potentials = {force_field};
    const MovingComplex complex(molecules, model, potentials);
    const EnergySurface exact = std::cref(complex);
    const EnergySurface of_given = [&](std::span<const Placement> placements) {
        return of_given_atoms(complex.molecules(placements), model, potentials);
    };
    const MotionState start = thermal_start(complex.bodies(), complex.start(), 18);
    const auto drift = [&](const EnergySurface& surface, double step_fs, int steps) {
        return largest_drift(
            complex.bodies(), surface, start, step_fs, steps, [](int, const Drift&) {});
    };
    const Drift whole = drift(exact, 0.25, 100);
    const Drift of_half_step = drift(exact, 0.125, 200);
    const Drift given = drift(of_given, 0.125, 200);
    talk::Chapter::number("two molecules: momentum gained", whole.momentum);
    talk::Chapter::number("angular momentum gained, hbar", whole.angular_momentum);
    talk::Chapter::number("energy gained, kT", whole.energy / room_temperature);
    talk::Chapter::number("with half of the time step", of_half_step.energy / room_temperature);
    talk::Chapter::number("with forces that take the atoms for given: momentum", given.momentum);
    talk::Chapter::number("angular momentum, hbar", given.angular_momentum);
    talk::Chapter::number("energy, kT", given.energy / room_temperature);
    chapter.claim("two flexible molecules with learned atoms conserve momentum",
                  whole.momentum < 1e-10);
    chapter.claim("and angular momentum", whole.angular_momentum < 1e-9);
    const double ratio = whole.energy / of_half_step.energy;
    chapter.claim("and energy, to the order of the integrator", ratio > 3.0 && ratio < 5.0);
    chapter.claim("forces that take the atoms for given conserve momentum", given.momentum < 1e-10);
    chapter.claim("but no angular momentum", given.angular_momentum > 0.1);
    chapter.claim("and no energy", given.energy > 5.0 * of_half_step.energy);
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
    const ComponentWise component_wise(training);
    const EnergySurface conserving = [&](std::span<const Placement> placements) {
        const EnergyAndGradient here = force_field->energy_and_gradient(centers_of(placements));
        return BodyEnergy{here.energy, forces_on_atoms(here.gradient)};
    };
    // Which energy its forces would have it cannot say; that of the other model is watched.
    const EnergySurface by_components = [&](std::span<const Placement> placements) {
        const Eigen::Matrix3Xd positions = centers_of(placements);
        return BodyEnergy{force_field->energy_and_gradient(positions).energy,
                          forces_on_atoms(-component_wise(positions))};
    };

    const FlexibleMolecule molecule({.name = {},
                                     .atomic_numbers = ethanol.atomic_numbers,
                                     .positions = training.front().positions,
                                     .charge = 0});
    const MotionState start = thermal_start(molecule.atoms, molecule.placements, 17);

    constexpr int rows = 100;
    Eigen::MatrixXd table(rows, 7);
    table.col(0) = Eigen::VectorXd::LinSpaced(rows, 1.0, rows) * 200.0 / rows;  // fs
    const auto drift = [&](const EnergySurface& surface, double step_fs, int first_column) {
        const int steps = static_cast<int>(std::lround(200.0 / step_fs));
        return largest_drift(
            molecule.atoms, surface, start, step_fs, steps, [&](int step, const Drift& gain) {
                if (first_column > 0 && step % (steps / rows) == 0) {
                    table.block<1, 3>(step / (steps / rows) - 1, first_column) << gain.momentum,
                        gain.angular_momentum, gain.energy / room_temperature;
                }
            });
    };
    const Drift of_conserving = drift(conserving, 0.25, 1);
    const Drift of_half_step = drift(conserving, 0.125, 0);
    const Drift of_components = drift(by_components, 0.25, 4);

    double squares = 0.0;
    double squares_by_components = 0.0;
    double components = 0.0;
    for (std::size_t r = 1; r < ethanol.records.size(); r += 40) {
        const ForceRecord record = aligned(ethanol.records[r], ethanol.records.front().positions);
        const EnergyAndGradient here = force_field->energy_and_gradient(record.positions);
        squares += (here.gradient + record.forces).squaredNorm();
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
    two_molecules(chapter,
                  force_field,
                  ethanol.atomic_numbers,
                  training.front().positions,
                  training[40].positions);
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

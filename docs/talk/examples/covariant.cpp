// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 3: kernels that know a symmetry. First a finite group, the six turns of a hexagon and its
// mirror images, then all rotations: dipoles and quadrupoles of oxygen atoms.
#include "chapter.hpp"

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/descriptors/environment_features.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/kernels/conservative_kernel.hpp>
#include <keesom/ml/kernels/covariant_kernel.hpp>
#include <keesom/ml/kernels/group_average.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>
#include <keesom/ml/regression/gaussian_process.hpp>
#include <keesom/ml/training/training.hpp>

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

/// A function with the symmetry of a hexagon.
double hexagonal(double x, double y) {
    double sum = 0.0;
    for (int k = 0; k < 6; ++k) {
        const double angle = std::numbers::pi * k / 3.0;
        sum += std::cos(2.0 * (std::cos(angle) * x + std::sin(angle) * y));
    }
    return sum * std::exp(-0.1 * (x * x + y * y));
}

FiniteGroup hexagon() {
    Eigen::Matrix2d mirror;
    mirror << 1.0, 0.0, 0.0, -1.0;
    return FiniteGroup({Eigen::Rotation2Dd(std::numbers::pi / 3.0).toRotationMatrix(), mirror});
}

Eigen::MatrixXd disc(std::mt19937& random, Eigen::Index count) {
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    Eigen::MatrixXd points(2, count);
    for (Eigen::Index i = 0; i < count; ++i) {
        do {
            points(0, i) = 3.0 * uniform(random);
            points(1, i) = 3.0 * uniform(random);
        } while (points.col(i).norm() > 3.0);
    }
    return points;
}

Eigen::VectorXd values_at(const Eigen::MatrixXd& points) {
    Eigen::VectorXd values(points.cols());
    for (Eigen::Index i = 0; i < points.cols(); ++i) {
        values[i] = hexagonal(points(0, i), points(1, i));
    }
    return values;
}

/// Root mean square error on the disc after training on `points`.
template <class Kernel>
double error_of(const Kernel& kernel, const Eigen::MatrixXd& points, const Eigen::MatrixXd& test) {
    const GaussianProcess process(
        covariance_matrix(kernel, points, points), 1e-8, values_at(points));
    const Eigen::VectorXd errors =
        process.mean(covariance_matrix(kernel, points, test)) - values_at(test);
    return std::sqrt(errors.squaredNorm() / static_cast<double>(errors.size()));
}

void finite_group(talk::Chapter& chapter) {
    std::mt19937 random(5);
    const GaussianKernel plain{0.8};
    const GroupAveragedKernel symmetric(plain, hexagon());
    const Eigen::MatrixXd test = disc(random, 400);
    const Eigen::VectorXd counts = (Eigen::VectorXd(6) << 6, 12, 24, 48, 96, 192).finished();
    constexpr int repetitions = 8;
    Eigen::MatrixXd curve = Eigen::MatrixXd::Zero(counts.size(), 3);
    for (Eigen::Index c = 0; c < counts.size(); ++c) {
        curve(c, 0) = counts[c];
        for (int repetition = 0; repetition < repetitions; ++repetition) {
            const Eigen::MatrixXd points = disc(random, static_cast<Eigen::Index>(counts[c]));
            curve(c, 1) += error_of(plain, points, test) / repetitions;
            curve(c, 2) += error_of(symmetric, points, test) / repetitions;
        }
    }
    talk::Chapter::number("error of the plain kernel, 24 points", curve(2, 1));
    talk::Chapter::number("error of the averaged kernel, 24 points", curve(2, 2));
    talk::Chapter::number("error of the plain kernel, 96 points", curve(4, 1));
    chapter.claim("24 points with the symmetry are worth more than 96 without it",
                  curve(2, 2) < curve(4, 1));
    chapter.table("hexagon", {"points", "plain", "symmetric"}, curve);
}

/// Neutral molecules of H, C, N and O with their atoms.
std::vector<PropertyRecord> organic_molecules() {
    std::vector<PropertyRecord> records;
    for (PropertyRecord& record :
         read_property_set(std::string(KEESOM_TALK_DATA_DIR) + "/training/aim_train.xyz.gz")) {
        bool is_known = record.molecule.charge == 0;
        for (const int element : record.molecule.atomic_numbers) {
            is_known = is_known && (element == 1 || (element >= 6 && element <= 8));
        }
        if (is_known) {
            records.push_back(std::move(record));
        }
    }
    // The file is sorted by kind of molecule.
    std::mt19937 random(11);
    std::shuffle(records.begin(), records.end(), random);
    return records;
}

/// Oxygen atoms and one of their tensors.
struct Sample {
    std::vector<AtomicEnvironment> environments;
    std::vector<Eigen::VectorXd> targets;  // spherical; (2λ+1) each
    Eigen::MatrixXd invariants;            // power spectra; (features, N)
};

/// The first atoms of some molecules, all turned.
Sample oxygen_atoms(const std::vector<PropertyRecord>& records,
                    std::size_t count,
                    const AtomProperty& property,
                    const Eigen::Matrix3d& rotation) {
    DescriptorOptions options;
    options.elements = {1, 6, 7, 8};
    options.radial.cutoff_radius = 8.0;
    options.max_channels = 0;  // all channels: nothing is fitted to the environments
    options.max_features = 0;
    Sample sample;
    for (const PropertyRecord& record : records) {
        Molecule molecule = record.molecule;
        molecule.positions = rotation * record.molecule.positions;
        const Eigen::MatrixXd values = spherical_values(
            property.rank(), property.values(rotated(record.properties, rotation)));
        for (Eigen::Index i = 0; i < molecule.size() && sample.targets.size() < count; ++i) {
            if (molecule.atomic_numbers[static_cast<std::size_t>(i)] == 8) {
                sample.environments.push_back(
                    atomic_environment(molecule, i, options.radial.cutoff_radius));
                sample.targets.emplace_back(values.col(i));
            }
        }
    }
    sample.invariants = FeatureCalculator(options).features(sample.environments).ranks[0];
    return sample;
}

/// Covariances of all components of all atoms of two samples.
using TensorCovariance = std::function<Eigen::MatrixXd(const Sample&, const Sample&)>;

/// (x·x')² 1: an ordinary kernel of invariants for each component by itself.
Eigen::MatrixXd component_wise(const Sample& a, const Sample& b) {
    const Eigen::Index size = a.targets.front().size();
    return block_covariance_matrix(
        a.invariants.cols(), b.invariants.cols(), [&](Eigen::Index i, Eigen::Index j) {
            const double alike = a.invariants.col(i).dot(b.invariants.col(j));
            return Eigen::MatrixXd(alike * alike * Eigen::MatrixXd::Identity(size, size));
        });
}

/// K^λ (x·x')^exponent.
TensorCovariance covariant(int rank, int exponent) {
    return [=](const Sample& a, const Sample& b) {
        const CovariantKernel kernel(rank, {.gaussian_width = 0.5});
        const auto densities = [&](const Sample& sample) {
            std::vector<CovariantKernel::Density> result;
            for (const AtomicEnvironment& environment : sample.environments) {
                result.push_back(kernel.density(environment));
            }
            return result;
        };
        const auto of_a = densities(a);
        const auto of_b = densities(b);
        return block_covariance_matrix(
            a.invariants.cols(), b.invariants.cols(), [&](Eigen::Index i, Eigen::Index j) {
                const double alike = a.invariants.col(i).dot(b.invariants.col(j));
                return Eigen::MatrixXd(
                    std::pow(alike, exponent) *
                    kernel(of_a[static_cast<std::size_t>(i)], of_b[static_cast<std::size_t>(j)]));
            });
    };
}

Eigen::VectorXd stacked(const std::vector<Eigen::VectorXd>& tensors) {
    const Eigen::Index size = tensors.front().size();
    Eigen::VectorXd all(size * static_cast<Eigen::Index>(tensors.size()));
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        all.segment(size * static_cast<Eigen::Index>(i), size) = tensors[i];
    }
    return all;
}

/// A process with the noise that keesom gives to tensors.
GaussianProcess process_of(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& y) {
    return {covariance, Regularization().tensors * covariance.diagonal().mean(), y};
}

/// Mean absolute error of single atoms, the norm of what is missed.
double mean_error(const Eigen::VectorXd& predicted, const Sample& sample) {
    const Eigen::Index size = sample.targets.front().size();
    return (predicted - stacked(sample.targets))
        .reshaped(size, predicted.size() / size)
        .colwise()
        .norm()
        .mean();
}

void rotations(talk::Chapter& chapter) {
    const std::vector<PropertyRecord> records = organic_molecules();
    const std::vector<int> folds = assign_folds(records, 5);  // whole species
    std::vector<PropertyRecord> known;
    std::vector<PropertyRecord> unknown;
    for (std::size_t r = 0; r < records.size(); ++r) {
        (folds[r] == 0 ? unknown : known).push_back(records[r]);
    }
    const Eigen::Matrix3d as_it_is = Eigen::Matrix3d::Identity();
    const Eigen::Matrix3d rotation =
        Eigen::Quaterniond(0.3, -0.5, 0.7, 0.4).normalized().toRotationMatrix();
    constexpr std::size_t n_training = 300;
    constexpr std::size_t n_test = 100;
    Eigen::MatrixXd table(6, 4);
    Eigen::Index row = 0;
    for (const AtomProperty& property : density_properties()) {
        if (property.is_scalar()) {
            continue;
        }
        const Sample training = oxygen_atoms(known, n_training, property, as_it_is);
        const Sample test = oxygen_atoms(unknown, n_test, property, as_it_is);
        const Sample turned = oxygen_atoms(unknown, n_test, property, rotation);
        std::vector<double> errors;
        int kind = 0;
        for (const TensorCovariance& covariance : {TensorCovariance(component_wise),
                                                   covariant(property.rank(), 0),
                                                   covariant(property.rank(), 2)}) {
            const GaussianProcess process =
                process_of(covariance(training, training), stacked(training.targets));
            const double error = mean_error(process.mean(covariance(training, test)), test);
            const double error_turned =
                mean_error(process.mean(covariance(training, turned)), turned);
            table.row(row++) << property.rank(), kind++, error, error_turned;
            errors.push_back(error);
            errors.push_back(error_turned);
        }
        const std::string name(property.name);
        const char* const kernels[] = {
            "component by component", "covariant", "covariant times scalar"};
        for (std::size_t k = 0; k < 3; ++k) {
            talk::Chapter::number(name + ", " + kernels[k], errors[2 * k]);
            talk::Chapter::number("    all molecules turned", errors[2 * k + 1]);
        }
        chapter.claim("component by component, " + name + "s change as molecules turn",
                      std::abs(errors[1] / errors[0] - 1.0) > 1e-3);
        chapter.claim("covariant, they turn with them",
                      std::abs(errors[3] / errors[2] - 1.0) < 1e-9 &&
                          std::abs(errors[5] / errors[4] - 1.0) < 1e-9);
        chapter.claim("the covariant kernel is better", errors[2] < errors[0]);
        chapter.claim("times a scalar one it is better still", errors[4] < 0.8 * errors[2]);
    }
    chapter.table("covariant", {"rank", "kernel", "error", "error_turned"}, table);
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    finite_group(chapter);
    rotations(chapter);
    return chapter.status();
}

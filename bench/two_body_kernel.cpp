// SPDX-License-Identifier: BSD-3-Clause
#include "two_body_kernel.hpp"

#include <keesom/ml/descriptors/smooth_step.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>

#include <Eigen/Geometry>
#include <boost/math/quadrature/gauss.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace keesom {

namespace {

/// e^{−c} i_λ(c) for rank 1 or 2. Atoms are so far apart that c is of the order of 1 or larger: no
/// series is needed.
Eigen::ArrayXXd scaled_bessel(const Eigen::ArrayXXd& c, int rank) {
    const Eigen::ArrayXXd decay = (-2.0 * c).exp();
    const Eigen::ArrayXXd i0 = (1.0 - decay) / (2.0 * c);
    const Eigen::ArrayXXd i1 = ((1.0 + decay) / 2.0 - i0) / c;
    return rank == 1 ? i1 : Eigen::ArrayXXd(i0 - 3.0 * i1 / c);
}

/// Matrix that turns spherical components of a rank.
Eigen::MatrixXd turn(const Eigen::Matrix3d& rotation, int rank) {
    const Eigen::Index size = 2 * rank + 1;
    const Eigen::MatrixXd basis = cartesian_values(rank, Eigen::MatrixXd::Identity(size, size));
    AtomProperties atoms(size);
    if (rank == 1) {
        atoms.dipoles = basis;
        return spherical_values(1, rotated(atoms, rotation).dipoles);
    }
    atoms.quadrupoles = basis;
    return spherical_values(2, rotated(atoms, rotation).quadrupoles);
}

}  // namespace

TwoBodyKernel::Density TwoBodyKernel::density(const AtomicEnvironment& environment) const {
    std::map<int, std::vector<Eigen::Index>> neighbors;
    for (std::size_t j = 0; j < environment.neighbor_elements.size(); ++j) {
        const auto column = static_cast<Eigen::Index>(j);
        if (environment.displacements.col(column).norm() < options_.cutoff_radius) {
            neighbors[environment.neighbor_elements[j]].push_back(column);
        }
    }
    const SphericalHarmonics harmonics(2);
    const double inner = options_.cutoff_radius - options_.cutoff_width;
    Density density;
    for (const auto& [element, columns] : neighbors) {
        const auto n = static_cast<Eigen::Index>(columns.size());
        Shell shell{Eigen::ArrayXd(n), Eigen::ArrayXd(n), {}};
        Eigen::MatrixXd values(harmonics_count(2), n);
        for (Eigen::Index i = 0; i < n; ++i) {
            const Eigen::Vector3d r =
                environment.displacements.col(columns[static_cast<std::size_t>(i)]);
            shell.distances[i] = r.norm();
            shell.weights[i] =
                smooth_step_down((shell.distances[i] - inner) / options_.cutoff_width);
            const Eigen::Vector3d unit = r.normalized();
            harmonics.evaluate(unit.x(), unit.y(), unit.z(), values.col(i).data());
        }
        shell.harmonics[0] = values.middleRows(harmonics_index(1, -1), 3);
        shell.harmonics[1] = values.middleRows(harmonics_index(2, -2), 5);
        density.emplace(element, std::move(shell));
    }
    return density;
}

Eigen::MatrixXd TwoBodyKernel::covariance(const Density& a, const Density& b, int rank) const {
    const auto own = static_cast<std::size_t>(rank - 1);
    const double scale = 1.0 / (4.0 * options_.gaussian_width * options_.gaussian_width);
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(2 * rank + 1, 2 * rank + 1);
    for (const auto& [element, left] : a) {
        const auto found = b.find(element);
        if (found == b.end()) {
            continue;
        }
        const Shell& right = found->second;
        const Eigen::Index n = left.distances.size();
        const Eigen::Index m = right.distances.size();
        const Eigen::ArrayXXd r = left.distances.replicate(1, m);
        const Eigen::ArrayXXd s = right.distances.transpose().replicate(n, 1);
        const Eigen::ArrayXXd radial =
            (-scale * (r - s).square()).exp() * scaled_bessel(2.0 * scale * r * s, rank);
        result += left.harmonics[own] * left.weights.matrix().asDiagonal() * radial.matrix() *
                  right.weights.matrix().asDiagonal() * right.harmonics[own].transpose();
    }
    return 4.0 * std::numbers::pi / (2 * rank + 1) * result;
}

double TwoBodyKernel::quadrature_error(const AtomicEnvironment& a,
                                       const AtomicEnvironment& b,
                                       int rank) const {
    const auto weight = [&](const Eigen::Vector3d& r) {
        return smooth_step_down((r.norm() - options_.cutoff_radius + options_.cutoff_width) /
                                options_.cutoff_width);
    };
    const auto overlap = [&](const Eigen::Matrix3d& rotation) {
        double sum = 0.0;
        for (Eigen::Index i = 0; i < a.displacements.cols(); ++i) {
            for (Eigen::Index j = 0; j < b.displacements.cols(); ++j) {
                if (a.neighbor_elements[static_cast<std::size_t>(i)] ==
                    b.neighbor_elements[static_cast<std::size_t>(j)]) {
                    const Eigen::Vector3d r = a.displacements.col(i);
                    const Eigen::Vector3d s = b.displacements.col(j);
                    sum += weight(r) * weight(s) *
                           std::exp(-(r - rotation * s).squaredNorm() /
                                    (4.0 * options_.gaussian_width * options_.gaussian_width));
                }
            }
        }
        return sum;
    };
    // Euler angles about z, y and z: trapezoids are exact for trigonometric polynomials.
    constexpr int steps = 40;
    Eigen::MatrixXd average = Eigen::MatrixXd::Zero(2 * rank + 1, 2 * rank + 1);
    for (int first = 0; first < steps; ++first) {
        for (int last = 0; last < steps; ++last) {
            const auto about_z = [](int step) {
                return Eigen::AngleAxisd(2.0 * std::numbers::pi * step / steps,
                                         Eigen::Vector3d::UnitZ());
            };
            const auto add = [&](double cosine, double share) {
                const Eigen::Matrix3d rotation =
                    (about_z(first) *
                     Eigen::AngleAxisd(std::acos(cosine), Eigen::Vector3d::UnitY()) * about_z(last))
                        .toRotationMatrix();
                average += share / (2.0 * steps * steps) * overlap(rotation) * turn(rotation, rank);
            };
            using Rule = boost::math::quadrature::gauss<double, 30>;
            for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
                add(Rule::abscissa()[k], Rule::weights()[k]);
                add(-Rule::abscissa()[k], Rule::weights()[k]);
            }
        }
    }
    return (average - covariance(density(a), density(b), rank)).cwiseAbs().maxCoeff();
}

}  // namespace keesom

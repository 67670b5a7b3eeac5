// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/spherical_tensors.hpp>

#include <cmath>
#include <numbers>

namespace keesom {

namespace {

constexpr double sqrt2 = std::numbers::sqrt2;
const double sqrt6 = std::sqrt(6.0);

}  // namespace

Eigen::Vector3d spherical_from_vector(const Eigen::Vector3d& vector) {
    return {vector.y(), vector.z(), vector.x()};
}

Eigen::Vector3d vector_from_spherical(const Eigen::Vector3d& spherical) {
    return {spherical[2], spherical[0], spherical[1]};
}

Eigen::Matrix<double, 5, 1> spherical_from_quadrupole(
    const Eigen::Matrix<double, 6, 1>& components) {
    const double xx = components[0];
    const double yy = components[3];
    const double zz = components[5];
    Eigen::Matrix<double, 5, 1> spherical;
    spherical << sqrt2 * components[1], sqrt2 * components[4], (2.0 * zz - xx - yy) / sqrt6,
        sqrt2 * components[2], (xx - yy) / sqrt2;
    return spherical;
}

Eigen::Matrix<double, 6, 1> quadrupole_from_spherical(
    const Eigen::Matrix<double, 5, 1>& spherical) {
    const double axial = spherical[2] / sqrt6;
    const double planar = spherical[4] / sqrt2;
    Eigen::Matrix<double, 6, 1> components;
    components << planar - axial, spherical[0] / sqrt2, spherical[3] / sqrt2, -planar - axial,
        spherical[1] / sqrt2, 2.0 * axial;
    return components;
}

Eigen::MatrixXd spherical_values(int rank, const Eigen::Ref<const Eigen::MatrixXd>& cartesian) {
    if (rank == 0) {
        return cartesian;
    }
    Eigen::MatrixXd spherical(2 * rank + 1, cartesian.cols());
    for (Eigen::Index i = 0; i < cartesian.cols(); ++i) {
        if (rank == 1) {
            spherical.col(i).head<3>() = spherical_from_vector(cartesian.col(i));
        } else {
            spherical.col(i).head<5>() = spherical_from_quadrupole(cartesian.col(i));
        }
    }
    return spherical;
}

Eigen::MatrixXd cartesian_values(int rank, const Eigen::Ref<const Eigen::MatrixXd>& spherical) {
    if (rank == 0) {
        return spherical;
    }
    Eigen::MatrixXd cartesian(rank == 1 ? 3 : 6, spherical.cols());
    for (Eigen::Index i = 0; i < spherical.cols(); ++i) {
        if (rank == 1) {
            cartesian.col(i).head<3>() = vector_from_spherical(spherical.col(i));
        } else {
            cartesian.col(i).head<6>() = quadrupole_from_spherical(spherical.col(i));
        }
    }
    return cartesian;
}

Eigen::MatrixXd spherical_gradient(int rank,
                                   const Eigen::Ref<const Eigen::MatrixXd>& cartesian_gradient) {
    Eigen::MatrixXd of_elements = cartesian_gradient;
    if (rank == 2) {
        // Both maps keep scalar products of matrices, and so the derivatives by single elements
        // map as quadrupoles do.
        for (const Eigen::Index shared : {1, 2, 4}) {
            of_elements.row(shared) *= 0.5;
        }
    }
    return spherical_values(rank, of_elements);
}

}  // namespace keesom

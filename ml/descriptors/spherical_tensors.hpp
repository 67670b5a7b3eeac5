// SPDX-License-Identifier: BSD-3-Clause
//
// Cartesian dipoles and quadrupoles as spherical tensors, whose components turn like Y_1m and Y_2m.
//
//   rank 1: (y, z, x)
//   rank 2: Θ = Σ_m t_m E_m with the orthonormal basis of symmetric traceless matrices
//           E_-2 = (xy+yx)/√2, E_-1 = (yz+zy)/√2, E_0 = (2zz−xx−yy)/√6, E_1 = (xz+zx)/√2,
//           E_2 = (xx−yy)/√2
//
// Both maps keep the Frobenius norm. A trace, which rounding leaves in data files, is projected
// out.
#pragma once

#include <keesom/core/atom_properties.hpp>

#include <Eigen/Core>

namespace keesom {

/// Components m = −1, 0, 1 of a vector.
Eigen::Vector3d spherical_from_vector(const Eigen::Vector3d& vector);

Eigen::Vector3d vector_from_spherical(const Eigen::Vector3d& spherical);

/// Components m = −2 … 2 of the traceless part of a symmetric matrix xx xy xz yy yz zz.
Eigen::Matrix<double, 5, 1> spherical_from_quadrupole(
    const Eigen::Matrix<double, 6, 1>& components);

/// xx xy xz yy yz zz, traceless to the last bit or two.
Eigen::Matrix<double, 6, 1> quadrupole_from_spherical(const Eigen::Matrix<double, 5, 1>& spherical);

/// Values of a property of any rank, (components, N), as spherical ones, (2·rank+1, N). Scalars
/// stay.
Eigen::MatrixXd spherical_values(int rank, const Eigen::Ref<const Eigen::MatrixXd>& cartesian);

/// The reverse.
Eigen::MatrixXd cartesian_values(int rank, const Eigen::Ref<const Eigen::MatrixXd>& spherical);

/// Derivatives by spherical components, from those by Cartesian ones: the transposed map of
/// cartesian_values(). A component xy of a derivative stands for xy and yx, as in
/// AtomPropertyGradient, and so do xz and yz.
Eigen::MatrixXd spherical_gradient(int rank,
                                   const Eigen::Ref<const Eigen::MatrixXd>& cartesian_gradient);

}  // namespace keesom

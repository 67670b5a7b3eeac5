// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/atom_properties.hpp>
#include <keesom/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace keesom {

namespace {

// Files keep six decimals, so three rounded diagonal elements add up to a few millionths.
constexpr double trace_tolerance = 1e-5;

void require_positive(const Eigen::VectorXd& values, std::string_view name) {
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        if (!(values[i] > 0.0)) {
            throw InputError(fmt::format(
                "{} of atom {} is {}, expected a positive number", name, i + 1, values[i]));
        }
    }
}

/// No atom has more than this, in atomic units; a damaged number may well be finite.
template <class Matrix>
void require_magnitude(const Matrix& values, std::string_view name, double largest) {
    for (Eigen::Index i = 0; i < values.cols(); ++i) {
        if (!values.col(i).allFinite()) {
            throw InputError(fmt::format("{} of atom {} is not finite", name, i + 1));
        }
        const double magnitude = values.col(i).cwiseAbs().maxCoeff();
        if (magnitude > largest) {
            throw InputError(fmt::format("{} of atom {} is {:g}, expected no more than {:g}",
                                         name,
                                         i + 1,
                                         magnitude,
                                         largest));
        }
    }
}

}  // namespace

AtomProperties::AtomProperties(Eigen::Index n_atoms)
    : charges(Eigen::VectorXd::Zero(n_atoms)),
      dipoles(Eigen::Matrix3Xd::Zero(3, n_atoms)),
      quadrupoles(Matrix6Xd::Zero(6, n_atoms)),
      valence_populations(Eigen::VectorXd::Zero(n_atoms)),
      valence_widths(Eigen::VectorXd::Zero(n_atoms)),
      hirshfeld_ratios(Eigen::VectorXd::Zero(n_atoms)) {}

void AtomProperties::validate(Eigen::Index n_atoms) const {
    if (charges.size() != n_atoms || dipoles.cols() != n_atoms || quadrupoles.cols() != n_atoms ||
        valence_populations.size() != n_atoms || valence_widths.size() != n_atoms ||
        hirshfeld_ratios.size() != n_atoms) {
        throw InputError(fmt::format("properties do not describe {} atoms", n_atoms));
    }
    require_magnitude(charges.transpose(), "charge", 20.0);
    require_magnitude(dipoles, "dipole", 20.0);
    require_magnitude(quadrupoles, "quadrupole", 200.0);
    require_magnitude(valence_populations.transpose(), "valence population", 50.0);
    require_magnitude(valence_widths.transpose(), "valence width", 10.0);
    require_magnitude(hirshfeld_ratios.transpose(), "Hirshfeld ratio", 20.0);
    require_positive(valence_populations, "valence population");
    require_positive(valence_widths, "valence width");
    require_positive(hirshfeld_ratios, "Hirshfeld ratio");
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        const double trace = quadrupoles(0, i) + quadrupoles(3, i) + quadrupoles(5, i);
        if (std::abs(trace) > trace_tolerance) {
            throw InputError(
                fmt::format("quadrupole of atom {} has trace {}, expected 0", i + 1, trace));
        }
    }
}

Eigen::Matrix3d symmetric_matrix(const Eigen::Matrix<double, 6, 1>& components) {
    Eigen::Matrix3d matrix;
    // clang-format off
    matrix << components[0], components[1], components[2],
              components[1], components[3], components[4],
              components[2], components[4], components[5];
    // clang-format on
    return matrix;
}

Eigen::Matrix<double, 6, 1> symmetric_components(const Eigen::Matrix3d& matrix) {
    Eigen::Matrix<double, 6, 1> components;
    components << matrix(0, 0), matrix(0, 1), matrix(0, 2), matrix(1, 1), matrix(1, 2),
        matrix(2, 2);
    return components;
}

AtomProperties rotated(const AtomProperties& properties, const Eigen::Matrix3d& rotation) {
    AtomProperties turned = properties;
    turned.dipoles = rotation * properties.dipoles;
    for (Eigen::Index i = 0; i < properties.size(); ++i) {
        turned.quadrupoles.col(i) = symmetric_components(
            rotation * symmetric_matrix(properties.quadrupoles.col(i)) * rotation.transpose());
    }
    return turned;
}

Eigen::Vector3d molecular_dipole(const Eigen::Matrix3Xd& positions,
                                 const AtomProperties& properties) {
    return positions * properties.charges + properties.dipoles.rowwise().sum();
}

}  // namespace keesom

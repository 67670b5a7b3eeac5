// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/atom_properties.hpp>
#include <keesom/core/errors.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace keesom {

namespace {

// clang-format off
constexpr std::size_t density_property_count = 6;

constexpr std::array<AtomProperty, 16> property_table = {{
    {"charge", "charge", "q", "e", "charges_e", 20.0, false,
     &AtomProperties::charges, &PropertyUncertainty::charges},
    {"dipole", "dipole", "μ", "e·bohr", "dipoles_e_bohr", 20.0, false,
     &AtomProperties::dipoles, &PropertyUncertainty::dipoles},
    {"quadrupole", "quadrupole", "Θ", "e·bohr²", "quadrupoles_e_bohr2", 200.0, false,
     &AtomProperties::quadrupoles, &PropertyUncertainty::quadrupoles},
    {"valence_population", "valence population", "N", "electron", "valence_populations", 50.0, true,
     &AtomProperties::valence_populations, &PropertyUncertainty::valence_populations},
    {"valence_width", "valence width", "σ", "bohr", "valence_widths_bohr", 10.0, true,
     &AtomProperties::valence_widths, &PropertyUncertainty::valence_widths},
    {"hirshfeld_ratio", "Hirshfeld ratio", "h", "1", "hirshfeld_ratios", 20.0, true,
     &AtomProperties::hirshfeld_ratios, &PropertyUncertainty::hirshfeld_ratios},
    {"penetration_decay", "penetration decay", "ln a_el", "1", "penetration_decays", 5.0, false,
     &AtomProperties::penetration_decays, &PropertyUncertainty::penetration_decays},
    {"penetration_dipole", "penetration dipole", "μ_el", "e·bohr", "penetration_dipoles_e_bohr",
     20.0, false, &AtomProperties::penetration_dipoles, &PropertyUncertainty::penetration_dipoles},
    {"penetration_quadrupole", "penetration quadrupole", "Θ_el", "e·bohr²",
     "penetration_quadrupoles_e_bohr2", 200.0, false,
     &AtomProperties::penetration_quadrupoles, &PropertyUncertainty::penetration_quadrupoles},
    {"exchange_amplitude", "exchange amplitude", "ln K", "1", "exchange_amplitudes", 5.0, false,
     &AtomProperties::exchange_amplitudes, &PropertyUncertainty::exchange_amplitudes},
    {"exchange_decay", "exchange decay", "ln a_x", "1", "exchange_decays", 5.0, false,
     &AtomProperties::exchange_decays, &PropertyUncertainty::exchange_decays},
    {"exchange_dipole", "exchange dipole", "μ_x", "e·bohr", "exchange_dipoles_e_bohr", 20.0, false,
     &AtomProperties::exchange_dipoles, &PropertyUncertainty::exchange_dipoles},
    {"exchange_quadrupole", "exchange quadrupole", "Θ_x", "e·bohr²",
     "exchange_quadrupoles_e_bohr2", 200.0, false,
     &AtomProperties::exchange_quadrupoles, &PropertyUncertainty::exchange_quadrupoles},
    {"charge_transfer_strength", "charge-transfer strength", "ln κ", "1",
     "charge_transfer_strengths", 50.0, false, &AtomProperties::charge_transfer_strengths,
     &PropertyUncertainty::charge_transfer_strengths},
    {"dispersion_reach", "dispersion reach", "ln √Q", "1", "dispersion_reaches", 5.0, false,
     &AtomProperties::dispersion_reaches, &PropertyUncertainty::dispersion_reaches},
    {"dispersion_decay", "dispersion decay", "ln b", "1", "dispersion_decays", 5.0, false,
     &AtomProperties::dispersion_decays, &PropertyUncertainty::dispersion_decays},
}};
// clang-format on

// Files keep six decimals, so three rounded diagonal elements add up to a few millionths.
constexpr double trace_tolerance = 1e-5;

using Values = Eigen::Map<const Eigen::MatrixXd>;

void require_positive(const Values& values, std::string_view name) {
    for (Eigen::Index i = 0; i < values.cols(); ++i) {
        if (!(values.col(i).minCoeff() > 0.0)) {
            throw InputError(fmt::format("{} of atom {} is {}, expected a positive number",
                                         name,
                                         i + 1,
                                         values.col(i).minCoeff()));
        }
    }
}

/// A damaged number may well be finite, but is not of the size that atoms have.
void require_magnitude(const Values& values, std::string_view name, double largest) {
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

void require_traceless(const Values& tensors, std::string_view name) {
    for (Eigen::Index i = 0; i < tensors.cols(); ++i) {
        const double trace = symmetric_matrix(tensors.col(i)).trace();
        if (std::abs(trace) > trace_tolerance) {
            throw InputError(
                fmt::format("{} of atom {} has trace {}, expected 0", name, i + 1, trace));
        }
    }
}

}  // namespace

std::span<const AtomProperty> atom_properties() {
    return property_table;
}

std::span<const AtomProperty> density_properties() {
    return atom_properties().first(density_property_count);
}

std::span<const AtomProperty> short_range_properties() {
    return atom_properties().subspan(density_property_count);
}

Eigen::Index AtomProperty::components() const {
    const Eigen::Index rank = this->rank();
    return (rank + 1) * (rank + 2) / 2;
}

Eigen::Map<const Eigen::MatrixXd> AtomProperty::values(const AtomProperties& properties) const {
    const auto* data = std::visit([&](auto m) { return (properties.*m).data(); }, member);
    const Eigen::Index size = std::visit([&](auto m) { return (properties.*m).size(); }, member);
    return {data, components(), size / components()};
}

Eigen::Map<Eigen::MatrixXd> AtomProperty::values(AtomProperties& properties) const {
    auto* data = std::visit([&](auto m) { return (properties.*m).data(); }, member);
    const Eigen::Index size = std::visit([&](auto m) { return (properties.*m).size(); }, member);
    return {data, components(), size / components()};
}

void AtomProperty::set_zero(AtomProperties& properties, Eigen::Index n_atoms) const {
    if (is_scalar()) {
        // A vector has its atoms in rows.
        (properties.*std::get<0>(member)).setZero(n_atoms);
    } else {
        std::visit([&](auto m) { (properties.*m).setZero(components(), n_atoms); }, member);
    }
}

AtomProperties::AtomProperties(Eigen::Index n_atoms) {
    for (const AtomProperty& property : property_table) {
        property.set_zero(*this, n_atoms);
    }
}

void AtomProperties::validate(Eigen::Index n_atoms) const {
    for (const AtomProperty& property : property_table) {
        if (property.values(*this).cols() != n_atoms) {
            throw InputError(fmt::format("properties do not describe {} atoms", n_atoms));
        }
    }
    for (const AtomProperty& property : property_table) {
        const Values values = property.values(*this);
        require_magnitude(values, property.name, property.largest);
        if (property.is_positive) {
            require_positive(values, property.name);
        }
        if (property.rank() == 2) {
            require_traceless(values, property.name);
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

Eigen::Matrix3d symmetric_derivative(const Eigen::Matrix<double, 6, 1>& by_components) {
    Eigen::Matrix3d derivative = symmetric_matrix(by_components) / 2.0;
    derivative.diagonal() *= 2.0;
    return derivative;
}

Eigen::Matrix<double, 6, 1> symmetric_components(const Eigen::Matrix3d& matrix) {
    Eigen::Matrix<double, 6, 1> components;
    components << matrix(0, 0), matrix(0, 1), matrix(0, 2), matrix(1, 1), matrix(1, 2),
        matrix(2, 2);
    return components;
}

AtomProperties rotated(AtomProperties properties, const Eigen::Matrix3d& rotation) {
    for (const AtomProperty& property : property_table) {
        if (property.rank() == 1) {
            Eigen::Matrix3Xd& vectors = properties.*std::get<1>(property.member);
            vectors = (rotation * vectors).eval();
        } else if (property.rank() == 2) {
            Matrix6Xd& tensors = properties.*std::get<2>(property.member);
            for (Eigen::Index i = 0; i < tensors.cols(); ++i) {
                tensors.col(i) = symmetric_components(rotation * symmetric_matrix(tensors.col(i)) *
                                                      rotation.transpose());
            }
        }
    }
    return properties;
}

Eigen::Vector3d molecular_dipole(const Eigen::Matrix3Xd& positions,
                                 const AtomProperties& properties) {
    return positions * properties.charges + properties.dipoles.rowwise().sum();
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/energy_gradient.hpp>

#include <utility>

namespace keesom {

namespace {

/// Derivatives by xy, xz and yz of what is a symmetric matrix, times a factor.
void scale_mixed_components(AtomPropertyGradient& gradient, double factor) {
    for (const AtomProperty& property : atom_properties()) {
        if (property.rank() == 2) {
            for (const Eigen::Index component : {1, 2, 4}) {
                property.values(gradient).row(component) *= factor;
            }
        }
    }
}

}  // namespace

AtomPropertyGradient rotated_gradient(AtomPropertyGradient gradient,
                                      const Eigen::Matrix3d& rotation) {
    scale_mixed_components(gradient, 0.5);
    gradient = rotated(std::move(gradient), rotation);
    scale_mixed_components(gradient, 2.0);
    return gradient;
}

void EnergyGradient::add(double factor, const EnergyGradient& other, Eigen::Index first) {
    positions.middleCols(first, other.size()) += factor * other.positions;
    for (const AtomProperty& property : atom_properties()) {
        property.values(properties).middleCols(first, other.size()) +=
            factor * property.values(other.properties);
    }
}

EnergyGradient EnergyGradient::segment(Eigen::Index first, Eigen::Index count) const {
    EnergyGradient part(count);
    part.positions = positions.middleCols(first, count);
    for (const AtomProperty& property : atom_properties()) {
        property.values(part.properties) = property.values(properties).middleCols(first, count);
    }
    return part;
}

}  // namespace keesom

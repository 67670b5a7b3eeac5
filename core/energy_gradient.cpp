// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/energy_gradient.hpp>

namespace keesom {

void EnergyGradient::add(double factor, const EnergyGradient& other) {
    positions += factor * other.positions;
    for (const AtomProperty& property : atom_properties()) {
        property.values(properties) += factor * property.values(other.properties);
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

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/energy_gradient.hpp>

namespace keesom {

EnergyGradient EnergyGradient::segment(Eigen::Index first, Eigen::Index count) const {
    EnergyGradient part(count);
    part.positions = positions.middleCols(first, count);
    for (const AtomProperty& property : atom_properties()) {
        property.values(part.properties) = property.values(properties).middleCols(first, count);
    }
    return part;
}

}  // namespace keesom

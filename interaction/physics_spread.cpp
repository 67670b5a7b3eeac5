// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/interaction/physics_spread.hpp>

#include <cmath>
#include <cstddef>

namespace keesom {

double ResidualSpread::of(double exchange) const {
    return std::hypot(absolute, relative * exchange);
}

EnergyDeviations PhysicsSpread::of(const EnergyComponents& energy) const {
    EnergyDeviations deviations;
    for (std::size_t c = 0; c < component_names.size(); ++c) {
        deviations.components.*component_names[c].value = components[c].of(energy.exchange);
    }
    deviations.total = total.of(energy.exchange);
    return deviations;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/monomer_potential.hpp>

#include <algorithm>
#include <utility>

namespace keesom {

double Deformation::total() const {
    double sum = 0.0;
    for (const std::optional<double>& energy : energies) {
        sum += energy.value_or(0.0);
    }
    return sum;
}

Deformation deformation(std::span<const Molecule> molecules,
                        std::span<const std::shared_ptr<const MonomerPotential>> potentials) {
    Deformation result;
    for (const Molecule& molecule : molecules) {
        const auto potential = std::find_if(potentials.begin(),
                                            potentials.end(),
                                            [&](const std::shared_ptr<const MonomerPotential>& p) {
                                                return p->describes(molecule);
                                            });
        if (potential == potentials.end()) {
            result.energies.emplace_back();
            result.gradients.emplace_back(Eigen::Matrix3Xd::Zero(3, molecule.size()));
            result.unfamiliar.push_back(false);
            continue;
        }
        EnergyAndGradient own = (*potential)->deformation(molecule.positions);
        result.energies.emplace_back(own.energy);
        result.gradients.push_back(std::move(own.gradient));
        result.unfamiliar.push_back(!(*potential)->is_familiar(molecule.positions));
    }
    return result;
}

}  // namespace keesom

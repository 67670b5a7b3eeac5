// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace keesom {

Eigen::VectorXd valence_decay_rates(const Monomer& monomer, const ElementConstants& decay_scale) {
    Eigen::VectorXd rates = decay_scale.of(monomer.molecule().atomic_numbers);
    for (Eigen::Index i = 0; i < rates.size(); ++i) {
        if (!(rates[i] > 0.0)) {
            const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
            throw ModelError(fmt::format("{} of element {} is {}, expected a positive number",
                                         decay_scale.name(),
                                         element_symbol(z),
                                         rates[i]));
        }
    }
    return rates.cwiseQuotient(monomer.properties().valence_widths);
}

Multipole<double> atomic_multipole(const Monomer& monomer, Eigen::Index atom) {
    const AtomProperties& properties = monomer.properties();
    return {properties.charges[atom],
            properties.dipoles.col(atom),
            symmetric_matrix(properties.quadrupoles.col(atom))};
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace keesom {

Eigen::VectorXd valence_decay_rates(const Sites& sites,
                                    const ElementConstants& decay_scale,
                                    DecayProperty x) {
    Eigen::VectorXd rates = decay_scale.of(sites.atomic_numbers());
    for (Eigen::Index i = 0; i < rates.size(); ++i) {
        if (!(rates[i] > 0.0)) {
            const int z = sites.atomic_numbers()[static_cast<std::size_t>(i)];
            throw ModelError(fmt::format("{} of element {} is {}, expected a positive number",
                                         decay_scale.name(),
                                         element_symbol(z),
                                         rates[i]));
        }
    }
    const Eigen::VectorXd factors = (sites.properties().*x).array().exp();
    return rates.cwiseProduct(factors).cwiseQuotient(sites.properties().valence_widths);
}

Multipole<double> atomic_multipole(const AtomProperties& properties, Eigen::Index atom) {
    return {properties.charges[atom],
            properties.dipoles.col(atom),
            symmetric_matrix(properties.quadrupoles.col(atom))};
}

Eigen::Matrix<double, 6, 1> by_quadrupole_components(const Eigen::Matrix3d& by_matrix) {
    const Eigen::Matrix3d& q = by_matrix;
    return (Eigen::Matrix<double, 6, 1>() << q(0, 0),
            q(0, 1) + q(1, 0),
            q(0, 2) + q(2, 0),
            q(1, 1),
            q(1, 2) + q(2, 1),
            q(2, 2))
        .finished();
}

void add_multipole_gradient(const Multipole<double>& by_multipole,
                            double seed,
                            Eigen::Index site,
                            AtomPropertyGradient& gradient) {
    gradient.charges[site] += seed * by_multipole.charge;
    gradient.dipoles.col(site) += seed * by_multipole.dipole;
    gradient.quadrupoles.col(site) += seed * by_quadrupole_components(by_multipole.quadrupole);
}

void add_decay_gradient(double by_decay_rate,
                        double decay_rate,
                        const Sites& sites,
                        Eigen::Index site,
                        DecayProperty x,
                        AtomPropertyGradient& gradient) {
    const double by_x = by_decay_rate * decay_rate;
    (gradient.*x)[site] += by_x;
    gradient.valence_widths[site] -= by_x / sites.properties().valence_widths[site];
}

}  // namespace keesom

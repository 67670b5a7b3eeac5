// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <cstddef>
#include <vector>

namespace keesom {

namespace {

/// What the pair terms need of the atoms of one monomer.
struct Atoms {
    Eigen::Matrix3Xd positions;
    Oscillators oscillators;
    Eigen::VectorXd root_quadrupole_factors;  // √Q
    Eigen::VectorXd root_widths;              // √σ
};

HigherOrderDispersion between(const Atoms& a, const Atoms& b, double tang_toennies_scale) {
    HigherOrderDispersion energy;
    for (Eigen::Index j = 0; j < b.positions.cols(); ++j) {
        for (Eigen::Index i = 0; i < a.positions.cols(); ++i) {
            const double distance = (b.positions.col(j) - a.positions.col(i)).norm();
            const double decay_rate = tang_toennies_scale / (a.root_widths[i] * b.root_widths[j]);
            const double c6 = combine_c6(a.oscillators.c6[i],
                                         a.oscillators.polarizabilities[i],
                                         b.oscillators.c6[j],
                                         b.oscillators.polarizabilities[j]);
            const double c8_over_c6 =
                3.0 * a.root_quadrupole_factors[i] * b.root_quadrupole_factors[j];
            const double c10_over_c8 = 49.0 / 40.0 * c8_over_c6;
            const auto [f8, f10] = tang_toennies_8_and_10(decay_rate * distance);
            const double r2 = distance * distance;
            const double undamped8 = c6 * c8_over_c6 / (r2 * r2 * r2 * r2);
            energy.c8 -= f8 * undamped8;
            energy.c10 -= f10 * undamped8 * c10_over_c8 / r2;
        }
    }
    return energy;
}

}  // namespace

double combine_c6(double c6_i, double polarizability_i, double c6_j, double polarizability_j) {
    const double ratio = polarizability_j / polarizability_i;
    return 2.0 * c6_i * c6_j / (ratio * c6_i + c6_j / ratio);
}

HigherOrderDispersion higher_order_dispersion(std::span<const Monomer> monomers,
                                              const ElementConstants& quadrupole_factor,
                                              double tang_toennies_scale) {
    std::vector<Atoms> atoms;
    atoms.reserve(monomers.size());
    for (const Monomer& monomer : monomers) {
        const Molecule& molecule = monomer.molecule();
        const AtomProperties& properties = monomer.properties();
        atoms.push_back({molecule.positions,
                         scaled_oscillators(molecule.atomic_numbers, properties.hirshfeld_ratios),
                         quadrupole_factor.of(molecule.atomic_numbers).cwiseSqrt(),
                         properties.valence_widths.cwiseSqrt()});
    }
    HigherOrderDispersion energy;
    for (std::size_t b = 0; b < atoms.size(); ++b) {
        for (std::size_t a = 0; a < b; ++a) {
            const HigherOrderDispersion pair = between(atoms[a], atoms[b], tang_toennies_scale);
            energy.c8 += pair.c8;
            energy.c10 += pair.c10;
        }
    }
    return energy;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/pair_packs.hpp>
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>

#include <cstddef>
#include <vector>

namespace keesom {

namespace {

Oscillators unscreened_oscillators(const Sites& sites) {
    return scaled_oscillators(sites.atomic_numbers(), sites.properties().hirshfeld_ratios);
}

std::vector<HigherOrderAtom<double>> higher_order_atoms(
    const Sites& sites,
    const Oscillators& oscillators,
    const ElementConstants& quadrupole_factor,
    const ElementConstants& tang_toennies_scale) {
    const AtomProperties& properties = sites.properties();
    const Eigen::ArrayXd root_quadrupole_factors =
        quadrupole_factor.of(sites.atomic_numbers()).array().sqrt() *
        properties.dispersion_reaches.array().exp();
    const Eigen::ArrayXd root_decay_rates =
        (tang_toennies_scale.of(sites.atomic_numbers()).array() *
         properties.dispersion_decays.array().exp() / properties.valence_widths.array())
            .sqrt();
    std::vector<HigherOrderAtom<double>> atoms;
    atoms.reserve(static_cast<std::size_t>(sites.size()));
    for (Eigen::Index i = 0; i < sites.size(); ++i) {
        atoms.push_back({oscillators.polarizabilities[i],
                         oscillators.c6[i],
                         root_quadrupole_factors[i],
                         root_decay_rates[i]});
    }
    return atoms;
}

}  // namespace

HigherOrderPairGradient higher_order_pair_gradient(const HigherOrderAtom<double>& i,
                                                   const HigherOrderAtom<double>& j,
                                                   double distance,
                                                   const HigherOrderDispersion& seed) {
    const HigherOrderDispersion energy = higher_order_pair(i, j, distance);
    const double weighted8 = seed.c8 * energy.c8;
    const double weighted10 = seed.c10 * energy.c10;

    const double x = i.root_decay_rate * j.root_decay_rate * distance;
    const auto [f8, f10] = tang_toennies_8_and_10(x);
    const auto [slope8, slope10] = tang_toennies_slopes_8_and_10(x);
    const double by_log_x = x * (weighted8 * slope8 / f8 + weighted10 * slope10 / f10);

    // C6_ij = 2 C6_i C6_j/(p + q); its logarithmic derivatives are the shares of p and q.
    const double ratio = j.polarizability / i.polarizability;
    const double p = ratio * i.c6;
    const double q = j.c6 / ratio;
    const double by_log_c6 = weighted8 + weighted10;
    const double by_log_ratio = -by_log_c6 * (p - q) / (p + q);
    return {(by_log_x - 8.0 * weighted8 - 10.0 * weighted10) / distance,
            weighted8 + 2.0 * weighted10,
            by_log_x,
            {-by_log_ratio / i.polarizability, by_log_c6 * q / (p + q) / i.c6},
            {by_log_ratio / j.polarizability, by_log_c6 * p / (p + q) / j.c6}};
}

std::vector<HigherOrderDispersion> higher_order_pairs(const Sites& sites,
                                                      const ElementConstants& quadrupole_factor,
                                                      const ElementConstants& tang_toennies_scale) {
    const std::vector<HigherOrderAtom<double>> atoms = higher_order_atoms(
        sites, unscreened_oscillators(sites), quadrupole_factor, tang_toennies_scale);
    const auto packed = [&](const AtomRange& range) {
        const auto of = [&](auto member) {
            return gathered(
                range, [&](Eigen::Index i) { return atoms[static_cast<std::size_t>(i)].*member; });
        };
        using Atom = HigherOrderAtom<double>;
        return HigherOrderAtom<Lanes>{of(&Atom::polarizability),
                                      of(&Atom::c6),
                                      of(&Atom::root_quadrupole_factor),
                                      of(&Atom::root_decay_rate)};
    };
    std::vector<HigherOrderDispersion> energies(sites.pairs().size());
    for_each_pair_pack(sites, packed, [&](const PairPack& pairs, const auto& a, const auto& b) {
        const HigherOrderEnergies<Lanes> both = higher_order_pair(a, b, Lanes(pairs.R.norm()));
        const auto c8 = both.c8.array();
        const auto c10 = both.c10.array();
        for (std::size_t lane = 0; lane < static_cast<std::size_t>(pairs.count); ++lane) {
            energies[pairs.first + lane] = {c8[lane], c10[lane]};
        }
    });
    return energies;
}

HigherOrderDispersion higher_order_dispersion(const Sites& sites,
                                              const ElementConstants& quadrupole_factor,
                                              const ElementConstants& tang_toennies_scale) {
    HigherOrderDispersion sum;
    for (const HigherOrderDispersion& pair :
         higher_order_pairs(sites, quadrupole_factor, tang_toennies_scale)) {
        sum.c8 += pair.c8;
        sum.c10 += pair.c10;
    }
    return sum;
}

void add_higher_order_gradient(const Sites& sites,
                               const ElementConstants& quadrupole_factor,
                               const ElementConstants& tang_toennies_scale,
                               const HigherOrderDispersion& seed,
                               EnergyGradient& gradient) {
    const Oscillators oscillators = unscreened_oscillators(sites);
    const std::vector<HigherOrderAtom<double>> atoms =
        higher_order_atoms(sites, oscillators, quadrupole_factor, tang_toennies_scale);
    OscillatorGradient by_oscillators(sites.size());
    for (const auto& [i, j, R, distance] : sites.pairs()) {
        const HigherOrderPairGradient pair = higher_order_pair_gradient(
            atoms[static_cast<std::size_t>(i)], atoms[static_cast<std::size_t>(j)], distance, seed);
        const Eigen::Vector3d by_position = pair.distance / distance * R;
        gradient.positions.col(j) += by_position;
        gradient.positions.col(i) -= by_position;
        const auto add = [&](Eigen::Index atom, const HigherOrderPairGradient::Atom& by) {
            by_oscillators.polarizabilities[atom] += by.polarizability;
            by_oscillators.c6[atom] += by.c6;
            gradient.properties.dispersion_reaches[atom] += pair.log_reach;
            // ln b has half of each y and of each −ln σ.
            gradient.properties.dispersion_decays[atom] += 0.5 * pair.log_decay;
            gradient.properties.valence_widths[atom] -=
                0.5 * pair.log_decay / sites.properties().valence_widths[atom];
        };
        add(i, pair.i);
        add(j, pair.j);
    }
    gradient.properties.hirshfeld_ratios +=
        by_oscillators.by_hirshfeld_ratios(oscillators, sites.properties().hirshfeld_ratios);
}

}  // namespace keesom

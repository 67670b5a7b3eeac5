// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/multipoles/valence_density.hpp>
#include <keesom/overlap/multipole_overlap.hpp>
#include <keesom/overlap/overlap_pair.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace keesom {

namespace {

using Site = OverlapSite<double>;

/// The atoms as densities, and back from derivatives by these to derivatives by properties.
class OverlapSites {
public:
    OverlapSites(const Sites& sites, const OverlapParameters& parameters)
        : sites_(sites),
          parameters_(parameters),
          amplitudes_(parameters.amplitude.of(sites.atomic_numbers())),
          dipole_scales_(parameters.dipole_scale.of(sites.atomic_numbers())),
          quadrupole_scales_(parameters.quadrupole_scale.of(sites.atomic_numbers())) {
        const Eigen::VectorXd decay_rates = valence_decay_rates(sites, parameters.decay_scale);
        atoms_.reserve(static_cast<std::size_t>(sites.size()));
        for (Eigen::Index i = 0; i < sites.size(); ++i) {
            const double K = amplitudes_[i];
            Multipole<double> electrons = atomic_multipole(sites.properties(), i);
            electrons.charge = K * std::pow(sites.properties().valence_populations[i],
                                            parameters.population_exponent);
            electrons.dipole *= -K * dipole_scales_[i];
            electrons.quadrupole *= -K * quadrupole_scales_[i];
            atoms_.push_back({electrons, decay_rates[i]});
        }
    }

    [[nodiscard]] const Site& operator[](Eigen::Index i) const {
        return atoms_[static_cast<std::size_t>(i)];
    }

    /// From derivatives by a site to those by the properties of its atom.
    void add_gradient(const Site& by_site,
                      double seed,
                      Eigen::Index i,
                      AtomPropertyGradient& gradient) const {
        const AtomProperties& properties = sites_.properties();
        const double K = amplitudes_[i];
        add_multipole_gradient({0.0,
                                -K * dipole_scales_[i] * by_site.electrons.dipole,
                                -K * quadrupole_scales_[i] * by_site.electrons.quadrupole},
                               seed,
                               i,
                               gradient);
        gradient.valence_populations[i] +=
            seed * by_site.electrons.charge * parameters_.population_exponent *
            (*this)[i].electrons.charge / properties.valence_populations[i];
        add_decay_gradient(seed * by_site.decay_rate, (*this)[i].decay_rate, sites_, i, gradient);
    }

private:
    const Sites& sites_;
    const OverlapParameters& parameters_;
    Eigen::VectorXd amplitudes_;
    Eigen::VectorXd dipole_scales_;
    Eigen::VectorXd quadrupole_scales_;
    std::vector<Site> atoms_;
};

}  // namespace

void OverlapParameters::validate(std::string_view term) const {
    const auto require = [&](std::string_view key, const auto& value, ConstantRange range) {
        require_constant(fmt::format("{} {}", term, key), value, range);
    };
    require("amplitude", amplitude, ConstantRange::finite);
    require("decay_scale", decay_scale, ConstantRange::positive);
    require("dipole_scale", dipole_scale, ConstantRange::finite);
    require("quadrupole_scale", quadrupole_scale, ConstantRange::finite);
    require("population_exponent", population_exponent, ConstantRange::finite);
}

std::vector<double> pair_overlaps(const Sites& sites, const OverlapParameters& parameters) {
    const OverlapSites atoms(sites, parameters);
    std::vector<double> overlaps;
    overlaps.reserve(sites.pairs().size());
    for (const SitePair& pair : sites.pairs()) {
        overlaps.push_back(overlap_pair_energy(atoms[pair.i], atoms[pair.j], pair.R));
    }
    return overlaps;
}

double multipole_overlap(const Sites& sites, const OverlapParameters& parameters) {
    const std::vector<double> overlaps = pair_overlaps(sites, parameters);
    return std::accumulate(overlaps.begin(), overlaps.end(), 0.0);
}

void add_overlap_gradient(const Sites& sites,
                          const OverlapParameters& parameters,
                          double seed,
                          EnergyGradient& gradient) {
    const OverlapSites atoms(sites, parameters);
    for (const SitePair& pair : sites.pairs()) {
        const PairGradient<Site> by = overlap_pair_gradient(atoms[pair.i], atoms[pair.j], pair.R);
        atoms.add_gradient(by.a, seed, pair.i, gradient.properties);
        atoms.add_gradient(by.b, seed, pair.j, gradient.properties);
        add_pair_gradient(seed * by.R, pair, gradient);
    }
}

}  // namespace keesom

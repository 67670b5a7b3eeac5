// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/pair_packs.hpp>
#include <keesom/multipoles/gathered_multipole.hpp>
#include <keesom/multipoles/valence_density.hpp>
#include <keesom/overlap/multipole_overlap.hpp>
#include <keesom/overlap/overlap_pair.hpp>

#include <cassert>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace keesom {

namespace {

using Site = OverlapSite<double>;

constexpr DecayProperty exchange_decays = &AtomProperties::exchange_decays;

/// The atoms as densities, and back from derivatives by these to derivatives by properties.
class OverlapSites {
public:
    OverlapSites(const Sites& sites, const OverlapParameters& parameters)
        : sites_(sites),
          parameters_(parameters),
          amplitudes_(
              parameters.amplitude.of(sites.atomic_numbers())
                  .cwiseProduct(sites.properties().exchange_amplitudes.array().exp().matrix())),
          dipole_scales_(parameters.dipole_scale.of(sites.atomic_numbers())),
          quadrupole_scales_(parameters.quadrupole_scale.of(sites.atomic_numbers())) {
        const AtomProperties& properties = sites.properties();
        const Eigen::VectorXd decay_rates =
            valence_decay_rates(sites, parameters.decay_scale, exchange_decays);
        atoms_.reserve(static_cast<std::size_t>(sites.size()));
        for (Eigen::Index i = 0; i < sites.size(); ++i) {
            const double K = amplitudes_[i];
            const Multipole<double> atom = atomic_multipole(properties, i);
            const Multipole<double> electrons = {
                K * std::pow(properties.valence_populations[i], parameters.population_exponent),
                -K * (dipole_scales_[i] * atom.dipole + properties.exchange_dipoles.col(i)),
                -K * (quadrupole_scales_[i] * atom.quadrupole +
                      symmetric_matrix(properties.exchange_quadrupoles.col(i)))};
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
        const Site& site = (*this)[i];
        const Multipole<double>& by = by_site.electrons;
        const Eigen::Vector3d by_dipole = -seed * amplitudes_[i] * by.dipole;
        gradient.dipoles.col(i) += dipole_scales_[i] * by_dipole;
        gradient.exchange_dipoles.col(i) += by_dipole;
        const Eigen::Matrix<double, 6, 1> by_quadrupole =
            -seed * amplitudes_[i] * by_quadrupole_components(by.quadrupole);
        gradient.quadrupoles.col(i) += quadrupole_scales_[i] * by_quadrupole;
        gradient.exchange_quadrupoles.col(i) += by_quadrupole;
        const double by_log_population = seed * by.charge * site.electrons.charge;
        gradient.valence_populations[i] += by_log_population * parameters_.population_exponent /
                                           sites_.properties().valence_populations[i];
        // All moments are proportional to the amplitude.
        gradient.exchange_amplitudes[i] +=
            by_log_population +
            seed * (by.dipole.dot(site.electrons.dipole) +
                    by.quadrupole.cwiseProduct(site.electrons.quadrupole).sum());
        add_decay_gradient(
            seed * by_site.decay_rate, site.decay_rate, sites_, i, exchange_decays, gradient);
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

void OverlapParameters::validate() const {
    require_constant("exchange amplitude", amplitude, ConstantRange::finite);
    require_constant("exchange decay_scale", decay_scale, ConstantRange::positive);
    require_constant("exchange dipole_scale", dipole_scale, ConstantRange::finite);
    require_constant("exchange quadrupole_scale", quadrupole_scale, ConstantRange::finite);
    require_constant("exchange population_exponent", population_exponent, ConstantRange::finite);
}

std::vector<double> pair_overlaps(const Sites& sites,
                                  const OverlapParameters& parameters,
                                  double stretch) {
    const OverlapSites atoms(sites, parameters);
    const auto packed = [&](const AtomRange& range) {
        return OverlapSite<Lanes>{
            gathered_multipole(
                range,
                [&](Eigen::Index i) -> const Multipole<double>& { return atoms[i].electrons; }),
            gathered(range, [&](Eigen::Index i) { return atoms[i].decay_rate; })};
    };
    return pair_values(
        sites, packed, [stretch](const auto& a, const auto& b, const Vector3<Lanes>& R) {
            return overlap_pair_energy(a, b, Vector3<Lanes>(Lanes(stretch) * R));
        });
}

double multipole_overlap(const Sites& sites, const OverlapParameters& parameters) {
    const std::vector<double> overlaps = pair_overlaps(sites, parameters);
    return std::accumulate(overlaps.begin(), overlaps.end(), 0.0);
}

void add_overlap_gradient(const Sites& sites,
                          const OverlapParameters& parameters,
                          std::span<const double> seeds,
                          EnergyGradient& gradient,
                          double stretch) {
    assert(seeds.size() == sites.pairs().size());
    const OverlapSites atoms(sites, parameters);
    for (std::size_t k = 0; k < seeds.size(); ++k) {
        const SitePair& pair = sites.pairs()[k];
        const PairGradient<Site> by =
            overlap_pair_gradient(atoms[pair.i], atoms[pair.j], stretch * pair.R);
        atoms.add_gradient(by.a, seeds[k], pair.i, gradient.properties);
        atoms.add_gradient(by.b, seeds[k], pair.j, gradient.properties);
        add_pair_gradient(seeds[k] * stretch * by.R, pair, gradient);
    }
}

}  // namespace keesom

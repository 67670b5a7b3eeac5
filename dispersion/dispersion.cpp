// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>
#include <keesom/dispersion/pairwise.hpp>
#include <keesom/dispersion/screening.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace keesom {

namespace {

Oscillators oscillators_of(const Sites& sites, const std::vector<Eigen::Index>& atoms) {
    std::vector<int> elements;
    for (const Eigen::Index atom : atoms) {
        elements.push_back(sites.atomic_numbers()[static_cast<std::size_t>(atom)]);
    }
    return scaled_oscillators(elements, sites.properties().hirshfeld_ratios(atoms));
}

/// Those that respond of a range of atoms.
std::vector<Eigen::Index> responding_of(const Sites& sites, const AtomRange& range) {
    const std::span<const Eigen::Index> all = sites.responding();
    return {std::lower_bound(all.begin(), all.end(), range.first),
            std::lower_bound(all.begin(), all.end(), range.first + range.count)};
}

/// E_MBD of those of a range of atoms that respond. Adds `weight` times its derivatives to
/// `gradient` if there is one.
double many_body_energy_of(const Sites& sites,
                           const AtomRange& range,
                           const MbdOptions& options,
                           double weight,
                           EnergyGradient* gradient) {
    const std::vector<Eigen::Index> atoms = responding_of(sites, range);
    const Oscillators oscillators = oscillators_of(sites, atoms);
    OscillatorGradient by_oscillators;
    const double energy = mbd_rsscs_energy(sites.positions()(Eigen::all, atoms),
                                           oscillators,
                                           options,
                                           gradient == nullptr ? nullptr : &by_oscillators);
    if (gradient != nullptr) {
        gradient->positions(Eigen::all, atoms) += weight * by_oscillators.positions;
        gradient->properties.hirshfeld_ratios(atoms) +=
            weight * by_oscillators.by_hirshfeld_ratios(oscillators,
                                                        sites.properties().hirshfeld_ratios(atoms));
    }
    return energy;
}

/// E_MBD(all) − Σ E_MBD(each) of the atoms that respond, and `weight` times its derivatives.
/// @param known  of each monomer, whose energy has no derivatives then, or empty
/// @param of_hosts  E_MBD of several hosts together, where it is known
double many_body_difference(const Sites& sites,
                            std::span<const MonomerDispersion* const> known,
                            std::optional<double> of_hosts,
                            const MbdOptions& options,
                            double weight,
                            EnergyGradient* gradient) {
    double energy = many_body_energy_of(sites, {0, sites.size()}, options, weight, gradient);
    const bool has_several_hosts = sites.n_hosts() > 1;
    if (has_several_hosts) {
        energy -= of_hosts ? *of_hosts
                           : many_body_energy_of(sites, sites.hosts(), options, -weight, gradient);
    }
    for (std::size_t m = has_several_hosts ? sites.n_hosts() : 0; m < sites.monomers().size();
         ++m) {
        const AtomRange& monomer = sites.monomers()[m];
        const bool is_whole =
            static_cast<Eigen::Index>(responding_of(sites, monomer).size()) == monomer.count;
        energy -= !known.empty() && is_whole
                      ? known[m]->many_body_energy
                      : many_body_energy_of(sites, monomer, options, -weight, gradient);
    }
    return energy;
}

/// −f² C6/R⁶ of the pairs of which not both respond, hartree.
double distant_energy(const Sites& sites,
                      std::span<const MonomerDispersion* const> known,
                      const MbdOptions& options) {
    Oscillators atoms{Eigen::VectorXd(sites.size()),
                      Eigen::VectorXd(sites.size()),
                      Eigen::VectorXd(sites.size())};
    for (std::size_t m = 0; m < known.size(); ++m) {
        const auto [first, count] = sites.monomers()[m];
        const Oscillators& screened = known[m]->screened;
        atoms.polarizabilities.segment(first, count) = screened.polarizabilities;
        atoms.c6.segment(first, count) = screened.c6;
        atoms.vdw_radii.segment(first, count) = screened.vdw_radii;
    }
    Eigen::VectorX<bool> responds = Eigen::VectorX<bool>::Constant(sites.size(), false);
    for (const Eigen::Index atom : sites.responding()) {
        responds[atom] = true;
    }
    double energy = 0.0;
    for (const auto& [i, j, R, distance] : sites.pairs()) {
        if (responds[i] && responds[j]) {
            continue;
        }
        const double f = fermi_damping(
            distance, options.beta * (atoms.vdw_radii[i] + atoms.vdw_radii[j]), options.steepness);
        const double c6 = combine_c6(
            atoms.c6[i], atoms.polarizabilities[i], atoms.c6[j], atoms.polarizabilities[j]);
        energy -= f * f * c6 / std::pow(distance, 6);
    }
    return energy;
}

}  // namespace

void DispersionParameters::validate() const {
    mbd.validate();
    require_constant("c8_scale", c8_scale, ConstantRange::not_negative);
    require_constant("c10_scale", c10_scale, ConstantRange::not_negative);
    require_constant("tang_toennies_scale", tang_toennies_scale, ConstantRange::positive);
    require_constant("quadrupole_factor", quadrupole_factor, ConstantRange::positive);
}

Dispersion::Dispersion(DispersionParameters parameters) : parameters_(std::move(parameters)) {
    parameters_.validate();
}

EnergyComponents Dispersion::evaluate(const Sites& sites, const WeightedGradient* gradient) const {
    return gradient == nullptr
               ? evaluate(sites, {}, std::nullopt, 0.0, nullptr)
               : evaluate(sites, {}, std::nullopt, gradient->seed.dispersion, &gradient->sum);
}

EnergyComponents Dispersion::rigid_energy(const Sites& sites,
                                          std::span<const MonomerDispersion* const> known,
                                          const EnergyComponents& seed,
                                          EnergyGradient* gradient) const {
    assert(known.size() == sites.monomers().size());
    EnergyComponents energy = evaluate(sites, known, std::nullopt, seed.dispersion, gradient);
    if (!sites.all_respond()) {
        assert(gradient == nullptr);
        energy.dispersion += distant_energy(sites, known, parameters_.mbd);
    }
    return energy;
}

EnergyComponents Dispersion::rigid_energy(const Sites& sites,
                                          std::span<const MonomerDispersion* const> known,
                                          double many_body_energy_of_hosts) const {
    assert(known.size() == sites.monomers().size() && sites.all_respond());
    return evaluate(sites, known, many_body_energy_of_hosts, 0.0, nullptr);
}

double Dispersion::many_body_energy_of_hosts(const Sites& sites) const {
    return many_body_energy_of(sites, sites.hosts(), parameters_.mbd, 0.0, nullptr);
}

EnergyComponents Dispersion::evaluate(const Sites& sites,
                                      std::span<const MonomerDispersion* const> known,
                                      std::optional<double> many_body_energy_of_hosts,
                                      double seed,
                                      EnergyGradient* gradient) const {
    if (seed == 0.0) {
        gradient = nullptr;
    }
    EnergyComponents components;
    components.dispersion =
        many_body_difference(
            sites, known, many_body_energy_of_hosts, parameters_.mbd, seed, gradient) +
        pairwise_energy(sites);
    if (gradient == nullptr) {
        return components;
    }
    add_higher_order_gradient(sites,
                              parameters_.quadrupole_factor,
                              parameters_.tang_toennies_scale,
                              {seed * parameters_.c8_scale, seed * parameters_.c10_scale},
                              *gradient);
    return components;
}

double Dispersion::many_body_energy(const Sites& sites) const {
    return many_body_difference(sites, {}, std::nullopt, parameters_.mbd, 0.0, nullptr);
}

MonomerDispersion Dispersion::of_monomer(const Monomer& monomer) const {
    const Eigen::Matrix3Xd& positions = monomer.molecule().positions;
    Oscillators screened =
        range_separated_screening(positions,
                                  scaled_oscillators(monomer.molecule().atomic_numbers,
                                                     monomer.properties().hirshfeld_ratios),
                                  parameters_.mbd,
                                  gauss_legendre_frequencies(parameters_.mbd.n_frequencies));
    const double energy = coupled_oscillator_energy(positions, screened, parameters_.mbd);
    return {energy, std::move(screened)};
}

double Dispersion::pairwise_energy(const Sites& sites) const {
    const HigherOrderDispersion unscaled = higher_order_dispersion(
        sites, parameters_.quadrupole_factor, parameters_.tang_toennies_scale);
    return parameters_.c8_scale * unscaled.c8 + parameters_.c10_scale * unscaled.c10;
}

void Dispersion::add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const {
    const std::vector<HigherOrderDispersion> pairs =
        higher_order_pairs(sites, parameters_.quadrupole_factor, parameters_.tang_toennies_scale);
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        energies[k].dispersion +=
            parameters_.c8_scale * pairs[k].c8 + parameters_.c10_scale * pairs[k].c10;
    }
}

}  // namespace keesom

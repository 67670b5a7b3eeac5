// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/interaction/pair_decomposition.hpp>

namespace keesom {

PairDecomposition pair_decomposition(std::span<const Monomer> monomers,
                                     const Physics& physics,
                                     const EnergyComponents& energy) {
    const Sites sites(monomers);
    const std::vector<EnergyComponents> energies = physics.pair_energies(sites);
    std::vector<std::size_t> monomer_of;
    for (std::size_t m = 0; m < monomers.size(); ++m) {
        monomer_of.insert(monomer_of.end(), static_cast<std::size_t>(monomers[m].size()), m);
    }
    PairDecomposition result;
    result.pairs.reserve(energies.size());
    for (std::size_t p = 0; p < energies.size(); ++p) {
        const SitePair& pair = sites.pairs()[p];
        const std::size_t a = monomer_of[static_cast<std::size_t>(pair.i)];
        const std::size_t b = monomer_of[static_cast<std::size_t>(pair.j)];
        result.pairs.push_back({a,
                                pair.i - sites.monomers()[a].first,
                                b,
                                pair.j - sites.monomers()[b].first,
                                pair.distance,
                                energies[p]});
        result.sum += energies[p];
    }
    result.polarization = energy.induction - result.sum.induction;
    result.many_body_dispersion = energy.dispersion - result.sum.dispersion;
    return result;
}

std::vector<Eigen::VectorXd> atom_contributions(const PairDecomposition& decomposition,
                                                std::span<const Eigen::Index> sizes) {
    std::vector<Eigen::VectorXd> contributions;
    for (const Eigen::Index size : sizes) {
        contributions.emplace_back(Eigen::VectorXd::Zero(size));
    }
    for (const PairEnergy& pair : decomposition.pairs) {
        const double half = 0.5 * pair.energy.total();
        contributions[pair.monomer_a][pair.atom_a] += half;
        contributions[pair.monomer_b][pair.atom_b] += half;
    }
    return contributions;
}

}  // namespace keesom

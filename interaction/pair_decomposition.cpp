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

}  // namespace keesom

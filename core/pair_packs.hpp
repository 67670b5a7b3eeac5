// SPDX-License-Identifier: BSD-3-Clause
//
// Pairs of atoms of different monomers, several at once: one atom with those of a pack of the other
// monomer. Not a public header.
#pragma once

#include <keesom/core/lanes.hpp>
#include <keesom/core/sites.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace keesom {

/// What get(i) gives for each of some atoms, 1 to Lanes::size; the last one fills lanes that are
/// left.
template <class Get>
Lanes gathered(const AtomRange& atoms, const Get& get) {
    if (atoms.count == 1) {
        return get(atoms.first);
    }
    std::array<double, Lanes::size> values{};
    for (Eigen::Index lane = 0; lane < Lanes::size; ++lane) {
        values[static_cast<std::size_t>(lane)] = get(atoms.first + std::min(lane, atoms.count - 1));
    }
    return Lanes(values);
}

/// One atom and a pack of atoms of a later monomer.
struct PairPack {
    std::size_t first;             ///< of the pairs, in the order of Sites::pairs()
    int count;                     ///< of the pairs; further lanes repeat the last one
    Eigen::Matrix<Lanes, 3, 1> R;  ///< bohr
};

/// Calls visit(pair_pack, a, b) for all pairs of Sites::pairs(), in order.
/// @param packed  packed(range) makes of some atoms, one or up to Lanes::size of them, what the
///                formula of a pair asks of an atom; the last one fills lanes that are left
template <class Packed, class Visit>
void for_each_pair_pack(const Sites& sites, const Packed& packed, const Visit& visit) {
    using Atoms = decltype(packed(AtomRange{}));

    struct Pack {
        Atoms atoms;
        Eigen::Matrix<Lanes, 3, 1> positions;
        int count;
    };

    const auto positions = [&](const AtomRange& range) {
        Eigen::Matrix<Lanes, 3, 1> result;
        for (Eigen::Index x = 0; x < 3; ++x) {
            result[x] = gathered(range, [&](Eigen::Index i) { return sites.positions()(x, i); });
        }
        return result;
    };
    std::size_t pair = 0;
    std::vector<Pack> packs;
    for (std::size_t n = sites.n_hosts(); n < sites.monomers().size(); ++n) {
        const auto [first, count] = sites.monomers()[n];
        packs.clear();
        for (Eigen::Index done = 0; done < count; done += Lanes::size) {
            const AtomRange range = {first + done,
                                     std::min<Eigen::Index>(Lanes::size, count - done)};
            packs.push_back({packed(range), positions(range), static_cast<int>(range.count)});
        }
        for (Eigen::Index i = 0; i < first; ++i) {
            const Atoms atom = packed(AtomRange{i, 1});
            const Eigen::Matrix<Lanes, 3, 1> position = positions({i, 1});
            for (const Pack& pack : packs) {
                visit(PairPack{pair, pack.count, pack.positions - position}, atom, pack.atoms);
                pair += static_cast<std::size_t>(pack.count);
            }
        }
    }
}

/// A value of each pair, in the order of Sites::pairs().
/// @param value  value(a, b, R) of a pack
template <class Packed, class Value>
std::vector<double> pair_values(const Sites& sites, const Packed& packed, const Value& value) {
    std::vector<double> values(sites.pairs().size());
    for_each_pair_pack(sites, packed, [&](const PairPack& pairs, const auto& a, const auto& b) {
        const std::array<double, Lanes::size> lanes = value(a, b, pairs.R).array();
        std::copy_n(
            lanes.begin(), pairs.count, values.begin() + static_cast<std::ptrdiff_t>(pairs.first));
    });
    return values;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/bonds.hpp>
#include <keesom/ml/training/molecular_graph.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace keesom {

namespace {

/// The finalizer of the splitmix64 generator: a bijection that scatters all bits.
std::uint64_t scatter(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}

std::uint64_t hash_sorted(std::uint64_t seed, std::vector<std::uint64_t> labels) {
    std::sort(labels.begin(), labels.end());
    std::uint64_t hash = scatter(seed);
    for (const std::uint64_t label : labels) {
        hash = scatter(hash ^ label);
    }
    return hash;
}

}  // namespace

std::uint64_t species_key(const Molecule& molecule) {
    const std::size_t n = molecule.atomic_numbers.size();
    std::vector<std::vector<std::size_t>> bonded(n);
    for (const Bond& bond : bonds(molecule.atomic_numbers, molecule.positions)) {
        const auto i = static_cast<std::size_t>(bond.first);
        const auto j = static_cast<std::size_t>(bond.second);
        bonded[i].push_back(j);
        bonded[j].push_back(i);
    }
    std::vector<std::uint64_t> labels(n);
    for (std::size_t i = 0; i < n; ++i) {
        labels[i] = scatter(static_cast<std::uint64_t>(molecule.atomic_numbers[i]));
    }
    for (std::size_t round = 0; round < n; ++round) {
        std::vector<std::uint64_t> refined(n);
        for (std::size_t i = 0; i < n; ++i) {
            std::vector<std::uint64_t> neighbors;
            for (const std::size_t j : bonded[i]) {
                neighbors.push_back(labels[j]);
            }
            refined[i] = hash_sorted(labels[i], std::move(neighbors));
        }
        labels = std::move(refined);
    }
    return hash_sorted(static_cast<std::uint64_t>(static_cast<std::int64_t>(molecule.charge)),
                       std::move(labels));
}

}  // namespace keesom

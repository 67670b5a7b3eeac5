// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/parse.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>

namespace keesom {

namespace {

/// Sets of indices that are merged two at a time; the smallest index represents a set.
class DisjointSets {
public:
    explicit DisjointSets(std::size_t size) : parents_(size) {
        std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    }

    std::size_t representative(std::size_t i) {
        while (parents_[i] != i) {
            parents_[i] = parents_[parents_[i]];
            i = parents_[i];
        }
        return i;
    }

    void merge(std::size_t i, std::size_t j) {
        i = representative(i);
        j = representative(j);
        parents_[std::max(i, j)] = std::min(i, j);
    }

private:
    std::vector<std::size_t> parents_;
};

// More atoms than any molecule has; keeps "1-999999999999" from filling the memory. So many are
// allowed in all fragments together, or "1-1000000+1-1000000+…" would fill it.
constexpr Eigen::Index largest_atom = 1'000'000;

Eigen::Index parse_atom(std::string_view text, std::string_view all) {
    const auto atom = parse::number<Eigen::Index>(parse::trimmed(text));
    if (!atom || *atom < 1 || *atom > largest_atom) {
        throw InputError(
            fmt::format("fragments '{}': expected an atom counted from 1, got '{}'", all, text));
    }
    return *atom - 1;
}

}  // namespace

std::vector<Fragment> connected_fragments(std::span<const int> atomic_numbers,
                                          const Eigen::Matrix3Xd& positions) {
    const std::size_t n_atoms = atomic_numbers.size();
    DisjointSets sets(n_atoms);
    for (const Bond& bond : bonds(atomic_numbers, positions)) {
        sets.merge(static_cast<std::size_t>(bond.first), static_cast<std::size_t>(bond.second));
    }

    std::vector<Fragment> fragments;
    std::vector<std::size_t> fragment_of(n_atoms);
    for (std::size_t i = 0; i < n_atoms; ++i) {
        const std::size_t first = sets.representative(i);
        if (first == i) {
            fragment_of[i] = fragments.size();
            fragments.emplace_back();
        }
        fragments[fragment_of[first]].push_back(static_cast<Eigen::Index>(i));
    }
    return fragments;
}

std::vector<Fragment> contiguous_fragments(std::span<const Eigen::Index> sizes) {
    std::vector<Fragment> fragments;
    Eigen::Index first = 0;
    for (const Eigen::Index size : sizes) {
        Fragment& fragment = fragments.emplace_back(static_cast<std::size_t>(size));
        std::iota(fragment.begin(), fragment.end(), first);
        first += size;
    }
    return fragments;
}

std::vector<Fragment> parse_fragments(std::string_view text) {
    std::vector<Fragment> fragments;
    Eigen::Index n_atoms = 0;
    for (const std::string_view part : parse::split(text, ',')) {
        Fragment& fragment = fragments.emplace_back();
        for (const std::string_view range : parse::split(part, '+')) {
            const auto dash = range.find('-');
            const Eigen::Index first = parse_atom(range.substr(0, dash), text);
            const Eigen::Index last =
                dash == std::string_view::npos ? first : parse_atom(range.substr(dash + 1), text);
            if (last < first) {
                throw InputError(
                    fmt::format("fragments '{}': the range '{}' runs backwards", text, range));
            }
            n_atoms += last - first + 1;
            if (n_atoms > largest_atom) {
                throw InputError(
                    fmt::format("fragments '{}': more than {} atoms", text, largest_atom));
            }
            const std::size_t n_before = fragment.size();
            fragment.resize(n_before + static_cast<std::size_t>(last - first + 1));
            std::iota(
                fragment.begin() + static_cast<std::ptrdiff_t>(n_before), fragment.end(), first);
        }
    }
    return fragments;
}

std::vector<int> parse_charges(std::string_view text) {
    std::vector<int> charges;
    for (const std::string_view part : parse::split(text, ',')) {
        const auto charge = parse::number<int>(part);
        if (!charge) {
            throw InputError(
                fmt::format("charges '{}': expected an integer, got '{}'", text, part));
        }
        charges.push_back(*charge);
    }
    return charges;
}

std::vector<Molecule> split_molecule(const Molecule& molecule,
                                     std::span<const Fragment> fragments,
                                     std::span<const int> charges) {
    if (charges.size() != fragments.size()) {
        throw InputError(
            fmt::format("got {} charges for {} fragments", charges.size(), fragments.size()));
    }
    constexpr std::size_t nowhere = 0;
    std::vector<std::size_t> fragment_of(molecule.atomic_numbers.size(), nowhere);
    std::vector<Molecule> monomers;
    for (std::size_t k = 0; k < fragments.size(); ++k) {
        const Fragment& fragment = fragments[k];
        if (fragment.empty()) {
            throw InputError(fmt::format("fragment {} has no atoms", k + 1));
        }
        Molecule& monomer = monomers.emplace_back();
        monomer.name = molecule.name.empty() ? fmt::format("monomer {}", k + 1)
                                             : fmt::format("{} monomer {}", molecule.name, k + 1);
        monomer.charge = charges[k];
        monomer.positions.resize(3, static_cast<Eigen::Index>(fragment.size()));
        for (const Eigen::Index atom : fragment) {
            if (atom < 0 || atom >= molecule.size()) {
                throw InputError(
                    fmt::format("atom {} of fragment {} does not exist, there are {} atoms",
                                atom + 1,
                                k + 1,
                                molecule.size()));
            }
            std::size_t& owner = fragment_of[static_cast<std::size_t>(atom)];
            if (owner != nowhere) {
                throw InputError(
                    owner == k + 1
                        ? fmt::format("atom {} is given twice in fragment {}", atom + 1, owner)
                        : fmt::format("atom {} is in fragment {} and in fragment {}",
                                      atom + 1,
                                      owner,
                                      k + 1));
            }
            owner = k + 1;
            monomer.positions.col(static_cast<Eigen::Index>(monomer.atomic_numbers.size())) =
                molecule.positions.col(atom);
            monomer.atomic_numbers.push_back(
                molecule.atomic_numbers[static_cast<std::size_t>(atom)]);
        }
    }
    const auto left_out = std::find(fragment_of.begin(), fragment_of.end(), nowhere);
    if (left_out != fragment_of.end()) {
        const auto atom = static_cast<std::size_t>(left_out - fragment_of.begin());
        throw InputError(fmt::format("atom {} ({}) is in no fragment",
                                     atom + 1,
                                     element_symbol(molecule.atomic_numbers[atom])));
    }
    return monomers;
}

}  // namespace keesom

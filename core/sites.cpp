// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/sites.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <numeric>
#include <utility>

namespace keesom {

Sites::Sites(std::span<const Monomer> monomers) : Sites(pointers_to(monomers)) {}

Sites::Sites(std::span<const Monomer* const> monomers, std::size_t n_hosts)
    : Sites(monomers, std::vector<Eigen::Index>{}, n_hosts) {
    responding_.resize(static_cast<std::size_t>(size()));
    std::iota(responding_.begin(), responding_.end(), Eigen::Index{0});
}

Sites::Sites(std::span<const Monomer* const> monomers,
             std::vector<Eigen::Index> responding,
             std::size_t n_hosts)
    : responding_(std::move(responding)), n_hosts_(n_hosts) {
    Eigen::Index n_atoms = 0;
    for (const Monomer* monomer : monomers) {
        monomers_.push_back({n_atoms, monomer->size()});
        names_.push_back(monomer->molecule().name);
        n_atoms += monomer->size();
    }
    positions_.resize(3, n_atoms);
    properties_ = AtomProperties(n_atoms);
    atomic_numbers_.reserve(static_cast<std::size_t>(n_atoms));
    for (std::size_t m = 0; m < monomers.size(); ++m) {
        const auto [first, count] = monomers_[m];
        const Molecule& molecule = monomers[m]->molecule();
        atomic_numbers_.insert(
            atomic_numbers_.end(), molecule.atomic_numbers.begin(), molecule.atomic_numbers.end());
        positions_.middleCols(first, count) = molecule.positions;
        for (const AtomProperty& property : atom_properties()) {
            property.values(properties_).middleCols(first, count) =
                property.values(monomers[m]->properties());
        }
    }

    std::size_t n_pairs = 0;
    for (std::size_t n = n_hosts_; n < monomers_.size(); ++n) {
        n_pairs += static_cast<std::size_t>(monomers_[n].first * monomers_[n].count);
    }
    pairs_.reserve(n_pairs);
    for (std::size_t n = n_hosts_; n < monomers_.size(); ++n) {
        for (std::size_t m = 0; m < n; ++m) {
            for (Eigen::Index i = monomers_[m].first; i < monomers_[m].first + monomers_[m].count;
                 ++i) {
                for (Eigen::Index j = monomers_[n].first;
                     j < monomers_[n].first + monomers_[n].count;
                     ++j) {
                    const Eigen::Vector3d R = positions_.col(j) - positions_.col(i);
                    pairs_.push_back({i, j, R, R.norm()});
                }
            }
        }
    }
}

AtomRange Sites::hosts() const {
    return {0, n_hosts_ < monomers_.size() ? monomers_[n_hosts_].first : size()};
}

std::string Sites::label(Eigen::Index site) const {
    std::size_t m = monomers_.size() - 1;
    while (site < monomers_[m].first) {
        --m;
    }
    return fmt::format("{}{} of monomer {}{}",
                       element_symbol(atomic_numbers_[static_cast<std::size_t>(site)]),
                       site - monomers_[m].first + 1,
                       m + 1,
                       names_[m].empty() ? "" : fmt::format(" ('{}')", names_[m]));
}

}  // namespace keesom

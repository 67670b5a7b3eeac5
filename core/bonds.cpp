// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/neighbor_search.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace keesom {

std::vector<Bond> bonds(std::span<const int> atomic_numbers, const Eigen::Matrix3Xd& positions) {
    const std::size_t n_atoms = atomic_numbers.size();
    if (static_cast<Eigen::Index>(n_atoms) != positions.cols()) {
        throw InputError(
            fmt::format("got {} elements for {} positions", n_atoms, positions.cols()));
    }
    std::vector<Bond> found;
    if (n_atoms == 0) {
        return found;
    }
    std::vector<double> radii(n_atoms);
    std::transform(atomic_numbers.begin(), atomic_numbers.end(), radii.begin(), covalent_radius);
    const double largest_radius = *std::max_element(radii.begin(), radii.end());
    visit_close_pairs(
        positions, 2.0 * bond_tolerance * largest_radius, [&](Eigen::Index i, Eigen::Index j) {
            const double limit = bond_tolerance * (radii[static_cast<std::size_t>(i)] +
                                                   radii[static_cast<std::size_t>(j)]);
            if ((positions.col(i) - positions.col(j)).norm() < limit) {
                found.push_back({i, j});
            }
        });
    return found;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace keesom {

Contact closest_contact(std::span<const Monomer> monomers, std::size_t n_hosts) {
    return closest_contact(pointers_to(monomers), n_hosts);
}

Contact closest_contact(std::span<const Monomer* const> monomers, std::size_t n_hosts) {
    if (monomers.size() < 2) {
        throw InputError(
            fmt::format("a contact needs at least 2 monomers, got {}", monomers.size()));
    }
    if (n_hosts >= monomers.size()) {
        throw InputError(
            fmt::format("{} monomers are {} hosts and none beside them", monomers.size(), n_hosts));
    }
    std::vector<std::vector<double>> radii;
    radii.reserve(monomers.size());
    for (const Monomer* monomer : monomers) {
        radii.emplace_back();
        for (const int element : monomer->molecule().atomic_numbers) {
            radii.back().push_back(free_atom(element).vdw_radius);
        }
    }
    Contact closest;
    closest.ratio = std::numeric_limits<double>::infinity();
    for (std::size_t b = std::max<std::size_t>(n_hosts, 1); b < monomers.size(); ++b) {
        const Eigen::Matrix3Xd& second = monomers[b]->molecule().positions;
        for (std::size_t a = 0; a < b; ++a) {
            const Eigen::Matrix3Xd& first = monomers[a]->molecule().positions;
            for (Eigen::Index j = 0; j < second.cols(); ++j) {
                for (Eigen::Index i = 0; i < first.cols(); ++i) {
                    const double distance = (second.col(j) - first.col(i)).norm();
                    const double ratio = distance / (radii[a][static_cast<std::size_t>(i)] +
                                                     radii[b][static_cast<std::size_t>(j)]);
                    if (ratio < closest.ratio) {
                        closest = {a, i, b, j, distance, ratio};
                    }
                }
            }
        }
    }
    return closest;
}

}  // namespace keesom

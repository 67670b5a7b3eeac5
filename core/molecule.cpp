// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/molecule.hpp>
#include <keesom/core/neighbor_search.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

namespace keesom {

namespace {

std::string label(const Molecule& molecule) {
    return molecule.name.empty() ? "molecule" : fmt::format("molecule '{}'", molecule.name);
}

std::string atom_label(const Molecule& molecule, Eigen::Index atom) {
    return fmt::format("atom {} ({})",
                       atom + 1,
                       element_symbol(molecule.atomic_numbers[static_cast<std::size_t>(atom)]));
}

}  // namespace

void Molecule::validate() const {
    if (size() == 0) {
        throw InputError(fmt::format("{} has no atoms", label(*this)));
    }
    if (static_cast<Eigen::Index>(atomic_numbers.size()) != size()) {
        throw InputError(fmt::format(
            "{} has {} elements for {} positions", label(*this), atomic_numbers.size(), size()));
    }
    for (Eigen::Index i = 0; i < size(); ++i) {
        element_symbol(atomic_numbers[static_cast<std::size_t>(i)]);  // throws if there is none
        if (!positions.col(i).allFinite()) {
            throw InputError(fmt::format(
                "{}: position of {} is not finite", label(*this), atom_label(*this, i)));
        }
    }
    visit_close_pairs(positions, coincidence_distance, [this](Eigen::Index i, Eigen::Index j) {
        const double distance = (positions.col(j) - positions.col(i)).norm();
        if (distance < coincidence_distance) {
            throw InputError(fmt::format("{}: {} and {} coincide, they are {:.3f} Å apart",
                                         label(*this),
                                         atom_label(*this, i),
                                         atom_label(*this, j),
                                         distance / units::angstrom));
        }
    });
    const auto protons =
        std::accumulate(atomic_numbers.begin(), atomic_numbers.end(), std::int64_t{0});
    if (charge > protons || charge < -protons) {
        throw InputError(fmt::format("{} ({}) with charge {} is impossible, it has {} protons",
                                     label(*this),
                                     chemical_formula(atomic_numbers),
                                     charge,
                                     protons));
    }
    if ((protons - charge) % 2 != 0) {
        throw InputError(
            fmt::format("{} ({}) with charge {} has {} electrons, expected a closed shell",
                        label(*this),
                        chemical_formula(atomic_numbers),
                        charge,
                        protons - charge));
    }
}

std::string chemical_formula(std::span<const int> atomic_numbers) {
    std::map<std::string, int> counts;
    for (const int z : atomic_numbers) {
        ++counts[element_symbol(z)];
    }
    std::string formula;
    const auto take = [&](const std::string& symbol) {
        const auto found = counts.find(symbol);
        if (found == counts.end()) {
            return;
        }
        formula += symbol;
        if (found->second > 1) {
            formula += std::to_string(found->second);
        }
        counts.erase(found);
    };
    if (counts.contains("C")) {
        take("C");
        take("H");
    }
    while (!counts.empty()) {
        take(std::string(counts.begin()->first));
    }
    return formula;
}

Eigen::Vector3d center_of_nuclear_charge(const Molecule& molecule) {
    const Eigen::VectorXd charges =
        Eigen::Map<const Eigen::VectorXi>(molecule.atomic_numbers.data(), molecule.size())
            .cast<double>();
    return molecule.positions * charges / charges.sum();
}

void require_separate(std::span<const Molecule* const> molecules) {
    std::vector<std::pair<const Molecule*, Eigen::Index>> owners;
    for (const Molecule* molecule : molecules) {
        for (Eigen::Index i = 0; i < molecule->size(); ++i) {
            owners.emplace_back(molecule, i);
        }
    }
    Eigen::Matrix3Xd positions(3, static_cast<Eigen::Index>(owners.size()));
    for (std::size_t k = 0; k < owners.size(); ++k) {
        positions.col(static_cast<Eigen::Index>(k)) =
            owners[k].first->positions.col(owners[k].second);
    }
    visit_close_pairs(positions, coincidence_distance, [&](Eigen::Index i, Eigen::Index j) {
        const auto& [a, atom_of_a] = owners[static_cast<std::size_t>(i)];
        const auto& [b, atom_of_b] = owners[static_cast<std::size_t>(j)];
        const double distance = (positions.col(j) - positions.col(i)).norm();
        if (a != b && distance < coincidence_distance) {
            throw InputError(fmt::format("{} of {} and {} of {} coincide, they are {:.3f} Å apart",
                                         atom_label(*a, atom_of_a),
                                         label(*a),
                                         atom_label(*b, atom_of_b),
                                         label(*b),
                                         distance / units::angstrom));
        }
    });
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include "molecule_scene.hpp"

#include "report.hpp"
#include "session.hpp"

#include <keesom/core/bonds.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/units.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <utility>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

/// The atoms of all molecules about their middle, x and y along the directions in which they
/// spread most: a view from the front hides least. Å.
std::vector<Eigen::Matrix3Xd> seen_from_front(const std::vector<Molecule>& molecules) {
    Eigen::Index n = 0;
    for (const Molecule& molecule : molecules) {
        n += molecule.size();
    }
    Eigen::Matrix3Xd all(3, n);
    n = 0;
    for (const Molecule& molecule : molecules) {
        all.middleCols(n, molecule.size()) = molecule.positions / units::angstrom;
        n += molecule.size();
    }
    const Eigen::Vector3d middle = all.rowwise().mean();
    all.colwise() -= middle;
    const Eigen::Matrix3d covariance = all * all.transpose();
    Eigen::Matrix3d axes = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(covariance)
                               .eigenvectors()
                               .rowwise()
                               .reverse();
    if (axes.determinant() < 0.0) {  // no mirror images
        axes.col(2) *= -1.0;
    }
    std::vector<Eigen::Matrix3Xd> seen;
    n = 0;
    for (const Molecule& molecule : molecules) {
        seen.emplace_back(axes.transpose() * all.middleCols(n, molecule.size()));
        n += molecule.size();
    }
    return seen;
}

}  // namespace

std::string atom_of_molecule(const std::vector<Molecule>& molecules,
                             std::size_t monomer,
                             Eigen::Index atom) {
    return fmt::format("{} of molecule {}", atom_label(molecules[monomer], atom), monomer + 1);
}

nlohmann::ordered_json molecule_scene(const std::vector<Molecule>& molecules,
                                      const Contact& contact) {
    const std::vector<Eigen::Matrix3Xd> seen = seen_from_front(molecules);
    Json atoms = Json::array();
    Json sticks = Json::array();
    std::vector<std::size_t> firsts;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        const Molecule& molecule = molecules[m];
        const auto first = static_cast<Eigen::Index>(atoms.size());
        firsts.push_back(atoms.size());
        for (Eigen::Index i = 0; i < molecule.size(); ++i) {
            const int z = molecule.atomic_numbers[static_cast<std::size_t>(i)];
            atoms.push_back({{"name", atom_of_molecule(molecules, m, i)},
                             {"element", element_symbol(z)},
                             {"radius_angstrom", covalent_radius(z) / units::angstrom},
                             {"position_angstrom", listed(seen[m].col(i))}});
        }
        for (const Bond& bond : bonds(molecule.atomic_numbers, molecule.positions)) {
            sticks.push_back({first + bond.first, first + bond.second});
        }
    }
    const auto index = [&](std::size_t m, Eigen::Index atom) {
        return firsts[m] + static_cast<std::size_t>(atom);
    };
    return {
        {"atoms", std::move(atoms)},
        {"bonds", std::move(sticks)},
        {"contact",
         {{"atoms",
           {index(contact.monomer_a, contact.atom_a), index(contact.monomer_b, contact.atom_b)}},
          {"distance_angstrom", contact.distance / units::angstrom}}}};
}

}  // namespace keesom::apps

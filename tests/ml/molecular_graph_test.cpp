// SPDX-License-Identifier: BSD-3-Clause
#include "environments.hpp"

#include <keesom/core/units.hpp>
#include <keesom/ml/training/molecular_graph.hpp>

#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace keesom {
namespace {

Molecule molecule(std::vector<int> elements, const Eigen::Matrix3Xd& positions_angstrom) {
    return {"", std::move(elements), positions_angstrom * units::angstrom, 0};
}

// A chain with bonds of 1.4 Å, bent a little.
Molecule chain(const std::vector<int>& elements, double bend) {
    Eigen::Matrix3Xd positions(3, static_cast<Eigen::Index>(elements.size()));
    for (Eigen::Index i = 0; i < positions.cols(); ++i) {
        positions.col(i) =
            Eigen::Vector3d(1.25 * static_cast<double>(i), i % 2 == 0 ? 0.0 : bend, 0.0);
    }
    return molecule(elements, positions);
}

TEST(SpeciesKey, IsTheSameForAllGeometriesAndOrdersOfAMolecule) {
    std::mt19937 random(31);
    const Molecule a = chain({6, 8, 6, 7}, 0.6);
    Molecule b = chain({7, 6, 8, 6}, 0.7);
    b.positions = (testing::random_rotation(random) * b.positions).eval();
    EXPECT_EQ(species_key(a), species_key(b));
}

TEST(SpeciesKey, TellsIsomersApart) {
    EXPECT_NE(species_key(chain({6, 8, 6, 7}, 0.6)), species_key(chain({6, 6, 8, 7}, 0.6)));
}

TEST(SpeciesKey, TellsChargesApart) {
    Molecule ion = chain({6, 8, 6, 7}, 0.6);
    ion.charge = -1;
    EXPECT_NE(species_key(ion), species_key(chain({6, 8, 6, 7}, 0.6)));
}

TEST(SpeciesKey, TellsABrokenBondApart) {
    Molecule broken = chain({6, 8, 6, 7}, 0.6);
    broken.positions.col(3).x() += 3.0 * units::angstrom;
    EXPECT_NE(species_key(broken), species_key(chain({6, 8, 6, 7}, 0.6)));
}

}  // namespace
}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <support/energy_term_checks.hpp>
#include <vector>

namespace keesom {

namespace {

/// Atoms in a row along x, with properties that do not matter.
Monomer row(std::vector<int> elements, const std::vector<double>& x) {
    Molecule molecule;
    molecule.atomic_numbers = std::move(elements);
    const auto n = static_cast<Eigen::Index>(x.size());
    molecule.positions = Eigen::Matrix3Xd::Zero(3, n);
    molecule.positions.row(0) = Eigen::Map<const Eigen::RowVectorXd>(x.data(), n);
    AtomProperties properties(n);
    properties.valence_populations.setOnes();
    properties.valence_widths.setOnes();
    properties.hirshfeld_ratios.setOnes();
    return {std::move(molecule), std::move(properties)};
}

}  // namespace

TEST(ClosestContact, MeasuresByTheRadiiOfTheElements) {
    // H–H at 4.0 bohr is 4.0/6.20, C–C at 4.5 bohr is 4.5/7.18 and closer.
    const std::array monomers = {row({1, 1}, {0.0, 2.0}),
                                 row({6, 6}, {100.0, 103.0}),
                                 row({1, 1}, {-4.0, -6.0}),
                                 row({6, 6}, {95.5, 92.5})};
    const Contact contact = closest_contact(monomers);
    EXPECT_EQ(contact.monomer_a, 1U);
    EXPECT_EQ(contact.atom_a, 0);
    EXPECT_EQ(contact.monomer_b, 3U);
    EXPECT_EQ(contact.atom_b, 0);
    EXPECT_NEAR(contact.distance, 4.5, 1e-12);
    EXPECT_NEAR(contact.ratio, 4.5 / (2.0 * 3.59), 1e-12);
}

TEST(ClosestContact, NeedsTwoMonomers) {
    const std::array one = {row({1, 1}, {0.0, 2.0})};
    EXPECT_THROW((void)closest_contact(one), InputError);
}

}  // namespace keesom

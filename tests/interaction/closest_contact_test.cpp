// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <span>
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

TEST(ClosestContact, IsNotOneOfHostsWithEachOther) {
    const std::array monomers = {row({6, 6}, {0.0, 2.0}),
                                 row({6, 6}, {6.0, 8.0}),
                                 row({6, 6}, {20.0, 22.0}),
                                 row({6, 6}, {14.5, 16.5})};
    EXPECT_EQ(closest_contact(monomers, 1).monomer_a, 2U);  // of the two behind, 3.5 bohr apart
    const Contact contact = closest_contact(std::span(monomers).first(3), 2);
    EXPECT_EQ(contact.monomer_a, 1U);
    EXPECT_EQ(contact.monomer_b, 2U);
    EXPECT_NEAR(contact.distance, 12.0, 1e-12);
}

TEST(ClosestContact, NeedsTwoMonomers) {
    const std::array monomers = {row({1, 1}, {0.0, 2.0}), row({1, 1}, {9.0, 11.0})};
    EXPECT_THROW((void)closest_contact(std::span(monomers).first(1)), InputError);
    EXPECT_THROW((void)closest_contact(monomers, 2), InputError);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// What every energy term has to pass: random monomers with plausible atoms, and the symmetries that
// an interaction energy has whatever its physics.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_term.hpp>
#include <keesom/core/monomer.hpp>

#include <Eigen/Geometry>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace keesom::testing {

inline double uniform(std::mt19937& generator, double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(generator);
}

/// A vector of normally distributed components.
inline Eigen::Vector3d random_vector(std::mt19937& generator, double standard_deviation) {
    std::normal_distribution<double> normal(0.0, standard_deviation);
    Eigen::Vector3d vector;
    for (double& component : vector) {
        component = normal(generator);
    }
    return vector;
}

inline Eigen::Vector3d random_direction(std::mt19937& generator) {
    return random_vector(generator, 1.0).normalized();
}

/// A proper rotation about a random axis by a random angle.
inline Eigen::Matrix3d random_rotation(std::mt19937& generator) {
    const double angle = uniform(generator, 0.5, std::numbers::pi);
    return Eigen::AngleAxisd(angle, random_direction(generator)).toRotationMatrix();
}

/// A symmetric traceless matrix.
inline Eigen::Matrix3d random_traceless(std::mt19937& generator, double standard_deviation) {
    Eigen::Matrix3d matrix;
    for (Eigen::Index i = 0; i < 3; ++i) {
        matrix.col(i) = random_vector(generator, standard_deviation);
    }
    matrix = (0.5 * (matrix + matrix.transpose())).eval();
    matrix.diagonal().array() -= matrix.trace() / 3.0;
    return matrix;
}

/// Smallest distance between an atom of `a` and an atom of `b`.
inline double smallest_distance(const Eigen::Matrix3Xd& a, const Eigen::Matrix3Xd& b) {
    double smallest = std::numeric_limits<double>::infinity();
    for (Eigen::Index i = 0; i < a.cols(); ++i) {
        smallest = std::min(smallest, (b.colwise() - a.col(i)).colwise().norm().minCoeff());
    }
    return smallest;
}

/// Fills in how much atoms differ at short range from what their elements have in common.
inline void set_random_short_range(std::mt19937& generator, AtomProperties& properties) {
    std::normal_distribution<double> normal;
    for (Eigen::Index i = 0; i < properties.size(); ++i) {
        properties.penetration_decays[i] = 0.05 * normal(generator);
        properties.penetration_dipoles.col(i) = random_vector(generator, 0.03);
        properties.penetration_quadrupoles.col(i) =
            symmetric_components(random_traceless(generator, 0.05));
        properties.exchange_amplitudes[i] = 0.1 * normal(generator);
        properties.exchange_decays[i] = 0.03 * normal(generator);
        properties.exchange_dipoles.col(i) = random_vector(generator, 0.05);
        properties.exchange_quadrupoles.col(i) =
            symmetric_components(random_traceless(generator, 0.1));
        properties.charge_transfer_strengths[i] = 0.5 * normal(generator);
        properties.dispersion_reaches[i] = 0.1 * normal(generator);
        properties.dispersion_decays[i] = 0.1 * normal(generator);
    }
}

/// A neutral closed-shell cluster of H, C, N, O around the origin, its atoms at least 1.8 bohr
/// apart and each 1.8 to 2.8 bohr from another one, with properties in the range of organic
/// molecules.
inline Monomer random_monomer(std::mt19937& generator, int n_atoms) {
    Molecule molecule;
    molecule.name = "random";
    std::discrete_distribution<int> element({0.4, 0.3, 0.15, 0.15});
    constexpr int elements[] = {1, 6, 7, 8};
    for (int i = 0; i < n_atoms; ++i) {
        molecule.atomic_numbers.push_back(elements[element(generator)]);
    }
    const int protons =
        std::accumulate(molecule.atomic_numbers.begin(), molecule.atomic_numbers.end(), 0);
    if (protons % 2 != 0) {
        int& first = molecule.atomic_numbers.front();
        first = first % 2 == 0 ? 7 : 6;
    }

    molecule.positions = Eigen::Matrix3Xd::Zero(3, n_atoms);
    for (Eigen::Index i = 1; i < n_atoms;) {
        const auto anchor = std::uniform_int_distribution<Eigen::Index>(0, i - 1)(generator);
        const double bond = uniform(generator, 1.8, 2.8);
        const Eigen::Vector3d candidate =
            molecule.positions.col(anchor) + bond * random_direction(generator);
        if (smallest_distance(molecule.positions.leftCols(i), candidate) >= 1.8 - 1e-12) {
            molecule.positions.col(i) = candidate;
            ++i;
        }
    }

    AtomProperties properties(n_atoms);
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        properties.charges[i] = uniform(generator, -0.4, 0.4);
    }
    properties.charges.array() -= properties.charges.mean();
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        const int z = molecule.atomic_numbers[static_cast<std::size_t>(i)];
        const int outer_electrons = z == 1 ? 1 : z - 2;
        const double core_charge = outer_electrons + uniform(generator, 0.0, z == 1 ? 0.01 : 0.5);
        properties.dipoles.col(i) = random_vector(generator, z == 1 ? 0.03 : 0.1);
        properties.quadrupoles.col(i) =
            symmetric_components(random_traceless(generator, z == 1 ? 0.03 : 0.3));
        properties.valence_populations[i] = core_charge - properties.charges[i];
        properties.valence_widths[i] =
            z == 1 ? uniform(generator, 0.34, 0.42) : uniform(generator, 0.3, 0.55);
        properties.hirshfeld_ratios[i] = uniform(generator, 0.6, 0.95);
    }
    set_random_short_range(generator, properties);
    return {std::move(molecule), std::move(properties)};
}

/// Monomers in contact: each next one approaches the others from a random direction until its
/// nearest atom is between 4 and 4.5 bohr away.
inline std::vector<Monomer> random_monomers(std::mt19937& generator,
                                            int n_monomers,
                                            int atoms_each) {
    std::vector<Monomer> monomers;
    for (int n = 0; n < n_monomers; ++n) {
        const Monomer monomer =
            random_monomer(generator, atoms_each).rotated(random_rotation(generator));
        const Eigen::Vector3d direction = random_direction(generator);
        const auto smallest_gap = [&](const Monomer& candidate) {
            double gap = std::numeric_limits<double>::infinity();
            for (const Monomer& other : monomers) {
                gap = std::min(
                    gap,
                    smallest_distance(other.molecule().positions, candidate.molecule().positions));
            }
            return gap;
        };
        Monomer placed = monomer;
        for (double shift = 0.0; smallest_gap(placed) < 4.0; shift += 0.4) {
            placed = monomer.translated(shift * direction);
        }
        monomers.push_back(std::move(placed));
    }
    return monomers;
}

/// The monomers with change(properties, atomic_numbers) of each.
template <class Change>
std::vector<Monomer> with_changed_properties(std::span<const Monomer> monomers,
                                             const Change& change) {
    std::vector<Monomer> changed;
    for (const Monomer& monomer : monomers) {
        AtomProperties properties = monomer.properties();
        change(properties, monomer.molecule().atomic_numbers);
        changed.emplace_back(monomer.molecule(), std::move(properties));
    }
    return changed;
}

/// The monomers as the constants of their elements describe them.
inline std::vector<Monomer> without_short_range(std::span<const Monomer> monomers) {
    return with_changed_properties(
        monomers, [](AtomProperties& properties, const std::vector<int>& elements) {
            for (const AtomProperty& property : short_range_properties()) {
                property.set_zero(properties, static_cast<Eigen::Index>(elements.size()));
            }
        });
}

/// The monomers with `shift` added to a property of all atoms of an element.
inline std::vector<Monomer> with_shifted(std::span<const Monomer> monomers,
                                         Eigen::VectorXd AtomProperties::*property,
                                         int element,
                                         double shift) {
    return with_changed_properties(
        monomers, [&](AtomProperties& properties, const std::vector<int>& elements) {
            for (std::size_t i = 0; i < elements.size(); ++i) {
                if (elements[i] == element) {
                    (properties.*property)[static_cast<Eigen::Index>(i)] += shift;
                }
            }
        });
}

/// The constants with that of one element multiplied by a factor.
inline ElementConstants scaled(const ElementConstants& constants, int element, double factor) {
    std::map<int, double> values = constants.values();
    values.at(element) *= factor;
    return {constants.name(), std::move(values)};
}

/// The monomer with its atoms in another order: atom i of the result is atom order[i].
inline Monomer permuted(const Monomer& monomer, std::span<const Eigen::Index> order) {
    Molecule molecule = monomer.molecule();
    AtomProperties properties = monomer.properties();
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto to = static_cast<Eigen::Index>(i);
        const Eigen::Index from = order[i];
        const AtomProperties& old = monomer.properties();
        molecule.atomic_numbers[i] =
            monomer.molecule().atomic_numbers[static_cast<std::size_t>(from)];
        molecule.positions.col(to) = monomer.molecule().positions.col(from);
        for (const AtomProperty& property : atom_properties()) {
            property.values(properties).col(to) = property.values(old).col(from);
        }
    }
    return {std::move(molecule), std::move(properties)};
}

/// All components equal to within `relative_tolerance` of the largest one.
inline void expect_equal_components(const EnergyComponents& actual,
                                    const EnergyComponents& expected,
                                    double relative_tolerance,
                                    const std::string& what) {
    const double scale = std::max({std::abs(expected.electrostatics),
                                   std::abs(expected.exchange),
                                   std::abs(expected.induction),
                                   std::abs(expected.dispersion)});
    ASSERT_GT(scale, 0.0) << what << ": an energy of zero has every symmetry";
    const double tolerance = relative_tolerance * scale;
    EXPECT_NEAR(actual.electrostatics, expected.electrostatics, tolerance) << what;
    EXPECT_NEAR(actual.exchange, expected.exchange, tolerance) << what;
    EXPECT_NEAR(actual.induction, expected.induction, tolerance) << what;
    EXPECT_NEAR(actual.dispersion, expected.dispersion, tolerance) << what;
}

/// The energy stays when all monomers are rotated, reflected or shifted together, when the monomers
/// are given in another order, and when the atoms of a monomer are.
inline void expect_symmetric(const EnergyTerm& term,
                             std::span<const Monomer> monomers,
                             double relative_tolerance) {
    const EnergyComponents expected = term.energy(monomers);
    std::mt19937 generator(7);
    const auto check = [&](const std::vector<Monomer>& transformed, const std::string& what) {
        expect_equal_components(term.energy(transformed), expected, relative_tolerance, what);
    };

    const Eigen::Matrix3d rotation = random_rotation(generator);
    const Eigen::Vector3d normal = random_direction(generator);
    const Eigen::Matrix3d reflection =
        Eigen::Matrix3d::Identity() - 2.0 * normal * normal.transpose();
    const Eigen::Vector3d shift(3.0, -7.0, 5.0);
    std::vector<Monomer> turned;
    std::vector<Monomer> mirrored;
    std::vector<Monomer> shifted;
    std::vector<Monomer> reordered;
    for (const Monomer& monomer : monomers) {
        turned.push_back(monomer.rotated(rotation));
        mirrored.push_back(monomer.rotated(reflection));
        shifted.push_back(monomer.translated(shift));
        std::vector<Eigen::Index> order(static_cast<std::size_t>(monomer.size()));
        std::iota(order.begin(), order.end(), Eigen::Index{0});
        std::shuffle(order.begin(), order.end(), generator);
        reordered.push_back(permuted(monomer, order));
    }
    check(turned, "rotation");
    check(mirrored, "reflection");
    check(shifted, "translation");
    check(reordered, "permutation of atoms");
    check({monomers.rbegin(), monomers.rend()}, "reversed order of monomers");
    std::vector<Monomer> cycled(monomers.begin(), monomers.end());
    std::rotate(cycled.begin(), cycled.begin() + 1, cycled.end());
    check(cycled, "cyclic order of monomers");
}

/// One atom of a monomer, as a monomer.
inline Monomer single_atom(const Monomer& monomer, Eigen::Index atom) {
    const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(atom)];
    Molecule molecule;
    molecule.atomic_numbers = {z};
    molecule.charge = z % 2;  // a closed shell
    molecule.positions = monomer.molecule().positions.col(atom);
    AtomProperties properties(1);
    const AtomProperties& all = monomer.properties();
    for (const AtomProperty& property : atom_properties()) {
        property.values(properties).col(0) = property.values(all).col(atom);
    }
    return {std::move(molecule), std::move(properties)};
}

/// Pairs of atoms are computed eight at a time. The energy of each, energies(monomers) in the order
/// of Sites::pairs(), is that of its two atoms alone, whatever number of atoms fills the last
/// eight.
template <class PairEnergies>
void expect_pairs_for_themselves(const PairEnergies& energies, double relative_tolerance) {
    std::mt19937 generator(43);
    for (const int n_atoms : {1, 2, 7, 8, 9, 20}) {
        const std::vector<Monomer> monomers = random_monomers(generator, 3, n_atoms);
        const std::vector<double> together = energies(monomers);
        std::vector<double> alone;
        for (std::size_t n = 1; n < monomers.size(); ++n) {
            for (std::size_t m = 0; m < n; ++m) {
                for (Eigen::Index i = 0; i < n_atoms; ++i) {
                    for (Eigen::Index j = 0; j < n_atoms; ++j) {
                        const std::vector<double> pair = energies(
                            std::vector{single_atom(monomers[m], i), single_atom(monomers[n], j)});
                        alone.push_back(pair.front());
                    }
                }
            }
        }
        ASSERT_EQ(together.size(), alone.size());
        for (std::size_t k = 0; k < alone.size(); ++k) {
            EXPECT_NEAR(together[k], alone[k], relative_tolerance * std::abs(alone[k]))
                << "pair " << k << " of monomers of " << n_atoms << " atoms";
        }
    }
}

/// The same of a term that is a sum over pairs.
inline void expect_additive(const EnergyTerm& term, double relative_tolerance) {
    expect_pairs_for_themselves(
        [&](const std::vector<Monomer>& monomers) {
            const Sites sites(monomers);
            std::vector<EnergyComponents> energies(sites.pairs().size());
            term.add_pair_energies(sites, energies);
            std::vector<double> totals;
            for (const EnergyComponents& energy : energies) {
                totals.push_back(energy.total());
            }
            return totals;
        },
        relative_tolerance);
}

}  // namespace keesom::testing

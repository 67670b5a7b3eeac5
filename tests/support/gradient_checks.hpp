// SPDX-License-Identifier: BSD-3-Clause
//
// What the gradient of every energy term has to pass: it is the derivative of the energy by every
// number that the energy can depend on, and it balances, since neither a shift nor a rotation of
// everything changes an energy.
#pragma once

#include "finite_differences.hpp"

#include <keesom/core/energy_term.hpp>
#include <keesom/core/monomer.hpp>

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace keesom::testing {

/// A component of the energy and its name, for messages.
struct NamedComponent {
    double EnergyComponents::*member;
    const char* name;
};

inline constexpr std::array<NamedComponent, 4> energy_components = {
    {{&EnergyComponents::electrostatics, "electrostatics"},
     {&EnergyComponents::exchange, "exchange"},
     {&EnergyComponents::induction, "induction"},
     {&EnergyComponents::dispersion, "dispersion"}}};

/// Derivatives by one kind of quantity, from two sources.
class DerivativeComparison {
public:
    /// @param what "dispersion by position"
    explicit DerivativeComparison(std::string what) : what_(std::move(what)) {}

    /// @param where "component 2 of atom 3"
    void add(double actual, double expected, std::string where) {
        entries_.push_back({actual, expected, std::move(where)});
        largest_ = std::max(largest_, std::abs(expected));
    }

    /// Equal to within `relative_tolerance` of the largest derivative; zero where all are.
    void expect_equal(double relative_tolerance) const {
        for (const Entry& entry : entries_) {
            EXPECT_NEAR(entry.actual, entry.expected, relative_tolerance * largest_)
                << what_ << ", " << entry.where;
        }
    }

private:
    struct Entry {
        double actual;
        double expected;
        std::string where;
    };

    std::string what_;
    std::vector<Entry> entries_;
    double largest_ = 0.0;
};

/// Directions, in columns, in which the components of a property may change: a quadrupole stays
/// traceless.
inline Eigen::MatrixXd free_directions(const AtomProperty& property) {
    if (property.rank() < 2) {
        return Eigen::MatrixXd::Identity(property.components(), property.components());
    }
    Eigen::MatrixXd directions(6, 5);
    // clang-format off
    directions <<  1,  0, 0, 0, 0,  // xx
                   0,  0, 1, 0, 0,  // xy
                   0,  0, 0, 1, 0,  // xz
                   0,  1, 0, 0, 0,  // yy
                   0,  0, 0, 0, 1,  // yz
                  -1, -1, 0, 0, 0;  // zz
    // clang-format on
    return directions;
}

/// The monomers after change(positions, properties) of one of them.
template <class Change>
std::vector<Monomer> with_changed_monomer(std::span<const Monomer> monomers,
                                          std::size_t which,
                                          const Change& change) {
    Molecule molecule = monomers[which].molecule();
    AtomProperties properties = monomers[which].properties();
    change(molecule.positions, properties);
    std::vector<Monomer> changed(monomers.begin(), monomers.end());
    changed[which] = Monomer(std::move(molecule), std::move(properties));
    return changed;
}

/// `gradient` against central differences of one component of the energy.
inline void expect_derivatives(const EnergyTerm& term,
                               std::span<const Monomer> monomers,
                               const NamedComponent& component,
                               const EnergyGradient& gradient,
                               double relative_tolerance) {
    const Sites sites(monomers);
    const auto derivative = [&](std::size_t monomer, double step, const auto& displace) {
        return testing::derivative(
            [&](double t) {
                const auto change = [&](Eigen::Matrix3Xd& positions, AtomProperties& properties) {
                    displace(t, positions, properties);
                };
                return term.energy(with_changed_monomer(monomers, monomer, change)).*
                       component.member;
            },
            0.0,
            step);
    };
    const auto for_each_atom = [&](const auto& visit) {
        for (std::size_t m = 0; m < monomers.size(); ++m) {
            for (Eigen::Index atom = 0; atom < monomers[m].size(); ++atom) {
                visit(m, atom, sites.monomers()[m].first + atom);
            }
        }
    };

    const auto where = [&](Eigen::Index direction, Eigen::Index site) {
        return "direction " + std::to_string(direction) + " of " + sites.label(site);
    };

    DerivativeComparison forces(std::string(component.name) + " by position");
    for_each_atom([&](std::size_t m, Eigen::Index atom, Eigen::Index site) {
        for (Eigen::Index x = 0; x < 3; ++x) {
            const auto displace = [&](double t, Eigen::Matrix3Xd& positions, AtomProperties&) {
                positions(x, atom) += t;
            };
            forces.add(gradient.positions(x, site), derivative(m, 4e-2, displace), where(x, site));
        }
    });
    forces.expect_equal(relative_tolerance);

    for (const AtomProperty& property : atom_properties()) {
        DerivativeComparison comparison(std::string(component.name) + " by " +
                                        std::string(property.name));
        const Eigen::MatrixXd directions = free_directions(property);
        for_each_atom([&](std::size_t m, Eigen::Index atom, Eigen::Index site) {
            const Eigen::VectorXd analytic = property.values(gradient.properties).col(site);
            // What has to be positive sets its own scale, and may stand in an exponent.
            const double step =
                property.is_positive ? 4e-3 * property.values(sites.properties())(0, site) : 4e-2;
            for (Eigen::Index d = 0; d < directions.cols(); ++d) {
                const Eigen::VectorXd direction = directions.col(d);
                const auto displace = [&](double t, Eigen::Matrix3Xd&, AtomProperties& properties) {
                    property.values(properties).col(atom) += t * direction;
                };
                comparison.add(
                    analytic.dot(direction), derivative(m, step, displace), where(d, site));
            }
        });
        comparison.expect_equal(relative_tolerance);
    }
}

/// Shifting all atoms, or turning them with their multipoles, changes no energy: Σ ∂E/∂r = 0 and
/// Σ (r × ∂E/∂r + μ × ∂E/∂μ + …) = 0, to `relative_tolerance` of the largest contribution.
inline void expect_balanced(const Sites& sites,
                            const EnergyGradient& gradient,
                            double relative_tolerance,
                            const std::string& what) {
    const double largest_force = gradient.positions.colwise().norm().maxCoeff();
    EXPECT_LE(gradient.positions.rowwise().sum().norm(), relative_tolerance * largest_force)
        << what << ": net force";

    const Eigen::Matrix3Xd from_center =
        sites.positions().colwise() - sites.positions().rowwise().mean();
    for (Eigen::Index axis = 0; axis < 3; ++axis) {
        // Ar = e × r: what a rotation about e by a small angle adds, per angle.
        Eigen::Matrix3d A = Eigen::Matrix3d::Zero();
        for (Eigen::Index x = 0; x < 3; ++x) {
            A.col(x) = Eigen::Vector3d::Unit(axis).cross(Eigen::Vector3d::Unit(x));
        }
        double torque = 0.0;
        double largest = 0.0;
        const auto add = [&](double contribution) {
            torque += contribution;
            largest = std::max(largest, std::abs(contribution));
        };
        for (Eigen::Index i = 0; i < sites.size(); ++i) {
            add(gradient.positions.col(i).dot(A * from_center.col(i)));
            for (const AtomProperty& property : atom_properties()) {
                const Eigen::VectorXd value = property.values(sites.properties()).col(i);
                const Eigen::VectorXd derivative = property.values(gradient.properties).col(i);
                if (property.rank() == 1) {
                    add(derivative.dot(A * value));
                } else if (property.rank() == 2) {
                    const Eigen::Matrix3d matrix = symmetric_matrix(value);
                    add(derivative.dot(symmetric_components(A * matrix - matrix * A)));
                }
            }
        }
        EXPECT_LE(std::abs(torque), relative_tolerance * largest)
            << what << ": net torque about axis " << axis;
    }
}

/// The gradient of each component that is not zero is exact and balanced; the energy is the same
/// with and without it; and any seed adds the weighted sum to what is there already.
/// @param relative_tolerance of derivatives against numerical ones, in units of the largest
///        derivative by positions, or by the same property
inline void expect_exact_gradient(const EnergyTerm& term,
                                  std::span<const Monomer> monomers,
                                  double relative_tolerance) {
    const Sites sites(monomers);
    const EnergyComponents energy = term.energy(sites);
    ASSERT_NE(energy.total(), 0.0) << "an energy of zero has every gradient";

    EnergyComponents mixed_seed;
    EnergyGradient expected_sum(sites.size());
    double weight = 0.5;
    for (const NamedComponent& component : energy_components) {
        if (energy.*component.member == 0.0) {
            continue;
        }
        EnergyComponents seed;
        seed.*component.member = 1.0;
        EnergyGradient gradient(sites.size());
        const EnergyComponents again = term.energy_and_gradient(sites, seed, gradient);
        for (const NamedComponent& each : energy_components) {
            EXPECT_NEAR(
                again.*each.member, energy.*each.member, 1e-13 * std::abs(energy.*each.member))
                << each.name << " with and without gradient";
        }
        expect_derivatives(term, monomers, component, gradient, relative_tolerance);
        expect_balanced(sites, gradient, 1e-10, component.name);

        mixed_seed.*component.member = weight;
        expected_sum.add(weight, gradient);
        weight += 0.75;
    }

    EnergyGradient sum = expected_sum;
    term.energy_and_gradient(sites, mixed_seed, sum);
    sum.add(-2.0, expected_sum);
    const auto expect_zero = [](const auto& left, const auto& scale, const std::string& what) {
        EXPECT_LE(left.cwiseAbs().maxCoeff(), 1e-12 * scale.cwiseAbs().maxCoeff())
            << "a seed of many components, by " << what;
    };
    expect_zero(sum.positions, expected_sum.positions, "position");
    for (const AtomProperty& property : atom_properties()) {
        expect_zero(property.values(sum.properties),
                    property.values(std::as_const(expected_sum).properties),
                    std::string(property.name));
    }
}

}  // namespace keesom::testing

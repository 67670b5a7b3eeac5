// SPDX-License-Identifier: BSD-3-Clause
//
// The valence electrons of an atom as a Slater density, the common ground of everything that
// happens where molecules overlap.
//
// The density of an atom's valence electrons is N/(8πσ³) exp(−r/σ), with N and σ from the minimal
// basis iterative stockholder partitioning (Verstraelen et al., J. Chem. Theory Comput. 12, 3894
// (2016)). Its decay rate is (c/σ)·eˣ. One number c for each element, near 1, mends that the true
// density has not one exponential tail, and a property x of the atom, 0 unless something was
// learned, how its molecule makes it differ from others of its element; each term has its own.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_gradient.hpp>
#include <keesom/core/sites.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>

namespace keesom {

/// The property x of atoms that multiplies the decay rate of a term by eˣ.
using DecayProperty = Eigen::VectorXd AtomProperties::*;

/// Decay rates (c_element/σ)·eˣ of all sites; (N), bohr⁻¹.
/// @throws ModelError if an element has no scale or one that is not positive
Eigen::VectorXd valence_decay_rates(const Sites& sites,
                                    const ElementConstants& decay_scale,
                                    DecayProperty x);

/// Net charge, dipole and quadrupole of an atom.
Multipole<double> atomic_multipole(const AtomProperties& properties, Eigen::Index atom);

/// Derivatives by the components xx xy xz yy yz zz of a quadrupole from those by the elements of
/// its matrix.
Eigen::Matrix<double, 6, 1> by_quadrupole_components(const Eigen::Matrix3d& by_matrix);

/// Adds the seed times derivatives by charge, dipole and the matrix of the quadrupole to those by
/// the properties of a site.
void add_multipole_gradient(const Multipole<double>& by_multipole,
                            double seed,
                            Eigen::Index site,
                            AtomPropertyGradient& gradient);

/// Adds what a derivative by the decay rate a = (c/σ)·eˣ of a site means for its width and for x,
/// ∂E/∂σ = −(a/σ) ∂E/∂a, ∂E/∂x = a ∂E/∂a.
void add_decay_gradient(double by_decay_rate,
                        double decay_rate,
                        const Sites& sites,
                        Eigen::Index site,
                        DecayProperty x,
                        AtomPropertyGradient& gradient);

}  // namespace keesom

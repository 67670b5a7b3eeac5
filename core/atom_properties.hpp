// SPDX-License-Identifier: BSD-3-Clause
//
// The one thing that learning and physics exchange: what each atom looks like inside its molecule.
#pragma once

#include <Eigen/Core>

#include <span>

namespace keesom {

/// Components xx xy xz yy yz zz of a symmetric tensor for each atom.
using Matrix6Xd = Eigen::Matrix<double, 6, Eigen::Dynamic>;

/// Atom-in-molecule properties of the N atoms of one molecule.
///
/// Charges, multipoles, valence populations and widths are those of the minimal basis iterative
/// stockholder partitioning (Verstraelen et al., J. Chem. Theory Comput. 12, 3894 (2016)); the
/// Hirshfeld ratio is ⟨r³⟩ of the Hirshfeld atom over that of the free atom.
struct AtomProperties {
    Eigen::VectorXd charges;   ///< (N), e
    Eigen::Matrix3Xd dipoles;  ///< (3, N), e·bohr, laboratory frame, origin at the nucleus
    Matrix6Xd quadrupoles;     ///< (6, N), e·bohr², traceless Θ = ½Σq(3rr − r²1)
    Eigen::VectorXd valence_populations;  ///< (N), electrons, positive
    Eigen::VectorXd valence_widths;       ///< (N), σ of N/(8πσ³)·exp(−r/σ), bohr
    Eigen::VectorXd hirshfeld_ratios;     ///< (N), dimensionless

    AtomProperties() = default;
    explicit AtomProperties(Eigen::Index n_atoms);

    [[nodiscard]] Eigen::Index size() const { return charges.size(); }

    /// Point charge of nucleus and core electrons, Z* = q + N_val; (N), e.
    [[nodiscard]] Eigen::VectorXd core_charges() const { return charges + valence_populations; }

    /// Whether the properties are physical ones of `n_atoms` atoms: sizes agree, all finite and of
    /// a size that atoms have, populations, widths and ratios positive, quadrupoles traceless.
    /// @throws InputError that says which atom and which property is at fault
    void validate(Eigen::Index n_atoms) const;
};

/// Symmetric matrix with the components xx xy xz yy yz zz.
Eigen::Matrix3d symmetric_matrix(const Eigen::Matrix<double, 6, 1>& components);

/// Components xx xy xz yy yz zz of a symmetric matrix.
Eigen::Matrix<double, 6, 1> symmetric_components(const Eigen::Matrix3d& matrix);

/// Multipoles as they appear after the molecule is turned by `rotation`: μ → Uμ, Θ → UΘUᵀ; scalars
/// stay.
AtomProperties rotated(const AtomProperties& properties, const Eigen::Matrix3d& rotation);

/// Dipole of the whole molecule, Σ(q r + μ), e·bohr, about the origin of the coordinates.
Eigen::Vector3d molecular_dipole(const Eigen::Matrix3Xd& positions,
                                 const AtomProperties& properties);

}  // namespace keesom

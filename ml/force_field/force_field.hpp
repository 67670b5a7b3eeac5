// SPDX-License-Identifier: BSD-3-Clause
//
// The energy of one molecule for any shape of it, learned from forces (symmetric gradient-domain
// machine learning, Chmiela, Sauceda, Müller, Tkatchenko, Nat. Commun. 9, 3887 (2018)).
//
// The energy is a Gaussian process with the Matérn-5/2 kernel of coordinates q, weighted powers of
// the distances between atoms (w r^{−1/2}), averaged over the exchanges of equal atoms P that the
// molecule makes (permutations.hpp). Knowing forces at M geometries it has the mean
//
//   V(x) = c + 1/|P| Σ_i Σ_p f_1(|Δ|) Δ·A_ip,   Δ = q(x) − q(p x_i),   A_ip = p J_i α_i
//   dV/dq = 1/|P| Σ_i Σ_p [f_1 A_ip − f_2 (Δ·A_ip) Δ],   F = −Jᵀ dV/dq
//
// with the radial factors of scalar_kernels.hpp and the dual coefficients α of the gradients
// (conservative_kernel.hpp). Forces are the exact gradient of V, so they conserve energy; V depends
// on distances alone, so they conserve momentum and angular momentum; equal atoms may be exchanged.
// Bonds can neither form nor break, and far from the geometries it was trained on V is a guess
// that falls back to c: a shape is unfamiliar where its q is farther from all training geometries
// than any of these is from the nearest other one.
#pragma once

#include <keesom/core/monomer_potential.hpp>
#include <keesom/ml/force_field/permutations.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

class ForceField : public MonomerPotential {
public:
    /// What training found; all that a force field is.
    struct Parameters {
        std::vector<int> atomic_numbers;        ///< (N)
        int charge = 0;                         ///< of the molecule
        std::vector<Permutation> permutations;  ///< a group, the identity among them
        Eigen::VectorXd pair_weights;           ///< w of each pair of atoms; (D), bohr^½
        double length_scale = 0.0;              ///< ℓ of the kernel, dimensionless
        double constant = 0.0;                  ///< c, hartree
        double minimum = 0.0;                   ///< V of the relaxed molecule, hartree
        double spacing = 0.0;                   ///< largest distance to the nearest other q(x_i)
        Eigen::MatrixXd points;                 ///< q(x_i); (D, M)
        Eigen::MatrixXd dual;                   ///< J_i α_i; (D, M), hartree
    };

    /// @throws ModelError if the parameters do not fit each other
    explicit ForceField(Parameters parameters);

    [[nodiscard]] const Parameters& parameters() const { return parameters_; }

    /// @param positions (3, N), bohr, atoms in the order of atomic_numbers
    /// @throws InputError if there are not N atoms
    /// @throws NumericalError if two atoms coincide
    [[nodiscard]] EnergyAndGradient energy_and_gradient(const Eigen::Matrix3Xd& positions) const;

    [[nodiscard]] bool describes(const Molecule& molecule) const override;

    [[nodiscard]] EnergyAndGradient deformation(const Eigen::Matrix3Xd& positions) const override;

    [[nodiscard]] bool is_familiar(const Eigen::Matrix3Xd& positions) const override;

private:
    Parameters parameters_;
    Eigen::MatrixXd permuted_points_;  // (D, M |P|)
    Eigen::MatrixXd permuted_dual_;    // (D, M |P|), over |P|
};

}  // namespace keesom

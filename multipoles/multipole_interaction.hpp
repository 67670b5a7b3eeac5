// SPDX-License-Identifier: BSD-3-Clause
//
// Two sets of multipoles that interact through a function φ of their distance.
//
// A charge distribution around r_A with charge q, dipole μ and traceless quadrupole Θ acts like the
// operator q − μ·∇ + ⅓ Θ:∇∇ on φ(|R|), one around r_B like q + μ·∇ + ⅓ Θ:∇∇, with R = r_B − r_A.
// All derivatives of φ follow from its radial factors
//
//     f_k(R) = (−(1/R) d/dR)ᵏ φ(R),
//     ∇φ = −f_1 R,  ∇∇φ = f_2 RR − f_1 1,  …
//
// so one contraction serves every φ: 1/R and its damped forms give electrostatics, the overlap of
// two densities gives exchange-repulsion. Nothing is assumed about φ but that it is smooth at R.
//
// Stone, The Theory of Intermolecular Forces, 2nd ed. (2013), chapter 3, for φ = 1/R.
#pragma once

#include <Eigen/Core>

#include <array>
#include <cstddef>

namespace keesom {

template <class Scalar>
using Vector3 = Eigen::Matrix<Scalar, 3, 1>;

/// f_0 … f_4 of a function of the distance.
template <class Scalar>
using RadialFactors = std::array<Scalar, 5>;

/// Moments of a charge distribution about its own center.
template <class Scalar>
struct Multipole {
    Scalar charge;                           ///< q, e
    Vector3<Scalar> dipole;                  ///< μ, e·bohr
    Eigen::Matrix<Scalar, 3, 3> quadrupole;  ///< Θ, symmetric and traceless, e·bohr²
};

/// Interaction of two multipoles, quadrupoles included, R = r_B − r_A:
///
///     E = q_A q_B f_0 + f_1 (q_B μ_A·R − q_A μ_B·R + μ_A·μ_B) − f_2 (μ_A·R)(μ_B·R)
///       + ⅓ q_A f_2 RΘ_BR + ⅓ q_B f_2 RΘ_AR
///       + ⅓ f_3 (μ_A·R) RΘ_BR − ⅔ f_2 μ_AΘ_BR − ⅓ f_3 (μ_B·R) RΘ_AR + ⅔ f_2 μ_BΘ_AR
///       + ⅑ (f_4 RΘ_AR RΘ_BR − 4 f_3 RΘ_AΘ_BR + 2 f_2 Θ_A:Θ_B)
template <class Scalar>
Scalar interact(const Multipole<Scalar>& a,
                const Multipole<Scalar>& b,
                const Vector3<Scalar>& R,
                const RadialFactors<Scalar>& f) {
    const Vector3<Scalar> quadrupole_a_R = a.quadrupole * R;
    const Vector3<Scalar> quadrupole_b_R = b.quadrupole * R;
    const Scalar a1 = a.dipole.dot(R);
    const Scalar b1 = b.dipole.dot(R);
    const Scalar a2 = quadrupole_a_R.dot(R) / 3;
    const Scalar b2 = quadrupole_b_R.dot(R) / 3;
    const Scalar dipole_a_quadrupole_b = a.dipole.dot(quadrupole_b_R) / 3;
    const Scalar dipole_b_quadrupole_a = b.dipole.dot(quadrupole_a_R) / 3;
    const Scalar dipole_dipole = a.dipole.dot(b.dipole);
    const Scalar once_contracted = quadrupole_a_R.dot(quadrupole_b_R) / 9;
    const Scalar twice_contracted = a.quadrupole.cwiseProduct(b.quadrupole).sum() / 9;
    return f[0] * a.charge * b.charge + f[1] * (b.charge * a1 - a.charge * b1 + dipole_dipole) +
           f[2] * (a.charge * b2 + b.charge * a2 - a1 * b1 +
                   2 * (dipole_b_quadrupole_a - dipole_a_quadrupole_b + twice_contracted)) +
           f[3] * (a1 * b2 - b1 * a2 - 4 * once_contracted) + f[4] * (a2 * b2);
}

/// Potential that the multipoles of B make at r_A, so that a charge q there has the energy
/// q·potential: f_0 q − f_1 μ·R + ⅓ f_2 RΘR with R = r_B − r_A.
template <class Scalar>
Scalar potential(const Multipole<Scalar>& b,
                 const Vector3<Scalar>& R,
                 const RadialFactors<Scalar>& f) {
    return f[0] * b.charge - f[1] * b.dipole.dot(R) + f[2] * (b.quadrupole * R).dot(R) / 3;
}

/// Field that the multipoles of B make at r_A, so that a dipole μ_A there has the energy
/// −μ_A·field:
///
///     F = −(q f_1 − f_2 μ·R + ⅓ f_3 RΘR) R − f_1 μ + ⅔ f_2 ΘR,  R = r_B − r_A.
///
/// @param f  f_1, f_2, f_3; the charge is damped by the first, the dipole by the first two, the
///           quadrupole by the last two
template <class Scalar>
Vector3<Scalar> field(const Multipole<Scalar>& b,
                      const Vector3<Scalar>& R,
                      const std::array<Scalar, 3>& f) {
    const Vector3<Scalar> quadrupole_R = b.quadrupole * R;
    const Scalar along_R =
        f[0] * b.charge - f[1] * b.dipole.dot(R) + f[2] * quadrupole_R.dot(R) / 3;
    return -along_R * R - f[0] * b.dipole + (2 * f[1] / 3) * quadrupole_R;
}

}  // namespace keesom

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
// The interaction is bilinear in the two sets of multipoles and linear in the radial factors. Its
// derivatives by the multipoles of A are what B makes at A: potential, field and field gradient;
// that by R follows from ∂f_k/∂R = −f_{k+1} R,
//
//     dE/dR = ∂E/∂R|_f − R Σ_k f_{k+1} ∂E/∂f_k ,
//
// so gradients take one radial factor more than energies.
//
// Stone, The Theory of Intermolecular Forces, 2nd ed. (2013), chapter 3, for φ = 1/R.
#pragma once

#include <Eigen/Core>

#include <array>
#include <cstddef>

namespace keesom {

template <class Scalar>
using Vector3 = Eigen::Matrix<Scalar, 3, 1>;

/// f_0 … f_5 of a function of the distance. Two quadrupoles interact by those up to f_4; f_5 is in
/// their gradient.
template <class Scalar>
using RadialFactors = std::array<Scalar, 6>;

/// Moments of a charge distribution about its own center.
template <class Scalar>
struct Multipole {
    Scalar charge;                           ///< q, e
    Vector3<Scalar> dipole;                  ///< μ, e·bohr
    Eigen::Matrix<Scalar, 3, 3> quadrupole;  ///< Θ, symmetric and traceless, e·bohr²
};

/// Σ_k f_k E_k over the E_k there are.
template <class Scalar, std::size_t count>
Scalar combined(const std::array<Scalar, count>& energies, const RadialFactors<Scalar>& f) {
    Scalar sum = f[0] * energies[0];
    for (std::size_t k = 1; k < count; ++k) {
        sum += f[k] * energies[k];
    }
    return sum;
}

/// What appears in the interaction of two multipoles: projections on R, and contractions.
template <class Scalar>
struct MultipoleContractions {
    Vector3<Scalar> quadrupole_a_R;  ///< Θ_A R
    Vector3<Scalar> quadrupole_b_R;  ///< Θ_B R
    Scalar a1;                       ///< μ_A·R
    Scalar b1;                       ///< μ_B·R
    Scalar a2;                       ///< ⅓ RΘ_AR
    Scalar b2;                       ///< ⅓ RΘ_BR

    /// E_k, with E = Σ_k f_k E_k; also the derivatives ∂E/∂f_k.
    std::array<Scalar, 5> energies;

    MultipoleContractions(const Multipole<Scalar>& a,
                          const Multipole<Scalar>& b,
                          const Vector3<Scalar>& R)
        : quadrupole_a_R(a.quadrupole * R),
          quadrupole_b_R(b.quadrupole * R),
          a1(a.dipole.dot(R)),
          b1(b.dipole.dot(R)),
          a2(quadrupole_a_R.dot(R) / 3),
          b2(quadrupole_b_R.dot(R) / 3) {
        const Scalar dipole_a_quadrupole_b = a.dipole.dot(quadrupole_b_R) / 3;
        const Scalar dipole_b_quadrupole_a = b.dipole.dot(quadrupole_a_R) / 3;
        const Scalar once_contracted = quadrupole_a_R.dot(quadrupole_b_R) / 9;
        const Scalar twice_contracted = a.quadrupole.cwiseProduct(b.quadrupole).sum() / 9;
        energies = {
            a.charge * b.charge,
            b.charge * a1 - a.charge * b1 + a.dipole.dot(b.dipole),
            a.charge * b2 + b.charge * a2 - a1 * b1 +
                2 * (dipole_b_quadrupole_a - dipole_a_quadrupole_b + twice_contracted),
            a1 * b2 - b1 * a2 - 4 * once_contracted,
            a2 * b2,
        };
    }
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
    return combined(MultipoleContractions<Scalar>(a, b, R).energies, f);
}

/// Derivatives of an interaction. Those by a quadrupole are by the nine elements of its matrix, as
/// if they were independent, and symmetric only after symmetrization.
template <class Scalar>
struct InteractionGradient {
    Multipole<Scalar> a;
    Multipole<Scalar> b;
    Vector3<Scalar> R;               ///< total, by way of the radial factors too
    std::array<Scalar, 5> energies;  ///< ∂E/∂f_k, for what else the factors depend on
};

/// Derivatives of interact(). With
///
///     A_1 = f_1 q_B − f_2 μ_B·R + ⅓ f_3 RΘ_BR,     A_2 = f_2 q_B − f_3 μ_B·R + ⅓ f_4 RΘ_BR,
///
///     ∂E/∂q_A = f_0 q_B − f_1 μ_B·R + ⅓ f_2 RΘ_BR
///     ∂E/∂μ_A = A_1 R + f_1 μ_B − ⅔ f_2 Θ_BR
///     ∂E/∂Θ_A = ⅓ A_2 RR + ⅔ f_2 μ_B R − (4/9) f_3 (Θ_BR) R + (2/9) f_2 Θ_B
///
/// and those by B with A and B exchanged and R reversed.
template <class Scalar>
InteractionGradient<Scalar> interaction_gradient(const Multipole<Scalar>& a,
                                                 const Multipole<Scalar>& b,
                                                 const Vector3<Scalar>& R,
                                                 const RadialFactors<Scalar>& f) {
    const MultipoleContractions<Scalar> c(a, b, R);
    // Derivatives by the projections a1, a2, b1 and b2.
    const Scalar by_a1 = f[1] * b.charge - f[2] * c.b1 + f[3] * c.b2;
    const Scalar by_a2 = f[2] * b.charge - f[3] * c.b1 + f[4] * c.b2;
    const Scalar by_b1 = -f[1] * a.charge - f[2] * c.a1 - f[3] * c.a2;
    const Scalar by_b2 = f[2] * a.charge + f[3] * c.a1 + f[4] * c.a2;
    const Scalar f2 = 2 * f[2] / 3;
    const Scalar f3 = 4 * f[3] / 9;

    InteractionGradient<Scalar> gradient;
    gradient.a.charge = f[0] * b.charge - f[1] * c.b1 + f[2] * c.b2;
    gradient.b.charge = f[0] * a.charge + f[1] * c.a1 + f[2] * c.a2;
    gradient.a.dipole = by_a1 * R + f[1] * b.dipole - f2 * c.quadrupole_b_R;
    gradient.b.dipole = by_b1 * R + f[1] * a.dipole + f2 * c.quadrupole_a_R;
    gradient.a.quadrupole =
        (by_a2 / 3 * R + f2 * b.dipole - f3 * c.quadrupole_b_R) * R.transpose() +
        f2 / 3 * b.quadrupole;
    gradient.b.quadrupole =
        (by_b2 / 3 * R - f2 * a.dipole - f3 * c.quadrupole_a_R) * R.transpose() +
        f2 / 3 * a.quadrupole;

    Scalar along_R = f[1] * c.energies[0];
    for (std::size_t k = 1; k < c.energies.size(); ++k) {
        along_R += f[k + 1] * c.energies[k];
    }
    gradient.R = by_a1 * a.dipole + by_b1 * b.dipole +
                 a.quadrupole * (2 * by_a2 / 3 * R + f2 * b.dipole - f3 * c.quadrupole_b_R) +
                 b.quadrupole * (2 * by_b2 / 3 * R - f2 * a.dipole - f3 * c.quadrupole_a_R) -
                 along_R * R;
    gradient.energies = c.energies;
    return gradient;
}

/// Potential that the multipoles of B make at r_A, so that a charge q there has the energy
/// q·potential: f_0 q − f_1 μ·R + ⅓ f_2 RΘR with R = r_B − r_A.
template <class Scalar>
Scalar potential(const Multipole<Scalar>& b,
                 const Vector3<Scalar>& R,
                 const RadialFactors<Scalar>& f) {
    return f[0] * b.charge - f[1] * b.dipole.dot(R) + f[2] * (b.quadrupole * R).dot(R) / 3;
}

/// Derivatives of potential(), of which those by the multipole are f_0, −f_1 R and ⅓ f_2 RR.
template <class Scalar>
struct PotentialGradient {
    Multipole<Scalar> b;
    Vector3<Scalar> R;                 ///< total, by way of the radial factors too
    std::array<Scalar, 3> potentials;  ///< by f_0, f_1 and f_2
};

template <class Scalar>
PotentialGradient<Scalar> potential_gradient(const Multipole<Scalar>& b,
                                             const Vector3<Scalar>& R,
                                             const RadialFactors<Scalar>& f) {
    const Vector3<Scalar> quadrupole_R = b.quadrupole * R;
    const std::array<Scalar, 3> potentials = {b.charge, -b.dipole.dot(R), quadrupole_R.dot(R) / 3};
    const Scalar along_R = f[1] * potentials[0] + f[2] * potentials[1] + f[3] * potentials[2];
    return {{f[0], -f[1] * R, f[2] / 3 * R * R.transpose()},
            -f[1] * b.dipole + 2 * f[2] / 3 * quadrupole_R - along_R * R,
            potentials};
}

/// Field that the multipoles of B make at r_A, so that a dipole μ_A there has the energy
/// −μ_A·field:
///
///     F = −(q f_1 − f_2 μ·R + ⅓ f_3 RΘR) R − f_1 μ + ⅔ f_2 ΘR,  R = r_B − r_A.
///
/// @param f  f_1, f_2, f_3, …; the charge is damped by the first, the dipole by the first two, the
///           quadrupole by the second and third
template <class Scalar>
Vector3<Scalar> field(const Multipole<Scalar>& b,
                      const Vector3<Scalar>& R,
                      const std::array<Scalar, 4>& f) {
    const Vector3<Scalar> quadrupole_R = b.quadrupole * R;
    const Scalar along_R =
        f[0] * b.charge - f[1] * b.dipole.dot(R) + f[2] * quadrupole_R.dot(R) / 3;
    return -along_R * R - f[0] * b.dipole + (2 * f[1] / 3) * quadrupole_R;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// The three functions that keep dispersion finite where electron clouds overlap. All go to 1 at
// large separation. Beside each function stands its derivative. Templates on the scalar type, so
// that tests can ask 50-digit numbers and automatic derivatives.
#pragma once

#include <keesom/core/scalar.hpp>

#include <cmath>

namespace keesom {

/// Range separation of many-body dispersion,
///
///   f(R) = 1/(1 + exp(−a(R/S − 1))),
///
/// the long-range share of an interaction; 1 − f is the short-range share. Ambrosetti, Reilly,
/// DiStasio, Tkatchenko, J. Chem. Phys. 140, 18A508 (2014).
/// @param distance R, bohr
/// @param separation S = β(R_vdW,i + R_vdW,j), bohr, where f = ½
/// @param steepness a, dimensionless
template <class Scalar>
Scalar fermi_damping(const Scalar& distance, const Scalar& separation, const Scalar& steepness) {
    using std::exp;
    return Scalar(1) / (Scalar(1) + exp(-steepness * (distance / separation - Scalar(1))));
}

/// The short-range share 1 − f, without the cancellation at large R.
template <class Scalar>
Scalar fermi_complement(const Scalar& distance, const Scalar& separation, const Scalar& steepness) {
    using std::exp;
    return Scalar(1) / (Scalar(1) + exp(steepness * (distance / separation - Scalar(1))));
}

/// df/dR = a f(1 − f)/S from the value of f. By S it is −(R/S) df/dR; those of 1 − f have the
/// opposite sign, and may be had from the value of 1 − f as well.
template <class Scalar>
Scalar fermi_slope(const Scalar& value, const Scalar& separation, const Scalar& steepness) {
    return steepness * value * (Scalar(1) - value) / separation;
}

/// Factors on the two parts of the dipole coupling, λ3 δ_ab/R³ − 3 λ5 R_a R_b/R⁵.
template <class Scalar>
struct DipoleDamping {
    Scalar lambda3;
    Scalar lambda5;
};

/// Coupling of two Gaussian charge clouds instead of two points, −∇∇ erf(ζ)/R with ζ = R/σ_ij:
///
///   λ3 = erf ζ − (2ζ/√π) e^{−ζ²},   λ5 = λ3 − (4ζ³/(3√π)) e^{−ζ²}.
///
/// Mayer, Phys. Rev. B 75, 045407 (2007); Tkatchenko, DiStasio, Car, Scheffler, Phys. Rev. Lett.
/// 108, 236402 (2012). Below ζ = 0.1 the differences lose digits (λ3 ∝ ζ³, λ5 ∝ ζ⁵); atoms that are
/// coincidence_distance apart or more do not get there.
template <class Scalar>
DipoleDamping<Scalar> gaussian_damping(const Scalar& zeta) {
    using std::erf;
    using std::exp;
    using std::sqrt;
    const Scalar two_over_sqrt_pi = Scalar(2) / sqrt(pi<Scalar>());
    const Scalar theta = two_over_sqrt_pi * zeta * exp(-zeta * zeta);
    const Scalar lambda3 = erf(zeta) - theta;
    return {lambda3, lambda3 - Scalar(2) / Scalar(3) * zeta * zeta * theta};
}

/// dλ3/dζ = (4/√π) ζ² e^{−ζ²},   dλ5/dζ = (8/(3√π)) ζ⁴ e^{−ζ²} = ⅔ ζ² dλ3/dζ.
template <class Scalar>
DipoleDamping<Scalar> gaussian_damping_slopes(const Scalar& zeta) {
    using std::exp;
    using std::sqrt;
    const Scalar two_over_sqrt_pi = Scalar(2) / sqrt(pi<Scalar>());
    const Scalar zeta2 = zeta * zeta;
    const Scalar slope3 = Scalar(2) * two_over_sqrt_pi * zeta2 * exp(-zeta2);
    return {slope3, Scalar(2) / Scalar(3) * zeta2 * slope3};
}

/// Tang–Toennies factors of order 8 and 10 at the same argument.
template <class Scalar>
struct TangToennies8And10 {
    Scalar f8;
    Scalar f10;
};

/// f_n(x) = 1 − e^{−x} Σ_{k=0}^{n} x^k/k! for n = 8 and n = 10, x ≥ 0.
///
/// Tang, Toennies, J. Chem. Phys. 80, 3726 (1984). Where f₁₀ is small the remainder of the
/// exponential series, e^{−x} Σ_{k>10} x^k/k!, is summed instead: all its terms are positive, so
/// every digit of f ∝ x^{n+1} is kept down to x = 0.
template <class Scalar>
TangToennies8And10<Scalar> tang_toennies_8_and_10(const Scalar& x) {
    using std::exp;
    const Scalar exponential = exp(-x);
    Scalar term(1);
    Scalar sum(1);
    for (int k = 1; k <= 8; ++k) {
        term *= x / Scalar(k);
        sum += term;
    }
    const Scalar term9 = term * x / Scalar(9);
    const Scalar term10 = term9 * x / Scalar(10);
    const Scalar between = exponential * (term9 + term10);

    // Beyond here f₁₀ > ½ and the subtraction loses at most one bit.
    const Scalar f8 = Scalar(1) - exponential * sum;
    const auto beyond = x > Scalar(11);
    if (all(beyond)) {
        return {f8, f8 - between};
    }
    term = term10;
    Scalar remainder(0);
    Scalar previous(-1);
    for (int k = 11; any(remainder != previous); ++k) {
        previous = remainder;
        term *= x / Scalar(k);
        remainder += term;
    }
    const Scalar f10 = exponential * remainder;
    return {select(beyond, f8, Scalar(f10 + between)), select(beyond, Scalar(f8 - between), f10)};
}

/// df_n/dx = e^{−x} x^n/n!: of the sum only its last term is left.
template <class Scalar>
TangToennies8And10<Scalar> tang_toennies_slopes_8_and_10(const Scalar& x) {
    using std::exp;
    const Scalar x2 = x * x;
    const Scalar x4 = x2 * x2;
    const Scalar slope8 = exp(-x) * x4 * x4 / Scalar(40320);
    return {slope8, slope8 * x2 / Scalar(90)};
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// What becomes of 1/R between charges that are not points.
//
// Every interaction here is given by its radial factors f_k = (−(1/r) d/dr)ᵏ φ(r), see
// multipole_interaction.hpp. In the literature they are written as damping functions of the point
// interaction, f_k = λ_{2k+1} (2k−1)!!/r^{2k+1}. For Slater densities we compute the *penetration*
// g_k = f_k(points) − f_k(densities), that is (1 − λ_{2k+1})(2k−1)!!/r^{2k+1}: it decays
// exponentially, and small as it may be it has full relative accuracy. It follows from g_0 and the
// overlap by Poisson's equation, r² g_{k+1} = (2k+1) g_k + 4π S_{k−1}, a sum of positive terms.
//
// Slater penetration: Vandenbrande, Waroquier, Van Speybroeck, Verstraelen, J. Chem. Theory Comput.
// 13, 161 (2017) for charges; Rackers et al., J. Chem. Theory Comput. 17, 7056 (2021) for
// multipoles. The multipoles of a density are damped as derivatives of its monopole. Thole damping:
// Thole, Chem. Phys. 59, 341 (1981), in the exponential form ρ ∝ exp(−a u³).
#pragma once

#include <keesom/multipoles/multipole_interaction.hpp>
#include <keesom/multipoles/slater_functions.hpp>

#include <array>
#include <cmath>
#include <cstddef>

namespace keesom {

/// f_k = (2k−1)!!/r^{2k+1} of φ = 1/r.
template <class Scalar>
RadialFactors<Scalar> point_factors(const Scalar& r) {
    const Scalar inverse_r = 1 / r;
    const Scalar inverse_r2 = inverse_r * inverse_r;
    RadialFactors<Scalar> f;
    f[0] = inverse_r;
    for (std::size_t k = 1; k < f.size(); ++k) {
        f[k] = static_cast<double>(2 * k - 1) * inverse_r2 * f[k - 1];
    }
    return f;
}

namespace detail {

/// g_0 … g_5 from g_0 and the source σ_k = 4π S_k, k = −1 … 3, of Poisson's equation. Linear in
/// both, so that it also makes derivatives of g_k from those of g_0 and the source.
template <class Scalar>
RadialFactors<Scalar> penetration_ladder(const Scalar& g0,
                                         const std::array<Scalar, 5>& source,
                                         const Scalar& r) {
    const Scalar inverse_r2 = 1 / (r * r);
    RadialFactors<Scalar> g;
    g[0] = g0;
    for (std::size_t k = 0; k + 1 < g.size(); ++k) {
        g[k + 1] = (static_cast<double>(2 * k + 1) * g[k] + source[k]) * inverse_r2;
    }
    return g;
}

}  // namespace detail

/// Radial factors of two densities, with derivatives by their decay rates.
template <class Scalar>
struct RadialFactorsGradient {
    RadialFactors<Scalar> f;
    RadialFactors<Scalar> by_decay_a;
    RadialFactors<Scalar> by_decay_b;
};

/// Penetration g_k between a point and a unit Slater density; g_0 = (1 + x/2) e^{−x}/r, x =
/// decay·r.
///
/// @param decay  decay rate of the density, bohr⁻¹
/// @param r  distance, bohr
template <class Scalar>
RadialFactors<Scalar> slater_penetration_factors(const Scalar& decay, const Scalar& r) {
    const Scalar s = decay * decay;
    const std::array<Scalar, 5> B = detail::bessel_ladder<-2, 2>(decay, r);
    const Scalar c = s * s / 2;  // the density is 4πρ_k = (s²/2) B_{1−k}
    return detail::penetration_ladder(
        Scalar((1 + decay * r / 2) * B[2]), {c * B[4], c * B[3], c * B[2], c * B[1], c * B[0]}, r);
}

/// Derivatives ∂g_k/∂decay; ∂g_0/∂decay = −½(1 + x) e^{−x}.
template <class Scalar>
RadialFactors<Scalar> slater_penetration_factors_by_decay(const Scalar& decay, const Scalar& r) {
    const Scalar s = decay * decay;
    const std::array<Scalar, 6> B = detail::bessel_ladder<-2, 3>(decay, r);
    // 2·decay·∂/∂s of (s²/2) B_p.
    const auto source = [&](std::size_t i) -> Scalar {
        return decay * s * (2 * B[i] - s / 2 * B[i + 1]);
    };
    return detail::penetration_ladder(Scalar(-(1 + decay * r) * r / 2 * B[2]),
                                      {source(4), source(3), source(2), source(1), source(0)},
                                      r);
}

namespace detail {

/// g_k of a pair, or their derivatives from those of the pair.
template <class Scalar>
RadialFactors<Scalar> penetration_factors(const SlaterPair<Scalar>& pair, const Scalar& r) {
    const Scalar c = 4 * pi<Scalar>();
    return penetration_ladder(pair.penetration,
                              {c * pair.overlap[0],
                               c * pair.overlap[1],
                               c * pair.overlap[2],
                               c * pair.overlap[3],
                               c * pair.overlap[4]},
                              r);
}

}  // namespace detail

/// Penetration g_k between two unit Slater densities.
///
/// @param decay_a, decay_b  decay rates of the densities, bohr⁻¹; may be equal
/// @param r  distance, bohr
template <class Scalar>
RadialFactors<Scalar> slater_penetration_factors(const Scalar& decay_a,
                                                 const Scalar& decay_b,
                                                 const Scalar& r) {
    return detail::penetration_factors(slater_pair(decay_a, decay_b, r), r);
}

/// The same with derivatives by the decay rates.
template <class Scalar>
RadialFactorsGradient<Scalar> slater_penetration_factors_gradient(const Scalar& decay_a,
                                                                  const Scalar& decay_b,
                                                                  const Scalar& r) {
    const SlaterPairGradient<Scalar> pair = slater_pair_gradient(decay_a, decay_b, r);
    return {detail::penetration_factors(pair.value, r),
            detail::penetration_factors(pair.by_decay_a, r),
            detail::penetration_factors(pair.by_decay_b, r)};
}

/// f_1 … f_4 of Thole's damped interaction, with λ of the scaled distance u = r/(α_iα_j)^{1/6}, x =
/// a u³:
///
///     λ_3 = 1 − e^{−x},                      λ_5 = 1 − (1 + x) e^{−x},
///     λ_7 = 1 − (1 + x + ⅗x²) e^{−x},        λ_9 = 1 − (1 + x + (18/35)x² + (9/35)x³) e^{−x}.
///
/// @param thole_a  a, dimensionless
/// @param u  scaled distance, dimensionless
/// @param r  distance, bohr
template <class Scalar>
std::array<Scalar, 4> thole_factors(double thole_a, const Scalar& u, const Scalar& r) {
    using std::exp;
    const Scalar x = thole_a * u * u * u;
    const Scalar decayed = exp(-x);
    const RadialFactors<Scalar> f = point_factors(r);
    return {f[1] * (1 - decayed),
            f[2] * (1 - (1 + x) * decayed),
            f[3] * (1 - (1 + x + 3 * x * x / 5) * decayed),
            f[4] * (1 - (1 + x + (18 + 9 * x) * x * x / 35) * decayed)};
}

/// Derivatives of f_1, f_2, f_3 by ln x at constant distance, that is by −½ ln(α_iα_j):
///
///     x λ_3' = x e^{−x},   x λ_5' = x² e^{−x},   x λ_7' = (⅗x³ − ⅕x²) e^{−x}.
template <class Scalar>
std::array<Scalar, 3> thole_factors_by_log_x(double thole_a, const Scalar& u, const Scalar& r) {
    using std::exp;
    const Scalar x = thole_a * u * u * u;
    const Scalar decayed = x * exp(-x);
    const RadialFactors<Scalar> f = point_factors(r);
    return {f[1] * decayed, f[2] * x * decayed, f[3] * x * (3 * x - 1) / 5 * decayed};
}

}  // namespace keesom

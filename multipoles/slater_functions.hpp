// SPDX-License-Identifier: BSD-3-Clause
//
// Slater densities in pairs: how two of them overlap, and by how much the Coulomb interaction of
// the two differs from that of points.
//
// A unit Slater density of decay rate α is (α³/8π) exp(−αr); its Fourier transform is
// s²/(s + k²)² with s = α². Two of them, s = α² and t = β², at distance r have
//
//     S(r) = FT⁻¹[s²t²/((s+k²)²(t+k²)²)]           the overlap, bohr⁻³
//     g(r) = FT⁻¹[4π/k² − 4π/k² s²t²/(…)²(…)²]     the penetration 1/r − V(r), ∇²g = 4πS
//
// Everything is made of one ladder, the reduced Bessel functions of half-integer order
//
//     B_p(u, r) = (−2 ∂/∂u)ᵖ exp(−√u r)/r,   −(1/r) dB_p/dr = B_{p−1},
//     u B_{p+1} = r² B_{p−1} + (2p−1) B_p,
//
// in which a step down is a radial derivative and a step up a derivative with respect to the
// squared decay rate. All B_p are positive, and so is every term of the recurrence in either
// direction that is used here: nothing cancels.
//
// Different rates: partial fractions,
//
//     S_k = s²t²/(4π d²) [½B_{1−k}(s) + ½B_{1−k}(t) − (2/d)(B_{−k}(s) − B_{−k}(t))],  d = t − s.
//
// These lose all digits as d → 0, where they are a divided difference of third order. There
// 1/((s+k²)²(t+k²)²) = 6 ∫₀¹ v(1−v) dv/(u+k²)⁴ with u = s + v(t−s) (Hermite and Genocchi, Feynman),
// and the Taylor series of the integrand about u = (s+t)/2 gives
//
//     S_k = (s²t²/32π) Σ_m w_m B_{3−k+2m},      w_m = (m+1)/(2m+3)! (d/4)^{2m},
//     g   = (s²t²/8) Σ_m w_m C_{3+2m},
//     C_n = (−2 ∂/∂u)ⁿ exp(−√u r)/(u r) = (B_n + 2n C_{n−1})/u,
//
// again positive terms only. The series is used where it converges fast, the closed form elsewhere;
// everything has a relative error below 1e-12 from 1.5 bohr on, so no seam is visible.
//
// r → 0 is not catered for: B_p with p < 1 diverge there and cancel in S_k, k > 0.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace keesom {

/// Radial functions of a pair of unit Slater densities.
template <class Scalar>
struct SlaterPair {
    /// S_{−1} … S_4, S_k = (−(1/r) d/dr)ᵏ S(r); S_{−1}(r) = ∫_r^∞ x S(x) dx.
    std::array<Scalar, 6> overlap;
    Scalar penetration;  ///< 1/r − V(r), the interaction of two points less that of the densities
};

namespace detail {

/// π for any scalar type, also for those that std::numbers does not know.
template <class Scalar>
Scalar pi() {
    using std::atan;
    return 4 * atan(Scalar(1));
}

/// B_first … B_last at u = decay_rate², first ≤ 0 and last ≥ 1.
template <int first, int last, class Scalar>
std::array<Scalar, last - first + 1> bessel_ladder(const Scalar& decay_rate, const Scalar& r) {
    static_assert(first <= 0 && last >= 1);
    using std::exp;
    std::array<Scalar, last - first + 1> ladder{};
    const auto B = [&ladder](int p) -> Scalar& {
        return ladder[static_cast<std::size_t>(p - first)];
    };
    const Scalar u = decay_rate * decay_rate;
    const Scalar exponential = exp(-decay_rate * r);
    const Scalar inverse_r2 = 1 / (r * r);
    const Scalar inverse_u = 1 / u;
    B(0) = exponential / r;
    B(1) = exponential / decay_rate;
    for (int p = 0; p > first; --p) {
        B(p - 1) = (u * B(p + 1) + (1 - 2 * p) * B(p)) * inverse_r2;
    }
    for (int p = 1; p < last; ++p) {
        B(p + 1) = (r * r * B(p - 1) + (2 * p - 1) * B(p)) * inverse_u;
    }
    return ladder;
}

/// SlaterPair by partial fractions, for decay rates that differ.
template <class Scalar>
SlaterPair<Scalar> slater_pair_closed_form(const Scalar& decay_a,
                                           const Scalar& decay_b,
                                           const Scalar& r) {
    const Scalar s = decay_a * decay_a;
    const Scalar t = decay_b * decay_b;
    const Scalar d = (decay_b - decay_a) * (decay_b + decay_a);
    const Scalar fraction_s = s / d;
    const Scalar fraction_t = t / d;
    const std::array<Scalar, 7> B_s = bessel_ladder<-4, 2>(decay_a, r);
    const std::array<Scalar, 7> B_t = bessel_ladder<-4, 2>(decay_b, r);

    SlaterPair<Scalar> pair{};
    const Scalar prefactor = fraction_s * t * fraction_s * t / (8 * pi<Scalar>());
    const Scalar four_over_d = 4 / d;
    for (std::size_t i = 0; i < 6; ++i) {
        // i = k + 1, and B_p stands at index p + 4.
        pair.overlap[i] =
            prefactor * (B_s[6 - i] + B_t[6 - i] - four_over_d * (B_s[5 - i] - B_t[5 - i]));
    }
    pair.penetration = fraction_t * fraction_t * (1 - 2 * fraction_s + decay_a * r / 2) * B_s[4] +
                       fraction_s * fraction_s * (1 + 2 * fraction_t + decay_b * r / 2) * B_t[4];
    return pair;
}

/// SlaterPair by the series in the difference of the squared decay rates.
template <class Scalar>
SlaterPair<Scalar> slater_pair_series(const Scalar& decay_a,
                                      const Scalar& decay_b,
                                      const Scalar& r) {
    using std::sqrt;
    const Scalar s = decay_a * decay_a;
    const Scalar t = decay_b * decay_b;
    const Scalar d = (decay_b - decay_a) * (decay_b + decay_a);
    const Scalar u = (s + t) / 2;
    const Scalar inverse_u = 1 / u;
    const Scalar r2 = r * r;

    std::array<Scalar, 6> B = bessel_ladder<-1, 4>(Scalar(sqrt(u)), r);  // B_{2m−1} … B_{2m+4}
    Scalar C = B[1] * inverse_u;                                         // C_0, then C_{2m+3}
    C = (B[2] + 2 * C) * inverse_u;
    C = (B[3] + 4 * C) * inverse_u;
    C = (B[4] + 6 * C) * inverse_u;

    SlaterPair<Scalar> sums{};
    Scalar weight = Scalar(1) / 6;
    const Scalar step = d * d / 16;
    constexpr int max_terms = 100;  // never reached where the series is used, at up to 50 digits
    for (int m = 0; m < max_terms; ++m) {
        for (std::size_t i = 0; i < 6; ++i) {
            sums.overlap[i] += weight * B[5 - i];
        }
        const Scalar penetration_term = weight * C;
        sums.penetration += penetration_term;
        // The penetration converges last, it has the factor 1/u besides the exponential.
        if (!(penetration_term > std::numeric_limits<Scalar>::epsilon() / 4 * sums.penetration)) {
            break;
        }
        const int p = 2 * m + 4;  // order of the last of B
        const Scalar up1 = (r2 * B[4] + (2 * p - 1) * B[5]) * inverse_u;
        const Scalar up2 = (r2 * B[5] + (2 * p + 1) * up1) * inverse_u;
        C = (B[5] + 2 * p * C) * inverse_u;
        C = (up1 + 2 * (p + 1) * C) * inverse_u;
        B = {B[2], B[3], B[4], B[5], up1, up2};
        weight *= step / Scalar(2 * (m + 1) * (2 * m + 5));
    }

    const Scalar prefactor = s * t * s * t / 8;
    sums.penetration *= prefactor;
    for (Scalar& value : sums.overlap) {
        value *= prefactor / (4 * pi<Scalar>());
    }
    return sums;
}

}  // namespace detail

/// Overlap, with its radial derivatives, and penetration of two unit Slater densities.
///
/// @param decay_a, decay_b  decay rates, bohr⁻¹, positive; may be equal
/// @param r  distance, bohr, positive
template <class Scalar>
SlaterPair<Scalar> slater_pair(const Scalar& decay_a, const Scalar& decay_b, const Scalar& r) {
    using std::abs;
    const Scalar difference = abs(decay_b - decay_a);
    const Scalar sum = decay_a + decay_b;
    // The series runs in (d/2u)² = (|s−t|/(s+t))² and in ((β−α)r/2)²/(2m)!.
    const bool close = difference * sum < 0.3 * (decay_a * decay_a + decay_b * decay_b);
    if (close && difference * r < 1) {
        return detail::slater_pair_series(decay_a, decay_b, r);
    }
    return detail::slater_pair_closed_form(decay_a, decay_b, r);
}

}  // namespace keesom

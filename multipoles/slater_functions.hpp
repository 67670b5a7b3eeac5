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
// Derivatives by the decay rates, ∂/∂α = 2α ∂/∂s, climb the ladder, ∂B_p/∂s = −½B_{p+1}; so with X
// = B_{1−k}(s) + B_{1−k}(t) and Y = B_{−k}(s) − B_{−k}(t), in the closed form and in the series,
//
//     ∂S_k/∂s = 2S_k/s + s²t²/(8π d²) [2X/d − 12Y/d² − ½B_{2−k}(s) + (2/d) B_{1−k}(s)]
//     ∂S_k/∂s = 2S_k/s − (s²t²/32π) Σ_m [¼ w_m B_{4−k+2m} + w'_m B_{3−k+2m}],  w'_m = dw_m/dd,
//
// and likewise for g, with C_n for B_n.
//
// r → 0 is not catered for: B_p with p < 1 diverge there and cancel in S_k, k > 0.
#pragma once

#include <keesom/core/scalar.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace keesom {

/// Radial functions of a pair of unit Slater densities.
template <class Scalar>
struct SlaterPair {
    /// S_{−1} … S_5, S_k = (−(1/r) d/dr)ᵏ S(r); S_{−1}(r) = ∫_r^∞ x S(x) dx.
    std::array<Scalar, 7> overlap;
    Scalar penetration;  ///< 1/r − V(r), the interaction of two points less that of the densities
};

/// The same with its derivatives by the two decay rates.
template <class Scalar>
struct SlaterPairGradient {
    SlaterPair<Scalar> value;
    SlaterPair<Scalar> by_decay_a;
    SlaterPair<Scalar> by_decay_b;
};

namespace detail {

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
/// @tparam with_gradient  whether the derivatives are wanted; else they are left undefined
template <bool with_gradient, class Scalar>
SlaterPairGradient<Scalar> slater_pair_closed_form(const Scalar& decay_a,
                                                   const Scalar& decay_b,
                                                   const Scalar& r) {
    const Scalar s = decay_a * decay_a;
    const Scalar t = decay_b * decay_b;
    const Scalar d = (decay_b - decay_a) * (decay_b + decay_a);
    const Scalar fraction_s = s / d;
    const Scalar fraction_t = t / d;
    constexpr int last = with_gradient ? 3 : 2;
    const auto B_s = bessel_ladder<-5, last>(decay_a, r);
    const auto B_t = bessel_ladder<-5, last>(decay_b, r);

    SlaterPairGradient<Scalar> pair;
    const Scalar prefactor = fraction_s * t * fraction_s * t / (8 * pi<Scalar>());
    const Scalar inverse_d = 1 / d;
    for (std::size_t i = 0; i < pair.value.overlap.size(); ++i) {
        // i = k + 1, and B_p stands at index p + 5.
        const Scalar X = B_s[7 - i] + B_t[7 - i];
        const Scalar Y = inverse_d * (B_s[6 - i] - B_t[6 - i]);
        pair.value.overlap[i] = prefactor * (X - 4 * Y);
        if constexpr (with_gradient) {
            const Scalar& S = pair.value.overlap[i];
            const Scalar both = inverse_d * (2 * X - 12 * Y);
            pair.by_decay_a.overlap[i] =
                2 * decay_a *
                (2 * S / s + prefactor * (both - B_s[8 - i] / 2 + 2 * inverse_d * B_s[7 - i]));
            pair.by_decay_b.overlap[i] =
                2 * decay_b *
                (2 * S / t - prefactor * (both + B_t[8 - i] / 2 + 2 * inverse_d * B_t[7 - i]));
        }
    }
    const Scalar of_a = 1 - 2 * fraction_s + decay_a * r / 2;
    const Scalar of_b = 1 + 2 * fraction_t + decay_b * r / 2;
    pair.value.penetration =
        fraction_t * fraction_t * of_a * B_s[5] + fraction_s * fraction_s * of_b * B_t[5];
    if constexpr (with_gradient) {
        // ∂(s/d) = ∂(t/d) = (t ds − s dt)/d².
        const Scalar by_fractions = 2 * inverse_d *
                                    ((fraction_t * of_a - fraction_t * fraction_t) * B_s[5] +
                                     (fraction_s * of_b + fraction_s * fraction_s) * B_t[5]);
        pair.by_decay_a.penetration =
            2 * decay_a *
            (fraction_t * by_fractions + fraction_t * fraction_t * (1 - 2 * of_a) / 4 * B_s[6]);
        pair.by_decay_b.penetration =
            2 * decay_b *
            (-fraction_s * by_fractions + fraction_s * fraction_s * (1 - 2 * of_b) / 4 * B_t[6]);
    }
    return pair;
}

/// SlaterPair by the series in the difference of the squared decay rates.
/// @tparam with_gradient  whether the derivatives are wanted; else they are left undefined
template <bool with_gradient, class Scalar>
SlaterPairGradient<Scalar> slater_pair_series(const Scalar& decay_a,
                                              const Scalar& decay_b,
                                              const Scalar& r) {
    using std::sqrt;
    const Scalar s = decay_a * decay_a;
    const Scalar t = decay_b * decay_b;
    const Scalar d = (decay_b - decay_a) * (decay_b + decay_a);
    const Scalar u = (s + t) / 2;
    const Scalar inverse_u = 1 / u;
    const Scalar r2 = r * r;

    std::array<Scalar, 8> B = bessel_ladder<-2, 5>(Scalar(sqrt(u)), r);  // B_{2m−2} … B_{2m+5}
    Scalar C = B[2] * inverse_u;                                         // C_0, then C_{2m+3}
    C = (B[3] + 2 * C) * inverse_u;
    C = (B[4] + 4 * C) * inverse_u;
    C = (B[5] + 6 * C) * inverse_u;

    SlaterPair<Scalar> sums{};
    SlaterPair<Scalar> by_u{};
    SlaterPair<Scalar> by_d{};
    Scalar weight = Scalar(1) / 6;
    Scalar weight_by_d = Scalar(0);
    constexpr int max_terms = 100;  // never reached where the series is used, at up to 50 digits
    for (int m = 0; m < max_terms; ++m) {
        const int p = 2 * m + 4;  // order of B[6]
        const Scalar next_C = (B[6] + 2 * p * C) * inverse_u;
        for (std::size_t i = 0; i < sums.overlap.size(); ++i) {
            sums.overlap[i] += weight * B[6 - i];
            if constexpr (with_gradient) {
                by_u.overlap[i] -= weight / 2 * B[7 - i];
                by_d.overlap[i] += weight_by_d * B[6 - i];
            }
        }
        const Scalar penetration_term = weight * C;
        sums.penetration += penetration_term;
        if constexpr (with_gradient) {
            by_u.penetration -= weight / 2 * next_C;
            by_d.penetration += weight_by_d * C;
        }
        // The penetration converges last, it has the factor 1/u besides the exponential.
        if (!any(penetration_term >
                 std::numeric_limits<Scalar>::epsilon() / 4 * sums.penetration)) {
            break;
        }
        const Scalar up1 = (r2 * B[6] + (2 * p + 1) * B[7]) * inverse_u;
        const Scalar up2 = (r2 * B[7] + (2 * p + 3) * up1) * inverse_u;
        C = (B[7] + 2 * (p + 1) * next_C) * inverse_u;
        B = {B[2], B[3], B[4], B[5], B[6], B[7], up1, up2};
        weight_by_d = weight * d / Scalar(16 * (2 * m + 5));
        weight *= d * d / Scalar(32 * (m + 1) * (2 * m + 5));
    }

    SlaterPairGradient<Scalar> pair;
    const Scalar prefactor = s * t * s * t / 8;
    const auto finish = [&](const Scalar& factor, auto member) {
        const Scalar& sum = member(sums);
        member(pair.value) = factor * sum;
        if constexpr (with_gradient) {
            const Scalar half = member(by_u) / 2;
            member(pair.by_decay_a) = 2 * decay_a * factor * (2 * sum / s + half - member(by_d));
            member(pair.by_decay_b) = 2 * decay_b * factor * (2 * sum / t + half + member(by_d));
        }
    };
    finish(
        prefactor, [](auto& p) -> auto& { return p.penetration; });
    for (std::size_t i = 0; i < sums.overlap.size(); ++i) {
        finish(
            prefactor / (4 * pi<Scalar>()), [i](auto& p) -> auto& { return p.overlap[i]; });
    }
    return pair;
}

/// Replaces what is not to be kept.
template <class Condition, class Scalar>
void pick(const Condition& keep, const SlaterPair<Scalar>& others, SlaterPair<Scalar>& pair) {
    for (std::size_t i = 0; i < pair.overlap.size(); ++i) {
        pair.overlap[i] = select(keep, pair.overlap[i], others.overlap[i]);
    }
    pair.penetration = select(keep, pair.penetration, others.penetration);
}

template <bool with_gradient, class Scalar>
SlaterPairGradient<Scalar> slater_pair(const Scalar& decay_a,
                                       const Scalar& decay_b,
                                       const Scalar& r) {
    using std::abs;
    const Scalar difference = abs(decay_b - decay_a);
    const Scalar sum = decay_a + decay_b;
    // The series runs in (d/2u)² = (|s−t|/(s+t))² and in ((β−α)r/2)²/(2m)!.
    const auto close =
        both(difference * sum < 0.3 * (decay_a * decay_a + decay_b * decay_b), difference * r < 1);
    if (!any(close)) {
        return slater_pair_closed_form<with_gradient>(decay_a, decay_b, r);
    }
    SlaterPairGradient<Scalar> pair = slater_pair_series<with_gradient>(decay_a, decay_b, r);
    if (!all(close)) {
        const SlaterPairGradient<Scalar> others =
            slater_pair_closed_form<with_gradient>(decay_a, decay_b, r);
        pick(close, others.value, pair.value);
        if constexpr (with_gradient) {
            pick(close, others.by_decay_a, pair.by_decay_a);
            pick(close, others.by_decay_b, pair.by_decay_b);
        }
    }
    return pair;
}

}  // namespace detail

/// Overlap, with its radial derivatives, and penetration of two unit Slater densities.
///
/// @param decay_a, decay_b  decay rates, bohr⁻¹, positive; may be equal
/// @param r  distance, bohr, positive
template <class Scalar>
SlaterPair<Scalar> slater_pair(const Scalar& decay_a, const Scalar& decay_b, const Scalar& r) {
    return detail::slater_pair<false>(decay_a, decay_b, r).value;
}

/// The same with derivatives by the decay rates.
template <class Scalar>
SlaterPairGradient<Scalar> slater_pair_gradient(const Scalar& decay_a,
                                                const Scalar& decay_b,
                                                const Scalar& r) {
    return detail::slater_pair<true>(decay_a, decay_b, r);
}

}  // namespace keesom

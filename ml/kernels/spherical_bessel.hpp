// SPDX-License-Identifier: BSD-3-Clause
//
// Modified spherical Bessel functions of the first kind, i_λ(c) = √(π/2c) I_{λ+1/2}(c), which
// expand exp(c cos θ) in Legendre polynomials, Σ_λ (2λ+1) i_λ(c) P_λ(cos θ). They grow like
// e^c/2c, so that e^{−c} i_λ(c) is what one can compute with.
//
//   i_λ(c) = c^λ/(2λ+1)!! Σ_k (c²/2)^k / [k! (2λ+3)(2λ+5) … (2λ+2k+1)]
//   i_{λ+1}(c) = i_{λ−1}(c) − (2λ+1)/c i_λ(c)
//
// All terms of the series are positive; it serves where c is small, and the recurrence where c is
// so large that nothing cancels in it.
//
//   d/dc i_λ = i_{λ+1} + (λ/c) i_λ
//
// Not a public header.
#pragma once

#include <Eigen/Core>

namespace keesom {

/// e^{−c} i_λ(c), λ = 0 … max_order; (max_order+1).
/// @param max_order up to 30
/// @param c not negative
Eigen::VectorXd scaled_spherical_bessel(int max_order, double c);

}  // namespace keesom

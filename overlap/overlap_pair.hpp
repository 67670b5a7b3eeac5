// SPDX-License-Identifier: BSD-3-Clause
//
// The overlap of one pair of atoms, see multipole_overlap.hpp, and its derivatives. Not a public
// header.
#pragma once

#include <keesom/multipoles/pair_gradient.hpp>
#include <keesom/overlap/slater_overlap.hpp>

#include <cmath>

namespace keesom {

/// An atom as a density of electrons.
template <class Scalar>
struct OverlapSite {
    Multipole<Scalar> electrons;  ///< times the amplitude K
    Scalar decay_rate;            ///< bohr⁻¹
};

template <class Scalar>
Scalar overlap_pair_energy(const OverlapSite<Scalar>& a,
                           const OverlapSite<Scalar>& b,
                           const Vector3<Scalar>& R) {
    using std::sqrt;
    const Scalar r = sqrt(R.squaredNorm());
    return interact(
        a.electrons, b.electrons, R, slater_overlap_factors(a.decay_rate, b.decay_rate, r));
}

/// Derivatives of overlap_pair_energy(); those by the decay rates are Σ_k E_k ∂f_k/∂α.
inline PairGradient<OverlapSite<double>> overlap_pair_gradient(const OverlapSite<double>& a,
                                                               const OverlapSite<double>& b,
                                                               const Eigen::Vector3d& R) {
    const RadialFactorsGradient<double> f =
        slater_overlap_factors_gradient(a.decay_rate, b.decay_rate, R.norm());
    const InteractionGradient<double> by = interaction_gradient(a.electrons, b.electrons, R, f.f);
    return {{by.a, combined(by.energies, f.by_decay_a)},
            {by.b, combined(by.energies, f.by_decay_b)},
            by.R};
}

}  // namespace keesom

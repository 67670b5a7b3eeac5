// SPDX-License-Identifier: BSD-3-Clause
//
// The neighborhood of an atom as coefficients of a density in radial functions times harmonics.
//
//   c_{z n l m} = Σ_j w(z, z_j) g_n(r_j) Y_lm(r̂_j)
//
// One set for each element z of the model; neighbors are points, the resolution is that of g_n
// (radial_basis.hpp) and of max_angular. w is the square root of the matrix with 1 on its diagonal
// and `element_coupling` between any two elements heavier than helium: a carbon and an oxygen
// neighbor resemble each other more than either resembles no neighbor at all, and what is learned
// with one is of use with the other. Hydrogen and helium stand alone. The central atom enters its
// own channel as a neighbor at r = 0, l = 0, so that the coefficients of a lone atom do not vanish.
// Rows turn among the m of one l when the environment is turned: c_l → D_l c_l. The descriptor is
// Bartók, Kondor, Csányi, Phys. Rev. B 87, 184115 (2013) with point neighbors. It is blind to
// whatever is beyond the cutoff, above all to the electrostatics of distant charges.
//
//   ∂/∂r_j Σ b c = Σ_nlm B_nlm [g_n' r̂ Y_lm + g_n (1 − r̂r̂ᵀ)/r ∇Y_lm] ,   B = Σ_z b_z w(z, z_j)
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>
#include <keesom/ml/descriptors/radial_basis.hpp>
#include <keesom/ml/descriptors/spherical_harmonics.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

struct DescriptorOptions {
    std::vector<int> elements;    ///< atomic numbers, ascending
    RadialOptions radial;         ///< how distances are resolved
    int max_angular = 5;          ///< largest l
    double central_weight = 1.0;  ///< weight of the central atom in its own channel, positive

    /// Likeness of neighbors of different elements beyond helium, from 0 (none) to below 1.
    double element_coupling = 0.75;

    /// Number of combined (element, radial) channels kept for each l, see channel_contraction.hpp;
    /// 0 keeps all.
    int max_channels = 16;

    /// Number of the leading channels that tensors of rank 1 and 2 are made of.
    int tensor_channels = 16;

    /// Number of principal features kept of rank 0, and of ranks 1 and 2 each, see
    /// environment_features.hpp; 0 keeps all.
    int max_features = 300;
    int max_tensor_features = 300;

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

class DensityExpansion {
public:
    /// @throws InputError if options are invalid
    explicit DensityExpansion(const DescriptorOptions& options);

    /// Number of (element, radial) channels.
    [[nodiscard]] Eigen::Index channels() const;

    [[nodiscard]] int max_angular() const { return harmonics_.max_angular(); }

    /// Coefficients c; (channels, (max_angular+1)²), row z·max_radial + n, column as
    /// harmonics_index(l, m).
    /// @throws ModelError for an element that is not among the options
    [[nodiscard]] Eigen::MatrixXd expand(const AtomicEnvironment& environment) const;

    /// Derivatives by the displacements, from those by the coefficients.
    /// @param coefficient_gradient in the layout of expand()
    /// @returns (3, n)
    [[nodiscard]] Eigen::Matrix3Xd pullback(const AtomicEnvironment& environment,
                                            const Eigen::MatrixXd& coefficient_gradient) const;

private:
    [[nodiscard]] Eigen::Index element_index(int element) const;

    std::vector<int> elements_;
    Eigen::MatrixXd coupling_;  // w; (elements, elements)
    double central_weight_;
    RadialBasis radial_;
    SphericalHarmonics harmonics_;
};

}  // namespace keesom

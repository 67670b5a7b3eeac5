// SPDX-License-Identifier: BSD-3-Clause
//
// Covariant kernels of rank 1 and 2 in closed form, for comparison with those of the library.
//
// Neighbors are Gaussians, ρ(x) = Σ_i u_i exp(−|x−r_i|²/2σ²), one density for each element. The
// overlap of ρ with ρ', averaged over all turns R of ρ' with the weight D^λ(R), is
//
//   K^λ_mm' = ∫ dR D^λ_mm'(R) ∫ dx ρ(x) (Rρ')(x) / (πσ²)^{3/2}
//           = 4π/(2λ+1) Σ_ij u_i u'_j exp(−(r_i²+r'_j²)/4σ²) i_λ(r_i r'_j/2σ²) Y_λm(r̂_i)
//           Y_λm'(r̂'_j)
//
// with the modified spherical Bessel functions i_λ. λ = 1 is the vector kernel of Glielmo, Sollich,
// De Vita, Phys. Rev. B 95, 214302 (2017); λ = 2 does for quadrupoles what Bereau, DiStasio,
// Tkatchenko, von Lilienfeld, J. Chem. Phys. 148, 241706 (2018) write with matrices. The sum runs
// over pairs of single neighbors: the kernel does not see how the neighbors of an atom are placed
// to each other.
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>

#include <Eigen/Core>

#include <array>
#include <map>

namespace keesom {

struct TwoBodyOptions {
    double gaussian_width = 1.0;  ///< σ, bohr
    double cutoff_radius = 8.0;   ///< where u has fallen to 0, bohr
    double cutoff_width = 3.0;    ///< the range over which it falls, bohr
};

class TwoBodyKernel {
public:
    /// Neighbors of one element.
    struct Shell {
        Eigen::ArrayXd distances;                  ///< (n), bohr
        Eigen::ArrayXd weights;                    ///< u; (n)
        std::array<Eigen::MatrixXd, 2> harmonics;  ///< of rank 1 and 2; (2λ+1, n)
    };

    /// Shell of each element.
    using Density = std::map<int, Shell>;

    explicit TwoBodyKernel(const TwoBodyOptions& options) : options_(options) {}

    [[nodiscard]] Density density(const AtomicEnvironment& environment) const;

    /// K^λ; (2λ+1, 2λ+1).
    /// @param rank λ, 1 or 2
    [[nodiscard]] Eigen::MatrixXd covariance(const Density& a, const Density& b, int rank) const;

    /// The largest difference between covariance() and the average over turns taken point by point.
    [[nodiscard]] double quadrature_error(const AtomicEnvironment& a,
                                          const AtomicEnvironment& b,
                                          int rank) const;

private:
    TwoBodyOptions options_;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Kernels of tensors that turn with the molecule, in closed form.
//
// Neighbors of an atom are Gaussians, one density for each element, ρ(x) = Σ_i u_i
// exp(−|x−r_i|²/2σ²). The overlap of ρ with all turns S of ρ', averaged with the weight D^λ(S) that
// turns tensors of rank λ, is
//
//   K^λ_mm' = ∫ dS D^λ_mm'(S) ∫ dx ρ(x) (Sρ')(x) / (πσ²)^{3/2}
//           = 4π/(2λ+1) Σ_ij u_i u'_j e^{−(r_i−r'_j)²/4σ²} [e^{−c} i_λ(c)] Y_λm(r̂_i) Y_λm'(r̂'_j) ,
//   c = r_i r'_j/2σ² ,
//
// over pairs of neighbors of one element (the average over a group of a kernel times its
// representation, taken over all rotations at once). It has the covariance that it was made for,
//
//   K^λ(Sρ, S'ρ') = D^λ(S) K^λ(ρ, ρ') D^λ(S')ᵀ ,
//
// and so have all predictions. λ = 1 is, in Cartesian components, the kernel of vectors
//
//   K^μ = Σ_ij u_i u'_j e^{−(r_i²+r'_j²)/4σ²} i_1(c) r̂_i ⊗ r̂'_j
//
// of Glielmo, Sollich, De Vita, Phys. Rev. B 95, 214302 (2017); λ = 2 that of quadrupoles of
// Bereau, DiStasio, Tkatchenko, von Lilienfeld, J. Chem. Phys. 148, 241706 (2018), which in
// Cartesian components is
//
//   K^Q = Σ_ij u_i u'_j e^{−(r_i²+r'_j²)/4σ²} i_2(c) (3/2) (r̂_i r̂_i − 1/3) ⊗ (r̂'_j r̂'_j − 1/3) .
//
// The sum runs over single neighbors: the kernel does not see how neighbors are placed to each
// other, and alone it is weak. Times a scalar kernel of whole environments it is strong, and stays
// covariant and positive semidefinite.
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>

#include <Eigen/Core>

#include <map>
#include <span>

namespace keesom {

struct CovariantKernelOptions {
    double gaussian_width = 1.0;  ///< σ, bohr
    double cutoff_radius = 8.0;   ///< where u has fallen to 0, bohr
    double cutoff_width = 3.0;    ///< the range over which it falls from 1, bohr

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

class CovariantKernel {
public:
    /// A function of a distance and its derivative.
    struct Radial {
        double value = 0.0;
        double slope = 0.0;  ///< 1/bohr
    };

    /// Neighbors of one element.
    struct Shell {
        Eigen::ArrayXd distances;   ///< r; (n), bohr
        Eigen::ArrayXd weights;     ///< u; (n)
        Eigen::MatrixXd harmonics;  ///< Y_λm of the directions; (2λ+1, n)
    };

    /// Shell of each element.
    using Density = std::map<int, Shell>;

    /// @param rank λ
    /// @throws InputError if the rank is negative or above 30, or options are out of range
    CovariantKernel(int rank, const CovariantKernelOptions& options);

    [[nodiscard]] int rank() const { return rank_; }

    /// u of a neighbor at distance r > 0, bohr.
    [[nodiscard]] Radial weight(double r) const;

    /// 4π/(2λ+1) e^{−(r−s)²/4σ²} [e^{−c} i_λ(c)] of neighbors at distances r > 0 and s > 0, bohr;
    /// its derivative by r.
    [[nodiscard]] Radial overlap(double r, double s) const;

    /// What the kernel sees of an environment.
    [[nodiscard]] Density density(const AtomicEnvironment& environment) const;

    /// K^λ; (2λ+1, 2λ+1).
    [[nodiscard]] Eigen::MatrixXd operator()(const Density& a, const Density& b) const;

    /// s_ij K^λ(ρ_i, ρ_j), all components of environment i before those of the next: its lower
    /// triangle, the rest is 0; ((2λ+1) N, (2λ+1) N).
    /// @param similarities s, positive semidefinite; (N, N)
    [[nodiscard]] Eigen::MatrixXd covariance(std::span<const Density> densities,
                                             const Eigen::MatrixXd& similarities) const;

private:
    int rank_;
    CovariantKernelOptions options_;
};

}  // namespace keesom

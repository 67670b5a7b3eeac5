// SPDX-License-Identifier: BSD-3-Clause
//
// The neighborhood of an atom as sums over its neighbors and over pairs of them: the atom-centered
// symmetry functions of Behler and Parrinello, Phys. Rev. Lett. 98, 146401 (2007).
//
//   G1_a  = Σ_{j ∈ a} exp(−η (R_ij − R_s)²) f_c(R_ij)
//   G2_ab = 2^{1−ζ} Σ_{pairs j ∈ a, k ∈ b} (1 + λ cos θ_jik)^ζ exp(−η (R_ij² + R_ik² + R_jk²))
//                   f_c(R_ij) f_c(R_ik) f_c(R_jk)
//   f_c(R) = ½ (cos(πR/R_c) + 1)  up to R_c, 0 beyond
//
// One value for each element a, or unordered pair of elements ab, and each set of parameters. Later
// papers count differently and call them G² and G⁴ (Behler, J. Chem. Phys. 134, 074106 (2011)).
// Each pair of neighbors is counted once; the paper's sum over all j and k, with both orders of a
// pair, is twice that. Distances and angles do not depend on orientation, and a sum does not depend
// on the order of its terms: rotations, reflections and permutations of equal atoms change nothing.
// f_c falls to 0 with slope 0; its curvature jumps there by π²/2R_c².
//
// The price: the number of values grows with the square of the number of elements, and parameters
// are chosen by hand. Environments with equal distances and angles of all pairs of neighbors are
// the same to every function here, though some of them are not images of each other.
#pragma once

#include <keesom/ml/descriptors/atomic_environment.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

/// Parameters of one G1.
struct RadialSymmetryFunction {
    double eta = 0.5;    ///< η, bohr⁻², not negative
    double shift = 0.0;  ///< R_s, bohr
};

/// Parameters of one G2.
struct AngularSymmetryFunction {
    double eta = 0.01;  ///< η, bohr⁻², not negative
    double zeta = 1.0;  ///< ζ, positive; how narrow a range of angles is seen
    int sign = 1;       ///< λ: 1 looks at angles near 0, −1 at those near 180°
};

struct SymmetryFunctionOptions {
    std::vector<int> elements;                     ///< atomic numbers, ascending
    double cutoff_radius = 11.0;                   ///< R_c, bohr
    std::vector<RadialSymmetryFunction> radial;    ///< each for every element
    std::vector<AngularSymmetryFunction> angular;  ///< each for every pair of elements

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

/// f_c of a distance (bohr) that is not negative.
double cosine_cutoff(double distance, double cutoff_radius);

class SymmetryFunctions {
public:
    /// @throws InputError if options are invalid
    explicit SymmetryFunctions(const SymmetryFunctionOptions& options);

    /// Number of values of an environment.
    [[nodiscard]] Eigen::Index size() const;

    /// All values. First G1, element after element, for each the list of parameters; then G2, by
    /// pairs of elements (0, 0), (0, 1), (1, 1), (0, 2) …, for each the list of parameters.
    /// @param environment at least as wide as the cutoff; no neighbor is at the center
    /// @returns (size())
    /// @throws ModelError for a neighbor whose element is not among the options
    [[nodiscard]] Eigen::VectorXd evaluate(const AtomicEnvironment& environment) const;

private:
    [[nodiscard]] Eigen::Index element_index(int element) const;

    SymmetryFunctionOptions options_;
};

}  // namespace keesom

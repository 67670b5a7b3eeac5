// SPDX-License-Identifier: BSD-3-Clause
//
// How the distance of a neighbor is seen: a few smooth functions that fade out at the cutoff.
//
//   g_n(r) = u(r) f_c(r) Σ_k [S^{-1/2}]_nk exp(−(r − r_k)²/2s²)
//
// Gaussians on a uniform grid r_k = r_c (k+1)/(n_max+1), of width s = gaussian_width × spacing,
// made orthonormal over the ball (S_kk' = ∫₀^{r_c} G_k G_k' r² dr). f_c is 1 up to r_c − w and
// falls to 0 at r_c by the quintic step 1 − 10t³ + 15t⁴ − 6t⁵, so that value, slope and curvature
// vanish at the cutoff. u(r) = 1/(1 + (r/r_0)^m) lets near neighbors speak louder than far ones.
//
//   g_n'(r) = Σ_k [S^{-1/2}]_nk [u' f_c + u f_c' + u f_c (r_k − r)/s²] exp(−(r − r_k)²/2s²)
//   u'(r) = −u² (m/r) (r/r_0)^m
#pragma once

#include <Eigen/Core>

namespace keesom {

struct RadialOptions {
    double cutoff_radius = 11.0;    ///< r_c, bohr
    double cutoff_width = 4.0;      ///< w, bohr; the range over which f_c falls
    int max_radial = 6;             ///< number of functions
    double gaussian_width = 1.0;    ///< s in units of the distance of the grid points
    double scaling_radius = 3.0;    ///< r_0, bohr
    double scaling_exponent = 3.0;  ///< m; 0 leaves the weight of neighbors independent of r

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

class RadialBasis {
public:
    /// @throws InputError if options are invalid or the functions are linearly dependent
    explicit RadialBasis(const RadialOptions& options);

    [[nodiscard]] Eigen::Index size() const { return transform_.rows(); }

    /// g_n(r), n = 0 … max_radial−1; zero from the cutoff on.
    [[nodiscard]] Eigen::VectorXd evaluate(double r) const;

    /// g_n'(r), r > 0.
    [[nodiscard]] Eigen::VectorXd slopes(double r) const;

private:
    [[nodiscard]] Eigen::VectorXd gaussians(double r) const;

    RadialOptions options_;
    double width_;
    Eigen::VectorXd centers_;
    Eigen::MatrixXd transform_;
};

}  // namespace keesom

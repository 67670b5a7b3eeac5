// SPDX-License-Identifier: BSD-3-Clause
//
// The Cholesky factor of a matrix that fills a good part of the memory.
//
//   A = L Lᵀ
//
// The matrix is cut into square tiles of fixed size; a tile gets all of its updates in one product
// of long rows (left-looking), and the tiles of one block column are independent tasks. Sums run in
// the same order for any number of threads. N = 17,000 takes 1.6·10¹² multiplications and 2.3 GB.
#pragma once

#include <Eigen/Core>

namespace keesom {

class CholeskyFactor {
public:
    /// @param matrix symmetric and positive definite; only its lower triangle is looked at
    /// @throws NumericalError if it is not positive definite to working precision
    explicit CholeskyFactor(Eigen::MatrixXd matrix);

    [[nodiscard]] Eigen::Index size() const { return factor_.rows(); }

    /// A⁻¹ b; (N, right-hand sides).
    [[nodiscard]] Eigen::MatrixXd solve(const Eigen::MatrixXd& b) const;

    /// ln det A.
    [[nodiscard]] double log_determinant() const;

    /// The diagonal block of A⁻¹ that belongs to `count` unknowns from `first` on; (count, count).
    /// It is XᵀX with X = L⁻¹ applied to these columns of the unit matrix, so that the blocks of
    /// all unknowns together cost about as much as the factor.
    [[nodiscard]] Eigen::MatrixXd inverse_block(Eigen::Index first, Eigen::Index count) const;

private:
    Eigen::MatrixXd factor_;  // L in the lower triangle
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Least squares over more rows than fit in memory, without squaring the condition number.
//
//   A = Q R, min |A x − b|:  R x = Qᵀ b
//
// Rows arrive in blocks; the triangle [R | Qᵀb] of what came before is stacked on top of the next
// block and triangularized again by Householder reflections (sequential TSQR). Normal equations AᵀA
// would lose half of the digits, which kernel matrices do not have to spare.
#pragma once

#include <Eigen/Core>

namespace keesom {

class StreamedQr {
public:
    /// @param unknowns columns of A
    /// @param right_hand_sides columns of b
    StreamedQr(Eigen::Index unknowns, Eigen::Index right_hand_sides);

    /// Adds equations; a (rows, unknowns), b (rows, right_hand_sides).
    void add(const Eigen::Ref<const Eigen::MatrixXd>& a,
             const Eigen::Ref<const Eigen::MatrixXd>& b);

    /// R of all rows so far; (unknowns, unknowns), upper triangular.
    [[nodiscard]] Eigen::MatrixXd factor();

    /// Least-squares solution; (unknowns, right_hand_sides).
    /// @throws NumericalError if the columns are linearly dependent to working precision
    [[nodiscard]] Eigen::MatrixXd solve();

private:
    void reduce();

    Eigen::Index unknowns_;
    Eigen::Index filled_ = 0;      // rows of work_ in use
    Eigen::Index triangular_ = 0;  // rows of work_ that are [R | Qᵀb] already
    Eigen::MatrixXd work_;
};

}  // namespace keesom

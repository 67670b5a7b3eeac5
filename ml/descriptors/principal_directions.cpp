// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/principal_directions.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

namespace keesom {

namespace {

/// Leading eigenvectors as rows, the largest first.
Eigen::MatrixXd leading_rows(const Eigen::MatrixXd& symmetric, Eigen::Index kept) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
    return solver.eigenvectors().rightCols(kept).rowwise().reverse().transpose();
}

Eigen::MatrixXd with_fixed_signs(Eigen::MatrixXd leading) {
    for (Eigen::Index row = 0; row < leading.rows(); ++row) {
        Eigen::Index largest = 0;
        leading.row(row).cwiseAbs().maxCoeff(&largest);
        if (leading(row, largest) < 0.0) {
            leading.row(row) *= -1.0;
        }
    }
    return leading;
}

}  // namespace

Eigen::MatrixXd principal_directions(const Eigen::MatrixXd& moments, Eigen::Index kept) {
    return with_fixed_signs(leading_rows(moments, kept));
}

Eigen::MatrixXd principal_directions_of_data(const Eigen::MatrixXd& data, Eigen::Index kept) {
    // Directions that no sample has come out as rounding; the decomposition makes them orthogonal
    // to the others.
    const Eigen::MatrixXd mapped = data * leading_rows(data.transpose() * data, kept).transpose();
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(mapped);
    const Eigen::MatrixXd columns =
        qr.householderQ() * Eigen::MatrixXd::Identity(mapped.rows(), kept);
    return with_fixed_signs(columns.transpose());
}

}  // namespace keesom

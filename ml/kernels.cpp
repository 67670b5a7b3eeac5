// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/kernels.hpp>

namespace keesom {

Eigen::MatrixXd invariant_kernel(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, int zeta) {
    Eigen::MatrixXd kernel = a.transpose() * b;
    const Eigen::MatrixXd overlap = kernel;
    for (int power = 1; power < zeta; ++power) {
        kernel.array() *= overlap.array();
    }
    return kernel;
}

Eigen::MatrixXd covariant_kernel(const Eigen::MatrixXd& scalar,
                                 const Eigen::MatrixXd& a,
                                 const Eigen::MatrixXd& b,
                                 int rank) {
    const Eigen::Index d = 2 * rank + 1;
    Eigen::MatrixXd kernel = a.transpose() * b;
    for (Eigen::Index j = 0; j < scalar.cols(); ++j) {
        for (Eigen::Index i = 0; i < scalar.rows(); ++i) {
            kernel.block(d * i, d * j, d, d) *= scalar(i, j);
        }
    }
    return kernel;
}

}  // namespace keesom

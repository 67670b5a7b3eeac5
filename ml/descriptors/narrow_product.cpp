// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/narrow_product.hpp>

#include <algorithm>

namespace keesom {

namespace {

constexpr Eigen::Index most_columns = 32;   // beyond it the general product is faster
constexpr Eigen::Index rows_at_a_time = 8;  // stay in the cache while all columns pass

}  // namespace

Eigen::MatrixXd narrow_product(const RowMatrix& a, const Eigen::Ref<const Eigen::MatrixXd>& x) {
    if (x.cols() > most_columns) {
        return a * x;
    }
    Eigen::MatrixXd product(a.rows(), x.cols());
    for (Eigen::Index row = 0; row < a.rows(); row += rows_at_a_time) {
        const Eigen::Index count = std::min(rows_at_a_time, a.rows() - row);
        product.middleRows(row, count).noalias() = a.middleRows(row, count).lazyProduct(x);
    }
    return product;
}

Eigen::MatrixXd narrow_transposed_product(const RowMatrix& a,
                                          const Eigen::Ref<const Eigen::MatrixXd>& y) {
    if (y.cols() > most_columns) {
        return a.transpose() * y;
    }
    Eigen::MatrixXd product = Eigen::MatrixXd::Zero(a.cols(), y.cols());
    for (Eigen::Index row = 0; row < a.rows(); row += rows_at_a_time) {
        const Eigen::Index count = std::min(rows_at_a_time, a.rows() - row);
        product.noalias() +=
            a.middleRows(row, count).transpose().lazyProduct(y.middleRows(row, count));
    }
    return product;
}

}  // namespace keesom

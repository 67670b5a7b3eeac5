// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/narrow_product.hpp>

#include <algorithm>
#include <utility>

namespace keesom {

namespace {

constexpr Eigen::Index most_columns = 32;   // beyond it the general product is faster
constexpr Eigen::Index rows_at_a_time = 8;  // stay in the cache while all columns pass

constexpr int lanes = 8;
using Lanes = Eigen::Array<double, lanes, 1>;

template <int... c>
using Columns = std::integer_sequence<int, c...>;

Eigen::Map<const Lanes> lanes_at(const double& first) {
    return Eigen::Map<const Lanes>(&first);
}

/// Calls visit(first, 0 … count − 1) for blocks of at most four columns: as many as have their sums
/// in registers, so that each number of the large matrix, once loaded, serves all of them. The
/// compiler keeps sums in registers only where their indices are constants, hence packs in place of
/// loops. Of one column the sum is the same in blocks of any size.
template <class Visit>
void for_each_block(Eigen::Index n_columns, const Visit& visit) {
    Eigen::Index first = 0;
    for (; first + 4 <= n_columns; first += 4) {
        visit(first, Columns<0, 1, 2, 3>());
    }
    switch (n_columns - first) {
        case 3:
            visit(first, Columns<0, 1, 2>());
            break;
        case 2:
            visit(first, Columns<0, 1>());
            break;
        case 1:
            visit(first, Columns<0>());
            break;
        default:
            break;
    }
}

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
    const Eigen::Index whole = a.cols() / lanes * lanes;
    Eigen::MatrixXd product = Eigen::MatrixXd::Zero(a.cols(), y.cols());
    for (Eigen::Index row = 0; row < a.rows(); row += rows_at_a_time) {
        const Eigen::Index end = std::min(row + rows_at_a_time, a.rows());
        for_each_block(
            y.cols(), [&]<int... c>(Eigen::Index first, Columns<c...>) {
                for (Eigen::Index k = 0; k < whole; k += lanes) {
                    Lanes sums[] = {lanes_at(product(k, first + c))...};
                    for (Eigen::Index r = row; r < end; ++r) {
                        const Lanes values = lanes_at(a.coeffRef(r, k));
                        ((sums[c] += values * y(r, first + c)), ...);
                    }
                    ((product.col(first + c).segment<lanes>(k) = sums[c]), ...);
                }
            });
    }
    for (Eigen::Index c = 0; c < y.cols(); ++c) {
        for (Eigen::Index k = whole; k < a.cols(); ++k) {
            product(k, c) = a.col(k).dot(y.col(c));
        }
    }
    return product;
}

}  // namespace keesom

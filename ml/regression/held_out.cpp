// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/regression/held_out.hpp>

#include <cstddef>

namespace keesom {

Eigen::MatrixXd leave_groups_out(const CholeskyFactor& covariance,
                                 const Eigen::MatrixXd& dual,
                                 std::span<const Eigen::Index> group_starts) {
    Eigen::MatrixXd errors(dual.rows(), dual.cols());
    for (std::size_t g = 0; g < group_starts.size(); ++g) {
        const Eigen::Index first = group_starts[g];
        const Eigen::Index last = group_end(group_starts, g, covariance.size());
        if (first < last) {
            const CholeskyFactor block(covariance.inverse_block(first, last - first));
            errors.middleRows(first, last - first) =
                -block.solve(dual.middleRows(first, last - first));
        }
    }
    return errors;
}

}  // namespace keesom

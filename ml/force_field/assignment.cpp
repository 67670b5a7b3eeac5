// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/force_field/assignment.hpp>

#include <cstddef>
#include <limits>

namespace keesom {

std::vector<Eigen::Index> least_cost_assignment(const Eigen::MatrixXd& costs) {
    constexpr Eigen::Index nobody = -1;
    const Eigen::Index n = costs.rows();
    Eigen::VectorXd row_potential = Eigen::VectorXd::Zero(n);
    // One column more than there are: the one from which the search for a new row starts.
    Eigen::VectorXd column_potential = Eigen::VectorXd::Zero(n + 1);
    std::vector<Eigen::Index> row_of(static_cast<std::size_t>(n) + 1, nobody);
    const auto owner = [&](Eigen::Index column) -> Eigen::Index& {
        return row_of[static_cast<std::size_t>(column)];
    };

    for (Eigen::Index row = 0; row < n; ++row) {
        Eigen::VectorXd distance =
            Eigen::VectorXd::Constant(n + 1, std::numeric_limits<double>::infinity());
        std::vector<Eigen::Index> before(static_cast<std::size_t>(n) + 1, nobody);
        std::vector<bool> is_reached(static_cast<std::size_t>(n) + 1, false);
        Eigen::Index here = n;
        owner(here) = row;
        while (owner(here) != nobody) {
            is_reached[static_cast<std::size_t>(here)] = true;
            const Eigen::Index from = owner(here);
            Eigen::Index nearest = nobody;
            double step = std::numeric_limits<double>::infinity();
            for (Eigen::Index column = 0; column < n; ++column) {
                if (is_reached[static_cast<std::size_t>(column)]) {
                    continue;
                }
                const double reduced =
                    costs(from, column) - row_potential[from] - column_potential[column];
                if (reduced < distance[column]) {
                    distance[column] = reduced;
                    before[static_cast<std::size_t>(column)] = here;
                }
                if (distance[column] < step) {
                    step = distance[column];
                    nearest = column;
                }
            }
            for (Eigen::Index column = 0; column <= n; ++column) {
                if (is_reached[static_cast<std::size_t>(column)]) {
                    row_potential[owner(column)] += step;
                    column_potential[column] -= step;
                } else {
                    distance[column] -= step;
                }
            }
            here = nearest;
        }
        // Every row on the path moves one column on.
        while (here != n) {
            const Eigen::Index previous = before[static_cast<std::size_t>(here)];
            owner(here) = owner(previous);
            here = previous;
        }
    }

    std::vector<Eigen::Index> column_of(static_cast<std::size_t>(n));
    for (Eigen::Index column = 0; column < n; ++column) {
        column_of[static_cast<std::size_t>(owner(column))] = column;
    }
    return column_of;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/farthest_point.hpp>

namespace keesom {

std::vector<Eigen::Index> select_farthest(const Eigen::MatrixXd& points,
                                          Eigen::Index count,
                                          double smallest_distance) {
    std::vector<Eigen::Index> chosen;
    if (points.cols() == 0 || count <= 0) {
        return chosen;
    }
    const auto squared_distances = [&](const Eigen::VectorXd& from) {
        return Eigen::VectorXd((points.colwise() - from).colwise().squaredNorm().transpose());
    };
    Eigen::Index next = 0;
    squared_distances(points.rowwise().mean()).maxCoeff(&next);
    Eigen::VectorXd nearest = squared_distances(points.col(next));
    chosen.push_back(next);
    while (static_cast<Eigen::Index>(chosen.size()) < count) {
        if (nearest.maxCoeff(&next) < smallest_distance * smallest_distance) {
            break;
        }
        chosen.push_back(next);
        nearest = nearest.cwiseMin(squared_distances(points.col(next)));
    }
    return chosen;
}

}  // namespace keesom

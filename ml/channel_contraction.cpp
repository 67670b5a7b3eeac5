// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/channel_contraction.hpp>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace keesom {

namespace {

int max_angular_of(const Eigen::MatrixXd& coefficients) {
    return static_cast<int>(std::lround(std::sqrt(static_cast<double>(coefficients.cols())))) - 1;
}

}  // namespace

ChannelContraction::ChannelContraction(std::vector<Eigen::MatrixXd> matrices)
    : matrices_(std::move(matrices)) {}

Eigen::MatrixXd ChannelContraction::apply(const Eigen::MatrixXd& coefficients) const {
    if (matrices_.empty()) {
        return coefficients;
    }
    Eigen::MatrixXd contracted(matrices_.front().rows(), coefficients.cols());
    for (std::size_t l = 0; l < matrices_.size(); ++l) {
        const auto first = static_cast<Eigen::Index>(l * l);
        const auto count = static_cast<Eigen::Index>(2 * l + 1);
        contracted.middleCols(first, count).noalias() =
            matrices_[l] * coefficients.middleCols(first, count);
    }
    return contracted;
}

ChannelContraction principal_channels(std::span<const Eigen::MatrixXd> expansions,
                                      std::span<const int> centers,
                                      Eigen::Index channels_kept) {
    if (expansions.empty() || channels_kept == 0 || channels_kept >= expansions.front().rows()) {
        return {};
    }
    std::map<int, double> count;
    for (const int element : centers) {
        count[element] += 1.0;
    }
    std::vector<Eigen::MatrixXd> matrices;
    for (int l = 0; l <= max_angular_of(expansions.front()); ++l) {
        const Eigen::Index channels = expansions.front().rows();
        Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(channels, channels);
        for (std::size_t i = 0; i < expansions.size(); ++i) {
            const auto part = expansions[i].middleCols(static_cast<Eigen::Index>(l) * l, 2 * l + 1);
            const double weight = 1.0 / (count[centers[i]] * expansions[i].squaredNorm());
            covariance.noalias() += weight * part * part.transpose();
        }
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
        Eigen::MatrixXd leading = solver.eigenvectors().rightCols(channels_kept).transpose();
        // An eigenvector's sign is arbitrary; fix it so that retraining gives the same files.
        for (Eigen::Index row = 0; row < leading.rows(); ++row) {
            Eigen::Index largest = 0;
            leading.row(row).cwiseAbs().maxCoeff(&largest);
            if (leading(row, largest) < 0.0) {
                leading.row(row) *= -1.0;
            }
        }
        matrices.push_back(std::move(leading));
    }
    return ChannelContraction(std::move(matrices));
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/streamed_qr.hpp>

#include <Eigen/QR>
#include <fmt/format.h>

#include <algorithm>

namespace keesom {

namespace {

// A reduction costs 2 (unknowns + rows) unknowns²; with blocks of twice the unknowns one third of
// the work is spent on what is already triangular.
constexpr Eigen::Index block_ratio = 2;
constexpr Eigen::Index smallest_block = 256;

}  // namespace

StreamedQr::StreamedQr(Eigen::Index unknowns, Eigen::Index right_hand_sides)
    : unknowns_(unknowns),
      work_(unknowns + std::max(smallest_block, block_ratio * unknowns),
            unknowns + right_hand_sides) {}

void StreamedQr::add(const Eigen::Ref<const Eigen::MatrixXd>& a,
                     const Eigen::Ref<const Eigen::MatrixXd>& b) {
    Eigen::Index taken = 0;
    while (taken < a.rows()) {
        if (filled_ == work_.rows()) {
            reduce();
        }
        const Eigen::Index count = std::min(a.rows() - taken, work_.rows() - filled_);
        work_.block(filled_, 0, count, unknowns_) = a.middleRows(taken, count);
        work_.block(filled_, unknowns_, count, b.cols()) = b.middleRows(taken, count);
        filled_ += count;
        taken += count;
    }
}

void StreamedQr::reduce() {
    if (filled_ == triangular_) {
        return;
    }
    // Rows beyond the unknowns hold only residuals of b and are dropped.
    Eigen::Ref<Eigen::MatrixXd> rows = work_.topRows(filled_);
    const Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(rows);
    filled_ = std::min(filled_, unknowns_);
    triangular_ = filled_;
    for (Eigen::Index column = 0; column < filled_; ++column) {
        work_.col(column).segment(column + 1, filled_ - column - 1).setZero();
    }
}

Eigen::MatrixXd StreamedQr::factor() {
    reduce();
    Eigen::MatrixXd triangle = Eigen::MatrixXd::Zero(unknowns_, unknowns_);
    triangle.topRows(filled_) = work_.topLeftCorner(filled_, unknowns_);
    return triangle;
}

Eigen::MatrixXd StreamedQr::solve() {
    const Eigen::MatrixXd triangle = factor();
    if (!(triangle.diagonal().cwiseAbs().minCoeff() > 0.0)) {
        throw NumericalError(
            fmt::format("least-squares problem of {} unknowns is singular", unknowns_));
    }
    return triangle.triangularView<Eigen::Upper>().solve(
        work_.block(0, unknowns_, unknowns_, work_.cols() - unknowns_));
}

}  // namespace keesom

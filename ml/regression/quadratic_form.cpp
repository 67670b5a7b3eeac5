// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/regression/environment_kernel.hpp>
#include <keesom/ml/regression/quadratic_form.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <cmath>

namespace keesom {

Eigen::VectorXd QuadraticForm::evaluate(const Eigen::Ref<const Eigen::MatrixXd>& x) const {
    const Eigen::MatrixXd squares = narrow_product(directions, x).cwiseAbs2();
    return (squares.topRows(positive).colwise().sum() -
            squares.bottomRows(directions.rows() - positive).colwise().sum())
        .transpose();
}

void QuadraticForm::add_pullback(const Eigen::Ref<const Eigen::MatrixXd>& x,
                                 const Eigen::VectorXd& seeds,
                                 Eigen::MatrixXd& x_gradient) const {
    Eigen::MatrixXd projections = narrow_product(directions, x) * (2.0 * seeds).asDiagonal();
    projections.bottomRows(directions.rows() - positive) *= -1.0;
    x_gradient += narrow_transposed_product(directions, projections);
}

void QuadraticForm::validate(Eigen::Index features) const {
    if (directions.cols() != features || positive < 0 || positive > directions.rows()) {
        throw ModelError(
            fmt::format("quadratic form of {} x {} directions, {} of them positive, "
                        "for {} features",
                        directions.rows(),
                        directions.cols(),
                        positive,
                        features));
    }
    if (!directions.allFinite()) {
        throw ModelError("quadratic form is not finite");
    }
}

QuadraticForm quadratic_form(const Eigen::MatrixXd& weights,
                             const Eigen::VectorXd& scales,
                             double tolerance) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
        Eigen::MatrixXd(scales.asDiagonal() * weights * scales.asDiagonal()));
    const Eigen::VectorXd& eigenvalues = solver.eigenvalues();  // ascending
    const Eigen::Index n = eigenvalues.size();
    Eigen::Index negative = 0;
    while (negative < n && eigenvalues[negative] < -tolerance) {
        ++negative;
    }
    Eigen::Index positive = 0;
    while (positive < n && eigenvalues[n - 1 - positive] > tolerance) {
        ++positive;
    }
    QuadraticForm form{RowMatrix(positive + negative, n), positive};
    for (Eigen::Index r = 0; r < positive + negative; ++r) {
        const Eigen::Index k = r < positive ? n - 1 - r : r - positive;
        form.directions.row(r) = std::sqrt(std::abs(eigenvalues[k])) *
                                 solver.eigenvectors().col(k).cwiseQuotient(scales).transpose();
    }
    return form;
}

Eigen::VectorXd ChargedQuadraticForm::evaluate(const Eigen::Ref<const Eigen::MatrixXd>& x,
                                               double charge) const {
    Eigen::VectorXd values = form.evaluate(x).array() + constant;
    if (charge != 0.0) {
        values.array() += charge * (charge_form.evaluate(x).array() + charge_constant);
    }
    return values;
}

void ChargedQuadraticForm::add_pullback(const Eigen::Ref<const Eigen::MatrixXd>& x,
                                        double charge,
                                        const Eigen::VectorXd& seeds,
                                        Eigen::MatrixXd& x_gradient) const {
    form.add_pullback(x, seeds, x_gradient);
    if (charge != 0.0) {
        charge_form.add_pullback(x, charge * seeds, x_gradient);
    }
}

ChargedQuadraticForm charged_quadratic_form(const Eigen::MatrixXd& x,
                                            const Eigen::VectorXd& charges,
                                            const Eigen::VectorXd& dual,
                                            const Eigen::VectorXd& scales,
                                            double tolerance) {
    const Eigen::VectorXd charged = charges.cwiseProduct(dual);
    return {kernel_constant * dual.sum(),
            kernel_constant * charged.sum(),
            quadratic_form(x * dual.asDiagonal() * x.transpose(), scales, tolerance),
            quadratic_form(x * charged.asDiagonal() * x.transpose(), scales, tolerance)};
}

}  // namespace keesom

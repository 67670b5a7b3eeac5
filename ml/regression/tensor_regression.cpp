// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/held_out.hpp>
#include <keesom/ml/regression/tensor_regression.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace keesom {

namespace {

// Atoms whose products are held at a time.
constexpr Eigen::Index rows_at_once = 128;

struct NormalEquations {
    Eigen::MatrixXd matrix;  // lower triangle
    Eigen::VectorXd right_side;
};

/// The products x_k τ_qm of some atoms; (K T, (2λ+1) count), k fastest.
Eigen::MatrixXd products(const TensorData& data, Eigen::Index first, Eigen::Index count) {
    const Eigen::Index components = data.targets.rows();
    const Eigen::Index k = data.invariants.rows();
    const Eigen::Index t = data.tensors.rows();
    Eigen::MatrixXd result(k * t, components * count);
    for (Eigen::Index column = 0; column < result.cols(); ++column) {
        const auto x = data.invariants.col(first + column / components);
        const auto tensor = data.tensors.col(components * first + column);
        for (Eigen::Index q = 0; q < t; ++q) {
            result.col(column).segment(q * k, k) = tensor[q] * x;
        }
    }
    return result;
}

NormalEquations normal_equations(const TensorData& data, Eigen::Index first, Eigen::Index last) {
    const Eigen::Index components = data.targets.rows();
    const Eigen::Index unknowns = data.invariants.rows() * data.tensors.rows();
    NormalEquations equations{Eigen::MatrixXd::Zero(unknowns, unknowns),
                              Eigen::VectorXd::Zero(unknowns)};
    for (; first < last; first += rows_at_once) {
        const Eigen::Index count = std::min(rows_at_once, last - first);
        const Eigen::MatrixXd features = products(data, first, count);
        equations.matrix.selfadjointView<Eigen::Lower>().rankUpdate(features);
        const Eigen::MatrixXd targets = data.targets.middleCols(first, count);
        equations.right_side +=
            features * Eigen::Map<const Eigen::VectorXd>(targets.data(), components * count);
    }
    return equations;
}

/// Weights (K, T) of equations that are used up.
Eigen::MatrixXd solve(NormalEquations equations, double ridge, Eigen::Index invariants) {
    equations.matrix.diagonal().array() += ridge;
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> llt(equations.matrix);
    if (llt.info() != Eigen::Success) {
        throw NumericalError("normal equations of tensors are not positive definite");
    }
    llt.solveInPlace(equations.right_side);
    return equations.right_side.reshaped(invariants, equations.right_side.size() / invariants);
}

/// By the normal equations of the products.
TensorRegression regress_products(const TensorData& data,
                                  double ridge,
                                  std::span<const Eigen::Index> group_starts) {
    const Eigen::Index n = data.targets.cols();
    const Eigen::Index k = data.invariants.rows();
    const std::size_t groups = std::max<std::size_t>(group_starts.size(), 1);
    std::vector<NormalEquations> parts(groups);
    parallel_for(groups, [&](std::size_t g) {
        parts[g] =
            normal_equations(data, g == 0 ? 0 : group_starts[g], group_end(group_starts, g, n));
    });
    NormalEquations all = parts.front();
    for (std::size_t g = 1; g < groups; ++g) {
        all.matrix += parts[g].matrix;
        all.right_side += parts[g].right_side;
    }

    TensorRegression result;
    result.errors = Eigen::MatrixXd::Zero(data.targets.rows(), n);
    parallel_for(group_starts.size(), [&](std::size_t g) {
        const Eigen::Index first = group_starts[g];
        const Eigen::Index count = group_end(group_starts, g, n) - first;
        if (count == 0) {
            return;
        }
        NormalEquations others{all.matrix - parts[g].matrix, all.right_side - parts[g].right_side};
        parts[g] = {};
        const Eigen::MatrixXd weights = solve(std::move(others), ridge, k);
        const Eigen::Index components = data.targets.rows();
        result.errors.middleCols(first, count) =
            evaluate_tensors(weights,
                             data.invariants.middleCols(first, count),
                             data.tensors.middleCols(components * first, components * count)) -
            data.targets.middleCols(first, count);
    });
    result.weights = solve(std::move(all), ridge, k);
    return result;
}

/// By the covariance of all components of all atoms.
TensorRegression regress_process(const TensorData& data,
                                 double ridge,
                                 std::span<const Eigen::Index> group_starts) {
    const Eigen::Index n = data.targets.cols();
    const Eigen::Index components = data.targets.rows();
    Eigen::MatrixXd covariance = data.tensors.transpose() * data.tensors;
    const Eigen::MatrixXd scalar = data.invariants.transpose() * data.invariants;
    for (Eigen::Index j = 0; j < n; ++j) {
        for (Eigen::Index i = 0; i < n; ++i) {
            covariance.block(components * i, components * j, components, components) *=
                scalar(i, j);
        }
    }
    covariance.diagonal().array() += ridge;
    const CholeskyFactor factor(std::move(covariance));
    const Eigen::MatrixXd dual = factor.solve(data.targets.reshaped());

    TensorRegression result;
    result.weights = Eigen::MatrixXd::Zero(data.invariants.rows(), data.tensors.rows());
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::VectorXd combined = data.tensors.middleCols(components * i, components) *
                                         dual.middleRows(components * i, components);
        result.weights += data.invariants.col(i) * combined.transpose();
    }
    std::vector<Eigen::Index> rows;
    for (const Eigen::Index start : group_starts) {
        rows.push_back(components * start);
    }
    result.errors = leave_groups_out(factor, dual, rows).reshaped(components, n);
    return result;
}

}  // namespace

Eigen::MatrixXd evaluate_tensors(const Eigen::MatrixXd& weights,
                                 const Eigen::Ref<const Eigen::MatrixXd>& invariants,
                                 const Eigen::Ref<const Eigen::MatrixXd>& tensors) {
    const Eigen::Index n = invariants.cols();
    const Eigen::Index components = n == 0 ? 0 : tensors.cols() / n;
    const Eigen::MatrixXd combined = weights.transpose() * invariants;  // (T, N)
    Eigen::MatrixXd result(components, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        result.col(i).noalias() =
            tensors.middleCols(components * i, components).transpose() * combined.col(i);
    }
    return result;
}

TensorRegression regress_tensors(const TensorData& data,
                                 double regularization,
                                 std::span<const Eigen::Index> group_starts) {
    const Eigen::Index components = data.targets.rows();
    double squares = 0.0;
    for (Eigen::Index i = 0; i < data.targets.cols(); ++i) {
        squares += data.invariants.col(i).squaredNorm() *
                   data.tensors.middleCols(components * i, components).squaredNorm();
    }
    const double ridge = regularization * squares / static_cast<double>(data.tensors.cols());
    return data.targets.size() < data.invariants.rows() * data.tensors.rows()
               ? regress_process(data, ridge, group_starts)
               : regress_products(data, ridge, group_starts);
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/coulomb_matrix.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace keesom {

namespace {

void require_room(const Molecule& molecule, Eigen::Index largest_size) {
    if (molecule.size() > largest_size) {
        throw InputError(fmt::format("a molecule of {} atoms does not fit a largest_size of {}",
                                     molecule.size(),
                                     largest_size));
    }
}

}  // namespace

Eigen::MatrixXd coulomb_matrix(const Molecule& molecule) {
    const Eigen::Index n = molecule.size();
    Eigen::MatrixXd matrix(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const double charge = molecule.atomic_numbers[static_cast<std::size_t>(i)];
        matrix(i, i) = 0.5 * std::pow(charge, 2.4);
        for (Eigen::Index j = 0; j < i; ++j) {
            const double distance = (molecule.positions.col(i) - molecule.positions.col(j)).norm();
            matrix(i, j) = matrix(j, i) =
                charge * molecule.atomic_numbers[static_cast<std::size_t>(j)] / distance;
        }
    }
    return matrix;
}

Eigen::VectorXd sorted_coulomb_matrix(const Molecule& molecule, Eigen::Index largest_size) {
    require_room(molecule, largest_size);
    const Eigen::MatrixXd matrix = coulomb_matrix(molecule);
    const Eigen::VectorXd norms = matrix.rowwise().norm();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(molecule.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) {
        return norms[i] > norms[j];
    });
    Eigen::VectorXd triangle = Eigen::VectorXd::Zero(largest_size * (largest_size + 1) / 2);
    Eigen::Index next = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            triangle[next++] = matrix(order[i], order[j]);
        }
    }
    return triangle;
}

Eigen::VectorXd coulomb_eigenvalues(const Molecule& molecule, Eigen::Index largest_size) {
    require_room(molecule, largest_size);
    Eigen::VectorXd eigenvalues = Eigen::VectorXd::Zero(largest_size);
    eigenvalues.head(molecule.size()) = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(
                                            coulomb_matrix(molecule), Eigen::EigenvaluesOnly)
                                            .eigenvalues();
    std::sort(eigenvalues.data(), eigenvalues.data() + molecule.size(), [](double a, double b) {
        return std::abs(a) > std::abs(b);
    });
    return eigenvalues;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/force_field/force_field.hpp>
#include <keesom/ml/force_field/gradient_sum.hpp>
#include <keesom/ml/force_field/pair_coordinates.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

void require_fitting(const ForceField::Parameters& parameters) {
    const std::size_t n = parameters.atomic_numbers.size();
    const Eigen::Index pairs = pair_count(static_cast<Eigen::Index>(n));
    if (n < 2) {
        throw ModelError(fmt::format("a force field needs at least 2 atoms, got {}", n));
    }
    if (!(parameters.length_scale > 0.0)) {
        throw ModelError(
            fmt::format("expected a positive length scale, got {}", parameters.length_scale));
    }
    if (parameters.pair_weights.size() != pairs) {
        throw ModelError(
            fmt::format("{} weights do not fit {} pairs", parameters.pair_weights.size(), pairs));
    }
    if (parameters.points.rows() != pairs || parameters.dual.rows() != pairs ||
        parameters.points.cols() != parameters.dual.cols()) {
        throw ModelError(
            fmt::format("points {} x {} and dual coefficients {} x {} do not fit {} pairs",
                        parameters.points.rows(),
                        parameters.points.cols(),
                        parameters.dual.rows(),
                        parameters.dual.cols(),
                        pairs));
    }
    if (!parameters.pair_weights.allFinite() || !parameters.points.allFinite() ||
        !parameters.dual.allFinite() || !std::isfinite(parameters.constant) ||
        !std::isfinite(parameters.length_scale) || !std::isfinite(parameters.minimum) ||
        !std::isfinite(parameters.spacing)) {
        throw ModelError("a force field has numbers that are not finite");
    }
    require_exchanges_of_equal_atoms(parameters.permutations, parameters.atomic_numbers);
}

PairCoordinates coordinates_of(const ForceField::Parameters& parameters,
                               const Eigen::Matrix3Xd& positions) {
    if (positions.cols() != static_cast<Eigen::Index>(parameters.atomic_numbers.size())) {
        throw InputError(fmt::format("{} atoms for a force field of {}",
                                     positions.cols(),
                                     parameters.atomic_numbers.size()));
    }
    return {positions, parameters.pair_weights};
}

}  // namespace

ForceField::ForceField(Parameters parameters) : parameters_(std::move(parameters)) {
    require_fitting(parameters_);
    const std::vector<Permutation>& permutations = parameters_.permutations;
    permuted_points_ = permuted_columns(parameters_.points, permutations, 1.0);
    permuted_dual_ = permuted_columns(
        parameters_.dual, permutations, 1.0 / static_cast<double>(permutations.size()));
}

EnergyAndGradient ForceField::energy_and_gradient(const Eigen::Matrix3Xd& positions) const {
    const PairCoordinates coordinates = coordinates_of(parameters_, positions);
    const ValueAndSlopes sum = gradient_sum(Matern52Kernel{parameters_.length_scale},
                                            coordinates.values,
                                            permuted_points_,
                                            permuted_dual_);
    return {parameters_.constant + sum.value, coordinates.gradient(sum.slopes)};
}

bool ForceField::describes(const Molecule& molecule) const {
    return molecule.atomic_numbers == parameters_.atomic_numbers &&
           molecule.charge == parameters_.charge;
}

EnergyAndGradient ForceField::deformation(const Eigen::Matrix3Xd& positions) const {
    EnergyAndGradient result = energy_and_gradient(positions);
    result.energy -= parameters_.minimum;
    return result;
}

bool ForceField::is_familiar(const Eigen::Matrix3Xd& positions) const {
    const Eigen::VectorXd q = coordinates_of(parameters_, positions).values;
    const double nearest = (permuted_points_.colwise() - q).colwise().squaredNorm().minCoeff();
    return std::sqrt(nearest) <= parameters_.spacing;
}

}  // namespace keesom

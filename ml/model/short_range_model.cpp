// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/atom_properties.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/model/short_range_model.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace keesom {

void ShortRangeElement::validate(Eigen::Index features, Eigen::Index channels) const {
    points.validate();
    if (points.invariants.cols() > features || points.channels(1) > channels ||
        points.channels(2) > channels) {
        throw ModelError(
            fmt::format("short-range points: {} invariants, {} and {} channels, expected up to {} "
                        "and {}",
                        points.invariants.cols(),
                        points.channels(1),
                        points.channels(2),
                        features,
                        channels));
    }
    if (coefficients.size() != short_range_properties().size()) {
        throw ModelError(fmt::format("short-range coefficients: expected {} properties, got {}",
                                     short_range_properties().size(),
                                     coefficients.size()));
    }
    for (std::size_t p = 0; p < coefficients.size(); ++p) {
        const AtomProperty& property = short_range_properties()[p];
        const Eigen::MatrixXd& matrix = coefficients[p];
        const Eigen::Index rows = points.count(property.rank());
        const Eigen::Index columns = points.channels(property.rank());
        if (matrix.rows() != rows || matrix.cols() != columns || !matrix.allFinite()) {
            throw ModelError(
                fmt::format("short-range coefficients: {} has {} x {}, expected {} x {} finite "
                            "numbers",
                            property.name,
                            matrix.rows(),
                            matrix.cols(),
                            rows,
                            columns));
        }
    }
}

std::vector<Eigen::MatrixXd> ShortRangeElement::evaluate(
    const NormalizedExpansions& expansions) const {
    const Eigen::MatrixXd similarities = points.products(expansions.invariants);
    std::vector<Eigen::MatrixXd> values;
    for (std::size_t p = 0; p < coefficients.size(); ++p) {
        const int rank = short_range_properties()[p].rank();
        Eigen::MatrixXd combined =
            coefficients[p].transpose() * similarities.topRows(points.count(rank));
        if (rank > 0) {
            Eigen::MatrixXd tensors(2 * rank + 1, combined.cols());
            for (Eigen::Index i = 0; i < combined.cols(); ++i) {
                tensors.col(i).noalias() =
                    points.tensors_of(rank, expansions.coefficients[static_cast<std::size_t>(i)])
                        .transpose() *
                    combined.col(i);
            }
            combined = std::move(tensors);
        }
        values.push_back(std::move(combined));
    }
    return values;
}

void ShortRangeElement::add_pullback(const NormalizedExpansions& expansions,
                                     std::span<const Eigen::MatrixXd> seeds,
                                     Eigen::MatrixXd& x_gradient,
                                     std::vector<Eigen::MatrixXd>& coefficient_gradients) const {
    const Eigen::MatrixXd similarities = points.products(expansions.invariants);
    Eigen::MatrixXd similarity_gradient =
        Eigen::MatrixXd::Zero(similarities.rows(), similarities.cols());
    for (std::size_t p = 0; p < coefficients.size(); ++p) {
        const int rank = short_range_properties()[p].rank();
        const Eigen::Index count = points.count(rank);
        // Derivatives by what the coefficients add up to, f or ω.
        Eigen::MatrixXd combined_gradient = seeds[p];
        if (rank > 0) {
            const Eigen::MatrixXd combined =
                coefficients[p].transpose() * similarities.topRows(count);
            combined_gradient.resize(combined.rows(), combined.cols());
            for (Eigen::Index i = 0; i < combined.cols(); ++i) {
                const auto atom = static_cast<std::size_t>(i);
                combined_gradient.col(i).noalias() =
                    points.tensors_of(rank, expansions.coefficients[atom]) * seeds[p].col(i);
                coefficient_gradients[atom]
                    .block(0, harmonics_index(rank, -rank), combined.rows(), 2 * rank + 1)
                    .noalias() += combined.col(i) * seeds[p].col(i).transpose();
            }
        }
        similarity_gradient.topRows(count).noalias() += coefficients[p] * combined_gradient;
    }
    x_gradient.topRows(points.invariants.cols()) +=
        narrow_transposed_product(points.invariants, similarity_gradient);
}

ShortRangeElement short_range_element(const ShortRangeBasis& basis,
                                      std::span<const Eigen::VectorXd> weights) {
    ShortRangeElement element;
    element.points = basis.points();
    for (std::size_t p = 0; p < weights.size(); ++p) {
        const int rank = short_range_properties()[p].rank();
        element.coefficients.emplace_back(short_range_deviations[p] *
                                          basis.collapsed(rank, weights[p]));
    }
    return element;
}

}  // namespace keesom

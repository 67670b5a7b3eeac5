// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/descriptors/environment_features.hpp>
#include <keesom/ml/descriptors/principal_directions.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace keesom {

namespace {

// Environments whose full features are held at a time.
constexpr std::size_t environments_at_once = 512;

constexpr Eigen::Index components(std::size_t rank) {
    return static_cast<Eigen::Index>(2 * rank + 1);
}

void require_fit(const DescriptorOptions& options,
                 Eigen::Index channels,
                 const ChannelContraction& contraction) {
    const std::vector<Eigen::MatrixXd>& matrices = contraction.matrices();
    if (!matrices.empty() && matrices.size() != static_cast<std::size_t>(options.max_angular + 1)) {
        throw InputError(fmt::format("channel contraction has {} matrices for max_angular {}",
                                     matrices.size(),
                                     options.max_angular));
    }
    for (const Eigen::MatrixXd& matrix : matrices) {
        if (matrix.cols() != channels || matrix.rows() != matrices.front().rows()) {
            throw InputError(fmt::format("channel contraction is {} x {} for {} channels",
                                         matrix.rows(),
                                         matrix.cols(),
                                         channels));
        }
    }
}

}  // namespace

FeatureCalculator::FeatureCalculator(const DescriptorOptions& options, FeatureReduction reduction)
    : expansion_(options), reduction_(std::move(reduction)) {
    require_fit(options, expansion_.channels(), reduction_.channels);
    const auto tensor_channels = std::min<Eigen::Index>(channels(), options.tensor_channels);
    for (std::size_t rank = 0; rank < rank_count; ++rank) {
        spectra_.emplace_back(
            static_cast<int>(rank), rank == 0 ? channels() : tensor_channels, options.max_angular);
        const RowMatrix& directions = reduction_.directions[rank];
        if (directions.size() > 0 && directions.cols() != spectra_.back().size()) {
            throw InputError(
                fmt::format("principal directions of rank {} are {} x {} for {} "
                            "features",
                            rank,
                            directions.rows(),
                            directions.cols(),
                            spectra_.back().size()));
        }
    }
}

Eigen::Index FeatureCalculator::size(std::size_t rank) const {
    const RowMatrix& directions = reduction_.directions[rank];
    return directions.size() > 0 ? directions.rows() : spectra_[rank].size();
}

Eigen::Index FeatureCalculator::channels() const {
    const std::vector<Eigen::MatrixXd>& matrices = reduction_.channels.matrices();
    return matrices.empty() ? expansion_.channels() : matrices.front().rows();
}

NormalizedExpansions FeatureCalculator::normalized_expansions(
    std::span<const AtomicEnvironment> environments) const {
    const auto n = static_cast<Eigen::Index>(environments.size());
    NormalizedExpansions result;
    result.invariants.resize(spectra_[0].size(), n);
    result.norms.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        Eigen::MatrixXd coefficients =
            reduction_.channels.apply(expansion_.expand(environments[static_cast<std::size_t>(i)]));
        spectra_[0].evaluate(coefficients, result.invariants.col(i));
        const double norm = result.invariants.col(i).norm();
        result.invariants.col(i) /= norm;
        coefficients /= std::sqrt(norm);
        result.coefficients.push_back(std::move(coefficients));
        result.norms[i] = norm;
    }
    if (reduction_.directions[0].size() > 0) {
        result.invariants = narrow_product(reduction_.directions[0], result.invariants);
    }
    return result;
}

std::vector<Eigen::Matrix3Xd> FeatureCalculator::pullback(
    std::span<const AtomicEnvironment> environments,
    const NormalizedExpansions& expansions,
    const Eigen::MatrixXd& invariant_gradient,
    std::span<const Eigen::MatrixXd> coefficient_gradients) const {
    const RowMatrix& directions = reduction_.directions[0];
    Eigen::MatrixXd seeds = directions.size() > 0
                                ? narrow_transposed_product(directions, invariant_gradient)
                                : invariant_gradient;
    Eigen::VectorXd spectrum(spectra_[0].size());
    std::vector<Eigen::Matrix3Xd> gradients;
    for (std::size_t i = 0; i < environments.size(); ++i) {
        const auto column = static_cast<Eigen::Index>(i);
        const Eigen::MatrixXd& coefficients = expansions.coefficients[i];
        spectra_[0].evaluate(coefficients, spectrum);
        seeds.col(column) -= (spectrum.dot(seeds.col(column)) +
                              0.5 * coefficients.cwiseProduct(coefficient_gradients[i]).sum()) *
                             spectrum;
        Eigen::MatrixXd gradient = coefficient_gradients[i];
        spectra_[0].add_pullback(coefficients, seeds.col(column), gradient);
        gradient /= std::sqrt(expansions.norms[column]);
        gradients.push_back(
            expansion_.pullback(environments[i], reduction_.channels.apply_transposed(gradient)));
    }
    return gradients;
}

EnvironmentFeatures FeatureCalculator::features(
    std::span<const AtomicEnvironment> environments) const {
    NormalizedExpansions expansions = normalized_expansions(environments);
    EnvironmentFeatures result;
    result.ranks[0] = std::move(expansions.invariants);
    for (std::size_t rank = 1; rank < rank_count; ++rank) {
        const Eigen::Index d = components(rank);
        Eigen::MatrixXd& features = result.ranks[rank];
        features.resize(spectra_[rank].size(), d * result.size());
        for (Eigen::Index i = 0; i < result.size(); ++i) {
            spectra_[rank].evaluate(expansions.coefficients[static_cast<std::size_t>(i)],
                                    features.middleCols(d * i, d));
        }
        if (reduction_.directions[rank].size() > 0) {
            features = narrow_product(reduction_.directions[rank], features);
        }
    }
    return result;
}

PrincipalReduction principal_reduction(const DescriptorOptions& options,
                                       std::span<const AtomicEnvironment> environments) {
    if (environments.empty()) {
        throw InputError("cannot find the principal features of 0 environments");
    }
    const DensityExpansion expansion(options);
    std::vector<Eigen::MatrixXd> expansions(environments.size());
    parallel_for(environments.size(),
                 [&](std::size_t i) { expansions[i] = expansion.expand(environments[i]); });
    PrincipalReduction result;
    FeatureReduction& reduction = result.reduction;
    reduction.channels = principal_channels(expansions, options.max_channels);
    expansions.clear();

    const FeatureCalculator calculator(options, reduction);
    const auto n = static_cast<Eigen::Index>(environments.size());
    const auto are_few = [&](std::size_t rank) {
        return components(rank) * n < calculator.size(rank);
    };
    // All features of a few environments, or the second moments of many.
    std::array<Eigen::MatrixXd, rank_count> data;
    for (std::size_t rank = 0; rank < rank_count; ++rank) {
        const Eigen::Index size = calculator.size(rank);
        data[rank] = Eigen::MatrixXd::Zero(size, are_few(rank) ? components(rank) * n : size);
    }
    for (std::size_t first = 0; first < environments.size(); first += environments_at_once) {
        const EnvironmentFeatures features = calculator.features(environments.subspan(
            first, std::min(environments_at_once, environments.size() - first)));
        parallel_for(rank_count, [&](std::size_t rank) {
            const Eigen::MatrixXd& block = features.ranks[rank];
            if (are_few(rank)) {
                data[rank].middleCols(components(rank) * static_cast<Eigen::Index>(first),
                                      block.cols()) = block;
            } else {
                data[rank].selfadjointView<Eigen::Lower>().rankUpdate(block);
            }
        });
    }
    parallel_for(rank_count, [&](std::size_t rank) {
        // So many environments span no more than this.
        const Eigen::Index size = std::min(calculator.size(rank), components(rank) * n);
        const Eigen::Index limit = rank == 0 ? options.max_features : options.max_tensor_features;
        const Eigen::Index kept = limit == 0 ? size : std::min(limit, size);
        reduction.directions[rank] = are_few(rank) ? principal_directions_of_data(data[rank], kept)
                                                   : principal_directions(data[rank], kept);
    });
    const RowMatrix& directions = reduction.directions[0];
    if (are_few(0)) {
        result.variances = (directions * data[0]).rowwise().squaredNorm();
    } else {
        result.variances =
            (directions * data[0].selfadjointView<Eigen::Lower>() * directions.transpose())
                .diagonal();
    }
    result.variances /= static_cast<double>(n);
    return result;
}

}  // namespace keesom

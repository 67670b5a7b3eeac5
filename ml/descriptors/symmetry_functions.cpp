// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/symmetry_functions.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace keesom {

void SymmetryFunctionOptions::validate() const {
    if (elements.empty()) {
        throw InputError("symmetry functions of no elements");
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (elements[i] < 1 || (i > 0 && elements[i] <= elements[i - 1])) {
            throw InputError(fmt::format("expected ascending atomic numbers, got {}", elements[i]));
        }
    }
    if (!(cutoff_radius > 0.0) || !std::isfinite(cutoff_radius)) {
        throw InputError(fmt::format("expected a positive cutoff_radius, got {}", cutoff_radius));
    }
    for (const RadialSymmetryFunction& function : radial) {
        if (!(function.eta >= 0.0) || !std::isfinite(function.shift)) {
            throw InputError(
                fmt::format("expected a radial function with eta of at least 0 and a finite "
                            "shift, got {} and {}",
                            function.eta,
                            function.shift));
        }
    }
    for (const AngularSymmetryFunction& function : angular) {
        if (!(function.eta >= 0.0) || !(function.zeta > 0.0)) {
            throw InputError(
                fmt::format("expected an angular function with eta of at least 0 and positive "
                            "zeta, got {} and {}",
                            function.eta,
                            function.zeta));
        }
        if (function.sign != 1 && function.sign != -1) {
            throw InputError(fmt::format("expected a sign of 1 or -1, got {}", function.sign));
        }
    }
}

double cosine_cutoff(double distance, double cutoff_radius) {
    return distance < cutoff_radius
               ? 0.5 * (std::cos(std::numbers::pi * distance / cutoff_radius) + 1.0)
               : 0.0;
}

SymmetryFunctions::SymmetryFunctions(const SymmetryFunctionOptions& options) : options_(options) {
    options_.validate();
}

Eigen::Index SymmetryFunctions::size() const {
    const std::size_t elements = options_.elements.size();
    return static_cast<Eigen::Index>(elements * options_.radial.size() +
                                     elements * (elements + 1) / 2 * options_.angular.size());
}

Eigen::Index SymmetryFunctions::element_index(int element) const {
    const auto place =
        std::lower_bound(options_.elements.begin(), options_.elements.end(), element);
    if (place == options_.elements.end() || *place != element) {
        throw ModelError(fmt::format("no symmetry functions for neighbors of element {}", element));
    }
    return place - options_.elements.begin();
}

Eigen::VectorXd SymmetryFunctions::evaluate(const AtomicEnvironment& environment) const {
    // Neighbors that count, as (element, R, f_c, direction times R).
    struct Neighbor {
        Eigen::Index element;
        double distance;
        double cutoff;
        Eigen::Vector3d displacement;
    };

    std::vector<Neighbor> neighbors;
    for (Eigen::Index j = 0; j < environment.displacements.cols(); ++j) {
        const Eigen::Vector3d displacement = environment.displacements.col(j);
        const double distance = displacement.norm();
        const Eigen::Index element =
            element_index(environment.neighbor_elements[static_cast<std::size_t>(j)]);
        if (distance < options_.cutoff_radius) {
            neighbors.push_back(
                {element, distance, cosine_cutoff(distance, options_.cutoff_radius), displacement});
        }
    }

    Eigen::VectorXd values = Eigen::VectorXd::Zero(size());
    const auto radial_count = static_cast<Eigen::Index>(options_.radial.size());
    const auto angular_count = static_cast<Eigen::Index>(options_.angular.size());
    const Eigen::Index first_angular =
        radial_count * static_cast<Eigen::Index>(options_.elements.size());
    for (std::size_t j = 0; j < neighbors.size(); ++j) {
        const Neighbor& a = neighbors[j];
        for (Eigen::Index p = 0; p < radial_count; ++p) {
            const RadialSymmetryFunction& f = options_.radial[static_cast<std::size_t>(p)];
            const double beyond = a.distance - f.shift;
            values[a.element * radial_count + p] += std::exp(-f.eta * beyond * beyond) * a.cutoff;
        }
        for (std::size_t k = 0; k < j; ++k) {
            const Neighbor& b = neighbors[k];
            const double squared_side = (a.displacement - b.displacement).squaredNorm();
            const double cutoff = a.cutoff * b.cutoff *
                                  cosine_cutoff(std::sqrt(squared_side), options_.cutoff_radius);
            if (cutoff == 0.0) {
                continue;
            }
            const double cosine = std::clamp(
                a.displacement.dot(b.displacement) / (a.distance * b.distance), -1.0, 1.0);
            const double squares = a.distance * a.distance + b.distance * b.distance + squared_side;
            const auto [low, high] = std::minmax(a.element, b.element);
            const Eigen::Index first =
                first_angular + (high * (high + 1) / 2 + low) * angular_count;
            for (Eigen::Index p = 0; p < angular_count; ++p) {
                const AngularSymmetryFunction& f = options_.angular[static_cast<std::size_t>(p)];
                // 2^{1−ζ} (1 + λ cos θ)^ζ, the factor inside the power
                values[first + p] += 2.0 * std::pow(0.5 * (1.0 + f.sign * cosine), f.zeta) *
                                     std::exp(-f.eta * squares) * cutoff;
            }
        }
    }
    return values;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

constexpr int helium = 2;

/// The symmetric square root of the likeness of elements.
Eigen::MatrixXd coupling_of(const DescriptorOptions& options) {
    const auto n = static_cast<Eigen::Index>(options.elements.size());
    Eigen::MatrixXd likeness = Eigen::MatrixXd::Identity(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
            if (i != j && options.elements[static_cast<std::size_t>(i)] > helium &&
                options.elements[static_cast<std::size_t>(j)] > helium) {
                likeness(i, j) = options.element_coupling;
            }
        }
    }
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(likeness).operatorSqrt();
}

}  // namespace

void DescriptorOptions::validate() const {
    if (elements.empty()) {
        throw InputError("expected at least one element, got none");
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (elements[i] < 1 || elements[i] > 118 || (i > 0 && elements[i] <= elements[i - 1])) {
            throw InputError(fmt::format("expected ascending atomic numbers, got {}", elements[i]));
        }
    }
    radial.validate();
    if (max_angular < 2 || max_angular > 12) {
        throw InputError(fmt::format("expected max_angular between 2 and 12, got {}", max_angular));
    }
    if (!(central_weight > 0.0)) {
        throw InputError(fmt::format("expected a positive central_weight, got {}", central_weight));
    }
    if (!(element_coupling >= 0.0 && element_coupling < 1.0)) {
        throw InputError(
            fmt::format("expected element_coupling from 0 to below 1, got {}", element_coupling));
    }
    const std::pair<const char*, int> counts[] = {{"max_channels", max_channels},
                                                  {"max_features", max_features},
                                                  {"max_tensor_features", max_tensor_features}};
    for (const auto& [name, count] : counts) {
        if (count < 0) {
            throw InputError(fmt::format("expected a non-negative {}, got {}", name, count));
        }
    }
    if (tensor_channels < 1) {
        throw InputError(
            fmt::format("expected a positive tensor_channels, got {}", tensor_channels));
    }
}

DensityExpansion::DensityExpansion(const DescriptorOptions& options)
    : elements_((options.validate(), options.elements)),
      coupling_(coupling_of(options)),
      central_weight_(options.central_weight),
      radial_(options.radial),
      harmonics_(options.max_angular) {}

Eigen::Index DensityExpansion::channels() const {
    return static_cast<Eigen::Index>(elements_.size()) * radial_.size();
}

Eigen::Index DensityExpansion::element_index(int element) const {
    const auto found = std::lower_bound(elements_.begin(), elements_.end(), element);
    if (found == elements_.end() || *found != element) {
        throw ModelError(fmt::format("property model has no element {}", element_symbol(element)));
    }
    return static_cast<Eigen::Index>(found - elements_.begin());
}

Eigen::MatrixXd DensityExpansion::expand(const AtomicEnvironment& environment) const {
    const Eigen::Index n_radial = radial_.size();
    const auto n_elements = static_cast<Eigen::Index>(elements_.size());
    Eigen::MatrixXd separate = Eigen::MatrixXd::Zero(channels(), harmonics_count(max_angular()));
    std::vector<bool> present(elements_.size(), false);
    Eigen::VectorXd angular(harmonics_count(max_angular()));
    harmonics_.evaluate(0.0, 0.0, 1.0, angular.data());
    const Eigen::Index own = element_index(environment.element);
    present[static_cast<std::size_t>(own)] = true;
    separate.col(0).segment(own * n_radial, n_radial) =
        (central_weight_ * angular[0]) * radial_.evaluate(0.0);

    for (Eigen::Index j = 0; j < environment.displacements.cols(); ++j) {
        const double distance = environment.displacements.col(j).norm();
        const Eigen::Vector3d direction = environment.displacements.col(j) / distance;
        harmonics_.evaluate(direction.x(), direction.y(), direction.z(), angular.data());
        const Eigen::Index element =
            element_index(environment.neighbor_elements[static_cast<std::size_t>(j)]);
        present[static_cast<std::size_t>(element)] = true;
        separate.middleRows(element * n_radial, n_radial).noalias() +=
            radial_.evaluate(distance) * angular.transpose();
    }

    Eigen::MatrixXd coefficients = Eigen::MatrixXd::Zero(separate.rows(), separate.cols());
    for (Eigen::Index from = 0; from < n_elements; ++from) {
        if (!present[static_cast<std::size_t>(from)]) {
            continue;
        }
        for (Eigen::Index to = 0; to < n_elements; ++to) {
            coefficients.middleRows(to * n_radial, n_radial) +=
                coupling_(to, from) * separate.middleRows(from * n_radial, n_radial);
        }
    }
    return coefficients;
}

Eigen::Matrix3Xd DensityExpansion::pullback(const AtomicEnvironment& environment,
                                            const Eigen::MatrixXd& coefficient_gradient) const {
    const Eigen::Index n_radial = radial_.size();
    const auto n_elements = static_cast<Eigen::Index>(elements_.size());
    std::vector<Eigen::MatrixXd> of_elements(elements_.size());  // B, for elements that occur
    Eigen::VectorXd angular(harmonics_count(max_angular()));
    Eigen::VectorXd angular_weights(angular.size());
    Eigen::Matrix3Xd gradient(3, environment.displacements.cols());
    for (Eigen::Index j = 0; j < gradient.cols(); ++j) {
        const Eigen::Index element =
            element_index(environment.neighbor_elements[static_cast<std::size_t>(j)]);
        Eigen::MatrixXd& of_element = of_elements[static_cast<std::size_t>(element)];
        if (of_element.size() == 0) {
            of_element = Eigen::MatrixXd::Zero(n_radial, angular.size());
            for (Eigen::Index z = 0; z < n_elements; ++z) {
                of_element +=
                    coupling_(z, element) * coefficient_gradient.middleRows(z * n_radial, n_radial);
            }
        }
        const double distance = environment.displacements.col(j).norm();
        const Eigen::Vector3d direction = environment.displacements.col(j) / distance;
        harmonics_.evaluate(direction.x(), direction.y(), direction.z(), angular.data());
        angular_weights.noalias() = of_element.transpose() * radial_.evaluate(distance);
        const Eigen::Vector3d turning = harmonics_.gradient(direction, angular_weights.data());
        const double along = radial_.slopes(distance).dot(of_element * angular);
        gradient.col(j) =
            along * direction + (turning - turning.dot(direction) * direction) / distance;
    }
    return gradient;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/kernels.hpp>
#include <keesom/ml/property_model.hpp>
#include <keesom/ml/sparse_regression.hpp>
#include <keesom/ml/spherical_tensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace keesom {

namespace {

constexpr double positivity_margin = 0.5;  // of the smallest training value

void require_shape(const Eigen::Ref<const Eigen::MatrixXd>& array,
                   Eigen::Index rows,
                   Eigen::Index columns,
                   int element,
                   std::string_view name) {
    if (array.rows() != rows || array.cols() != columns) {
        throw ModelError(fmt::format("{} of element {} are {} x {}, expected {} x {}",
                                     name,
                                     element_symbol(element),
                                     array.rows(),
                                     array.cols(),
                                     rows,
                                     columns));
    }
    if (!array.allFinite()) {
        throw ModelError(
            fmt::format("{} of element {} are not finite", name, element_symbol(element)));
    }
}

void require_consistent(const KernelModelData& data) {
    if (data.zeta < 1) {
        throw ModelError(fmt::format("expected a positive zeta, got {}", data.zeta));
    }
    if (data.elements.size() != data.descriptor.elements.size()) {
        throw ModelError(fmt::format("property model has {} elements, its descriptor {}",
                                     data.elements.size(),
                                     data.descriptor.elements.size()));
    }
    for (std::size_t e = 0; e < data.elements.size(); ++e) {
        const ElementRegression& element = data.elements[e];
        if (element.element != data.descriptor.elements[e]) {
            throw ModelError(
                fmt::format("property model lists element {} where its descriptor has {}",
                            element.element,
                            data.descriptor.elements[e]));
        }
        const auto m = static_cast<Eigen::Index>(element.sparse_environments.size());
        require_shape(element.scalar_coefficients,
                      m,
                      scalar_property_count,
                      element.element,
                      "scalar coefficients");
        require_shape(
            element.dipole_coefficients, 3 * m, 1, element.element, "dipole coefficients");
        require_shape(
            element.quadrupole_coefficients, 5 * m, 1, element.element, "quadrupole coefficients");
        require_shape(element.prior_factor, m, m, element.element, "prior factors");
        require_shape(element.posterior_factor, m, m, element.element, "posterior factors");
    }
}

/// Σ_m ĉ_{j q λ m} α_{j m} for each representative j; (M, channels).
Eigen::MatrixXd project(const Eigen::MatrixXd& tensors,
                        const Eigen::VectorXd& coefficients,
                        Eigen::Index components) {
    const Eigen::Index m = coefficients.size() / components;
    Eigen::MatrixXd projections(m, tensors.rows());
    for (Eigen::Index j = 0; j < m; ++j) {
        projections.row(j) = (tensors.middleCols(components * j, components) *
                              coefficients.segment(components * j, components))
                                 .transpose();
    }
    return projections;
}

/// `value` itself above the floor, an exponential with the same slope at the floor below it.
double positive(double value, double smallest) {
    const double floor = positivity_margin * smallest;
    return value >= floor ? value : floor * std::exp(value / floor - 1.0);
}

void neutralize(Eigen::VectorXd& charges, const Eigen::VectorXd& deviations, int total_charge) {
    const Eigen::VectorXd weights = deviations.cwiseAbs2();
    charges += (total_charge - charges.sum()) / weights.sum() * weights;
}

}  // namespace

KernelPropertyModel::KernelPropertyModel(KernelModelData data)
    : data_((require_consistent(data), std::move(data))),
      calculator_(data_.descriptor, data_.contraction),
      prepared_(data_.elements.size()) {
    for (std::size_t e = 0; e < data_.elements.size(); ++e) {
        const ElementRegression& element = data_.elements[e];
        EnvironmentFeatures features = calculator_.features(element.sparse_environments);
        prepared_[e].dipole_projections = project(features.vectors, element.dipole_coefficients, 3);
        prepared_[e].quadrupole_projections =
            project(features.tensors, element.quadrupole_coefficients, 5);
        prepared_[e].invariants = std::move(features.invariants);
    }
}

std::vector<int> KernelPropertyModel::supported_elements() const {
    return data_.descriptor.elements;
}

PropertyPrediction KernelPropertyModel::predict(const Molecule& molecule) const {
    const Eigen::Index n = molecule.size();
    const std::vector<int>& supported = data_.descriptor.elements;
    for (const int z : molecule.atomic_numbers) {
        if (std::find(supported.begin(), supported.end(), z) == supported.end()) {
            throw ModelError(fmt::format("property model has no element {}", element_symbol(z)));
        }
    }

    PropertyPrediction prediction;
    prediction.properties = AtomProperties(n);
    AtomProperties& properties = prediction.properties;
    PropertyUncertainty& uncertainty = prediction.uncertainty;
    uncertainty.charges.resize(n);
    uncertainty.valence_populations.resize(n);
    uncertainty.valence_widths.resize(n);
    uncertainty.hirshfeld_ratios.resize(n);
    uncertainty.novelty.resize(n);
    prediction.unfamiliar.resize(n);

    for (std::size_t e = 0; e < data_.elements.size(); ++e) {
        const ElementRegression& element = data_.elements[e];
        const PreparedElement& prepared = prepared_[e];
        std::vector<Eigen::Index> atoms;
        std::vector<AtomicEnvironment> environments;
        for (Eigen::Index i = 0; i < n; ++i) {
            if (molecule.atomic_numbers[static_cast<std::size_t>(i)] == element.element) {
                atoms.push_back(i);
                environments.push_back(
                    atomic_environment(molecule, i, data_.descriptor.radial.cutoff_radius));
            }
        }
        if (atoms.empty()) {
            continue;
        }
        const EnvironmentFeatures features = calculator_.features(environments);
        const Eigen::MatrixXd kernel =
            invariant_kernel(features.invariants, prepared.invariants, data_.zeta);
        const Eigen::MatrixXd scalars = kernel * element.scalar_coefficients;
        const Eigen::MatrixXd dipoles = kernel * prepared.dipole_projections;
        const Eigen::MatrixXd quadrupoles = kernel * prepared.quadrupole_projections;
        const Eigen::VectorXd novelty = predictive_variance(kernel,
                                                            Eigen::VectorXd::Ones(kernel.rows()),
                                                            element.prior_factor,
                                                            element.posterior_factor,
                                                            data_.regularization.scalars);
        for (std::size_t a = 0; a < atoms.size(); ++a) {
            const Eigen::Index i = atoms[a];
            const auto row = static_cast<Eigen::Index>(a);
            const Eigen::Vector4d values =
                element.means + element.deviations.cwiseProduct(scalars.row(row).transpose());
            properties.charges[i] = values[0];
            properties.valence_populations[i] = positive(values[1], element.smallest[1]);
            properties.valence_widths[i] = positive(values[2], element.smallest[2]);
            properties.hirshfeld_ratios[i] = positive(values[3], element.smallest[3]);
            properties.dipoles.col(i) = vector_from_spherical(
                features.vectors.middleCols(3 * row, 3).transpose() * dipoles.row(row).transpose());
            properties.quadrupoles.col(i) =
                quadrupole_from_spherical(features.tensors.middleCols(5 * row, 5).transpose() *
                                          quadrupoles.row(row).transpose());

            const double relative = std::sqrt(novelty[row] + data_.regularization.scalars);
            const Eigen::Vector4d deviations =
                relative * element.deviations.cwiseProduct(element.uncertainty_scales);
            uncertainty.charges[i] = deviations[0];
            uncertainty.valence_populations[i] = deviations[1];
            uncertainty.valence_widths[i] = deviations[2];
            uncertainty.hirshfeld_ratios[i] = deviations[3];
            uncertainty.novelty[i] = novelty[row];
            prediction.unfamiliar[i] = novelty[row] > element.novelty_threshold;
        }
    }
    neutralize(properties.charges, uncertainty.charges, molecule.charge);
    return prediction;
}

}  // namespace keesom

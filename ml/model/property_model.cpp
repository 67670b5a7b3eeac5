// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/model/charge_equilibration.hpp>
#include <keesom/ml/model/property_model.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace keesom {

namespace {

// Of the standard deviation that the points leave to short-range properties, how much there is.
// With it, total energies of 322 dimers of the NCI Atlas left out of a fit, whole curves together,
// are off by 0.8 of their standard deviations at equilibrium (root mean square); 84 % are within
// one, 97 % within two.
constexpr double unexplained_share = 0.5;

constexpr double positivity_margin = 0.5;  // of the smallest training value

std::vector<const AtomProperty*> properties_if(bool (*wanted)(const AtomProperty&)) {
    std::vector<const AtomProperty*> found;
    for (const AtomProperty& property : density_properties()) {
        if (wanted(property)) {
            found.push_back(&property);
        }
    }
    return found;
}

template <class Member>
bool is_member(const AtomProperty& property, Member member) {
    return property.member == AtomProperty::Values(member);
}

void require(bool condition, int element, std::string_view what) {
    if (!condition) {
        throw ModelError(fmt::format(
            "property model: {} of element {} do not fit", what, element_symbol(element)));
    }
}

void validate_form(const ChargedQuadraticForm& form, Eigen::Index features) {
    form.form.validate(features);
    form.charge_form.validate(features);
}

void validate_element(const ElementModel& element, const FeatureCalculator& calculator) {
    const Eigen::Index features = calculator.size(0);
    require(element.reduction.directions[0].allFinite() &&
                element.reduction.directions[1].size() == 0 &&
                element.reduction.directions[2].size() == 0,
            element.element,
            "principal directions");
    validate_form(element.electronegativity, features);
    validate_form(element.staying_charge, features);
    require(element.locals.size() == local_properties().size() &&
                element.smallest.size() == static_cast<Eigen::Index>(local_properties().size()) &&
                element.smallest.allFinite(),
            element.element,
            "scalars");
    for (const ChargedQuadraticForm& form : element.locals) {
        validate_form(form, features);
    }
    require(element.novelty_weights.size() == features && element.novelty_weights.allFinite(),
            element.element,
            "novelty weights");
    require(element.variances.size() == density_properties().size(), element.element, "variances");
}

/// Products of features, of an element that has no tensors in closed form.
void validate_tensor_weights(const ElementModel& element, const FeatureCalculator& calculator) {
    require(element.tensor_weights.size() == tensor_properties().size(),
            element.element,
            "weights of tensors");
    for (std::size_t p = 0; p < element.tensor_weights.size(); ++p) {
        const Eigen::MatrixXd& weights = element.tensor_weights[p];
        const auto rank = static_cast<std::size_t>(tensor_ranks()[p]);
        require(weights.rows() <= calculator.size(0) && weights.cols() == calculator.size(rank) &&
                    weights.allFinite(),
                element.element,
                "weights of tensors");
    }
}

/// What a part of the model of an element throws, with the name of the element.
template <class Part>
auto naming_element(int element, const Part& part) {
    try {
        return part();
    } catch (const ModelError& error) {
        throw ModelError(
            fmt::format("property model: element {}: {}", element_symbol(element), error.what()));
    }
}

/// What the deviations of short-range properties come from, of an element that has them.
std::optional<ShortRangeBasis> short_range_basis(const ElementModel& element,
                                                 const FeatureCalculator& calculator) {
    if (!element.short_range) {
        return std::nullopt;
    }
    return naming_element(element.element, [&] {
        element.short_range->validate(calculator.size(0), calculator.channels());
        return ShortRangeBasis(element.short_range->points);
    });
}

/// What predicts tensors by a kernel in closed form, in a model that has one.
std::optional<ClosedFormPrediction> closed_form_prediction(
    const ElementModel& element,
    const std::optional<CovariantKernelOptions>& kernel,
    Eigen::Index features) {
    require(element.closed_form.has_value() == kernel.has_value() &&
                element.tensor_weights.empty() == kernel.has_value(),
            element.element,
            "tensors");
    if (!kernel) {
        return std::nullopt;
    }
    return naming_element(element.element, [&] {
        element.closed_form->validate(features, std::ssize(tensor_ranks()));
        return ClosedFormPrediction(*element.closed_form, *kernel, tensor_ranks());
    });
}

/// `value` itself above the floor, an exponential with the same slope at the floor below it.
double positive(double value, double smallest) {
    const double floor = positivity_margin * smallest;
    return value >= floor ? value : floor * std::exp(value / floor - 1.0);
}

/// The derivative of positive(), from what positive() returned.
double positive_slope(double result, double smallest) {
    return std::min(1.0, result / (positivity_margin * smallest));
}

}  // namespace

std::span<const AtomProperty* const> local_properties() {
    static const std::vector<const AtomProperty*> properties =
        properties_if([](const AtomProperty& property) {
            return property.is_scalar() && !is_member(property, &AtomProperties::charges);
        });
    return properties;
}

std::span<const AtomProperty* const> tensor_properties() {
    static const std::vector<const AtomProperty*> properties =
        properties_if([](const AtomProperty& property) { return !property.is_scalar(); });
    return properties;
}

std::span<const int> tensor_ranks() {
    static const std::vector<int> ranks = [] {
        std::vector<int> found;
        for (const AtomProperty* property : tensor_properties()) {
            found.push_back(property->rank());
        }
        return found;
    }();
    return ranks;
}

double electronegativity_charge(const Molecule& molecule) {
    return std::sqrt(0.3) * molecule.charge;
}

double local_charge(const Molecule& molecule) {
    return std::sqrt(3.0 / static_cast<double>(molecule.size())) * molecule.charge;
}

Eigen::VectorXd local_values(const AtomProperty& property,
                             std::span<const int> atomic_numbers,
                             const Eigen::VectorXd& charges,
                             const Eigen::VectorXd& values) {
    if (!is_member(property, &AtomProperties::valence_populations)) {
        return values;
    }
    Eigen::VectorXd others = -charges - values;
    for (Eigen::Index i = 0; i < others.size(); ++i) {
        others[i] += atomic_numbers[static_cast<std::size_t>(i)];
    }
    return others;
}

Eigen::VectorXd local_values_pullback(const AtomProperty& property,
                                      const Eigen::VectorXd& seeds,
                                      Eigen::VectorXd& charge_gradient) {
    if (!is_member(property, &AtomProperties::valence_populations)) {
        return seeds;
    }
    charge_gradient -= seeds;
    return -seeds;
}

Eigen::VectorXd novelty(const Eigen::VectorXd& novelty_weights,
                        const Eigen::Ref<const Eigen::MatrixXd>& invariants) {
    // 1 − |x|² is what the principal components do not see; rounding must not make it negative.
    return (1.0 -
            ((1.0 - novelty_weights.array()).matrix().transpose() * invariants.cwiseAbs2()).array())
        .max(0.0)
        .transpose();
}

PropertyPrediction with_uncertainty(AtomProperties properties,
                                    const Eigen::VectorXd& novelty,
                                    bool is_ion,
                                    std::span<const ElementModel* const> models_of_atoms) {
    const Eigen::Index n = novelty.size();
    PropertyPrediction prediction;
    prediction.properties = std::move(properties);
    prediction.uncertainty.novelty = novelty;
    prediction.unfamiliar.resize(n);
    for (const AtomProperty& property : density_properties()) {
        property.deviations(prediction.uncertainty).resize(n);
    }
    for (Eigen::Index i = 0; i < n; ++i) {
        const ElementModel& element = *models_of_atoms[static_cast<std::size_t>(i)];
        prediction.unfamiliar[i] = novelty[i] > element.novelty_threshold;
        for (std::size_t p = 0; p < density_properties().size(); ++p) {
            const VarianceLine& line = element.variances[p];
            density_properties()[p].deviations(prediction.uncertainty)[i] = std::sqrt(
                (is_ion ? line.ion_factor : 1.0) * (line.slope * novelty[i] + line.floor));
        }
    }
    return prediction;
}

std::vector<const ElementModel*> element_models(std::span<const ElementModel> elements,
                                                std::span<const int> atomic_numbers) {
    std::vector<const ElementModel*> models;
    for (const int z : atomic_numbers) {
        const auto found = std::find_if(elements.begin(),
                                        elements.end(),
                                        [z](const ElementModel& e) { return e.element == z; });
        if (found == elements.end()) {
            throw ModelError(fmt::format("property model has no element {}", element_symbol(z)));
        }
        models.push_back(&*found);
    }
    return models;
}

KernelPropertyModel::KernelPropertyModel(KernelModelData data) : data_(std::move(data)) {
    data_.descriptor.validate();
    if (data_.closed_form) {
        data_.closed_form->validate();
        if (data_.closed_form->cutoff_radius > data_.descriptor.radial.cutoff_radius) {
            throw ModelError("property model: tensors see farther than its descriptor");
        }
    }
    if (data_.elements.size() != data_.descriptor.elements.size()) {
        throw ModelError(fmt::format("property model has {} elements, its descriptor {}",
                                     data_.elements.size(),
                                     data_.descriptor.elements.size()));
    }
    for (std::size_t e = 0; e < data_.elements.size(); ++e) {
        const ElementModel& element = data_.elements[e];
        if (element.element != data_.descriptor.elements[e]) {
            throw ModelError(
                fmt::format("property model lists element {} where its descriptor has {}",
                            element.element,
                            data_.descriptor.elements[e]));
        }
        calculators_.emplace_back(data_.descriptor, element.reduction);
        validate_element(element, calculators_.back());
        closed_forms_.push_back(
            closed_form_prediction(element, data_.closed_form, calculators_.back().size(0)));
        if (!data_.closed_form) {
            validate_tensor_weights(element, calculators_.back());
        }
        short_range_bases_.push_back(short_range_basis(element, calculators_.back()));
    }
}

bool KernelModelData::has_short_range() const {
    return std::any_of(elements.begin(), elements.end(), [](const ElementModel& element) {
        return element.short_range.has_value();
    });
}

std::vector<int> KernelPropertyModel::supported_elements() const {
    return data_.descriptor.elements;
}

/// The atoms of one element, on the way from their environments to what is learned of them.
struct KernelPropertyModel::ElementEvaluation : ElementEnvironments {
    std::size_t index = 0;  ///< of the element in the model

    /// For each tensor property the weights of its features; (tensors, n).
    std::vector<Eigen::MatrixXd> tensor_weights;
};

/// A prediction and what its derivatives are made of.
struct KernelPropertyModel::Evaluation {
    std::vector<ElementEvaluation> elements;
    Eigen::VectorXd electronegativities;
    Eigen::VectorXd staying_charges;
    ChargeResponse response;
    PropertyPrediction prediction;
};

std::vector<ElementEnvironments> KernelPropertyModel::environments(const Molecule& molecule) const {
    const std::vector<const ElementModel*> models_of_atoms =
        element_models(data_.elements, molecule.atomic_numbers);
    std::vector<ElementEnvironments> result;
    for (std::size_t e = 0; e < data_.elements.size(); ++e) {
        ElementEnvironments of_element;
        of_element.element = data_.elements[e].element;
        for (Eigen::Index i = 0; i < molecule.size(); ++i) {
            if (models_of_atoms[static_cast<std::size_t>(i)] == &data_.elements[e]) {
                of_element.atoms.push_back(i);
                of_element.environments.push_back(
                    atomic_environment(molecule, i, data_.descriptor.radial.cutoff_radius));
            }
        }
        if (!of_element.atoms.empty()) {
            of_element.expansions = calculators_[e].normalized_expansions(of_element.environments);
            result.push_back(std::move(of_element));
        }
    }
    return result;
}

KernelPropertyModel::Evaluation KernelPropertyModel::evaluate(const Molecule& molecule) const {
    const Eigen::Index n = molecule.size();
    const std::vector<const ElementModel*> models_of_atoms =
        element_models(data_.elements, molecule.atomic_numbers);

    Evaluation result;
    AtomProperties properties(n);
    result.electronegativities.resize(n);
    result.staying_charges.resize(n);
    Eigen::MatrixXd locals(n, static_cast<Eigen::Index>(local_properties().size()));
    Eigen::VectorXd novelties(n);
    for (ElementEnvironments& environments : this->environments(molecule)) {
        ElementEvaluation of_element{std::move(environments), 0, {}};
        const std::vector<Eigen::Index>& atoms = of_element.atoms;
        const ElementModel& element = *models_of_atoms[static_cast<std::size_t>(atoms.front())];
        of_element.index = static_cast<std::size_t>(&element - data_.elements.data());
        const FeatureCalculator& calculator = calculators_[of_element.index];
        const NormalizedExpansions& expansions = of_element.expansions;
        const Eigen::MatrixXd& x = expansions.invariants;
        result.electronegativities(atoms) =
            element.electronegativity.evaluate(x, electronegativity_charge(molecule));
        result.staying_charges(atoms) =
            element.staying_charge.evaluate(x, electronegativity_charge(molecule));
        for (std::size_t p = 0; p < element.locals.size(); ++p) {
            locals(atoms, static_cast<Eigen::Index>(p)) =
                element.locals[p].evaluate(x, local_charge(molecule));
        }
        novelties(atoms) = novelty(element.novelty_weights, x);
        for (std::size_t p = 0; p < element.tensor_weights.size(); ++p) {
            const AtomProperty& property = *tensor_properties()[p];
            const Eigen::MatrixXd& weights = element.tensor_weights[p];
            of_element.tensor_weights.emplace_back(weights.transpose() * x.topRows(weights.rows()));
            Eigen::MatrixXd tensors(2 * property.rank() + 1, x.cols());
            for (Eigen::Index i = 0; i < x.cols(); ++i) {
                tensors.col(i) = calculator.combined_feature(
                    static_cast<std::size_t>(property.rank()),
                    expansions.coefficients[static_cast<std::size_t>(i)],
                    of_element.tensor_weights.back().col(i));
            }
            property.values(properties)(Eigen::all, atoms) =
                cartesian_values(property.rank(), tensors);
        }
        if (closed_forms_[of_element.index]) {
            for (std::size_t i = 0; i < atoms.size(); ++i) {
                const std::vector<Eigen::VectorXd> tensors =
                    closed_forms_[of_element.index]->evaluate(of_element.environments[i],
                                                              x.col(static_cast<Eigen::Index>(i)));
                for (std::size_t p = 0; p < tensors.size(); ++p) {
                    const AtomProperty& property = *tensor_properties()[p];
                    property.values(properties).col(atoms[i]) =
                        cartesian_values(property.rank(), tensors[p]);
                }
            }
        }
        if (element.short_range) {
            const std::vector<Eigen::MatrixXd> values = element.short_range->evaluate(expansions);
            for (std::size_t p = 0; p < values.size(); ++p) {
                const AtomProperty& property = short_range_properties()[p];
                property.values(properties)(Eigen::all, atoms) =
                    cartesian_values(property.rank(), values[p]);
            }
        }
        result.elements.push_back(std::move(of_element));
    }

    result.response = charge_response(molecule);
    properties.charges =
        result.response.charges(result.electronegativities, result.staying_charges);
    for (std::size_t p = 0; p < local_properties().size(); ++p) {
        const AtomProperty& property = *local_properties()[p];
        auto values = property.values(properties);
        values.row(0) = local_values(property,
                                     molecule.atomic_numbers,
                                     properties.charges,
                                     locals.col(static_cast<Eigen::Index>(p)));
        for (Eigen::Index i = 0; property.is_positive && i < n; ++i) {
            values(0, i) = positive(values(0, i),
                                    models_of_atoms[static_cast<std::size_t>(i)]
                                        ->smallest[static_cast<Eigen::Index>(p)]);
        }
    }
    result.prediction =
        with_uncertainty(std::move(properties), novelties, molecule.charge != 0, models_of_atoms);
    add_short_range_deviations(result.elements, result.prediction.uncertainty);
    return result;
}

void KernelPropertyModel::add_short_range_deviations(std::span<const ElementEvaluation> elements,
                                                     PropertyUncertainty& uncertainty) const {
    if (!data_.has_short_range()) {
        return;
    }
    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
        short_range_properties()[p].deviations(uncertainty) =
            Eigen::VectorXd::Constant(uncertainty.novelty.size(), short_range_deviations[p]);
    }
    for (const ElementEvaluation& of_element : elements) {
        const std::optional<ShortRangeBasis>& basis = short_range_bases_[of_element.index];
        if (!basis) {
            continue;
        }
        std::array<Eigen::VectorXd, rank_count> factors;
        for (int rank = 0; rank < static_cast<int>(rank_count); ++rank) {
            factors[static_cast<std::size_t>(rank)] =
                unexplained_share *
                basis
                    ->unexplained_variances(
                        rank, of_element.expansions, basis->features(rank, of_element.expansions))
                    .cwiseSqrt();
        }
        for (const AtomProperty& property : short_range_properties()) {
            Eigen::VectorXd& deviations = property.deviations(uncertainty);
            deviations(of_element.atoms) =
                deviations(of_element.atoms)
                    .cwiseProduct(factors[static_cast<std::size_t>(property.rank())])
                    .eval();
        }
    }
}

class KernelPropertyModel::Linearization : public PropertyLinearization {
public:
    Linearization(const KernelPropertyModel& model, Molecule molecule, Evaluation evaluation)
        : PropertyLinearization(std::move(evaluation.prediction)),
          model_(model),
          molecule_(std::move(molecule)),
          evaluation_(std::move(evaluation)) {
        for (const ElementEvaluation& of_element : evaluation_.elements) {
            error_tensors_.push_back(error_tensors(of_element));
        }
    }

    [[nodiscard]] Eigen::Matrix3Xd pullback_to_positions(
        const AtomPropertyGradient& gradient) const override {
        Eigen::VectorXd charge_gradient = gradient.charges;
        const Eigen::MatrixXd local_gradient = pullback_to_locals(gradient, charge_gradient);
        const ChargeResponse& response = evaluation_.response;
        // Both matrices are symmetric.
        const Eigen::VectorXd electronegativity_gradient = response.a * charge_gradient;
        const Eigen::VectorXd staying_gradient = response.projection * charge_gradient;
        Eigen::Matrix3Xd positions = charge_response_pullback(molecule_,
                                                              response,
                                                              evaluation_.electronegativities,
                                                              evaluation_.staying_charges,
                                                              charge_gradient);
        for (const ElementEvaluation& of_element : evaluation_.elements) {
            const ElementModel& element = model_.data_.elements[of_element.index];
            const std::vector<Eigen::Index>& atoms = of_element.atoms;
            const Eigen::MatrixXd& x = of_element.expansions.invariants;
            Eigen::MatrixXd x_gradient = Eigen::MatrixXd::Zero(x.rows(), x.cols());
            element.electronegativity.add_pullback(x,
                                                   electronegativity_charge(molecule_),
                                                   electronegativity_gradient(atoms),
                                                   x_gradient);
            element.staying_charge.add_pullback(
                x, electronegativity_charge(molecule_), staying_gradient(atoms), x_gradient);
            for (std::size_t p = 0; p < element.locals.size(); ++p) {
                element.locals[p].add_pullback(x,
                                               local_charge(molecule_),
                                               local_gradient(atoms, static_cast<Eigen::Index>(p)),
                                               x_gradient);
            }
            std::vector<Eigen::MatrixXd> coefficient_gradients =
                add_tensor_pullback(of_element, gradient, x_gradient);
            if (element.short_range) {
                element.short_range->add_pullback(of_element.expansions,
                                                  short_range_seeds(gradient, atoms),
                                                  x_gradient,
                                                  coefficient_gradients);
            }
            add_closed_form_pullback(of_element, gradient, x_gradient, positions);
            const std::vector<Eigen::Matrix3Xd> displacements =
                model_.calculators_[of_element.index].pullback(of_element.environments,
                                                               of_element.expansions,
                                                               x_gradient,
                                                               coefficient_gradients);
            for (std::size_t i = 0; i < atoms.size(); ++i) {
                add_displacement_gradient(
                    of_element.environments[i], atoms[i], displacements[i], positions);
            }
        }
        return positions;
    }

    [[nodiscard]] std::vector<ErrorSources> error_sources(
        const AtomPropertyGradient& gradient) const override {
        const PropertyUncertainty& uncertainty = prediction().uncertainty;
        Eigen::VectorXd charge_gradient = gradient.charges;
        const Eigen::MatrixXd local_gradient = pullback_to_locals(gradient, charge_gradient);
        const Eigen::VectorXd staying_gradient = evaluation_.response.projection * charge_gradient;
        std::vector<ErrorSources> result;
        for (std::size_t e = 0; e < evaluation_.elements.size(); ++e) {
            const ElementEvaluation& of_element = evaluation_.elements[e];
            const std::vector<Eigen::Index>& atoms = of_element.atoms;
            ErrorSources sources;
            sources.element = of_element.element;
            sources.atoms = atoms;
            sources.environments = of_element.expansions.invariants.colwise().normalized();
            sources.independent = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(atoms.size()));
            std::vector<Eigen::MatrixXd> parts;
            const auto add_scalar = [&](const Eigen::VectorXd& by_property,
                                        const Eigen::VectorXd& deviations) {
                parts.emplace_back(by_property(atoms).cwiseProduct(deviations(atoms)).transpose());
            };
            add_scalar(staying_gradient, uncertainty.charges);
            for (std::size_t p = 0; p < local_properties().size(); ++p) {
                const AtomProperty& property = *local_properties()[p];
                // Core populations err by little: populations are off by what charges are.
                if (!is_member(property, &AtomProperties::valence_populations)) {
                    add_scalar(local_gradient.col(static_cast<Eigen::Index>(p)),
                               property.deviations(uncertainty));
                }
            }
            const auto add_tensor = [&](const AtomProperty& property) {
                const Eigen::MatrixXd seeds = spherical_gradient(
                    property.rank(), property.values(gradient)(Eigen::all, atoms));
                parts.push_back(tensor_amplitudes(error_tensors_[e],
                                                  property.rank(),
                                                  seeds,
                                                  property.deviations(uncertainty)(atoms),
                                                  sources.independent));
            };
            for (const AtomProperty* property : tensor_properties()) {
                add_tensor(*property);
            }
            for (const AtomProperty& property : short_range_properties()) {
                if (property.deviations(uncertainty).size() == 0) {
                    continue;  // of a model that has learned none
                }
                if (property.is_scalar()) {
                    add_scalar(property.values(gradient).row(0).transpose(),
                               property.deviations(uncertainty));
                } else {
                    add_tensor(property);
                }
            }
            Eigen::Index rows = 0;
            for (const Eigen::MatrixXd& part : parts) {
                rows += part.rows();
            }
            sources.amplitudes.resize(rows, static_cast<Eigen::Index>(atoms.size()));
            rows = 0;
            for (const Eigen::MatrixXd& part : parts) {
                sources.amplitudes.middleRows(rows, part.rows()) = part;
                rows += part.rows();
            }
            result.push_back(std::move(sources));
        }
        return result;
    }

private:
    /// T of an atom of each rank; (channels, 2λ+1).
    using ErrorTensors = std::array<Eigen::MatrixXd, rank_count>;

    /// Two atoms err alike as seen from their environments, not from the laboratory: with the
    /// tensors c of rank λ of the expansion, (channels, 2λ+1), that turn with the environment, and
    /// T = c (cᵀc + ε)^{−1/2}, whose columns are nearly orthonormal, errors t and t' have the
    /// covariance s s' TᵀT'. What T does not span is independent.
    static std::vector<ErrorTensors> error_tensors(const ElementEvaluation& of_element) {
        constexpr double smallest_tensor = 1e-3;  // ε, where the norm of all coefficients is 1
        std::vector<ErrorTensors> tensors;
        for (const Eigen::MatrixXd& coefficients : of_element.expansions.coefficients) {
            ErrorTensors& of_atom = tensors.emplace_back();
            for (int rank = 1; rank < static_cast<int>(rank_count); ++rank) {
                const auto c = coefficients.middleCols(harmonics_index(rank, -rank), 2 * rank + 1);
                const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(c.transpose() * c);
                const Eigen::VectorXd scales =
                    (solver.eigenvalues().array() + smallest_tensor).rsqrt();
                of_atom[static_cast<std::size_t>(rank)] =
                    c * (solver.eigenvectors() * scales.asDiagonal() *
                         solver.eigenvectors().transpose());
            }
        }
        return tensors;
    }

    /// Amplitudes of the errors of tensors of a rank.
    static Eigen::MatrixXd tensor_amplitudes(const std::vector<ErrorTensors>& tensors,
                                             int rank,
                                             const Eigen::MatrixXd& seeds,
                                             const Eigen::VectorXd& deviations,
                                             Eigen::VectorXd& independent) {
        const auto tensor = [&](Eigen::Index i) -> const Eigen::MatrixXd& {
            return tensors[static_cast<std::size_t>(i)][static_cast<std::size_t>(rank)];
        };
        Eigen::MatrixXd amplitudes(tensor(0).rows(), seeds.cols());
        for (Eigen::Index i = 0; i < seeds.cols(); ++i) {
            const Eigen::VectorXd seed = deviations[i] * seeds.col(i);
            amplitudes.col(i) = tensor(i) * seed;
            independent[i] += std::max(0.0, seed.squaredNorm() - amplitudes.col(i).squaredNorm());
        }
        return amplitudes;
    }

    /// Derivatives by what is learned of local properties, (N, properties). Adds those by charges.
    [[nodiscard]] Eigen::MatrixXd pullback_to_locals(const AtomPropertyGradient& gradient,
                                                     Eigen::VectorXd& charge_gradient) const {
        const Eigen::Index n = molecule_.size();
        Eigen::MatrixXd result(n, static_cast<Eigen::Index>(local_properties().size()));
        for (std::size_t p = 0; p < local_properties().size(); ++p) {
            const AtomProperty& property = *local_properties()[p];
            const auto column = static_cast<Eigen::Index>(p);
            Eigen::VectorXd seeds = property.values(gradient).row(0).transpose();
            const auto values = property.values(prediction().properties);
            for (const ElementEvaluation& of_element : evaluation_.elements) {
                const double smallest = model_.data_.elements[of_element.index].smallest[column];
                for (const Eigen::Index i : of_element.atoms) {
                    seeds[i] *= property.is_positive ? positive_slope(values(0, i), smallest) : 1.0;
                }
            }
            result.col(column) = local_values_pullback(property, seeds, charge_gradient);
        }
        return result;
    }

    /// Derivatives by the spherical components of each of short_range_properties() of some atoms.
    static std::vector<Eigen::MatrixXd> short_range_seeds(const AtomPropertyGradient& gradient,
                                                          const std::vector<Eigen::Index>& atoms) {
        std::vector<Eigen::MatrixXd> seeds;
        for (const AtomProperty& property : short_range_properties()) {
            seeds.push_back(
                spherical_gradient(property.rank(), property.values(gradient)(Eigen::all, atoms)));
        }
        return seeds;
    }

    /// Adds derivatives by way of tensors in closed form: those by the invariants, and those by
    /// positions that do not go by way of these.
    void add_closed_form_pullback(const ElementEvaluation& of_element,
                                  const AtomPropertyGradient& gradient,
                                  Eigen::MatrixXd& x_gradient,
                                  Eigen::Matrix3Xd& positions) const {
        const std::optional<ClosedFormPrediction>& closed_form =
            model_.closed_forms_[of_element.index];
        if (!closed_form) {
            return;
        }
        for (std::size_t i = 0; i < of_element.atoms.size(); ++i) {
            const auto column = static_cast<Eigen::Index>(i);
            const Eigen::Index atom = of_element.atoms[i];
            const AtomicEnvironment& environment = of_element.environments[i];
            std::vector<Eigen::VectorXd> seeds;
            for (const AtomProperty* property : tensor_properties()) {
                seeds.emplace_back(
                    spherical_gradient(property->rank(), property->values(gradient).col(atom)));
            }
            Eigen::Matrix3Xd displacements =
                Eigen::Matrix3Xd::Zero(3, environment.displacements.cols());
            x_gradient.col(column) += closed_form->add_pullback(
                environment, of_element.expansions.invariants.col(column), seeds, displacements);
            add_displacement_gradient(environment, atom, displacements, positions);
        }
    }

    /// Derivatives by the coefficients of each environment, by way of the tensors. Adds those by
    /// the invariants.
    [[nodiscard]] std::vector<Eigen::MatrixXd> add_tensor_pullback(
        const ElementEvaluation& of_element,
        const AtomPropertyGradient& gradient,
        Eigen::MatrixXd& x_gradient) const {
        const ElementModel& element = model_.data_.elements[of_element.index];
        const FeatureCalculator& calculator = model_.calculators_[of_element.index];
        const std::vector<Eigen::MatrixXd>& coefficients = of_element.expansions.coefficients;
        std::vector<Eigen::MatrixXd> coefficient_gradients(
            coefficients.size(),
            Eigen::MatrixXd::Zero(coefficients.front().rows(), coefficients.front().cols()));
        for (std::size_t p = 0; p < element.tensor_weights.size(); ++p) {
            const AtomProperty& property = *tensor_properties()[p];
            const Eigen::MatrixXd seeds = spherical_gradient(
                property.rank(), property.values(gradient)(Eigen::all, of_element.atoms));
            const Eigen::MatrixXd& of_features = of_element.tensor_weights[p];
            Eigen::MatrixXd weight_gradient(of_features.rows(), of_features.cols());
            for (std::size_t i = 0; i < coefficients.size(); ++i) {
                const auto column = static_cast<Eigen::Index>(i);
                weight_gradient.col(column) = calculator.add_combined_feature_pullback(
                    static_cast<std::size_t>(property.rank()),
                    coefficients[i],
                    of_features.col(column),
                    seeds.col(column),
                    coefficient_gradients[i]);
            }
            const Eigen::MatrixXd& weights = element.tensor_weights[p];
            x_gradient.topRows(weights.rows()).noalias() += weights * weight_gradient;
        }
        return coefficient_gradients;
    }

    const KernelPropertyModel& model_;
    Molecule molecule_;
    Evaluation evaluation_;
    std::vector<std::vector<ErrorTensors>> error_tensors_;  // of each atom of each element
};

PropertyPrediction KernelPropertyModel::predict(const Molecule& molecule) const {
    return evaluate(molecule).prediction;
}

std::unique_ptr<const PropertyLinearization> KernelPropertyModel::linearize(
    const Molecule& molecule) const {
    return std::make_unique<const Linearization>(*this, molecule, evaluate(molecule));
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// The property model that keesom ships.
//
// - Charges: an electronegativity χ and a staying charge c for each atom, Gaussian processes of its
//   environment, and charges that equilibrate (charge_equilibration.hpp). They add up to the charge
//   of the molecule, and move over any number of bonds.
// - Valence populations: N = Z − q − N_core, with the core population, nearly a constant of the
//   element, learned.
// - Other scalars (widths, ratios): Gaussian processes of the environment.
// - Dipoles and quadrupoles: covariant regression, on products of features (tensor_regression.hpp)
//   or by a kernel in closed form (closed_form_tensors.hpp).
// - Short-range properties, of elements for which energies have been learned from: Gaussian
//   processes of similarities to sparse points (short_range_model.hpp). They are 0 for others.
//
// Scalars of an element are quadratic forms of its features (quadratic_form.hpp) and know the
// charge of the molecule. Nothing depends on a local frame or on the order of atoms. All is smooth:
// an atom that crosses the cutoff, or a bond that breaks, makes no jump, save that the charge of an
// ion that falls apart goes to one of its parts.
//
// An atom's novelty is the predictive variance of a linear Gaussian process of its features over
// the prior variance; since features are principal components of the training atoms (variances
// λ_k),
//
//   v = Σ_k x_k² r/(λ_k + r) + 1 − Σ_k x_k²
//
// with nothing to invert. Predicted standard deviations are √(a v + b), in ions √(f (a v + b)),
// with a, b and f of each element and property from molecules left out of training. This is an
// approximation of the variance of the processes themselves, which would need the training set.
// The deviations of short-range properties, which no reference is there to calibrate, are those of
// the part of the prior that the sparse points do not explain; all of the prior where an element
// has no points. A model that has learned no element's does not know them.
// Populations, widths and ratios are kept positive by an exponential below half of the smallest
// training value; this acts on geometries far from any molecule only.
//
// Derivatives go the same way backwards, from what an energy gains by each property to what it
// gains by each position: (∂p/∂r)ᵀ ∂E/∂p, at the cost of one and a half predictions. Each step has
// its own where it is defined.
#pragma once

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/ml/descriptors/atomic_environment.hpp>
#include <keesom/ml/descriptors/environment_features.hpp>
#include <keesom/ml/model/closed_form_tensors.hpp>
#include <keesom/ml/model/short_range_model.hpp>
#include <keesom/ml/regression/quadratic_form.hpp>
#include <keesom/ml/regression/short_range_basis.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Variance of errors as a linear function of novelty, in the square of the property's unit.
struct VarianceLine {
    double slope = 0.0;       ///< a
    double floor = 0.0;       ///< b
    double ion_factor = 1.0;  ///< f
};

/// What was learned about one element.
struct ElementModel {
    int element = 0;                  ///< atomic number
    Eigen::Index training_atoms = 0;  ///< number of atoms it was learned from
    FeatureReduction reduction;       ///< of channels and invariants; tensors are not reduced

    ChargedQuadraticForm electronegativity;  ///< χ, hartree/e
    ChargedQuadraticForm staying_charge;     ///< c, e

    /// For each of local_properties(), as local_values() are.
    std::vector<ChargedQuadraticForm> locals;
    Eigen::VectorXd smallest;  ///< of the property itself, over the training atoms

    /// For each of tensor_properties(); (invariants, tensors).
    std::vector<Eigen::MatrixXd> tensor_weights;
    std::optional<ClosedFormTensors> closed_form;  ///< in place of tensor_weights

    Eigen::VectorXd novelty_weights;      ///< r/(λ_k + r); (features)
    double novelty_threshold = 1.0;       ///< atoms above it are unfamiliar
    std::vector<VarianceLine> variances;  ///< for each of density_properties()

    std::optional<ShortRangeElement> short_range;  ///< where energies have taught it any
};

/// A file that a model was trained on.
struct TrainingSource {
    std::string name;
    std::string sha256;
};

/// Everything that makes a model; what a model file holds.
struct KernelModelData {
    DescriptorOptions descriptor;
    std::optional<CovariantKernelOptions> closed_form;  ///< of models that have it for tensors
    std::vector<ElementModel> elements;                 ///< ascending

    std::vector<TrainingSource> training_sources;
    Eigen::Index training_molecules = 0;
    std::vector<int> training_charges;  ///< charges of the training molecules, ascending, distinct
    std::string card;                   ///< text of MODEL_CARD.md

    /// Whether short-range properties of some element were learned.
    [[nodiscard]] bool has_short_range() const;
};

/// The scalars that each atom's environment determines by itself: all but the charge.
std::span<const AtomProperty* const> local_properties();

/// The tensors, in the order of ElementModel::tensor_weights.
std::span<const AtomProperty* const> tensor_properties();

/// Their ranks.
std::span<const int> tensor_ranks();

/// The charge of a molecule as the kernels see it (environment_kernel.hpp): √0.3 Q/e for the
/// electronegativity of an atom, √(3/N) Q/e for what its environment determines by itself, since
/// an atom's part in the charge of N atoms falls with their number.
double electronegativity_charge(const Molecule& molecule);
double local_charge(const Molecule& molecule);

/// What is learned of a local property: the property itself, except core populations Z − q − N in
/// place of valence populations. Its own inverse.
/// @param values of the property, or what is learned of it; (N)
Eigen::VectorXd local_values(const AtomProperty& property,
                             std::span<const int> atomic_numbers,
                             const Eigen::VectorXd& charges,
                             const Eigen::VectorXd& values);

/// The transposed map: derivatives of an energy by what is learned, from those by the property,
/// `seeds`. Adds those by the charges.
Eigen::VectorXd local_values_pullback(const AtomProperty& property,
                                      const Eigen::VectorXd& seeds,
                                      Eigen::VectorXd& charge_gradient);

/// v of each column of invariants (features, N).
Eigen::VectorXd novelty(const Eigen::VectorXd& novelty_weights,
                        const Eigen::Ref<const Eigen::MatrixXd>& invariants);

/// The model of each atom.
/// @throws ModelError for an element that is not among `elements`
std::vector<const ElementModel*> element_models(std::span<const ElementModel> elements,
                                                std::span<const int> atomic_numbers);

/// Standard deviations and unfamiliar atoms, from the novelty and the calibration of each element.
/// @param novelty v of each atom; (N)
/// @param is_ion whether the molecule is charged
PropertyPrediction with_uncertainty(AtomProperties properties,
                                    const Eigen::VectorXd& novelty,
                                    bool is_ion,
                                    std::span<const ElementModel* const> models_of_atoms);

/// The atoms of one element in a molecule, as a model sees them.
struct ElementEnvironments {
    int element = 0;                  ///< atomic number
    std::vector<Eigen::Index> atoms;  ///< (n), in the molecule, ascending
    std::vector<AtomicEnvironment> environments;
    NormalizedExpansions expansions;
};

class KernelPropertyModel : public PropertyModel {
public:
    /// @throws ModelError if the parts do not fit together
    explicit KernelPropertyModel(KernelModelData data);

    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override;

    /// Refers to the model, which must stay in its place as long.
    [[nodiscard]] std::unique_ptr<const PropertyLinearization> linearize(
        const Molecule& molecule) const override;

    [[nodiscard]] std::vector<int> supported_elements() const override;

    /// What all predictions are made of, for each element that the molecule has, ascending.
    /// @throws ModelError for an element that is not among supported_elements()
    [[nodiscard]] std::vector<ElementEnvironments> environments(const Molecule& molecule) const;

    [[nodiscard]] const KernelModelData& data() const { return data_; }

private:
    struct ElementEvaluation;
    struct Evaluation;
    class Linearization;

    [[nodiscard]] Evaluation evaluate(const Molecule& molecule) const;

    void add_short_range_deviations(std::span<const ElementEvaluation> elements,
                                    PropertyUncertainty& uncertainty) const;

    KernelModelData data_;
    // For each element.
    std::vector<FeatureCalculator> calculators_;
    std::vector<std::optional<ShortRangeBasis>> short_range_bases_;
    std::vector<std::optional<ClosedFormPrediction>> closed_forms_;
};

}  // namespace keesom

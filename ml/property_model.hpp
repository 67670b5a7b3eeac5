// SPDX-License-Identifier: BSD-3-Clause
//
// The property model that keesom ships: sparse Gaussian-process regression for each element.
//
// Scalars (charge, valence population, valence width, Hirshfeld ratio) are mean + deviation · k_M α
// with the invariant kernel; dipoles and quadrupoles come from the covariant kernels of rank 1 and
// 2, without a mean, since a tensor has none that turns with the molecule (kernels.hpp,
// sparse_regression.hpp). Nothing depends on a local frame or on the order of atoms. Charges are
// then shifted to the charge of the molecule, most where they are least certain:
//
//   q_i ← q_i + (Q − Σ_j q_j) s_i² / Σ_j s_j²
//
// Predicted standard deviations are s = deviation · scale · √(v + r), v the predictive variance, r
// the regularization, `scale` calibrated on held-out species in training. Populations, widths and
// ratios are kept positive by an exponential below half of the smallest training value; this acts
// on geometries far from any molecule only. The model knows its neighborhood: charge that moves
// over longer distances than the cutoff, as in ions and push–pull systems, it sees only in the sum.
// What it was never trained on it reports through `novelty` and `unfamiliar`.
#pragma once

#include <keesom/core/property_model.hpp>
#include <keesom/ml/environment_features.hpp>

#include <Eigen/Core>

#include <string>
#include <vector>

namespace keesom {

/// Number of scalar properties, in the order charge, valence population, valence width, ratio.
inline constexpr Eigen::Index scalar_property_count = 4;

/// Noise variance over prior variance for each kind of property.
struct Regularization {
    double scalars = 1e-3;
    double dipoles = 1e-3;
    double quadrupoles = 1e-3;
};

/// What training learned about one element.
struct ElementRegression {
    int element = 0;                  ///< atomic number
    Eigen::Index training_atoms = 0;  ///< number of atoms it was learned from

    /// (M), the representatives
    std::vector<AtomicEnvironment> sparse_environments;

    // Of each scalar property over the training atoms; in its own unit.
    Eigen::Vector4d means = Eigen::Vector4d::Zero();
    Eigen::Vector4d deviations = Eigen::Vector4d::Ones();
    Eigen::Vector4d smallest = Eigen::Vector4d::Zero();

    Eigen::Vector4d uncertainty_scales = Eigen::Vector4d::Ones();
    double novelty_threshold = 1.0;  ///< atoms above it are unfamiliar

    Eigen::MatrixXd scalar_coefficients;      ///< (M, 4), in units of the deviations
    Eigen::VectorXd dipole_coefficients;      ///< (3M), e·bohr
    Eigen::VectorXd quadrupole_coefficients;  ///< (5M), e·bohr²
    Eigen::MatrixXd prior_factor;             ///< L; (M, M)
    Eigen::MatrixXd posterior_factor;         ///< R; (M, M)
};

/// Everything that makes a model; what a model file holds.
struct KernelModelData {
    DescriptorOptions descriptor;
    ChannelContraction contraction;
    int zeta = 3;
    Regularization regularization;
    std::vector<ElementRegression> elements;  ///< ascending

    std::string training_set;         ///< name
    std::string training_set_sha256;  ///< of the file, empty if there was none
    Eigen::Index training_molecules = 0;
    std::vector<int> training_charges;  ///< charges of the training molecules, ascending, distinct
    std::string card;                   ///< text of MODEL_CARD.md
};

class KernelPropertyModel : public PropertyModel {
public:
    /// @throws ModelError if the parts do not fit together
    explicit KernelPropertyModel(KernelModelData data);

    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override;

    [[nodiscard]] std::vector<int> supported_elements() const override;

    [[nodiscard]] const KernelModelData& data() const { return data_; }

private:
    // What predictions need of an element, computed from its data once.
    struct PreparedElement {
        Eigen::MatrixXd invariants;              // (features, M)
        Eigen::MatrixXd dipole_projections;      // (M, channels): Σ_m' ĉ_{j q 1 m'} α_{j m'}
        Eigen::MatrixXd quadrupole_projections;  // (M, channels)
    };

    KernelModelData data_;
    FeatureCalculator calculator_;
    std::vector<PreparedElement> prepared_;
};

}  // namespace keesom

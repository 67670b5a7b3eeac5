// SPDX-License-Identifier: BSD-3-Clause
//
// The expensive half of training, shared by all choices of the regularization. Not a public header.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/property_model.hpp>
#include <keesom/ml/sparse_regression.hpp>
#include <keesom/ml/training.hpp>

#include <Eigen/Core>

#include <array>
#include <memory>
#include <vector>

namespace keesom {

/// Atomic numbers of all atoms of the records, ascending.
std::vector<int> elements_of(const std::vector<const PropertyRecord*>& records);

/// Features, representatives and triangularized regressions of every element of a training set.
class TrainingAssembly {
public:
    /// @throws InputError if an element of the options has no atom in the records
    TrainingAssembly(const std::vector<const PropertyRecord*>& records,
                     const TrainingOptions& options);

    /// The model for one choice of regularization, uncalibrated and without provenance.
    [[nodiscard]] KernelModelData solve(const Regularization& regularization) const;

private:
    // Training atoms of one element and the regressions over them.
    struct ElementAssembly {
        ElementRegression regression;
        std::vector<AtomicEnvironment> environments;  // (N)
        EnvironmentFeatures features;
        EnvironmentFeatures sparse_features;
        Eigen::MatrixXd scalars;      // (N, 4), standardized
        Eigen::VectorXd dipoles;      // (3N), over dipole_scale
        Eigen::VectorXd quadrupoles;  // (5N), over quadrupole_scale
        double dipole_scale = 1.0;
        double quadrupole_scale = 1.0;
        std::array<std::unique_ptr<SparseRegression>, 3> systems;  // by rank
    };

    [[nodiscard]] ElementAssembly gather(const std::vector<const PropertyRecord*>& records,
                                         int element) const;
    void calculate_features();
    void choose_sparse(ElementAssembly& assembly) const;
    void regress(ElementAssembly& assembly, std::size_t rank) const;
    [[nodiscard]] Eigen::MatrixXd kernel(const EnvironmentFeatures& a,
                                         const EnvironmentFeatures& b,
                                         std::size_t rank) const;
    static void standardize(ElementAssembly& assembly);
    static void solve_rank(const ElementAssembly& assembly,
                           std::size_t rank,
                           const Regularization& regularization,
                           ElementRegression& regression);

    TrainingOptions options_;
    ChannelContraction contraction_;
    std::vector<ElementAssembly> assemblies_;
};

}  // namespace keesom

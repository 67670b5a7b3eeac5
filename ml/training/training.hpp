// SPDX-License-Identifier: BSD-3-Clause
//
// From reference atoms to a KernelPropertyModel, and what that model is worth.
//
// Every regression is exact and solved once, over all atoms; errors on molecules never seen come
// from the same factorization (held_out.hpp, tensor_regression.hpp), by cross-validation grouped by
// species: all geometries of a molecule are in one fold (molecular_graph.hpp). Only the choice of
// features, which knows no property, sees the molecules left out. From these errors come the
// variances that the model predicts, the novelty above which it calls an atom unfamiliar (a
// quantile of the novelties of atoms left out), and the tables in the model card. There is no
// random number in it, and results do not depend on the number of threads.
//
// Charges couple all atoms of a molecule, and with them all elements: N atoms take 8 N² bytes
// and N³ operations; 16,773 atoms, 2.3 GB. See charge_regression.hpp.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/model/property_model.hpp>
#include <keesom/ml/training/validation.hpp>

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace keesom {

/// How much is left to noise.
struct Regularization {
    /// Noise variance of charges over the variance of the charges, of all but hydrogen.
    double charges = 1e-4;

    /// Noise of the other scalars over the variance of each in its element.
    double scalars = 1e-3;

    /// Ridges of dipoles and quadrupoles, see regress_tensors().
    double tensors = 3e-3;

    /// Of the process that measures novelty.
    double novelty = 1e-4;
};

/// How dipoles and quadrupoles are learned.
enum class TensorKernel {
    Products,   ///< on products of features, see tensor_regression.hpp
    ClosedForm  ///< by the kernels of vectors and of quadrupoles, see closed_form_tensors.hpp
};

struct TrainingOptions {
    /// `elements` left empty means those of the training set.
    DescriptorOptions descriptor;
    Regularization regularization;

    TensorKernel tensor_kernel = TensorKernel::Products;

    /// Number of leading invariant features in the products of tensor_regression.hpp.
    int tensor_invariants = 16;

    /// The kernel in closed form. Of the widths 0.5 and 1 bohr the first is better for every
    /// element and tensor (docs/learning).
    CovariantKernelOptions closed_form = {.gaussian_width = 0.5};

    /// Most atoms of an element that a kernel in closed form learns from, evenly chosen.
    int closed_form_atoms = 800;

    /// Prior standard deviation of the charges that stay (charge_equilibration.hpp), e. In
    /// cross-validation on ions, zwitterions and neutral molecules 0.05 and 0.3 are as good within
    /// a few percent.
    double staying_spread = 0.1;

    int folds = 10;

    /// Atoms more novel than this fraction of the atoms left out of their element are unfamiliar.
    double novelty_quantile = 0.995;

    std::vector<TrainingSource> sources;  ///< for manifest and model card

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

/// Called with what is being done and the fraction done, from one thread at a time.
using TrainingProgress = std::function<void(std::string_view stage, double fraction)>;

/// Fold of each record: species, in the order in which they first appear, go to the fold that has
/// the fewest molecules so far.
/// @throws InputError if there are fewer species than folds, or fewer than 2 folds
std::vector<int> assign_folds(std::span<const PropertyRecord> records, int folds);

struct TrainingResult {
    KernelPropertyModel model;

    /// For each record, from the regressions on all folds but its own.
    std::vector<PropertyPrediction> held_out;

    std::vector<PropertyErrors> errors;  ///< of held_out
};

/// Trains on all records given.
/// @throws InputError if there is nothing to learn from, or the options are invalid
/// @throws NumericalError if a regression cannot be solved
TrainingResult train(std::span<const PropertyRecord> given,
                     const TrainingOptions& options,
                     const TrainingProgress& progress = {});

}  // namespace keesom

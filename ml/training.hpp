// SPDX-License-Identifier: BSD-3-Clause
//
// From reference atoms to a KernelPropertyModel, and what that model is worth.
//
// Training chooses representatives for each element by farthest-point sampling, solves the sparse
// regressions, and measures itself by cross-validation grouped by species: all geometries of a
// molecule are in one fold (molecular_graph.hpp), so that an error is one on a molecule never seen.
// From the held-out atoms come the scale of the predicted uncertainties (root mean square of error
// over predicted deviation is made 1 for each element and property), the novelty above which an
// atom is called unfamiliar (a quantile of the held-out novelties of its element), and the table in
// the model card. There is no random number in it, and results do not depend on the number of
// threads.
#pragma once

#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/property_model.hpp>
#include <keesom/ml/validation.hpp>

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keesom {

struct TrainingOptions {
    /// `elements` left empty means those of the training set.
    DescriptorOptions descriptor;
    int zeta = 3;
    Regularization regularization;

    /// Representatives for each element, where sparse_counts has no entry for its atomic number.
    int sparse_count = 500;
    std::map<int, int> sparse_counts;

    /// Folds of the cross-validation; 0 leaves it out, and uncertainties uncalibrated.
    int folds = 5;

    /// Atoms more novel than this fraction of the held-out atoms of their element are unfamiliar.
    double novelty_quantile = 0.995;

    std::string training_set;         ///< name for manifest and model card
    std::string training_set_sha256;  ///< of the file

    /// @throws InputError naming the option that is out of range
    void validate() const;
};

/// Called with what is being done and the fraction done, from one thread at a time.
using TrainingProgress = std::function<void(std::string_view stage, double fraction)>;

/// Fold of each record: species, in the order in which they first appear, go to the fold that has
/// the fewest molecules so far.
std::vector<int> assign_folds(std::span<const PropertyRecord> records, int folds);

/// Cross-validation grouped by species; the model of every fold is trained without calibration.
/// @throws InputError if there are fewer species than folds, or the options are invalid
Validation cross_validate(std::span<const PropertyRecord> records,
                          const TrainingOptions& options,
                          const TrainingProgress& progress = {});

/// Cross-validations that differ in the regularization only, for the price of little more than one.
/// All three kinds of property are given the same value, so that each can be judged by its own
/// errors.
std::vector<Validation> scan_regularization(std::span<const PropertyRecord> records,
                                            const TrainingOptions& options,
                                            std::span<const double> candidates,
                                            const TrainingProgress& progress = {});

/// Trains on all records, after a cross-validation if options.folds > 0.
/// @throws InputError if there is nothing to learn from, or the options are invalid
KernelPropertyModel train(std::span<const PropertyRecord> records,
                          const TrainingOptions& options,
                          const TrainingProgress& progress = {});

}  // namespace keesom

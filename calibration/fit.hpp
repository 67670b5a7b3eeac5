// SPDX-License-Identifier: BSD-3-Clause
//
// Fit of the physical constants and of the learned short range, through the physics.
//
// What atoms of an element have in common at short range is in its constants, what an atom's
// environment adds in its short-range properties (short_range_properties()). No partitioning of a
// density has either: both follow from energy components and total energies of dimers, by way of
// the exact derivatives of every term. The unknowns are
//
//   of each element   decay_scale of electrostatics; amplitude, decay_scale, dipole_scale and
//                     quadrupole_scale of exchange; strength of charge transfer; quadrupole_factor
//                     and tang_toennies_scale of dispersion
//   of all elements   population_exponent of exchange, contraction of charge transfer, c10_scale
//   of environments   weights of the short-range properties, sparse Gaussian processes whose prior
//                     mean is 0, that is the constants (short_range_basis.hpp)
//
// with independent normal priors: wide ones for constants, about initial_parameters(). Polarization
// with published damping and many-body dispersion with fixed β stay as they are.
//
// A residual is (E − E_ref)/e, with a smaller e for totals than for components; those beyond 2
// count linearly (Huber's loss), as most do where densities overlap much. Tolerances that grow with
// exchange are better beyond 1.1 of the equilibrium distance of systems left out, and worse
// elsewhere. Components and totals are fitted at once: the reference totals are of a better level
// than the components, and errors of components can cancel. A system may lack components or its
// total.
//
// References end where molecules no longer come, and constants that agree with all of them can have
// penetration or charge transfer win over exchange at shorter distances, so that atoms fuse. Charge
// transfer of a pair of atoms is therefore a fraction of its exchange at a larger distance
// (charge_transfer.hpp), and random close approaches of the fitted monomers have to repel: a
// fraction of 0.3 of exchange has to remain when all attraction is subtracted. What is missing is a
// residual, in units that grow with exchange. Some dozens of contacts for each pair of elements
// miss rare atoms, so many others are tried on what was fitted, and those that attract take part
// from there on.
//
// Constants are fitted until nothing is left to gain. Learning of the short range ends before, at
// steps that lower the cost by less than half a percent: systems left out gain nothing afterwards.
#pragma once

#include <keesom/calibration/benchmark.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/interaction/parameter_set.hpp>
#include <keesom/ml/model/property_model.hpp>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Factors on the losses of the systems of a set.
struct FitWeights {
    double components = 1.0;
    double total = 1.0;
};

struct FitOptions {
    double component_tolerance = 3e-4;          ///< e of components, hartree
    double total_tolerance = 1e-4;              ///< e of totals, hartree
    std::map<std::string, FitWeights> weights;  ///< by the `set` of a system; 1 for others
    double smallest_scale = 0.85;               ///< systems with a smaller `scale` are left out
    int max_iterations = 60;                    ///< steps of each of the fits
    int close_approaches = 60;                  ///< that must repel, for each pair of elements
    int wall_rounds = 3;  ///< how often at most those that nevertheless attract are added

    /// Into how many parts the systems are divided, each to be predicted by a fit without it; 0:
    /// none is left out. Systems of one curve are left out together.
    int folds = 0;

    /// File in which each step is kept. A fit of the same systems with the same options goes on
    /// from there, to the same result. Empty: none.
    std::filesystem::path checkpoint;
};

/// Errors of the systems of one set.
struct SetErrors {
    std::string set;
    ErrorStatistics total;                    ///< n = 0 if none has a total reference
    std::vector<ErrorStatistics> components;  ///< in the order of component_names
};

struct FitReport {
    ParameterSet parameters;
    std::optional<KernelModelData> model;  ///< with what was learned, if anything was to be
    std::size_t n_systems = 0;
    Eigen::Index n_unknowns = 0;
    std::vector<SkippedSystem> skipped;
    std::vector<std::string> warnings;      ///< fits that did not converge
    std::vector<std::string> undetermined;  ///< constants that the systems say little about
    SetErrors all;                          ///< of the fitted systems
    std::vector<SetErrors> fitted;          ///< of those of each set
    std::vector<SetErrors> left_out;        ///< of each set, by fits without the system
};

/// Called with a line of progress.
using FitLog = std::function<void(const std::string&)>;

/// Fits the constants; atoms have nothing but their elements in common.
/// @throws InputError if fewer systems are left than there are constants
FitReport fit_constants(std::span<const ReferenceSystem> systems,
                        const PropertyModel& model,
                        const FitOptions& options,
                        const FitLog& log = {});

/// Fits constants first, then constants and short-range properties. What the model has learned of
/// the latter before is forgotten.
/// @param sizes of the bases of the short-range properties
/// @throws InputError if fewer systems are left than there are constants
FitReport fit_short_range(std::span<const ReferenceSystem> systems,
                          const KernelPropertyModel& model,
                          const ShortRangeSizes& sizes,
                          const FitOptions& options,
                          const FitLog& log = {});

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Fit of the physical constants to energy components and total energies.
//
// Each component is fitted on its own, by weighted least squares, one after the other. From there,
// all constants are fitted to all components and to the totals at once: the reference totals are of
// a better level than the components, and errors of components can cancel. What is fitted:
//
//   electrostatics   decay_scale of each element
//   exchange         amplitude, decay_scale, dipole_scale, quadrupole_scale of each element,
//                    population_exponent
//   induction        charge transfer, on top of polarization with published damping: strength of
//                    each element, contraction
//   dispersion       c8_scale, c10_scale, tang_toennies_scale, on top of many-body dispersion with
//                    fixed β
//
// The residual of a system is (E − E_ref)/(e0 + f|E_exchange,ref|): absolute at long range,
// relative where densities overlap and the model, like the reference, is less certain. Those beyond
// 2 count linearly (Huber's loss).
//
// References end where molecules no longer come, and constants that agree with all of them can have
// charge transfer or penetration win over exchange at shorter distances, so that atoms fuse. Two
// constraints keep the wall up.
//
//   Charge transfer of a pair of atoms is a fraction of its exchange at a larger distance, see
//   charge_transfer.hpp. It is the smaller one at every distance where exchange repels and falls
//   with R.
//
//   Random close approaches of the fitted monomers, each pair of elements in contact at 0.8 bohr to
//   0.42 of the sum of van der Waals radii, have to repel: exchange less all attraction that is
//   known when a component is fitted must leave a fraction of exchange, 0.5 in the fit of exchange
//   (against electrostatics, polarization and many-body dispersion), 0.4 in that of charge
//   transfer, 0.3 in that of dispersion and in that of all constants. What is missing is a residual
//   in the same measure as the others; what repels enough is none. Places where polarization or
//   many-body dispersion has no solution are left out: Physics refuses them.
#pragma once

#include <keesom/calibration/benchmark.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// What a residual is measured in.
struct FitTolerance {
    double absolute = 0.0;  ///< e0, hartree
    double relative = 0.0;  ///< f

    [[nodiscard]] double of(double exchange) const {
        return absolute + relative * std::abs(exchange);
    }
};

struct FitOptions {
    FitTolerance component = {.absolute = 3e-4, .relative = 0.05};
    FitTolerance total = {.absolute = 1e-4, .relative = 0.015};
    double smallest_scale = 0.9;  ///< systems with a smaller `scale` are left out
    int max_iterations = 100;     ///< of Levenberg–Marquardt, for each of the fits
    int close_approaches = 60;    ///< that must not attract, for each pair of elements
};

struct FitReport {
    ParameterSet parameters;
    std::size_t n_systems = 0;
    std::vector<SkippedSystem> skipped;
    std::vector<std::string> warnings;  ///< fits that did not converge
    std::vector<ErrorStatistics>
        components;         ///< of the fitted set, in the order of component_names
    ErrorStatistics total;  ///< of the fitted set, of systems with a reference total
};

/// Called with a line of progress.
using FitLog = std::function<void(const std::string&)>;

/// Fits all constants to the reference components and, where there are any, total energies
/// (`e_ref`) of the systems, starting from initial_parameters(). Systems without components or of
/// unsupported elements are left out and listed.
/// @throws InputError if fewer systems are left than there are constants
FitReport fit_components(std::span<const ReferenceSystem> systems,
                         const PropertyModel& model,
                         const FitOptions& options,
                         const FitLog& log = {});

}  // namespace keesom

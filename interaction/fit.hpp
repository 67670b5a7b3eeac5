// SPDX-License-Identifier: BSD-3-Clause
//
// Fit of the physical constants to energy components.
//
// Each component is fitted on its own, by weighted least squares, one after the other. What is
// fitted:
//
//   electrostatics   decay_scale of each element
//   exchange         amplitude, decay_scale, dipole_scale, quadrupole_scale of each element,
//                    population_exponent
//   induction        amplitude and decay_scale of charge transfer of each element, on top of
//                    polarization with published damping; dipole_scale, quadrupole_scale
//                    and population_exponent are those of exchange
//   dispersion       c8_scale, c10_scale, tang_toennies_scale, on top of many-body dispersion with
//                    fixed β
//
// The residual of a system is (E − E_ref)/(e0 + f|E_exchange,ref|): absolute at long range,
// relative where densities overlap and the model, like the reference, is less certain.
#pragma once

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/interaction/benchmark.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace keesom {

struct FitOptions {
    double absolute_error = 3e-4;  ///< e0, hartree
    double relative_error = 0.05;  ///< f
    double smallest_scale = 0.9;   ///< systems with a smaller `scale` are left out
    int max_iterations = 100;      ///< of Levenberg–Marquardt, for each component
};

struct FitReport {
    ParameterSet parameters;
    std::size_t n_systems = 0;
    std::vector<SkippedSystem> skipped;
    std::vector<ErrorStatistics>
        components;  ///< of the fitted set, in the order of component_names
};

/// Called with a line of progress.
using FitLog = std::function<void(const std::string&)>;

/// Fits all constants to the reference components of the systems, starting from
/// initial_parameters(). Systems without components, of unsupported elements or with charged
/// monomers are left out and listed.
/// @throws InputError if no system is left
FitReport fit_components(std::span<const ReferenceSystem> systems,
                         const PropertyModel& model,
                         const FitOptions& options,
                         const FitLog& log = {});

}  // namespace keesom

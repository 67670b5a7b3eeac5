// SPDX-License-Identifier: BSD-3-Clause
//
// One least-squares problem of a fit: some constants, the components and totals that they have to
// reproduce, and the wall that they must not take down.
#pragma once

#include <keesom/calibration/benchmark.hpp>
#include <keesom/calibration/fit.hpp>
#include <keesom/calibration/fitting/fit_system.hpp>
#include <keesom/calibration/fitting/free_parameters.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace keesom {

/// The energy of a system, hartree.
using EnergyFunction = std::function<double(const FitSystem&)>;

/// A component and how its energy follows from the constants.
struct FittedTerm {
    ComponentName component;

    /// The energy with the constants as they are when it is called.
    std::function<EnergyFunction()> with_present_constants;
};

struct FitStage {
    std::string name;
    std::vector<FittedTerm> terms;  ///< whose references count; they take part in the wall
    bool totals = false;            ///< whether the references of the total energy count, too

    /// The least total at a close approach, with the components known so far, over exchange.
    std::optional<double> wall;

    std::vector<FreeParameter> free;
};

struct FitData {
    std::vector<FitSystem> systems;          ///< those without `reference` are close approaches
    std::vector<EnergyComponents> energies;  ///< of each system, as far as the fit has come
};

/// Fits the constants of a stage, in place, and replaces its components in `data.energies`.
///
/// Residuals, all passed through Huber's loss, are (E_c − E_c,ref)/(e0 + f|E_exchange,ref|) of each
/// component, the same of the total with e0 and f of FitOptions::total, and what is missing to the
/// wall over e0 + f|E_exchange|.
/// @returns whether the fit converged
/// @throws NumericalError if it failed
bool fit_stage(const FitStage& stage, const FitOptions& options, const FitLog& log, FitData& data);

}  // namespace keesom

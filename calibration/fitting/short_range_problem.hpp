// SPDX-License-Identifier: BSD-3-Clause
//
// The fit of constants and of the learned short range through the physics, as a problem of least
// squares (gauss_newton.hpp).
//
// Residuals, with the components E_c of the interaction energy and E_x that of exchange:
//
//     (E_c − E_c,ref)/e                   each component that has a reference
//     (E − E_ref)/e'                      the total, with a closer tolerance
//     max(0, w E_x − E)/(e + f |E_x|)     of close approaches, which have to repel; f = 0.05
//
// Polarization and many-body dispersion are computed once and stay.
#pragma once

#include <keesom/calibration/fit.hpp>
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/calibration/fitting/gauss_newton.hpp>
#include <keesom/calibration/fitting/short_range_unknowns.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace keesom {

class ShortRangeProblem : public LeastSquaresProblem {
public:
    /// w: what has to remain of exchange at a close approach. Anions penetrate more than the
    /// neutral molecules that a fit sees most of.
    static constexpr double wall = 0.3;

    /// Whether the constant of this path (ConstantReference) is among the unknowns.
    static bool varies(std::string_view path);

    /// @param molecules, unknowns and systems are referred to; they have to stay where they are
    /// @param parameters whose constants are the prior mean
    /// @param systems that count
    ShortRangeProblem(std::span<const FitMolecule> molecules,
                      const ShortRangeUnknowns& unknowns,
                      ParameterSet parameters,
                      std::vector<const FitSystem*> systems,
                      const FitOptions& options);

    [[nodiscard]] Eigen::Index unknowns() const override { return unknowns_.size(); }

    [[nodiscard]] const Eigen::VectorXd& weights() const override { return weights_; }

    [[nodiscard]] Eigen::VectorXd residuals(const Eigen::VectorXd& z) const override;

    [[nodiscard]] std::unique_ptr<const LinearizedResiduals> linearize(
        const Eigen::VectorXd& z) const override;

    /// Energies of other systems of the same molecules.
    [[nodiscard]] std::vector<EnergyComponents> energies(
        const Eigen::VectorXd& z, std::span<const FitSystem* const> systems) const;

    /// The constants at z.
    [[nodiscard]] ParameterSet parameters(const Eigen::VectorXd& z) const;

private:
    class Linearization;

    /// One residual is one combination of the components of a system.
    struct Row {
        std::size_t system = 0;
        Eigen::Vector4d combination;
        double reference = 0.0;
        double tolerance = 0.0;  ///< 0: a close approach
    };

    /// The constants of all elements at z; those of elements are among the short-range properties.
    [[nodiscard]] ParameterSet globals(const Eigen::VectorXd& z) const;

    /// What the residual of a close approach is measured in.
    [[nodiscard]] double wall_tolerance(double exchange) const;

    [[nodiscard]] Eigen::VectorXd residuals_of(const std::vector<EnergyComponents>& energies) const;

    std::span<const FitMolecule> molecules_;
    const ShortRangeUnknowns& unknowns_;
    ParameterSet parameters_;
    std::vector<const FitSystem*> systems_;
    FitOptions options_;
    std::vector<Row> rows_;
    Eigen::VectorXd weights_;
};

}  // namespace keesom

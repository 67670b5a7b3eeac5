// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/gradient_checks.hpp"

#include <keesom/dispersion/oscillators.hpp>

#include <Eigen/Core>

#include <string>

namespace keesom::testing {

/// Three numbers of an oscillator, their derivatives, and a name for messages.
struct OscillatorNumber {
    Eigen::VectorXd Oscillators::*values;
    Eigen::VectorXd OscillatorGradient::*derivatives;
    const char* name;
};

inline constexpr OscillatorNumber oscillator_numbers[] = {
    {&Oscillators::polarizabilities, &OscillatorGradient::polarizabilities, "polarizability"},
    {&Oscillators::c6, &OscillatorGradient::c6, "C6"},
    {&Oscillators::vdw_radii, &OscillatorGradient::vdw_radii, "van der Waals radius"}};

/// `gradient` against central differences of energy(positions, oscillators).
template <class Energy>
void expect_oscillator_gradient(const Energy& energy,
                                const Eigen::Matrix3Xd& positions,
                                const Oscillators& oscillators,
                                const OscillatorGradient& gradient,
                                double relative_tolerance) {
    const auto atom = [](Eigen::Index i) { return "atom " + std::to_string(i); };

    DerivativeComparison forces("by position");
    for (Eigen::Index i = 0; i < positions.cols(); ++i) {
        for (Eigen::Index x = 0; x < 3; ++x) {
            const auto displaced = [&](double t) {
                Eigen::Matrix3Xd moved = positions;
                moved(x, i) += t;
                return energy(moved, oscillators);
            };
            forces.add(gradient.positions(x, i), derivative(displaced, 0.0, 4e-2), atom(i));
        }
    }
    forces.expect_equal(relative_tolerance);

    for (const OscillatorNumber& number : oscillator_numbers) {
        DerivativeComparison comparison(std::string("by ") + number.name);
        for (Eigen::Index i = 0; i < positions.cols(); ++i) {
            const auto changed = [&](double t) {
                Oscillators others = oscillators;
                (others.*number.values)[i] += t;
                return energy(positions, others);
            };
            comparison.add((gradient.*number.derivatives)[i],
                           derivative(changed, 0.0, 4e-2 * (oscillators.*number.values)[i]),
                           atom(i));
        }
        comparison.expect_equal(relative_tolerance);
    }
}

}  // namespace keesom::testing

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <string_view>

namespace keesom {

namespace {

void require_positive(const Eigen::VectorXd& values, std::string_view name) {
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        if (!(values[i] > 0.0 && std::isfinite(values[i]))) {
            throw InputError(fmt::format(
                "{} of atom {} is {}, expected a positive number", name, i + 1, values[i]));
        }
    }
}

}  // namespace

Eigen::VectorXd Oscillators::frequencies() const {
    return 4.0 / 3.0 * c6.array() / polarizabilities.array().square();
}

Eigen::VectorXd Oscillators::dynamic_polarizabilities(double u) const {
    return polarizabilities.array() / (1.0 + (u / frequencies().array()).square());
}

void Oscillators::validate(Eigen::Index n_atoms) const {
    if (polarizabilities.size() != n_atoms || c6.size() != n_atoms || vdw_radii.size() != n_atoms) {
        throw InputError(fmt::format(
            "{} polarizabilities, {} C6 and {} van der Waals radii do not describe {} atoms",
            polarizabilities.size(),
            c6.size(),
            vdw_radii.size(),
            n_atoms));
    }
    require_positive(polarizabilities, "polarizability");
    require_positive(c6, "C6");
    require_positive(vdw_radii, "van der Waals radius");
}

OscillatorGradient::OscillatorGradient(Eigen::Index n_atoms)
    : positions(Eigen::Matrix3Xd::Zero(3, n_atoms)),
      polarizabilities(Eigen::VectorXd::Zero(n_atoms)),
      c6(Eigen::VectorXd::Zero(n_atoms)),
      vdw_radii(Eigen::VectorXd::Zero(n_atoms)) {}

void OscillatorGradient::add_by_frequencies(const Oscillators& oscillators,
                                            const Eigen::VectorXd& by_frequencies) {
    const Eigen::ArrayXd by_logarithm = by_frequencies.array() * oscillators.frequencies().array();
    c6.array() += by_logarithm / oscillators.c6.array();
    polarizabilities.array() -= 2.0 * by_logarithm / oscillators.polarizabilities.array();
}

void OscillatorGradient::add_by_dynamic_polarizabilities(
    const Oscillators& oscillators, double u, const Eigen::VectorXd& by_polarizabilities) {
    const Eigen::ArrayXd omega = oscillators.frequencies();
    const Eigen::ArrayXd by_logarithm =
        by_polarizabilities.array() * oscillators.dynamic_polarizabilities(u).array();
    polarizabilities.array() += by_logarithm / oscillators.polarizabilities.array();
    add_by_frequencies(oscillators,
                       2.0 * u * u * by_logarithm / (omega * (omega.square() + u * u)));
}

Eigen::VectorXd OscillatorGradient::by_hirshfeld_ratios(
    const Oscillators& oscillators, const Eigen::VectorXd& hirshfeld_ratios) const {
    return (polarizabilities.array() * oscillators.polarizabilities.array() +
            2.0 * c6.array() * oscillators.c6.array() +
            vdw_radii.array() * oscillators.vdw_radii.array() / 3.0) /
           hirshfeld_ratios.array();
}

Oscillators scaled_oscillators(std::span<const int> atomic_numbers,
                               const Eigen::VectorXd& hirshfeld_ratios) {
    const auto n_atoms = static_cast<Eigen::Index>(atomic_numbers.size());
    if (hirshfeld_ratios.size() != n_atoms) {
        throw InputError(fmt::format(
            "{} Hirshfeld ratios do not describe {} atoms", hirshfeld_ratios.size(), n_atoms));
    }
    require_positive(hirshfeld_ratios, "Hirshfeld ratio");
    Oscillators atoms{Eigen::VectorXd(n_atoms), Eigen::VectorXd(n_atoms), Eigen::VectorXd(n_atoms)};
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        const FreeAtom free = free_atom(atomic_numbers[static_cast<std::size_t>(i)]);
        const double h = hirshfeld_ratios[i];
        atoms.polarizabilities[i] = free.polarizability * h;
        atoms.c6[i] = free.c6 * h * h;
        atoms.vdw_radii[i] = free.vdw_radius * std::cbrt(h);
    }
    return atoms;
}

}  // namespace keesom

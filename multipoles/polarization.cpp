// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/element_constants.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/multipoles/damping.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>
#include <keesom/multipoles/polarization.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace keesom {

namespace {

struct Atom {
    Eigen::Vector3d position;
    Multipole<double> permanent;
    double polarizability;
    double polarizability_sixth_root;
    std::size_t monomer;
    Eigen::Index index;  // in its monomer
};

std::vector<Atom> atoms_of(std::span<const Monomer> monomers, double polarizability_exponent) {
    std::vector<Atom> atoms;
    for (std::size_t m = 0; m < monomers.size(); ++m) {
        const Monomer& monomer = monomers[m];
        for (Eigen::Index i = 0; i < monomer.size(); ++i) {
            const int z = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
            const double ratio = monomer.properties().hirshfeld_ratios[i];
            const double polarizability =
                free_atom(z).polarizability * std::pow(ratio, polarizability_exponent);
            atoms.push_back({monomer.molecule().positions.col(i),
                             atomic_multipole(monomer, i),
                             polarizability,
                             std::pow(polarizability, 1.0 / 6.0),
                             m,
                             i});
        }
    }
    return atoms;
}

double scaled_distance(const Atom& a, const Atom& b, double r) {
    return r / (a.polarizability_sixth_root * b.polarizability_sixth_root);
}

std::string label(const Atom& atom, std::span<const Monomer> monomers) {
    const Molecule& molecule = monomers[atom.monomer].molecule();
    const int z = molecule.atomic_numbers[static_cast<std::size_t>(atom.index)];
    const std::string owner = molecule.name.empty() ? "" : fmt::format(" ('{}')", molecule.name);
    return fmt::format(
        "{}{} of monomer {}{}", element_symbol(z), atom.index + 1, atom.monomer + 1, owner);
}

[[noreturn]] void report_catastrophe(const std::vector<Atom>& atoms,
                                     std::span<const Monomer> monomers) {
    std::string where = "a single atom";
    double closest = std::numeric_limits<double>::infinity();
    for (std::size_t j = 1; j < atoms.size(); ++j) {
        for (std::size_t i = 0; i < j; ++i) {
            const double r = (atoms[j].position - atoms[i].position).norm();
            const double u = scaled_distance(atoms[i], atoms[j], r);
            if (u < closest) {
                closest = u;
                where = fmt::format("{} and {} are {:.3f} bohr apart",
                                    label(atoms[i], monomers),
                                    label(atoms[j], monomers),
                                    r);
            }
        }
    }
    throw NumericalError(fmt::format(
        "polarization catastrophe, the induced dipoles have no finite solution: {}", where));
}

}  // namespace

InducedDipoles solve_induced_dipoles(std::span<const Monomer> monomers,
                                     const PolarizationParameters& parameters) {
    parameters.validate();
    const std::vector<Atom> atoms = atoms_of(monomers, parameters.polarizability_exponent);
    const auto n = static_cast<Eigen::Index>(atoms.size());

    InducedDipoles induced;
    induced.polarizabilities.resize(n);
    induced.fields.setZero(3, n);
    Eigen::MatrixXd response(3 * n, 3 * n);  // α⁻¹ + C, lower triangle
    for (Eigen::Index i = 0; i < n; ++i) {
        const Atom& a = atoms[static_cast<std::size_t>(i)];
        induced.polarizabilities[i] = a.polarizability;
        response.block<3, 3>(3 * i, 3 * i) = Eigen::Matrix3d::Identity() / a.polarizability;
        for (Eigen::Index j = i + 1; j < n; ++j) {
            const Atom& b = atoms[static_cast<std::size_t>(j)];
            const Eigen::Vector3d R = b.position - a.position;
            const double r = R.norm();
            const std::array<double, 3> f =
                thole_factors(parameters.thole_a, scaled_distance(a, b, r), r);
            response.block<3, 3>(3 * j, 3 * i) =
                f[0] * Eigen::Matrix3d::Identity() - f[1] * R * R.transpose();
            if (a.monomer != b.monomer) {
                induced.fields.col(i) += field(b.permanent, R, f);
                induced.fields.col(j) += field<double>(a.permanent, -R, f);
            }
        }
    }

    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(response);
    if (cholesky.info() != Eigen::Success) {
        report_catastrophe(atoms, monomers);
    }
    induced.dipoles = induced.fields;
    Eigen::Map<Eigen::VectorXd> dipoles(induced.dipoles.data(), 3 * n);
    cholesky.solveInPlace(dipoles);
    induced.energy = -0.5 * induced.dipoles.cwiseProduct(induced.fields).sum();
    return induced;
}

void PolarizationParameters::validate() const {
    require_constant("thole_a", thole_a, ConstantRange::positive);
    require_constant("polarizability_exponent", polarizability_exponent, ConstantRange::finite);
}

Polarization::Polarization(PolarizationParameters parameters) : parameters_(parameters) {
    parameters_.validate();
}

EnergyComponents Polarization::energy(std::span<const Monomer> monomers) const {
    EnergyComponents energy;
    energy.induction = solve_induced_dipoles(monomers, parameters_).energy;
    return energy;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/bonds.hpp>
#include <keesom/core/charge_check.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/ml/descriptors/smooth_step.hpp>
#include <keesom/ml/model/charge_equilibration.hpp>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace keesom {

namespace {

// Hardness of an atom beside its Coulomb energy, hartree/e². From 0.05 to 0.2, and with radii from
// 0.8 to 1.5 times the covalent ones, cross-validation hardly tells the difference: what is learned
// adapts.
constexpr double hardness = 0.1;

// w of a bond, e²/hartree. Cross-validation prefers more freedom by less than a hundredth of the
// error; a third of this costs a few hundredths.
constexpr double bond_compliance = 10.0;

// κ, e²/hartree: far below the eigenvalues of L that belong to whole bonds.
constexpr double projection_width = 0.01;

// Bonds are fully open below this multiple of the sum of covalent radii.
constexpr double open_bond = 1.1;

double opening(double distance, double radii) {
    return (distance / radii - open_bond) / (bond_tolerance - open_bond);
}

/// Falls from 1 at open_bond to 0 at bond_tolerance.
double openness(double distance, double radii) {
    return smooth_step_down(opening(distance, radii));
}

double openness_slope(double distance, double radii) {
    return smooth_step_down_slope(opening(distance, radii)) /
           (radii * (bond_tolerance - open_bond));
}

/// Coulomb energy of two Gaussian unit charges; s² is the sum of the squares of their radii.
double screened_coulomb(double r, double s) {
    return std::erf(r / s) / r;
}

double screened_coulomb_slope(double r, double s) {
    return (2.0 * std::numbers::inv_sqrtpi / s * std::exp(-r * r / (s * s)) -
            screened_coulomb(r, s)) /
           r;
}

double distance(const Molecule& molecule, Eigen::Index i, Eigen::Index j) {
    return (molecule.positions.col(j) - molecule.positions.col(i)).norm();
}

Eigen::VectorXd covalent_radii(const Molecule& molecule) {
    Eigen::VectorXd radii(molecule.size());
    for (Eigen::Index i = 0; i < radii.size(); ++i) {
        radii[i] = covalent_radius(molecule.atomic_numbers[static_cast<std::size_t>(i)]);
    }
    return radii;
}

Eigen::MatrixXd coulomb_matrix(const Molecule& molecule, const Eigen::VectorXd& radii) {
    const Eigen::Index n = molecule.size();
    Eigen::MatrixXd j(n, n);
    for (Eigen::Index b = 0; b < n; ++b) {
        j(b, b) = hardness + std::sqrt(2.0 * std::numbers::inv_pi) / radii[b];
        for (Eigen::Index a = 0; a < b; ++a) {
            j(a, b) = j(b, a) =
                screened_coulomb(distance(molecule, a, b), std::hypot(radii[a], radii[b]));
        }
    }
    return j;
}

Eigen::MatrixXd bond_laplacian(const Molecule& molecule, const Eigen::VectorXd& radii) {
    const Eigen::Index n = molecule.size();
    Eigen::MatrixXd laplacian = Eigen::MatrixXd::Zero(n, n);
    for (const auto& [i, j] : bonds(molecule.atomic_numbers, molecule.positions)) {
        const double w = bond_compliance * openness(distance(molecule, i, j), radii[i] + radii[j]);
        laplacian(i, i) += w;
        laplacian(j, j) += w;
        laplacian(i, j) -= w;
        laplacian(j, i) -= w;
    }
    return laplacian;
}

/// Charges of the bonded parts of a molecule. Two parts or more share its charge as their bonds
/// suggest; parts of a neutral molecule that suggest nothing that adds up, as radicals do, are
/// neutral.
std::vector<int> charges_of_parts(const Molecule& molecule, const std::vector<Fragment>& parts) {
    if (parts.size() == 1) {
        return {molecule.charge};
    }
    std::vector<int> charges(parts.size(), 0);
    int total = 0;
    const std::vector<Molecule> pieces = split_molecule(molecule, parts, charges);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const ChargeCheck check = check_charge(pieces[p]);
        if (check.verdict == ChargeVerdict::other_charge) {
            charges[p] = check.charge;
        }
        total += charges[p];
    }
    if (total != molecule.charge && molecule.charge == 0) {
        return std::vector<int>(parts.size(), 0);
    }
    if (total != molecule.charge) {
        throw InputError(
            fmt::format("cannot tell how the {} unbonded parts of '{}' share its charge of {:+}: "
                        "take them as monomers of their own",
                        parts.size(),
                        molecule.name,
                        molecule.charge));
    }
    return charges;
}

}  // namespace

ChargeResponse charge_response(const Molecule& molecule) {
    const Eigen::Index n = molecule.size();
    const Eigen::VectorXd radii = covalent_radii(molecule);
    const Eigen::MatrixXd coulomb = coulomb_matrix(molecule, radii);
    const Eigen::MatrixXd laplacian = bond_laplacian(molecule, radii);
    const std::vector<Fragment> parts =
        connected_fragments(molecule.atomic_numbers, molecule.positions);
    const std::vector<int> charges = charges_of_parts(molecule, parts);

    Eigen::VectorXd even(n);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        for (const Eigen::Index i : parts[p]) {
            even[i] = static_cast<double>(charges[p]) / static_cast<double>(parts[p].size());
        }
    }
    // (1 + J L)ᵀ Aᵀ = Lᵀ, and A is symmetric.
    const Eigen::MatrixXd system = Eigen::MatrixXd::Identity(n, n) + laplacian * coulomb;
    Eigen::MatrixXd a = system.partialPivLu().solve(laplacian);
    a = (-0.5 * (a + a.transpose())).eval();
    Eigen::MatrixXd opened = laplacian;
    opened.diagonal().array() += projection_width;
    const Eigen::MatrixXd projection = Eigen::MatrixXd::Identity(n, n) -
                                       projection_width * Eigen::LLT<Eigen::MatrixXd>(opened).solve(
                                                              Eigen::MatrixXd::Identity(n, n));
    return {a, projection, even + a * (coulomb * even)};
}

Eigen::Matrix3Xd charge_response_pullback(const Molecule& molecule,
                                          const ChargeResponse& response,
                                          const Eigen::VectorXd& electronegativities,
                                          const Eigen::VectorXd& staying,
                                          const Eigen::VectorXd& charge_gradient) {
    const Eigen::VectorXd radii = covalent_radii(molecule);
    const Eigen::MatrixXd coulomb = coulomb_matrix(molecule, radii);
    const Eigen::VectorXd flowing = response.a * electronegativities + response.offsets;
    const Eigen::VectorXd responding = response.a * charge_gradient;  // −A w
    const Eigen::VectorXd left = charge_gradient + coulomb * responding;
    const Eigen::VectorXd right = electronegativities + coulomb * flowing;
    const Eigen::VectorXd left_staying = charge_gradient - response.projection * charge_gradient;
    const Eigen::VectorXd right_staying = staying - response.projection * staying;

    Eigen::Matrix3Xd gradient = Eigen::Matrix3Xd::Zero(3, molecule.size());
    const auto add = [&](Eigen::Index i, Eigen::Index j, double by_distance) {
        const Eigen::Vector3d along =
            by_distance * (molecule.positions.col(j) - molecule.positions.col(i)).normalized();
        gradient.col(i) -= along;
        gradient.col(j) += along;
    };
    for (Eigen::Index j = 0; j < molecule.size(); ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            const double slope =
                screened_coulomb_slope(distance(molecule, i, j), std::hypot(radii[i], radii[j]));
            add(i, j, (responding[i] * flowing[j] + responding[j] * flowing[i]) * slope);
        }
    }
    for (const auto& [i, j] : bonds(molecule.atomic_numbers, molecule.positions)) {
        const double slope =
            bond_compliance * openness_slope(distance(molecule, i, j), radii[i] + radii[j]);
        const double by_compliance = (left_staying[i] - left_staying[j]) *
                                         (right_staying[i] - right_staying[j]) / projection_width -
                                     (left[i] - left[j]) * (right[i] - right[j]);
        add(i, j, by_compliance * slope);
    }
    return gradient;
}

}  // namespace keesom

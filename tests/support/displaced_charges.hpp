// SPDX-License-Identifier: BSD-3-Clause
//
// Multipoles the way they are defined, as limits of displaced charges. With 50 digits and a tiny
// displacement the limit is reached to more digits than a double has, which makes an oracle for
// multipole interactions of any kind that knows no interaction tensor.
#pragma once

#include <keesom/multipoles/multipole_interaction.hpp>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <vector>

namespace keesom::testing {

using Real50 = boost::multiprecision::cpp_bin_float_50;
using Real100 = boost::multiprecision::cpp_bin_float_100;

struct DisplacedCharge {
    Real50 charge;
    Vector3<Real50> position;
};

/// Charges around the origin with the multipole's charge, dipole and traceless quadrupole.
///
/// They also have a trace of second moments of zero, and higher moments of the order of `step`
/// squared; the error of an interaction over a distance r is (step/r)² relative.
inline std::vector<DisplacedCharge> displaced_charges(const Multipole<double>& multipole,
                                                      const Real50& step) {
    using Vector = Vector3<Real50>;
    std::vector<DisplacedCharge> charges{{multipole.charge, Vector::Zero()}};
    for (Eigen::Index i = 0; i < 3; ++i) {
        const Vector along_i = step * Vector::Unit(i);
        const Real50 moment = multipole.dipole[i] / (2 * step);
        charges.push_back({moment, along_i});
        charges.push_back({-moment, -along_i});
        // ⅓ Θ_ij ∂_i∂_j as second differences
        const Real50 diagonal = Real50(multipole.quadrupole(i, i)) / (3 * step * step);
        charges.push_back({diagonal, along_i});
        charges.push_back({-2 * diagonal, Vector::Zero()});
        charges.push_back({diagonal, -along_i});
        for (Eigen::Index j = 0; j < i; ++j) {
            const Vector along_j = step * Vector::Unit(j);
            const Real50 mixed = 2 * Real50(multipole.quadrupole(i, j)) / (12 * step * step);
            charges.push_back({mixed, along_i + along_j});
            charges.push_back({mixed, -along_i - along_j});
            charges.push_back({-mixed, along_i - along_j});
            charges.push_back({-mixed, -along_i + along_j});
        }
    }
    return charges;
}

/// Interaction of two sets of displaced charges through φ(distance), their centers R = r_B − r_A
/// apart.
template <class RadialFunction>
Real50 interact(const std::vector<DisplacedCharge>& a,
                const std::vector<DisplacedCharge>& b,
                const Eigen::Vector3d& R,
                RadialFunction&& phi) {
    const Vector3<Real50> center = R.cast<Real50>();
    Real50 energy = 0;
    for (const DisplacedCharge& charge_a : a) {
        for (const DisplacedCharge& charge_b : b) {
            const Vector3<Real50> separation = center + charge_b.position - charge_a.position;
            const Real50 distance = sqrt(separation.dot(separation));
            energy += charge_a.charge * charge_b.charge * phi(distance);
        }
    }
    return energy;
}

}  // namespace keesom::testing

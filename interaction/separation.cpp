// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/interaction/separation.hpp>

#include <cmath>
#include <cstddef>

namespace keesom {

namespace {

// Of the pushes by their sum of lengths, where rounding decides over the direction.
constexpr double smallest_push = 1e-8;

double radius(const Molecule& molecule, Eigen::Index atom) {
    return free_atom(molecule.atomic_numbers[static_cast<std::size_t>(atom)]).vdw_radius;
}

}  // namespace

Separation separation(const Molecule& first, const Molecule& second) {
    Separation result;
    double closest = 0.0;  // (sum of radii)/R, largest
    Eigen::Vector3d push = Eigen::Vector3d::Zero();
    double lengths = 0.0;
    for (Eigen::Index j = 0; j < second.size(); ++j) {
        for (Eigen::Index i = 0; i < first.size(); ++i) {
            const Eigen::Vector3d r = second.positions.col(j) - first.positions.col(i);
            const double distance = r.norm();
            if (distance == 0.0) {
                throw InputError("atoms of two molecules coincide");
            }
            const double ratio = (radius(first, i) + radius(second, j)) / distance;
            if (ratio > closest) {
                closest = ratio;
                result.distance = distance;
            }
            const double length = std::pow(ratio, 12);
            push += length / distance * r;
            lengths += length;
        }
    }
    if (!(push.norm() > smallest_push * lengths)) {
        throw InputError("one molecule surrounds the other evenly, no direction leads apart");
    }
    result.direction = push.normalized();
    return result;
}

Molecule moved(const Molecule& second, const Separation& separation, double scale) {
    Molecule result = second;
    result.positions.colwise() += (scale - 1.0) * separation.distance * separation.direction;
    return result;
}

}  // namespace keesom

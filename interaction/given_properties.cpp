// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/interaction/given_properties.hpp>
#include <keesom/interaction/monomer_library.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace keesom {

namespace {

/// How a record is laid over a molecule.
struct Superposition {
    std::vector<Eigen::Index> order;  ///< the atom of the record for each one of the molecule
    Eigen::Matrix3d rotation;
    double distance;  ///< of the furthest atom from its image
};

struct Match {
    const PropertyRecord* record;
    Superposition superposition;
};

Molecule selected(const Molecule& molecule, std::span<const Eigen::Index> atoms) {
    Molecule selection;
    selection.charge = molecule.charge;
    selection.positions.resize(3, static_cast<Eigen::Index>(atoms.size()));
    for (std::size_t i = 0; i < atoms.size(); ++i) {
        selection.atomic_numbers.push_back(
            molecule.atomic_numbers[static_cast<std::size_t>(atoms[i])]);
        selection.positions.col(static_cast<Eigen::Index>(i)) = molecule.positions.col(atoms[i]);
    }
    return selection;
}

/// Three atoms far apart, and not on a line unless all are: where they are, the molecule is.
std::array<Eigen::Index, 3> spanning_atoms(const Eigen::Matrix3Xd& positions) {
    std::array<Eigen::Index, 3> atoms = {};
    const Eigen::Vector3d center = positions.rowwise().mean();
    (positions.colwise() - center).colwise().norm().maxCoeff(&atoms[0]);
    const Eigen::Matrix3Xd from_first = positions.colwise() - positions.col(atoms[0]);
    from_first.colwise().norm().maxCoeff(&atoms[1]);
    const Eigen::Vector3d axis = from_first.col(atoms[1]).normalized();
    const Eigen::Matrix3Xd off_axis = from_first - axis * (axis.transpose() * from_first);
    off_axis.colwise().norm().maxCoeff(&atoms[2]);
    return atoms;
}

/// For each atom of a molecule the one of the other that is nearest and of its element, if these
/// are all different.
std::optional<std::vector<Eigen::Index>> nearest_atoms(const Molecule& molecule,
                                                       const Molecule& other) {
    std::vector<Eigen::Index> order;
    std::vector<bool> taken(other.atomic_numbers.size(), false);
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        Eigen::Index nearest = -1;
        double smallest = std::numeric_limits<double>::infinity();
        for (Eigen::Index j = 0; j < other.size(); ++j) {
            const double distance = (molecule.positions.col(i) - other.positions.col(j)).norm();
            if (molecule.atomic_numbers[static_cast<std::size_t>(i)] ==
                    other.atomic_numbers[static_cast<std::size_t>(j)] &&
                distance < smallest) {
                smallest = distance;
                nearest = j;
            }
        }
        if (nearest < 0 || taken[static_cast<std::size_t>(nearest)]) {
            return std::nullopt;
        }
        taken[static_cast<std::size_t>(nearest)] = true;
        order.push_back(nearest);
    }
    return order;
}

/// With three atoms of each in the same place; `motion` lays them over each other.
std::optional<Superposition> superposition(const Molecule& from,
                                           const Molecule& to,
                                           const RigidMotion& motion) {
    Molecule image = from;
    image.positions = (motion.rotation * from.positions).colwise() + motion.shift;
    const auto order = nearest_atoms(to, image);
    if (!order) {
        return std::nullopt;
    }
    const Molecule ordered = selected(from, *order);
    const auto best = rigid_motion(ordered, to, given_geometry_tolerance);
    if (!best) {
        return std::nullopt;
    }
    const Eigen::Matrix3Xd moved = (best->rotation * ordered.positions).colwise() + best->shift;
    return Superposition{
        *order, best->rotation, (moved - to.positions).colwise().norm().maxCoeff()};
}

/// The closest of all that the places of three atoms leave.
std::optional<Superposition> closest_superposition(const Molecule& from, const Molecule& to) {
    if (from.charge != to.charge ||
        chemical_formula(from.atomic_numbers) != chemical_formula(to.atomic_numbers)) {
        return std::nullopt;
    }
    const std::array<Eigen::Index, 3> atoms = spanning_atoms(from.positions);
    const Molecule span = selected(from, atoms);
    std::optional<Superposition> best;
    // Each of the places has this far to go at most, to either side.
    const auto fits = [&](Eigen::Index a, Eigen::Index b, Eigen::Index i, Eigen::Index j) {
        const double expected = (span.positions.col(a) - span.positions.col(b)).norm();
        const double found = (to.positions.col(i) - to.positions.col(j)).norm();
        return std::abs(found - expected) <= 2.0 * given_geometry_tolerance;
    };
    for (Eigen::Index i = 0; i < to.size(); ++i) {
        for (Eigen::Index j = 0; j < to.size(); ++j) {
            if (!fits(0, 1, i, j)) {
                continue;
            }
            for (Eigen::Index k = 0; k < to.size(); ++k) {
                if (!fits(0, 2, i, k) || !fits(1, 2, j, k)) {
                    continue;
                }
                // A rough place is enough to tell which atom is which.
                const auto motion = rigid_motion(
                    span, selected(to, std::array{i, j, k}), 2.0 * given_geometry_tolerance);
                if (!motion) {
                    continue;
                }
                auto found = superposition(from, to, *motion);
                if (found && (!best || found->distance < best->distance)) {
                    best = std::move(found);
                }
            }
        }
    }
    return best;
}

/// @throws ModelError that names the molecule if no record matches
Match closest_match(const std::vector<PropertyRecord>& records, const Molecule& molecule) {
    std::optional<Match> best;
    for (const PropertyRecord& record : records) {
        auto found = closest_superposition(record.molecule, molecule);
        if (found && (!best || found->distance < best->superposition.distance)) {
            best = Match{&record, std::move(*found)};
        }
    }
    if (!best) {
        throw ModelError(fmt::format("no properties given for ({}) with charge {} in this geometry",
                                     chemical_formula(molecule.atomic_numbers),
                                     molecule.charge));
    }
    return std::move(*best);
}

}  // namespace

GivenProperties::GivenProperties(std::vector<PropertyRecord> records,
                                 std::shared_ptr<const PropertyModel> short_range)
    : records_(std::move(records)), short_range_(std::move(short_range)) {}

PropertyPrediction GivenProperties::predict(const Molecule& molecule) const {
    const Match match = closest_match(records_, molecule);
    AtomProperties ordered(molecule.size());
    for (const AtomProperty& property : density_properties()) {
        const auto given = property.values(match.record->properties);
        for (Eigen::Index i = 0; i < molecule.size(); ++i) {
            property.values(ordered).col(i) =
                given.col(match.superposition.order[static_cast<std::size_t>(i)]);
        }
    }
    PropertyPrediction prediction;
    prediction.properties = rotated(ordered, match.superposition.rotation);
    Eigen::VectorXd& charges = prediction.properties.charges;
    charges.array() += (molecule.charge - charges.sum()) / static_cast<double>(molecule.size());
    if (short_range_) {
        const AtomProperties predicted = short_range_->predict(molecule).properties;
        for (const AtomProperty& property : short_range_properties()) {
            property.values(prediction.properties) = property.values(predicted);
        }
    }
    prediction.unfamiliar.setConstant(molecule.size(), false);
    return prediction;
}

double GivenProperties::distance(const Molecule& molecule) const {
    return closest_match(records_, molecule).superposition.distance;
}

std::vector<int> GivenProperties::supported_elements() const {
    std::set<int> elements;
    for (const PropertyRecord& record : records_) {
        elements.insert(record.molecule.atomic_numbers.begin(),
                        record.molecule.atomic_numbers.end());
    }
    return {elements.begin(), elements.end()};
}

}  // namespace keesom

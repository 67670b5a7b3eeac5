// SPDX-License-Identifier: BSD-3-Clause
#include "energy_details.hpp"

#include "session.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/rigid_force.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

/// One force_unit() in hartree/bohr.
double force_value(const EnergyUnit& unit) {
    return unit.value() / units::angstrom;
}

std::string components(const Eigen::Vector3d& vector, const EnergyUnit& unit) {
    return fmt::format(
        "{0:>12.{3}f}{1:>12.{3}f}{2:>12.{3}f}", vector.x(), vector.y(), vector.z(), unit.digits());
}

/// A row of the table of pairs, or the sum of such rows.
std::string pair_numbers(const EnergyComponents& energy, const EnergyUnit& unit) {
    const auto number = [&](double value, int width) {
        return fmt::format("{:>{}.{}f}", value / unit.value(), width, unit.digits());
    };
    return number(energy.total(), 12) + number(energy.electrostatics, 16) +
           number(energy.exchange, 12) + number(energy.induction, 17) +
           number(energy.dispersion, 12);
}

/// The pairs with the largest energies, attractive or repulsive.
std::vector<PairEnergy> strongest(std::vector<PairEnergy> pairs) {
    constexpr std::size_t most = 12;
    const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(std::min(most, pairs.size()));
    std::partial_sort(
        pairs.begin(), end, pairs.end(), [](const PairEnergy& x, const PairEnergy& y) {
            return std::abs(x.energy.total()) > std::abs(y.energy.total());
        });
    pairs.erase(end, pairs.end());
    return pairs;
}

}  // namespace

std::string force_unit(const EnergyUnit& unit) {
    return unit.name + "/Å";
}

Eigen::Matrix3Xd forces_in(const EnergyUnit& unit, const Eigen::Matrix3Xd& gradient) {
    return -gradient / force_value(unit);
}

Json atom_json(const std::vector<Molecule>& molecules, std::size_t monomer, Eigen::Index atom) {
    const int element = molecules[monomer].atomic_numbers[static_cast<std::size_t>(atom)];
    return {{"monomer", monomer + 1}, {"atom", atom + 1}, {"element", element_symbol(element)}};
}

Json forces_json(const Molecule& molecule,
                 const Eigen::Matrix3Xd& gradient,
                 const EnergyUnit& unit) {
    const Eigen::Vector3d center = center_of_nuclear_charge(molecule);
    const RigidForce rigid = rigid_force(molecule, gradient, center);
    return {{"force", listed(rigid.force / force_value(unit))},
            {"torque", listed(rigid.torque / unit.value())},
            {"torque_center_angstrom", listed(center / units::angstrom)},
            {"forces", columns(forces_in(unit, gradient))}};
}

std::string force_tables(const std::vector<Molecule>& molecules,
                         const std::vector<Eigen::Matrix3Xd>& gradients,
                         const EnergyUnit& unit) {
    constexpr const char* heading = "  {:>2}  {:<6}{:>12}{:>12}{:>12}{:>12}\n";
    std::string rigid = fmt::format(
        "On rigid molecules: force, {}, and torque about the center of nuclear "
        "charge, {} per radian\n",
        force_unit(unit),
        unit.name);
    rigid += fmt::format(heading, "#", "", "x", "y", "z", "size");
    std::string atoms = fmt::format("On atoms, {}\n", force_unit(unit));
    atoms += fmt::format(heading, "#", "atom", "x", "y", "z", "size");
    const auto row = [&](std::size_t m, const std::string& label, const Eigen::Vector3d& vector) {
        return fmt::format("  {:>2}  {:<6}{}{:>12.{}f}\n",
                           m + 1,
                           label,
                           components(vector, unit),
                           vector.norm(),
                           unit.digits());
    };
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        const RigidForce whole =
            rigid_force(molecules[m], gradients[m], center_of_nuclear_charge(molecules[m]));
        rigid += row(m, "force", whole.force / force_value(unit));
        rigid += row(m, "torque", whole.torque / unit.value());
        const Eigen::Matrix3Xd forces = forces_in(unit, gradients[m]);
        for (Eigen::Index i = 0; i < forces.cols(); ++i) {
            atoms += row(m, atom_label(molecules[m], i), forces.col(i));
        }
    }
    return rigid + atoms;
}

Json pairs_json(const PairDecomposition& decomposition,
                const std::vector<Molecule>& molecules,
                const EnergyUnit& unit) {
    Json pairs = Json::array();
    for (const PairEnergy& pair : decomposition.pairs) {
        pairs.push_back({{"atoms",
                          {atom_json(molecules, pair.monomer_a, pair.atom_a),
                           atom_json(molecules, pair.monomer_b, pair.atom_b)}},
                         {"distance_angstrom", pair.distance / units::angstrom},
                         {"electrostatics", pair.energy.electrostatics / unit.value()},
                         {"exchange", pair.energy.exchange / unit.value()},
                         {"charge_transfer", pair.energy.induction / unit.value()},
                         {"higher_dispersion", pair.energy.dispersion / unit.value()},
                         {"total", pair.energy.total() / unit.value()}});
    }
    return {{"pairs", std::move(pairs)},
            {"polarization", decomposition.polarization / unit.value()},
            {"many_body_dispersion", decomposition.many_body_dispersion / unit.value()}};
}

std::string pair_table(const PairDecomposition& decomposition,
                       const std::vector<Molecule>& molecules,
                       const EnergyUnit& unit) {
    std::string table = fmt::format("The strongest pairs of atoms, {}\n", unit.name);
    table += fmt::format("{:>12}{:>16}{:>12}{:>17}{:>12}{:>8}\n",
                         "total",
                         "electrostatics",
                         "exchange",
                         "charge transfer",
                         "C8+C10",
                         "R/Å");
    for (const PairEnergy& pair : strongest(decomposition.pairs)) {
        table += fmt::format("{}{:>8.2f}  {} of molecule {} – {} of molecule {}\n",
                             pair_numbers(pair.energy, unit),
                             pair.distance / units::angstrom,
                             atom_label(molecules[pair.monomer_a], pair.atom_a),
                             pair.monomer_a + 1,
                             atom_label(molecules[pair.monomer_b], pair.atom_b),
                             pair.monomer_b + 1);
    }
    table += fmt::format("{}{:>8}  all {} pairs\n",
                         pair_numbers(decomposition.sum, unit),
                         "",
                         decomposition.pairs.size());
    const auto rest = [&](const char* name, double value) {
        table +=
            fmt::format("{:>12.{}f}  {}, of no pair\n", value / unit.value(), unit.digits(), name);
    };
    rest("polarization", decomposition.polarization);
    rest("many-body dispersion", decomposition.many_body_dispersion);
    return table;
}

}  // namespace keesom::apps

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/close_approaches.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/interaction/closest_contact.hpp>

#include <Eigen/Geometry>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <numbers>
#include <random>
#include <utility>

namespace keesom {

namespace {

/// No two atoms of different molecules rest closer than this fraction of the sum of their van der
/// Waals radii: 1.4 Å for hydrogen and oxygen.
constexpr double largest_close_approach = 0.42;

}  // namespace

Eigen::Vector3d random_direction(std::mt19937_64& generator) {
    std::normal_distribution<double> normal;
    Eigen::Vector3d direction;
    for (double& component : direction) {
        component = normal(generator);
    }
    return direction.normalized();
}

std::vector<FitSystem> random_close_approaches(const std::vector<FitSystem>& systems,
                                               int for_each_pair,
                                               const Polarization& polarization,
                                               const Dispersion& dispersion) {
    struct Atom {
        const Monomer* monomer;
        Eigen::Index index;
    };

    std::map<int, std::vector<Atom>> atoms;
    for (const FitSystem& system : systems) {
        for (const Monomer& monomer : system.monomers) {
            for (Eigen::Index i = 0; i < monomer.size(); ++i) {
                const int element = monomer.molecule().atomic_numbers[static_cast<std::size_t>(i)];
                atoms[element].push_back({&monomer, i});
            }
        }
    }
    std::mt19937_64 generator(20);
    const auto draw = [&](const std::vector<Atom>& from) {
        return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(generator)];
    };
    std::vector<FitSystem> result;
    for (auto second = atoms.begin(); second != atoms.end(); ++second) {
        for (auto first = atoms.begin(); first != std::next(second); ++first) {
            const double contact =
                free_atom(first->first).vdw_radius + free_atom(second->first).vdw_radius;
            std::uniform_real_distribution<double> distance(coincidence_distance,
                                                            largest_close_approach * contact);
            int kept = 0;
            for (int trial = 0; kept < for_each_pair && trial < 100 * for_each_pair; ++trial) {
                const Atom a = draw(first->second);
                const Atom b = draw(second->second);
                const double angle =
                    std::uniform_real_distribution<double>(0.0, std::numbers::pi)(generator);
                const Monomer turned = b.monomer->rotated(
                    Eigen::AngleAxisd(angle, random_direction(generator)).toRotationMatrix());
                const double r = distance(generator);
                const Eigen::Vector3d shift = a.monomer->molecule().positions.col(a.index) +
                                              r * random_direction(generator) -
                                              turned.molecule().positions.col(b.index);
                FitSystem close;
                close.monomers = {*a.monomer, turned.translated(shift)};
                if (closest_contact(close.monomers).distance < r * (1.0 - 1e-9)) {
                    continue;
                }
                try {
                    close.polarization = polarization.energy(close.monomers).induction;
                    close.many_body = dispersion.many_body_energy(Sites(close.monomers));
                } catch (const NumericalError&) {
                    continue;
                }
                close.elements = elements_of(close.monomers);
                result.push_back(std::move(close));
                ++kept;
            }
        }
    }
    return result;
}

}  // namespace keesom

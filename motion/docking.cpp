// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/motion/docking.hpp>
#include <keesom/motion/random_stream.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace keesom {

namespace {

/// Spheres, one for each atom.
struct Spheres {
    Eigen::Matrix3Xd centers;  ///< (3, N), bohr
    Eigen::VectorXd radii;     ///< (N), bohr
};

Spheres spheres_of(const Molecule& molecule) {
    Spheres result{molecule.positions, Eigen::VectorXd(molecule.size())};
    for (Eigen::Index a = 0; a < molecule.size(); ++a) {
        result.radii[a] =
            free_atom(molecule.atomic_numbers[static_cast<std::size_t>(a)]).vdw_radius;
    }
    return result;
}

void append(const Spheres& more, Spheres& all) {
    const Eigen::Index n = all.radii.size();
    all.centers.conservativeResize(3, n + more.radii.size());
    all.radii.conservativeResize(n + more.radii.size());
    all.centers.rightCols(more.radii.size()) = more.centers;
    all.radii.tail(more.radii.size()) = more.radii;
}

/// How far along a direction the spheres that come from its far end are when the first of them
/// touches one that is there: the largest t with |b + t u − a| = R_a + R_b for any two. They come
/// from where two have one center, so that there is a positive one.
double first_touch(const Spheres& there, const Spheres& coming, const Eigen::Vector3d& direction) {
    double farthest = 0.0;
    for (Eigen::Index b = 0; b < coming.radii.size(); ++b) {
        for (Eigen::Index a = 0; a < there.radii.size(); ++a) {
            const Eigen::Vector3d apart = coming.centers.col(b) - there.centers.col(a);
            const double touch = coming.radii[b] + there.radii[a];
            const double along = apart.dot(direction);
            const double root = along * along - apart.squaredNorm() + touch * touch;
            if (root >= 0.0) {
                farthest = std::max(farthest, std::sqrt(root) - along);
            }
        }
    }
    return farthest;
}

Eigen::Quaterniond random_orientation(RandomStream& random) {
    Eigen::Vector4d coefficients;
    for (double& coefficient : coefficients) {
        coefficient = random.normal();
    }
    return Eigen::Quaterniond(coefficients).normalized();
}

/// Distances between atoms of different molecules by their elements, ascending.
using Distances = std::map<std::pair<int, int>, std::vector<double>>;

Distances distances_between(const std::vector<Molecule>& molecules) {
    Distances result;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        for (std::size_t n = 0; n < m; ++n) {
            for (Eigen::Index a = 0; a < molecules[m].size(); ++a) {
                for (Eigen::Index b = 0; b < molecules[n].size(); ++b) {
                    const auto elements =
                        std::minmax(molecules[m].atomic_numbers[static_cast<std::size_t>(a)],
                                    molecules[n].atomic_numbers[static_cast<std::size_t>(b)]);
                    result[elements].push_back(
                        (molecules[m].positions.col(a) - molecules[n].positions.col(b)).norm());
                }
            }
        }
    }
    for (auto& [elements, distances] : result) {
        std::sort(distances.begin(), distances.end());
    }
    return result;
}

/// Of the same molecules.
double largest_difference(const Distances& first, const Distances& second) {
    double largest = 0.0;
    for (const auto& [elements, distances] : first) {
        const std::vector<double>& others = second.at(elements);
        for (std::size_t i = 0; i < distances.size(); ++i) {
            largest = std::max(largest, std::abs(distances[i] - others[i]));
        }
    }
    return largest;
}

}  // namespace

void DockingOptions::validate() const {
    if (starts < 1) {
        throw InputError(fmt::format("expected one start or more, got {}", starts));
    }
    relaxation.validate();
}

std::vector<Placement> random_start(const MovingComplex& complex,
                                    std::uint64_t seed,
                                    std::uint64_t number) {
    std::vector<Placement> placements(complex.bodies().size());
    const std::vector<Molecule> molecules = complex.molecules(placements);
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        if (complex.is_flexible(m)) {
            throw InputError(
                fmt::format("molecule {} is flexible, docking moves rigid molecules", m + 1));
        }
    }
    RandomStream random(seed, number);
    Spheres there;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        Spheres coming = spheres_of(molecules[m]);
        Placement& placement = placements[m];
        placement.orientation = random_orientation(random);
        coming.centers = placement.orientation.toRotationMatrix() * coming.centers;
        if (m > 0) {
            const Eigen::Vector3d direction = random.normal_vector().normalized();
            const Eigen::Index aim = random.index(there.radii.size());
            const Eigen::Index tip = random.index(coming.radii.size());
            placement.center = there.centers.col(aim) - coming.centers.col(tip);
            coming.centers.colwise() += placement.center;
            const Eigen::Vector3d shift = first_touch(there, coming, direction) * direction;
            placement.center += shift;
            coming.centers.colwise() += shift;
        }
        append(coming, there);
    }
    return placements;
}

std::vector<Pose> distinct_poses(const MovingComplex& complex, std::vector<Pose> poses) {
    constexpr double energy_tolerance = 1e-5;
    constexpr double distance_tolerance = 0.1;
    std::stable_sort(poses.begin(), poses.end(), [](const Pose& a, const Pose& b) {
        return a.energy < b.energy;
    });
    std::vector<Pose> result;
    std::vector<Distances> known;
    for (Pose& pose : poses) {
        Distances distances = distances_between(complex.molecules(pose.placements));
        std::size_t same = 0;
        while (same < result.size() &&
               (pose.energy - result[same].energy > energy_tolerance ||
                largest_difference(distances, known[same]) > distance_tolerance)) {
            ++same;
        }
        if (same < result.size()) {
            result[same].starts += pose.starts;
        } else {
            result.push_back(std::move(pose));
            known.push_back(std::move(distances));
        }
    }
    return result;
}

DockingResult dock(const MovingComplex& complex,
                   const DockingOptions& options,
                   const ProgressCallback& progress) {
    options.validate();
    // Results are kept by the number of the start, so threads leave no trace.
    std::vector<std::optional<Pose>> relaxed(static_cast<std::size_t>(options.starts));
    std::mutex progress_mutex;
    std::size_t done = 0;
    parallel_for(relaxed.size(), [&](std::size_t i) {
        std::vector<Placement> start = random_start(complex, options.seed, i);
        try {
            OptimizationResult result =
                optimize(complex.bodies(), complex, std::move(start), options.relaxation);
            if (result.end == OptimizationEnd::relaxed) {
                relaxed[i] = Pose{std::move(result.last.placements), result.last.energy};
            }
        } catch (const InputError&) {
            // Atoms coincide at the start; counted below, as those without an energy.
        } catch (const NumericalError&) {
        }
        const std::lock_guard lock(progress_mutex);
        ++done;
        if (progress) {
            progress(done);
        }
    });
    std::vector<Pose> poses;
    for (std::optional<Pose>& pose : relaxed) {
        if (pose) {
            poses.push_back(std::move(*pose));
        }
    }
    if (poses.empty()) {
        throw NumericalError(
            fmt::format("none of {} random starts came to a minimum", options.starts));
    }
    DockingResult result;
    result.failed = options.starts - static_cast<int>(poses.size());
    result.poses = distinct_poses(complex, std::move(poses));
    return result;
}

}  // namespace keesom

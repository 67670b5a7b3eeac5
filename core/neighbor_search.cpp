// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/neighbor_search.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace keesom {

namespace {

// Up to here a double loop is faster than cubes.
constexpr Eigen::Index largest_double_loop = 128;

/// Cubes are numbered from 1 along each axis, so that those beside the outermost have numbers, too.
using Cube = Eigen::Vector3i;

// 21 bits for each axis make a key of 63.
constexpr int bits_per_axis = 21;
constexpr double most_cubes_per_axis = (1 << bits_per_axis) - 3;

std::uint64_t key_of(const Cube& cube) {
    std::uint64_t key = 0;
    for (int axis = 0; axis < 3; ++axis) {
        key = (key << bits_per_axis) | static_cast<std::uint64_t>(cube[axis]);
    }
    return key;
}

/// The cube of every point; cubes are wider than the cutoff where there would be too many.
std::vector<Cube> cubes_of(const Eigen::Matrix3Xd& positions, double cutoff) {
    const Eigen::Vector3d lowest = positions.rowwise().minCoeff();
    const double extent = (positions.rowwise().maxCoeff() - lowest).maxCoeff();
    std::vector<Cube> cubes(static_cast<std::size_t>(positions.cols()), Cube::Ones());
    if (!std::isfinite(extent)) {
        return cubes;  // the difference overflows: one cube for all is slow, but right
    }
    const double width = std::max(cutoff, extent / most_cubes_per_axis);
    for (Eigen::Index i = 0; i < positions.cols(); ++i) {
        const Eigen::Vector3d place = (positions.col(i) - lowest) / width;
        cubes[static_cast<std::size_t>(i)] += place.array().floor().cast<int>().matrix();
    }
    return cubes;
}

bool are_close(const Eigen::Matrix3Xd& positions, Eigen::Index i, Eigen::Index j, double cutoff) {
    return (positions.col(i) - positions.col(j)).norm() <= cutoff;
}

void visit_by_double_loop(const Eigen::Matrix3Xd& positions,
                          double cutoff,
                          const PairVisitor& visitor) {
    for (Eigen::Index j = 1; j < positions.cols(); ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            if (are_close(positions, i, j, cutoff)) {
                visitor(i, j);
            }
        }
    }
}

}  // namespace

void visit_close_pairs(const Eigen::Matrix3Xd& positions,
                       double cutoff,
                       const PairVisitor& visitor) {
    if (positions.cols() <= largest_double_loop) {
        visit_by_double_loop(positions, cutoff, visitor);
        return;
    }
    const std::vector<Cube> cubes = cubes_of(positions, cutoff);
    // Filled while j runs, so a cube holds the points before j only, in ascending order.
    std::unordered_map<std::uint64_t, std::vector<Eigen::Index>> members;
    std::vector<Eigen::Index> partners;
    for (Eigen::Index j = 0; j < positions.cols(); ++j) {
        const Cube& cube = cubes[static_cast<std::size_t>(j)];
        partners.clear();
        for (int x = -1; x <= 1; ++x) {
            for (int y = -1; y <= 1; ++y) {
                for (int z = -1; z <= 1; ++z) {
                    const auto found = members.find(key_of(cube + Cube(x, y, z)));
                    if (found == members.end()) {
                        continue;
                    }
                    for (const Eigen::Index i : found->second) {
                        if (are_close(positions, i, j, cutoff)) {
                            partners.push_back(i);
                        }
                    }
                }
            }
        }
        std::sort(partners.begin(), partners.end());
        for (const Eigen::Index i : partners) {
            visitor(i, j);
        }
        members[key_of(cube)].push_back(j);
    }
}

}  // namespace keesom

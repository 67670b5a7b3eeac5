// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/force_field/assignment.hpp>
#include <keesom/ml/force_field/permutations.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace keesom {

namespace {

constexpr std::size_t most_geometries = 150;
constexpr std::size_t most_permutations = 1000;
constexpr std::size_t least_votes = 2;
constexpr double unlike = 1e6;  // cost of an exchange of different elements

Permutation identity(std::size_t n) {
    Permutation p(n);
    std::iota(p.begin(), p.end(), Eigen::Index{0});
    return p;
}

/// First p, then q: x'' = x'_q(a) with x' = x_p(a).
Permutation after(const Permutation& q, const Permutation& p) {
    Permutation result(q.size());
    for (std::size_t a = 0; a < q.size(); ++a) {
        result[a] = p[static_cast<std::size_t>(q[a])];
    }
    return result;
}

Permutation inverse(const Permutation& p) {
    Permutation result(p.size());
    for (std::size_t a = 0; a < p.size(); ++a) {
        result[static_cast<std::size_t>(p[a])] = static_cast<Eigen::Index>(a);
    }
    return result;
}

/// Distances between atoms, and what their eigenvectors say of each atom.
struct Geometry {
    Eigen::MatrixXd distances;
    Eigen::MatrixXd traits;  ///< |U|; (N, N), a row for each atom
};

Geometry geometry_of(const Eigen::Matrix3Xd& positions) {
    const Eigen::Index n = positions.cols();
    Geometry geometry;
    geometry.distances.resize(n, n);
    for (Eigen::Index b = 0; b < n; ++b) {
        for (Eigen::Index a = 0; a < n; ++a) {
            geometry.distances(a, b) = (positions.col(a) - positions.col(b)).norm();
        }
    }
    geometry.traits = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(geometry.distances)
                          .eigenvectors()
                          .cwiseAbs();
    return geometry;
}

/// |P A Pᵀ − B|².
double misfit(const Permutation& p, const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return (a(p, p) - b).squaredNorm();
}

struct Match {
    Permutation permutation;  ///< of the first geometry, so that it resembles the second
    double misfit = std::numeric_limits<double>::infinity();
};

/// Lowers the misfit by exchanges of two and cycles of three atoms of one element.
void refine(const Geometry& a,
            const Geometry& b,
            std::span<const int> atomic_numbers,
            Match& match) {
    const std::size_t n = atomic_numbers.size();
    bool is_better = true;
    const auto attempt = [&](const Permutation& p) {
        const double found = misfit(p, a.distances, b.distances);
        if (found < match.misfit * (1.0 - 1e-12)) {
            match = {p, found};
            is_better = true;
        }
    };
    while (is_better) {
        is_better = false;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (atomic_numbers[i] != atomic_numbers[j]) {
                    continue;
                }
                Permutation exchanged = match.permutation;
                std::swap(exchanged[i], exchanged[j]);
                attempt(exchanged);
                for (std::size_t k = 0; k < n; ++k) {
                    if (k != i && k != j && atomic_numbers[k] == atomic_numbers[i]) {
                        Permutation cycled = exchanged;
                        std::swap(cycled[j], cycled[k]);
                        attempt(cycled);
                    }
                }
            }
        }
    }
}

Match best_match(const Geometry& a, const Geometry& b, std::span<const int> atomic_numbers) {
    const auto n = static_cast<Eigen::Index>(atomic_numbers.size());
    Eigen::MatrixXd costs(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
            const bool is_alike = atomic_numbers[static_cast<std::size_t>(i)] ==
                                  atomic_numbers[static_cast<std::size_t>(j)];
            costs(i, j) = is_alike ? (b.traits.row(i) - a.traits.row(j)).squaredNorm() : unlike;
        }
    }
    Match best;
    for (const Permutation& start :
         {least_cost_assignment(costs), identity(atomic_numbers.size())}) {
        Match match{start, misfit(start, a.distances, b.distances)};
        refine(a, b, atomic_numbers, match);
        if (match.misfit < best.misfit) {
            best = match;
        }
    }
    return best;
}

/// How each geometry is to be permuted to resemble the first one, along the tree of least misfits.
std::vector<Permutation> synchronized(const std::vector<Geometry>& geometries,
                                      std::span<const int> atomic_numbers) {
    const std::size_t n = geometries.size();
    std::vector<std::vector<Match>> matches(n);  // [i][j], j < i: of i, to resemble j
    parallel_for(n, [&](std::size_t i) {
        for (std::size_t j = 0; j < i; ++j) {
            matches[i].push_back(best_match(geometries[i], geometries[j], atomic_numbers));
        }
    });
    const auto misfit_of = [&](std::size_t i, std::size_t j) {
        return i > j ? matches[i][j].misfit : matches[j][i].misfit;
    };
    std::vector<Permutation> to_first(n);
    to_first[0] = identity(atomic_numbers.size());
    std::vector<std::size_t> nearest(n, 0);  // of those that are in the tree
    std::vector<bool> is_in_tree(n, false);
    is_in_tree[0] = true;
    for (std::size_t step = 1; step < n; ++step) {
        std::size_t next = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < n; ++i) {
            if (!is_in_tree[i] && misfit_of(i, nearest[i]) < least) {
                least = misfit_of(i, nearest[i]);
                next = i;
            }
        }
        const std::size_t parent = nearest[next];
        const Permutation to_parent = next > parent ? matches[next][parent].permutation
                                                    : inverse(matches[parent][next].permutation);
        to_first[next] = after(to_first[parent], to_parent);
        is_in_tree[next] = true;
        for (std::size_t i = 0; i < n; ++i) {
            if (!is_in_tree[i] && misfit_of(i, next) < misfit_of(i, nearest[i])) {
                nearest[i] = next;
            }
        }
    }
    return to_first;
}

std::vector<Permutation> closure(const std::vector<Permutation>& generators, std::size_t n_atoms) {
    std::vector<Permutation> group = {identity(n_atoms)};
    std::set<Permutation> known(group.begin(), group.end());
    for (std::size_t i = 0; i < group.size(); ++i) {
        for (const Permutation& generator : generators) {
            const Permutation product = after(generator, group[i]);
            if (known.insert(product).second) {
                group.push_back(product);
            }
        }
        if (group.size() > most_permutations) {
            throw NumericalError(
                fmt::format("exchanges of equal atoms generate more than {} permutations; the "
                            "geometries are not those of one molecule near its equilibrium",
                            most_permutations));
        }
    }
    std::sort(group.begin() + 1, group.end());
    return group;
}

}  // namespace

std::vector<Permutation> recovered_permutations(std::span<const int> atomic_numbers,
                                                std::span<const Eigen::Matrix3Xd> geometries) {
    std::vector<Geometry> seen;
    const std::size_t count = std::min(geometries.size(), most_geometries);
    for (std::size_t k = 0; k < count; ++k) {
        const Eigen::Matrix3Xd& positions = geometries[k * geometries.size() / count];
        if (positions.cols() != static_cast<Eigen::Index>(atomic_numbers.size())) {
            throw InputError(fmt::format("a geometry of {} atoms for a molecule of {}",
                                         positions.cols(),
                                         atomic_numbers.size()));
        }
        seen.push_back(geometry_of(positions));
    }
    std::map<Permutation, std::size_t> votes;
    for (const Permutation& p : synchronized(seen, atomic_numbers)) {
        ++votes[p];
    }
    std::vector<Permutation> generators;
    for (const auto& [permutation, number] : votes) {
        if (number >= least_votes) {
            generators.push_back(permutation);
        }
    }
    return closure(generators, atomic_numbers.size());
}

void require_exchanges_of_equal_atoms(std::span<const Permutation> permutations,
                                      std::span<const int> atomic_numbers) {
    if (permutations.empty()) {
        throw ModelError("a force field needs a permutation, be it the identity");
    }
    for (const Permutation& permutation : permutations) {
        Permutation sorted = permutation;
        std::sort(sorted.begin(), sorted.end());
        if (sorted != identity(atomic_numbers.size())) {
            throw ModelError(
                fmt::format("a permutation is not one of {} atoms", atomic_numbers.size()));
        }
        for (std::size_t a = 0; a < permutation.size(); ++a) {
            const auto image = static_cast<std::size_t>(permutation[a]);
            if (atomic_numbers[a] != atomic_numbers[image]) {
                throw ModelError(
                    fmt::format("a permutation exchanges atoms {} and {} of different elements",
                                a + 1,
                                image + 1));
            }
        }
    }
}

}  // namespace keesom

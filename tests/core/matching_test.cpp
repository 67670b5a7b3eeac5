// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/matching.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

Neighbors graph_of(std::size_t n_vertices, const Edges& edges) {
    Neighbors graph(n_vertices);
    for (const auto& [a, b] : edges) {
        graph[a].push_back(b);
        graph[b].push_back(a);
    }
    return graph;
}

std::size_t covered(std::size_t n_vertices, const Edges& edges) {
    const Neighbors graph = graph_of(n_vertices, edges);
    Matching matching(graph);
    const std::vector<bool> all(n_vertices, true);
    std::size_t count = 0;
    for (std::size_t v = 0; v < n_vertices; ++v) {
        if (!matching.covers(v)) {
            matching.cover(v, all);
        }
    }
    for (std::size_t v = 0; v < n_vertices; ++v) {
        count += matching.covers(v) ? 1 : 0;
    }
    return count;
}

/// By trying all matchings.
std::size_t most_covered(const Edges& edges, std::size_t first, std::vector<bool>& used) {
    if (first == edges.size()) {
        return static_cast<std::size_t>(std::count(used.begin(), used.end(), true));
    }
    std::size_t most = most_covered(edges, first + 1, used);
    const auto [a, b] = edges[first];
    if (!used[a] && !used[b]) {
        used[a] = used[b] = true;
        most = std::max(most, most_covered(edges, first + 1, used));
        used[a] = used[b] = false;
    }
    return most;
}

TEST(Matching, IsThatOfTheLargestSize) {
    constexpr std::size_t n_vertices = 9;
    std::mt19937 random(1);
    for (int trial = 0; trial < 300; ++trial) {
        std::bernoulli_distribution has_edge(0.1 + 0.3 * (trial % 3) / 2.0);
        Edges edges;
        for (std::size_t b = 1; b < n_vertices; ++b) {
            for (std::size_t a = 0; a < b; ++a) {
                if (has_edge(random) && edges.size() < 16) {
                    edges.emplace_back(a, b);
                }
            }
        }
        std::vector<bool> used(n_vertices, false);
        EXPECT_EQ(covered(n_vertices, edges), most_covered(edges, 0, used)) << "trial " << trial;
    }
}

TEST(Matching, LeavesVerticesAloneThatItMayNotUse) {
    const Neighbors path = graph_of(3, {{0, 1}, {1, 2}});
    Matching matching(path);
    matching.cover(0, {true, false, true});
    EXPECT_FALSE(matching.covers(0));
    matching.cover(0, {true, true, true});
    EXPECT_TRUE(matching.covers(0));
    EXPECT_TRUE(matching.covers(1));
    EXPECT_FALSE(matching.covers(2));
}

}  // namespace

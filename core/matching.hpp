// SPDX-License-Identifier: BSD-3-Clause
//
// Pairs of neighbors in a graph, no vertex in two of them: which atoms of a conjugated system are
// joined by π bonds. Internal to keesom::core.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

namespace keesom {

/// For each vertex those that it has an edge to.
using Neighbors = std::vector<std::vector<std::size_t>>;

/// A matching that grows along alternating paths (Edmonds, Can. J. Math. 17, 449 (1965)).
class Matching {
public:
    /// @param graph without loops; has to outlive the matching
    explicit Matching(const Neighbors& graph);

    [[nodiscard]] bool covers(std::size_t vertex) const { return partner_[vertex] != none; }

    /// Makes two vertices that are not covered a pair.
    void match(std::size_t a, std::size_t b);

    /// Covers a vertex and one more, and all that are covered already, if that can be done.
    /// @param root not covered
    /// @param may_use vertices that may change their partner
    void cover(std::size_t root, const std::vector<bool>& may_use);

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// @return the other end of a path from the root, none if there is none
    std::size_t find_path(std::size_t root, const std::vector<bool>& may_use);

    /// Makes the odd cycle that an edge closes one vertex.
    void contract(std::size_t a, std::size_t b, std::deque<std::size_t>& queue);

    [[nodiscard]] std::size_t common_base(std::size_t a, std::size_t b) const;
    void mark_path(std::size_t vertex,
                   std::size_t base,
                   std::size_t child,
                   std::vector<bool>& blossom);

    const Neighbors& graph_;
    std::vector<std::size_t> partner_;
    std::vector<std::size_t> parent_;
    std::vector<std::size_t> base_;
    std::vector<bool> is_outer_;
};

}  // namespace keesom

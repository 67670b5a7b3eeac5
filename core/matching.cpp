// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/matching.hpp>

#include <numeric>

namespace keesom {

Matching::Matching(const Neighbors& graph) : graph_(graph), partner_(graph.size(), none) {}

void Matching::match(std::size_t a, std::size_t b) {
    partner_[a] = b;
    partner_[b] = a;
}

void Matching::cover(std::size_t root, const std::vector<bool>& may_use) {
    std::size_t end = find_path(root, may_use);
    while (end != none) {
        const std::size_t previous = parent_[end];
        const std::size_t next = partner_[previous];
        match(end, previous);
        end = next;
    }
}

std::size_t Matching::find_path(std::size_t root, const std::vector<bool>& may_use) {
    is_outer_.assign(graph_.size(), false);
    parent_.assign(graph_.size(), none);
    base_.resize(graph_.size());
    std::iota(base_.begin(), base_.end(), std::size_t{0});
    is_outer_[root] = true;
    std::deque<std::size_t> queue = {root};
    while (!queue.empty()) {
        const std::size_t v = queue.front();
        queue.pop_front();
        for (const std::size_t w : graph_[v]) {
            if (!may_use[w] || base_[v] == base_[w] || partner_[v] == w) {
                continue;
            }
            if (w == root || (partner_[w] != none && parent_[partner_[w]] != none)) {
                contract(v, w, queue);
            } else if (parent_[w] == none) {
                parent_[w] = v;
                if (partner_[w] == none) {
                    return w;
                }
                is_outer_[partner_[w]] = true;
                queue.push_back(partner_[w]);
            }
        }
    }
    return none;
}

void Matching::contract(std::size_t a, std::size_t b, std::deque<std::size_t>& queue) {
    const std::size_t base = common_base(a, b);
    std::vector<bool> blossom(graph_.size(), false);
    mark_path(a, base, b, blossom);
    mark_path(b, base, a, blossom);
    for (std::size_t i = 0; i < graph_.size(); ++i) {
        if (blossom[base_[i]]) {
            base_[i] = base;
            if (!is_outer_[i]) {
                is_outer_[i] = true;
                queue.push_back(i);
            }
        }
    }
}

std::size_t Matching::common_base(std::size_t a, std::size_t b) const {
    std::vector<bool> on_path(graph_.size(), false);
    a = base_[a];
    on_path[a] = true;
    while (partner_[a] != none) {
        a = base_[parent_[partner_[a]]];
        on_path[a] = true;
    }
    b = base_[b];
    while (!on_path[b]) {
        b = base_[parent_[partner_[b]]];
    }
    return b;
}

void Matching::mark_path(std::size_t vertex,
                         std::size_t base,
                         std::size_t child,
                         std::vector<bool>& blossom) {
    while (base_[vertex] != base) {
        blossom[base_[vertex]] = true;
        blossom[base_[partner_[vertex]]] = true;
        parent_[vertex] = child;
        child = partner_[vertex];
        vertex = parent_[partner_[vertex]];
    }
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/bonds.hpp>
#include <keesom/core/charge_check.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/matching.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace keesom {

namespace {

/// The part of an element in Lewis structures.
struct Valence {
    int electrons;  ///< of the valence shell
    int bonds;      ///< of the neutral atom
    int most_neighbors;
};

const Valence* find_valence(int element) {
    static const std::map<int, Valence> valences = {
        {1, {1, 1, 1}},   // H
        {5, {3, 3, 4}},   // B
        {6, {4, 4, 4}},   // C
        {7, {5, 3, 4}},   // N
        {8, {6, 2, 3}},   // O
        {9, {7, 1, 1}},   // F
        {14, {4, 4, 6}},  // Si
        {15, {5, 3, 6}},  // P
        {16, {6, 2, 6}},  // S
        {17, {7, 1, 5}},  // Cl
        {32, {4, 4, 6}},  // Ge
        {33, {5, 3, 6}},  // As
        {34, {6, 2, 6}},  // Se
        {35, {7, 1, 5}},  // Br
        {53, {7, 1, 7}},  // I
    };
    const auto found = valences.find(element);
    return found == valences.end() ? nullptr : &found->second;
}

bool is_halogen(int element) {
    return find_valence(element)->electrons == 7;
}

/// An atom of the structure.
struct Site {
    int element = 0;
    Valence valence{};
    Eigen::Vector3d position;
    std::vector<std::size_t> neighbors;
};

double relative_length(const Site& a, const Site& b) {
    return (a.position - b.position).norm() /
           (covalent_radius(a.element) + covalent_radius(b.element));
}

bool share_a_neighbor(const Site& a, const Site& b) {
    return std::any_of(a.neighbors.begin(), a.neighbors.end(), [&](std::size_t neighbor) {
        return std::find(b.neighbors.begin(), b.neighbors.end(), neighbor) != b.neighbors.end();
    });
}

void remove_bond(std::vector<Site>& sites, std::size_t i, std::size_t j) {
    std::erase(sites[i].neighbors, j);
    std::erase(sites[j].neighbors, i);
}

/// Bonds that only look like some: of hydrogen atoms that have another partner already, and across
/// small rings (S···S in 1,3-dithietane: 2.7 Å).
void remove_contacts(std::vector<Site>& sites) {
    constexpr double long_bond = 1.2;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const std::vector<std::size_t> neighbors = sites[i].neighbors;
        for (const std::size_t j : neighbors) {
            const bool among_hydrogens =
                sites[i].element == 1 && sites[j].element == 1 && sites[i].neighbors.size() > 1;
            const bool across_ring = relative_length(sites[i], sites[j]) > long_bond &&
                                     share_a_neighbor(sites[i], sites[j]);
            if (among_hydrogens || across_ring) {
                remove_bond(sites, i, j);
            }
        }
    }
}

/// Where an atom has too many bonds the longest are none: hydrogen bonds, and carbon atoms across a
/// small cage.
void remove_excess(std::vector<Site>& sites) {
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const Site& site = sites[i];
        const auto is_shorter = [&](std::size_t a, std::size_t b) {
            return relative_length(site, sites[a]) < relative_length(site, sites[b]);
        };
        while (static_cast<int>(site.neighbors.size()) > site.valence.most_neighbors) {
            remove_bond(
                sites,
                i,
                *std::max_element(site.neighbors.begin(), site.neighbors.end(), is_shorter));
        }
    }
}

/// The atoms with their bonds; nullopt for elements and bonds that are not drawn.
std::optional<std::vector<Site>> bonded_sites(const Molecule& molecule) {
    std::vector<Site> sites;
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        const int element = molecule.atomic_numbers[static_cast<std::size_t>(i)];
        const Valence* valence = find_valence(element);
        if (valence == nullptr) {
            return std::nullopt;
        }
        sites.push_back({element, *valence, molecule.positions.col(i), {}});
    }
    for (const Bond& bond : bonds(molecule.atomic_numbers, molecule.positions)) {
        const auto i = static_cast<std::size_t>(bond.first);
        const auto j = static_cast<std::size_t>(bond.second);
        sites[i].neighbors.push_back(j);
        sites[j].neighbors.push_back(i);
    }
    remove_contacts(sites);
    remove_excess(sites);
    const bool is_drawn = std::all_of(sites.begin(), sites.end(), [](const Site& site) {
        constexpr std::size_t of_boron = 3;
        const std::size_t n_neighbors = site.neighbors.size();
        return !(site.element == 1 && n_neighbors == 0) &&
               !(site.element == 5 && n_neighbors < of_boron);
    });
    return is_drawn ? std::optional(sites) : std::nullopt;
}

/// In degrees.
double angle(const Site& center, const Site& a, const Site& b) {
    const Eigen::Vector3d u = (a.position - center.position).normalized();
    const Eigen::Vector3d v = (b.position - center.position).normalized();
    return std::acos(std::clamp(u.dot(v), -1.0, 1.0)) * 180.0 / std::numbers::pi;
}

// ---------------------------------------------------------------------------------------------------
// π bonds

/// What geometry and charges allow. Lengths are in units of the sum of covalent radii: C–C 1.52 Å,
/// C–N 1.47 Å, C–O 1.42 Å.
struct Rules {
    double longest_double;
    double longest_triple;
    double longest_triple_heavy;  ///< where an atom is beyond neon
    double least_planar;          ///< sum of three angles; 328.4 at a tetrahedral center
    bool has_betaines;            ///< charges at the two ends of a conjugated system
};

// Aromatic rings have up to 1.45 Å (0.95), CC and CO triple bonds 1.20 and 1.13 Å (0.79), CS 1.54 Å
// (0.85).
constexpr Rules usual = {0.97, 0.83, 0.86, 340.0, false};
constexpr Rules lenient = {0.99, 0.84, 0.87, 335.0, true};

/// The number of π bonds that two atoms are close enough for.
int most_pi_bonds(const Site& a, const Site& b, const Rules& rules) {
    const bool is_heavy = std::max(a.element, b.element) > 10;
    const double length = relative_length(a, b);
    if (length > rules.longest_double) {
        return 0;
    }
    return length > (is_heavy ? rules.longest_triple_heavy : rules.longest_triple) ? 1 : 2;
}

/// Orbitals of an atom that may be in a π bond.
struct Capacity {
    int wanted = 0;    ///< which it needs to be neutral
    int possible = 0;  ///< further ones, which make it a cation
};

/// Whether the atoms of an oxo group compete for a bond with this center, as in nitro groups: more
/// of them are short of a bond than can be.
bool is_oxo_center(const Site& center, const std::vector<Site>& sites, const Rules& rules) {
    const auto n_short =
        std::count_if(center.neighbors.begin(), center.neighbors.end(), [&](std::size_t neighbor) {
            const Site& other = sites[neighbor];
            return other.element != 6 &&
                   static_cast<int>(other.neighbors.size()) < other.valence.bonds &&
                   most_pi_bonds(center, other, rules) > 0;
        });
    return n_short >= 2;
}

/// Whether the atom lies in the plane of its three neighbors, or is so close to one that it would
/// be in a better geometry.
bool is_trigonal(const Site& site, const std::vector<Site>& sites, const Rules& rules) {
    constexpr double certain_double = 0.91;
    const Site& a = sites[site.neighbors[0]];
    const Site& b = sites[site.neighbors[1]];
    const Site& c = sites[site.neighbors[2]];
    const bool has_double =
        std::any_of(site.neighbors.begin(), site.neighbors.end(), [&](std::size_t neighbor) {
            return sites[neighbor].element != 1 &&
                   relative_length(site, sites[neighbor]) < certain_double;
        });
    return has_double ||
           angle(site, a, b) + angle(site, b, c) + angle(site, a, c) > rules.least_planar;
}

/// π bonds that the geometry leaves room for.
int most_pi_bonds(const Site& site, const std::vector<Site>& sites, const Rules& rules) {
    constexpr double linear = 150.0;
    const auto neighbor = [&](std::size_t i) -> const Site& { return sites[site.neighbors[i]]; };
    switch (site.neighbors.size()) {
        case 1:
            return most_pi_bonds(site, neighbor(0), rules);
        case 2: {
            const bool has_triple = most_pi_bonds(site, neighbor(0), rules) == 2 ||
                                    most_pi_bonds(site, neighbor(1), rules) == 2;
            return has_triple || angle(site, neighbor(0), neighbor(1)) > linear ? 2 : 1;
        }
        case 3:
            return is_trigonal(site, sites, rules) ? 1 : 0;
        default:
            return 0;
    }
}

/// By element and geometry.
Capacity pi_capacity(const Site& site, const std::vector<Site>& sites, const Rules& rules) {
    const bool has_pi_bonds = site.valence.electrons >= 4 && site.valence.electrons <= 6;
    if (!has_pi_bonds) {
        return {};
    }
    constexpr int octet = 4;
    const auto n_neighbors = static_cast<int>(site.neighbors.size());
    const int by_geometry = most_pi_bonds(site, sites, rules);
    const int wanted = std::clamp(site.valence.bonds - n_neighbors, 0, by_geometry);
    // The center of SO₃ has the charges of three oxygen atoms to make up for.
    const int most_bonds = site.element < 14 ? std::min(site.valence.bonds + 1, octet) : octet;
    return {wanted, std::clamp(most_bonds - n_neighbors, wanted, by_geometry) - wanted};
}

/// One orbital.
struct Orbital {
    std::size_t atom;
    bool is_wanted;
};

/// Orbitals that may be in a bond with each other.
Neighbors overlaps(const std::vector<Orbital>& orbitals,
                   const std::vector<Site>& sites,
                   const Rules& rules) {
    std::vector<std::vector<std::size_t>> orbitals_of(sites.size());
    for (std::size_t k = 0; k < orbitals.size(); ++k) {
        orbitals_of[orbitals[k].atom].push_back(k);
    }
    Neighbors graph(orbitals.size());
    for (std::size_t k = 0; k < orbitals.size(); ++k) {
        const Site& site = sites[orbitals[k].atom];
        for (const std::size_t neighbor : site.neighbors) {
            if (most_pi_bonds(site, sites[neighbor], rules) == 0) {
                continue;
            }
            const bool is_short = most_pi_bonds(site, sites[neighbor], usual) > 0;
            for (const std::size_t other : orbitals_of[neighbor]) {
                const int n_wanted = orbitals[k].is_wanted + orbitals[other].is_wanted;
                if (n_wanted == 2 || (n_wanted == 1 && is_short)) {
                    graph[k].push_back(other);
                }
            }
        }
    }
    return graph;
}

/// Places in the order in which orbitals get a bond: a carbon atom without is rarer than a nitrogen
/// or oxygen atom without.
int rank(int element) {
    return find_valence(element)->electrons - 4;
}

/// All orbitals that may be in π bonds.
std::vector<Orbital> pi_orbitals(const std::vector<Site>& sites, const Rules& rules) {
    std::vector<Orbital> orbitals;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const Capacity capacity = pi_capacity(sites[i], sites, rules);
        orbitals.insert(orbitals.end(), static_cast<std::size_t>(capacity.wanted), {i, true});
        orbitals.insert(orbitals.end(), static_cast<std::size_t>(capacity.possible), {i, false});
    }
    return orbitals;
}

/// The number of π bonds at each atom.
std::vector<int> pi_bonds(const std::vector<Site>& sites, const Rules& rules) {
    const std::vector<Orbital> orbitals = pi_orbitals(sites, rules);
    const Neighbors graph = overlaps(orbitals, sites, rules);
    Matching matching(graph);
    const auto rank_of = [&](std::size_t k) { return rank(sites[orbitals[k].atom].element); };
    const auto is_left_over = [&](std::size_t k) {
        return orbitals[k].is_wanted && !matching.covers(k);
    };
    std::vector<bool> may_use(orbitals.size(), false);
    for (int most = 0; most <= 2; ++most) {
        for (std::size_t k = 0; k < orbitals.size(); ++k) {
            may_use[k] = orbitals[k].is_wanted && rank_of(k) <= most;
        }
        for (std::size_t k = 0; k < orbitals.size(); ++k) {
            if (may_use[k] && !matching.covers(k)) {
                matching.cover(k, may_use);
            }
        }
    }
    may_use.assign(orbitals.size(), true);
    for (std::size_t k = 0; k < orbitals.size(); ++k) {
        if (is_left_over(k) && (rank_of(k) == 0 || rules.has_betaines)) {
            matching.cover(k, may_use);
        }
    }
    // An anion and an amine far apart in a conjugated system do not form a bond, neighbors may.
    for (std::size_t k = 0; k < orbitals.size(); ++k) {
        const Site& end = sites[orbitals[k].atom];
        const auto partner = std::find_if(graph[k].begin(), graph[k].end(), [&](std::size_t other) {
            const Site& center = sites[orbitals[other].atom];
            return !orbitals[other].is_wanted && !matching.covers(other) &&
                   (is_oxo_center(center, sites, rules) || most_pi_bonds(center, end, rules) == 2);
        });
        if (is_left_over(k) && partner != graph[k].end()) {
            matching.match(k, *partner);
        }
    }
    std::vector<int> counts(sites.size(), 0);
    for (std::size_t k = 0; k < orbitals.size(); ++k) {
        counts[orbitals[k].atom] += matching.covers(k) ? 1 : 0;
    }
    return counts;
}

// ---------------------------------------------------------------------------------------------------
// Charges

/// Of an atom that has an octet, or all its electrons in bonds.
int octet_charge(const Site& site, int n_pi_bonds) {
    const int n_bonds = static_cast<int>(site.neighbors.size()) + n_pi_bonds;
    constexpr int octet = 4;
    if (site.element == 5) {
        return site.valence.bonds - n_bonds;
    }
    if (n_bonds > octet) {  // then all electrons are in bonds and lone pairs
        const int n_left = site.valence.electrons - n_bonds;
        return n_left > 0 ? n_left % 2 : n_left;
    }
    return n_bonds - site.valence.bonds;
}

int negative_charge_around(const Site& site, const std::vector<int>& charges) {
    int sum = 0;
    for (const std::size_t neighbor : site.neighbors) {
        sum += std::min(charges[neighbor], 0);
    }
    return sum;
}

/// Centers with more than an octet: SF₄ has no oxygen atoms to bear the charges of S²⁺.
void expand_octets(const std::vector<Site>& sites, std::vector<int>& charges) {
    for (std::size_t i = 0; i < sites.size(); ++i) {
        if (sites[i].element < 14 || sites[i].valence.electrons < 5) {
            continue;
        }
        const int negative = negative_charge_around(sites[i], charges);
        while (charges[i] + negative >= 2) {
            charges[i] -= 2;
        }
        // I₃⁻, ICl₂⁻
        const bool among_halogens = std::all_of(
            sites[i].neighbors.begin(), sites[i].neighbors.end(), [&](std::size_t neighbor) {
                return is_halogen(sites[neighbor].element);
            });
        if (is_halogen(sites[i].element) && among_halogens && charges[i] == 1) {
            charges[i] = -1;
        }
    }
}

std::vector<int> formal_charges(const std::vector<Site>& sites, const Rules& rules) {
    const std::vector<int> n_pi_bonds = pi_bonds(sites, rules);
    std::vector<int> charges;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        charges.push_back(octet_charge(sites[i], n_pi_bonds[i]));
    }
    expand_octets(sites, charges);
    return charges;
}

/// Charges without those that neighbors cancel: what is left of S²⁺(O⁻)₂ is nothing.
std::vector<int> uncancelled(const std::vector<Site>& sites, std::vector<int> charges) {
    for (std::size_t i = 0; i < sites.size(); ++i) {
        for (const std::size_t j : sites[i].neighbors) {
            const int size = std::min(charges[i], -charges[j]);
            if (size > 0) {
                charges[i] -= size;
                charges[j] += size;
            }
        }
    }
    return charges;
}

/// Whether the charge in use is that of carbon atoms with six electrons: tropylium, alkyl cations.
bool are_carbocations(const std::vector<Site>& sites, const std::vector<int>& charges, int total) {
    int sum = 0;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const bool may_be = sites[i].element == 6 && sites[i].neighbors.size() == 3;
        sum += may_be ? std::abs(charges[i]) : charges[i];
    }
    return total > 0 && sum == total;
}

/// Whether a negative atom may be that of an anion, or of a geometry that is not exact: a carbon
/// atom that lacks a hydrogen atom has not three neighbors in a plane.
bool may_be_anion(const Site& site, const std::vector<Site>& sites, int charge) {
    const bool is_carbon = site.valence.electrons == 4;
    const bool is_planar = site.neighbors.size() == 3 && is_trigonal(site, sites, usual);
    return charge == -1 && (!is_carbon || is_planar);
}

ChargeCheck compare(const std::vector<Site>& sites, const std::vector<int>& charges, int total) {
    ChargeCheck check;
    check.charge = std::accumulate(charges.begin(), charges.end(), 0);
    if (check.charge == total || are_carbocations(sites, charges, total)) {
        return check;
    }
    check.verdict = ChargeVerdict::other_charge;
    const int sign = check.charge < total ? -1 : 1;
    const std::vector<int> left = uncancelled(sites, charges);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        if (left[i] * sign > 0) {
            check.atoms.push_back(static_cast<Eigen::Index>(i));
            if (sign < 0 && !may_be_anion(sites[i], sites, left[i])) {
                check.verdict = ChargeVerdict::missing_hydrogens;
                check.missing_hydrogens = total - check.charge;
            }
        }
    }
    return check;
}

}  // namespace

ChargeCheck check_charge(const Molecule& molecule) {
    const auto sites = bonded_sites(molecule);
    ChargeCheck check;
    if (!sites) {
        return check;
    }
    for (const Rules& rules : {lenient, usual}) {
        check = compare(*sites, formal_charges(*sites, rules), molecule.charge);
        if (check.verdict == ChargeVerdict::plausible) {
            break;
        }
    }
    return check;
}

}  // namespace keesom

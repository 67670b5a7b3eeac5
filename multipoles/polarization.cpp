// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/element_constants.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/pair_packs.hpp>
#include <keesom/multipoles/damping.hpp>
#include <keesom/multipoles/gathered_multipole.hpp>
#include <keesom/multipoles/multipole_interaction.hpp>
#include <keesom/multipoles/pair_gradient.hpp>
#include <keesom/multipoles/polarization.hpp>
#include <keesom/multipoles/valence_density.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace keesom {

namespace {

struct PolarizableSite {
    Eigen::Vector3d position;
    Multipole<double> permanent;
    double polarizability;
    double polarizability_sixth_root;
};

std::vector<PolarizableSite> polarizable_sites(const Sites& sites, double polarizability_exponent) {
    std::vector<PolarizableSite> result;
    result.reserve(static_cast<std::size_t>(sites.size()));
    for (Eigen::Index i = 0; i < sites.size(); ++i) {
        const int z = sites.atomic_numbers()[static_cast<std::size_t>(i)];
        const double polarizability =
            free_atom(z).polarizability *
            std::pow(sites.properties().hirshfeld_ratios[i], polarizability_exponent);
        result.push_back({sites.positions().col(i),
                          atomic_multipole(sites.properties(), i),
                          polarizability,
                          std::sqrt(std::cbrt(polarizability))});
    }
    return result;
}

/// Two sites whose dipoles interact, an induced one with another or with permanent multipoles.
struct DipolePair : SitePair {
    const PolarizableSite& a;
    const PolarizableSite& b;
    double scaled_distance;  ///< u
    bool intermolecular;
};

constexpr Eigen::Index no_response = -1;

/// Of each site, which of those that respond it is, or no_response.
std::vector<Eigen::Index> response_indices(const Sites& sites) {
    std::vector<Eigen::Index> indices(static_cast<std::size_t>(sites.size()), no_response);
    for (std::size_t n = 0; n < sites.responding().size(); ++n) {
        indices[static_cast<std::size_t>(sites.responding()[n])] = static_cast<Eigen::Index>(n);
    }
    return indices;
}

/// Calls visit(pair) for all pairs of sites i < j of which both respond, or one to a site of
/// another monomer.
template <class Visit>
void for_each_pair(const Sites& sites,
                   const std::vector<PolarizableSite>& atoms,
                   const Visit& visit) {
    const std::vector<Eigen::Index> indices = response_indices(sites);
    const auto responds = [&](Eigen::Index i) {
        return indices[static_cast<std::size_t>(i)] != no_response;
    };
    for (const AtomRange& monomer : sites.monomers()) {
        const Eigen::Index end = monomer.first + monomer.count;
        for (Eigen::Index i = monomer.first; i < end; ++i) {
            for (Eigen::Index j = i + 1; j < sites.size(); ++j) {
                if (!(responds(i) || responds(j)) || (j < end && !(responds(i) && responds(j)))) {
                    continue;
                }
                const PolarizableSite& a = atoms[static_cast<std::size_t>(i)];
                const PolarizableSite& b = atoms[static_cast<std::size_t>(j)];
                const Eigen::Vector3d R = b.position - a.position;
                const double r = R.norm();
                const double u = r / (a.polarizability_sixth_root * b.polarizability_sixth_root);
                visit(DipolePair{{i, j, R, r}, a, b, u, j >= end});
            }
        }
    }
}

[[noreturn]] void report_catastrophe(const Sites& sites,
                                     const std::vector<PolarizableSite>& atoms) {
    std::string where = "a single atom";
    double closest = std::numeric_limits<double>::infinity();
    for_each_pair(sites, atoms, [&](const DipolePair& pair) {
        if (pair.scaled_distance < closest) {
            closest = pair.scaled_distance;
            where = fmt::format("{} and {} are {:.3f} bohr apart",
                                sites.label(pair.i),
                                sites.label(pair.j),
                                pair.distance);
        }
    });
    throw NumericalError(fmt::format(
        "polarization catastrophe, the induced dipoles have no finite solution: {}", where));
}

/// Eight sites that follow one another.
struct SitePack {
    Vector3<Lanes> position;
    Multipole<Lanes> permanent;
    Lanes polarizability_sixth_root;

    SitePack(const std::vector<PolarizableSite>& atoms, const AtomRange& range) {
        const auto atom = [&](Eigen::Index i) -> const PolarizableSite& {
            return atoms[static_cast<std::size_t>(i)];
        };
        for (Eigen::Index x = 0; x < 3; ++x) {
            position[x] = gathered(range, [&](Eigen::Index i) { return atom(i).position[x]; });
        }
        permanent = gathered_multipole(
            range, [&](Eigen::Index i) -> const Multipole<double>& { return atom(i).permanent; });
        polarizability_sixth_root =
            gathered(range, [&](Eigen::Index i) { return atom(i).polarizability_sixth_root; });
    }
};

/// What sites that respond answer to, and how they do.
class ResponseEquations {
public:
    ResponseEquations(const Sites& sites, const std::vector<PolarizableSite>& atoms, double thole_a)
        : sites_(sites), thole_a_(thole_a), indices_(response_indices(sites)) {
        const auto n_responding = static_cast<Eigen::Index>(sites.responding().size());
        response.resize(3 * n_responding, 3 * n_responding);
        fields.setZero(3, sites.size());
        for (const Eigen::Index i : sites.responding()) {
            response.block<3, 3>(3 * index(i), 3 * index(i)) =
                Eigen::Matrix3d::Identity() / atoms[static_cast<std::size_t>(i)].polarizability;
        }
        std::vector<SitePack> packs;
        for (Eigen::Index first = 0; first < sites.size(); first += Lanes::size) {
            packs.emplace_back(
                atoms, AtomRange{first, std::min<Eigen::Index>(Lanes::size, sites.size() - first)});
        }
        for (const AtomRange& monomer : sites.monomers()) {
            for (Eigen::Index i = monomer.first; i < monomer.first + monomer.count; ++i) {
                const SitePack site(atoms, {i, 1});
                for (Eigen::Index p = (i + 1) / Lanes::size;
                     p < static_cast<Eigen::Index>(packs.size());
                     ++p) {
                    add_pairs(i,
                              site,
                              monomer.first + monomer.count,
                              p * Lanes::size,
                              packs[static_cast<std::size_t>(p)]);
                }
            }
        }
    }

    Eigen::MatrixXd response;  // α⁻¹ + C, lower triangle
    Eigen::Matrix3Xd fields;

private:
    [[nodiscard]] Eigen::Index index(Eigen::Index i) const {
        return indices_[static_cast<std::size_t>(i)];
    }

    /// Of site i with those of a pack that come after it.
    /// @param end  of the monomer of i
    /// @param first  of the pack
    void add_pairs(Eigen::Index i,
                   const SitePack& site,
                   Eigen::Index end,
                   Eigen::Index first,
                   const SitePack& pack) {
        const Eigen::Index from = std::max(first, i + 1);
        const Eigen::Index to = std::min<Eigen::Index>(first + Lanes::size, sites_.size());
        const bool any_responds = std::any_of(indices_.begin() + from,
                                              indices_.begin() + to,
                                              [](Eigen::Index at) { return at != no_response; });
        if (index(i) == no_response && !any_responds) {
            return;
        }
        const Vector3<Lanes> R = pack.position - site.position;
        const Lanes r = R.norm();
        const Lanes u = r / (site.polarizability_sixth_root * pack.polarizability_sixth_root);
        const std::array<Lanes, 4> f = thole_factors(thole_a_, u, r);
        if (index(i) != no_response && any_responds) {
            set_couplings(i, from, to, first, R, f);
        }
        if (to <= end) {
            return;
        }
        const Vector3<Lanes> at_i = field(pack.permanent, R, f);
        const Vector3<Lanes> at_j = field<Lanes>(site.permanent, -R, f);
        for (Eigen::Index x = 0; x < 3; ++x) {
            const std::array<double, Lanes::size> of_pack = at_i[x].array();
            const std::array<double, Lanes::size> of_site = at_j[x].array();
            for (Eigen::Index j = std::max(from, end); j < to; ++j) {
                const auto lane = static_cast<std::size_t>(j - first);
                if (index(i) != no_response) {
                    fields(x, i) += of_pack[lane];
                }
                if (index(j) != no_response) {
                    fields(x, j) += of_site[lane];
                }
            }
        }
    }

    void set_couplings(Eigen::Index i,
                       Eigen::Index from,
                       Eigen::Index to,
                       Eigen::Index first,
                       const Vector3<Lanes>& R,
                       const std::array<Lanes, 4>& f) {
        std::array<std::array<double, Lanes::size>, 9> couplings;
        for (Eigen::Index x = 0; x < 3; ++x) {
            for (Eigen::Index y = 0; y <= x; ++y) {
                const Lanes coupling = (x == y ? f[0] : 0.0) - f[1] * R[x] * R[y];
                couplings[static_cast<std::size_t>(3 * x + y)] = coupling.array();
                couplings[static_cast<std::size_t>(3 * y + x)] = coupling.array();
            }
        }
        for (Eigen::Index j = from; j < to; ++j) {
            if (index(j) == no_response) {
                continue;
            }
            auto block = response.block<3, 3>(3 * index(j), 3 * index(i));
            for (Eigen::Index k = 0; k < 9; ++k) {
                block(k % 3, k / 3) =
                    couplings[static_cast<std::size_t>(k)][static_cast<std::size_t>(j - first)];
            }
        }
    }

    const Sites& sites_;
    double thole_a_;
    std::vector<Eigen::Index> indices_;
};

InducedDipoles solve(const Sites& sites,
                     const std::vector<PolarizableSite>& atoms,
                     double thole_a) {
    const Eigen::Index n = sites.size();
    ResponseEquations equations(sites, atoms, thole_a);
    InducedDipoles induced;
    induced.polarizabilities.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        induced.polarizabilities[i] = atoms[static_cast<std::size_t>(i)].polarizability;
    }
    induced.fields = std::move(equations.fields);

    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(equations.response);
    if (cholesky.info() != Eigen::Success) {
        report_catastrophe(sites, atoms);
    }
    const std::vector<Eigen::Index> responding(sites.responding().begin(),
                                               sites.responding().end());
    Eigen::Matrix3Xd dipoles = induced.fields(Eigen::all, responding);
    Eigen::Map<Eigen::VectorXd> flat(dipoles.data(), dipoles.size());
    cholesky.solveInPlace(flat);
    induced.dipoles.setZero(3, n);
    induced.dipoles(Eigen::all, responding) = dipoles;
    induced.energy = -0.5 * induced.dipoles.cwiseProduct(induced.fields).sum();
    return induced;
}

/// Derivatives of −½ μᵀF. Of a pair, the induced dipoles interact with each other and, if of
/// different monomers, with the permanent multipoles; both with the same factors f_1, f_2, f_3.
void add_gradient(const Sites& sites,
                  const std::vector<PolarizableSite>& atoms,
                  const InducedDipoles& induced,
                  const PolarizationParameters& parameters,
                  double seed,
                  EnergyGradient& gradient) {
    Eigen::VectorXd by_log_polarizability =
        -0.5 *
        induced.dipoles.colwise().squaredNorm().transpose().cwiseQuotient(induced.polarizabilities);
    const auto dipole = [&](Eigen::Index i) -> Multipole<double> {
        return {0.0, induced.dipoles.col(i), Eigen::Matrix3d::Zero()};
    };
    for_each_pair(sites, atoms, [&](const DipolePair& pair) {
        const double u = pair.scaled_distance;
        const std::array<double, 4> thole = thole_factors(parameters.thole_a, u, pair.distance);
        const RadialFactors<double> f = {0.0, thole[0], thole[1], thole[2], thole[3], 0.0};
        const std::array<double, 3> by_log_x =
            thole_factors_by_log_x(parameters.thole_a, u, pair.distance);
        const auto add = [&](const Multipole<double>& a, const Multipole<double>& b) {
            InteractionGradient<double> by = interaction_gradient(a, b, pair.R, f);
            add_pair_gradient(seed * by.R, pair, gradient);
            const double by_log_alpha =
                -0.5 * (by_log_x[0] * by.energies[1] + by_log_x[1] * by.energies[2] +
                        by_log_x[2] * by.energies[3]);
            by_log_polarizability[pair.i] += by_log_alpha;
            by_log_polarizability[pair.j] += by_log_alpha;
            return by;
        };
        add(dipole(pair.i), dipole(pair.j));
        if (pair.intermolecular) {
            const InteractionGradient<double> at_j = add(dipole(pair.i), pair.b.permanent);
            add_multipole_gradient(at_j.b, seed, pair.j, gradient.properties);
            const InteractionGradient<double> at_i = add(pair.a.permanent, dipole(pair.j));
            add_multipole_gradient(at_i.a, seed, pair.i, gradient.properties);
        }
    });
    gradient.properties.hirshfeld_ratios +=
        seed * parameters.polarizability_exponent *
        by_log_polarizability.cwiseQuotient(sites.properties().hirshfeld_ratios);
}

}  // namespace

InducedDipoles solve_induced_dipoles(const Sites& sites, const PolarizationParameters& parameters) {
    parameters.validate();
    return solve(
        sites, polarizable_sites(sites, parameters.polarizability_exponent), parameters.thole_a);
}

void PolarizationParameters::validate() const {
    require_constant("thole_a", thole_a, ConstantRange::positive);
    require_constant("polarizability_exponent", polarizability_exponent, ConstantRange::finite);
}

Polarization::Polarization(PolarizationParameters parameters) : parameters_(parameters) {
    parameters_.validate();
}

EnergyComponents Polarization::evaluate(const Sites& sites,
                                        const WeightedGradient* gradient) const {
    const std::vector<PolarizableSite> atoms =
        polarizable_sites(sites, parameters_.polarizability_exponent);
    const InducedDipoles induced = solve(sites, atoms, parameters_.thole_a);
    if (gradient != nullptr) {
        add_gradient(sites, atoms, induced, parameters_, gradient->seed.induction, gradient->sum);
    }
    EnergyComponents energy;
    energy.induction = induced.energy;
    return energy;
}

}  // namespace keesom

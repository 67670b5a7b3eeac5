// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/short_range_unknowns.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace keesom {

namespace {

// Environments of an element that its sparse points are chosen from, at most.
constexpr std::size_t most_candidates = 4000;

// Molecules whose environments are held at a time.
constexpr std::size_t molecules_at_a_time = 1000;

// Columns of features that one thread multiplies at a time.
constexpr Eigen::Index block_size = 1024;

// clang-format off
constexpr std::array<double, 10> constant_deviation_table = {
    0.5,  // penetration decay
    0.0,
    0.0,
    1.0,  // exchange amplitude
    0.5,  // exchange decay
    3.0,  // exchange dipole, over the atomic dipole
    3.0,  // exchange quadrupole
    2.0,  // charge-transfer strength
    0.5,  // dispersion reach
    0.5,  // dispersion decay
};

// clang-format on

std::size_t rank_of(std::size_t property) {
    return static_cast<std::size_t>(short_range_properties()[property].rank());
}

std::vector<std::size_t> properties_of_rank(std::size_t rank) {
    std::vector<std::size_t> result;
    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
        if (rank_of(p) == rank) {
            result.push_back(p);
        }
    }
    return result;
}

/// The property that the constant of a short-range property multiplies, if any.
const AtomProperty* scaled_property(std::size_t property) {
    const int rank = short_range_properties()[property].rank();
    if (rank == 0) {
        return nullptr;
    }
    for (const AtomProperty& density_property : density_properties()) {
        if (density_property.rank() == rank) {
            return &density_property;
        }
    }
    return nullptr;
}

/// Environments of one element, collected one by one.
struct Candidates {
    std::vector<Eigen::VectorXd> invariants;
    NormalizedExpansions expansions;

    void add(const NormalizedExpansions& from, Eigen::Index i) {
        invariants.emplace_back(from.invariants.col(i));
        expansions.coefficients.push_back(from.coefficients[static_cast<std::size_t>(i)]);
    }

    NormalizedExpansions collect() {
        expansions.invariants.resize(invariants.front().size(),
                                     static_cast<Eigen::Index>(invariants.size()));
        for (std::size_t k = 0; k < invariants.size(); ++k) {
            expansions.invariants.col(static_cast<Eigen::Index>(k)) = invariants[k];
        }
        return std::move(expansions);
    }
};

}  // namespace

std::span<const Eigen::Index> short_range_offsets() {
    static const std::vector<Eigen::Index> offsets = [] {
        std::vector<Eigen::Index> result;
        Eigen::Index next = 0;
        for (const AtomProperty& property : short_range_properties()) {
            result.push_back(next);
            next += property.spherical_components();
        }
        return result;
    }();
    return offsets;
}

std::span<const double> constant_deviations() {
    return constant_deviation_table;
}

ShortRangeUnknowns::ShortRangeUnknowns(std::span<const FitMolecule> molecules) {
    std::set<int> present;
    for (const FitMolecule& molecule : molecules) {
        first_atoms_.push_back(static_cast<Eigen::Index>(element_of_.size()));
        element_of_.resize(element_of_.size() + molecule.molecule.atomic_numbers.size());
        present.insert(molecule.molecule.atomic_numbers.begin(),
                       molecule.molecule.atomic_numbers.end());
    }
    elements_.assign(present.begin(), present.end());
    by_element_.resize(elements_.size());
    constant_features_ = Eigen::MatrixXd::Zero(short_range_components,
                                               static_cast<Eigen::Index>(element_of_.size()));
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        const FitMolecule& molecule = molecules[m];
        const auto n = molecule.molecule.size();
        for (Eigen::Index i = 0; i < n; ++i) {
            const int z = molecule.molecule.atomic_numbers[static_cast<std::size_t>(i)];
            const auto e = static_cast<std::size_t>(
                std::lower_bound(elements_.begin(), elements_.end(), z) - elements_.begin());
            element_of_[static_cast<std::size_t>(first_atoms_[m] + i)] = e;
            by_element_[e].atoms.push_back(first_atoms_[m] + i);
        }
        for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
            const Eigen::Index components = short_range_properties()[p].spherical_components();
            auto block =
                constant_features_.block(short_range_offsets()[p], first_atoms_[m], components, n);
            const AtomProperty* scaled = scaled_property(p);
            if (scaled == nullptr) {
                block.setConstant(constant_deviations()[p]);
            } else {
                block = constant_deviations()[p] *
                        spherical_values(scaled->rank(), scaled->values(molecule.properties));
            }
        }
    }
    constants_ = global_constants +
                 static_cast<Eigen::Index>(elements_.size() * short_range_properties().size());
    size_ = constants_;
}

ShortRangeUnknowns::ShortRangeUnknowns(std::span<const FitMolecule> molecules,
                                       const KernelPropertyModel& model,
                                       const ShortRangeSizes& sizes)
    : ShortRangeUnknowns(molecules) {
    // Which column of its element's features an atom has.
    std::vector<std::size_t> place(element_of_.size());
    for (const ElementAtoms& element : by_element_) {
        for (std::size_t k = 0; k < element.atoms.size(); ++k) {
            place[static_cast<std::size_t>(element.atoms[k])] = k;
        }
    }
    std::vector<Candidates> candidates(elements_.size());
    const auto add_candidates = [&](std::size_t m, const ElementEnvironments& of_element) {
        for (std::size_t a = 0; a < of_element.atoms.size(); ++a) {
            const auto atom = static_cast<std::size_t>(first_atoms_[m] + of_element.atoms[a]);
            const std::size_t e = element_of_[atom];
            const std::size_t stride = 1 + by_element_[e].atoms.size() / most_candidates;
            if (place[atom] % stride == 0) {
                candidates[e].add(of_element.expansions, static_cast<Eigen::Index>(a));
            }
        }
    };
    for (std::size_t first = 0; first < molecules.size(); first += molecules_at_a_time) {
        std::vector<std::vector<ElementEnvironments>> environments(
            std::min(molecules_at_a_time, molecules.size() - first));
        parallel_for(environments.size(), [&](std::size_t k) {
            environments[k] = model.environments(molecules[first + k].molecule);
        });
        for (std::size_t k = 0; k < environments.size(); ++k) {
            for (const ElementEnvironments& of_element : environments[k]) {
                add_candidates(first + k, of_element);
            }
        }
    }
    for (std::size_t e = 0; e < elements_.size(); ++e) {
        ElementAtoms& element = by_element_[e];
        element.basis.emplace(short_range_points(candidates[e].collect(), sizes));
        candidates[e] = {};
        const auto n = static_cast<Eigen::Index>(element.atoms.size());
        for (std::size_t rank = 0; rank < rank_count; ++rank) {
            const auto components = static_cast<Eigen::Index>(2 * rank + 1);
            element.features[rank].resize(element.basis->size(static_cast<int>(rank)),
                                          components * n);
        }
        for (const AtomProperty& property : short_range_properties()) {
            element.first_weights.push_back(size_);
            size_ += element.basis->size(property.rank());
        }
    }
    parallel_for(molecules.size(), [&](std::size_t m) {
        for (const ElementEnvironments& of_element : model.environments(molecules[m].molecule)) {
            const std::size_t e =
                element_of_[static_cast<std::size_t>(first_atoms_[m] + of_element.atoms.front())];
            ElementAtoms& element = by_element_[e];
            for (std::size_t rank = 0; rank < rank_count; ++rank) {
                const auto components = static_cast<Eigen::Index>(2 * rank + 1);
                const Eigen::MatrixXd features =
                    element.basis->features(static_cast<int>(rank), of_element.expansions);
                for (std::size_t a = 0; a < of_element.atoms.size(); ++a) {
                    const auto atom =
                        static_cast<std::size_t>(first_atoms_[m] + of_element.atoms[a]);
                    element.features[rank].middleCols(
                        components * static_cast<Eigen::Index>(place[atom]), components) =
                        features.middleCols(components * static_cast<Eigen::Index>(a), components)
                            .cast<float>();
                }
            }
        }
    });
}

Eigen::Index ShortRangeUnknowns::constant(std::size_t element, std::size_t property) const {
    return global_constants +
           static_cast<Eigen::Index>(element * short_range_properties().size() + property);
}

Eigen::MatrixXd ShortRangeUnknowns::properties(const Eigen::VectorXd& z) const {
    Eigen::MatrixXd result = constant_features_;
    for (std::size_t atom = 0; atom < element_of_.size(); ++atom) {
        for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
            result.col(static_cast<Eigen::Index>(atom))
                .segment(short_range_offsets()[p],
                         short_range_properties()[p].spherical_components()) *=
                z[constant(element_of_[atom], p)];
        }
    }
    for (const ElementAtoms& element : by_element_) {
        if (!element.basis) {
            continue;
        }
        std::array<std::vector<std::size_t>, rank_count> of_rank;
        std::array<Eigen::MatrixXf, rank_count> weights;  // (size, properties of the rank)
        for (std::size_t rank = 0; rank < rank_count; ++rank) {
            of_rank[rank] = properties_of_rank(rank);
            const Eigen::Index size = element.basis->size(static_cast<int>(rank));
            weights[rank].resize(size, static_cast<Eigen::Index>(of_rank[rank].size()));
            for (std::size_t k = 0; k < of_rank[rank].size(); ++k) {
                const std::size_t p = of_rank[rank][k];
                weights[rank].col(static_cast<Eigen::Index>(k)) =
                    (short_range_deviations[p] * z.segment(element.first_weights[p], size))
                        .cast<float>();
            }
        }
        const auto n = static_cast<Eigen::Index>(element.atoms.size());
        const auto blocks = static_cast<std::size_t>((n + block_size - 1) / block_size);
        parallel_for(blocks, [&](std::size_t b) {
            const Eigen::Index first = block_size * static_cast<Eigen::Index>(b);
            const Eigen::Index count = std::min(block_size, n - first);
            for (std::size_t rank = 0; rank < rank_count; ++rank) {
                const auto components = static_cast<Eigen::Index>(2 * rank + 1);
                const Eigen::MatrixXf values =
                    weights[rank].transpose() *
                    element.features[rank].middleCols(components * first, components * count);
                for (std::size_t k = 0; k < of_rank[rank].size(); ++k) {
                    const Eigen::Index offset = short_range_offsets()[of_rank[rank][k]];
                    for (Eigen::Index a = 0; a < count; ++a) {
                        result.col(element.atoms[static_cast<std::size_t>(first + a)])
                            .segment(offset, components) += values.row(static_cast<Eigen::Index>(k))
                                                                .segment(components * a, components)
                                                                .cast<double>()
                                                                .transpose();
                    }
                }
            }
        });
    }
    return result;
}

Eigen::VectorXd ShortRangeUnknowns::pullback(const Eigen::MatrixXd& seeds) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(size_);
    for (std::size_t atom = 0; atom < element_of_.size(); ++atom) {
        const auto column = static_cast<Eigen::Index>(atom);
        for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
            const Eigen::Index offset = short_range_offsets()[p];
            const Eigen::Index count = short_range_properties()[p].spherical_components();
            result[constant(element_of_[atom], p)] +=
                constant_features_.col(column)
                    .segment(offset, count)
                    .dot(seeds.col(column).segment(offset, count));
        }
    }
    for (const ElementAtoms& element : by_element_) {
        if (!element.basis) {
            continue;
        }
        const auto n = static_cast<Eigen::Index>(element.atoms.size());
        const auto blocks = static_cast<std::size_t>((n + block_size - 1) / block_size);
        // (size, properties of the rank) for each block of atoms
        std::vector<std::array<Eigen::MatrixXf, rank_count>> parts(blocks);
        parallel_for(blocks, [&](std::size_t b) {
            const Eigen::Index first = block_size * static_cast<Eigen::Index>(b);
            const Eigen::Index count = std::min(block_size, n - first);
            for (std::size_t rank = 0; rank < rank_count; ++rank) {
                const auto components = static_cast<Eigen::Index>(2 * rank + 1);
                const std::vector<std::size_t> of_rank = properties_of_rank(rank);
                Eigen::MatrixXf values(components * count,
                                       static_cast<Eigen::Index>(of_rank.size()));
                for (std::size_t k = 0; k < of_rank.size(); ++k) {
                    const Eigen::Index offset = short_range_offsets()[of_rank[k]];
                    const double factor = short_range_deviations[of_rank[k]];
                    for (Eigen::Index a = 0; a < count; ++a) {
                        values.col(static_cast<Eigen::Index>(k))
                            .segment(components * a, components) =
                            (factor * seeds.col(element.atoms[static_cast<std::size_t>(first + a)])
                                          .segment(offset, components))
                                .cast<float>();
                    }
                }
                parts[b][rank].noalias() =
                    element.features[rank].middleCols(components * first, components * count) *
                    values;
            }
        });
        for (std::size_t rank = 0; rank < rank_count; ++rank) {
            const std::vector<std::size_t> of_rank = properties_of_rank(rank);
            for (const auto& part : parts) {
                for (std::size_t k = 0; k < of_rank.size(); ++k) {
                    result.segment(element.first_weights[of_rank[k]], part[rank].rows()) +=
                        part[rank].col(static_cast<Eigen::Index>(k)).cast<double>();
                }
            }
        }
    }
    return result;
}

std::vector<MatrixBlock> ShortRangeUnknowns::blocks(const Eigen::MatrixXf& seeds) const {
    struct Part {
        const ElementAtoms& element;
        std::size_t rank;
        std::size_t block;
        std::array<std::size_t, 2> places;  // of two properties in their block
    };

    std::vector<MatrixBlock> result;
    std::vector<Part> parts;
    for (const ElementAtoms& element : by_element_) {
        if (!element.basis) {
            continue;
        }
        for (std::size_t rank = 0; rank < rank_count; ++rank) {
            const std::vector<std::size_t> of_rank = properties_of_rank(rank);
            for (std::size_t k = 0; k < of_rank.size(); ++k) {
                for (std::size_t l = 0; l <= k; ++l) {
                    parts.push_back({element, rank, result.size(), {k, l}});
                }
            }
            MatrixBlock& block = result.emplace_back();
            const Eigen::Index count = element.basis->size(static_cast<int>(rank));
            for (const std::size_t p : of_rank) {
                for (Eigen::Index i = 0; i < count; ++i) {
                    block.unknowns.push_back(element.first_weights[p] + i);
                }
            }
            const auto size = static_cast<Eigen::Index>(block.unknowns.size());
            block.values.resize(size, size);
        }
    }
    parallel_for(parts.size(), [&](std::size_t k) {
        const Part& part = parts[k];
        const auto components = static_cast<Eigen::Index>(2 * part.rank + 1);
        const std::vector<std::size_t> of_rank = properties_of_rank(part.rank);
        const std::size_t p = of_rank[part.places[0]];
        const std::size_t q = of_rank[part.places[1]];
        const auto n = static_cast<Eigen::Index>(part.element.atoms.size());
        Eigen::VectorXf weights(components * n);
        for (Eigen::Index a = 0; a < n; ++a) {
            const Eigen::Index atom = part.element.atoms[static_cast<std::size_t>(a)];
            weights.segment(components * a, components) =
                seeds
                    .block(short_range_offsets()[p],
                           short_range_components * atom + short_range_offsets()[q],
                           components,
                           components)
                    .diagonal();
        }
        const Eigen::MatrixXf& features = part.element.features[part.rank];
        const Eigen::MatrixXd product =
            ((features * weights.asDiagonal()) * features.transpose()).cast<double>() *
            (short_range_deviations[p] * short_range_deviations[q]);
        const auto at = [&](std::size_t place) {
            return static_cast<Eigen::Index>(place) * features.rows();
        };
        Eigen::MatrixXd& values = result[part.block].values;
        values.block(at(part.places[0]), at(part.places[1]), features.rows(), features.rows()) =
            product;
        values.block(at(part.places[1]), at(part.places[0]), features.rows(), features.rows()) =
            product;
    });
    return result;
}

std::optional<ShortRangeElement> ShortRangeUnknowns::learned(std::size_t element,
                                                             const Eigen::VectorXd& z) const {
    const ElementAtoms& own = by_element_[element];
    if (!own.basis) {
        return std::nullopt;
    }
    std::vector<Eigen::VectorXd> weights;
    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
        weights.emplace_back(
            z.segment(own.first_weights[p], own.basis->size(short_range_properties()[p].rank())));
    }
    ShortRangeElement result = short_range_element(*own.basis, weights);
    // As model files have them.
    for (Eigen::MatrixXd& coefficients : result.coefficients) {
        coefficients = coefficients.cast<float>().cast<double>().eval();
    }
    return result;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/parallel.hpp>
#include <keesom/ml/model/charge_equilibration.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/environment_kernel.hpp>
#include <keesom/ml/regression/held_out.hpp>
#include <keesom/ml/training/charge_regression.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keesom {

namespace {

// Charges of hydrogen atoms vary less with what the features do not see.
constexpr double hydrogen_noise = 0.3;

// A property that is the same for all atoms still needs a scale; hartree/e.
constexpr double smallest_charge_spread = 1e-3;

// Of charges to electronegativities, below which they are not the reason, e²/hartree.
constexpr double smallest_response = 0.1;

constexpr Eigen::Index tile_atoms = 256;  // about as many atoms are one row of tiles

struct TrainingMolecule {
    Eigen::Index first = 0;  // its first row
    ChargeResponse response;
};

/// Molecules first ≤ m < last, and where their atoms are: rows, and ranges of each element.
struct Tile {
    std::size_t first_molecule = 0;
    std::size_t last_molecule = 0;
    Eigen::Index first_row = 0;
    Eigen::Index rows = 0;
    std::vector<std::pair<Eigen::Index, Eigen::Index>> ranges;  // first and count, by element
};

class ChargeCovariance {
public:
    ChargeCovariance(std::span<const PropertyRecord> records,
                     std::span<const ElementAtoms> elements,
                     std::span<const TrainingMolecule> molecules,
                     double staying_spread)
        : elements_(elements), molecules_(molecules), staying_spread_(staying_spread) {
        const TrainingMolecule& last = molecules.back();
        size_ = last.first + last.response.offsets.size();
        for (const ElementAtoms& element : elements) {
            std::vector<Eigen::Index> rows;
            for (const TrainingAtom& atom : element.atoms) {
                rows.push_back(molecules[atom.record].first + atom.index);
            }
            rows_.push_back(std::move(rows));
        }
        spreads_ = spreads(records);
        cut_into_tiles();
    }

    [[nodiscard]] double spread(std::size_t element) const {
        return spreads_[static_cast<Eigen::Index>(element)];
    }

    /// Row of each atom of an element.
    [[nodiscard]] const std::vector<Eigen::Index>& rows(std::size_t element) const {
        return rows_[element];
    }

    /// a K aᵀ + P K' Pᵀ, its lower triangle (and a little more).
    [[nodiscard]] Eigen::MatrixXd matrix() const {
        Eigen::MatrixXd result(size_, size_);
        const std::size_t n = tiles_.size();
        parallel_for(n * n, [&](std::size_t index) {
            const Tile& row = tiles_[index / n];
            const Tile& column = tiles_[index % n];
            if (row.first_row >= column.first_row) {
                result.block(row.first_row, column.first_row, row.rows, column.rows) =
                    tile(row, column);
            }
        });
        return result;
    }

private:
    /// Standard deviations of the electronegativities that give the charges of each molecule, with
    /// mean zero over the molecule; nearly, since nothing moves charge along a bond almost broken.
    [[nodiscard]] Eigen::VectorXd spreads(std::span<const PropertyRecord> records) const {
        Eigen::VectorXd values(size_);
        parallel_for(records.size(), [&](std::size_t r) {
            const Eigen::MatrixXd& a = molecules_[r].response.a;
            Eigen::MatrixXd squares = a * a;
            squares.diagonal().array() += smallest_response * smallest_response;
            values.segment(molecules_[r].first, a.rows()) =
                a * squares.ldlt().solve(records[r].properties.charges -
                                         molecules_[r].response.offsets);
        });
        Eigen::VectorXd result(static_cast<Eigen::Index>(elements_.size()));
        for (std::size_t e = 0; e < elements_.size(); ++e) {
            const Eigen::ArrayXd own = values(rows_[e]);
            result[static_cast<Eigen::Index>(e)] =
                smallest_charge_spread + std::sqrt((own - own.mean()).square().mean());
        }
        return result;
    }

    void cut_into_tiles() {
        std::vector<Eigen::Index> next(elements_.size(), 0);
        std::size_t molecule = 0;
        while (molecule < molecules_.size()) {
            Tile tile;
            tile.first_molecule = molecule;
            tile.first_row = molecules_[molecule].first;
            while (molecule < molecules_.size() && tile.rows < tile_atoms) {
                tile.rows += molecules_[molecule].response.offsets.size();
                ++molecule;
            }
            tile.last_molecule = molecule;
            for (std::size_t e = 0; e < elements_.size(); ++e) {
                const auto begin = rows_[e].begin() + next[e];
                const auto end =
                    std::lower_bound(begin, rows_[e].end(), tile.first_row + tile.rows);
                tile.ranges.emplace_back(next[e], end - begin);
                next[e] += end - begin;
            }
            tiles_.push_back(std::move(tile));
        }
    }

    [[nodiscard]] Eigen::MatrixXd tile(const Tile& row, const Tile& column) const {
        Eigen::MatrixXd flowing = Eigen::MatrixXd::Zero(row.rows, column.rows);
        Eigen::MatrixXd staying = Eigen::MatrixXd::Zero(row.rows, column.rows);
        for (std::size_t e = 0; e < elements_.size(); ++e) {
            const auto [i, rows] = row.ranges[e];
            const auto [j, columns] = column.ranges[e];
            if (rows == 0 || columns == 0) {
                continue;
            }
            const Eigen::MatrixXd& x = elements_[e].features.ranks[0];
            const Eigen::VectorXd& charges = elements_[e].electronegativity_charges;
            const Eigen::MatrixXd block = environment_kernel(x.middleCols(i, rows),
                                                             charges.segment(i, rows),
                                                             x.middleCols(j, columns),
                                                             charges.segment(j, columns));
            const double variance = spread(e) * spread(e);
            for (Eigen::Index b = 0; b < columns; ++b) {
                const Eigen::Index to =
                    rows_[e][static_cast<std::size_t>(j + b)] - column.first_row;
                for (Eigen::Index a = 0; a < rows; ++a) {
                    const Eigen::Index from =
                        rows_[e][static_cast<std::size_t>(i + a)] - row.first_row;
                    flowing(from, to) = variance * block(a, b);
                    staying(from, to) = staying_spread_ * staying_spread_ * block(a, b);
                }
            }
        }
        for (std::size_t m = row.first_molecule; m < row.last_molecule; ++m) {
            const ChargeResponse& response = molecules_[m].response;
            const Eigen::Index first = molecules_[m].first - row.first_row;
            auto flow = flowing.middleRows(first, response.a.rows());
            auto stay = staying.middleRows(first, response.a.rows());
            flow = (response.a * flow).eval();
            stay = (response.projection * stay).eval();
        }
        for (std::size_t m = column.first_molecule; m < column.last_molecule; ++m) {
            const ChargeResponse& response = molecules_[m].response;
            const Eigen::Index first = molecules_[m].first - column.first_row;
            auto flow = flowing.middleCols(first, response.a.rows());
            auto stay = staying.middleCols(first, response.a.rows());
            flow = (flow * response.a).eval();
            stay = (stay * response.projection).eval();
        }
        return flowing + staying;
    }

    std::span<const ElementAtoms> elements_;
    std::span<const TrainingMolecule> molecules_;
    double staying_spread_;
    Eigen::Index size_ = 0;
    std::vector<std::vector<Eigen::Index>> rows_;
    Eigen::VectorXd spreads_;
    std::vector<Tile> tiles_;
};

std::vector<TrainingMolecule> training_molecules(std::span<const PropertyRecord> records) {
    std::vector<TrainingMolecule> molecules(records.size());
    Eigen::Index next = 0;
    for (std::size_t r = 0; r < records.size(); ++r) {
        molecules[r].first = next;
        next += records[r].molecule.size();
    }
    parallel_for(records.size(), [&](std::size_t r) {
        molecules[r].response = charge_response(records[r].molecule);
    });
    return molecules;
}

}  // namespace

ChargeRegression regress_charges(std::span<const PropertyRecord> records,
                                 std::span<const int> folds,
                                 std::span<const ElementAtoms> elements,
                                 const ChargePrior& prior) {
    const std::vector<TrainingMolecule> molecules = training_molecules(records);
    const ChargeCovariance process(records, elements, molecules, prior.staying_spread);
    Eigen::MatrixXd covariance = process.matrix();

    // What electronegativities and staying charges have to explain.
    Eigen::VectorXd values(covariance.rows());
    std::vector<Eigen::Index> fold_starts;
    for (std::size_t r = 0; r < records.size(); ++r) {
        const Eigen::VectorXd& offsets = molecules[r].response.offsets;
        values.segment(molecules[r].first, offsets.size()) =
            records[r].properties.charges - offsets;
        if (r == 0 || folds[r] != folds[r - 1]) {
            fold_starts.push_back(molecules[r].first);
        }
    }
    const double variance = (values.array() - values.mean()).square().mean();
    for (std::size_t e = 0; e < elements.size(); ++e) {
        const double own =
            prior.noise * variance * (elements[e].element == 1 ? hydrogen_noise : 1.0);
        for (const Eigen::Index row : process.rows(e)) {
            covariance(row, row) += own;
        }
    }

    const CholeskyFactor factor(std::move(covariance));
    const Eigen::VectorXd dual = factor.solve(values);
    const Eigen::VectorXd errors = leave_groups_out(factor, dual, fold_starts);

    ChargeRegression result;
    Eigen::VectorXd flowing(dual.size());  // aᵀ α, of each electronegativity
    Eigen::VectorXd staying(dual.size());  // Pᵀ α, of each staying charge
    for (std::size_t r = 0; r < records.size(); ++r) {
        const ChargeResponse& response = molecules[r].response;
        const Eigen::Index first = molecules[r].first;
        const Eigen::Index n = response.offsets.size();
        flowing.segment(first, n) = response.a * dual.segment(first, n);
        staying.segment(first, n) = response.projection * dual.segment(first, n);
        result.held_out.push_back(records[r].properties.charges + errors.segment(first, n));
    }
    const auto form = [&](std::size_t e, double spread, const Eigen::VectorXd& weights) {
        return charged_quadratic_form(elements[e].features.ranks[0],
                                      elements[e].electronegativity_charges,
                                      spread * spread * weights(process.rows(e)),
                                      elements[e].feature_scales(),
                                      form_tolerance * spread);
    };
    result.electronegativities.resize(elements.size());
    result.staying_charges.resize(elements.size());
    parallel_for(elements.size(), [&](std::size_t e) {
        result.electronegativities[e] = form(e, process.spread(e), flowing);
        result.staying_charges[e] = form(e, prior.staying_spread, staying);
    });
    return result;
}

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/lanes.hpp>
#include <keesom/dispersion/closest_pair.hpp>
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/dipole_coupling.hpp>
#include <keesom/dispersion/screening.hpp>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <type_traits>
#include <vector>

namespace keesom {

namespace {

/// A pair of atoms, with what is the same at every frequency.
struct ShortRangePair : detail::DipolePair {
    double share;  // 1 − f
};

std::vector<ShortRangePair> short_range_pairs(const Eigen::Matrix3Xd& positions,
                                              const Eigen::VectorXd& vdw_radii,
                                              const MbdOptions& options) {
    std::vector<ShortRangePair> pairs;
    pairs.reserve(static_cast<std::size_t>(positions.cols() * (positions.cols() - 1) / 2));
    for (const detail::DipolePair& pair :
         detail::dipole_pairs(positions, vdw_radii, options.beta)) {
        pairs.push_back(
            {pair, fermi_complement(pair.distance, pair.separation, options.steepness)});
    }
    return pairs;
}

/// α⁻¹ + T_sr of N atoms, and its Cholesky factor, which takes its place.
template <class Scalar>
class Response;

/// At one frequency.
template <>
class Response<double> {
public:
    explicit Response(Eigen::Index n_atoms) : matrix_(3 * n_atoms, 3 * n_atoms) {}

    /// @param i  not below j
    void set(Eigen::Index i, Eigen::Index j, const Eigen::Matrix3d& tile) {
        matrix_.block<3, 3>(3 * i, 3 * j) = tile;
    }

    /// @return whether the matrix is positive definite
    bool factorize() {
        const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(matrix_);
        return cholesky.info() == Eigen::Success;
    }

    /// Solves for three right-hand sides of each atom, in place.
    void solve(std::vector<Eigen::Matrix3d>& tiles) const {
        Eigen::Matrix<double, Eigen::Dynamic, 3> rows(matrix_.rows(), 3);
        const auto of = [&](std::size_t atom) {
            return rows.middleRows<3>(3 * static_cast<Eigen::Index>(atom));
        };
        for (std::size_t atom = 0; atom < tiles.size(); ++atom) {
            of(atom) = tiles[atom];
        }
        matrix_.triangularView<Eigen::Lower>().solveInPlace(rows);
        matrix_.transpose().triangularView<Eigen::Upper>().solveInPlace(rows);
        for (std::size_t atom = 0; atom < tiles.size(); ++atom) {
            tiles[atom] = of(atom);
        }
    }

private:
    Eigen::MatrixXd matrix_;  // lower triangle
};

/// At eight frequencies at once, by tiles of 3 × 3. For matrices as small as those of most dimers
/// this is two to four times as fast as eight of them one after the other.
template <>
class Response<Lanes> {
public:
    using Tile = Eigen::Matrix<Lanes, 3, 3>;

    explicit Response(Eigen::Index n_atoms)
        : n_atoms_(static_cast<std::size_t>(n_atoms)), tiles_(n_atoms_ * (n_atoms_ + 1) / 2) {}

    void set(Eigen::Index i, Eigen::Index j, const Tile& value) {
        tile(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) = value;
    }

    bool factorize() {
        for (std::size_t i = 0; i < n_atoms_; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                Tile rest = tile(i, j);
                for (std::size_t k = 0; k < j; ++k) {
                    rest -= tile(i, k) * tile(j, k).transpose();
                }
                if (j < i) {
                    tile(i, j) = divided(rest, tile(j, j));
                } else if (!factorize(rest, tile(i, i))) {
                    return false;
                }
            }
        }
        return true;
    }

    void solve(std::vector<Tile>& tiles) const {
        for (std::size_t i = 0; i < n_atoms_; ++i) {
            Tile rest = tiles[i];
            for (std::size_t k = 0; k < i; ++k) {
                rest -= tile(i, k) * tiles[k];
            }
            const Tile& L = tile(i, i);
            for (Eigen::Index x = 0; x < 3; ++x) {
                for (Eigen::Index y = 0; y < x; ++y) {
                    rest.row(x) -= L(x, y) * rest.row(y);
                }
                rest.row(x) *= L(x, x);
            }
            tiles[i] = rest;
        }
        for (std::size_t i = n_atoms_; i-- > 0;) {
            Tile rest = tiles[i];
            const Tile& L = tile(i, i);
            for (Eigen::Index x = 3; x-- > 0;) {
                for (Eigen::Index y = x + 1; y < 3; ++y) {
                    rest.row(x) -= L(y, x) * rest.row(y);
                }
                rest.row(x) *= L(x, x);
            }
            tiles[i] = rest;
            for (std::size_t k = 0; k < i; ++k) {
                tiles[k] -= tile(i, k).transpose() * rest;
            }
        }
    }

private:
    [[nodiscard]] Tile& tile(std::size_t i, std::size_t j) { return tiles_[i * (i + 1) / 2 + j]; }

    [[nodiscard]] const Tile& tile(std::size_t i, std::size_t j) const {
        return tiles_[i * (i + 1) / 2 + j];
    }

    /// The factor of a tile on the diagonal, with the inverses of its own diagonal.
    static bool factorize(const Tile& rest, Tile& factor) {
        for (Eigen::Index x = 0; x < 3; ++x) {
            for (Eigen::Index y = 0; y <= x; ++y) {
                Lanes element = rest(x, y);
                for (Eigen::Index z = 0; z < y; ++z) {
                    element -= factor(x, z) * factor(y, z);
                }
                if (y < x) {
                    factor(x, y) = element * factor(y, y);
                } else if (all(element > 0.0)) {
                    factor(x, x) = 1.0 / sqrt(element);
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    /// rest L⁻ᵀ for the factor L of a tile on the diagonal.
    static Tile divided(Tile rest, const Tile& L) {
        for (Eigen::Index y = 0; y < 3; ++y) {
            for (Eigen::Index z = 0; z < y; ++z) {
                rest.col(y) -= L(y, z) * rest.col(z);
            }
            rest.col(y) *= L(y, y);
        }
        return rest;
    }

    std::size_t n_atoms_;
    std::vector<Tile> tiles_;  // lower triangle, row by row; those of the diagonal below theirs
};

/// Screens the polarizabilities at one frequency or several at once. Keeps its matrices from call
/// to call.
template <class Scalar>
class Screening {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    Screening(const Eigen::Matrix3Xd& positions,
              const Eigen::VectorXd& vdw_radii,
              const MbdOptions& options)
        : positions_(positions),
          options_(options),
          pairs_(short_range_pairs(positions, vdw_radii, options)),
          squared_widths_(positions.cols()),
          response_(positions.cols()) {}

    Vector operator()(const Vector& polarizabilities) {
        fill_response(polarizabilities);
        // (α⁻¹ + T) μ = E for unit fields along x, y and z. Three right-hand sides give all that is
        // needed of the inverse.
        if (!response_.factorize()) {
            throw NumericalError(fmt::format("screened polarizabilities diverge, {}",
                                             detail::closest_pair(positions_)));
        }
        dipoles_.assign(static_cast<std::size_t>(polarizabilities.size()), Tile::Identity());
        response_.solve(dipoles_);

        Vector screened(polarizabilities.size());
        for (Eigen::Index i = 0; i < screened.size(); ++i) {
            screened[i] = of(dipoles_, i).trace() / 3.0;
            if (!all(screened[i] > 0.0)) {
                throw NumericalError(
                    fmt::format("screened polarizability of atom {} is negative, {}",
                                i + 1,
                                detail::closest_pair(positions_)));
            }
        }
        return screened;
    }

    /// Adds derivatives by positions and van der Waals radii, and returns those by the
    /// polarizabilities that were screened last.
    /// @param by_screened by what the screening made of them
    Vector add_gradient(const Vector& polarizabilities,
                        const Vector& by_screened,
                        OscillatorGradient& gradient) {
        std::vector<Tile> adjoint;
        for (const Scalar& by : by_screened) {
            adjoint.push_back(by / 3.0 * Tile::Identity());
        }
        response_.solve(adjoint);

        Vector by_squared_widths = Vector::Constant(polarizabilities.size(), Scalar(0.0));
        for (const ShortRangePair& pair : pairs_) {
            add_pair_gradient(pair, adjoint, gradient, by_squared_widths);
        }
        Vector by_polarizabilities = by_squared_widths;
        for (Eigen::Index i = 0; i < by_polarizabilities.size(); ++i) {
            const Scalar direct =
                of(adjoint, i).cwiseProduct(of(dipoles_, i)).sum() / polarizabilities[i];
            by_polarizabilities[i] =
                (2.0 / 3.0 * by_squared_widths[i] * squared_widths_[i] + direct) /
                polarizabilities[i];
        }
        return by_polarizabilities;
    }

private:
    using Tile = Eigen::Matrix<Scalar, 3, 3>;

    static const Tile& of(const std::vector<Tile>& tiles, Eigen::Index atom) {
        return tiles[static_cast<std::size_t>(atom)];
    }

    [[nodiscard]] Scalar squared_width(const ShortRangePair& pair) const {
        return squared_widths_[pair.i] + squared_widths_[pair.j];
    }

    void fill_response(const Vector& polarizabilities) {
        using std::cbrt;
        using std::sqrt;
        const double factor = std::sqrt(2.0 / std::numbers::pi) / 3.0;
        for (Eigen::Index i = 0; i < polarizabilities.size(); ++i) {
            const Scalar width = cbrt(factor * polarizabilities[i]);
            squared_widths_[i] = width * width;
            response_.set(i, i, 1.0 / polarizabilities[i] * Tile::Identity());
        }
        for (const ShortRangePair& pair : pairs_) {
            const double R = pair.distance;
            const auto [lambda3, lambda5] = gaussian_damping(Scalar(R / sqrt(squared_width(pair))));
            const double strength = pair.share / (R * R * R);
            response_.set(pair.i,
                          pair.j,
                          detail::coupling<Scalar>(pair, lambda3 * strength, lambda5 * strength));
        }
    }

    void add_pair_gradient(const ShortRangePair& pair,
                           const std::vector<Tile>& adjoint,
                           OscillatorGradient& gradient,
                           Vector& by_squared_widths) const {
        using std::sqrt;
        const double R = pair.distance;
        const double R3 = R * R * R;
        const Scalar zeta = R / sqrt(squared_width(pair));
        const auto [lambda3, lambda5] = gaussian_damping(zeta);
        const auto [slope3, slope5] = gaussian_damping_slopes(zeta);
        const double strength = pair.share / R3;
        const double share_slope = -fermi_slope(pair.share, pair.separation, options_.steepness);

        const Tile weight = -of(adjoint, pair.i) * of(dipoles_, pair.j).transpose() -
                            of(adjoint, pair.j) * of(dipoles_, pair.i).transpose();
        const detail::CouplingGradient<Scalar> by(pair, lambda5 * strength, weight);
        const Scalar by_strength = lambda3 * by.a + lambda5 * by.b;
        const Scalar by_zeta = strength * (slope3 * by.a + slope5 * by.b);

        const Scalar by_distance =
            by_strength * (share_slope - 3.0 * pair.share / R) / R3 + by_zeta * zeta / R;
        detail::add_force(gradient.positions,
                          pair,
                          sum(by_distance),
                          {sum(by.turning[0]), sum(by.turning[1]), sum(by.turning[2])});
        detail::add_by_separation(gradient.vdw_radii,
                                  pair,
                                  options_.beta,
                                  -sum(by_strength) * share_slope * R / pair.separation / R3);
        const Scalar by_squared_width = -0.5 * by_zeta * zeta / squared_width(pair);
        by_squared_widths[pair.i] += by_squared_width;
        by_squared_widths[pair.j] += by_squared_width;
    }

    const Eigen::Matrix3Xd& positions_;
    const MbdOptions& options_;
    std::vector<ShortRangePair> pairs_;
    Vector squared_widths_;
    Response<Scalar> response_;
    std::vector<Tile> dipoles_;
};

/// R_vdW ∝ (α^scs/α)^{1/3}.
Eigen::VectorXd screened_radii(const Oscillators& oscillators,
                               const Eigen::VectorXd& screened_polarizabilities) {
    return oscillators.vdw_radii.array() *
           (screened_polarizabilities.array() / oscillators.polarizabilities.array())
               .pow(1.0 / 3.0);
}

template <class Scalar>
constexpr Eigen::Index numbers_of = std::is_same_v<Scalar, Lanes> ? Lanes::size : 1;

/// Static polarizabilities and those at the frequencies of a grid, as many at once as a scalar has
/// numbers.
template <class Scalar>
class FrequencyPacks {
public:
    FrequencyPacks(const Oscillators& oscillators, const FrequencyGrid& grid)
        : oscillators_(oscillators), grid_(grid) {}

    /// Calls visit(polarizabilities, frequencies), the latter as indices of the grid: −1 is static.
    /// Numbers beyond the last one repeat it.
    template <class Visit>
    void for_each(const Visit& visit) const {
        constexpr Eigen::Index size = numbers_of<Scalar>;
        for (Eigen::Index first = -1; first < grid_.size(); first += size) {
            const Eigen::Index count = std::min(size, grid_.size() - first);
            std::vector<Eigen::Index> frequencies(static_cast<std::size_t>(count));
            std::iota(frequencies.begin(), frequencies.end(), first);
            Eigen::MatrixXd columns(oscillators_.size(), size);
            for (Eigen::Index k = 0; k < size; ++k) {
                const Eigen::Index frequency = first + std::min(k, count - 1);
                columns.col(k) =
                    frequency < 0
                        ? oscillators_.polarizabilities
                        : oscillators_.dynamic_polarizabilities(grid_.frequencies[frequency]);
            }
            visit(packed(columns), frequencies);
        }
    }

    using Vector = typename Screening<Scalar>::Vector;

    /// Of each atom, numbers that stand in a row.
    static Vector packed(const Eigen::MatrixXd& rows) {
        Vector result(rows.rows());
        for (Eigen::Index i = 0; i < rows.rows(); ++i) {
            if constexpr (std::is_same_v<Scalar, double>) {
                result[i] = rows(i, 0);
            } else {
                std::array<double, Lanes::size> numbers{};
                for (Eigen::Index k = 0; k < rows.cols(); ++k) {
                    numbers[static_cast<std::size_t>(k)] = rows(i, k);
                }
                result[i] = Lanes(numbers);
            }
        }
        return result;
    }

    static Eigen::MatrixXd unpacked(const Vector& packed) {
        Eigen::MatrixXd rows(packed.size(), numbers_of<Scalar>);
        for (Eigen::Index i = 0; i < rows.rows(); ++i) {
            if constexpr (std::is_same_v<Scalar, double>) {
                rows(i, 0) = packed[i];
            } else {
                const std::array<double, Lanes::size> numbers = packed[i].array();
                for (Eigen::Index k = 0; k < rows.cols(); ++k) {
                    rows(i, k) = numbers[static_cast<std::size_t>(k)];
                }
            }
        }
        return rows;
    }

private:
    const Oscillators& oscillators_;
    const FrequencyGrid& grid_;
};

template <class Scalar>
Oscillators screened_oscillators(const Eigen::Matrix3Xd& positions,
                                 const Oscillators& oscillators,
                                 const MbdOptions& options,
                                 const FrequencyGrid& grid) {
    using Packs = FrequencyPacks<Scalar>;
    Screening<Scalar> screening(positions, oscillators.vdw_radii, options);
    Oscillators screened;
    screened.c6 = Eigen::VectorXd::Zero(positions.cols());
    Packs(oscillators, grid)
        .for_each([&](const auto& polarizabilities, const std::vector<Eigen::Index>& frequencies) {
            const Eigen::MatrixXd response = Packs::unpacked(screening(polarizabilities));
            for (std::size_t k = 0; k < frequencies.size(); ++k) {
                const auto at_frequency = response.col(static_cast<Eigen::Index>(k));
                if (frequencies[k] < 0) {
                    screened.polarizabilities = at_frequency;
                } else {
                    screened.c6 += 3.0 / std::numbers::pi * grid.weights[frequencies[k]] *
                                   at_frequency.cwiseAbs2();
                }
            }
        });
    screened.vdw_radii = screened_radii(oscillators, screened.polarizabilities);
    return screened;
}

template <class Scalar>
OscillatorGradient gradient_of_screening(const Eigen::Matrix3Xd& positions,
                                         const Oscillators& oscillators,
                                         const MbdOptions& options,
                                         const FrequencyGrid& grid,
                                         const OscillatorGradient& by_screened) {
    using Packs = FrequencyPacks<Scalar>;
    Screening<Scalar> screening(positions, oscillators.vdw_radii, options);
    OscillatorGradient gradient(positions.cols());
    gradient.positions = by_screened.positions;
    const Eigen::VectorXd& alpha = oscillators.polarizabilities;

    Packs(oscillators, grid)
        .for_each([&](const auto& polarizabilities, const std::vector<Eigen::Index>& frequencies) {
            const Eigen::MatrixXd response = Packs::unpacked(screening(polarizabilities));
            Eigen::MatrixXd by_response = Eigen::MatrixXd::Zero(response.rows(), response.cols());
            for (std::size_t k = 0; k < frequencies.size(); ++k) {
                const auto column = static_cast<Eigen::Index>(k);
                const Eigen::VectorXd screened = response.col(column);
                if (frequencies[k] < 0) {
                    // By ln R^scs, which changes as ln R + ⅓ ln(α^scs/α).
                    const Eigen::VectorXd by_log_radius =
                        by_screened.vdw_radii.cwiseProduct(screened_radii(oscillators, screened));
                    gradient.vdw_radii += by_log_radius.cwiseQuotient(oscillators.vdw_radii);
                    gradient.polarizabilities -= by_log_radius.cwiseQuotient(3.0 * alpha);
                    by_response.col(column) =
                        by_screened.polarizabilities + by_log_radius.cwiseQuotient(3.0 * screened);
                } else {
                    by_response.col(column) = 6.0 / std::numbers::pi *
                                              grid.weights[frequencies[k]] *
                                              by_screened.c6.cwiseProduct(screened);
                }
            }
            const Eigen::MatrixXd by_polarizabilities = Packs::unpacked(
                screening.add_gradient(polarizabilities, Packs::packed(by_response), gradient));
            for (std::size_t k = 0; k < frequencies.size(); ++k) {
                const Eigen::VectorXd by = by_polarizabilities.col(static_cast<Eigen::Index>(k));
                if (frequencies[k] < 0) {
                    gradient.polarizabilities += by;
                } else {
                    gradient.add_by_dynamic_polarizabilities(
                        oscillators, grid.frequencies[frequencies[k]], by);
                }
            }
        });
    return gradient;
}

/// Above this, eight matrices do not stay in the cache of a core.
constexpr Eigen::Index largest_at_once = 80;

}  // namespace

Oscillators range_separated_screening(const Eigen::Matrix3Xd& positions,
                                      const Oscillators& oscillators,
                                      const MbdOptions& options,
                                      const FrequencyGrid& grid) {
    options.validate();
    oscillators.validate(positions.cols());
    return positions.cols() <= largest_at_once
               ? screened_oscillators<Lanes>(positions, oscillators, options, grid)
               : screened_oscillators<double>(positions, oscillators, options, grid);
}

OscillatorGradient screening_gradient(const Eigen::Matrix3Xd& positions,
                                      const Oscillators& oscillators,
                                      const MbdOptions& options,
                                      const FrequencyGrid& grid,
                                      const OscillatorGradient& by_screened) {
    options.validate();
    oscillators.validate(positions.cols());
    return positions.cols() <= largest_at_once
               ? gradient_of_screening<Lanes>(positions, oscillators, options, grid, by_screened)
               : gradient_of_screening<double>(positions, oscillators, options, grid, by_screened);
}

}  // namespace keesom

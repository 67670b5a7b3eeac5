// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>
#include <keesom/ml/force_field/gradient_sum.hpp>
#include <keesom/ml/force_field/pair_coordinates.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>
#include <keesom/ml/regression/cholesky.hpp>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <LBFGS.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>
#include <numeric>
#include <utility>

namespace keesom {

namespace {

constexpr int most_iterations = 5000;

// Coordinates vary by about 1, and energies of molecules near their equilibrium are almost
// polynomials in them.
constexpr std::array<double, 4> length_scales = {30.0, 100.0, 300.0, 1000.0};
constexpr std::size_t most_tried = 200;

constexpr std::size_t most_relaxed = 10;

/// K of all gradients, in blocks and in products.
class GradientCovariance {
public:
    GradientCovariance(std::span<const ForceRecord> records,
                       std::span<const Permutation> permutations,
                       const Eigen::VectorXd& pair_weights,
                       double length_scale)
        : kernel_{length_scale},
          permutations_(permutations),
          n_atoms_(records.front().positions.cols()) {
        Eigen::MatrixXd values(pair_count(n_atoms_), static_cast<Eigen::Index>(records.size()));
        for (Eigen::Index i = 0; i < values.cols(); ++i) {
            points_.emplace_back(records[static_cast<std::size_t>(i)].positions, pair_weights);
            values.col(i) = points_.back().values;
        }
        permuted_points_ = permuted_columns(values, permutations, 1.0);
    }

    [[nodiscard]] Eigen::Index block_size() const { return 3 * n_atoms_; }

    [[nodiscard]] Eigen::Index points() const { return static_cast<Eigen::Index>(points_.size()); }

    [[nodiscard]] Eigen::Index size() const { return block_size() * points(); }

    /// Mean of the diagonal of K.
    [[nodiscard]] double mean_diagonal() const {
        double sum = 0.0;
        for (Eigen::Index i = 0; i < points(); ++i) {
            sum += block(i, i).trace();
        }
        return sum / static_cast<double>(size());
    }

    /// K_ij; (3N, 3N).
    [[nodiscard]] Eigen::MatrixXd block(Eigen::Index i, Eigen::Index j) const;

    /// J_i α_i of each geometry; (D, M).
    [[nodiscard]] Eigen::MatrixXd coordinate_dual(const Eigen::VectorXd& dual) const {
        Eigen::MatrixXd result(permuted_points_.rows(), points());
        for (Eigen::Index i = 0; i < points(); ++i) {
            result.col(i) =
                point(i).along(dual.segment(block_size() * i, block_size()).reshaped(3, n_atoms_));
        }
        return result;
    }

    /// K v.
    [[nodiscard]] Eigen::VectorXd times(const Eigen::VectorXd& v) const {
        const Eigen::MatrixXd images = permuted_columns(
            coordinate_dual(v), permutations_, 1.0 / static_cast<double>(permutations_.size()));
        Eigen::VectorXd result(size());
        parallel_for(points_.size(), [&](std::size_t i) {
            const auto row = static_cast<Eigen::Index>(i);
            const ValueAndSlopes sum =
                gradient_sum(kernel_, points_[i].values, permuted_points_, images);
            result.segment(block_size() * row, block_size()) =
                points_[i].gradient(sum.slopes).reshaped();
        });
        return result;
    }

    /// The largest distance of q(x_i) to the nearest image of another geometry; 0 of one alone.
    [[nodiscard]] double spacing() const {
        const auto n_images = static_cast<Eigen::Index>(permutations_.size());
        std::vector<double> nearest(points_.size(), 0.0);
        parallel_for(points_.size(), [&](std::size_t i) {
            const auto first = n_images * static_cast<Eigen::Index>(i);
            const Eigen::RowVectorXd squares =
                (permuted_points_.colwise() - points_[i].values).colwise().squaredNorm();
            const Eigen::Index rest = squares.size() - first - n_images;
            double least = std::numeric_limits<double>::infinity();
            if (first > 0) {
                least = squares.head(first).minCoeff();
            }
            if (rest > 0) {
                least = std::min(least, squares.tail(rest).minCoeff());
            }
            nearest[i] = points_.size() > 1 ? std::sqrt(least) : 0.0;
        });
        return *std::max_element(nearest.begin(), nearest.end());
    }

    [[nodiscard]] const PairCoordinates& point(Eigen::Index i) const {
        return points_[static_cast<std::size_t>(i)];
    }

private:
    Matern52Kernel kernel_;
    std::span<const Permutation> permutations_;
    Eigen::Index n_atoms_;
    std::vector<PairCoordinates> points_;
    Eigen::MatrixXd permuted_points_;  // (D, M |P|)
};

Eigen::MatrixXd GradientCovariance::block(Eigen::Index i, Eigen::Index j) const {
    const PairCoordinates& left = point(i);
    const PairCoordinates& right = point(j);
    const auto n_images = static_cast<Eigen::Index>(permutations_.size());
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(block_size(), block_size());
    for (Eigen::Index p = 0; p < n_images; ++p) {
        const Permutation& permutation = permutations_[static_cast<std::size_t>(p)];
        const Eigen::VectorXd separation = left.values - permuted_points_.col(n_images * j + p);
        const KernelFactors f = kernel_.factors(separation.squaredNorm());
        // Atoms a and b of the image are the atoms p(a) and p(b) of the geometry itself.
        Eigen::VectorXd along_right = Eigen::VectorXd::Zero(block_size());
        for_each_atom_pair(n_atoms_, [&](Eigen::Index k, Eigen::Index a, Eigen::Index b) {
            const Eigen::Index image_a = permutation[static_cast<std::size_t>(a)];
            const Eigen::Index image_b = permutation[static_cast<std::size_t>(b)];
            const bool is_in_order = image_a < image_b;
            const Eigen::Index pair =
                is_in_order ? pair_count(image_b) + image_a : pair_count(image_a) + image_b;
            const Eigen::Vector3d slope = (is_in_order ? 1.0 : -1.0) * right.slopes.col(pair);
            const Eigen::Matrix3d product = f[1] * left.slopes.col(k) * slope.transpose();
            result.block<3, 3>(3 * a, 3 * image_a) += product;
            result.block<3, 3>(3 * b, 3 * image_b) += product;
            result.block<3, 3>(3 * a, 3 * image_b) -= product;
            result.block<3, 3>(3 * b, 3 * image_a) -= product;
            along_right.segment<3>(3 * image_a) += separation[k] * slope;
            along_right.segment<3>(3 * image_b) -= separation[k] * slope;
        });
        const Eigen::VectorXd along_left = left.gradient(separation).reshaped();
        result.noalias() -= f[2] * along_left * along_right.transpose();
    }
    return result / static_cast<double>(n_images);
}

Eigen::VectorXd solve_directly(const GradientCovariance& covariance,
                               double noise,
                               const Eigen::VectorXd& gradients) {
    const Eigen::Index size = covariance.block_size();
    Eigen::MatrixXd matrix(covariance.size(), covariance.size());
    parallel_for(static_cast<std::size_t>(covariance.points()), [&](std::size_t task) {
        // The longest rows first, so that threads end together.
        const Eigen::Index i = covariance.points() - 1 - static_cast<Eigen::Index>(task);
        for (Eigen::Index j = 0; j <= i; ++j) {
            matrix.block(size * i, size * j, size, size) = covariance.block(i, j);
        }
    });
    matrix.diagonal().array() += noise;
    return CholeskyFactor(std::move(matrix)).solve(gradients);
}

/// (B Bᵀ + λ)⁻¹ for the Nyström approximation B Bᵀ of K.
class NystromPreconditioner {
public:
    NystromPreconditioner(const GradientCovariance& covariance, double noise, double share)
        : noise_(noise) {
        const Eigen::Index size = covariance.block_size();
        const auto wanted =
            static_cast<Eigen::Index>(std::ceil(share * static_cast<double>(covariance.points())));
        const Eigen::Index count = std::clamp<Eigen::Index>(wanted, 1, covariance.points());
        const auto chosen = [&](Eigen::Index k) { return k * covariance.points() / count; };
        Eigen::MatrixXd columns(covariance.size(), size * count);
        parallel_for(static_cast<std::size_t>(covariance.points()), [&](std::size_t i) {
            const auto row = static_cast<Eigen::Index>(i);
            for (Eigen::Index k = 0; k < count; ++k) {
                columns.block(size * row, size * k, size, size) = covariance.block(row, chosen(k));
            }
        });
        Eigen::MatrixXd among(size * count, size * count);
        for (Eigen::Index k = 0; k < count; ++k) {
            among.middleRows(size * k, size) = columns.middleRows(size * chosen(k), size);
        }
        among.diagonal().array() += noise;
        // columns = B Lᵀ
        const Eigen::LLT<Eigen::MatrixXd> factor(among);
        if (factor.info() != Eigen::Success) {
            throw NumericalError("covariances of forces are not positive definite");
        }
        factor.matrixU().solveInPlace<Eigen::OnTheRight>(columns);
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(columns.transpose() * columns);
        const Eigen::VectorXd squares = eigen.eigenvalues().cwiseMax(0.0);
        const double least = squares.maxCoeff() * 1e-14;
        directions_ = columns * eigen.eigenvectors();
        shrinkage_.resize(squares.size());
        for (Eigen::Index k = 0; k < squares.size(); ++k) {
            const bool is_kept = squares[k] > least;
            directions_.col(k) *= is_kept ? 1.0 / std::sqrt(squares[k]) : 0.0;
            shrinkage_[k] = 1.0 - noise / (squares[k] + noise);
        }
    }

    [[nodiscard]] Eigen::VectorXd solve(const Eigen::VectorXd& v) const {
        const Eigen::VectorXd along = directions_.transpose() * v;
        return (v - directions_ * shrinkage_.cwiseProduct(along)) / noise_;
    }

private:
    double noise_;
    Eigen::MatrixXd directions_;  // orthonormal; (3NM, 3Nm)
    Eigen::VectorXd shrinkage_;   // 1 − λ/(s² + λ)
};

Eigen::VectorXd solve_iteratively(const GradientCovariance& covariance,
                                  double noise,
                                  const Eigen::VectorXd& gradients,
                                  const ForceFieldOptions& options,
                                  const SolverProgress& progress) {
    const NystromPreconditioner preconditioner(covariance, noise, options.preconditioner_share);
    Eigen::VectorXd solution = Eigen::VectorXd::Zero(gradients.size());
    Eigen::VectorXd residual = gradients;
    Eigen::VectorXd step = preconditioner.solve(residual);
    Eigen::VectorXd direction = step;
    double product = residual.dot(step);
    for (int iteration = 1; iteration <= most_iterations; ++iteration) {
        const Eigen::VectorXd image = covariance.times(direction) + noise * direction;
        const double length = product / direction.dot(image);
        solution += length * direction;
        residual -= length * image;
        const double relative = residual.norm() / gradients.norm();
        if (progress) {
            progress(iteration, relative);
        }
        if (!(relative > options.tolerance)) {
            return solution;
        }
        step = preconditioner.solve(residual);
        const double next = residual.dot(step);
        direction = step + next / product * direction;
        product = next;
    }
    throw NumericalError(fmt::format("forces are not described to {:.1e} after {} iterations",
                                     options.tolerance,
                                     most_iterations));
}

/// Energy of the relaxed molecule, hartree: the lowest that is reached from the training geometries
/// of least energy, each of which may be another conformer.
double relaxed_energy(const ForceField& force_field, std::span<const ForceRecord> records) {
    std::vector<std::size_t> order(records.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return records[a].energy < records[b].energy;
    });
    order.resize(std::min(order.size(), most_relaxed));
    LBFGSpp::LBFGSParam<double> parameters;
    parameters.epsilon = 3e-5;  // hartree/bohr
    parameters.epsilon_rel = 0.0;
    parameters.max_iterations = 1000;
    std::vector<double> energies(order.size());
    parallel_for(order.size(), [&](std::size_t k) {
        const Eigen::Matrix3Xd& start = records[order[k]].positions;
        // The line search compares energies, which differ in their last digits only.
        const double origin = force_field.energy_and_gradient(start).energy;
        const auto energy = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
            const EnergyAndGradient here =
                force_field.energy_and_gradient(x.reshaped(3, start.cols()));
            gradient = here.gradient.reshaped();
            return here.energy - origin;
        };
        Eigen::VectorXd x = start.reshaped();
        double above_origin = 0.0;
        try {
            LBFGSpp::LBFGSSolver<double>(parameters).minimize(energy, x, above_origin);
        } catch (const std::exception& error) {
            throw NumericalError(fmt::format("the molecule does not relax: {}", error.what()));
        }
        energies[k] = origin + above_origin;
    });
    return *std::min_element(energies.begin(), energies.end());
}

/// Trained, but not relaxed: what a trial of a length scale needs.
ForceField fitted_force_field(const std::vector<int>& atomic_numbers,
                              std::span<const ForceRecord> records,
                              const std::vector<Permutation>& permutations,
                              double length_scale,
                              const ForceFieldOptions& options,
                              const SolverProgress& progress) {
    options.validate();
    require_exchanges_of_equal_atoms(permutations, atomic_numbers);
    if (records.empty()) {
        throw InputError("a force field needs at least one geometry");
    }
    const auto n = static_cast<Eigen::Index>(atomic_numbers.size());
    for (std::size_t r = 0; r < records.size(); ++r) {
        if (records[r].positions.cols() != n || records[r].forces.cols() != n) {
            throw InputError(fmt::format("geometry {} has {} positions and {} forces for {} atoms",
                                         r + 1,
                                         records[r].positions.cols(),
                                         records[r].forces.cols(),
                                         n));
        }
    }
    std::vector<Eigen::Matrix3Xd> geometries;
    for (const ForceRecord& record : records) {
        geometries.push_back(record.positions);
    }
    const Eigen::VectorXd weights = pair_weights(geometries, permutations);
    const GradientCovariance covariance(records, permutations, weights, length_scale);
    Eigen::VectorXd gradients(covariance.size());
    for (std::size_t r = 0; r < records.size(); ++r) {
        gradients.segment(covariance.block_size() * static_cast<Eigen::Index>(r),
                          covariance.block_size()) = -records[r].forces.reshaped();
    }
    const double noise = options.noise_ratio * covariance.mean_diagonal();
    const auto rows = static_cast<double>(covariance.size());
    const Eigen::VectorXd dual =
        rows * rows * sizeof(double) <= options.memory
            ? solve_directly(covariance, noise, gradients)
            : solve_iteratively(covariance, noise, gradients, options, progress);

    ForceField::Parameters parameters;
    parameters.atomic_numbers = atomic_numbers;
    parameters.permutations = permutations;
    parameters.length_scale = length_scale;
    parameters.pair_weights = weights;
    parameters.dual = covariance.coordinate_dual(dual);
    parameters.points.resize(parameters.dual.rows(), covariance.points());
    for (Eigen::Index i = 0; i < covariance.points(); ++i) {
        parameters.points.col(i) = covariance.point(i).values;
    }
    double difference = 0.0;
    const ForceField without_constant(parameters);
    for (const ForceRecord& record : records) {
        difference += record.energy - without_constant.energy_and_gradient(record.positions).energy;
    }
    parameters.constant = difference / static_cast<double>(records.size());
    parameters.spacing = covariance.spacing();
    return ForceField(std::move(parameters));
}

}  // namespace

void ForceFieldOptions::validate() const {
    const auto require = [](const char* name, bool is_in_range, double value) {
        if (!is_in_range) {
            throw InputError(fmt::format("{} of a force field is out of range: {}", name, value));
        }
    };
    require("noise_ratio", noise_ratio > 0.0 && noise_ratio < 1.0, noise_ratio);
    require("memory", memory >= 0.0, memory);
    require("tolerance", tolerance > 0.0 && tolerance < 1.0, tolerance);
    require("preconditioner_share",
            preconditioner_share > 0.0 && preconditioner_share <= 1.0,
            preconditioner_share);
}

ForceErrors errors_on(const ForceField& force_field, std::span<const ForceRecord> records) {
    std::vector<EnergyAndGradient> errors(records.size());
    parallel_for(records.size(), [&](std::size_t r) {
        errors[r] = force_field.energy_and_gradient(records[r].positions);
        errors[r].energy -= records[r].energy;
        errors[r].gradient += records[r].forces;
    });
    ForceErrors sums;
    double components = 0.0;
    for (const EnergyAndGradient& error : errors) {
        sums.energy += error.energy * error.energy;
        sums.mean_absolute_energy += std::abs(error.energy);
        sums.force += error.gradient.squaredNorm();
        sums.mean_absolute_force += error.gradient.lpNorm<1>();
        components += static_cast<double>(error.gradient.size());
    }
    const auto count = static_cast<double>(records.size());
    return {std::sqrt(sums.energy / count),
            std::sqrt(sums.force / components),
            sums.mean_absolute_energy / count,
            sums.mean_absolute_force / components};
}

double chosen_length_scale(const std::vector<int>& atomic_numbers,
                           std::span<const ForceRecord> records,
                           const std::vector<Permutation>& permutations,
                           const ForceFieldOptions& options) {
    double best = length_scales[length_scales.size() / 2];
    const std::size_t count = std::min(most_tried, records.size() / 2);
    if (count < 2) {
        return best;
    }
    std::vector<ForceRecord> tried;
    std::vector<ForceRecord> aside;
    for (std::size_t k = 0; k < 2 * count; ++k) {
        (k % 2 == 0 ? tried : aside).push_back(records[k * records.size() / (2 * count)]);
    }
    double least = std::numeric_limits<double>::infinity();
    for (const double length_scale : length_scales) {
        const ForceField force_field =
            fitted_force_field(atomic_numbers, tried, permutations, length_scale, options, {});
        const double error = errors_on(force_field, aside).force;
        if (error < least) {
            least = error;
            best = length_scale;
        }
    }
    return best;
}

ForceField train_force_field(const std::vector<int>& atomic_numbers,
                             std::span<const ForceRecord> records,
                             const std::vector<Permutation>& permutations,
                             double length_scale,
                             const ForceFieldOptions& options,
                             const SolverProgress& progress) {
    const ForceField fitted =
        fitted_force_field(atomic_numbers, records, permutations, length_scale, options, progress);
    ForceField::Parameters parameters = fitted.parameters();
    parameters.minimum = relaxed_energy(fitted, records);
    return ForceField(std::move(parameters));
}

}  // namespace keesom

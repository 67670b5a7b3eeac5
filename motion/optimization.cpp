// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/motion/optimization.hpp>

#include <fmt/format.h>

#include <LBFGS.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

namespace keesom {

namespace {

constexpr Eigen::Index size_of_center = 3;
constexpr Eigen::Index size_of_quaternion = 4;

// Beyond this, in bohr, the energy has little to do with what L-BFGS takes it for.
constexpr double longest_step = 0.5;
constexpr double first_step = 0.1;

/// Centers and orientations in a row.
class Variables {
public:
    explicit Variables(std::span<const Body> bodies) : bodies_(bodies) {
        for (const Body& body : bodies) {
            size_ += size_of_center + (body.turns() ? size_of_quaternion : 0);
        }
    }

    [[nodiscard]] Eigen::VectorXd of(std::span<const Placement> placements) const {
        Eigen::VectorXd x(size_);
        Eigen::Index at = 0;
        for (std::size_t b = 0; b < bodies_.size(); ++b) {
            x.segment<size_of_center>(at) = placements[b].center;
            at += size_of_center;
            if (bodies_[b].turns()) {
                x.segment<size_of_quaternion>(at) =
                    2.0 * bodies_[b].radius * placements[b].orientation.coeffs();
                at += size_of_quaternion;
            }
        }
        return x;
    }

    [[nodiscard]] std::vector<Placement> placements(const Eigen::VectorXd& x) const {
        std::vector<Placement> result(bodies_.size());
        Eigen::Index at = 0;
        for (std::size_t b = 0; b < bodies_.size(); ++b) {
            result[b].center = x.segment<size_of_center>(at);
            at += size_of_center;
            if (bodies_[b].turns()) {
                const Eigen::Vector4d p = x.segment<size_of_quaternion>(at);
                result[b].orientation = Eigen::Quaterniond(p).normalized();
                at += size_of_quaternion;
            }
        }
        return result;
    }

    /// ∂E/∂x.
    [[nodiscard]] Eigen::VectorXd gradient(const Eigen::VectorXd& x,
                                           std::span<const RigidForce> forces) const {
        Eigen::VectorXd result(size_);
        Eigen::Index at = 0;
        for (std::size_t b = 0; b < bodies_.size(); ++b) {
            result.segment<size_of_center>(at) = -forces[b].force;
            at += size_of_center;
            if (bodies_[b].turns()) {
                const Eigen::Vector4d p = x.segment<size_of_quaternion>(at);
                const Eigen::Vector3d& torque = forces[b].torque;
                const Eigen::Quaterniond turn(0.0, torque.x(), torque.y(), torque.z());
                result.segment<size_of_quaternion>(at) =
                    -2.0 / p.squaredNorm() * (turn * Eigen::Quaterniond(p)).coeffs();
                at += size_of_quaternion;
            }
        }
        return result;
    }

private:
    std::span<const Body> bodies_;
    Eigen::Index size_ = 0;
};

/// The energy where there is one.
std::optional<BodyEnergy> energy_if_any(const EnergySurface& surface,
                                        std::span<const Placement> placements) {
    try {
        return surface(placements);
    } catch (const InputError&) {
        return std::nullopt;
    } catch (const NumericalError&) {
        return std::nullopt;
    }
}

/// A point of the search.
struct Point {
    Eigen::VectorXd x;
    Eigen::VectorXd gradient;
    OptimizationStep step;
};

Point point_at(Eigen::VectorXd x,
               const BodyEnergy& here,
               std::span<const Body> bodies,
               const Variables& variables) {
    Point point;
    point.gradient = variables.gradient(x, here.forces);
    point.step.placements = variables.placements(x);
    point.step.energy = here.energy;
    point.step.force = largest_force(bodies, here.forces);
    point.x = std::move(x);
    return point;
}

/// The first of the points x + d, x + d/2, … that is lower by a part of what the gradient promises:
/// Armijo, Pacific J. Math. 16, 1 (1966).
std::optional<Point> lower_point(const Point& from,
                                 Eigen::VectorXd direction,
                                 std::span<const Body> bodies,
                                 const EnergySurface& surface,
                                 const Variables& variables) {
    constexpr double least_part = 1e-4;
    constexpr int most_halvings = 30;
    for (int i = 0; i < most_halvings; ++i) {
        Eigen::VectorXd x = from.x + direction;
        const auto here = energy_if_any(surface, variables.placements(x));
        if (here && here->energy <= from.step.energy + least_part * from.gradient.dot(direction)) {
            return point_at(std::move(x), *here, bodies, variables);
        }
        direction *= 0.5;
    }
    return std::nullopt;
}

bool is_relaxed(const OptimizationStep& step, const OptimizationOptions& options) {
    return step.force <= options.force && step.displacement <= options.displacement &&
           std::abs(step.energy_change) <= options.energy;
}

}  // namespace

void OptimizationOptions::validate() const {
    if (!(force > 0.0 && displacement > 0.0 && energy > 0.0)) {
        throw InputError(
            fmt::format("expected positive tolerances, got {} hartree/bohr, {} bohr, {} hartree",
                        force,
                        displacement,
                        energy));
    }
    if (most_steps < 1) {
        throw InputError(fmt::format("expected one step or more, got {}", most_steps));
    }
}

OptimizationResult optimize(std::span<const Body> bodies,
                            const EnergySurface& surface,
                            std::vector<Placement> start,
                            const OptimizationOptions& options,
                            const std::function<void(const OptimizationStep&)>& visit) {
    options.validate();
    constexpr int memory = 40;
    const Variables variables(bodies);
    Point point = point_at(variables.of(start), surface(start), bodies, variables);
    point.step.placements = std::move(start);
    const auto report = [&] {
        if (visit) {
            visit(point.step);
        }
    };
    report();
    if (point.step.force == 0.0) {
        return {point.step, OptimizationEnd::relaxed};
    }

    LBFGSpp::BFGSMat<double> hessian;
    const auto forget = [&] { hessian.reset(static_cast<int>(point.x.size()), memory); };
    forget();
    while (point.step.number < options.most_steps) {
        Eigen::VectorXd direction;
        hessian.apply_Hv(point.gradient, -1.0, direction);
        const bool is_steepest = hessian.num_corrections() == 0;
        const double length = direction.cwiseAbs().maxCoeff();
        if (is_steepest) {
            direction *= first_step / length;
        } else if (length > longest_step) {
            direction *= longest_step / length;
        }
        std::optional<Point> next = lower_point(point, direction, bodies, surface, variables);
        if (!next) {
            if (is_steepest) {
                return {point.step, OptimizationEnd::no_descent};
            }
            forget();
            continue;
        }
        const Eigen::VectorXd moved = next->x - point.x;
        const Eigen::VectorXd changed = next->gradient - point.gradient;
        // Where the surface is no bowl along the step, it says nothing about the Hessian.
        constexpr double least_curvature = 1e-10;
        if (moved.dot(changed) > least_curvature * moved.squaredNorm()) {
            hessian.add_correction(moved, changed);
        }
        next->step.number = point.step.number + 1;
        next->step.displacement = moved.cwiseAbs().maxCoeff();
        next->step.energy_change = next->step.energy - point.step.energy;
        point = std::move(*next);
        report();
        if (is_relaxed(point.step, options)) {
            return {point.step, OptimizationEnd::relaxed};
        }
    }
    return {point.step, OptimizationEnd::too_many_steps};
}

}  // namespace keesom

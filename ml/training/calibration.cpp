// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/ml/training/calibration.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace keesom {

namespace {

// A property without any error still needs a variance to divide by, in the square of its unit.
constexpr double smallest_error_variance = 1e-14;

// Shares of the floor in the variance of an atom of mean novelty, from almost nothing to all.
constexpr int floor_candidates = 101;

constexpr std::size_t smallest_sample = 5;  // atoms in ions

Eigen::Map<const Eigen::VectorXd> mapped(const std::vector<double>& values) {
    return {values.data(), static_cast<Eigen::Index>(values.size())};
}

double quantile(std::vector<double> values, double fraction) {
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(std::ceil(fraction * last))];
}

/// Errors, orthonormal component by component, and the novelty of the atom of each.
struct Sample {
    std::vector<double> errors;
    std::vector<double> novelties;
};

struct HeldOutErrors {
    Sample neutral;
    Sample ions;
    double ion_z_squares = 0.0;  // Σ e²/(a v + b)
};

HeldOutErrors errors_of(const AtomProperty& property,
                        int element,
                        std::span<const PropertyRecord> records,
                        std::span<const AtomProperties> predicted,
                        std::span<const Eigen::VectorXd> novelty) {
    HeldOutErrors result;
    for (std::size_t r = 0; r < records.size(); ++r) {
        const Molecule& molecule = records[r].molecule;
        const Eigen::MatrixXd error = spherical_values(
            property.rank(),
            property.values(predicted[r]) - property.values(records[r].properties));
        Sample& sample = molecule.charge == 0 ? result.neutral : result.ions;
        for (Eigen::Index i = 0; i < error.cols(); ++i) {
            if (molecule.atomic_numbers[static_cast<std::size_t>(i)] == element) {
                for (const double component : error.col(i)) {
                    sample.errors.push_back(component);
                    sample.novelties.push_back(novelty[r][i]);
                }
            }
        }
    }
    return result;
}

double z_squares(const Sample& sample, const VarianceLine& line) {
    double sum = 0.0;
    for (std::size_t k = 0; k < sample.errors.size(); ++k) {
        sum +=
            sample.errors[k] * sample.errors[k] / (line.slope * sample.novelties[k] + line.floor);
    }
    return sum;
}

}  // namespace

VarianceLine most_likely_variance(const Eigen::VectorXd& errors, const Eigen::VectorXd& novelty) {
    const Eigen::ArrayXd squares = errors.array().square();
    const double mean = novelty.mean();
    const auto count = static_cast<double>(errors.size());
    VarianceLine best{0.0, std::max(smallest_error_variance, squares.mean()), 1.0};
    double least = std::numeric_limits<double>::infinity();
    for (int k = 0; k < floor_candidates && mean > 0.0; ++k) {
        // Evenly spaced in the logarithm of the ratio of the two parts, 1e-5 to 1e5.
        const double ratio = std::pow(10.0, -5.0 + 10.0 * k / (floor_candidates - 1));
        const Eigen::ArrayXd shape = novelty.array() / mean + ratio;
        const double scale = std::max(smallest_error_variance, (squares / shape).mean());
        const double cost = shape.log().sum() + count * std::log(scale);
        if (cost < least) {
            least = cost;
            best = {scale / mean, scale * ratio, 1.0};
        }
    }
    return best;
}

void calibrate(std::span<const PropertyRecord> records,
               std::span<const AtomProperties> predicted,
               std::span<const Eigen::VectorXd> novelty,
               double novelty_quantile,
               std::span<ElementModel> elements) {
    for (ElementModel& element : elements) {
        element.variances.clear();
    }
    for (const AtomProperty& property : density_properties()) {
        std::vector<HeldOutErrors> errors;
        double squares_of_all_ions = 0.0;
        std::size_t count_of_all_ions = 0;
        for (ElementModel& element : elements) {
            errors.push_back(errors_of(property, element.element, records, predicted, novelty));
            HeldOutErrors& own = errors.back();
            const bool has_neutral = !own.neutral.errors.empty();
            const Sample& sample = has_neutral ? own.neutral : own.ions;
            element.variances.push_back(
                most_likely_variance(mapped(sample.errors), mapped(sample.novelties)));
            own.ion_z_squares = z_squares(own.ions, element.variances.back());
            squares_of_all_ions += own.ion_z_squares;
            count_of_all_ions += own.ions.errors.size();
        }
        for (std::size_t e = 0; e < elements.size(); ++e) {
            const std::size_t count = errors[e].ions.errors.size();
            const bool enough = count >= smallest_sample * static_cast<std::size_t>(
                                                               property.spherical_components());
            if (count_of_all_ions > 0) {
                elements[e].variances.back().ion_factor =
                    enough ? errors[e].ion_z_squares / static_cast<double>(count)
                           : squares_of_all_ions / static_cast<double>(count_of_all_ions);
            }
        }
    }
    for (ElementModel& element : elements) {
        std::vector<double> novelties;
        for (std::size_t r = 0; r < records.size(); ++r) {
            for (Eigen::Index i = 0; i < novelty[r].size(); ++i) {
                if (records[r].molecule.atomic_numbers[static_cast<std::size_t>(i)] ==
                    element.element) {
                    novelties.push_back(novelty[r][i]);
                }
            }
        }
        element.novelty_threshold = quantile(std::move(novelties), novelty_quantile);
    }
}

}  // namespace keesom

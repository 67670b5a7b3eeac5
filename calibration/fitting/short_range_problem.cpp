// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/short_range_problem.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/dispersion/pairwise.hpp>
#include <keesom/ml/descriptors/spherical_tensors.hpp>
#include <keesom/multipoles/electrostatics.hpp>
#include <keesom/overlap/charge_transfer.hpp>
#include <keesom/overlap/exchange.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>
#include <variant>

namespace keesom {

namespace {

// Constants of all elements, in the order of the unknowns.
constexpr Eigen::Index exponent = 0;     // of the population in exchange
constexpr Eigen::Index contraction = 1;  // of charge transfer
constexpr Eigen::Index c10 = 2;

constexpr std::array<std::string_view, global_constants> global_paths = {
    "exchange.population_exponent", "charge_transfer.contraction", "dispersion.c10_scale"};

constexpr double exponent_deviation = 0.3;
constexpr double contraction_deviation = 1.0;  // of ln(s − 1)
constexpr double c10_deviation = 1.0;          // of its logarithm

constexpr double wall_relative_tolerance = 0.05;

constexpr double contraction_step = 1e-4;  // of a central difference

double times_exp(double value, double x) {
    return value * std::exp(x);
}

double times_squared_exp(double value, double x) {
    return value * std::exp(2.0 * x);
}

double plus(double value, double x) {
    return value + x;
}

/// A constant of elements and the short-range property that all atoms of an element share it by.
struct ElementConstant {
    std::string_view path;      ///< ConstantReference::path()
    std::string_view property;  ///< AtomProperty::key

    /// The constant where all atoms have the property x.
    double (*changed)(double value, double x);
};

constexpr std::array<ElementConstant, 8> element_constants = {{
    {"electrostatics.decay_scale", "penetration_decay", times_exp},
    {"exchange.amplitude", "exchange_amplitude", times_exp},
    {"exchange.decay_scale", "exchange_decay", times_exp},
    {"exchange.dipole_scale", "exchange_dipole", plus},
    {"exchange.quadrupole_scale", "exchange_quadrupole", plus},
    {"charge_transfer.strength", "charge_transfer_strength", shifted_strength},
    {"dispersion.quadrupole_factor", "dispersion_reach", times_squared_exp},
    {"dispersion.tang_toennies_scale", "dispersion_decay", times_exp},
}};

/// Null for a constant that is not of elements, or not varied.
const ElementConstant* find_element_constant(std::string_view path) {
    const auto* const found = std::find_if(
        element_constants.begin(), element_constants.end(), [&](const ElementConstant& constant) {
            return constant.path == path;
        });
    return found == element_constants.end() ? nullptr : &*found;
}

/// Of the one of short_range_properties() that has this key.
std::size_t property_index(std::string_view key) {
    const std::span<const AtomProperty> properties = short_range_properties();
    return static_cast<std::size_t>(
        std::find_if(properties.begin(),
                     properties.end(),
                     [&](const AtomProperty& property) { return property.key == key; }) -
        properties.begin());
}

/// The terms that constants and short-range properties change.
struct PairTerms {
    explicit PairTerms(const ParameterSet& parameters)
        : electrostatics(parameters.electrostatics),
          exchange(parameters.exchange),
          transfer(parameters.charge_transfer, parameters.exchange),
          dispersion(parameters.dispersion) {}

    [[nodiscard]] HigherOrderDispersion higher_orders(const Sites& sites) const {
        return higher_order_dispersion(
            sites, dispersion.quadrupole_factor, dispersion.tang_toennies_scale);
    }

    [[nodiscard]] EnergyComponents energy(const Sites& sites, const FitSystem& system) const {
        const HigherOrderDispersion pairs = higher_orders(sites);
        return {
            .electrostatics = electrostatics.energy(sites).electrostatics,
            .exchange = exchange.energy(sites).exchange,
            .induction = system.polarization + transfer.energy(sites).induction,
            .dispersion = system.many_body + dispersion.c8_scale * pairs.c8 +
                          dispersion.c10_scale * pairs.c10,
        };
    }

    Electrostatics electrostatics;
    Exchange exchange;
    ChargeTransfer transfer;
    DispersionParameters dispersion;
};

/// Components of short-range properties of each molecule, in its own frame.
std::vector<AtomProperties> with_short_range(std::span<const FitMolecule> molecules,
                                             const ShortRangeUnknowns& unknowns,
                                             const Eigen::VectorXd& z) {
    const Eigen::MatrixXd components = unknowns.properties(z);
    std::vector<AtomProperties> result;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        AtomProperties& properties = result.emplace_back(molecules[m].properties);
        for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
            const AtomProperty& property = short_range_properties()[p];
            property.values(properties) =
                cartesian_values(property.rank(),
                                 components.block(short_range_offsets()[p],
                                                  unknowns.first_atoms()[m],
                                                  property.spherical_components(),
                                                  molecules[m].molecule.size()));
        }
    }
    return result;
}

/// Derivatives by the spherical components of short-range properties in the frame of the molecule;
/// (22, N).
Eigen::MatrixXd in_molecule(const AtomPropertyGradient& gradient, const Eigen::Matrix3d& rotation) {
    Eigen::MatrixXd result(short_range_components, gradient.size());
    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
        const AtomProperty& property = short_range_properties()[p];
        const auto values = property.values(gradient);
        const Eigen::Index offset = short_range_offsets()[p];
        for (Eigen::Index i = 0; i < values.cols(); ++i) {
            if (property.rank() == 0) {
                result(offset, i) = values(0, i);
            } else if (property.rank() == 1) {
                result.col(i).segment<3>(offset) =
                    spherical_from_vector(rotation.transpose() * values.col(i));
            } else {
                result.col(i).segment<5>(offset) = spherical_from_quadrupole(symmetric_components(
                    rotation.transpose() * symmetric_derivative(values.col(i)) * rotation));
            }
        }
    }
    return result;
}

Eigen::Vector4d as_vector(const EnergyComponents& energy) {
    Eigen::Vector4d vector;
    for (std::size_t c = 0; c < component_names.size(); ++c) {
        vector[static_cast<Eigen::Index>(c)] = energy.*component_names[c].value;
    }
    return vector;
}

}  // namespace

ShortRangeProblem::ShortRangeProblem(std::span<const FitMolecule> molecules,
                                     const ShortRangeUnknowns& unknowns,
                                     ParameterSet parameters,
                                     std::vector<const FitSystem*> systems,
                                     const FitOptions& options)
    : molecules_(molecules),
      unknowns_(unknowns),
      parameters_(std::move(parameters)),
      systems_(std::move(systems)),
      options_(options) {
    std::vector<double> weights;
    for (std::size_t s = 0; s < systems_.size(); ++s) {
        const FitSystem& system = *systems_[s];
        if (!system.has_reference()) {
            rows_.push_back({s, Eigen::Vector4d::Zero(), 0.0, 0.0});
            weights.push_back(1.0);
            continue;
        }
        for (std::size_t c = 0; c < system.components.size(); ++c) {
            if (system.components[c] && system.weights.components > 0.0) {
                rows_.push_back({s,
                                 Eigen::Vector4d::Unit(static_cast<Eigen::Index>(c)),
                                 *system.components[c],
                                 options.component_tolerance});
                weights.push_back(system.weights.components);
            }
        }
        if (system.total && system.weights.total > 0.0) {
            rows_.push_back({s, Eigen::Vector4d::Ones(), *system.total, options.total_tolerance});
            weights.push_back(system.weights.total);
        }
    }
    weights_ = Eigen::VectorXd::Map(weights.data(), static_cast<Eigen::Index>(weights.size()));
}

bool ShortRangeProblem::varies(std::string_view path) {
    return find_element_constant(path) != nullptr ||
           std::find(global_paths.begin(), global_paths.end(), path) != global_paths.end();
}

double ShortRangeProblem::wall_tolerance(double exchange) const {
    return options_.component_tolerance + wall_relative_tolerance * std::abs(exchange);
}

ParameterSet ShortRangeProblem::globals(const Eigen::VectorXd& z) const {
    ParameterSet result = parameters_;
    result.exchange.population_exponent += exponent_deviation * z[exponent];
    result.charge_transfer.contraction = 1.0 + (parameters_.charge_transfer.contraction - 1.0) *
                                                   std::exp(contraction_deviation * z[contraction]);
    result.dispersion.c10_scale *= std::exp(c10_deviation * z[c10]);
    return result;
}

std::vector<EnergyComponents> ShortRangeProblem::energies(
    const Eigen::VectorXd& z, std::span<const FitSystem* const> systems) const {
    const PairTerms terms(globals(z));
    const std::vector<AtomProperties> properties = with_short_range(molecules_, unknowns_, z);
    std::vector<EnergyComponents> result(systems.size());
    parallel_for(systems.size(), [&](std::size_t s) {
        result[s] = terms.energy(Sites(monomers_of(*systems[s], properties)), *systems[s]);
    });
    return result;
}

Eigen::VectorXd ShortRangeProblem::residuals(const Eigen::VectorXd& z) const {
    return residuals_of(energies(z, systems_));
}

Eigen::VectorXd ShortRangeProblem::residuals_of(
    const std::vector<EnergyComponents>& energies) const {
    Eigen::VectorXd result(static_cast<Eigen::Index>(rows_.size()));
    for (std::size_t k = 0; k < rows_.size(); ++k) {
        const Row& row = rows_[k];
        const EnergyComponents& energy = energies[row.system];
        result[static_cast<Eigen::Index>(k)] =
            row.tolerance > 0.0
                ? (row.combination.dot(as_vector(energy)) - row.reference) / row.tolerance
                : std::max(0.0, wall * energy.exchange - energy.total()) /
                      wall_tolerance(energy.exchange);
    }
    return result;
}

class ShortRangeProblem::Linearization : public LinearizedResiduals {
public:
    Linearization(const ShortRangeProblem& problem, const Eigen::VectorXd& z) : problem_(problem) {
        const ParameterSet parameters = problem.globals(z);
        const PairTerms terms(parameters);
        const double excess = parameters.charge_transfer.contraction - 1.0;
        const auto transfer_at = [&](double step) {
            ChargeTransferParameters moved = parameters.charge_transfer;
            moved.contraction = 1.0 + excess * std::exp(step);
            return ChargeTransfer(moved, parameters.exchange);
        };
        const ChargeTransfer wider = transfer_at(contraction_step);
        const ChargeTransfer narrower = transfer_at(-contraction_step);
        const std::vector<AtomProperties> properties =
            with_short_range(problem.molecules_, problem.unknowns_, z);
        const std::vector<const FitSystem*>& systems = problem.systems_;
        by_properties_.resize(systems.size());
        by_globals_.resize(systems.size());
        std::vector<EnergyComponents> energies(systems.size());
        parallel_for(systems.size(), [&](std::size_t s) {
            const Sites sites(monomers_of(*systems[s], properties));
            energies[s] = terms.energy(sites, *systems[s]);
            std::array<EnergyGradient, 4> gradients;
            gradients.fill(EnergyGradient(sites.size()));
            const EnergyComponents all = {1.0, 1.0, 1.0, 1.0};
            terms.electrostatics.energy_and_gradient(sites, all, gradients[0]);
            terms.exchange.energy_and_gradient(sites, all, gradients[1]);
            terms.transfer.energy_and_gradient(sites, all, gradients[2]);
            add_higher_order_gradient(sites,
                                      terms.dispersion.quadrupole_factor,
                                      terms.dispersion.tang_toennies_scale,
                                      {terms.dispersion.c8_scale, terms.dispersion.c10_scale},
                                      gradients[3]);
            // Both overlaps know populations as N^p only: ∂/∂p = Σ (N ln N/p) ∂/∂N.
            const Eigen::ArrayXd N = sites.properties().valence_populations.array();
            const double p = parameters.exchange.population_exponent;
            Eigen::Matrix<double, 4, global_constants> by_globals;
            by_globals.setZero();
            for (const std::size_t c : {1, 2}) {
                by_globals(static_cast<Eigen::Index>(c), exponent) =
                    exponent_deviation *
                    (N * N.log() / p * gradients[c].properties.valence_populations.array()).sum();
            }
            by_globals(2, contraction) =
                contraction_deviation *
                (wider.energy(sites).induction - narrower.energy(sites).induction) /
                (2.0 * contraction_step);
            by_globals(3, c10) =
                c10_deviation * terms.dispersion.c10_scale * terms.higher_orders(sites).c10;
            by_globals_[s] = by_globals;

            Eigen::MatrixXf& by_properties = by_properties_[s];
            by_properties.resize(short_range_components * sites.size(), 4);
            for (std::size_t c = 0; c < gradients.size(); ++c) {
                for (std::size_t m = 0; m < systems[s]->monomers.size(); ++m) {
                    const auto [first, count] = sites.monomers()[m];
                    by_properties.col(static_cast<Eigen::Index>(c))
                        .segment(short_range_components * first, short_range_components * count) =
                        in_molecule(gradients[c].segment(first, count).properties,
                                    systems[s]->monomers[m].rotation)
                            .reshaped()
                            .cast<float>();
                }
            }
        });
        set_combinations(energies);
        occurrences_.resize(problem.molecules_.size());
        for (std::size_t s = 0; s < systems.size(); ++s) {
            Eigen::Index first = 0;
            for (const PlacedMolecule& monomer : systems[s]->monomers) {
                occurrences_[monomer.index].push_back({s, first});
                first += monomer.molecule.size();
            }
        }
    }

    [[nodiscard]] Eigen::VectorXd forward(const Eigen::VectorXd& v) const override {
        const Eigen::MatrixXd properties = problem_.unknowns_.properties(v);
        std::vector<Eigen::Vector4d> by_system(problem_.systems_.size());
        parallel_for(by_system.size(), [&](std::size_t s) {
            Eigen::Vector4d change = by_globals_[s] * v.head(global_constants);
            Eigen::Index first = 0;
            for (const PlacedMolecule& monomer : problem_.systems_[s]->monomers) {
                const Eigen::Index n = monomer.molecule.size();
                const Eigen::VectorXf own =
                    properties.middleCols(problem_.unknowns_.first_atoms()[monomer.index], n)
                        .reshaped()
                        .cast<float>();
                change +=
                    (by_properties_[s]
                         .middleRows(short_range_components * first, short_range_components * n)
                         .transpose() *
                     own)
                        .cast<double>();
                first += n;
            }
            by_system[s] = change;
        });
        Eigen::VectorXd result(static_cast<Eigen::Index>(combinations_.size()));
        for (std::size_t k = 0; k < combinations_.size(); ++k) {
            result[static_cast<Eigen::Index>(k)] =
                combinations_[k].dot(by_system[problem_.rows_[k].system]);
        }
        return result;
    }

    [[nodiscard]] Eigen::VectorXd backward(const Eigen::VectorXd& u) const override {
        std::vector<Eigen::Vector4d> seeds(problem_.systems_.size(), Eigen::Vector4d::Zero());
        for (std::size_t k = 0; k < combinations_.size(); ++k) {
            seeds[problem_.rows_[k].system] += u[static_cast<Eigen::Index>(k)] * combinations_[k];
        }
        Eigen::VectorXd result = problem_.unknowns_.pullback(
            by_molecule<double>(1, [&](std::size_t s, const auto& gradient) {
                return Eigen::MatrixXd((gradient * seeds[s].cast<float>())
                                           .template cast<double>()
                                           .reshaped(short_range_components,
                                                     gradient.rows() / short_range_components));
            }));
        for (std::size_t s = 0; s < seeds.size(); ++s) {
            result.head(global_constants) += by_globals_[s].transpose() * seeds[s];
        }
        return result;
    }

    /// The block of the constants is exact. In the others, atoms count as if they were alone in
    /// their systems, components of tensors as if they were independent.
    [[nodiscard]] std::vector<MatrixBlock> blocks(const Eigen::VectorXd& w) const override {
        std::vector<Eigen::Matrix4f> by_energies(problem_.systems_.size(), Eigen::Matrix4f::Zero());
        for (std::size_t k = 0; k < combinations_.size(); ++k) {
            by_energies[problem_.rows_[k].system] +=
                (w[static_cast<Eigen::Index>(k)] * combinations_[k] * combinations_[k].transpose())
                    .cast<float>();
        }
        std::vector<MatrixBlock> result = problem_.unknowns_.blocks(
            by_molecule<float>(short_range_components, [&](std::size_t s, const auto& gradient) {
                Eigen::MatrixXf forms(short_range_components, gradient.rows());
                for (Eigen::Index first = 0; first < gradient.rows();
                     first += short_range_components) {
                    const auto own = gradient.middleRows(first, short_range_components);
                    forms.middleCols(first, short_range_components) =
                        own * by_energies[s] * own.transpose();
                }
                return forms;
            }));
        MatrixBlock constants;
        constants.unknowns.resize(static_cast<std::size_t>(problem_.unknowns_.constants()));
        std::iota(constants.unknowns.begin(), constants.unknowns.end(), Eigen::Index{0});
        const Eigen::MatrixXd columns = columns_of_constants();
        constants.values = columns.transpose() * w.asDiagonal() * columns;
        result.insert(result.begin(), std::move(constants));
        return result;
    }

private:
    /// A system and where a molecule begins in it.
    struct Occurrence {
        std::size_t system;
        Eigen::Index first;
    };

    /// Columns of J of the constants.
    [[nodiscard]] Eigen::MatrixXd columns_of_constants() const {
        const ShortRangeUnknowns& unknowns = problem_.unknowns_;
        std::vector<Eigen::MatrixXd> by_system(problem_.systems_.size());
        parallel_for(by_system.size(), [&](std::size_t s) {
            Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(4, unknowns.constants());
            columns.leftCols(global_constants) = by_globals_[s];
            Eigen::Index first = 0;
            for (const PlacedMolecule& monomer : problem_.systems_[s]->monomers) {
                for (Eigen::Index i = 0; i < monomer.molecule.size(); ++i) {
                    const Eigen::Index atom = unknowns.first_atoms()[monomer.index] + i;
                    for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
                        const Eigen::Index offset = short_range_offsets()[p];
                        const Eigen::Index count =
                            short_range_properties()[p].spherical_components();
                        columns.col(unknowns.constant(unknowns.element_of(atom), p)) +=
                            by_properties_[s]
                                .middleRows(short_range_components * (first + i) + offset, count)
                                .cast<double>()
                                .transpose() *
                            unknowns.constant_features().col(atom).segment(offset, count);
                    }
                }
                first += monomer.molecule.size();
            }
            by_system[s] = std::move(columns);
        });
        Eigen::MatrixXd result(static_cast<Eigen::Index>(combinations_.size()),
                               unknowns.constants());
        for (std::size_t k = 0; k < combinations_.size(); ++k) {
            result.row(static_cast<Eigen::Index>(k)) =
                combinations_[k].transpose() * by_system[problem_.rows_[k].system];
        }
        return result;
    }

    /// ∂r/∂E of each residual.
    void set_combinations(const std::vector<EnergyComponents>& energies) {
        for (const Row& row : problem_.rows_) {
            if (row.tolerance > 0.0) {
                combinations_.emplace_back(row.combination / row.tolerance);
                continue;
            }
            const EnergyComponents& energy = energies[row.system];
            const double missing = wall * energy.exchange - energy.total();
            Eigen::Vector4d combination = Eigen::Vector4d::Zero();
            if (missing > 0.0) {
                const double tolerance = problem_.wall_tolerance(energy.exchange);
                combination.setConstant(-1.0 / tolerance);
                combination[1] +=
                    wall / tolerance - std::copysign(wall_relative_tolerance, energy.exchange) *
                                           missing / (tolerance * tolerance);
            }
            combinations_.push_back(combination);
        }
    }

    /// Sums what make(system, gradient of a molecule) returns, (22, columns N), over the systems
    /// that each molecule is in; (22, columns × atoms).
    template <class Scalar, class Make>
    [[nodiscard]] Eigen::MatrixX<Scalar> by_molecule(Eigen::Index columns, const Make& make) const {
        Eigen::MatrixX<Scalar> result = Eigen::MatrixX<Scalar>::Zero(
            short_range_components, columns * problem_.unknowns_.constant_features().cols());
        parallel_for(occurrences_.size(), [&](std::size_t m) {
            const Eigen::Index n = problem_.molecules_[m].molecule.size();
            auto own =
                result.middleCols(columns * problem_.unknowns_.first_atoms()[m], columns * n);
            for (const Occurrence& occurrence : occurrences_[m]) {
                own += make(
                    occurrence.system,
                    by_properties_[occurrence.system].middleRows(
                        short_range_components * occurrence.first, short_range_components * n));
            }
        });
        return result;
    }

    const ShortRangeProblem& problem_;
    std::vector<Eigen::MatrixXf> by_properties_;  // of each system; (22 N, 4)
    std::vector<Eigen::Matrix<double, 4, global_constants>> by_globals_;
    std::vector<Eigen::Vector4d> combinations_;
    std::vector<std::vector<Occurrence>> occurrences_;  // of each molecule
};

std::unique_ptr<const LinearizedResiduals> ShortRangeProblem::linearize(
    const Eigen::VectorXd& z) const {
    return std::make_unique<const Linearization>(*this, z);
}

ParameterSet ShortRangeProblem::parameters(const Eigen::VectorXd& z) const {
    ParameterSet result = globals(z);
    for (const ConstantReference& reference : constants_of(result)) {
        const ElementConstant* constant = find_element_constant(reference.path());
        if (constant == nullptr) {
            continue;
        }
        const std::size_t property = property_index(constant->property);
        ElementConstants& constants = *std::get<ElementConstants*>(reference.value);
        std::map<int, double> values = constants.values();
        for (std::size_t e = 0; e < unknowns_.elements().size(); ++e) {
            double& value = values.at(unknowns_.elements()[e]);
            value = constant->changed(
                value, constant_deviations()[property] * z[unknowns_.constant(e, property)]);
        }
        constants = ElementConstants(constants.name(), std::move(values));
    }
    return result;
}

}  // namespace keesom

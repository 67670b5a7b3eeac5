// SPDX-License-Identifier: BSD-3-Clause
//
// What a fit works on: systems with references, the distinct molecules that they are made of, and
// complexes that have to repel.
#pragma once

#include <keesom/calibration/benchmark.hpp>
#include <keesom/calibration/fit.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/property_model.hpp>
#include <keesom/dispersion/dispersion.hpp>
#include <keesom/multipoles/polarization.hpp>

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// A molecule with the properties that its density determines.
struct FitMolecule {
    Molecule molecule;
    AtomProperties properties;
};

/// A monomer of a system: one of the molecules of the fit, moved.
struct PlacedMolecule {
    std::size_t index = 0;     ///< of the molecule
    Molecule molecule;         ///< where it is
    Eigen::Matrix3d rotation;  ///< from the molecule of the fit
};

/// A complex with its references, hartree. One that has none is a close approach.
struct FitSystem {
    std::string name;
    std::string set;
    std::string group;  ///< systems of one group are left out together
    std::vector<PlacedMolecule> monomers;

    std::array<std::optional<double>, component_names.size()> components;  ///< as component_names
    std::optional<double> total;

    FitWeights weights;

    // What nothing that is fitted changes.
    double polarization = 0.0;
    double many_body = 0.0;

    [[nodiscard]] bool has_reference() const;
};

std::vector<AtomProperties> properties_of(std::span<const FitMolecule> molecules);

/// The monomers of a system with properties of the molecules.
/// @param properties of each molecule
std::vector<Monomer> monomers_of(const FitSystem& system,
                                 std::span<const AtomProperties> properties);

struct FitData {
    std::vector<FitMolecule> molecules;
    std::vector<FitSystem> systems;  ///< with references
    std::vector<FitSystem> close_approaches;
    std::vector<SkippedSystem> skipped;

    [[nodiscard]] std::vector<int> elements() const;  ///< ascending
};

/// Systems that take part in a fit, and random close approaches of their monomers: each pair of
/// elements in contact at 0.8 bohr to 0.42 of the sum of van der Waals radii. Polarization and
/// many-body dispersion are those of `parameters`; where they have no solution there is no system.
/// @throws InputError "file:line: reason" if a number of a system is damaged
FitData fit_data(std::span<const ReferenceSystem> systems,
                 const PropertyModel& model,
                 const FitOptions& options);

/// Energies that nothing that is fitted changes: polarization with published damping, many-body
/// dispersion with fixed β.
class FixedEnergies {
public:
    /// @param data whose molecules the systems are made of
    explicit FixedEnergies(const FitData& data);

    /// @throws NumericalError if induced dipoles or oscillators have no solution
    void set(FitSystem& system) const;

    /// The same; false if there is no solution.
    bool solves(FitSystem& system) const;

private:
    std::vector<AtomProperties> properties_;
    Polarization polarization_;
    Dispersion dispersion_;
};

/// Close approaches drawn in the same way as those of the data, without fixed energies.
/// @param round  others for each, from 1
std::vector<FitSystem> more_close_approaches(const FitData& data, int for_each_pair, int round);

/// Uniformly distributed, of length 1.
Eigen::Vector3d random_direction(std::mt19937_64& generator);

}  // namespace keesom

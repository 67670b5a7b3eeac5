// SPDX-License-Identifier: BSD-3-Clause
//
// The unknowns of a fit through the physics, and the short-range properties that follow from them.
//
// A short-range property of an atom is linear in the unknowns of its element,
//
//     f = d0 z0 + d Σ_r z_r φ_r ,
//
// the first what is a constant of the element, the second what the environment adds
// (short_range_basis.hpp). A short-range dipole or quadrupole of exchange has the atomic one as the
// feature of its constant, d0 z0 μ: the scales of multipoles are such constants. All unknowns have
// a prior of unit variance; those of constants are wide.
//
// Constants that belong to no element come first, then those of elements, then the weights φ.
#pragma once

#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/calibration/fitting/gauss_newton.hpp>
#include <keesom/ml/model/property_model.hpp>
#include <keesom/ml/regression/short_range_basis.hpp>

#include <Eigen/Core>

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace keesom {

/// Constants of all elements that a fit varies.
inline constexpr Eigen::Index global_constants = 3;

/// Spherical components of all short-range properties of an atom, one after the other.
inline constexpr Eigen::Index short_range_components = 22;

/// Where the components of each of short_range_properties() begin.
std::span<const Eigen::Index> short_range_offsets();

/// Prior standard deviations d0 of the constants of an element, in the unit of the property or of
/// the scale; 0 where the property has no constant.
std::span<const double> constant_deviations();

class ShortRangeUnknowns {
public:
    /// Constants alone.
    explicit ShortRangeUnknowns(std::span<const FitMolecule> molecules);

    /// @param model that knows the environments
    /// @param sizes of the basis of each element, where it has as many environments
    ShortRangeUnknowns(std::span<const FitMolecule> molecules,
                       const KernelPropertyModel& model,
                       const ShortRangeSizes& sizes);

    [[nodiscard]] Eigen::Index size() const { return size_; }

    /// Number of those that are constants; the first ones.
    [[nodiscard]] Eigen::Index constants() const { return constants_; }

    [[nodiscard]] std::span<const int> elements() const { return elements_; }

    /// Where the atoms of each molecule stand among all atoms.
    [[nodiscard]] std::span<const Eigen::Index> first_atoms() const { return first_atoms_; }

    /// The unknown that is the constant of a property of an element.
    [[nodiscard]] Eigen::Index constant(std::size_t element, std::size_t property) const;

    /// Spherical components of the short-range properties of all atoms; (22, atoms).
    [[nodiscard]] Eigen::MatrixXd properties(const Eigen::VectorXd& z) const;

    /// Their derivatives, transposed, times `seeds`; zero for the constants of all elements.
    /// @param seeds (22, atoms)
    [[nodiscard]] Eigen::VectorXd pullback(const Eigen::MatrixXd& seeds) const;

    /// What a quadratic form of the properties of each atom is in the unknowns, those that are
    /// constants left out: a block for each element and rank, as if components of tensors were
    /// independent.
    /// @param seeds (22, 22 atoms)
    [[nodiscard]] std::vector<MatrixBlock> blocks(const Eigen::MatrixXf& seeds) const;

    /// ∂(component)/∂(constant) of an atom, in the layout of properties(); and its element.
    [[nodiscard]] const Eigen::MatrixXd& constant_features() const { return constant_features_; }

    [[nodiscard]] std::size_t element_of(Eigen::Index atom) const {
        return element_of_[static_cast<std::size_t>(atom)];
    }

    /// What was learned about an element, for the property model.
    [[nodiscard]] std::optional<ShortRangeElement> learned(std::size_t element,
                                                           const Eigen::VectorXd& z) const;

private:
    struct ElementAtoms {
        std::vector<Eigen::Index> atoms;
        std::optional<ShortRangeBasis> basis;
        std::array<Eigen::MatrixXf, rank_count> features;  // (size(λ), (2λ+1) n)
        std::vector<Eigen::Index> first_weights;           // in z, of each property
    };

    std::vector<int> elements_;
    std::vector<ElementAtoms> by_element_;
    std::vector<Eigen::Index> first_atoms_;
    std::vector<std::size_t> element_of_;
    Eigen::MatrixXd constant_features_;
    Eigen::Index constants_ = 0;
    Eigen::Index size_ = 0;
};

}  // namespace keesom

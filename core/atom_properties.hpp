// SPDX-License-Identifier: BSD-3-Clause
//
// The one thing that learning and physics exchange: what each atom looks like inside its molecule.
#pragma once

#include <Eigen/Core>

#include <span>
#include <string_view>
#include <variant>

namespace keesom {

/// Components xx xy xz yy yz zz of a symmetric tensor for each atom.
using Matrix6Xd = Eigen::Matrix<double, 6, Eigen::Dynamic>;

/// Atom-in-molecule properties of the N atoms of one molecule.
///
/// Two kinds. What the electron density determines: charges, multipoles, valence populations and
/// widths are those of the minimal basis iterative stockholder partitioning (Verstraelen et al., J.
/// Chem. Theory Comput. 12, 3894 (2016)); the Hirshfeld ratio is ⟨r³⟩ of the Hirshfeld atom over
/// that of the free atom. And what interaction energies at short range determine, since no
/// partitioning of a density has it: how the atom differs there from the constants of its element.
/// Numbers of this kind are 0 for an atom that does not differ; those of a decay, an amplitude, a
/// strength or a reach are natural logarithms of a factor.
struct AtomProperties {
    Eigen::VectorXd charges;   ///< (N), e
    Eigen::Matrix3Xd dipoles;  ///< (3, N), e·bohr, laboratory frame, origin at the nucleus
    Matrix6Xd quadrupoles;     ///< (6, N), e·bohr², traceless Θ = ½Σq(3rr − r²1)
    Eigen::VectorXd valence_populations;  ///< (N), electrons, positive
    Eigen::VectorXd valence_widths;       ///< (N), σ of N/(8πσ³)·exp(−r/σ), bohr
    Eigen::VectorXd hirshfeld_ratios;     ///< (N), dimensionless

    Eigen::VectorXd penetration_decays;         ///< (N), of the decay rate in electrostatics
    Eigen::Matrix3Xd penetration_dipoles;       ///< (3, N), e·bohr, beside the atomic dipole
    Matrix6Xd penetration_quadrupoles;          ///< (6, N), e·bohr², likewise, traceless
    Eigen::VectorXd exchange_amplitudes;        ///< (N), of the amplitude of exchange
    Eigen::VectorXd exchange_decays;            ///< (N), of its decay rate
    Eigen::Matrix3Xd exchange_dipoles;          ///< (3, N), e·bohr, beside the scaled dipole
    Matrix6Xd exchange_quadrupoles;             ///< (6, N), e·bohr², likewise, traceless
    Eigen::VectorXd charge_transfer_strengths;  ///< (N), of κ/(κ_max − κ)
    Eigen::VectorXd dispersion_reaches;         ///< (N), of √Q in C8 and C10
    Eigen::VectorXd dispersion_decays;          ///< (N), of the decay rate in their damping

    AtomProperties() = default;
    explicit AtomProperties(Eigen::Index n_atoms);

    [[nodiscard]] Eigen::Index size() const { return charges.size(); }

    /// Point charge of nucleus and core electrons, Z* = q + N_val; (N), e.
    [[nodiscard]] Eigen::VectorXd core_charges() const { return charges + valence_populations; }

    /// Whether the properties are physical ones of `n_atoms` atoms: sizes agree, all finite and of
    /// a size that atoms have, populations, widths and ratios positive, quadrupoles traceless.
    /// @throws InputError that says which atom and which property is at fault
    void validate(Eigen::Index n_atoms) const;
};

/// Standard deviations of predicted properties, and how far each atom is from experience. What a
/// model does not know has size 0.
struct PropertyUncertainty {
    Eigen::VectorXd charges;              ///< (N), e
    Eigen::VectorXd dipoles;              ///< (N), of each Cartesian component, e·bohr
    Eigen::VectorXd quadrupoles;          ///< (N), of each Cartesian component, e·bohr²
    Eigen::VectorXd valence_populations;  ///< (N), electrons
    Eigen::VectorXd valence_widths;       ///< (N), bohr
    Eigen::VectorXd hirshfeld_ratios;     ///< (N), dimensionless

    // Units as in AtomProperties, of each Cartesian component; (N).
    Eigen::VectorXd penetration_decays;
    Eigen::VectorXd penetration_dipoles;
    Eigen::VectorXd penetration_quadrupoles;
    Eigen::VectorXd exchange_amplitudes;
    Eigen::VectorXd exchange_decays;
    Eigen::VectorXd exchange_dipoles;
    Eigen::VectorXd exchange_quadrupoles;
    Eigen::VectorXd charge_transfer_strengths;
    Eigen::VectorXd dispersion_reaches;
    Eigen::VectorXd dispersion_decays;

    /// (N), predictive variance over prior variance: 0 for an atom the model knows by heart, 1 for
    /// one it knows nothing about.
    Eigen::VectorXd novelty;
};

/// What there is to know about one member of AtomProperties. Its rank and the number of its
/// components follow from the type of the member.
struct AtomProperty {
    using Values = std::variant<Eigen::VectorXd AtomProperties::*,
                                Eigen::Matrix3Xd AtomProperties::*,
                                Matrix6Xd AtomProperties::*>;

    std::string_view key;         ///< column of a property set, "valence_width"
    std::string_view name;        ///< in messages, "valence width"
    std::string_view symbol;      ///< in tables, "σ"
    std::string_view unit;        ///< "bohr", "1" for a number without unit
    std::string_view output_key;  ///< in JSON, "valence_widths_bohr"
    double largest;               ///< no atom has a component beyond this
    bool is_positive;             ///< whether every value is above 0
    Values member;
    Eigen::VectorXd PropertyUncertainty::*deviation_member;

    /// 0 for a scalar, 1 for a vector, 2 for a symmetric traceless tensor.
    [[nodiscard]] int rank() const { return static_cast<int>(member.index()); }

    [[nodiscard]] bool is_scalar() const { return rank() == 0; }

    /// Cartesian components of an atom: 1, 3, 6.
    [[nodiscard]] Eigen::Index components() const;

    /// Independent, spherical components of an atom: 1, 3, 5.
    [[nodiscard]] Eigen::Index spherical_components() const { return 2 * rank() + 1; }

    /// The values in place, (components, N).
    [[nodiscard]] Eigen::Map<const Eigen::MatrixXd> values(const AtomProperties& properties) const;
    [[nodiscard]] Eigen::Map<Eigen::MatrixXd> values(AtomProperties& properties) const;

    /// Makes room for the values of `n_atoms` atoms, all 0.
    void set_zero(AtomProperties& properties, Eigen::Index n_atoms) const;

    /// (N) standard deviations, of each component; size 0 if they are not known.
    [[nodiscard]] const Eigen::VectorXd& deviations(const PropertyUncertainty& uncertainty) const {
        return uncertainty.*deviation_member;
    }

    [[nodiscard]] Eigen::VectorXd& deviations(PropertyUncertainty& uncertainty) const {
        return uncertainty.*deviation_member;
    }
};

/// Every member of AtomProperties, in its order. Reading, writing, turning, checking, learning and
/// printing go through this list or a part of it, so that a property is described once.
std::span<const AtomProperty> atom_properties();

/// Those that the electron density determines, the columns of a property set.
std::span<const AtomProperty> density_properties();

/// Those that are learned from energies.
std::span<const AtomProperty> short_range_properties();

/// Symmetric matrix with the components xx xy xz yy yz zz.
Eigen::Matrix3d symmetric_matrix(const Eigen::Matrix<double, 6, 1>& components);

/// Derivative by a symmetric matrix of what has these derivatives by its components, of which xy
/// stands for xy and yx: symmetric itself, and dE = Σ_ab S_ab dΘ_ab.
Eigen::Matrix3d symmetric_derivative(const Eigen::Matrix<double, 6, 1>& by_components);

/// Components xx xy xz yy yz zz of a symmetric matrix.
Eigen::Matrix<double, 6, 1> symmetric_components(const Eigen::Matrix3d& matrix);

/// Multipoles as they appear after the molecule is turned by `rotation`: μ → Uμ, Θ → UΘUᵀ; scalars
/// stay.
AtomProperties rotated(AtomProperties properties, const Eigen::Matrix3d& rotation);

/// Dipole of the whole molecule, Σ(q r + μ), e·bohr, about the origin of the coordinates.
Eigen::Vector3d molecular_dipole(const Eigen::Matrix3Xd& positions,
                                 const AtomProperties& properties);

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// One quantum harmonic oscillator for each atom: its charge cloud fluctuates as a dipole with one
// frequency. Three numbers fix it, and all follow from the free atom and the atom's volume in the
// molecule, h = ⟨r³⟩/⟨r³⟩_free (Hirshfeld):
//
//   α = α_free h,   C6 = C6_free h²,   R_vdW = R_free h^{1/3}.
//
// Tkatchenko, Scheffler, Phys. Rev. Lett. 102, 073005 (2009). The frequency ω = 4C6/(3α²) does not
// change with h. Atoms are isotropic, and a free atom's reference must exist (H to Kr); ions, whose
// volume says little about their polarizability, are where this is least reliable.
#pragma once

#include <Eigen/Core>

#include <span>

namespace keesom {

/// Dipole oscillators of N atoms.
struct Oscillators {
    Eigen::VectorXd polarizabilities;  ///< (N), static α, bohr³
    Eigen::VectorXd c6;                ///< (N), with an atom of the same kind, hartree·bohr⁶
    Eigen::VectorXd vdw_radii;         ///< (N), bohr

    [[nodiscard]] Eigen::Index size() const { return polarizabilities.size(); }

    /// ω = 4C6/(3α²); (N), hartree.
    [[nodiscard]] Eigen::VectorXd frequencies() const;

    /// α(iu) = α/(1 + u²/ω²); (N), bohr³.
    [[nodiscard]] Eigen::VectorXd dynamic_polarizabilities(double u) const;

    /// Whether this describes `n_atoms` atoms with positive, finite numbers.
    /// @throws InputError that says which atom and which number is at fault
    void validate(Eigen::Index n_atoms) const;
};

/// Derivatives of an energy of N oscillators, by their positions and by their three numbers.
struct OscillatorGradient {
    Eigen::Matrix3Xd positions;        ///< (3, N), at constant oscillators, hartree/bohr
    Eigen::VectorXd polarizabilities;  ///< (N), at constant C6, hartree/bohr³
    Eigen::VectorXd c6;                ///< (N), at constant α, bohr⁻⁶
    Eigen::VectorXd vdw_radii;         ///< (N), hartree/bohr

    OscillatorGradient() = default;

    /// All zero.
    explicit OscillatorGradient(Eigen::Index n_atoms);

    /// Adds what an energy owes to ω = 4C6/(3α²): ∂ω/∂C6 = ω/C6, ∂ω/∂α = −2ω/α.
    /// @param by_frequencies ∂E/∂ω
    void add_by_frequencies(const Oscillators& oscillators, const Eigen::VectorXd& by_frequencies);

    /// Adds what an energy owes to α(iu): ∂α(iu)/∂α = α(iu)/α, ∂α(iu)/∂ω = 2α(iu)u²/(ω(ω² + u²)).
    /// @param by_polarizabilities ∂E/∂α(iu)
    void add_by_dynamic_polarizabilities(const Oscillators& oscillators,
                                         double u,
                                         const Eigen::VectorXd& by_polarizabilities);

    /// ∂E/∂h of scaled_oscillators(), (α ∂E/∂α + 2C6 ∂E/∂C6 + ⅓R ∂E/∂R)/h; (N), hartree.
    [[nodiscard]] Eigen::VectorXd by_hirshfeld_ratios(
        const Oscillators& oscillators, const Eigen::VectorXd& hirshfeld_ratios) const;
};

/// Oscillators of atoms in a molecule.
/// @param hirshfeld_ratios h; (N), dimensionless, positive
/// @throws ModelError for an element without a free-atom reference
/// @throws InputError if the sizes differ or a ratio is not positive
Oscillators scaled_oscillators(std::span<const int> atomic_numbers,
                               const Eigen::VectorXd& hirshfeld_ratios);

}  // namespace keesom

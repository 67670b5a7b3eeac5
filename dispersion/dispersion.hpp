// SPDX-License-Identifier: BSD-3-Clause
//
// The dispersion energy: what correlated charge fluctuations of N ≥ 2 monomers gain,
//
//   E = E_MBD(all) − Σ E_MBD(each) + s8 E8 + s10 E10 .
//
// Dipole fluctuations are solved once for all monomers (many_body.hpp), so that clusters are
// non-additive; C8 and C10 are sums over pairs of atoms of different monomers (pairwise.hpp). The
// energy is the dispersion component of symmetry-adapted perturbation theory, exchange-dispersion
// included, attraction negative; its damping constants are fitted to that component.
#pragma once

#include <keesom/core/element_constants.hpp>
#include <keesom/core/energy_term.hpp>
#include <keesom/dispersion/mbd_options.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <limits>
#include <optional>
#include <span>

namespace keesom {

struct DispersionParameters {
    MbdOptions mbd;
    double c8_scale = std::numeric_limits<double>::quiet_NaN();   ///< s8, dimensionless
    double c10_scale = std::numeric_limits<double>::quiet_NaN();  ///< s10, dimensionless
    ElementConstants tang_toennies_scale;  ///< c of the damping, dimensionless
    ElementConstants quadrupole_factor;    ///< Q, bohr²

    /// @throws ModelError naming the constant that is out of range or was never given
    void validate() const;
};

/// What rigid motions of a monomer leave of its many-body dispersion as it is.
struct MonomerDispersion {
    double many_body_energy;  ///< E_MBD of this monomer alone, hartree
    Oscillators screened;     ///< its atoms, screened by each other
};

/// Dispersion energy. Fails for an element without a free-atom reference or a quadrupole factor
/// (ModelError), and where atoms are too close for coupled oscillators (NumericalError).
class Dispersion : public EnergyTerm {
public:
    /// @throws ModelError if a constant is out of range
    explicit Dispersion(DispersionParameters parameters);

    [[nodiscard]] const DispersionParameters& parameters() const { return parameters_; }

    /// E_MBD(all) − Σ E_MBD(each), hartree. Depends on parameters().mbd only.
    [[nodiscard]] double many_body_energy(const Sites& sites) const;

    [[nodiscard]] MonomerDispersion of_monomer(const Monomer& monomer) const;

    /// The energy where E_MBD(each) is known. Adds the derivatives of all but E_MBD(each), enough
    /// for rigid motions, to `gradient` unless it is null.
    ///
    /// Oscillators of atoms that do not respond are not coupled. What E_MBD comes to for distant
    /// atoms stands in for them, −f² C6/R⁶ with the C6 of atoms that the others of their monomer
    /// screen; there is no gradient then.
    ///
    /// Hosts are taken together, as if they were one monomer: it is their E_MBD that is taken off.
    /// @param known  of each monomer
    [[nodiscard]] EnergyComponents rigid_energy(const Sites& sites,
                                                std::span<const MonomerDispersion* const> known,
                                                const EnergyComponents& seed,
                                                EnergyGradient* gradient) const;

    /// The same with E_MBD of all hosts, which many poses have in common; all atoms respond.
    [[nodiscard]] EnergyComponents rigid_energy(const Sites& sites,
                                                std::span<const MonomerDispersion* const> known,
                                                double many_body_energy_of_hosts) const;

    /// E_MBD of the hosts together, hartree.
    [[nodiscard]] double many_body_energy_of_hosts(const Sites& sites) const;

    /// s8 E8 + s10 E10, hartree. Does not depend on parameters().mbd.
    [[nodiscard]] double pairwise_energy(const Sites& sites) const;

    /// s8 E8 + s10 E10 of each pair.
    void add_pair_energies(const Sites& sites, std::span<EnergyComponents> energies) const override;

private:
    EnergyComponents evaluate(const Sites& sites, const WeightedGradient* gradient) const override;

    /// @param known  of each monomer, empty where it has to be computed
    [[nodiscard]] EnergyComponents evaluate(const Sites& sites,
                                            std::span<const MonomerDispersion* const> known,
                                            std::optional<double> many_body_energy_of_hosts,
                                            double seed,
                                            EnergyGradient* gradient) const;

    DispersionParameters parameters_;
};

}  // namespace keesom

// SPDX-License-Identifier: BSD-3-Clause
//
// Whether the charge of a molecule goes together with its bonds, from where the atoms are: an anion
// that is taken for neutral, or a molecule without its hydrogen atoms, is noticed.
//
// The molecule is drawn as chemists draw it. Bonds follow from distances (bonds.hpp). Geometry says
// which atoms can take part in how many π bonds: a carbon atom with three neighbors in one plane in
// one, with two on a line in two; no π bond is longer than the sum of covalent radii, nearly. The π
// bonds are then a largest matching of these atoms, in which carbon goes before nitrogen and
// nitrogen before oxygen, and atoms that have their bonds already, as the nitrogen of an amine,
// take part only where a carbon atom would be left over (iminium, pyridinium), or oxygen atoms at
// one center (nitro, ozone). With b bonds and an octet an atom of V valence electrons has the
// charge V − 8 + b; phosphorus, sulfur and halogens are drawn without double bonds, S⁺–O⁻, unless
// no atom could bear the negative charge (SF₄). The total does not depend on where in a conjugated
// system the π bonds are drawn, only on their number.
//
// Geometries are not exact, and a charge in use is likely to be right. It is therefore plausible
// also if it follows from longer π bonds, or from charges at the two ends of a conjugated system.
#pragma once

#include <keesom/core/molecule.hpp>

#include <Eigen/Core>

#include <vector>

namespace keesom {

enum class ChargeVerdict {
    plausible,          ///< or nothing can be said: metals, boranes
    other_charge,       ///< bonds suggest another one
    missing_hydrogens,  ///< bonds are missing that no charge explains
};

struct ChargeCheck {
    ChargeVerdict verdict = ChargeVerdict::plausible;
    int charge = 0;                   ///< that the bonds suggest, unless the verdict is plausible
    int missing_hydrogens = 0;        ///< their number, for that verdict; even, as electrons are
    std::vector<Eigen::Index> atoms;  ///< which lack bonds, or have too many
};

/// Compares the charge of a molecule with its bonds. A negative oxygen atom may be an anion, with
/// another charge than the one in use; a carbon atom that lacks a bond, or an atom that lacks two,
/// is one only if the charge in use says so.
/// @param molecule a valid one
ChargeCheck check_charge(const Molecule& molecule);

}  // namespace keesom

# SPDX-License-Identifier: BSD-3-Clause
"""Molecules of other programs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._core import InputError, Molecule, units


def as_molecule(molecule: Any) -> Molecule:
    """A Molecule of keesom, ASE Atoms, or an RDKit molecule with a conformer; both are recognized by their methods.

    The charge of Atoms is ``info["charge"]``, else 0; that of an RDKit molecule the sum of its formal charges. Raises
    InputError for periodic Atoms, a charge that is no integer, a molecule without coordinates or with hydrogen atoms
    that are not in it, and anything else.
    """
    if isinstance(molecule, Molecule):
        return molecule
    if hasattr(molecule, "get_atomic_numbers") and hasattr(molecule, "get_positions"):
        return _from_ase(molecule)
    if hasattr(molecule, "GetConformer"):
        return _from_rdkit(molecule)
    raise InputError(f"{type(molecule).__name__} is no molecule: a keesom.Molecule, ASE Atoms or an RDKit molecule is")


def _from_ase(atoms: Any) -> Molecule:
    name = str(atoms.info.get("name", "atoms"))
    if np.any(atoms.pbc):
        raise InputError(f"{name}: periodic atoms")
    charge = atoms.info.get("charge", 0)
    try:
        is_integer = float(charge).is_integer()
    except (TypeError, ValueError):
        is_integer = False
    if not is_integer:
        raise InputError(f"{name}: charge {charge!r} is no integer")
    return Molecule(atoms.get_atomic_numbers(), atoms.get_positions() * units.angstrom, int(float(charge)), name)


def _from_rdkit(molecule: Any) -> Molecule:
    name = molecule.GetProp("_Name") if molecule.HasProp("_Name") else "RDKit molecule"
    if molecule.GetNumConformers() == 0 or not molecule.GetConformer().Is3D():
        raise InputError(f"{name}: no coordinates in three dimensions")
    atoms = list(molecule.GetAtoms())
    # Hydrogen atoms that RDKit only counts have no positions.
    missing = sum(atom.GetTotalNumHs() for atom in atoms)
    if missing > 0:
        raise InputError(f"{name}: {missing} hydrogen atoms have no positions, Chem.AddHs(addCoords=True) adds them")
    return Molecule(
        [atom.GetAtomicNum() for atom in atoms],
        molecule.GetConformer().GetPositions() * units.angstrom,
        sum(atom.GetFormalCharge() for atom in atoms),
        name,
    )

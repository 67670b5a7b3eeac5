# SPDX-License-Identifier: BSD-3-Clause
"""Interaction energies of molecules from learned atoms and physics.

Atomic units: bohr, hartree, e. A quantity enters by multiplication, ``3.8 * units.angstrom``, and leaves by division,
``energy.total / units.kcal_per_mol``. Where a molecule is expected, ASE Atoms and RDKit molecules do as well.
"""

from ._core import (
    Complex,
    Error,
    ForceField,
    InputError,
    InteractionEnergy,
    ModelError,
    Molecule,
    Monomer,
    NumericalError,
    PropertyPrediction,
    PropertyUncertainty,
    __version__,
    units,
)
from .convert import as_molecule
from .files import read_complexes, read_molecules
from .model import InteractionModel

__all__ = [
    "Complex",
    "Error",
    "ForceField",
    "InputError",
    "InteractionEnergy",
    "InteractionModel",
    "ModelError",
    "Molecule",
    "Monomer",
    "NumericalError",
    "PropertyPrediction",
    "PropertyUncertainty",
    "__version__",
    "as_molecule",
    "read_complexes",
    "read_molecules",
    "units",
]

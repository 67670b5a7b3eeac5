# SPDX-License-Identifier: BSD-3-Clause
"""keesom as a calculator of ASE. Units are those of ASE: eV, Å, e."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes

from . import _core
from .convert import as_molecule
from .model import InteractionModel

_ELECTRONVOLT = _core.units.electronvolt
_ELECTRONVOLT_PER_ANGSTROM = _core.units.electronvolt / _core.units.angstrom
_ELECTRON_ANGSTROM = _core.units.angstrom


class Keesom(Calculator):
    """The interaction energy of molecules.

    It is zero where molecules are far from each other, whatever their shapes: no bond holds a molecule together. Keep
    molecules rigid by constraints, or give ``force_fields``, folders that ``keesom train-monomer`` made: what it costs
    to deform the molecules that they describe is then in energy and forces.

    ``fragments``: indices of the atoms of each molecule, from 0; without them molecules are what bonds connect, in
    every calculation anew. ``charges``: of each molecule; without them 0. Errors are those of
    InteractionModel.energy().

    ``results`` also has ``components`` of the interaction energy, ``uncertainty``, its standard deviations from errors
    of the predicted atoms, and with force fields ``deformation``, all in eV. ``charges`` and ``dipole`` are those of
    the predicted atoms, without what molecules induce in each other; the dipole of ions is about the origin.
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "free_energy", "forces", "charges", "dipole"]

    def __init__(
        self,
        model: InteractionModel | None = None,
        *,
        fragments: Sequence[Sequence[int]] | None = None,
        charges: Sequence[int] | None = None,
        force_fields: Sequence[str | os.PathLike] = (),
    ) -> None:
        super().__init__()
        self.model = InteractionModel() if model is None else model
        self.fragments = fragments
        self.charges = charges
        self.force_fields = [_core.ForceField(folder) for folder in force_fields]

    def calculate(
        self,
        atoms: Atoms | None = None,
        properties: Sequence[str] = ("energy",),
        system_changes: Sequence[str] = all_changes,
    ) -> None:
        super().calculate(atoms, properties, system_changes)
        fragments, molecules = self._molecules()
        energy = self.model.energy(molecules)
        total = energy.total
        forces = [np.array(force) for force in energy.forces]
        self.results = {
            "components": {name: value / _ELECTRONVOLT for name, value in energy.components.items()},
            "uncertainty": {name: value / _ELECTRONVOLT for name, value in energy.uncertainty.items()},
        }
        if self.force_fields:
            deformation = self._deformation(molecules)
            total += deformation.total
            for force, gradient in zip(forces, deformation.gradients):
                force -= gradient
            self.results["deformation"] = deformation.total / _ELECTRONVOLT
        self.results["energy"] = self.results["free_energy"] = total / _ELECTRONVOLT
        self.results["forces"] = self._in_order(fragments, forces) / _ELECTRONVOLT_PER_ANGSTROM
        if "charges" in properties or "dipole" in properties:
            predictions = [self.model.properties(molecule) for molecule in molecules]
            self.results["charges"] = self._in_order(fragments, [prediction.charges for prediction in predictions])
            dipoles = [_core.molecular_dipole(*pair) for pair in zip(molecules, predictions)]
            self.results["dipole"] = np.sum(dipoles, axis=0) / _ELECTRON_ANGSTROM

    def _molecules(self) -> tuple[Sequence[Sequence[int]], list[_core.Molecule]]:
        whole = as_molecule(self.atoms)
        fragments = whole.fragments() if self.fragments is None else self.fragments
        charges = self.charges
        if charges is None:
            if whole.charge != 0:
                raise _core.InputError(f"{whole.name}: charge {whole.charge} of all molecules, give each its own")
            charges = [0] * len(fragments)
        return fragments, whole.split(fragments, charges)

    def _deformation(self, molecules: list[_core.Molecule]) -> _core.Deformation:
        for force_field in self.force_fields:
            if not any(force_field.describes(molecule) for molecule in molecules):
                raise _core.InputError("no molecule has the atoms, in their order, and the charge of a force field")
        return _core.deformation(molecules, self.force_fields)

    def _in_order(self, fragments: Sequence[Sequence[int]], values: Sequence[np.ndarray]) -> np.ndarray:
        """Values of the atoms of each molecule in the order of the atoms of the complex."""
        ordered = np.empty((len(self.atoms), *values[0].shape[1:]))
        for fragment, of_fragment in zip(fragments, values):
            ordered[list(fragment)] = of_fragment
        return ordered

# SPDX-License-Identifier: BSD-3-Clause
"""The shipped model, or another, as an object that calculates."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import _core
from .convert import as_molecule


def _data_folder() -> Path:
    """Where the shipped data are: KEESOM_DATA, else beside this file."""
    folder = os.environ.get("KEESOM_DATA")
    if folder is None:
        return Path(__file__).parent / "data"
    if not Path(folder).is_dir():
        raise _core.InputError(f"KEESOM_DATA={folder} is not a folder")
    return Path(folder)


class InteractionModel(_core.InteractionModel):
    """Predicts the atoms of molecules and computes how these molecules interact.

    ``model`` is the folder of a property model, ``parameters`` a file of constants; without them they are the shipped
    ones, and constants those in the folder of the model where it has any. Raises ModelError if either is damaged.
    Objects are immutable and may be used by many threads.
    """

    def __init__(self, model: str | os.PathLike | None = None, parameters: str | os.PathLike | None = None) -> None:
        shipped = _data_folder() / _core.shipped_model_path
        folder = shipped if model is None else Path(model)
        if parameters is None:
            parameters = folder / _core.parameter_file
            if not parameters.exists():
                parameters = shipped / _core.parameter_file
        super().__init__(folder, Path(parameters))

    def properties(self, molecule: Any) -> _core.PropertyPrediction:
        """The predicted atoms of a molecule. Raises InputError or ModelError if there is no prediction for it."""
        return super().properties(as_molecule(molecule))

    def monomer(self, molecule: Any) -> _core.Monomer:
        """A molecule with its predicted atoms. Raises as properties() does."""
        return super().monomer(as_molecule(molecule))

    def energy(self, molecules: Iterable[Any]) -> _core.InteractionEnergy:
        """E(all) - sum of E(each) of two or more molecules, with deviations and forces.

        Molecules keep their shape: what it costs to deform them is neither in the energy nor in the forces. Raises
        InputError, ModelError, or NumericalError where there is no meaningful energy.

        A Monomer may stand for a molecule: its atoms are then taken as they are. Such an energy has no forces and no
        ``uncertainty``, since nothing says how its atoms follow from its geometry.
        """
        given = list(molecules)
        if any(isinstance(each, _core.Monomer) for each in given):
            return self.monomer_energy(
                [each if isinstance(each, _core.Monomer) else self.monomer(each) for each in given]
            )
        return super().energy([as_molecule(molecule) for molecule in given])

    def energies(
        self, complexes: Iterable[Iterable[Any]], *, forces: bool = True, return_errors: bool = False
    ) -> list[_core.InteractionEnergy | _core.Error]:
        """energy() of each complex, the same bits, on all threads (OMP_NUM_THREADS).

        Without ``forces`` there is no ``uncertainty`` either, and molecules that are the same within 1e-4 bohr are predicted
        once: faster where few molecules meet in many ways. Errors begin with "complexes[i]: "; the first is raised, or with
        ``return_errors`` each stands in the place of its energy.
        """
        given = [[as_molecule(molecule) for molecule in molecules] for molecules in complexes]
        results = super().energies(given, forces)
        if not return_errors:
            for result in results:
                if isinstance(result, _core.Error):
                    raise result
        return results

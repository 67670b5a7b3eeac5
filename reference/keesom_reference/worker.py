# SPDX-License-Identifier: BSD-3-Clause
"""A process that turns molecules into records: one line of JSON in, one line of JSON out.

Kept apart from the process that hands out the work because a failing calculation can take its
process with it, and because Psi4 calculates one molecule at a time in a process.
"""
import json
import os
import sys
import tempfile

import numpy as np

from . import density, partition, records
from .elements import NUMBERS


def reference(molecule, free_atoms):
    """Text of the record of a molecule."""
    unknown = {s for s in molecule["symbols"] if NUMBERS.get(s) not in free_atoms}
    if unknown:
        raise ValueError(f"no free atom for {', '.join(sorted(unknown))}")
    numbers = [NUMBERS[symbol] for symbol in molecule["symbols"]]
    electrons = sum(numbers) - molecule["charge"]
    if electrons % 2:
        raise ValueError(f"{electrons} electrons, expected an even number")
    energy, wave_function = density.converge(
        molecule["symbols"], molecule["positions"], molecule["charge"]
    )
    positions = np.asarray(molecule["positions"]) / density.BOHR
    grid = density.on_grid(wave_function)
    properties = partition.atom_properties(numbers, positions, grid, free_atoms)
    dipole = density.dipole(wave_function)
    missing = abs(properties["charge"].sum() - molecule["charge"])
    if missing > 2e-3:
        raise ValueError(f"charges sum to {missing:.1e} off the charge of the molecule")
    return records.frame(molecule, density.LEVEL, energy, dipole, properties)


def main():
    # What Psi4 prints belongs to nobody; answers go to the original standard output.
    answers = open(1, "w", closefd=False)
    os.chdir(tempfile.gettempdir())  # Psi4 leaves files where it runs
    density.start()
    free_atoms = partition.FreeAtoms()
    for line in sys.stdin:
        try:
            answer = {"record": reference(json.loads(line), free_atoms)}
        except Exception as error:  # one molecule must not end the run
            answer = {"error": " ".join(str(error).split())[:300] or type(error).__name__}
        answers.write("\n@@ " + json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()

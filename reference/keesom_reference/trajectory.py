# SPDX-License-Identifier: BSD-3-Clause
"""Geometries along a GFN2-xTB trajectory of one molecule, with energies and forces."""
import pathlib
import tempfile

import numpy as np

from .geometries import BOHR, _parse_xyz, _xtb, _xyz

HARTREE = 27.211386245988  # eV, CODATA 2018

TIME_STEP = 0.5  # fs
EQUILIBRATION = 2000.0  # fs


def geometries(molecule, frames, temperature, spacing):
    """Positions (frames, N, 3) in angstrom, `spacing` fs apart, after equilibration.

    Atoms have their own masses and no bond is constrained.
    """
    skipped = int(np.ceil(EQUILIBRATION / spacing))
    control = (
        f"$md\n temp={temperature}\n time={(frames + skipped + 1) * spacing / 1000.0}\n"
        f" dump={spacing}\n step={TIME_STEP}\n hmass=1\n shake=0\n nvt=true\n$end\n"
    )
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "start.xyz").write_text(_xyz(molecule))
        pathlib.Path(directory, "control").write_text(control)
        _xtb(molecule, directory, "--md", "--input", "control")
        lines = pathlib.Path(directory, "xtb.trj").read_text().splitlines()
    length = len(molecule["symbols"]) + 2
    found = [
        _parse_xyz("\n".join(lines[start : start + length]))[1]
        for start in range(skipped * length, len(lines) - length + 1, length)
    ]
    return np.array(found[:frames])


def energy_and_forces(molecule):
    """GFN2-xTB energy (eV) and forces (eV/angstrom), to tight convergence."""
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "start.xyz").write_text(_xyz(molecule))
        _xtb(molecule, directory, "--grad", "--acc", "0.01")
        words = pathlib.Path(directory, "start.engrad").read_text().splitlines()
    values = [float(line) for line in words if line.strip() and not line.lstrip().startswith("#")
              and len(line.split()) == 1]
    size = 3 * len(molecule["symbols"])
    gradient = np.array(values[2 : 2 + size]).reshape(-1, 3)
    return values[1] * HARTREE, -gradient * HARTREE / BOHR


def frame(molecule, energy, forces):
    """Text of a geometry as ASE reads and writes it."""
    lines = [
        str(len(molecule["symbols"])),
        f'name={molecule["name"]} charge={molecule["charge"]} source="{molecule["source"]}" '
        f'level="GFN2-xTB" energy={energy:.8f} '
        f'Properties=species:S:1:pos:R:3:forces:R:3 pbc="F F F"',
    ]
    for symbol, position, force in zip(molecule["symbols"], molecule["positions"], forces):
        values = [f"{x:.8f}" for x in position] + [f"{x:.8f}" for x in force]
        lines.append(f"{symbol:2} " + " ".join(values))
    return "\n".join(lines) + "\n"

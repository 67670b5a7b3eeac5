# SPDX-License-Identifier: BSD-3-Clause
"""Geometries to make reference data for: from SMILES, from files, and displaced ones.

A molecule is a dictionary with `name`, `source`, `charge`, `symbols` and `positions` (angstrom).
Open Babel builds a molecule, GFN2-xTB optimizes it and gives the Hessian for displacements; both in
implicit water if the molecule has `solvent`, where zwitterions keep their protons in place.
"""
import gzip
import hashlib
import os
import pathlib
import re
import subprocess
import tempfile

import numpy as np

from .elements import MASSES, NUMBERS

BOHR = 0.529177210903  # angstrom, CODATA 2018
DALTON = 1822.888486209  # electron masses
WAVENUMBER = 4.556335252912e-6  # hartree
KELVIN = 3.166811563e-6  # hartree
SOFTEST_MODE = 150.0 * WAVENUMBER  # below it a harmonic amplitude says nothing


class GeometryError(Exception):
    pass


def _run(command, directory, stdin=None):
    environment = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    result = subprocess.run(
        command, cwd=directory, env=environment, input=stdin, capture_output=True, text=True
    )
    if result.returncode != 0:
        lines = (result.stdout + result.stderr).splitlines()
        reasons = [line.strip() for line in lines if "error" in line.lower()]
        raise GeometryError(
            f"{' '.join(command)}: {reasons[0] if reasons else f'status {result.returncode}'}"
        )
    return result.stdout


def _xyz(molecule):
    lines = [str(len(molecule["symbols"])), molecule["name"]]
    for symbol, position in zip(molecule["symbols"], molecule["positions"]):
        lines.append(f"{symbol} " + " ".join(f"{x:.10f}" for x in position))
    return "\n".join(lines) + "\n"


def _parse_xyz(text):
    lines = text.splitlines()
    rows = [line.split() for line in lines[2 : 2 + int(lines[0])]]
    return [row[0] for row in rows], np.array([[float(x) for x in row[1:4]] for row in rows])


def charge_of_smiles(smiles):
    """Sum of the formal charges written in brackets."""
    total = 0
    for sign, count in re.findall(r"\[[^\]]*?([+-]+)(\d*)(?::\d+)?\]", smiles):
        total += (1 if sign[0] == "+" else -1) * (int(count) if count else len(sign))
    return total


def _xtb(molecule, directory, *options):
    command = ["xtb", "start.xyz", *options, "--chrg", str(molecule["charge"])]
    if molecule.get("solvent"):
        command += ["--alpb", molecule["solvent"]]
    return _run(command, directory)


def from_smiles(smiles, name, solvent=None):
    """Builds and optimizes a molecule, in implicit solvent if one is named."""
    molecule = {"name": name, "source": f"SMILES/{smiles}", "charge": charge_of_smiles(smiles)}
    if solvent:
        molecule["solvent"] = solvent
        molecule["source"] += f" in {solvent}"
    with tempfile.TemporaryDirectory() as directory:
        built = _run(["obabel", f"-:{smiles}", "-oxyz", "-h", "--gen3d"], directory)
        if not built.strip() or int(built.splitlines()[0]) == 0:
            raise GeometryError(f"obabel: cannot build {smiles}")
        molecule["symbols"], molecule["positions"] = _parse_xyz(built)
    return optimized(molecule)


def optimized(molecule):
    """The molecule at the nearest minimum of its GFN2-xTB energy."""
    if len(molecule["symbols"]) == 1:
        return molecule
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "start.xyz").write_text(_xyz(molecule))
        _xtb(molecule, directory, "--opt", "tight")
        _, positions = _parse_xyz(pathlib.Path(directory, "xtbopt.xyz").read_text())
    return {**molecule, "positions": positions}


def gfn2_energy(symbols, positions):
    """GFN2-xTB energy of neutral molecules, hartree."""
    molecule = {"name": "energy", "symbols": symbols, "positions": positions, "charge": 0}
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "start.xyz").write_text(_xyz(molecule))
        output = _xtb(molecule, directory)
    return float(re.search(r"TOTAL ENERGY\s+(\S+)", output).group(1))


def hessian(molecule):
    """Second derivatives of the GFN2-xTB energy, hartree/bohr^2, (3A, 3A)."""
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "start.xyz").write_text(_xyz(molecule))
        _xtb(molecule, directory, "--hess")
        words = pathlib.Path(directory, "hessian").read_text().split()[1:]
    size = 3 * len(molecule["symbols"])
    return np.array(words, dtype=float).reshape(size, size)


def displaced(molecule, count, temperature=400.0):
    """Geometries from the harmonic quantum distribution about an optimized molecule.

    A normal mode of angular frequency w has the variance coth(w / 2kT) / 2w in mass-weighted
    coordinates. Random numbers are seeded by the name: the same geometries every time.
    """
    masses = np.repeat([MASSES[NUMBERS[s]] * DALTON for s in molecule["symbols"]], 3)
    weighted = hessian(molecule) / np.sqrt(np.outer(masses, masses))
    squares, modes = np.linalg.eigh(0.5 * (weighted + weighted.T))
    order = np.argsort(np.abs(squares))
    positions = np.asarray(molecule["positions"])
    inertia = np.linalg.svd(positions - positions.mean(axis=0), compute_uv=False)
    rigid = 5 if inertia[1] < 1e-3 * max(inertia[0], 1e-12) else 6
    kept = order[rigid:]
    frequencies = np.maximum(np.sqrt(np.abs(squares[kept])), SOFTEST_MODE)
    deviations = np.sqrt(0.5 / frequencies / np.tanh(0.5 * frequencies / (KELVIN * temperature)))
    seed = int.from_bytes(hashlib.sha256(molecule["name"].encode()).digest()[:8], "little")
    generator = np.random.default_rng(seed)
    result = []
    for index in range(1, count + 1):
        amplitudes = deviations * generator.standard_normal(kept.size)
        step = (modes[:, kept] @ amplitudes) / np.sqrt(masses) * BOHR
        result.append(
            {
                **molecule,
                "name": f"{molecule['name']}_d{index}",
                "source": f"{molecule['source']} displaced",
                "positions": positions + step.reshape(-1, 3),
            }
        )
    return result


def read_smiles(path):
    """Molecules of a .smi file, `SMILES NAME` on each line, as (smiles, name)."""
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2:
            raise GeometryError(f"{path}:{number}: expected a SMILES and a name, got '{line}'")
        yield words[0], words[1]


def read_xyz(path):
    """Molecules of a file in extended XYZ, gzip allowed, with `name` and `charge` in the comment.

    Of a dimer `charge_a` and `charge_b` do as well.
    """
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt") as stream:
        lines = stream.read().splitlines()
    next_line = 0
    while next_line < len(lines) and lines[next_line].strip():
        where = f"{path}:{next_line + 1}"
        try:
            count = int(lines[next_line])
            frame = lines[next_line : next_line + 2 + count]
            symbols, positions = _parse_xyz("\n".join(frame))
            keys = comment_keys(frame[1])
            charges = ("charge",) if "charge" in keys else ("charge_a", "charge_b")
            charge = sum(int(keys[key]) for key in charges)
            name = keys["name"]
        except (ValueError, IndexError, KeyError) as error:
            raise GeometryError(f"{where}: not a molecule with name and charge ({error})")
        if len(symbols) != count or positions.shape != (count, 3):
            raise GeometryError(f"{where}: expected {count} atoms, got {len(symbols)}")
        yield {
            "name": name,
            "source": keys.get("source", name),
            "charge": charge,
            "symbols": symbols,
            "positions": positions,
            "keys": keys,
        }
        next_line += 2 + count


def comment_keys(comment):
    """Keys of the second line of an extended-XYZ frame."""
    return {
        key: value.strip('"') for key, value in re.findall(r'(\S+?)=("[^"]*"|\S+)', comment)
    }

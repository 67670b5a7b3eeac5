#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes what `keesom train-monomer` learns from: energies and forces of one molecule in motion.

A molecule, from a SMILES or the first frame of an extended-XYZ file, moves by GFN2-xTB at a
temperature; energies and forces of geometries along its trajectory are written in eV and
eV/angstrom. A run that was stopped keeps its trajectory in OUTPUT.trajectory.npy and goes on where
it was when started again.
"""
import argparse
import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from keesom_reference import geometries, records, trajectory


def molecule_of(text):
    if pathlib.Path(text).exists():
        return geometries.optimized(next(iter(geometries.read_xyz(text))))
    return geometries.from_smiles(text, "molecule")


def positions_along(molecule, options):
    kept = pathlib.Path(f"{options.output}.trajectory.npy")
    if not kept.exists():
        np.save(kept, trajectory.geometries(
            molecule, options.frames, options.temperature, options.spacing))
    return np.load(kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("molecule", help="SMILES, or an extended-XYZ file with name and charge")
    parser.add_argument("--output", required=True, help="extended-XYZ file, appended to")
    parser.add_argument("--frames", type=int, default=2000)
    parser.add_argument("--temperature", type=float, default=500.0, help="kelvin (default 500)")
    parser.add_argument("--spacing", type=float, default=20.0, help="fs between geometries")
    parser.add_argument("--jobs", type=int, default=1, help="geometries at a time (default 1)")
    options = parser.parse_args()
    try:
        molecule = molecule_of(options.molecule)
        all_positions = positions_along(molecule, options)
        output = records.Output(options.output)

        def make(index):
            name = f"{molecule['name']}-{index}"
            if name in output.done:
                return
            moved = {**molecule, "name": name, "positions": all_positions[index]}
            try:
                output.keep(trajectory.frame(moved, *trajectory.energy_and_forces(moved)))
            except (geometries.GeometryError, OSError, IndexError) as error:
                output.fail(name, error)

        with ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(make, range(len(all_positions))))
    except (geometries.GeometryError, OSError) as error:
        print(f"make_forces: {error}", file=sys.stderr)
        return 2
    print(f"{output.made} geometries made, {output.failures} failed", file=sys.stderr)
    return 1 if output.failures else 0


if __name__ == "__main__":
    sys.exit(main())

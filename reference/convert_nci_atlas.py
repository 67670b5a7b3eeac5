#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A set of the NCI Atlas as one file that keesom benchmark reads.

    reference/convert_nci_atlas.py NCIAtlas/geometries/NCIA_HB375x10 --output hb375x10.xyz.gz [--scale 1.00]

Each geometry of the Atlas is an XYZ file whose comment line has charge_a, charge_b, selection_a and selection_b (atoms of
the monomers, from 1), scaling and benchmark_Eint in kcal/mol. Here the atoms of the first monomer come first.
"""
import argparse
import gzip
import pathlib
import re
import sys


def selected(ranges):
    """Indices from 0 of "1-3,5"."""
    atoms = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        atoms.extend(range(int(first) - 1, int(last or first)))
    return atoms


def converted(path, set_name):
    """A frame with the keys of keesom, and the scale of the distance."""
    count, comment, *atoms = path.read_text().splitlines()
    atoms = atoms[: int(count)]
    keys = dict(re.findall(r"(\w+)=(\S+)", comment))
    missing = {"charge_a", "charge_b", "selection_a", "selection_b", "benchmark_Eint"} - keys.keys()
    if missing:
        sys.exit(f"{path}: no {min(missing)} in the comment line")
    if keys.get("benchmark_unit", "kcal/mol") != "kcal/mol":
        sys.exit(f"{path}: unit {keys['benchmark_unit']}, expected kcal/mol")
    first, second = selected(keys["selection_a"]), selected(keys["selection_b"])
    if sorted(first + second) != list(range(len(atoms))):
        sys.exit(f"{path}: the selections are not all atoms")
    scale = float(keys.get("scaling", "1"))
    comment = (
        f"name={set_name}-{path.stem} set={set_name} system={path.stem.rpartition('_')[0]} natoms_a={len(first)} "
        f"charge_a={keys['charge_a']} charge_b={keys['charge_b']} scale={scale:g} e_ref={keys['benchmark_Eint']}"
    )
    return "\n".join([count.strip(), comment, *(atoms[i] for i in first + second)]) + "\n", scale


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder of XYZ files")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="file to write, NAME.xyz.gz")
    parser.add_argument("--scale", type=float, help="only this fraction of the equilibrium distance")
    arguments = parser.parse_args()
    frames = [converted(path, arguments.folder.resolve().name) for path in sorted(arguments.folder.glob("*.xyz"))]
    chosen = [frame for frame, scale in frames if arguments.scale is None or abs(scale - arguments.scale) < 1e-6]
    if not chosen:
        sys.exit(f"{arguments.folder}: no geometries")
    with gzip.open(arguments.output, "wt") as stream:
        stream.writelines(chosen)
    print(f"{len(chosen)} of {len(frames)} geometries written to {arguments.output}")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What it costs to deform the molecules of clusters: MP2/aug-cc-pVTZ of each molecule by itself.

CLUSTERS are extended XYZ with `natoms_list` and `e_binding`, the energy of the cluster against
molecules as in RELAXED, all of them alike and neutral. Each frame is written with `deformation`,
the energy of its molecules as they are in the cluster against as many relaxed ones, and
`e_ref` = `e_binding` - `deformation`, the interaction energy that keesom computes; kcal/mol.
"""
import argparse
import gzip
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
# Debian installs the module beside the library.
sys.path.append("/usr/lib/x86_64-linux-gnu")

import numpy as np
import psi4

from keesom_reference.geometries import comment_keys

METHOD = "mp2"
BASIS = "aug-cc-pvtz"
KCAL_PER_MOL = 627.509474063  # in a hartree, CODATA 2018


class Molecules:
    """Energies, computed once for each shape."""

    def __init__(self):
        self._energies = {}

    def energy(self, lines):
        rows = [line.split() for line in lines]
        positions = np.array([[float(x) for x in row[1:4]] for row in rows])
        distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
        # Files have five digits behind the point: what agrees to them differs by rounding only.
        key = (tuple(row[0] for row in rows), tuple(np.round(distances, 5).ravel()))
        if key not in self._energies:
            psi4.core.clean()
            molecule = psi4.geometry("\n".join(["0 1", *lines]))
            options = {"basis": BASIS, "freeze_core": True, "e_convergence": 1e-9}
            psi4.set_options({**options, "d_convergence": 1e-8})
            self._energies[key] = psi4.energy(METHOD, molecule=molecule)
        return self._energies[key]


def frames(path):
    """Comment and lines of atoms of each frame."""
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt") as stream:
        lines = stream.read().splitlines()
    start = 0
    while start < len(lines):
        end = start + 2 + int(lines[start])
        yield lines[start + 1], lines[start + 2 : end]
        start = end


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clusters", metavar="CLUSTERS")
    parser.add_argument("relaxed", metavar="RELAXED")
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()

    psi4.core.set_output_file(os.devnull, False)
    psi4.core.set_num_threads(1, quiet=True)
    molecules = Molecules()
    relaxed = molecules.energy(next(frames(arguments.relaxed))[1])
    with open(arguments.output, "w", encoding="utf-8") as output:
        for comment, atoms in frames(arguments.clusters):
            keys = comment_keys(comment)
            deformation, start = 0.0, 0
            for count in map(int, keys["natoms_list"].split(",")):
                deformation += molecules.energy(atoms[start : start + count]) - relaxed
                start += count
            deformation *= KCAL_PER_MOL
            e_ref = float(keys["e_binding"]) - deformation
            comment += f" deformation={deformation:.3f} e_ref={e_ref:.3f}"
            output.write("\n".join([str(len(atoms)), comment, *atoms]) + "\n")
            output.flush()
            print(f"{keys['name']}: {deformation:.3f} kcal/mol", flush=True)


if __name__ == "__main__":
    main()

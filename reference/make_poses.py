#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes poses that an energy model prefers to the reference: where its dimers come to rest.

Each dimer of SET at rest (`scale` 1, or without a scale) is relaxed by `keesom optimize`. Of those
that end far from where they were, the poses halfway and at the end are kept, and those of the end
with the molecules pushed together and pulled apart. Their energies, by make_dimers.py, tell the
model what is wrong with them.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from keesom_reference import geometries, placements, poses

PUSHED = (-0.15, 0.2, 0.5)  # angstrom, along the closest contact


def dimers_at_rest(path, most_heavy):
    """Neutral dimers of a set at rest, small ones first."""
    found = []
    for dimer in geometries.read_xyz(path):
        keys = dimer["keys"]
        if float(keys.get("scale", 1.0)) != 1.0 or "natoms_a" not in keys:
            continue
        if poses.is_charged(dimer):
            continue
        if placements.heavy_atoms(dimer["symbols"]) <= most_heavy:
            found.append(dimer)
    return sorted(found, key=lambda dimer: placements.heavy_atoms(dimer["symbols"]))


def frame(dimer, positions, name):
    """Text of a pose."""
    keys = dimer["keys"]
    comment = (
        f'name={name} natoms_a={keys["natoms_a"]} charge_a=0 charge_b=0 '
        f'system="{keys.get("system", dimer["name"])}" Properties=species:S:1:pos:R:3'
    )
    lines = [str(len(positions)), comment]
    lines += [
        f"{symbol:2} " + " ".join(f"{x:14.9f}" for x in position)
        for symbol, position in zip(dimer["symbols"], positions)
    ]
    return "\n".join(lines) + "\n"


def relaxed(keesom, dimer):
    """Positions on the way to rest, those of the start first."""
    with tempfile.TemporaryDirectory() as folder:
        start, steps = pathlib.Path(folder, "start.xyz"), pathlib.Path(folder, "steps.xyz")
        start.write_text(frame(dimer, dimer["positions"], "start"))
        command = [keesom, "optimize", start, "--trajectory", steps]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise geometries.GeometryError(f'{dimer["name"]}: {result.stderr.strip()}')
        count = len(dimer["symbols"])
        rows = [
            [float(x) for x in line.split()[1:4]]
            for number, line in enumerate(steps.read_text().splitlines())
            if number % (count + 2) > 1
        ]
        return np.array(rows).reshape(-1, count, 3)


def deviation(positions, reference):
    """Root mean square, angstrom, one laid onto the other."""
    rotation, translation = poses.superposition(positions, reference)
    off = positions @ rotation.T + translation - reference
    return np.sqrt((off**2).sum(axis=1).mean())


def poses_of(way, count_of_a, least):
    """Poses of a dimer by what they are called; none if it stays where it was."""
    moved = np.array([deviation(positions, way[0]) for positions in way])
    if moved[-1] < least:
        return {}
    end = way[-1]
    apart = np.linalg.norm(end[:count_of_a, None] - end[None, count_of_a:], axis=2)
    first, second = np.unravel_index(apart.argmin(), apart.shape)
    along = (end[count_of_a + second] - end[first]) / apart.min()
    result = {"half": way[np.argmax(moved >= 0.5 * moved[-1])], "end": end}
    for push in PUSHED:
        pushed = end.copy()
        pushed[count_of_a:] += push * along
        result[f"{push:+.2f}"] = pushed
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keesom", help="the command that relaxes")
    parser.add_argument("set", help="dimers in extended XYZ")
    parser.add_argument("--output", required=True, help="extended-XYZ file of the poses")
    parser.add_argument("--heavy", type=int, default=7, help="most heavy atoms of a dimer")
    parser.add_argument("--least", type=float, default=0.15, help="angstrom from the reference")
    options = parser.parse_args()
    text = ""
    try:
        for dimer in dimers_at_rest(options.set, options.heavy):
            way = relaxed(options.keesom, dimer)
            found = poses_of(way, int(dimer["keys"]["natoms_a"]), options.least)
            for label, positions in found.items():
                text += frame(dimer, positions, f'{dimer["name"]}_{label}')
    except (geometries.GeometryError, OSError) as error:
        print(f"make_poses: {error}", file=sys.stderr)
        return 2
    partial = f"{options.output}.partial"
    pathlib.Path(partial).write_text(text)
    os.replace(partial, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes first-order energies of dimers: electrostatics and exchange of SAPT(DFT).

PAIRS names two molecules of MOLECULES (a .smi file) on each line, behind `hydrogen_bonds` or
`stacks` and before the number of placements wanted. Groups of lines that a blank line separates are
made one after the other; within a group a few placements of each pair in turn, so that a run that
is stopped leaves something of everything. Each finished placement is appended to OUTPUT at once; a
run that was stopped goes on where it was when started again. Placements that fail are listed in
OUTPUT.failed with the reason, and tried again by the next run.

MOLECULES may also be an extended-XYZ file of dimers, by itself: of these the energies are made as
they are.
"""
import argparse
import dataclasses
import hashlib
import json
import pathlib
import sys
import threading
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from keesom_reference import geometries, placements, poses, records
from keesom_reference.process import Worker

KINDS = ("hydrogen_bonds", "stacks")
IN_TURN = 4  # placements of a pair before the next pair of its group
MOST_HEAVY_ATOMS = 11  # of a monomer: what a placement costs grows with the cube
KCAL_PER_MOL = 627.509474063  # in a hartree, CODATA 2018
CLASH = 1e3  # kcal/mol, of geometries that GFN2-xTB cannot converge


@dataclasses.dataclass(frozen=True)
class Pair:
    kind: str
    first: str
    second: str
    count: int

    def name(self, index):
        return f"{self.first}__{self.second}_{self.kind}_{index:02d}"


def read_pairs(path, known):
    """Groups of pairs, in the sequence of the file."""
    groups = [[]]
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), start=1):
        words = line.split()
        if not words:
            groups.append([])
            continue
        where = f"{path}:{number}"
        if len(words) != 4 or words[0] not in KINDS or not words[3].isdigit():
            raise geometries.GeometryError(
                f"{where}: expected {' or '.join(KINDS)}, two names and a number, got '{line}'"
            )
        for name in words[1:3]:
            if name not in known:
                raise geometries.GeometryError(f"{where}: no molecule {name}")
        groups[-1].append(Pair(words[0], words[1], words[2], int(words[3])))
    return [group for group in groups if group]


class Builder:
    """Molecules and relaxed pairs, kept in a folder for the next run."""

    def __init__(self, smiles, cache):
        self._smiles = smiles
        self._cache = pathlib.Path(cache)
        self._cache.mkdir(parents=True, exist_ok=True)

    def _kept(self, key, make):
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]
        path = self._cache / f"{digest}.json"
        if not path.exists():
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(make(), default=lambda array: array.tolist()))
            partial.rename(path)
        return json.loads(path.read_text())

    @staticmethod
    def _built(smiles, name):
        molecule = geometries.from_smiles(smiles, name)
        symbols, positions = molecule["symbols"], molecule["positions"]
        turned = placements.hydroxyls_turned(symbols, positions)
        if np.array_equal(turned, positions):
            return molecule
        other = geometries.optimized({**molecule, "positions": turned})
        return min(
            (molecule, other),
            key=lambda one: geometries.gfn2_energy(symbols, one["positions"]),
        )

    def molecule(self, name):
        """Symbols and positions of a molecule."""
        smiles = self._smiles[name]
        if geometries.charge_of_smiles(smiles):
            raise geometries.GeometryError(f"{name}: only neutral molecules, got {smiles}")
        built = self._kept(["molecule", smiles], lambda: self._built(smiles, name))
        heavy = placements.heavy_atoms(built["symbols"])
        if heavy > MOST_HEAVY_ATOMS:
            raise geometries.GeometryError(
                f"{name}: {heavy} heavy atoms, at most {MOST_HEAVY_ATOMS} are affordable"
            )
        return built["symbols"], np.array(built["positions"])

    def _relaxed(self, a, b):
        alone = geometries.gfn2_energy(*a) + geometries.gfn2_energy(*b)

        def interaction_energy(positions_b):
            if np.linalg.norm(a[1][:, None] - positions_b[None], axis=2).min() < 0.8:
                return CLASH
            try:
                together = geometries.gfn2_energy(a[0] + b[0], np.vstack([a[1], positions_b]))
            except geometries.GeometryError:
                return CLASH
            return (together - alone) * KCAL_PER_MOL

        return [
            [dataclasses.astuple(motif_a), dataclasses.astuple(motif_b), rotation, translation]
            for motif_a, motif_b, rotation, translation in placements.relaxed_hydrogen_bonds(
                a, b, interaction_energy
            )
        ]

    def placements(self, pair):
        """Both molecules and the placements of a pair, no more than it asks for."""
        a, b = self.molecule(pair.first), self.molecule(pair.second)
        names = (pair.first, pair.second)
        if pair.kind == "stacks":
            return a, b, placements.stacks(a, b, names, pair.count)
        key = ["hydrogen bonds", self._smiles[pair.first], self._smiles[pair.second]]
        relaxed = [
            (
                placements.Motif(*motif_a),
                placements.Motif(*motif_b),
                np.array(rotation),
                np.array(translation),
            )
            for motif_a, motif_b, rotation, translation in self._kept(
                key, lambda: self._relaxed(a, b)
            )
        ]
        if not relaxed:
            raise geometries.GeometryError("no two hydrogen bonds between them")
        return a, b, placements.hydrogen_bonds(a, b, names, relaxed)[: pair.count]


@dataclasses.dataclass(frozen=True)
class Task:
    """A placement whose energies are missing."""

    name: str
    a: tuple  # symbols and positions
    b: tuple
    placement: placements.Placement
    keys: str  # of the frame: `system`, by which a fit leaves out what belongs together, and others


def frame(task, energies):
    """Text of a finished placement."""
    comment = (
        f"name={task.name} set=first_order natoms_a={len(task.a[0])} charge_a=0 charge_b=0 "
        f'elst={energies["elst"]:.6f} exch={energies["exch"]:.6f} '
        f'sapt_level="{energies["level"]}" {task.keys} '
        f'Properties=species:S:1:pos:R:3 pbc="F F F"'
    )
    symbols = list(task.a[0]) + list(task.b[0])
    positions = np.vstack([task.a[1], task.placement.of(task.b[1])])
    lines = [str(len(symbols)), comment]
    lines += [
        f"{symbol:2} " + " ".join(f"{x:14.9f}" for x in position)
        for symbol, position in zip(symbols, positions)
    ]
    return "\n".join(lines) + "\n"


def tasks_of_pairs(groups, builder, output):
    """Placements still missing, a few of each pair of a group in turn.

    Only a hydrogen bond has `scale`, a factor on a distance at rest; a stack has its closest
    `contact` in sums of van der Waals radii.
    """
    for group in groups:
        impossible = set()
        for begin in range(0, max(pair.count for pair in group), IN_TURN):
            for pair in group:
                indices = range(begin, min(begin + IN_TURN, pair.count))
                if pair in impossible or all(pair.name(i) in output.done for i in indices):
                    continue
                try:
                    a, b, found = builder.placements(pair)
                except (geometries.GeometryError, OSError, ValueError) as error:
                    impossible.add(pair)
                    output.fail(pair.name(0), error)
                    continue
                measure = "scale" if pair.kind == "hydrogen_bonds" else "contact"
                for index in indices:
                    name = pair.name(index)
                    if index < len(found) and name not in output.done:
                        keys = (
                            f"{measure}={found[index].scale:.4f} "
                            f'system="{pair.first} ... {pair.second}" group="{found[index].label}"'
                        )
                        yield Task(name, a, b, found[index], keys)


def tasks_of_poses(path, output):
    """Dimers of a file still missing."""
    for pose in poses.read(path):
        if pose.name not in output.done:
            keys = f'system="{pose.system}" group="pose"'
            yield Task(pose.name, pose.a, pose.b, pose.placement, keys)


class Run:
    """What all workers share: the work, the output and the count."""

    def __init__(self, tasks, output, cache):
        self.output = output
        self.cache = str(pathlib.Path(cache).resolve())
        self.start = time.time()
        self.lock = threading.Lock()
        self._tasks = tasks

    def next_task(self):
        with self.lock:
            return next(self._tasks, None)

    def report(self, name):
        minutes = (time.time() - self.start) / 60.0
        print(
            f"{self.output.made} placements made, {self.output.failures} failed, {minutes:.1f} min: {name}",
            file=sys.stderr,
            flush=True,
        )

    def work(self):
        worker = Worker("keesom_reference.first_order_worker")
        while (task := self.next_task()) is not None:
            try:
                energies = worker.answer(
                    {
                        "a": {"symbols": task.a[0], "positions": task.a[1]},
                        "b": {"symbols": task.b[0], "positions": task.b[1]},
                        "rotation": task.placement.rotation,
                        "translation": task.placement.translation,
                        "cache": self.cache,
                    }
                )
                self.output.keep(frame(task, energies))
            except RuntimeError as error:
                self.output.fail(task.name, error)
            self.report(task.name)
        worker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "molecules", help=".smi file, a SMILES and a name on each line; or dimers, extended XYZ"
    )
    parser.add_argument(
        "pairs", nargs="?", help="a kind, two names and a number on each line, for a .smi file"
    )
    parser.add_argument("--output", required=True, help="extended-XYZ file, appended to")
    parser.add_argument("--cache", help="folder for monomers (default OUTPUT.cache)")
    parser.add_argument("--jobs", type=int, default=1, help="placements at a time (default 1)")
    options = parser.parse_args()
    cache = options.cache or f"{options.output}.cache"
    try:
        output = records.Output(options.output)
        if options.pairs is None:
            tasks = tasks_of_poses(options.molecules, output)
        else:
            smiles = {name: text for text, name in geometries.read_smiles(options.molecules)}
            groups = read_pairs(options.pairs, smiles)
            tasks = tasks_of_pairs(groups, Builder(smiles, cache), output)
        run = Run(tasks, output, cache)
    except (geometries.GeometryError, OSError) as error:
        print(f"make_dimers: {error}", file=sys.stderr)
        return 2
    threads = [threading.Thread(target=run.work) for _ in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if run.output.failures:
        print(f"make_dimers: {run.output.failures} failed, see {run.output.failed}", file=sys.stderr)
    return 1 if run.output.failures else 0


if __name__ == "__main__":
    sys.exit(main())

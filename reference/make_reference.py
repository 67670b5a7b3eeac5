#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes reference data: molecules in, atoms in molecules from quantum mechanics out.

Molecules come from .smi files (a SMILES and a name on each line) or from extended-XYZ files with
`name` and `charge`. Each finished molecule is appended to OUTPUT at once; a run that was stopped
goes on where it was when started again. Molecules that fail are listed in OUTPUT.failed with the
reason, and tried again by the next run.
"""
import argparse
import pathlib
import queue
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from keesom_reference import geometries, records
from keesom_reference.process import Worker


class Run:
    """What all workers share: the work, the output and the count."""

    def __init__(self, output, displacements, solvent, tasks):
        self.output = records.Output(output)
        self.displacements = displacements
        self.solvent = solvent
        self.tasks = queue.SimpleQueue()
        self.total = 0
        for task in tasks:
            self.tasks.put(task)
            self.total += 1
        self.begun = 0
        self.start = time.time()
        self.lock = threading.Lock()

    def wanted(self, name):
        """Names of the molecule and of its displaced geometries that are still missing."""
        names = [name] + [f"{name}_d{i}" for i in range(1, self.displacements + 1)]
        return [n for n in names if n not in self.output.done]

    def molecules(self, task):
        """What a task still asks for; displaced geometries after the molecule itself."""
        kind, value = task
        wanted = self.wanted(value[1] if kind == "smiles" else value["name"])
        if not wanted:
            return
        if kind == "smiles":
            molecule = geometries.from_smiles(*value, solvent=self.solvent)
        else:
            molecule = {**value, "solvent": self.solvent}
        if molecule["name"] in wanted:
            yield molecule
        if self.displacements and len(molecule["symbols"]) > 1:
            for other in geometries.displaced(molecule, self.displacements):
                if other["name"] in wanted:
                    yield other

    def report(self):
        with self.lock:
            minutes = (time.time() - self.start) / 60.0
            print(
                f"\r{self.begun} of {self.total} molecules begun, {self.output.made} records made, "
                f"{self.output.failures} failed, {minutes:.1f} min",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def work(self):
        worker = Worker("keesom_reference.worker")
        while True:
            try:
                task = self.tasks.get_nowait()
            except queue.Empty:
                break
            with self.lock:
                self.begun += 1
            name = task[1][1] if task[0] == "smiles" else task[1]["name"]
            try:
                for molecule in self.molecules(task):
                    name = molecule["name"]
                    self.output.keep(worker.answer(molecule))
                    self.report()
            except (geometries.GeometryError, RuntimeError, OSError) as error:
                self.output.fail(name, error)
            self.report()
        worker.close()


def tasks_of(paths):
    for path in paths:
        if path.endswith(".smi"):
            for smiles, name in geometries.read_smiles(path):
                yield "smiles", (smiles, name)
        else:
            for molecule in geometries.read_xyz(path):
                yield "molecule", molecule


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("molecules", nargs="+", help=".smi or extended-XYZ files")
    parser.add_argument("--output", required=True, help="extended-XYZ file, appended to")
    parser.add_argument("--displace", type=int, default=0, metavar="N",
                        help="displaced geometries of each molecule (default 0)")
    parser.add_argument("--solvent", metavar="NAME",
                        help="optimize and displace in implicit solvent (ALPB, e.g. water), for zwitterions")
    parser.add_argument("--jobs", type=int, default=1, help="molecules at a time (default 1)")
    options = parser.parse_args()
    try:
        run = Run(options.output, options.displace, options.solvent,
                  list(tasks_of(options.molecules)))
    except (geometries.GeometryError, OSError) as error:
        print(f"make_reference: {error}", file=sys.stderr)
        return 2
    threads = [threading.Thread(target=run.work) for _ in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(file=sys.stderr)
    if run.output.failures:
        print(f"make_reference: {run.output.failures} failed, see {run.output.failed}", file=sys.stderr)
    return 1 if run.output.failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""keesom beside GFN2-xTB and PM6-D3H4X on the same dimers and poses: CPU time, errors, order of the energies.

    apt-get install mopac
    pip install tblite scipy
    bench/screening_peers.py build/release/apps/keesom              # five to ten minutes on one core
    bench/screening_peers.py build/release/apps/keesom --every 7    # a quick look

Dimers and references are those of `keesom benchmark`. One thread each, CPU time of user and system, in three rounds
that take turns; the medians of these are printed:

    keesom             the whole command, over the whole set each round
    GFN2-xTB           tblite in this process, accuracy as it is by default; a third of the dimers each round
    PM6-D3H4X          MOPAC, 1SCF; the same dimers, a process for all complexes and one for all monomers

Interaction energies of the last two are E(AB) - E(A) - E(B), the monomers as they are in the dimer. Then `keesom screen`
with thymine in 1000 places about adenine, both rigid; of the others the energy E(AB) of 50 of these each round,
in GFN2-xTB from the charges of the pose before. Results go to screening_peers.json as they come: a run that was stopped
goes on; delete the file to measure anew.
"""
import argparse
import importlib.metadata
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # read when the libraries are loaded
# pylint: disable=wrong-import-position
import numpy as np
from scipy.stats import spearmanr
from tblite.interface import Calculator

from accuracy_tables import benchmark, lines_of_the_table
from docked_poses import adenine_and_thymine, poses_about, xyz
from force_field_peers import SYMBOLS
from gfn2_errors import KCAL_PER_HARTREE, frames

ANGSTROM_PER_BOHR = 0.529177210903  # CODATA 2018
STORE = Path("screening_peers.json")
NAMES = ("s22", "s66", "s66x8", "ssi")
METHODS = ("keesom", "GFN2-xTB", "PM6-D3H4X")
ROUNDS = 3
POSES = 1000
POSES_OF_PEERS = 50  # each round


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def numbers_and_positions(atoms):
    """Atomic numbers, positions in bohr."""
    rows = [atom.split() for atom in atoms]
    return (np.array([SYMBOLS[row[0]] for row in rows]),
            np.array([row[1:4] for row in rows], dtype=float) / ANGSTROM_PER_BOHR)


def quiet_calculator(atoms, charge):
    calculator = Calculator("GFN2-xTB", *numbers_and_positions(atoms), charge=float(charge))
    calculator.set("verbosity", 0)
    return calculator


def gfn2(molecules):
    """kcal/mol of each (atoms, charge), None where the self-consistent field does not converge; CPU seconds."""
    energies, start = [], time.process_time()
    for atoms, charge in molecules:
        try:
            energies.append(float(quiet_calculator(atoms, charge).singlepoint().get("energy")) * KCAL_PER_HARTREE)
        except RuntimeError:
            energies.append(None)
    return energies, time.process_time() - start


def gfn2_of_poses(poses):
    """As gfn2, of one complex in many geometries, each from the charges of the one before."""
    energies, result, start = [], None, time.process_time()
    calculator = quiet_calculator(*poses[0])
    for atoms, _ in poses:
        calculator.update(positions=numbers_and_positions(atoms)[1])
        try:
            result = calculator.singlepoint(result)
            energies.append(float(result.get("energy")) * KCAL_PER_HARTREE)
        except RuntimeError:
            result = None
            energies.append(None)
    return energies, time.process_time() - start


def pm6(molecules):
    """As gfn2, of one process of MOPAC for all molecules."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = Path(folder) / "jobs.mop"
        jobs.write_text("".join(f"PM6-D3H4X 1SCF THREADS=1 CHARGE={charge}\n\n\n" + "\n".join(atoms) + "\n\n"
                                for atoms, charge in molecules))
        start = children_seconds()
        subprocess.run(["mopac", jobs.name], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=False)
        seconds = children_seconds() - start
        results = jobs.with_suffix(".out").read_text(errors="replace").split("CALCULATION DONE:")[1:]
    if len(results) != len(molecules):
        sys.exit(f"MOPAC: {len(results)} results of {len(molecules)} molecules")
    found = [re.search(r"FINAL HEAT OF FORMATION =\s*(\S+) KCAL", result) for result in results]
    return [float(one.group(1)) if one else None for one in found], seconds


def interactions(energy, dimers):
    """Interaction energies by name, CPU seconds of the complexes and of the monomers."""
    complexes, of_complexes = energy([(atoms, sum(charges)) for _, atoms, _, charges in dimers])
    monomers, of_monomers = energy([part for _, atoms, split, charges in dimers
                                    for part in ((atoms[:split], charges[0]), (atoms[split:], charges[1]))])
    parts = zip(complexes, monomers[::2], monomers[1::2])
    return {"energies": {dimer[0]: None if None in each else each[0] - each[1] - each[2]
                         for dimer, each in zip(dimers, parts)},
            "complexes": of_complexes, "monomers": of_monomers}


def screening(keesom, number):
    """CPU seconds of one pose, by method."""
    host, guest = adenine_and_thymine()
    poses = poses_about(host, guest, POSES)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "host.xyz").write_text(xyz([host]))
        (Path(folder) / "poses.xyz").write_text(xyz(poses))
        start = children_seconds()
        subprocess.run([keesom, "screen", "host.xyz", "poses.xyz", "--out", "energies.csv"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        seconds = {"keesom": (children_seconds() - start) / POSES}
    complexes = [(host + pose, 0) for pose in poses[number::POSES // POSES_OF_PEERS]]
    for method, energy in (("GFN2-xTB", gfn2_of_poses), ("PM6-D3H4X", pm6)):
        energies, of_all = energy(complexes)
        if None in energies:
            print(f"{method}: {energies.count(None)} of {len(energies)} poses without an energy", file=sys.stderr)
        seconds[method] = of_all / len(complexes)
    return seconds


def measured(keesom, every):
    """What each method has of each round, by set; seconds of a pose in each round; of MOPAC for two waters."""
    known = json.loads(STORE.read_text()) if STORE.exists() else {}

    def once(key, measure):
        if key not in known:
            known[key] = measure()
            STORE.write_text(json.dumps(known))
        return known[key]

    def of_set(name, number):
        dimers = list(frames(name))[::every][number::ROUNDS]
        start = children_seconds()
        result = benchmark(keesom, name)[name]
        seconds = children_seconds() - start
        return {"keesom": {"energies": {d["name"]: d["total"] for d in result["dimers"]}, "seconds": seconds},
                "references": {d["name"]: d["reference"] for d in result["dimers"]},
                "GFN2-xTB": interactions(gfn2, dimers), "PM6-D3H4X": interactions(pm6, dimers)}

    rounds = []
    for number in range(ROUNDS):
        rounds.append({name: once(f"{name}/{every}/{number}", lambda n=name, k=number: of_set(n, k)) for name in NAMES})
        rounds[-1]["screen"] = once(f"screen/{number}", lambda k=number: screening(keesom, k))
    smallest = min(frames("s66"), key=lambda frame: len(frame[1]))
    of_set_up = once("set-up of MOPAC", lambda: pm6([(smallest[1], 0)] * 100)[1] / 100)
    return {name: [one[name] for one in rounds] for name in NAMES}, [one["screen"] for one in rounds], of_set_up


def milliseconds(one, method, parts=("complexes", "monomers")):
    """Of each dimer, in one round."""
    of = one[method]
    return 1e3 * (of["seconds"] if method == "keesom" else sum(of[part] for part in parts)) / len(of["energies"])


def print_times(sets, poses):
    print("| ms of CPU time | N | keesom | GFN2-xTB | ratio | PM6-D3H4X | ratio |\n|---|---|---|---|---|---|---|")

    def line(title, number, rounds):
        """rounds: milliseconds of the three methods, of each round."""
        own, *others = (statistics.median(column) for column in zip(*rounds))
        ratios = [statistics.median(each[i] / each[0] for each in rounds) for i in (1, 2)]
        print(f"| {title} | {number} | {own:.2f} | "
              + " | ".join(f"{other:.1f} | {ratio:.1f}" for other, ratio in zip(others, ratios)) + " |")

    for name, rounds in sets.items():
        number = sum(len(one["PM6-D3H4X"]["energies"]) for one in rounds)
        line(name.upper().replace("X", "x"), number, [[milliseconds(one, m) for m in METHODS] for one in rounds])
        line("– E(AB) alone", number, [[milliseconds(one, m, ["complexes"]) for m in METHODS] for one in rounds])
    line("a pose of `screen`", POSES, [[1e3 * one[m] for m in METHODS] for one in poses])


def order(energies, references, names):
    return spearmanr([energies[name] for name in names], [references[name] for name in names]).statistic


def print_errors(sets):
    print("| kcal/mol | N | " + " | ".join(f"{what}, {m}" for what in ("MAE", "RMSE", "ρ") for m in METHODS)
          + " |\n|---|---|" + "---|" * 9)
    lines = [line[1:] for line in lines_of_the_table()]
    for title, name, belongs in lines + [("SSI, all", "ssi", lambda name: True)]:
        rounds = sets[name]
        references = rounds[0]["references"]
        by_method = [{key: value for one in rounds for key, value in one[method]["energies"].items()}
                     for method in METHODS]
        asked = [key for key in by_method[-1] if belongs(key)]
        names = [key for key in asked if key in references and all(of[key] is not None for of in by_method)]
        if len(names) < len(asked):
            print(f"{title}: {len(asked) - len(names)} of {len(asked)} dimers left out", file=sys.stderr)
        errors = [np.array([of[key] - references[key] for key in names]) for of in by_method]
        print(f"| {title} | {len(names)} | "
              + " | ".join([f"{np.abs(of).mean():.2f}" for of in errors]
                           + [f"{np.sqrt((of**2).mean()):.2f}" for of in errors]
                           + [f"{order(of, references, names):.3f}" for of in by_method]) + " |")
        if name == "s66x8":
            print_orders_within("at one distance", names, 1, by_method, references)
            print_orders_within("of one pair", names, 0, by_method, references)


def print_orders_within(title, names, part, by_method, references):
    """Mean order within groups of S66x8, whose names are "S66by8-<pair>-<distance>"; part 0: by pair."""
    groups = {}
    for name in names:
        groups.setdefault(name.split("-")[1:][part], []).append(name)
    groups = [group for group in groups.values() if len(group) > 2]
    if groups:
        means = [statistics.mean(order(of, references, group) for group in groups) for of in by_method]
        print(f"| – {title}, mean | {len(groups)} × {len(groups[0])} |" + " |" * 6 + " "
              + " | ".join(f"{mean:.3f}" for mean in means) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keesom")
    parser.add_argument("--every", type=int, default=1, choices=range(1, 8), metavar="N",
                        help="the others take only every Nth dimer of each set, N up to 7")
    options = parser.parse_args()
    keesom = os.path.abspath(options.keesom)
    for program in (keesom, "mopac"):
        print(subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0])
    print("tblite", importlib.metadata.version("tblite"))
    sets, poses, of_set_up = measured(keesom, options.every)
    print()
    print_times(sets, poses)
    print(f"\nA job of MOPAC with the smallest complex, nearly all of it set-up: {1e3 * of_set_up:.1f} ms")
    print()
    print_errors(sets)


if __name__ == "__main__":
    main()

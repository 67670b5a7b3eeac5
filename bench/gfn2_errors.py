#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Errors of GFN2-xTB on the shipped sets, for the tables of the README (bench/alternatives.json).

    apt-get install xtb
    bench/gfn2_errors.py build/release/apps/keesom      # half an hour on one core, for all 3996 dimers

Dimers and references are those of `keesom benchmark`; each energy is that of the complex less those of both
monomers, as they are in it. Energies go to gfn2_energies.json as they come: a run that was stopped goes on.
"""
import argparse
import gzip
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from accuracy_tables import SETS, benchmark, lines_of_the_table, mean_absolute_error

KCAL_PER_HARTREE = 627.509474
STORE = Path("gfn2_energies.json")


def frames(name):
    """(name, atoms, number of those of the first monomer, both charges) of each dimer of a set."""
    with gzip.open(SETS / f"{name}.xyz.gz", "rt") as stream:
        for line in stream:
            comment = next(stream)
            atoms = [" ".join(next(stream).split()[:4]) for _ in range(int(line))]
            def key(name):
                return re.search(rf"\b{name}=(\S+)", comment).group(1)
            yield key("name"), atoms, int(key("natoms_a")), [int(key(f"charge_{m}")) for m in "ab"]


def energy(atoms, charge):
    """hartree; None where the self-consistent field does not converge."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "m.xyz").write_text(f"{len(atoms)}\n\n" + "\n".join(atoms) + "\n")
        result = subprocess.run(["xtb", "m.xyz", "--gfn", "2", "--chrg", str(charge)], cwd=folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                env={**os.environ, "OMP_NUM_THREADS": "1"})
    found = re.search(r"TOTAL ENERGY\s+(\S+)", result.stdout)
    return float(found.group(1)) if result.returncode == 0 and found else None


def interaction(atoms, split, charges):
    parts = [energy(atoms, sum(charges)), energy(atoms[:split], charges[0]), energy(atoms[split:], charges[1])]
    return None if None in parts else (parts[0] - parts[1] - parts[2]) * KCAL_PER_HARTREE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keesom")
    options = parser.parse_args()
    known = json.loads(STORE.read_text()) if STORE.exists() else {}
    for of_set in ("s22", "s66", "s66x8", "ssi"):
        for number, (name, *dimer) in enumerate(frames(of_set)):
            if name not in known:
                known[name] = interaction(*dimer)
                if number % 50 == 0:
                    STORE.write_text(json.dumps(known))
        STORE.write_text(json.dumps(known))
    results = benchmark(options.keesom, "s22", "s66", "s66x8", "ssi")
    for key, title, of_set, belongs in lines_of_the_table():
        dimers = [{"total": known[d["name"]], "reference": d["reference"]}
                  for d in results[of_set]["dimers"] if belongs(d["name"]) and known[d["name"]] is not None]
        print(f"{key:20s} {len(dimers):5d}  {mean_absolute_error(dimers):.4f}")


if __name__ == "__main__":
    main()

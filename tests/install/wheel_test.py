#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Builds the wheel as pip does, installs it where nothing else is, and gets an energy from it.

Arguments: the command to compare with, the source folder, a folder to work in. Skipped (exit status 77) where the package
index cannot be reached.
"""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

COMMAND, SOURCE, WORK = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
SKIPPED = 77
# The wheel is for any processor: sums run in another order.
TOLERANCE = 1e-9  # kcal/mol

PROGRAM = """
import json, sys
import keesom
molecules = keesom.read_molecules(sys.argv[1])
energy = keesom.InteractionModel().energy(molecules)
print(json.dumps({"version": keesom.__version__, "file": keesom.__file__, "total": energy.total / keesom.units.kcal_per_mol}))
"""


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, capture_output=True, **options).stdout


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    venv.create(WORK / "venv", with_pip=True)
    python = WORK / "venv" / "bin" / "python"
    try:
        run(python, "-m", "pip", "download", "--no-deps", "--dest", WORK / "index", "scikit-build-core>=0.10")
    except subprocess.CalledProcessError as error:
        print("skipped, the package index cannot be reached:", error.stderr.strip().splitlines()[-1])
        return SKIPPED
    run(python, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", WORK / "wheel", SOURCE)
    (wheel,) = (WORK / "wheel").glob("keesom-*.whl")
    run(python, "-m", "pip", "install", wheel)
    dimer = WORK / "dimer.xyz"
    dimer.write_text("6\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\nO 0 0 2.9\nH 0.76 0 3.49\nH -0.76 0 3.49\n")
    # In another folder than the sources, which must not be found.
    result = json.loads(run(python, "-c", PROGRAM, dimer, cwd=WORK, env={}))
    expected = json.loads(run(COMMAND, "energy", "--json", dimer))
    assert result["file"].startswith(str(WORK)), result
    assert result["version"] == expected["keesom"], result
    difference = abs(result["total"] - expected["energy"]["total"])
    assert difference < TOLERANCE, f"{result['total']} in place of {expected['energy']['total']}"
    shutil.rmtree(WORK)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n{error.stdout}\n{error.stderr}")

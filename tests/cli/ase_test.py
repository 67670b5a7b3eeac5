#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ASE reads what keesom energy --xyz writes. Skipped where ASE is not installed.

Argument: the command.
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import ase.io
except ImportError:
    ase = None

COMMAND = sys.argv.pop(1)
WATER = "O {0} 0 0\nH {1} 0.76 0.59\nH {1} -0.76 0.59\n"


@unittest.skipIf(ase is None, "ASE is not installed")
class ExtendedXyz(unittest.TestCase):
    def test_energies_and_forces_are_results_of_a_calculator(self):
        with tempfile.TemporaryDirectory() as name:
            dimer, written = Path(name) / "dimer.xyz", Path(name) / "written.xyz"
            dimer.write_text("6\n\n" + WATER.format(0, 0) + WATER.format(3.2, 3.2))
            command = [COMMAND, "energy", "--json", "--forces", "--unit", "eV", "--xyz", written, dimer]
            result = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            atoms = ase.io.read(written)
        forces = [force for monomer in result["monomers"] for force in monomer["forces"]]
        self.assertEqual(atoms.get_potential_energy(), result["energy"]["total"])
        self.assertEqual(atoms.get_forces().tolist(), forces)
        self.assertEqual(atoms.info["unit"], "eV")


if __name__ == "__main__":
    unittest.main()

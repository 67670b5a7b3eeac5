# SPDX-License-Identifier: BSD-3-Clause
"""The whole way from a SMILES to a record, with Open Babel, xTB and Psi4."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "reference"))

from keesom_reference import geometries

BOHR = 0.529177210903


def make(*arguments):
    return subprocess.run(
        ["/usr/bin/python3", str(ROOT / "reference" / "make_reference.py"), *arguments],
        capture_output=True,
        text=True,
    )


def read(path):
    lines = pathlib.Path(path).read_text().splitlines()
    found = {}
    while lines:
        count = int(lines[0])
        keys = geometries.comment_keys(lines[1])
        rows = np.array([line.split()[1:] for line in lines[2 : 2 + count]], dtype=float)
        found[keys["name"]] = (keys, rows)
        lines = lines[2 + count :]
    return found


class Pipeline(unittest.TestCase):
    def test_water_and_ammonium(self):
        with tempfile.TemporaryDirectory() as folder:
            molecules = pathlib.Path(folder, "molecules.smi")
            molecules.write_text("O water\n[NH4+] ammonium\nC[CH2] radical\n")
            output = pathlib.Path(folder, "set.xyz")
            result = make(str(molecules), "--output", str(output), "--displace", "1")
            self.assertEqual(result.returncode, 1, result.stderr)
            failed = pathlib.Path(f"{output}.failed").read_text()
            self.assertIn("radical: 17 electrons, expected an even number", failed)
            found = read(output)
            self.assertEqual(set(found), {"water", "water_d1", "ammonium", "ammonium_d1"})
            for name, (keys, rows) in found.items():
                charges, dipoles = rows[:, 3], rows[:, 4:7]
                self.assertAlmostEqual(charges.sum(), int(keys["charge"]), delta=1e-3, msg=name)
                expected = np.array(keys["molecular_dipole"].split(), dtype=float)
                dipole = charges @ rows[:, :3] / BOHR + dipoles.sum(axis=0)
                np.testing.assert_allclose(dipole, expected, atol=2e-3, err_msg=name)
                xx, _, _, yy, _, zz = rows[:, 7:13].T
                np.testing.assert_allclose(xx + yy + zz, 0.0, atol=2e-5, err_msg=name)
            water = found["water"][1]
            moved = found["water_d1"][1]
            self.assertLess(abs(water[1, 3] - water[2, 3]), 1e-3)
            self.assertGreater(np.abs(water[:, :3] - moved[:, :3]).max(), 1e-2)

            # A second run finds everything done but what failed.
            before = output.read_text()
            make(str(molecules), "--output", str(output), "--displace", "1")
            self.assertEqual(output.read_text(), before)

    def test_a_zwitterion_keeps_its_proton_in_implicit_water_only(self):
        def nearest_hydrogen_to_oxygen(molecule):
            symbols, positions = np.array(molecule["symbols"]), molecule["positions"]
            oxygen, hydrogen = positions[symbols == "O"], positions[symbols == "H"]
            return np.linalg.norm(oxygen[:, None] - hydrogen[None], axis=-1).min()

        in_vacuum = geometries.from_smiles("[NH3+]CC(=O)[O-]", "glycine")
        in_water = geometries.from_smiles("[NH3+]CC(=O)[O-]", "glycine", solvent="water")
        self.assertLess(nearest_hydrogen_to_oxygen(in_vacuum), 1.1)
        self.assertGreater(nearest_hydrogen_to_oxygen(in_water), 1.5)
        self.assertEqual(in_water["source"], "SMILES/[NH3+]CC(=O)[O-] in water")
        (moved,) = geometries.displaced(in_water, 1)
        self.assertGreater(nearest_hydrogen_to_oxygen(moved), 1.4)

    def test_water_has_the_published_mbis_moments(self):
        # HF/cc-pVDZ water, 1.0 angstrom and 104.5 degrees: numbers of the test mbis-1 of Psi4 1.4 and
        # later, another implementation of the partitioning, which checked its volumes with HORTON.
        from keesom_reference import density, partition

        os.chdir(tempfile.gettempdir())  # Psi4 leaves files where it runs
        density.start()
        density.METHOD, density.BASIS = "hf", "cc-pvdz"
        angle = np.radians(104.5)
        positions = np.array(
            [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, np.sin(angle), np.cos(angle)]]
        )
        _, wave_function = density.converge(["O", "H", "H"], positions)
        grid = partition.significant(*density.on_grid(wave_function))
        nuclei = positions / density.BOHR
        _, shares = partition.mbis(
            [8, 1, 1], partition.distances(grid[0], nuclei), *grid[1:]
        )
        atoms = partition.moments([8, 1, 1], nuclei, grid, shares)
        np.testing.assert_allclose(
            atoms["charge"], [-0.84572442, 0.42286136, 0.42286136], atol=5e-4
        )
        np.testing.assert_allclose(
            np.linalg.norm(atoms["dipole"], axis=1),
            [0.16980673, np.hypot(0.0305701468, 0.00796317835), 0.03159031],
            atol=5e-4,
        )
        np.testing.assert_allclose(
            partition.volumes(nuclei, grid, shares), [26.33765183, 1.50946513, 1.50946513], rtol=1e-3
        )

    def test_a_missing_file_is_named(self):
        result = make("nowhere.smi", "--output", "set.xyz")
        self.assertEqual(result.returncode, 2)
        self.assertIn("nowhere.smi", result.stderr)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: BSD-3-Clause
"""Molecules in, records out: files, names, resumption."""
import pathlib
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "reference"))

from keesom_reference import geometries, records

WATER = {
    "name": "water",
    "source": "SMILES/O",
    "charge": 0,
    "symbols": ["O", "H", "H"],
    "positions": np.array([[0.0, 0.0, 0.0], [0.96, 0.0, 0.0], [-0.24, 0.93, 0.0]]),
}


def record(name):
    properties = {
        key: np.arange(3 * size, dtype=float).reshape(3, size).squeeze()
        for key, size in records.COLUMNS
    }
    return records.frame({**WATER, "name": name}, "none", -76.0, [0.0, 0.5, 0.0], properties)


class Smiles(unittest.TestCase):
    def test_charge_is_the_sum_of_formal_charges(self):
        for smiles, charge in {
            "O": 0,
            "[NH4+]": 1,
            "[NH3+]CC(=O)[O-]": 0,
            "[O-]C(=O)C(=O)[O-]": -2,
            "[Ca+2]": 2,
            "[Ca++]": 2,
            "C[N+](=O)[O-]": 0,
            "[S-]C#N": -1,
        }.items():
            self.assertEqual(geometries.charge_of_smiles(smiles), charge, smiles)

    def test_lists_that_ship_are_readable_and_name_each_molecule_once(self):
        folder = pathlib.Path(geometries.__file__).resolve().parents[1] / "molecules"
        names, smiles = [], []
        for path in sorted(folder.glob("*.smi")):
            for entry, name in geometries.read_smiles(path):
                smiles.append(entry)
                names.append(name)
        self.assertGreater(len(names), 800)
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len(smiles), len(set(smiles)))

    def test_a_broken_line_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "broken.smi")
            path.write_text("O water\nCC\n")
            with self.assertRaisesRegex(geometries.GeometryError, "broken.smi:2: .*'CC'"):
                list(geometries.read_smiles(path))


class Xyz(unittest.TestCase):
    def test_records_can_be_read_back_as_molecules(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "set.xyz")
            path.write_text(record("one") + record("two"))
            one, two = geometries.read_xyz(path)
        self.assertEqual((one["name"], two["name"]), ("one", "two"))
        self.assertEqual(one["source"], "SMILES/O")
        self.assertEqual(one["symbols"], WATER["symbols"])
        np.testing.assert_allclose(one["positions"], WATER["positions"], atol=1e-8)

    def test_a_broken_frame_is_named(self):
        for text in ("3\nname=a charge=0\nO 0 0 0\n", "3\nname=a\nO 0 0 0\nH 0 0 1\nH 0 1 0\n"):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "broken.xyz")
                path.write_text(text)
                with self.assertRaisesRegex(geometries.GeometryError, "broken.xyz:1"):
                    list(geometries.read_xyz(path))


class Records(unittest.TestCase):
    def test_every_column_is_written(self):
        rows = record("water").splitlines()[2:]
        self.assertEqual([len(row.split()) for row in rows], [4 + 24] * 3)

    def test_what_is_there_is_known_and_an_incomplete_record_dropped(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "set.xyz")
            self.assertEqual(records.names(path), set())
            whole = record("one") + record("two")
            for cut in (1, 30, 200, 600):
                path.write_text(whole + record("three")[:-cut])
                self.assertEqual(records.names(path), {"one", "two"})
                self.assertEqual(path.read_text(), whole)


if __name__ == "__main__":
    unittest.main()

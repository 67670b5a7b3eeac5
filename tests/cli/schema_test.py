#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the command prints as JSON is what docs/schemas says it is.

Arguments: the command, the folder of the repository.
"""

import json
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

import jsonschema

COMMAND, ROOT = sys.argv.pop(1), Path(sys.argv.pop(1))
WATER = "O {0} 0 0\nH {1} 0.76 0.59\nH {1} -0.76 0.59\n"


def schema(name):
    text = (ROOT / "docs" / "schemas" / f"{name}.json").read_text()
    parsed = json.loads(text)
    jsonschema.Draft7Validator.check_schema(parsed)
    return jsonschema.Draft7Validator(parsed)


def output(*arguments):
    result = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, check=True)
    return result.stdout


class Schemas(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def cluster(self, size, comment=""):
        atoms = "".join(WATER.format(3.2 * i, 3.2 * i) for i in range(size))
        return f"{3 * size}\n{comment}\n{atoms}"

    def test_energy_of_a_dimer_and_of_a_trimer(self):
        for size in (2, 3):
            text = output("energy", "--json", self.file("cluster.xyz", self.cluster(size)))
            schema("energy").validate(json.loads(text))

    def test_energy_of_many_complexes(self):
        radical = "5\n\nO 0 0 0\nH 0 0 0.97\n" + WATER.format(4, 4)
        file = self.file("set.xyz", self.cluster(2) + radical + self.cluster(2))
        for details in ((), ("--forces", "--pairs")):
            rows = [json.loads(line) for line in output("energy", "--json", *details, file).splitlines()]
            self.assertEqual(len(rows), 3)
            for row in rows:
                schema("energy_row").validate(row)

    def test_energy_with_forces_and_pairs(self):
        file = self.file("cluster.xyz", self.cluster(3))
        result = json.loads(output("energy", "--json", "--forces", "--pairs", "--unit", "eV", file))
        schema("energy").validate(result)
        self.assertEqual(result["force_unit"], "eV/Å")
        self.assertEqual(len(result["pairs"]["pairs"]), 27)

    def test_energy_of_flexible_molecules(self):
        frames = "".join(
            "2\nenergy=-30 Properties=species:S:1:pos:R:3:forces:R:3\n"
            f"H 0 0 0 0 0 {force}\nH 0 0 {distance} 0 0 {-force}\n"
            for distance, force in ((0.7, -1), (0.8, 1))
        )
        force_field = self.folder / "hydrogen"
        output("train-monomer", self.file("forces.xyz", frames), "--output", force_field)
        text = "5\n\nH 0 0 0\nH 0 0 0.75\n" + WATER.format(4, 4)
        file = self.file("complex.xyz", text)
        result = json.loads(output("energy", "--json", file, "--force-field", force_field))
        schema("energy").validate(result)
        self.assertIsNone(result["deformation"]["molecules"][1])
        rows = output("energy", "--json", self.file("two.xyz", text + text), "--force-field", force_field)
        for row in rows.splitlines():
            schema("energy_row").validate(json.loads(row))
            self.assertIn("deformation", json.loads(row))

    def test_scan_with_points_that_have_an_energy_and_that_have_none(self):
        picture = self.folder / "scan.svg"
        text = output("scan", "--json", self.file("dimer.xyz", self.cluster(2)), "0.05:1.05:0.5", "--plot", picture)
        schema("scan").validate(json.loads(text))
        self.assertEqual(["error" in point for point in json.loads(text)["points"]], [True, False, False])
        self.assertTrue(xml.etree.ElementTree.parse(picture).getroot().tag.endswith("svg"))

    def test_optimize(self):
        for steps in (1, 100):
            text = output("optimize", "--json", "--max-steps", steps, self.file("dimer.xyz", self.cluster(2)))
            schema("optimize").validate(json.loads(text))

    def test_dynamics(self):
        file = self.file("dimer.xyz", self.cluster(2))
        text = output("dynamics", "--json", file, "--time", 0.01, "--trajectory", self.folder / "run.xyz")
        schema("dynamics").validate(json.loads(text))

    def test_hessian(self):
        for relax in ((), ("--relax",)):
            text = output("hessian", "--json", *relax, self.file("dimer.xyz", self.cluster(2)))
            schema("hessian").validate(json.loads(text))

    def test_dock(self):
        text = output("dock", "--json", "--starts", 2, self.file("dimer.xyz", self.cluster(2)))
        schema("dock").validate(json.loads(text))

    def test_properties(self):
        text = output("properties", "--json", self.file("cluster.xyz", self.cluster(2)))
        schema("properties").validate(json.loads(text))

    def test_benchmark_with_totals_with_components_and_with_systems_skipped(self):
        components = "elst=-8 exch=7 ind=-2.5 disp=-2"
        sets = [
            self.file("total.xyz", self.cluster(2, "e_ref=-5")),
            self.file("components.xyz", self.cluster(2, components)),
            self.file("skipped.xyz", self.cluster(2, "e_ref=-5") + self.cluster(2)),
        ]
        schema("benchmark").validate(json.loads(output("benchmark", "--json", *sets)))

    def test_benchmark_with_given_properties(self):
        given = self.file("given.xyz", output("properties", "--xyz", self.file("pair.xyz", self.cluster(2))))
        text = output("benchmark", "--json", "--properties", given, self.file("set.xyz", self.cluster(2, "e_ref=-5")))
        schema("benchmark").validate(json.loads(text))
        self.assertIn("given_minus_predicted", json.loads(text)["sets"][0])

    def test_a_schema_refuses_what_it_does_not_know(self):
        text = output("energy", "--json", self.file("cluster.xyz", self.cluster(2)))
        surplus = {**json.loads(text), "surplus": 1}
        with self.assertRaises(jsonschema.ValidationError):
            schema("energy").validate(surplus)


if __name__ == "__main__":
    unittest.main()

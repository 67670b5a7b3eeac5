#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The package keesom says what the command and the library say.

Arguments: the command, the source folder.
"""

import ast
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings
from pathlib import Path

import keesom
import numpy as np
from keesom import units

COMMAND, SOURCE = sys.argv.pop(1), Path(sys.argv.pop(1))
S22 = SOURCE / "data/benchmarks/s22.xyz.gz"
COMPONENTS = ["electrostatics", "exchange", "induction", "dispersion"]
WATER = np.array([[0.0, 0.0, 0.0], [1.81, 0.0, 0.3], [-0.75, 1.68, -0.2]])


def water(shift=(0.0, 0.0, 0.0)):
    return keesom.Molecule([8, 1, 1], WATER + shift, name="water")


def water_dimer():
    return [water(), water((5.6, 0.3, 0.4))]


def json_of(*arguments):
    output = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, check=True, text=True).stdout
    return json.loads(output) if output.startswith("{\n") else [json.loads(line) for line in output.splitlines()]


def displaced(molecules, m, atom, axis, step):
    positions = molecules[m].positions.copy()
    positions[atom, axis] += step
    other = keesom.Molecule(molecules[m].atomic_numbers, positions, molecules[m].charge)
    return [*molecules[:m], other, *molecules[m + 1 :]]


class WithModel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = keesom.InteractionModel()


class Energies(WithModel):
    def expect_same(self, energy, expected):
        """JSON has all digits of a number, so kcal/mol are the same to the last bit."""
        self.assertEqual(energy.total / units.kcal_per_mol, expected["energy"]["total"])
        for name in COMPONENTS:
            self.assertEqual(energy.components[name] / units.kcal_per_mol, expected["energy"][name])
        for name in [*COMPONENTS, "total"]:
            self.assertEqual(energy.uncertainty[name] / units.kcal_per_mol, expected["uncertainty"][name])
            self.assertEqual(energy.physics_spread[name] / units.kcal_per_mol, expected["physics_spread"][name])
        for forces, monomer in zip(energy.forces, expected["monomers"]):
            expected_forces = np.array(monomer["forces"]) * (units.kcal_per_mol / units.angstrom)
            np.testing.assert_allclose(forces, expected_forces, rtol=1e-13, atol=1e-16)
        self.assertEqual(energy.closest_contact["ratio"], expected["closest_contact"]["ratio"])

    def test_of_one_complex_are_those_of_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "dimer.xyz"
            file.write_text("6\n\n" + "O 0 0 0\nH 0.96 0 0.1\nH -0.3 0.9 0\nO 2.9 0 0\nH 3.3 0.8 0\nH 3.3 -0.5 0.7\n")
            expected = json_of("energy", "--json", "--forces", file)
            self.expect_same(self.model.energy(keesom.read_molecules(file)), expected)

    def test_of_many_complexes_are_those_of_the_command(self):
        expected = json_of("energy", "--json", "--forces", S22)
        complexes = keesom.read_complexes(S22)
        self.assertEqual([c.name for c in complexes], [row["name"] for row in expected])
        self.assertEqual(
            [c.charge_origins for c in complexes],
            [[monomer["charge_origin"] for monomer in row["monomers"]] for row in expected])
        for energy, row in zip(self.model.energies([c.molecules for c in complexes]), expected):
            self.expect_same(energy, row)

    def test_in_a_batch_have_the_bits_of_single_ones(self):
        complexes = [c.molecules for c in keesom.read_complexes(S22)[:6]]
        for energy, molecules in zip(self.model.energies(complexes), complexes):
            single = self.model.energy(molecules)
            self.assertEqual(energy.components, single.components)
            self.assertEqual(energy.uncertainty, single.uncertainty)
            for forces, single_forces in zip(energy.forces, single.forces):
                np.testing.assert_array_equal(forces, single_forces)

    def test_without_forces_are_the_same_but_for_rounding(self):
        complexes = [c.molecules for c in keesom.read_complexes(S22)[:6]]
        for energy, expected in zip(self.model.energies(complexes, forces=False), self.model.energies(complexes)):
            for name in COMPONENTS:
                self.assertAlmostEqual(energy.components[name], expected.components[name], delta=1e-11)
            self.assertEqual(energy.forces, [])
            self.assertIsNone(energy.uncertainty)
            self.assertAlmostEqual(energy.physics_spread["total"], expected.physics_spread["total"], delta=1e-11)

    def test_do_not_depend_on_the_number_of_threads(self):
        program = (
            "import sys, keesom\n"
            "complexes = [c.molecules for c in keesom.read_complexes(sys.argv[1])[:6]]\n"
            "for energy in keesom.InteractionModel().energies(complexes):\n"
            "    print(energy.components, energy.uncertainty, [f.tobytes().hex() for f in energy.forces])\n")
        outputs = set()
        for threads in ("1", "2", "3"):
            result = subprocess.run(
                [sys.executable, "-c", program, S22], env={**os.environ, "OMP_NUM_THREADS": threads},
                capture_output=True, check=True)
            outputs.add(hashlib.sha256(result.stdout).hexdigest())
        self.assertEqual(len(outputs), 1)

    def test_let_other_threads_of_python_run(self):
        complexes = [c.molecules for c in keesom.read_complexes(S22)]
        worker = threading.Thread(target=self.model.energies, args=(complexes,))
        turns = 0
        worker.start()
        while worker.is_alive():
            turns += 1
            time.sleep(0.001)
        self.assertGreater(turns, 10)

    def test_of_molecules_far_apart_vanish(self):
        self.assertLess(abs(self.model.energy([water(), water((200.0, 0.0, 0.0))]).total), 1e-6)


class Monomers(WithModel):
    DENSITY = ["charges", "dipoles", "quadrupoles", "valence_populations", "valence_widths", "hirshfeld_ratios"]

    def properties_of(self, monomer):
        names = [name for name in dir(monomer) if isinstance(getattr(monomer, name), np.ndarray)]
        return {name: getattr(monomer, name) for name in names}

    def test_of_the_model_interact_as_their_molecules(self):
        molecules = water_dimer()
        expected = self.model.energy(molecules)
        for first in (self.model.monomer(molecules[0]), molecules[0]):
            energy = self.model.energy([first, self.model.monomer(molecules[1])])
            for name in COMPONENTS:
                self.assertAlmostEqual(energy.components[name], expected.components[name], delta=1e-13)
            self.assertEqual(energy.closest_contact, expected.closest_contact)
            self.assertEqual(energy.forces, [])
            self.assertIsNone(energy.uncertainty)

    def test_are_made_of_properties_from_anywhere(self):
        monomer = self.model.monomer(water())
        given = self.properties_of(monomer)
        self.assertEqual(len(given), 16)
        again = keesom.Monomer(monomer.molecule, **given)
        for name, values in given.items():
            np.testing.assert_array_equal(getattr(again, name), values)
        plain = keesom.Monomer(water(), **{name: given[name] for name in self.DENSITY})
        self.assertEqual(np.abs(plain.exchange_dipoles).max(), 0.0)

    def test_of_points_far_apart_have_the_energy_of_their_charges(self):
        def ion(charge, x):
            return keesom.Monomer(
                keesom.Molecule([1 if charge > 0 else 9], [[x, 0, 0]], charge), charges=[charge], dipoles=[[0, 0, 0]],
                quadrupoles=[[0] * 6], valence_populations=[0.01 if charge > 0 else 8.0], valence_widths=[0.3],
                hirshfeld_ratios=[0.01])

        energy = self.model.energy([ion(1, 0.0), ion(-1, 200.0)])
        self.assertAlmostEqual(energy.components["electrostatics"], -1 / 200, delta=1e-12)

    def test_refuse_what_is_unphysical_or_unknown(self):
        given = {name: getattr(self.model.monomer(water()), name) for name in self.DENSITY}
        for change, message in (
            ({"charges": np.zeros(2)}, r"charges of 3 atoms have the shape \(2\)"),
            ({"dipoles": np.zeros((3, 2))}, r"\(3, 2\)"),
            ({"valence_widths": -given["valence_widths"]}, "valence width"),
            ({"quadrupoles": np.ones((3, 6))}, "quadrupole"),
        ):
            with self.assertRaisesRegex(keesom.InputError, message):
                keesom.Monomer(water(), **{**given, **change})
        with self.assertRaisesRegex(keesom.InputError, "hirshfeld_ratios are missing"):
            keesom.Monomer(water(), **{name: given[name] for name in self.DENSITY[:-1]})
        with self.assertRaises(TypeError):
            keesom.Monomer(water(), **given, colours=np.zeros(3))


class Forces(WithModel):
    def test_are_derivatives_of_the_energy(self):
        molecules, step = water_dimer(), 1e-3
        forces = self.model.energy(molecules).forces
        for m, atom, axis in [(0, 0, 0), (0, 1, 2), (1, 0, 0), (1, 1, 1), (1, 2, 2)]:
            energies = [self.model.energy(displaced(molecules, m, atom, axis, s)).total for s in (-step, step)]
            numerical = -(energies[1] - energies[0]) / (2 * step)
            self.assertAlmostEqual(forces[m][atom, axis], numerical, delta=1e-7)
        self.assertGreater(np.abs(forces[0]).max(), 1e-3)

    def test_balance(self):
        for molecules in (water_dimer(), keesom.read_complexes(S22)[4].molecules):
            forces = np.vstack(self.model.energy(molecules).forces)
            positions = np.vstack([molecule.positions for molecule in molecules])
            np.testing.assert_allclose(forces.sum(axis=0), 0, atol=1e-12)
            np.testing.assert_allclose(np.cross(positions, forces).sum(axis=0), 0, atol=1e-11)


class Properties(WithModel):
    def test_are_those_of_the_command(self):
        file = SOURCE / "docs/examples/water.xyz"
        expected = json_of("properties", "--json", file)["molecules"][0]
        prediction = self.model.properties(keesom.read_molecules(file)[0])
        keys = {"charges": "charges_e", "dipoles": "dipoles_e_bohr", "quadrupoles": "quadrupoles_e_bohr2",
                "valence_populations": "valence_populations", "valence_widths": "valence_widths_bohr",
                "hirshfeld_ratios": "hirshfeld_ratios"}
        for name, key in keys.items():
            self.assertEqual(getattr(prediction, name).tolist(), expected[key])
            self.assertEqual(getattr(prediction.uncertainty, name).tolist(), expected["standard_deviations"][key])
        self.assertEqual(prediction.uncertainty.novelty.tolist(), expected["novelty"])
        self.assertFalse(prediction.unfamiliar.any())

    def test_have_a_row_for_each_atom(self):
        prediction = self.model.properties(water())
        columns = {"dipoles": (3,), "quadrupoles": (6,)}
        names = [name for name in dir(prediction) if name[0] != "_" and name not in ("uncertainty", "unfamiliar")]
        self.assertEqual(len(names), 16)
        for name in names:
            self.assertEqual(getattr(prediction, name).shape, (3, *columns.get(name.split("_")[-1], ())), name)
            self.assertEqual(getattr(prediction.uncertainty, name).shape, (3,), name)
        np.testing.assert_allclose(prediction.quadrupoles[:, [0, 3, 5]].sum(axis=1), 0, atol=1e-12)
        self.assertAlmostEqual(prediction.charges.sum(), 0.0, delta=1e-12)


class Arrays(WithModel):
    def test_are_read_only_views_that_keep_their_owner(self):
        molecule = water()
        energy = self.model.energy(water_dimer())
        prediction = self.model.properties(molecule)
        for array in (molecule.positions, molecule.atomic_numbers, energy.forces[1], energy.unfamiliar[0],
                      prediction.charges, prediction.quadrupoles, prediction.uncertainty.dipoles,
                      prediction.unfamiliar):
            self.assertIsNotNone(array.base)
            self.assertFalse(array.flags.owndata)
            self.assertFalse(array.flags.writeable)
            self.assertTrue(array.flags.c_contiguous)

    def test_outlive_their_owner(self):
        arrays = [(self.model.energy(water_dimer()).forces[0], water((9.0, 0.0, i)).positions,
                   self.model.properties(water()).uncertainty.charges) for i in range(50)]
        first = [array.copy() for array in arrays[0]]
        for i, (forces, positions, deviations) in enumerate(arrays):
            np.testing.assert_array_equal(forces, first[0])
            np.testing.assert_array_equal(positions, WATER + (9.0, 0.0, i))
            np.testing.assert_array_equal(deviations, first[2])

    def test_of_any_layout_are_taken(self):
        for positions in (np.asfortranarray(WATER), WATER[::-1][::-1], WATER.tolist()):
            np.testing.assert_array_equal(keesom.Molecule([8, 1, 1], positions).positions, WATER)


class Molecules(unittest.TestCase):
    def test_of_a_complex_are_found_and_split(self):
        dimer = keesom.Molecule([8, 1, 1] * 2, np.vstack([molecule.positions for molecule in water_dimer()]))
        self.assertEqual(dimer.fragments(), [[0, 1, 2], [3, 4, 5]])
        first, second = dimer.split([[0, 1, 2], [3, 4, 5]], [0, 0])
        np.testing.assert_array_equal(second.positions, water_dimer()[1].positions)
        self.assertEqual((first.formula, len(first)), ("H2O", 3))

    def test_of_files_take_fragments_and_charges_as_the_command_does(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "salt.xyz"
            file.write_text("4\n\nO 0 0 0\nH 0 0 0.96\nF 5 0 0\nH 5 0 3\n")
            molecules = keesom.read_molecules(file, fragments="1-2,3,4", charges="-1,-1,1")
        self.assertEqual([(m.formula, m.charge) for m in molecules], [("HO", -1), ("F", -1), ("H", 1)])


class RdkitAtom:
    def __init__(self, number, hydrogens=0):
        self.number, self.hydrogens = number, hydrogens

    def GetAtomicNum(self):
        return self.number

    def GetFormalCharge(self):
        return 1 if self.number == 8 else 0

    def GetTotalNumHs(self):
        return self.hydrogens


class RdkitMolecule:
    """What keesom uses of an RDKit molecule: a hydronium ion."""

    def __init__(self, hydrogens=0, conformers=1):
        self.hydrogens, self.conformers = hydrogens, conformers

    def HasProp(self, _):
        return 1

    def GetProp(self, _):
        return "hydronium"

    def GetNumConformers(self):
        return self.conformers

    def GetConformer(self):
        return self

    def Is3D(self):
        return True

    def GetPositions(self):
        return np.array([[0, 0, 0], [0.98, 0, 0.1], [-0.3, 0.9, 0.1], [-0.3, -0.9, 0.1]])

    def GetAtoms(self):
        return (RdkitAtom(number, self.hydrogens) for number in (8, 1, 1, 1))


class OtherPrograms(WithModel):
    def test_rdkit_molecules_are_molecules(self):
        molecule = keesom.as_molecule(RdkitMolecule())
        self.assertEqual((molecule.name, molecule.charge, molecule.formula), ("hydronium", 1, "H3O"))
        np.testing.assert_array_equal(molecule.positions, RdkitMolecule().GetPositions() * units.angstrom)
        partner = water((7.0, 0.0, 0.0))
        self.assertEqual(
            self.model.energy([RdkitMolecule(), partner]).total, self.model.energy([molecule, partner]).total)

    def test_rdkit_molecules_without_all_their_atoms_are_errors(self):
        for molecule, message in ((RdkitMolecule(hydrogens=1), "hydronium: 4 hydrogen atoms have no positions"),
                                  (RdkitMolecule(conformers=0), "hydronium: no coordinates in three dimensions")):
            with self.assertRaisesRegex(keesom.InputError, message):
                keesom.as_molecule(molecule)


class Errors(WithModel):
    def expect(self, kind, message, function, *arguments):
        with self.assertRaisesRegex(kind, message) as caught:
            function(*arguments)
        self.assertIsInstance(caught.exception, keesom.Error)

    def test_of_the_input_are_value_errors(self):
        self.assertTrue(issubclass(keesom.InputError, ValueError))
        self.expect(keesom.InputError, r"shape \(2, 3\)", keesom.Molecule, [8, 1, 1], np.zeros((2, 3)))
        self.expect(keesom.InputError, "at least 2", self.model.energy, [water()])
        self.expect(keesom.InputError, "electrons", self.model.properties, keesom.Molecule([8, 1], WATER[:2]))
        self.expect(keesom.InputError, "nowhere.xyz", keesom.read_molecules, "nowhere.xyz")
        self.expect(keesom.InputError, "22 complexes", keesom.read_molecules, S22)
        self.expect(keesom.InputError, "int is no molecule", keesom.as_molecule, 3)

    def test_of_models_are_model_errors(self):
        helium = keesom.Molecule([2], np.full((1, 3), 9.0))
        self.expect(keesom.ModelError, "He", self.model.energy, [water(), helium])
        with tempfile.TemporaryDirectory() as folder:
            self.expect(keesom.ModelError, "manifest", keesom.InteractionModel, folder)

    def test_of_numbers_are_arithmetic_errors(self):
        self.assertTrue(issubclass(keesom.NumericalError, ArithmeticError))
        # Induced dipoles have no solution for atoms this close.
        self.expect(keesom.NumericalError, "polarizability", self.model.energy, [water(), water((1.4, -0.7, 0.4))])

    def test_in_a_batch_name_the_complex(self):
        complexes = [water_dimer(), water_dimer(), [water()], [water(), water()]]
        self.expect(keesom.InputError, r"^complexes\[2\]: .*at least 2", self.model.energies, complexes)

    def test_in_a_batch_can_stand_in_the_place_of_energies(self):
        helium = keesom.Molecule([2], np.full((1, 3), 9.0))
        complexes = [water_dimer(), [water()], [water(), helium], [water(), water((1.4, -0.7, 0.4))]]
        for forces in (True, False):
            results = self.model.energies(complexes, forces=forces, return_errors=True)
            kinds = [keesom.InteractionEnergy, keesom.InputError, keesom.ModelError, keesom.NumericalError]
            self.assertEqual([type(result) for result in results], kinds)
            self.assertRegex(str(results[3]), r"^complexes\[3\]: ")

    def test_of_a_data_folder_that_is_not_there(self):
        result = subprocess.run(
            [sys.executable, "-c", "import keesom; keesom.InteractionModel()"],
            env={**os.environ, "KEESOM_DATA": "/nowhere"}, capture_output=True, text=True)
        self.assertIn("KEESOM_DATA=/nowhere is not a folder", result.stderr)


class Reading(unittest.TestCase):
    def test_warns_of_what_is_read_as_something_else(self):
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            file = Path(folder) / "heavy.xyz"
            file.write_text("3\n\nO 0 0 0\nD 0.96 0 0.1\nH -0.3 0.9 0\n")
            keesom.read_molecules(file)
        self.assertIn("deuterium", str(caught[0].message))


class Stub(unittest.TestCase):
    def test_names_what_the_module_has(self):
        stub = ast.parse((Path(keesom.__file__).parent / "_core.pyi").read_text())
        classes = {node.name: node for node in stub.body if isinstance(node, ast.ClassDef)}

        def members(node):
            inherited = [members(classes[base.id]) for base in node.bases if base.id in classes]
            own = {member.name if isinstance(member, ast.FunctionDef) else member.target.id
                   for member in node.body if isinstance(member, (ast.FunctionDef, ast.AnnAssign))}
            return {name for name in own.union(*inherited) if name[0] != "_"}

        for name, node in classes.items():
            if name[0] != "_" and not name.endswith("Error"):
                found = {member for member in dir(getattr(keesom._core, name)) if member[0] != "_"}
                self.assertEqual(members(node), found, name)
        names = {node.name for node in stub.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        names |= {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}
        public = {name for name in dir(keesom._core) if name[0] != "_"}
        self.assertEqual({name for name in names if name[0] != "_"}, public)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""keesom as a calculator of ASE. Skipped where ASE is not installed.

Arguments: the command, the source folder.
"""

import contextlib
import gzip
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import keesom
import numpy as np

try:
    import ase
except ImportError:
    print("skipped: ASE is not installed")
    sys.exit(77)

import ase.io
from ase import units
from ase.calculators.test import gradient_test
from ase.md.verlet import VelocityVerlet
from ase.optimize import BFGS
from keesom.ase import Keesom

COMMAND = sys.argv.pop(1)
SOURCE = Path(sys.argv.pop(1))
WATER = np.array([[0.0, 0.0, 0.0], [0.96, 0.0, 0.1], [-0.3, 0.9, 0.0]])


def water_dimer():
    """Atoms of the two molecules in turn, so that their order matters."""
    other = WATER[[0, 2, 1]] * (-1, 1, 1) + (2.95, 0.2, 0.0)
    positions = np.stack([WATER, other], axis=1).reshape(6, 3)
    return ase.Atoms("OOHHHH", positions)


class Calculator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = keesom.InteractionModel()

    def with_calculator(self, **options):
        atoms = water_dimer()
        atoms.calc = Keesom(self.model, **options)
        return atoms

    def test_has_the_energies_and_forces_of_the_command(self):
        atoms = self.with_calculator()
        with tempfile.TemporaryDirectory() as name:
            dimer, written = Path(name) / "dimer.xyz", Path(name) / "written.xyz"
            sorted_atoms = atoms[[0, 2, 4, 1, 3, 5]]
            ase.io.write(dimer, sorted_atoms, format="xyz", fmt="%.16f")
            command = [COMMAND, "energy", "--json", "--forces", "--unit", "eV", "--xyz", written, dimer]
            result = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            expected_forces = ase.io.read(written).get_forces()
        self.assertAlmostEqual(atoms.get_potential_energy(), result["energy"]["total"], delta=1e-12)
        np.testing.assert_allclose(atoms.get_forces()[[0, 2, 4, 1, 3, 5]], expected_forces, atol=1e-10)
        for component, value in atoms.calc.results["components"].items():
            self.assertAlmostEqual(value, result["energy"][component], delta=1e-12)
        self.assertEqual(atoms.get_potential_energy(force_consistent=True), atoms.get_potential_energy())

    def test_has_forces_that_are_derivatives_of_its_energy(self):
        atoms = self.with_calculator()
        forces = atoms.get_forces()
        np.testing.assert_allclose(forces, atoms.calc.calculate_numerical_forces(atoms, d=2e-4), atol=2e-6)
        self.assertGreater(np.abs(forces).max(), 0.01)

    def test_passes_the_gradient_test_of_ase(self):
        with contextlib.redirect_stdout(io.StringIO()):
            forces, numerical = gradient_test(self.with_calculator())
        np.testing.assert_allclose(forces, numerical, atol=2e-4)

    def test_calculates_once_for_each_geometry(self):
        atoms = self.with_calculator()
        calculate, calls = atoms.calc.calculate, []
        atoms.calc.calculate = lambda *arguments: calls.append(arguments[1]) or calculate(*arguments)
        for _ in range(2):
            atoms.get_potential_energy()
            atoms.get_forces()
        self.assertEqual(len(calls), 1)
        atoms.positions[0, 0] += 0.01
        atoms.get_forces()
        self.assertEqual(len(calls), 2)

    def test_relaxes_downhill(self):
        atoms = self.with_calculator()
        before = atoms.get_potential_energy()
        BFGS(atoms, logfile=None, maxstep=0.02).run(fmax=0.01, steps=3)
        self.assertLess(atoms.get_potential_energy(), before - 1e-3)

    def test_conserves_energy_along_a_trajectory(self):
        atoms = self.with_calculator()
        before = atoms.get_total_energy()
        VelocityVerlet(atoms, timestep=0.25 * units.fs).run(10)
        self.assertGreater(atoms.get_kinetic_energy(), 1e-3)
        self.assertAlmostEqual(atoms.get_total_energy(), before, delta=0.01 * atoms.get_kinetic_energy())

    def test_has_charges_and_the_dipole_of_the_predicted_atoms(self):
        atoms = self.with_calculator()
        charges = atoms.get_charges()
        self.assertTrue((charges[:2] < -0.5).all() and (charges[2:] > 0.2).all())
        self.assertAlmostEqual(charges.sum(), 0.0, delta=1e-12)
        first = atoms[[0, 2, 4]]
        second = atoms[[1, 3, 5]]
        alone = []
        for molecule in (first, second):
            prediction = self.model.properties(molecule)
            of_atoms = prediction.dipoles / keesom.units.angstrom + prediction.charges[:, None] * molecule.positions
            alone.append(of_atoms.sum(axis=0))
        np.testing.assert_allclose(atoms.get_dipole_moment(), sum(alone), atol=1e-10)
        self.assertAlmostEqual(np.linalg.norm(alone[0]) / units.Debye, 1.9, delta=0.2)

    def test_takes_molecules_that_are_given(self):
        found, given = self.with_calculator(), self.with_calculator(fragments=[[0, 2, 4], [1, 3, 5]])
        self.assertEqual(found.get_potential_energy(), given.get_potential_energy())
        hydrated = ase.Atoms("FOHH", np.vstack([(2.5, 0.0, 0.2), WATER]))
        hydrated.calc = Keesom(self.model, charges=[-1, 0])
        ion = keesom.Molecule([9], hydrated.positions[:1] * keesom.units.angstrom, charge=-1)
        energy = self.model.energy([ion, hydrated[1:]]).total
        self.assertEqual(hydrated.get_potential_energy(), energy / keesom.units.electronvolt)

    def test_refuses_what_it_cannot_calculate(self):
        periodic = self.with_calculator()
        periodic.pbc = True
        charged = self.with_calculator()
        charged.info["charge"] = 1
        fractional = self.with_calculator()
        fractional.info["charge"] = 0.5
        alone = ase.Atoms("OHH", WATER, calculator=Keesom(self.model))
        for atoms, message in ((periodic, "periodic"), (charged, "give each its own"),
                               (fractional, "0.5 is no integer"), (alone, "at least 2")):
            with self.assertRaisesRegex(keesom.InputError, message):
                atoms.get_potential_energy()

    def test_atoms_are_molecules(self):
        molecule = ase.Atoms("OHH", WATER, info={"charge": 0, "name": "water"})
        other = ase.Atoms("OHH", WATER + (3.0, 0.0, 0.0))
        energy = self.model.energy([molecule, other])
        self.assertEqual(energy.total, self.model.energy([keesom.as_molecule(molecule), other]).total)
        self.assertEqual(keesom.as_molecule(molecule).name, "water")


class ForceFields(unittest.TestCase):
    """Ethanol, whose force field is trained first, and water."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.ethanol, trajectory = Path(cls.folder.name) / "ethanol", Path(cls.folder.name) / "trajectory.xyz"
        lines = gzip.open(SOURCE / "data/forces/ethanol.xyz.gz", "rt").readlines()
        frames = ["".join(lines[i : i + 11]) for i in range(0, len(lines), 11)]
        trajectory.write_text("".join(frames[::50]))
        subprocess.run([COMMAND, "train-monomer", trajectory, "--output", cls.ethanol], capture_output=True, check=True)
        cls.complex = Path(cls.folder.name) / "complex.xyz"
        ethanol = [line.split()[:4] for line in frames[25].splitlines()[2:]]
        water = [[symbol, *(position + (0.0, 5.0, 0.0))] for symbol, position in zip("OHH", WATER)]
        cls.complex.write_text("12\n\n" + "".join(" ".join(map(str, atom)) + "\n" for atom in ethanol + water))

    def with_calculator(self):
        atoms = ase.io.read(self.complex)
        atoms.calc = Keesom(force_fields=[self.ethanol])
        return atoms

    def test_add_what_deforming_costs(self):
        atoms = self.with_calculator()
        command = [COMMAND, "energy", "--json", "--unit", "eV", "--force-field", self.ethanol, self.complex]
        expected = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["deformation"]
        self.assertAlmostEqual(atoms.get_potential_energy(), expected["with_interaction"], delta=1e-9)
        self.assertAlmostEqual(atoms.calc.results["deformation"], expected["sum"], delta=1e-9)
        self.assertGreater(expected["sum"], 0.01)

    def test_have_forces_that_are_derivatives_of_the_energy(self):
        atoms = self.with_calculator()
        forces = atoms.get_forces()
        np.testing.assert_allclose(forces, atoms.calc.calculate_numerical_forces(atoms, d=2e-4), atol=2e-5)

    def test_of_no_molecule_are_errors(self):
        atoms = water_dimer()
        atoms.calc = Keesom(force_fields=[self.ethanol])
        with self.assertRaisesRegex(keesom.InputError, "force field"):
            atoms.get_potential_energy()


if __name__ == "__main__":
    unittest.main()

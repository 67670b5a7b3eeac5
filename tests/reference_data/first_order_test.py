# SPDX-License-Identifier: BSD-3-Clause
"""First-order energies against Psi4's SAPT0, and their invariance; and the whole way to a frame."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "reference"))

from keesom_reference import first_order, geometries, placements
from keesom_reference.density import psi4, start

BASIS = "aug-cc-pvdz"
SYMBOLS = ["O", "H", "H"]
FIRST = np.array([[0.0, 0.0, 0.0], [0.96, 0.0, 0.0], [-0.24, 0.93, 0.0]])
SECOND = FIRST + [0.3, 2.9, 0.4]


def solved(positions):
    return first_order.solve(SYMBOLS, positions, 0.0, method="hf", basis=BASIS)


def fitted_in_one_piece(functions, auxiliary, orbitals):
    """The integrals that `first_order` puts together from blocks, by Psi4's own density fitting."""
    helper = psi4.core.DFHelper(functions, auxiliary)
    helper.set_memory(50_000_000)
    helper.set_method("STORE")
    helper.set_nthreads(1)
    helper.initialize()
    helper.add_space("occupied", psi4.core.Matrix.from_array(orbitals))
    helper.add_transformation("B", "occupied", "occupied", "Qpq")
    helper.transform()
    return np.array(helper.get_tensor("B")).reshape(-1, orbitals.shape[1], orbitals.shape[1])


class WaterDimer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.chdir(tempfile.gettempdir())  # Psi4 leaves files where it runs
        start()
        cls.a, cls.b = solved(FIRST), solved(SECOND)
        cls.energies = first_order.energies(cls.a, cls.b)

    def test_terms_in_the_basis_of_the_dimer_are_those_of_sapt0(self):
        monomers = [
            "\n".join(["0 1"] + [f"{s} {x} {y} {z}" for s, (x, y, z) in zip(SYMBOLS, positions)])
            for positions in (FIRST, SECOND)
        ]
        psi4.core.clean()
        psi4.core.clean_options()
        dimer = psi4.geometry("\n--\n".join(monomers) + "\nsymmetry c1\nno_com\nno_reorient")
        fitting = first_order.FITTING_BASIS
        psi4.set_options(
            {
                "basis": BASIS,
                "scf_type": "df",
                "df_basis_scf": fitting,
                "df_basis_sapt": fitting,
                "df_basis_elst": fitting,
                "e_convergence": 1e-10,
                "d_convergence": 1e-9,
            }
        )
        psi4.energy("sapt0", molecule=dimer)
        expected = [
            psi4.core.variable(name) for name in ("SAPT ELST10,R ENERGY", "SAPT EXCH10 ENERGY")
        ]
        orbitals = np.hstack(
            [
                psi4.energy("hf", molecule=dimer.extract_subsets(*which), return_wfn=True)[1]
                .Ca_subset("AO", "OCC")
                .np
                for which in ((1, 2), (2, 1))
            ]
        )
        positions = np.vstack([FIRST, SECOND])
        functions = first_order.basis_set(2 * SYMBOLS, positions, BASIS)
        auxiliary = first_order.basis_set(2 * SYMBOLS, positions, BASIS, auxiliary=True)

        def between(matrix):
            return orbitals.T @ np.asarray(matrix) @ orbitals

        found = first_order.first_order(
            fitted_in_one_piece(functions, auxiliary, orbitals),
            between(psi4.core.MintsHelper(functions).ao_overlap()),
            between(first_order.nuclear_attraction(functions, SYMBOLS, FIRST)),
            between(first_order.nuclear_attraction(functions, SYMBOLS, SECOND)),
            first_order.nuclear_repulsion(self.a, self.b),
            5,
        )
        np.testing.assert_allclose(found, expected, atol=1e-7)

    def test_integrals_in_blocks_are_those_in_one_piece(self):
        positions = np.vstack([FIRST, SECOND])
        functions = first_order.basis_set(2 * SYMBOLS, positions, BASIS)
        auxiliary = first_order.basis_set(2 * SYMBOLS, positions, BASIS, auxiliary=True)
        orbitals = np.zeros((functions.nbf(), 10))
        half = functions.nbf() // 2
        orbitals[:half, :5], orbitals[half:, 5:] = self.a.orbitals, self.b.orbitals
        expected = fitted_in_one_piece(functions, auxiliary, orbitals)
        found = first_order.fitted_integrals(self.a, self.b)
        np.testing.assert_allclose(
            np.tensordot(found, found, axes=(0, 0)),
            np.tensordot(expected, expected, axes=(0, 0)),
            atol=1e-8,
        )

    def test_nothing_changes_when_both_molecules_turn_together(self):
        rotation = placements.rotation_about([1.0, -0.4, 0.7], 1.9)
        shift = np.array([0.5, -1.2, 3.0])
        turned = first_order.energies(self.a.moved(rotation, shift), self.b.moved(rotation, shift))
        np.testing.assert_allclose(turned, self.energies, atol=1e-9)

    def test_turned_orbitals_are_those_of_the_turned_molecule(self):
        rotation = placements.rotation_about([0.2, 1.0, 0.7], 0.9)
        turned = self.b.moved(rotation, np.zeros(3))
        anew = solved(turned.positions)
        np.testing.assert_allclose(
            first_order.energies(self.a, turned), first_order.energies(self.a, anew), atol=1e-6
        )

    def test_the_sequence_of_the_monomers_does_not_matter(self):
        np.testing.assert_allclose(
            first_order.energies(self.b, self.a), self.energies, atol=1e-9
        )

    def test_the_shift_of_water_agrees_with_the_measured_ionization_energy(self):
        # 12.62 eV, 0.464 hartree, above PBE0's highest occupied orbital at -0.333 hartree.
        self.assertAlmostEqual(first_order.asymptotic_shift(SYMBOLS, FIRST), 0.131, delta=0.005)


class Command(unittest.TestCase):
    def make(self, folder):
        return subprocess.run(
            [
                "/usr/bin/python3", str(ROOT / "reference" / "make_dimers.py"),
                str(folder / "monomers.smi"), str(folder / "pairs.txt"),
                "--output", str(folder / "dimers.xyz"),
            ],
            capture_output=True,
            text=True,
        )

    def test_frames_failures_and_a_second_run(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "monomers.smi").write_text("O water\nOC=O formic_acid\n[NH4+] ammonium\n")
            (folder / "pairs.txt").write_text(
                "hydrogen_bonds formic_acid formic_acid 1\nstacks formic_acid water 2\n"
                "hydrogen_bonds water water 3\nstacks water ammonium 1\n"
            )
            result = self.make(folder)
            self.assertEqual(result.returncode, 1, result.stderr)
            failed = (folder / "dimers.xyz.failed").read_text().splitlines()
            self.assertEqual(
                failed,
                [
                    "water__water_hydrogen_bonds_00: no two hydrogen bonds between them",
                    "water__ammonium_stacks_00: ammonium: only neutral molecules, got [NH4+]",
                ],
            )
            text = (folder / "dimers.xyz").read_text()
            keys = [geometries.comment_keys(line) for line in text.splitlines() if "name=" in line]
            self.assertEqual(
                [key["name"] for key in keys],
                [
                    "formic_acid__formic_acid_hydrogen_bonds_00",
                    "formic_acid__water_stacks_00",
                    "formic_acid__water_stacks_01",
                ],
            )
            acids = keys[0]
            self.assertEqual((acids["natoms_a"], float(acids["scale"])), ("5", 1.0))
            self.assertEqual(
                (acids["system"], acids["group"]),
                ("formic_acid ... formic_acid", "double hydrogen bond 1"),
            )
            self.assertIn("contact", keys[1])
            self.assertNotIn("scale", keys[1])
            self.assertAlmostEqual(float(acids["elst"]), -25.5, delta=0.5)
            self.assertAlmostEqual(float(acids["exch"]), 30.4, delta=0.5)

            # A second run finds everything done; a frame cut short is made again, the same.
            (folder / "dimers.xyz").write_text(text[:-20])
            self.make(folder)
            self.assertEqual((folder / "dimers.xyz").read_text(), text)


if __name__ == "__main__":
    unittest.main()

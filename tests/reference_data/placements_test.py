# SPDX-License-Identifier: BSD-3-Clause
"""Placements of dimers and the turning of basis functions; needs NumPy alone."""
import pathlib
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "reference"))

import make_dimers
import make_poses
from keesom_reference import geometries, harmonics, placements, poses

# Formic acid, hydrogen on the side of the other oxygen, in the plane z = 0.
ACID = (
    ["C", "O", "O", "H", "H"],
    np.array(
        [
            [0.00, 0.42, 0.0],
            [-1.03, -0.46, 0.0],
            [1.16, 0.11, 0.0],
            [-0.65, -1.36, 0.0],
            [-0.39, 1.45, 0.0],
        ]
    ),
)
ANGLES = np.radians(60.0 * np.arange(6))
RING = np.stack([np.cos(ANGLES), np.sin(ANGLES), 0.0 * ANGLES], axis=1)
BENZENE = (["C"] * 6 + ["H"] * 6, np.vstack([1.39 * RING, 2.48 * RING]))
WATER = (["O", "H", "H"], np.array([[0.0, 0.0, 0.0], [0.96, 0.0, 0.0], [-0.24, 0.93, 0.0]]))


def distances(a, b):
    return np.linalg.norm(a[:, None] - b[None], axis=2)


class Harmonics(unittest.TestCase):
    def test_values_at_known_points(self):
        x, y, z = np.random.default_rng(1).standard_normal((3, 5))
        root = np.sqrt(3.0)
        expected = [
            z * z - 0.5 * (x * x + y * y), root * x * z, root * y * z,
            0.5 * root * (x * x - y * y), root * x * y,
        ]
        values = harmonics.solid_harmonics(2, np.stack([x, y, z], axis=1))
        np.testing.assert_allclose(values, np.stack(expected, axis=1), atol=1e-14)

    def test_rotations_of_shells_are_orthogonal_and_multiply(self):
        first = placements.rotation_about([1.0, 2.0, -0.5], 0.7)
        second = placements.rotation_about([-1.0, 0.3, 0.8], 2.1)
        for order in range(6):
            matrix = harmonics.shell_rotation(order, first)
            np.testing.assert_allclose(matrix @ matrix.T, np.eye(2 * order + 1), atol=1e-12)
            np.testing.assert_allclose(
                harmonics.shell_rotation(order, second @ first),
                harmonics.shell_rotation(order, second) @ matrix,
                atol=1e-12,
            )

    def test_coefficients_that_do_not_fit_the_shells_are_refused(self):
        with self.assertRaisesRegex(ValueError, "shells have 4 functions, the orbitals 6"):
            harmonics.rotate_coefficients([0, 1], np.ones((6, 1)), np.eye(3))


class HydrogenBonds(unittest.TestCase):
    def setUp(self):
        (self.motif,) = placements.motifs(*ACID)
        rotation, translation = placements.facing(ACID, self.motif, ACID, self.motif, 1.75)
        self.relaxed = [(self.motif, self.motif, rotation, translation)]

    def test_an_acid_has_one_motif_and_water_none(self):
        self.assertEqual((self.motif.hydrogen, self.motif.acceptor), (3, 2))
        self.assertEqual(placements.motifs(*WATER), [])

    def test_a_hydroxyl_on_the_other_side_is_turned_back(self):
        symbols, positions = ACID
        axis = positions[0] - positions[1]
        away = positions.copy()
        away[3] = positions[1] + placements.rotation_about(axis, np.pi) @ (
            positions[3] - positions[1]
        )
        self.assertEqual(placements.motifs(symbols, away), [])
        turned = placements.hydroxyls_turned(symbols, away)
        np.testing.assert_allclose(turned, positions, atol=1e-12)
        np.testing.assert_array_equal(placements.hydroxyls_turned(symbols, positions), positions)

    def test_facing_motifs_lie_in_one_plane_with_two_equal_contacts(self):
        _, _, rotation, translation = self.relaxed[0]
        moved = ACID[1] @ rotation.T + translation
        self.assertAlmostEqual(np.linalg.det(rotation), 1.0)
        np.testing.assert_allclose(moved[:, 2], 0.0, atol=1e-12)
        between = distances(ACID[1], moved)
        self.assertAlmostEqual(between[3, 2], 1.75)
        self.assertAlmostEqual(between[2, 3], 1.75)
        self.assertAlmostEqual(between.min(), 1.75)

    def test_contacts_are_at_the_stated_scale(self):
        found = placements.hydrogen_bonds(ACID, ACID, ("acid", "acid"), self.relaxed)
        self.assertEqual(len(found), len(placements.HYDROGEN_BOND_STEPS))
        for step, placement in zip(placements.HYDROGEN_BOND_STEPS, found):
            np.testing.assert_allclose(
                placement.rotation @ placement.rotation.T, np.eye(3), atol=1e-12
            )
            between = distances(ACID[1], placement.of(ACID[1]))
            closest = min(between[3, 2], between[2, 3])
            if step is None:  # something else may have stopped it earlier
                self.assertGreater(closest, 1.75 * placement.scale - 1e-9)
            else:
                self.assertEqual(placement.scale, step)
                self.assertAlmostEqual(closest, 1.75 * step)

    def test_the_best_arrangement_is_found(self):
        def energy(positions_b):  # lowest at 1.8 angstrom for both contacts
            between = distances(ACID[1], positions_b)
            return -10.0 + 50.0 * ((between[3, 2] - 1.8) ** 2 + (between[2, 3] - 1.8) ** 2)

        ((_, _, rotation, translation),) = placements.relaxed_hydrogen_bonds(ACID, ACID, energy)
        self.assertLess(energy(ACID[1] @ rotation.T + translation), -9.9)
        self.assertEqual(placements.relaxed_hydrogen_bonds(ACID, ACID, lambda _: 0.0), [])


class Stacks(unittest.TestCase):
    def test_the_closest_contact_is_at_the_stated_scale(self):
        for other in (BENZENE, WATER):
            sums = np.add.outer(
                *([placements.VDW_RADII[s] for s in one[0]] for one in (BENZENE, other))
            )
            found = placements.stacks(BENZENE, other, ("benzene", "other"), 12)
            self.assertEqual(len(found), 12)
            self.assertEqual({p.label for p in found}, {"stack", "T-shaped"})
            for placement in found:
                self.assertAlmostEqual(np.linalg.det(placement.rotation), 1.0)
                ratios = distances(BENZENE[1], placement.of(other[1])) / sums
                self.assertAlmostEqual(ratios.min(), placement.scale)
                low, high = placements.STACK_SCALES
                self.assertTrue(low <= placement.scale <= high)

    def test_labels_say_how_the_planes_stand(self):
        for placement in placements.stacks(BENZENE, BENZENE, ("benzene", "benzene"), 12):
            cosine = abs(placement.rotation[2, 2])  # of the two normals
            largest = np.cos(np.radians(placements.STACK_TILT))
            if placement.label == "stack":
                self.assertGreater(cosine, largest - 1e-9)
            else:
                self.assertLess(cosine, np.sqrt(1.0 - largest**2) + 1e-9)

    def test_the_same_names_give_the_same_placements(self):
        first, second, other = (
            placements.stacks(BENZENE, WATER, names, 4)
            for names in (("a", "b"), ("a", "b"), ("a", "c"))
        )
        for one, two, three in zip(first, second, other):
            np.testing.assert_array_equal(one.translation, two.translation)
            self.assertGreater(np.abs(one.translation - three.translation).max(), 1e-3)


class Pairs(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "pairs.txt")
            path.write_text(text)
            return make_dimers.read_pairs(path, {"water", "benzene"})

    def test_blank_lines_separate_groups(self):
        groups = self.read("stacks benzene water 3\n\nstacks benzene benzene 2\n\n")
        self.assertEqual([[p.second for p in g] for g in groups], [["water"], ["benzene"]])

    def test_what_is_wrong_is_named_with_its_line(self):
        for text, message in {
            "stacks benzene water 3\nstacks benzene argon 2\n": "pairs.txt:2: no molecule argon",
            "piles benzene water 3\n": "pairs.txt:1: expected hydrogen_bonds or stacks",
            "stacks benzene water\n": "pairs.txt:1: expected",
        }.items():
            with self.assertRaisesRegex(geometries.GeometryError, message):
                self.read(text)

    def test_the_shipped_list_names_shipped_molecules(self):
        folder = pathlib.Path(make_dimers.__file__).parent / "dimers"
        known = {name for _, name in geometries.read_smiles(folder / "monomers.smi")}
        groups = make_dimers.read_pairs(folder / "pairs.txt", known)
        pairs = [pair for group in groups for pair in group]
        self.assertEqual(len(set(pairs)), len(pairs))
        self.assertEqual({name for p in pairs for name in (p.first, p.second)}, known)


class Poses(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "poses.xyz")
            path.write_text(text)
            return list(poses.read(path))

    @staticmethod
    def dimer(positions):
        return {
            "name": "one",
            "keys": {"natoms_a": "5", "system": "acid ... water"},
            "symbols": ACID[0] + WATER[0],
            "positions": positions,
        }

    def test_molecules_of_one_shape_are_one_molecule_that_moves(self):
        rotation = placements.rotation_about([0.3, -1.0, 0.5], 1.1)
        first = np.vstack([ACID[1], WATER[1] + [0.0, 0.0, 3.0]])
        second = np.vstack([ACID[1], WATER[1] @ rotation.T + [1.0, 2.0, 4.0]]) @ rotation
        text = make_poses.frame(self.dimer(first), first, "one")
        text += make_poses.frame(self.dimer(second), second, "two")
        one, two = self.read(text)
        self.assertEqual(two.system, "acid ... water")
        np.testing.assert_array_equal(one.a[1], two.a[1])
        np.testing.assert_array_equal(one.b[1], two.b[1])
        between = distances(two.a[1], two.placement.of(two.b[1]))
        np.testing.assert_allclose(between, distances(second[:5], second[5:]), atol=1e-8)

    def test_a_mirror_image_is_another_molecule(self):
        shapes = poses.Shapes()
        symbols = ["C", "H", "F", "Cl", "Br"]
        positions = np.random.default_rng(3).standard_normal((5, 3))
        shapes.motion(symbols, positions)
        mirrored = positions * [1.0, 1.0, -1.0]
        known, rotation, _ = shapes.motion(symbols, mirrored)
        np.testing.assert_array_equal(known, mirrored)
        np.testing.assert_array_equal(rotation, np.eye(3))

    def test_what_is_no_neutral_dimer_is_named(self):
        whole = np.vstack([ACID[1], WATER[1] + [0.0, 0.0, 3.0]])
        text = make_poses.frame(self.dimer(whole), whole, "one")
        for wrong, message in {
            text.replace("natoms_a=5", "natoms_a=8"): "poses.xyz: one: natoms_a=8 is no dimer",
            text.replace("natoms_a=5", ""): "one: expected natoms_a",
            text.replace("charge_b=0", "charge_b=-1"): "one: only neutral molecules",
        }.items():
            with self.assertRaisesRegex(geometries.GeometryError, message):
                self.read(wrong)

    def test_a_dimer_that_stays_gives_no_poses_and_one_that_leaves_gives_five(self):
        start = np.vstack([ACID[1], WATER[1] + [0.0, 0.0, 3.0]])
        way = np.array([start] + [start + 0.0 for _ in range(4)])
        for step in range(5):
            way[step, 5:] += [0.2 * step, 0.0, 0.0]
        self.assertEqual(make_poses.poses_of(way[:2], 5, least=0.15), {})
        found = make_poses.poses_of(way, 5, least=0.15)
        self.assertEqual(set(found), {"half", "end", "-0.15", "+0.20", "+0.50"})
        moved = [make_poses.deviation(positions, start) for positions in way]
        half = next(step for step in range(5) if np.array_equal(found["half"], way[step]))
        self.assertLess(moved[half - 1], 0.5 * moved[-1])
        self.assertGreaterEqual(moved[half], 0.5 * moved[-1])
        closest = [distances(found[key][:5], found[key][5:]).min() for key in ("end", "+0.20")]
        self.assertAlmostEqual(closest[1] - closest[0], 0.2)


if __name__ == "__main__":
    unittest.main()

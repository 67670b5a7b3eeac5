# SPDX-License-Identifier: BSD-3-Clause
"""Partitioning of densities that are known in closed form."""
import pathlib
import sys
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "reference"))

from keesom_reference import partition


def diatomic_grid(distance, radial=60, angular=60, azimuthal=16):
    """Prolate spheroidal quadrature about nuclei at z = 0 and z = distance.

    Slater functions about either nucleus are smooth in these coordinates, so it is exact for them
    but for rounding.
    """
    x, wx = np.polynomial.laguerre.laggauss(radial)
    scale = 2.0 / distance
    xi, wxi = 1.0 + scale * x, scale * wx * np.exp(x)
    eta, weta = np.polynomial.legendre.leggauss(angular)
    phi = 2.0 * np.pi * np.arange(azimuthal) / azimuthal
    xi, eta, phi = (a.ravel() for a in np.meshgrid(xi, eta, phi, indexing="ij"))
    half = 0.5 * distance
    axis = half * np.sqrt((xi**2 - 1.0) * (1.0 - eta**2))
    points = np.stack([axis * np.cos(phi), axis * np.sin(phi), half * (1.0 + xi * eta)], axis=1)
    weights = (
        half**3
        * (xi**2 - eta**2)
        * (wxi[:, None, None] * weta[None, :, None] * np.ones(azimuthal)).ravel()
        * 2.0
        * np.pi
        / azimuthal
    )
    return points, weights


def slater(points, center, population, width):
    distance = np.linalg.norm(points - center, axis=1)
    return population / (8.0 * np.pi * width**3) * np.exp(-distance / width)


class Mbis(unittest.TestCase):
    numbers = [6, 1]
    positions = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 2.1]])
    shells = ((0, 1.7, 0.09), (0, 4.6, 0.48), (1, 0.7, 0.37))  # atom, population, width

    def setUp(self):
        self.points, self.weights = diatomic_grid(2.1)
        self.density = sum(
            slater(self.points, self.positions[a], n, s) for a, n, s in self.shells
        )

    def test_grid_integrates_the_density(self):
        self.assertAlmostEqual(self.weights @ self.density, 7.0, places=7)

    def test_finds_the_shells_that_the_density_is_made_of(self):
        distance = partition.distances(self.points, self.positions)
        found, _ = partition.mbis(self.numbers, distance, self.weights, self.density, 1e-10, 5000)
        for shell, (atom, population, width) in enumerate(self.shells):
            self.assertEqual(found.atoms[shell], atom)
            self.assertAlmostEqual(found.populations[shell], population, places=6)
            self.assertAlmostEqual(found.widths[shell], width, places=7)

    def test_shares_add_up_to_one(self):
        distance = partition.distances(self.points, self.positions)
        _, shares = partition.mbis(self.numbers, distance, self.weights, self.density)
        near = self.density > 1e-12
        np.testing.assert_allclose(shares.sum(axis=0)[near], 1.0, atol=1e-12)

    def test_says_that_it_did_not_converge(self):
        distance = partition.distances(self.points, self.positions)
        with self.assertRaisesRegex(RuntimeError, "2 iterations"):
            partition.mbis(self.numbers, distance, self.weights, self.density, 1e-10, 2)

    def test_properties_are_those_of_the_shells(self):
        grid = (self.points, self.weights, self.density)
        found = partition.atom_properties(
            self.numbers, self.positions, grid, partition.FreeAtoms()
        )
        np.testing.assert_allclose(found["charge"], [6.0 - 6.3, 1.0 - 0.7], atol=1e-5)
        np.testing.assert_allclose(found["dipole"], 0.0, atol=1e-5)
        np.testing.assert_allclose(found["quadrupole"], 0.0, atol=1e-5)
        np.testing.assert_allclose(found["valence_population"], [4.6, 0.7], atol=1e-5)
        np.testing.assert_allclose(found["valence_width"], [0.48, 0.37], atol=1e-6)
        # <r^3> of a Slater shell is 60 N s^3.
        hydrogen = 60.0 * 0.7 * 0.37**3 / partition.FreeAtoms().volume(1)
        self.assertAlmostEqual(found["mbis_volume_ratio"][1], hydrogen, places=5)


class Moments(unittest.TestCase):
    def test_of_a_displaced_sphere(self):
        # A spherical density about d has the moments of a point charge at d.
        points, weights = diatomic_grid(1.0)
        center = np.array([0.0, 0.0, 1.0])
        density = slater(points, center, 3.0, 0.5)
        atoms = partition.moments(
            [3], np.zeros((1, 3)), (points, weights, density), np.ones((1, density.size))
        )
        self.assertAlmostEqual(atoms["charge"][0], 0.0, places=8)
        np.testing.assert_allclose(atoms["dipole"][0], [0.0, 0.0, -3.0], atol=1e-8)
        np.testing.assert_allclose(
            atoms["quadrupole"][0], [1.5, 0.0, 0.0, 1.5, 0.0, -3.0], atol=1e-7
        )
        octupole = dict(zip(partition.OCTUPOLE_INDICES, atoms["octupole"][0]))
        self.assertAlmostEqual(octupole[(2, 2, 2)], -3.0, places=6)
        self.assertAlmostEqual(octupole[(0, 0, 2)], 1.5, places=6)
        self.assertAlmostEqual(octupole[(1, 1, 2)], 1.5, places=6)
        self.assertAlmostEqual(octupole[(0, 1, 2)], 0.0, places=6)


class Hirshfeld(unittest.TestCase):
    def test_a_free_atom_has_its_own_volume(self):
        free_atoms = partition.FreeAtoms()
        for number in (1, 6, 7, 8, 9, 15, 16, 17, 35):
            self.assertIn(number, free_atoms)
            radii = np.geomspace(1e-5, 18.0, 6000)
            density = free_atoms.density(number, radii)
            electrons = np.trapz(4.0 * np.pi * radii**2 * density, radii)
            volume = np.trapz(4.0 * np.pi * radii**5 * density, radii)
            # Interpolated between the points of the grid that it is tabulated on.
            self.assertAlmostEqual(electrons / number, 1.0, delta=2e-2)
            self.assertAlmostEqual(volume / free_atoms.volume(number), 1.0, delta=2e-2)

    def test_like_atoms_share_alike(self):
        points, _ = diatomic_grid(1.4, 20, 20, 4)
        positions = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.4]])
        distance = partition.distances(points, positions)
        shares = partition.hirshfeld([1, 1], distance, partition.FreeAtoms())
        mirrored = partition.hirshfeld([1, 1], distance[::-1], partition.FreeAtoms())
        np.testing.assert_allclose(shares.sum(axis=0), 1.0, atol=1e-12)
        np.testing.assert_allclose(shares[0], mirrored[1], atol=1e-14)


if __name__ == "__main__":
    unittest.main()

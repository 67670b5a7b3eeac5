# SPDX-License-Identifier: BSD-3-Clause
"""Atoms in molecules from a density on a grid: MBIS and Hirshfeld weights, and moments of both.

Everything is in atomic units. A grid is `points` (P, 3), `weights` (P,) and `density` (P,); nuclei
are `numbers` (A,) and `positions` (A, 3).

MBIS (Verstraelen et al., J. Chem. Theory Comput. 12, 3894 (2016)) models the density by one Slater
function for each shell of each atom, N/(8 pi s^3) exp(-r/s), and finds populations N and widths s by
minimizing the Kullback-Leibler divergence: N and s are the moments of what the model assigns to a
shell, iterated to self-consistency. Hirshfeld weights are shares of spherical free atoms.
"""
import json
import pathlib

import numpy as np

POINTS_PER_BLOCK = 4096  # shells times this many values stay in the cache
NEGLIGIBLE_DENSITY = 1e-10

# Filled shells below the valence shell, by the period of the element.
CORE_SHELLS = {1: (), 2: (2.0,), 3: (2.0, 8.0), 4: (2.0, 8.0, 18.0)}

# Independent components in the order in which the records list them.
QUADRUPOLE_INDICES = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
OCTUPOLE_INDICES = tuple((i, j, k) for i in range(3) for j in range(i, 3) for k in range(j, 3))


def _period(number):
    return 1 if number <= 2 else 2 if number <= 10 else 3 if number <= 18 else 4


def significant(points, weights, density):
    """The part of a grid on which there is any density."""
    keep = density > NEGLIGIBLE_DENSITY
    return points[keep], weights[keep], density[keep]


def distances(points, positions):
    """Distance of every point from every nucleus, (A, P)."""
    return np.stack([np.linalg.norm(points - position, axis=1) for position in positions])


class Shells:
    """Slater shells of a molecule: `atoms` (S,), `populations` (S,), `widths` (S,)."""

    def __init__(self, numbers):
        atoms, populations, widths = [], [], []
        for atom, number in enumerate(numbers):
            core = CORE_SHELLS[_period(number)]
            counts = (*core, number - sum(core))
            for shell, count in enumerate(counts):
                atoms.append(atom)
                populations.append(float(count))
                # Geometric from 1/(2Z) for the innermost to 1/2 for the valence shell.
                inner = len(counts) - 1 - shell
                widths.append(0.5 * number ** (-inner / max(1, len(counts) - 1)))
        self.atoms = np.array(atoms)
        self.populations = np.array(populations)
        self.widths = np.array(widths)

    def of(self, atom):
        """Indices of the shells of an atom, innermost first."""
        return np.flatnonzero(self.atoms == atom)

    def densities(self, distance):
        """Model density of every shell, (S, P), from `distance` (A, P)."""
        norms = self.populations / (8.0 * np.pi * self.widths**3)
        return norms[:, None] * np.exp(distance[self.atoms] / -self.widths[:, None])


def mbis(numbers, distance, weights, density, tolerance=1e-7, max_iterations=1000):
    """Self-consistent shells and atomic weights (A, P).

    Raises RuntimeError if populations and widths still change by more than `tolerance`.
    """
    shells = Shells(numbers)
    charge = weights * density
    starts = range(0, charge.size, POINTS_PER_BLOCK)
    for _ in range(max_iterations):
        zeroth = np.zeros(shells.atoms.size)
        first = np.zeros(shells.atoms.size)
        for start in starts:
            block = slice(start, start + POINTS_PER_BLOCK)
            model = shells.densities(distance[:, block])
            model *= charge[block] / np.maximum(model.sum(axis=0), 1e-100)
            zeroth += model.sum(axis=1)
            first += np.einsum("sp,sp->s", model, distance[shells.atoms, block])
        widths = first / (3.0 * zeroth)
        change = max(
            np.abs(zeroth - shells.populations).max(), np.abs(widths - shells.widths).max()
        )
        shells.populations, shells.widths = zeroth, widths
        if change < tolerance:
            break
    else:
        raise RuntimeError(f"MBIS did not converge in {max_iterations} iterations")
    shares = np.zeros_like(distance)
    for start in starts:
        block = slice(start, start + POINTS_PER_BLOCK)
        model = shells.densities(distance[:, block])
        np.add.at(shares[:, block], shells.atoms, model / np.maximum(model.sum(axis=0), 1e-100))
    return shells, shares


class FreeAtoms:
    """Spherical densities of neutral free atoms at the level of the reference."""

    def __init__(self, path=pathlib.Path(__file__).with_name("free_atoms.json")):
        self._atoms = {
            int(number): (np.array(atom["r"]), np.array(atom["rho"]), atom["r3"])
            for number, atom in json.loads(pathlib.Path(path).read_text()).items()
        }

    def density(self, number, distance):
        """Interpolated in the logarithm, (P,)."""
        radii, values, _ = self._atoms[number]
        return np.exp(np.interp(distance, radii, np.log(np.maximum(values, 1e-30))))

    def volume(self, number):
        """<r^3> of the atom."""
        return self._atoms[number][2]

    def __contains__(self, number):
        return number in self._atoms


def hirshfeld(numbers, distance, free_atoms):
    """Atomic weights (A, P)."""
    shares = np.stack([free_atoms.density(z, distance[a]) for a, z in enumerate(numbers)])
    return shares / np.maximum(shares.sum(axis=0), 1e-100)


def volumes(positions, grid, shares):
    """<r^3> of every atom about its nucleus, (A,)."""
    points, weights, density = grid
    charge = weights * density
    return np.array(
        [(charge * share) @ r**3 for share, r in zip(shares, distances(points, positions))]
    )


def moments(numbers, positions, grid, shares):
    """Charges and traceless multipoles up to octupoles about the nuclei."""
    points, weights, density = grid
    identity = np.eye(3)
    pair = {frozenset(ij): n for n, ij in enumerate(QUADRUPOLE_INDICES)}
    result = {"charge": [], "dipole": [], "quadrupole": [], "octupole": []}
    for atom, number in enumerate(numbers):
        charge = weights * density * shares[atom]
        r = points - positions[atom]
        square = np.einsum("pi,pi->p", r, r)
        outer = np.stack([r[:, i] * r[:, j] for i, j in QUADRUPOLE_INDICES], axis=1)
        second = charge @ outer
        third = (outer * charge[:, None]).T @ r
        radial = (charge * square) @ r
        trace = second[0] + second[3] + second[5]
        result["charge"].append(number - charge.sum())
        result["dipole"].append(-(charge @ r))
        result["quadrupole"].append(
            [
                -0.5 * (3.0 * second[n] - trace * identity[i, j])
                for n, (i, j) in enumerate(QUADRUPOLE_INDICES)
            ]
        )
        result["octupole"].append(
            [
                -2.5 * third[pair[frozenset((i, j))], k]
                + 0.5
                * (
                    radial[i] * identity[j, k]
                    + radial[j] * identity[i, k]
                    + radial[k] * identity[i, j]
                )
                for i, j, k in OCTUPOLE_INDICES
            ]
        )
    return {key: np.array(values) for key, values in result.items()}


def atom_properties(numbers, positions, grid, free_atoms):
    """Columns of a reference record, by name, one row for each atom."""
    points, weights, density = grid = significant(*grid)
    distance = distances(points, positions)
    shells, shares = mbis(numbers, distance, weights, density)
    atoms = moments(numbers, positions, grid, shares)
    stockholder = volumes(positions, grid, hirshfeld(numbers, distance, free_atoms))
    free = np.array([free_atoms.volume(number) for number in numbers])
    valence = np.array([shells.of(atom)[-1] for atom in range(len(numbers))])
    return {
        "charge": atoms["charge"],
        "dipole": atoms["dipole"],
        "quadrupole": atoms["quadrupole"],
        "octupole": atoms["octupole"],
        "valence_population": shells.populations[valence],
        "valence_width": shells.widths[valence],
        "hirshfeld_ratio": stockholder / free,
        "mbis_volume_ratio": volumes(positions, grid, shares) / free,
    }

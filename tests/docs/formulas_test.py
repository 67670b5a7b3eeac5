#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Energies from the formulas of docs/explanation, written down once more as they stand there, against those of the package.

Caffeine and water with their predicted atoms, all short-range properties among them, and the shipped constants. Radial derivatives are
Taylor coefficients of 40 digits. Skipped without mpmath. Argument: the source folder.
"""

import json
import math
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

try:
    import mpmath
except ImportError:
    print("skipped: mpmath is not installed")
    sys.exit(77)

import keesom
import numpy as np

SOURCE = Path(sys.argv.pop(1))
SYMBOLS = {1: "H", 6: "C", 7: "N", 8: "O"}
# Tkatchenko, Scheffler, Phys. Rev. Lett. 102, 073005 (2009): polarizability, C6 and radius of free atoms.
FREE_ATOMS = {1: (4.5, 6.5, 3.1), 6: (12, 46.6, 3.59), 7: (7.4, 24.2, 3.34), 8: (5.4, 15.6, 3.19)}

mpmath.mp.dps = 40


def matrix(components):
    xx, xy, xz, yy, yz, zz = components
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def radial_factors(function, distance, count):
    """f_k = (-1/R d/dR)^k of a function of R: with u = R^2 this is (-2 d/du)^k."""
    taylor = mpmath.taylor(lambda u: function(mpmath.sqrt(u)), mpmath.mpf(distance) ** 2, count - 1)
    return [float((-2) ** k * mpmath.factorial(k) * coefficient) for k, coefficient in enumerate(taylor)]


def overlap(alpha, beta):
    d = alpha**2 - beta**2
    if abs(d) < 1e-9:
        return lambda r: alpha**3 / (64 * mpmath.pi) * (1 + alpha * r + (alpha * r) ** 2 / 3) * mpmath.exp(-alpha * r)
    return lambda r: (
        alpha**3
        * beta**3
        / (8 * mpmath.pi * r * d**3)
        * (
            (alpha * r * d - 4 * alpha * beta) * mpmath.exp(-beta * r)
            + (beta * r * d + 4 * alpha * beta) * mpmath.exp(-alpha * r)
        )
    )


def penetration(alpha, beta):
    s, t = alpha**2, beta**2
    d = t - s
    return lambda r: (
        (t / d) ** 2 * (1 - 2 * s / d + alpha * r / 2) * mpmath.exp(-alpha * r) / r
        + (s / d) ** 2 * (1 + 2 * t / d + beta * r / 2) * mpmath.exp(-beta * r) / r
    )


def penetration_of_point(alpha):
    return lambda r: (1 + alpha * r / 2) * mpmath.exp(-alpha * r) / r


def contraction(a, b, R, f):
    """E[f] of multipoles (q, mu, Theta) at A and B."""
    (qa, ma, ta), (qb, mb, tb) = a, b
    return (
        qa * qb * f[0]
        + f[1] * (qb * ma @ R - qa * mb @ R + ma @ mb)
        - f[2] * (ma @ R) * (mb @ R)
        + f[2] / 3 * (qa * R @ tb @ R + qb * R @ ta @ R)
        + f[3] / 3 * ((ma @ R) * (R @ tb @ R) - (mb @ R) * (R @ ta @ R))
        + 2 * f[2] / 3 * (mb @ ta @ R - ma @ tb @ R)
        + (f[4] * (R @ ta @ R) * (R @ tb @ R) - 4 * f[3] * (R @ ta @ tb @ R) + 2 * f[2] * np.sum(ta * tb)) / 9
    )


def potential(b, R, g):
    q, mu, theta = b
    return g[0] * q - g[1] * mu @ R + g[2] / 3 * R @ theta @ R


def incomplete(order, x):
    """1 - exp(-x) sum of x^k/k! up to the order."""
    return 1 - math.exp(-x) * sum(x**k / math.factorial(k) for k in range(order + 1))


def atoms_of(molecules, model, constants):
    atoms = []
    for number, molecule in enumerate(molecules):
        properties = model.properties(molecule)
        for i, element in enumerate(molecule.atomic_numbers):

            def constant(section, key):
                return constants[section][key]["values"][SYMBOLS[int(element)]]

            a = SimpleNamespace(molecule=number, position=np.array(molecule.positions[i]))
            a.net = (properties.charges[i], np.array(properties.dipoles[i]), matrix(properties.quadrupoles[i]))
            a.N, a.sigma, h = (
                properties.valence_populations[i],
                properties.valence_widths[i],
                properties.hirshfeld_ratios[i],
            )
            a.penetration_rate = mpmath.mpf(
                constant("electrostatics", "decay_scale") / a.sigma * math.exp(properties.penetration_decays[i])
            )
            a.outer = (np.array(properties.penetration_dipoles[i]), matrix(properties.penetration_quadrupoles[i]))
            a.exchange_rate = mpmath.mpf(
                constant("exchange", "decay_scale") / a.sigma * math.exp(properties.exchange_decays[i])
            )
            K = constant("exchange", "amplitude") * math.exp(properties.exchange_amplitudes[i])
            a.electrons = (
                K * a.N ** constants["exchange"]["population_exponent"]["value"],
                -K * (constant("exchange", "dipole_scale") * a.net[1] + properties.exchange_dipoles[i]),
                -K
                * (
                    constant("exchange", "quadrupole_scale") * a.net[2]
                    + matrix(properties.exchange_quadrupoles[i])
                ),
            )
            kappa, e = constant("charge_transfer", "strength"), math.exp(properties.charge_transfer_strengths[i])
            a.kappa = kappa * e / (1 + kappa / 0.9 * (e - 1))
            polarizability, c6, radius = FREE_ATOMS[int(element)]
            a.alpha, a.c6, a.radius = polarizability * h, c6 * h**2, radius * h ** (1 / 3)
            a.polarizability = polarizability * h ** constants["polarization"]["polarizability_exponent"]["value"]
            a.reach = math.sqrt(constant("dispersion", "quadrupole_factor")) * math.exp(properties.dispersion_reaches[i])
            a.dispersion_rate = (
                constant("dispersion", "tang_toennies_scale") * math.exp(properties.dispersion_decays[i]) / a.sigma
            )
            atoms.append(a)
    return atoms


def many_body_dispersion(atoms, beta, steepness):
    n = len(atoms)
    r = np.array([a.position for a in atoms])
    alpha, c6, radius = (np.array([getattr(a, key) for a in atoms]) for key in ("alpha", "c6", "radius"))
    omega = 4 * c6 / (3 * alpha**2)

    def share(distance, separation):
        return 1 / (1 + math.exp(-steepness * (distance / separation - 1)))

    def coupled(diagonal, coupling):
        result = np.kron(np.diag(diagonal), np.eye(3))
        for i in range(n):
            for j in range(n):
                if i != j:
                    R = r[i] - r[j]
                    distance = np.linalg.norm(R)
                    a, b = coupling(i, j, distance)
                    result[3 * i : 3 * i + 3, 3 * j : 3 * j + 3] = (
                        a * np.eye(3) - 3 * b * np.outer(R, R) / distance**2
                    ) / distance**3
        return result

    def screened(u):
        dynamic = alpha / (1 + (u / omega) ** 2)
        width = (math.sqrt(2 / math.pi) * dynamic / 3) ** (1 / 3)

        def coupling(i, j, distance):
            zeta = distance / math.hypot(width[i], width[j])
            gaussian = math.exp(-(zeta**2)) / math.sqrt(math.pi)
            lambda3 = math.erf(zeta) - 2 * zeta * gaussian
            short = 1 - share(distance, beta * (radius[i] + radius[j]))
            return short * lambda3, short * (lambda3 - 4 / 3 * zeta**3 * gaussian)

        inverse = np.linalg.inv(coupled(1 / dynamic, coupling)).reshape(n, 3, n, 3)
        return np.einsum("iaja->i", inverse) / 3

    x, weights = np.polynomial.legendre.leggauss(15)
    static = screened(0.0)
    c6_screened = 3 / math.pi * sum(
        w * 1.2 / (1 - y) ** 2 * screened(0.6 * (1 + y) / (1 - y)) ** 2 for y, w in zip(x, weights)
    )
    omega_screened = 4 * c6_screened / (3 * static**2)
    radius_screened = radius * (static / alpha) ** (1 / 3)

    def coupling(i, j, distance):
        strength = omega_screened[i] * omega_screened[j] * math.sqrt(static[i] * static[j])
        strength *= share(distance, beta * (radius_screened[i] + radius_screened[j]))
        return strength, strength

    eigenvalues = np.linalg.eigvalsh(coupled(omega_screened**2, coupling))
    return np.sqrt(eigenvalues).sum() / 2 - 1.5 * omega_screened.sum()


class Explanation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        model = keesom.InteractionModel()
        cls.constants = json.loads((SOURCE / "data/models/organic/parameters.json").read_text(encoding="utf-8"))
        examples = SOURCE / "docs/examples"
        molecules = keesom.read_molecules(examples / "caffeine.sdf", examples / "water.xyz")
        cls.expected = model.energy(molecules).components
        cls.atoms = atoms_of(molecules, model, cls.constants)
        cls.pairs = []
        for a in cls.atoms:
            for b in cls.atoms:
                if a.molecule < b.molecule:
                    R = b.position - a.position
                    cls.pairs.append((a, b, R, np.linalg.norm(R)))

    def overlaps(self, stretch):
        return [
            contraction(
                a.electrons,
                b.electrons,
                stretch * R,
                radial_factors(overlap(a.exchange_rate, b.exchange_rate), stretch * r, 5),
            )
            for a, b, R, r in self.pairs
        ]

    def test_electrostatics(self):
        energy = 0.0
        for a, b, R, r in self.pairs:
            share = incomplete(5, 4 * r)
            valence_a, valence_b = (
                (-x.N, x.net[1] + share * x.outer[0], x.net[2] + share * x.outer[1]) for x in (a, b)
            )
            energy += contraction(a.net, b.net, R, radial_factors(lambda r: 1 / r, r, 5))
            g_a, g_b = (radial_factors(penetration_of_point(x.penetration_rate), r, 3) for x in (a, b))
            energy -= (a.net[0] + a.N) * potential(valence_b, R, g_b)
            energy -= (b.net[0] + b.N) * potential(valence_a, -R, g_a)
            g = radial_factors(penetration(a.penetration_rate, b.penetration_rate), r, 5)
            energy -= contraction(valence_a, valence_b, R, g)
            s = radial_factors(overlap(a.penetration_rate, b.penetration_rate), r, 4)
            for k in range(1, 4):  # Poisson's equation
                self.assertAlmostEqual(r**2 * g[k + 1], (2 * k + 1) * g[k] + 4 * math.pi * s[k - 1], delta=1e-12)
        self.assertAlmostEqual(energy, self.expected["electrostatics"], delta=1e-12)

    def test_exchange(self):
        self.assertAlmostEqual(sum(self.overlaps(1.0)), self.expected["exchange"], delta=1e-12)

    def test_induction(self):
        contraction_factor = self.constants["charge_transfer"]["contraction"]["value"]
        energy = -sum(
            a.kappa * b.kappa * s for (a, b, *_), s in zip(self.pairs, self.overlaps(contraction_factor))
        )
        n = len(self.atoms)
        response = np.kron(np.diag([1 / a.polarizability for a in self.atoms]), np.eye(3))
        field = np.zeros((n, 3))
        for i, a in enumerate(self.atoms):
            for j, b in enumerate(self.atoms):
                if i == j:
                    continue
                R = b.position - a.position
                r = np.linalg.norm(R)
                x = self.constants["polarization"]["thole_a"]["value"] * r**3
                x /= math.sqrt(a.polarizability * b.polarizability)
                f1 = (1 - math.exp(-x)) / r**3
                f2 = 3 * (1 - (1 + x) * math.exp(-x)) / r**5
                f3 = 15 * (1 - (1 + x + 3 * x**2 / 5) * math.exp(-x)) / r**7
                response[3 * i : 3 * i + 3, 3 * j : 3 * j + 3] = f1 * np.eye(3) - f2 * np.outer(R, R)
                if a.molecule != b.molecule:
                    q, mu, theta = b.net
                    along = q * f1 - f2 * mu @ R + f3 / 3 * R @ theta @ R
                    field[i] += -along * R - f1 * mu + 2 / 3 * f2 * theta @ R
        energy -= field.ravel() @ np.linalg.solve(response, field.ravel()) / 2
        self.assertAlmostEqual(energy, self.expected["induction"], delta=1e-12)

    def test_dispersion(self):
        def value(key):
            return self.constants["dispersion"][key]["value"]

        def many_body(atoms):
            return many_body_dispersion(atoms, value("beta"), value("steepness"))

        energy = many_body(self.atoms)
        for molecule in (0, 1):
            energy -= many_body([a for a in self.atoms if a.molecule == molecule])
        for a, b, _, r in self.pairs:
            c6 = 2 * a.c6 * b.c6 / (b.alpha / a.alpha * a.c6 + a.alpha / b.alpha * b.c6)
            c8 = 3 * c6 * a.reach * b.reach
            c10 = 49 / 40 * c8**2 / c6
            x = math.sqrt(a.dispersion_rate * b.dispersion_rate) * r
            energy -= value("c8_scale") * incomplete(8, x) * c8 / r**8
            energy -= value("c10_scale") * incomplete(10, x) * c10 / r**10
        # Eigenvalues of two programs.
        self.assertAlmostEqual(energy, self.expected["dispersion"], delta=1e-11)


if __name__ == "__main__":
    unittest.main()
